//! `pontoon wait`.

use std::os::fd::AsFd;

use nix::unistd::Pid;

use crate::cli::IdsArgs;
use crate::error::{Doing, Result};
use crate::state::{Container, Monitor, State, Status};
use crate::supervise::wait_for;
use crate::sys::process::pidfd_open;

/// Waits for containers to end and prints their exit statuses, in order; -1 where nobody saw it.
///
/// # Errors
/// No such container.
pub(super) fn wait(state: &State, arguments: &IdsArgs) -> Result<u8> {
    for typed in &arguments.ids {
        let status = wait_one(state, &state.find(typed)?)?;
        println!("{}", status.map_or(-1, i32::from));
    }
    Ok(0)
}

/// The monitor tells those who listen, because a container with `--rm` is gone with its end; where the monitor
/// has gone before, the state tells.
fn wait_one(state: &State, container: &Container) -> Result<Option<u8>> {
    let ear = container.listen()?;
    let watchers = Monitor::of(state, &container.record.id);
    let watcher = watchers.iter().find(|monitor| monitor.alive());
    let watcher = watcher.and_then(|monitor| pidfd_open(Pid::from_raw(monitor.pid)).ok());
    if container.status()? != Status::Stopped || watcher.is_some() {
        let process = match (watcher, container.init()?) {
            (Some(watcher), _) => Some(watcher),
            (None, Some(init)) => pidfd_open(Pid::from_raw(init.pid)).ok().filter(|_| init.alive()),
            (None, None) => None,
        };
        if let Some(process) = process
            && let [true, _] = wait_for([ear.socket.as_fd(), process.as_fd()])?
        {
            let mut status = [0];
            ear.socket.recv(&mut status).doing(|| "wait".to_owned())?;
            return Ok(Some(status[0]));
        }
    }
    Ok(container.exit()?.and_then(|exit| exit.status))
}
