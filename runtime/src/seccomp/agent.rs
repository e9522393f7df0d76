//! The agent that answers for the kernel gets the descriptor that notifications come from, and is told of whom
//! (config-linux.md of the OCI specification, "The Container Process State").

use std::os::fd::AsFd;

use serde_json::json;

use crate::error::{Doing, Result};
use crate::plan::seccomp::Listener;
use crate::state::Record;
use crate::sys::clone::Child;
use crate::sys::seccomp::{pidfd_getfd, send_to_agent};

/// The version of the specification that the state is written after.
const OCI_VERSION: &str = "1.3.0";

/// An agent, and of which container it is told.
#[derive(Debug, Clone, Copy)]
pub struct Agent<'a> {
    /// Where it listens.
    pub listener: &'a Listener,
    /// The container.
    pub record: &'a Record,
    /// The container's first process, where that runs already and another one joins it.
    pub first: Option<i32>,
}

impl Agent<'_> {
    /// Sends it the descriptor `number` of `process`, which has just loaded its filter and waits.
    ///
    /// # Errors
    /// pidfd_getfd(2)'s; nobody listens, or takes what is sent.
    pub fn hand_over(&self, process: &Child, number: i32) -> Result<()> {
        let doing = || format!("linux.seccomp.listenerPath: {}", self.listener.path.display());
        let notifications = pidfd_getfd(process.pidfd.as_fd(), number).doing(doing)?;
        let Record { id, bundle, annotations, .. } = self.record;
        let mut state = json!({
            "ociVersion": OCI_VERSION,
            "fds": ["seccompFd"],
            "pid": process.pid.as_raw(),
            "state": {
                "ociVersion": OCI_VERSION,
                "id": id,
                "status": if self.first.is_some() { "running" } else { "creating" },
                "pid": self.first.unwrap_or(process.pid.as_raw()),
                "bundle": bundle,
                "annotations": annotations,
            }
        });
        if let Some(metadata) = &self.listener.metadata {
            state["metadata"] = metadata.as_str().into();
        }
        send_to_agent(&self.listener.path, state.to_string().as_bytes(), notifications.as_fd()).doing(doing)
    }
}
