//! `pontoon events`.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Instant;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;
use serde::Serialize;

use crate::cgroup::oom::Watch;
use crate::cgroup::stats::Stats;
use crate::cli::EventsArgs;
use crate::error::{Doing, Error, Result};
use crate::state::{Container, State};
use crate::sys::process;

/// Prints, as runc does, what a container uses, again and again until it ends, and when the kernel ended a process
/// of it for want of memory; with `--stats` once.
///
/// # Errors
/// A container that does not run.
pub(super) fn events(state: &State, arguments: &EventsArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    let id = &container.record.id;
    if !container.status()?.is_alive() {
        return Err(Error::Usage(format!("container with id {id} is not running")));
    }
    if arguments.stats {
        print(&usage(&container)?)?;
        return Ok(0);
    }
    let init = container.running("be watched")?;
    let process = process::pidfd_open(Pid::from_raw(init.pid)).doing(|| format!("watch container {id}"))?;
    let mut watch = Watch::begin(&container.record.cgroups)?;
    let mut next = Instant::now() + arguments.interval;
    loop {
        let left = next.saturating_duration_since(Instant::now());
        let mut change =
            [PollFd::new(watch.as_fd(), watch.events()), PollFd::new(process.as_fd(), PollFlags::POLLIN)];
        // Rounded up: what is left of a millisecond is waited for too.
        let limit = PollTimeout::try_from(left.as_millis() + 1).unwrap_or(PollTimeout::MAX);
        match poll(&mut change, limit) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(io::Error::from(errno)).doing(|| "wait".to_owned()),
        }
        let ended = change[1].any().unwrap_or(false);
        if watch.happened() {
            print(&Event { kind: "oom", id, data: None })?;
        }
        if ended {
            return Ok(0);
        }
        if Instant::now() >= next {
            print(&usage(&container)?)?;
            next += arguments.interval;
        }
    }
}

/// One line, as runc's `types.Event` has it.
#[derive(Serialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Stats>,
}

fn usage(container: &Container) -> Result<Event<'_>> {
    let cards: Vec<String> = container.cards()?.into_iter().map(|card| card.host_name).collect();
    let data = Stats::of(&container.record.cgroups, &cards);
    Ok(Event { kind: "stats", id: &container.record.id, data: Some(data) })
}

/// Prints one line, at once: somebody waits for it.
fn print(event: &Event<'_>) -> Result<()> {
    let line = serde_json::to_string(event).expect("plain data");
    let mut output = io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).doing(|| "standard output".to_owned())
}
