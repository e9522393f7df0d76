//! Watching over a program in the foreground: its end, the signals for it, its terminal.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;

use crate::error::{Doing, Result};
use crate::sys::clone::Child;
use crate::sys::process::{self, Ended};
use crate::sys::signals::Signals;

/// Waits for the end of `child` and forwards every signal that comes meanwhile.
///
/// # Errors
/// poll(2)'s and waitid(2)'s.
pub fn supervise(child: &Child, signals: &Signals) -> Result<Ended> {
    let mut forwarder = Forwarder::new(child);
    loop {
        let [ended, signalled] = wait_for([child.pidfd.as_fd(), signals.as_fd()])?;
        if signalled {
            while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
                forwarder.forward(signal);
            }
        }
        if ended {
            let ended = process::wait(child.pidfd.as_fd()).doing(|| "wait".to_owned())?;
            return Ok(forwarder.meant(ended));
        }
    }
}

/// Waits until one of the descriptors can be read (or is closed), and tells which.
///
/// # Errors
/// poll(2)'s.
pub fn wait_for<const N: usize>(descriptors: [BorrowedFd<'_>; N]) -> Result<[bool; N]> {
    let mut events = descriptors.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN));
    loop {
        match poll(&mut events, PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            polled => {
                polled.map_err(std::io::Error::from).doing(|| "wait".to_owned())?;
                return Ok(events.map(|event| event.any().unwrap_or(false)));
            }
        }
    }
}

/// Waits until a descriptor can be read, and of a process: until it has ended. False where that took too long.
pub fn readable_within(descriptor: BorrowedFd<'_>, limit: PollTimeout) -> bool {
    let mut events = [PollFd::new(descriptor, PollFlags::POLLIN)];
    loop {
        match poll(&mut events, limit) {
            Err(Errno::EINTR) => {}
            polled => return polled.is_ok_and(|count| count > 0),
        }
    }
}

/// Sends signals on to a container's first process, as if it were a process like any other.
///
/// The kernel protects the first process of a process number namespace from signals that it has no handler
/// for. A person who presses Ctrl-C, and a CI job that sends SIGTERM, expect the program to end, as it would
/// outside. So where a signal would be dropped that ends any other process, the container is ended.
#[derive(Debug)]
pub struct Forwarder<'a> {
    child: &'a Child,
    /// The signal that ended it in the kernel's stead.
    stood_for: Option<i32>,
}

impl<'a> Forwarder<'a> {
    /// For one process.
    pub fn new(child: &'a Child) -> Self {
        Self { child, stood_for: None }
    }

    /// Sends one signal on.
    pub fn forward(&mut self, signal: i32) {
        let kill = ends_others(signal) && self.would_be_dropped(signal);
        if kill {
            self.stood_for = Some(signal);
        }
        // A process that has just ended needs no signal.
        let sent = if kill { libc::SIGKILL } else { signal };
        let _ = process::pidfd_send_signal(self.child.pidfd.as_fd(), sent);
    }

    /// How it ended, as any other process would have.
    pub fn meant(&self, ended: Ended) -> Ended {
        match (self.stood_for, ended) {
            (Some(signal), Ended::Killed(libc::SIGKILL)) => Ended::Killed(signal),
            _ => ended,
        }
    }

    /// Whether the process neither handles, ignores nor waits for `signal`, and is the first of its process
    /// number namespace.
    fn would_be_dropped(&self, signal: i32) -> bool {
        let status = procfs::process::Process::new(self.child.pid.as_raw()).and_then(|it| it.status());
        let Ok(status) = status else { return false };
        let first = status.nspid.as_ref().is_some_and(|pids| pids.len() > 1 && pids.last() == Some(&1));
        let bit = 1 << (signal - 1);
        first && (status.sigcgt | status.sigign | status.sigblk) & bit == 0
    }
}

/// Whether a signal ends a process that does nothing about it (signal(7)).
fn ends_others(signal: i32) -> bool {
    !matches!(
        Signal::try_from(signal),
        Ok(Signal::SIGCHLD
            | Signal::SIGCONT
            | Signal::SIGSTOP
            | Signal::SIGTSTP
            | Signal::SIGTTIN
            | Signal::SIGTTOU
            | Signal::SIGURG
            | Signal::SIGWINCH)
    )
}
