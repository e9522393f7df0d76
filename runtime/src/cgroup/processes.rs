//! Who is in the container's cgroups, and ending them all.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::unistd::Pid;

use super::{children, freezer, unified};
use crate::error::{Doing, Result};
use crate::plan::CgroupDirectory;
use crate::supervise::readable_within;
use crate::sys::{file, process};

/// The processes in a cgroup, itself alone.
pub fn processes(directory: &Path) -> Vec<i32> {
    let list = fs::read_to_string(directory.join("cgroup.procs")).unwrap_or_default();
    list.lines().filter_map(|line| line.parse().ok()).collect()
}

/// The processes in a cgroup and in all below it.
pub(super) fn processes_below(directory: &Path) -> Vec<i32> {
    let mut all = processes(directory);
    for child in children(directory) {
        all.extend(processes_below(&child));
    }
    all
}

/// All processes of a container, by their numbers here, those in cgroups of its own making too; sorted.
pub fn processes_in_all(directories: &[CgroupDirectory]) -> Vec<i32> {
    let own = directories.iter().find(|directory| !directory.spare).map(|directory| directory.path.as_path());
    // They are in all of the hierarchies alike: one will do.
    let mut all = unified(directories).or(own).map(processes_below).unwrap_or_default();
    all.sort_unstable();
    all
}

/// Sends SIGKILL to every process of a container. No process gets away by making others: v2 kills a cgroup as a
/// whole (Linux 5.14), and elsewhere all are frozen meanwhile, where there is a freezer.
///
/// # Errors
/// write(2)'s.
pub fn kill_all(directories: &[CgroupDirectory]) -> Result<()> {
    if let Some(directory) = unified(directories) {
        match file::write(&directory.join("cgroup.kill"), "1") {
            // A directory that is gone holds nobody, and an older kernel has no such file.
            Err(error) if matches!(error.errno, Errno::ENOENT | Errno::ENODEV) => {}
            killed => {
                killed.doing(|| format!("kill {}", directory.display()))?;
                freezer::let_die(directories);
                return Ok(());
            }
        }
    }
    // Without a freezer the list may be old before it is used; then it is asked for until nobody new is there.
    let frozen = freezer::freeze(directories).is_ok();
    let mut signalled = BTreeSet::new();
    loop {
        let fresh: Vec<i32> =
            processes_in_all(directories).into_iter().filter(|pid| signalled.insert(*pid)).collect();
        for pid in &fresh {
            if let Ok(process) = process::pidfd_open(Pid::from_raw(*pid)) {
                // It may have ended by itself.
                let _ = process::pidfd_send_signal(process.as_fd(), libc::SIGKILL);
            }
        }
        if fresh.is_empty() || frozen {
            break;
        }
    }
    if frozen { freezer::thaw(directories) } else { Ok(()) }
}

/// Ends what is still in a cgroup and waits until it is gone. Without a process number namespace of its own,
/// a container's children outlive its first process.
pub(super) fn end(directory: &Path) {
    loop {
        let left: Vec<OwnedFd> = processes(directory)
            .into_iter()
            .filter_map(|pid| process::pidfd_open(Pid::from_raw(pid)).ok())
            .collect();
        // Only what a signal reached is waited for: a loop over what can't be ended would not end.
        let reached = |process: &&OwnedFd| process::pidfd_send_signal(process.as_fd(), libc::SIGKILL).is_ok();
        let dying: Vec<&OwnedFd> = left.iter().filter(reached).collect();
        if dying.is_empty() {
            return;
        }
        for process in dying {
            readable_within(process.as_fd(), PollTimeout::NONE);
        }
    }
}
