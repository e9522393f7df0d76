//! Running a hook: a program of somebody else's, with the container's state on standard input.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::Pid;

use super::gate::{About, Rehearse, Result, pass};
use super::memory;
use super::process::pidfd_open;
use super::signals::unblocked;

/// What is run.
#[derive(Debug, Clone, Copy)]
pub struct Command<'a> {
    /// Its path.
    pub path: &'a Path,
    /// Its words, its own name first.
    pub arguments: &'a [String],
    /// `NAME=value`.
    pub environment: &'a [String],
    /// How long it may take.
    pub timeout: Option<Duration>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with a status.
    Exited(i32),
    /// By a signal.
    Killed(i32),
    /// It took too long, and was killed.
    Late,
}

impl Rehearse for End {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self::Exited(0))
    }

    fn returned(&self) -> Option<i64> {
        match self {
            Self::Exited(status) => Some((*status).into()),
            Self::Killed(_) | Self::Late => None,
        }
    }
}

/// A file that reads as `text`, from its beginning. A pipe could fill up, and who writes to it would wait.
///
/// # Errors
/// memfd_create(2)'s.
pub fn input(text: &str) -> Result<OwnedFd> {
    let file = memory::sealed(c"pontoon-state", text.as_bytes())?;
    let rewound = nix::unistd::lseek(&file, 0, nix::unistd::Whence::SeekSet);
    rewound.map_err(|errno| super::Error { call: "lseek", arguments: String::new(), errno })?;
    Ok(file)
}

/// A file for what a hook writes: it may leave others behind that write on, and nobody waits for them.
///
/// # Errors
/// memfd_create(2)'s.
pub fn output() -> Result<OwnedFd> {
    let about = || About::new("\"pontoon-hook\", MFD_CLOEXEC");
    pass("memfd_create", about, || memfd_create(c"pontoon-hook", MFdFlags::MFD_CLOEXEC))
}

/// The last `most` bytes that are in `output`.
pub fn written(output: BorrowedFd<'_>, most: usize) -> String {
    let text = std::fs::read(format!("/proc/self/fd/{}", output.as_raw_fd())).unwrap_or_default();
    String::from_utf8_lossy(&text[text.len().saturating_sub(most)..]).into_owned()
}

/// Runs a program to its end, or to the end of its time.
///
/// # Errors
/// fork(2)'s and execve(2)'s.
pub fn run(command: &Command<'_>, input: BorrowedFd<'_>, output: BorrowedFd<'_>) -> Result<End> {
    let about = || {
        let words = format!("{:?}, {} variables", command.arguments, command.environment.len());
        About::new(format!("{:?}, {words}", command.path)).command(command.arguments.join(" "))
    };
    pass("execve", about, || {
        let io = |error: std::io::Error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO));
        let copy = |descriptor: BorrowedFd<'_>| descriptor.try_clone_to_owned().map_err(io);
        let mut words = command.arguments.iter();
        let mut program = std::process::Command::new(command.path);
        program.arg0(words.next().map_or("", String::as_str)).args(words).env_clear();
        program.envs(command.environment.iter().filter_map(|variable| variable.split_once('=')));
        program.stdin(copy(input)?).stdout(copy(output)?).stderr(copy(output)?);
        unblocked(&mut program);
        let mut child = program.spawn().map_err(io)?;
        let late = !in_time(&child, command.timeout)?;
        if late {
            child.kill().map_err(io)?;
        }
        let status = child.wait().map_err(io)?;
        Ok(match (late, status.code()) {
            (true, _) => End::Late,
            (false, Some(status)) => End::Exited(status),
            (false, None) => End::Killed(status.signal().unwrap_or_default()),
        })
    })
}

/// Waits for the end; false where the time was over before.
fn in_time(child: &std::process::Child, timeout: Option<Duration>) -> nix::Result<bool> {
    let Some(timeout) = timeout else { return Ok(true) };
    let pid = Pid::from_raw(child.id().try_into().map_err(|_| Errno::EOVERFLOW)?);
    let process = pidfd_open(pid).map_err(|error| error.errno)?;
    let limit = PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX);
    let mut events = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
    loop {
        match poll(&mut events, limit) {
            Err(Errno::EINTR) => {}
            polled => return Ok(polled? > 0),
        }
    }
}
