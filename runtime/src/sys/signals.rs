//! Signals as events: blocked, and read from a descriptor.

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::gate::{Error, Result};

/// The signals that are forwarded, blocked in this process and waiting to be read.
#[derive(Debug)]
pub struct Signals(SignalFd);

/// What must reach Pontoon itself: its own faults, and the job control of the shell that started it.
const OWN: [Signal; 12] = [
    Signal::SIGSEGV,
    Signal::SIGBUS,
    Signal::SIGFPE,
    Signal::SIGILL,
    Signal::SIGTRAP,
    Signal::SIGABRT,
    Signal::SIGSYS,
    Signal::SIGTSTP,
    Signal::SIGTTIN,
    Signal::SIGTTOU,
    Signal::SIGPIPE,
    Signal::SIGCHLD,
];

impl Signals {
    /// Blocks what can be forwarded. Before the first effect, so that a Ctrl-C at any moment finds somebody
    /// who tidies up.
    ///
    /// # Errors
    /// signalfd(2)'s.
    pub fn block() -> Result<Self> {
        let mut set = SigSet::all();
        for signal in OWN {
            set.remove(signal);
        }
        let blocked = sigprocmask(SigmaskHow::SIG_BLOCK, Some(&set), None);
        blocked
            .and_then(|()| SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK))
            .map(Self)
            .map_err(|errno| Error { call: "signalfd", arguments: String::new(), errno })
    }

    /// The number of a signal that came; `None` where none is waiting.
    ///
    /// # Errors
    /// read(2)'s.
    pub fn next(&self) -> Result<Option<i32>> {
        loop {
            match self.0.read_signal() {
                Ok(info) => return Ok(info.and_then(|info| i32::try_from(info.ssi_signo).ok())),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(Error { call: "read", arguments: "signalfd".into(), errno }),
            }
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// From now on a write to a pipe that nobody reads any more ends this process quietly, as it ends other programs.
pub fn end_with_the_reader() {
    // SAFETY: SIG_DFL installs no handler.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// From now on a Ctrl-Z stops neither this process nor those that it starts, but for shells that have jobs of their own.
pub fn ignore_stop() {
    // SAFETY: SIG_IGN installs no handler.
    unsafe { libc::signal(libc::SIGTSTP, libc::SIG_IGN) };
}

/// In the child, before execve: no signal is blocked and none ignored, whatever Pontoon does with them
/// (Rust's start-up code ignores SIGPIPE, and that would be inherited).
///
/// # Errors
/// sigprocmask(2)'s and signal(2)'s.
pub fn reset() -> Result<()> {
    let failed = |errno| Error { call: "sigprocmask", arguments: "SIG_SETMASK, none".into(), errno };
    for number in 1..=libc::SIGRTMAX() {
        // SAFETY: SIG_DFL installs no handler. Numbers whose action can't be set are refused, harmlessly.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None).map_err(failed)
}

/// Pontoon takes its signals from a descriptor; `program`, which it starts, takes them as any other does.
pub fn unblocked(program: &mut Command) -> &mut Command {
    let none = || SigSet::empty().thread_set_mask().map_err(std::io::Error::from);
    // SAFETY: the closure makes one system call, on a signal set of its own stack.
    unsafe { program.pre_exec(none) }
}
