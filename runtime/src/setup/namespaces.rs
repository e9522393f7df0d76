//! Entering namespaces, and naming what is inside.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use nix::sched::CloneFlags;

use crate::error::{Doing, Result};
use crate::plan::{NamespaceKind, Plan};
use crate::sys::{file, process};

/// A namespace that is joined: its kind, its path, and the path opened.
pub type Joined = (NamespaceKind, PathBuf, OwnedFd);

/// Opens the namespaces that the plan joins, while the host's paths still lead to them.
///
/// # Errors
/// A path that can't be opened.
pub fn open(plan: &Plan) -> Result<Vec<Joined>> {
    let open = |(kind, path): &(NamespaceKind, PathBuf)| {
        let descriptor = file::open(path, nix::fcntl::OFlag::O_RDONLY)
            .doing(|| format!("{} namespace {}", kind.file(), path.display()))?;
        Ok((*kind, path.clone(), descriptor))
    };
    plan.joined_namespaces.iter().map(open).collect()
}

/// Enters one namespace.
///
/// # Errors
/// setns(2)'s: EINVAL where the path is no namespace of that kind.
pub fn enter((kind, path, descriptor): &Joined) -> Result<()> {
    process::setns(descriptor.as_fd(), kind.clone_flag(), path)
        .doing(|| format!("join the {} namespace {}", kind.file(), path.display()))
}

/// Enters those of `joined` that a process enters itself (a process number namespace holds only children
/// made later), and names what is new.
///
/// # Errors
/// setns(2)'s and sethostname(2)'s.
pub fn enter_all(plan: &Plan, joined: &[Joined]) -> Result<()> {
    for namespace in joined.iter().filter(|(kind, ..)| *kind != NamespaceKind::Pid) {
        enter(namespace)?;
    }
    if let Some(name) = &plan.hostname {
        process::sethostname(name).doing(|| format!("hostname {name}"))?;
    }
    if let Some(name) = &plan.domainname {
        process::setdomainname(name).doing(|| format!("domainname {name}"))?;
    }
    Ok(())
}

/// Makes the cgroup namespace, whose root is wherever its maker is by now.
///
/// # Errors
/// unshare(2)'s.
pub fn new_cgroup(plan: &Plan) -> Result<()> {
    if !plan.new_namespaces.contains(&NamespaceKind::Cgroup) {
        return Ok(());
    }
    process::unshare(CloneFlags::CLONE_NEWCGROUP).doing(|| "cgroup namespace".to_owned())
}
