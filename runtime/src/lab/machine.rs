//! The machine in small that a lab runs in: network, mount and process namespaces of its own, with an empty `/run` and an
//! `/etc` that forgets. With its first process all of it is gone.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};

use nix::poll::PollTimeout;
use nix::sched::CloneFlags;
use nix::sys::signal::Signal;
use nix::unistd::{getpgrp, tcgetpgrp};

use crate::commands::remove;
use crate::error::{Doing, Error, Result};
use crate::relay::Wait;
use crate::state::State;
use crate::sys::clone::{Child, Cloned, clone3, exit_now};
use crate::sys::mount::{
    Attributes, fsconfig_create, fsconfig_set, fsmount, fsopen, mount_setattr_path, move_mount,
};
use crate::sys::signals::{Signals, ignore_stop};
use crate::sys::stream::INPUT;
use crate::sys::terminal::come_to_the_front;
use crate::sys::{file, process};

/// Where commands start: it is in memory, and goes with the rest.
const HOME: &str = "/run/lab";
/// Where definitions of networks are.
const DEFINITIONS: &str = "/etc/pontoon";
/// Options of a filesystem in memory.
const IN_MEMORY: &[(&str, &str)] = &[("mode", "755")];
/// Where the machine's Pontoon keeps its state.
const STATE: &str = "/run/pontoon";

/// Does `work` as the first process of a machine of its own, which has the terminal if somebody is `led`. Returns the exit
/// status.
///
/// # Errors
/// The machine can't be made.
pub(super) fn run(led: bool, work: impl FnOnce(&Signals) -> Result<u8>) -> Result<u8> {
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::Usage("a lab makes network namespaces and wants root".to_owned()));
    }
    let doing = || "make a machine for the lab".to_owned();
    // Whatever ends the lab, its containers' cgroups go first.
    let signals = Signals::block().doing(doing)?;
    let terminal = INPUT;
    let led = led && tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp());
    let flags = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID;
    match clone3(u64::from(flags.bits().cast_unsigned()), None).doing(doing)? {
        Cloned::Parent(child) => {
            let status = watch(&child, &signals);
            if led {
                // Of one that has gone there is nothing to take.
                let _ = come_to_the_front(terminal);
            }
            status
        }
        Cloned::Child => {
            let begun = begin().and_then(|()| if led { take(terminal) } else { Ok(()) });
            let done = begun.and_then(|()| work(&signals));
            let ended = remove_containers();
            exit_now(match done.and_then(|status| ended.map(|()| status)) {
                Ok(status) => status.into(),
                Err(error) => {
                    eprintln!("pontoon: {error}");
                    error.exit_status().into()
                }
            })
        }
    }
}

/// A shell that the reader starts gives the terminal back to whose it was, and can do so only to a group of this machine.
/// Nobody would wake a command that was stopped.
fn take(terminal: BorrowedFd<'_>) -> Result<()> {
    ignore_stop();
    process::setpgid().and_then(|()| come_to_the_front(terminal)).doing(|| "take the terminal".to_owned())
}

/// Waits for the machine's end; passes on what asks to end. (A Ctrl-C comes to the lab by itself.)
fn watch(child: &Child, signals: &Signals) -> Result<u8> {
    loop {
        let mut wait = Wait::new();
        let ended = wait.reading(child.pidfd.as_fd());
        let signalled = wait.reading(signals.as_fd());
        let came = wait.poll(PollTimeout::NONE)?;
        if came.any(signalled)
            && let Some(signal) = signals.next().doing(|| "signals".to_owned())?
            && signal != Signal::SIGINT as i32
        {
            // If it has ended, that is seen next.
            let _ = process::pidfd_send_signal(child.pidfd.as_fd(), signal);
        }
        if came.any(ended) {
            return Ok(process::wait(child.pidfd.as_fd()).doing(|| "wait".to_owned())?.status());
        }
    }
}

/// The first moments of the machine's first process: what it sees is its own.
fn begin() -> Result<()> {
    let doing = || "set up the lab's machine".to_owned();
    // Nothing of it outlives who asked for it.
    process::set_death_signal(Some(Signal::SIGKILL)).doing(doing)?;
    let private = Attributes { propagation: libc::MS_PRIVATE, ..Attributes::default() };
    mount_setattr_path(Path::new("/"), true, private, "mount --make-rprivate /").doing(doing)?;
    mount("proc", "/proc", &[])?;
    own_etc()?;
    mount("tmpfs", "/run", IN_MEMORY)?;
    file::mkdir(Path::new(HOME), 0o755).doing(doing)?;
    process::chdir(Path::new(HOME)).doing(doing)?;
    // A new network namespace takes this from the host's.
    file::write(Path::new("/proc/sys/net/ipv4/ip_forward"), "0").doing(doing)
}

/// What is written to /etc stays in memory, and networks that are defined there are none of the lab's.
fn own_etc() -> Result<()> {
    // Kept below the /run that follows.
    mount("tmpfs", "/run", IN_MEMORY)?;
    for directory in ["/run/upper", "/run/work"] {
        file::mkdir(Path::new(directory), 0o755).doing(|| "set up the lab's machine".to_owned())?;
    }
    mount("overlay", "/etc", &[("lowerdir", "/etc"), ("upperdir", "/run/upper"), ("workdir", "/run/work")])?;
    std::fs::create_dir_all(DEFINITIONS).doing(|| format!("make {DEFINITIONS}"))?;
    mount("tmpfs", DEFINITIONS, IN_MEMORY)
}

/// A new filesystem of this kind at `target`.
fn mount(kind: &str, target: &str, options: &[(&str, &str)]) -> Result<()> {
    let doing = || format!("mount {target}");
    let context = fsopen(kind).doing(doing)?;
    for (key, value) in options {
        fsconfig_set(context.as_fd(), key, Some(value)).doing(doing)?;
    }
    fsconfig_create(context.as_fd()).doing(doing)?;
    let mount = fsmount(context.as_fd(), 0).doing(doing)?;
    let directory = file::directory(Path::new(target)).doing(doing)?;
    let command = || format!("mount -t {kind} {kind} {target}");
    move_mount(mount.as_fd(), directory.as_fd(), Path::new(target), command).doing(doing)
}

/// The containers that the lab leaves have cgroups, which are the host's.
fn remove_containers() -> Result<()> {
    let state = State::at(PathBuf::from(STATE));
    let ids = state.ids();
    let found = ids.iter().filter_map(|id| state.find(id).ok());
    found.map(|container| remove::remove(&state, &container, true)).fold(Ok(()), Result::and)
}
