//! How a child is born: from which process, into which namespaces and which cgroup.

use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::sched::CloneFlags;

use crate::between;
use crate::error::{Doing, Result};
use crate::plan::{CgroupDirectory, NamespaceKind, Process};
use crate::setup::namespaces::{self, Joined};
use crate::sys::clone::{Cloned, clone3};
use crate::sys::file;

/// A child to be cloned, where it is to be.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    /// The namespaces to enter.
    pub joined: &'a [Joined],
    /// The program, whose limits it sets: who has entered has no right to.
    pub program: &'a Process,
    /// The v1 cgroups to enter before, which are there already.
    pub cgroups: &'a [CgroupDirectory],
    /// What the child is born with: `CLONE_NEW*` bits.
    pub flags: CloneFlags,
    /// The v2 cgroup that it, and whoever goes between, is born in.
    pub birthplace: Option<BorrowedFd<'a>>,
}

/// clone3 into new namespaces and, if one is among the joined, into a process number namespace that is there
/// already: it takes only processes made after it was entered, so the parent enters it for that moment. Where
/// there is no coming back, another goes `between`.
///
/// Until it executes the program, the clone can be looked into by nobody (CVE-2016-9962): where it joins, others
/// see it from its first moment, and it holds descriptors of the host's. It is as its parent is made here. (One
/// that is cloned by another than root hides itself once its ids are written: that takes one who may look.)
///
/// # Errors
/// clone3's and setns(2)'s.
pub fn clone(errand: Errand<'_>, between: bool) -> Result<Cloned> {
    let Errand { joined, flags, birthplace, .. } = errand;
    if between {
        return between::clone(errand);
    }
    let born = || {
        clone3(u64::from(flags.bits().cast_unsigned()), birthplace)
            .doing(|| "clone the first process".to_owned())
    };
    let Some(namespace) = joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Pid) else {
        return born();
    };
    let home = PathBuf::from("/proc/self/ns/pid");
    let descriptor = file::open(&home, OFlag::O_RDONLY).doing(|| "pid namespace".to_owned())?;
    namespaces::enter(namespace)?;
    match born() {
        // The child stays, and so do its children.
        Ok(Cloned::Child) => Ok(Cloned::Child),
        parent => {
            namespaces::enter(&(NamespaceKind::Pid, home, descriptor))?;
            parent
        }
    }
}
