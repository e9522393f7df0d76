//! `pontoon rm`, and everything else that takes a container away.

use std::os::fd::AsFd;

use nix::poll::PollTimeout;
use nix::unistd::Pid;

use crate::cgroup;
use crate::cli::RmArgs;
use crate::error::{Doing, Result};
use crate::hooks;
use crate::network;
use crate::state::{self, Container, Document, Monitor, State, Status};
use crate::supervise::readable_within;
use crate::sys::process;

/// How long, in milliseconds, a monitor may take to settle a container that has ended.
const SETTLING: u16 = 10_000;

/// Removes containers.
///
/// # Errors
/// One that runs, without `-f`; the first that could not be removed, when the others have been.
pub(super) fn rm(state: &State, arguments: &RmArgs) -> Result<u8> {
    let mut first = Ok(());
    for typed in &arguments.ids {
        let removed = state.find(typed).and_then(|container| {
            remove(state, &container, arguments.force)?;
            println!("{typed}");
            Ok(())
        });
        first = first.and(removed);
    }
    first.map(|()| 0)
}

pub(crate) fn remove(state: &State, container: &Container, force: bool) -> Result<()> {
    match container.status()? {
        status if status.is_alive() && !force => {
            return Err(container.refused(status, "be removed: stop it first, or use rm -f"));
        }
        Status::Created | Status::Running | Status::Paused => end(container)?,
        Status::Creating | Status::Stopped => {}
    }
    settled(state, container);
    // It may have had --rm.
    if Container::read(state, &container.record.id)?.is_none() {
        return Ok(());
    }
    outside(state, container)?;
    forget(state, container);
    for monitor in Monitor::of(state, &container.record.id) {
        monitor.end(state);
    }
    Ok(())
}

/// Ends a running container and waits for its end.
fn end(container: &Container) -> Result<()> {
    let Some(init) = container.init()? else { return Ok(()) };
    let doing = || format!("end container {}", container.record.id);
    let Ok(process) = process::pidfd_open(Pid::from_raw(init.pid)) else { return Ok(()) };
    if !init.alive() {
        return Ok(());
    }
    match process::pidfd_send_signal(process.as_fd(), libc::SIGKILL) {
        Err(error) if error.errno == nix::errno::Errno::ESRCH => return Ok(()),
        sent => sent.doing(doing)?,
    }
    cgroup::let_die(&container.record.cgroups);
    readable_within(process.as_fd(), PollTimeout::NONE);
    Ok(())
}

/// Waits until whoever watches the container has noted its end.
pub(super) fn settled(state: &State, container: &Container) {
    for monitor in Monitor::of(state, &container.record.id) {
        if let Ok(process) = process::pidfd_open(Pid::from_raw(monitor.pid))
            && monitor.alive()
        {
            readable_within(process.as_fd(), PollTimeout::from(SETTLING));
        }
    }
}

/// A container's program has ended: what it held is given back. Its veth pair dies with its network
/// namespace, in the kernel's own time.
///
/// # Errors
/// What could not be given back, the first of it; the rest is.
pub fn ended(state: &State, container: &Container, monitor: &Monitor, status: u8) -> Result<()> {
    let removed = cgroup::remove(&container.record.cgroups, !container.record.own_pids);
    let removed = removed.and(network::retire(state, container));
    let settled = if container.record.remove {
        let released = give_back(state, container);
        container.announce(status);
        forget(state, container);
        released
    } else {
        // Whoever was told finds it written.
        let written = container.set_exit(Some(status));
        container.announce(status);
        written
    };
    monitor.end(state);
    removed.and(settled)
}

/// The addresses of a container whose cards die with its network namespace; where another container shares
/// the namespace, the cards are taken away too, because their addresses may be another's at once.
fn give_back(state: &State, container: &Container) -> Result<()> {
    if container.lent_its_network() {
        return network::remove(state, container);
    }
    let release = |card| network::release(state, &container.record.id, &card);
    container.cards()?.into_iter().map(release).fold(Ok(()), Result::and)
}

/// A start failed: everything that had been made goes. What will not go is reported with the failure.
pub fn undo(state: &State, container: &Container, monitor: &Monitor) {
    if let Err(error) = outside(state, container) {
        eprintln!("pontoon: while tidying up: {error}");
        // The mark stays, so that the next command tries again.
        return;
    }
    forget(state, container);
    monitor.end(state);
}

/// Forgets a container of which nothing is left, and tells those who wanted to know (`poststop`).
fn forget(state: &State, container: &Container) {
    container.forget(state);
    let gone = Document::with(container, Status::Stopped, 0);
    hooks::run_all("poststop", &container.record.hooks.poststop, &gone);
}

/// What a container has outside of its state directory.
fn outside(state: &State, container: &Container) -> Result<()> {
    let network = network::remove(state, container);
    network.and(cgroup::remove(&container.record.cgroups, !container.record.own_pids))
}

/// Removes what killed commands left behind.
///
/// # Errors
/// The first thing that would not go.
pub(super) fn sweep(state: &State, thorough: bool) -> Result<usize> {
    let changes = network::sweep(state);
    let undo = |leftover: &state::Leftover| match &leftover.container {
        Some(container) => outside(state, container),
        None => Ok(()),
    };
    let containers = state::sweep(state, thorough, undo, |container| forget(state, container));
    Ok(changes? + containers?)
}
