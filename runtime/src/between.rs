//! One who goes between: enters a user namespace that is there already, clones the child in there, and ends.
//!
//! What is made in a user namespace belongs to it, so a child's new namespaces have to be made by one who is
//! inside; and who has entered can't come back. Nor can one who is born in a new user namespace enter any that
//! belong to another. So this one goes first. The child is Pontoon's own all the same (`CLONE_PARENT`).

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sched::CloneFlags;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::birth::Errand;
use crate::cgroup;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::handshake;
use crate::setup::identity;
use crate::setup::namespaces;
use crate::sys::clone::{Child, Cloned, clone3, exit_now};
use crate::sys::gate::rehearsing;
use crate::sys::process;

/// Has the child cloned in there.
///
/// # Errors
/// A namespace that can't be entered; clone3's.
pub fn clone(errand: Errand<'_>) -> Result<Cloned> {
    let (ours, theirs) = handshake::pair()?;
    // From inside a cgroup namespace nobody is put into a cgroup who is not in it already: the child inherits it.
    match clone3(0, errand.birthplace).doing(|| "clone one who goes between".to_owned())? {
        Cloned::Child => {
            drop(ours);
            explain::act_as(Actor::Container);
            match cross(errand) {
                Ok(Cloned::Child) => Ok(Cloned::Child),
                Ok(Cloned::Parent(child)) => {
                    // A parent that is gone has no use for it, and it will notice.
                    let _ = theirs.born(child.pidfd.as_fd());
                    exit_now(0)
                }
                Err(error) => {
                    theirs.fail(&error, false);
                    exit_now(1)
                }
            }
        }
        Cloned::Parent(between) => {
            drop(theirs);
            if rehearsing() {
                explain::act_as(Actor::Container);
                let crossed = cross(errand);
                explain::act_as(Actor::Host);
                return crossed;
            }
            let born = ours.birth();
            let ended = process::wait(between.pidfd.as_fd()).doing(|| "wait".to_owned())?;
            let pidfd = born?.ok_or(Error::Vanished { status: ended.status() })?;
            Ok(Cloned::Parent(Child { pid: number(&pidfd)?, pidfd }))
        }
    }
}

fn cross(errand: Errand<'_>) -> Result<Cloned> {
    process::set_death_signal(Some(Signal::SIGKILL)).doing(|| "die with the parent".to_owned())?;
    identity::limits(errand.program)?;
    process::set_undumpable().doing(|| "hide from the container".to_owned())?;
    cgroup::join_v1(errand.cgroups)?;
    namespaces::enter_nested(errand.joined)?;
    let flags = errand.flags | CloneFlags::CLONE_PARENT;
    clone3(u64::from(flags.bits().cast_unsigned()), None).doing(|| "clone the first process".to_owned())
}

/// The number that this process knows another by.
fn number(pidfd: &OwnedFd) -> Result<Pid> {
    let path = format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd());
    let text = std::fs::read_to_string(&path).doing(|| format!("read {path}"))?;
    let number = text.lines().find_map(|line| line.strip_prefix("Pid:")?.trim().parse().ok());
    number.map(Pid::from_raw).ok_or_else(|| Error::Usage(format!("{path}: no number")))
}
