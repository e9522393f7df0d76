//! `capture … -- CMD`: a program that runs while packets are taken, so that what it does is seen from its first packet
//! to its last.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::process::{Child, Command};

use nix::poll::PollTimeout;
use nix::unistd::Pid;

use crate::cli::CaptureArgs;
use crate::error::{Doing, Result};
use crate::supervise::readable_within;
use crate::sys::process;
use crate::sys::signals::unblocked;

/// The program.
pub(super) struct Companion {
    child: Child,
    process: OwnedFd,
}

impl Companion {
    /// Starts it, if there is one. Where packets go to standard output, what it says goes beside them.
    ///
    /// # Errors
    /// execve(2)'s, with the statuses of a shell: 127 where there is no such program, 126 where it can't be run.
    pub(super) fn start(arguments: &CaptureArgs) -> Result<Option<Self>> {
        let Some((program, words)) = arguments.command.split_first() else { return Ok(None) };
        let doing = || format!("capture: run {}", program.display());
        let mut command = Command::new(program);
        if arguments.write.as_deref() == Some(Path::new("-")) {
            command.stdout(std::io::stderr().as_fd().try_clone_to_owned().doing(doing)?);
        }
        let child = unblocked(&mut command).args(words).spawn().doing(doing).map_err(|error| {
            let absent = matches!(&error, crate::error::Error::Io { source, .. }
                if source.kind() == std::io::ErrorKind::NotFound);
            error.with_status(if absent { 127 } else { 126 })
        })?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let process = process::pidfd_open(pid).doing(doing)?;
        Ok(Some(Self { child, process }))
    }

    /// What tells of its end.
    pub(super) fn ear(&self) -> BorrowedFd<'_> {
        self.process.as_fd()
    }

    /// Waits for its end. Its status, as a shell has it; where the capture ended first, it is told so (SIGTERM), and all
    /// is well.
    ///
    /// # Errors
    /// wait(2)'s.
    pub(super) fn end(mut self) -> Result<u8> {
        let ended_first = readable_within(self.ear(), PollTimeout::ZERO);
        if !ended_first {
            // It may have ended meanwhile.
            let _ = process::pidfd_send_signal(self.process.as_fd(), libc::SIGTERM);
        }
        let ended = process::wait(self.process.as_fd()).doing(|| "capture: wait".to_owned())?;
        // It is reaped; what is left is memory.
        let _ = self.child.try_wait();
        Ok(if ended_first { ended.status() } else { 0 })
    }
}
