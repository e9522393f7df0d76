//! `pontoon kill` and `pontoon stop`.

use std::os::fd::{AsFd, OwnedFd};
use std::str::FromStr;

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use super::remove::settled;
use crate::cgroup;
use crate::cli::{KillArgs, StopArgs};
use crate::error::{Doing, Error, Result};
use crate::state::{Container, Init, State, Status};
use crate::supervise::readable_within;
use crate::sys::process;

/// Sends a signal to a container's first process: SIGTERM unless told otherwise, as runc does.
///
/// # Errors
/// A container that does not run, a signal that is none.
pub(super) fn kill(state: &State, arguments: &KillArgs) -> Result<u8> {
    let text = arguments.signal.as_ref().or(arguments.positional_signal.as_ref());
    let signal = text.map_or(Ok(libc::SIGTERM), |text| number(text))?;
    let container = state.find(&arguments.id)?;
    if arguments.all {
        return send_all(&container, signal);
    }
    let init = container.running(CANNOT)?;
    send(&container, init, signal)?;
    Ok(0)
}

/// The words in which callers of runc see that it has ended.
const CANNOT: &str = "be sent a signal: container not running";

/// Sends to all processes of a container, which may outlive the first where they have no process number namespace of
/// their own.
fn send_all(container: &Container, signal: i32) -> Result<u8> {
    let pids = cgroup::processes_in_all(&container.record.cgroups);
    if pids.is_empty() {
        container.running(CANNOT)?;
    }
    if signal == libc::SIGKILL {
        return cgroup::kill_all(&container.record.cgroups).map(|()| 0);
    }
    for pid in pids {
        let sent = process::pidfd_open(Pid::from_raw(pid))
            .and_then(|process| process::pidfd_send_signal(process.as_fd(), signal));
        match sent {
            // It ended meanwhile.
            Err(error) if error.errno == Errno::ESRCH => {}
            sent => sent.doing(|| format!("signal process {pid} of container {}", container.record.id))?,
        }
    }
    Ok(0)
}

/// A signal by number or by name, with SIG or without.
fn number(text: &str) -> Result<i32> {
    let wrong = || Error::Usage(format!("{text:?} is no signal"));
    if let Ok(number) = text.parse::<i32>() {
        return if (1..=libc::SIGRTMAX()).contains(&number) { Ok(number) } else { Err(wrong()) };
    }
    let upper = text.to_uppercase();
    let name = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
    Signal::from_str(&name).map(|signal| signal as i32).map_err(|_| wrong())
}

/// Sends to the very process that was recorded: its number may be another's by now.
fn send(container: &Container, init: Init, signal: i32) -> Result<OwnedFd> {
    let doing = || format!("signal container {}", container.record.id);
    let gone = || container.refused(Status::Stopped, CANNOT);
    let process = match process::pidfd_open(Pid::from_raw(init.pid)) {
        Err(error) if error.errno == Errno::ESRCH => return Err(gone()),
        opened => opened.doing(doing)?,
    };
    if !init.alive() {
        return Err(gone());
    }
    process::pidfd_send_signal(process.as_fd(), signal).doing(doing)?;
    if signal == libc::SIGKILL {
        cgroup::let_die(&container.record.cgroups);
    }
    Ok(process)
}

/// Asks containers to end, and ends them when they have not after a while. One that has ended already is
/// stopped as well as can be.
///
/// # Errors
/// The first that could not be stopped, when the others have been.
pub(super) fn stop(state: &State, arguments: &StopArgs) -> Result<u8> {
    let mut first = Ok(());
    for typed in &arguments.ids {
        let stopped = state.find(typed).and_then(|container| stop_one(state, &container, arguments.time));
        if stopped.is_ok() {
            println!("{typed}");
        }
        first = first.and(stopped);
    }
    first.map(|()| 0)
}

fn stop_one(state: &State, container: &Container, seconds: u32) -> Result<()> {
    if container.status()?.is_alive()
        && let Some(init) = container.init()?
    {
        let process = send(container, init, libc::SIGTERM)?;
        if cgroup::is_frozen(&container.record.cgroups) {
            // Asked to end, it must be able to.
            cgroup::thaw(&container.record.cgroups)?;
        }
        if !ended_within(&process, seconds) {
            match process::pidfd_send_signal(process.as_fd(), libc::SIGKILL) {
                Err(error) if error.errno == Errno::ESRCH => {}
                sent => sent.doing(|| format!("stop container {}", container.record.id))?,
            }
            ended_within(&process, u32::MAX);
        }
    }
    settled(state, container);
    Ok(())
}

/// Waits for the end of a process, some seconds at most.
fn ended_within(process: &OwnedFd, seconds: u32) -> bool {
    let milliseconds = i32::try_from(u64::from(seconds) * 1000).unwrap_or(i32::MAX);
    let limit = PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX);
    readable_within(process.as_fd(), limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_by_name_and_number() {
        for text in ["15", "TERM", "SIGTERM", "term"] {
            assert_eq!(number(text).expect("a signal"), libc::SIGTERM);
        }
        for text in ["0", "-1", "65", "SIGNOTHING", ""] {
            assert!(number(text).is_err(), "{text}");
        }
    }
}
