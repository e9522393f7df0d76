//! The agent that answers for the kernel gets the descriptor that notifications come from, and is told of whom
//! (config-linux.md of the OCI specification, "The Container Process State").

use std::os::fd::AsFd;

use serde::Serialize;

use crate::error::{Doing, Result};
use crate::plan::seccomp::Listener;
use crate::state::{Container, Document, Status};
use crate::sys::clone::Child;
use crate::sys::seccomp::{pidfd_getfd, send_to_agent};

/// An agent, and of which container it is told.
#[derive(Debug, Clone, Copy)]
pub struct Agent<'a> {
    /// Where it listens.
    pub listener: &'a Listener,
    /// The container.
    pub container: &'a Container,
    /// Whether the container is being made, or a process joins it.
    pub status: Status,
}

/// What it is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProcessState<'a> {
    oci_version: &'a str,
    fds: [&'a str; 1],
    pid: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
    state: Document<'a>,
}

impl Agent<'_> {
    /// Sends it the descriptor `number` of `process`, which has just loaded its filter and waits.
    ///
    /// # Errors
    /// pidfd_getfd(2)'s; nobody listens, or takes what is sent.
    pub fn hand_over(&self, process: &Child, number: i32) -> Result<()> {
        let doing = || format!("linux.seccomp.listenerPath: {}", self.listener.path.display());
        let notifications = pidfd_getfd(process.pidfd.as_fd(), number).doing(doing)?;
        let pid = process.pid.as_raw();
        let state = match self.status {
            Status::Creating => Document::with(self.container, self.status, pid),
            _ => Document::of(self.container)?,
        };
        let metadata = self.listener.metadata.as_deref();
        let told = ProcessState { oci_version: state.oci_version, fds: ["seccompFd"], pid, metadata, state };
        let text = serde_json::to_vec(&told).expect("plain data");
        send_to_agent(&self.listener.path, &text, notifications.as_fd()).doing(doing)
    }
}
