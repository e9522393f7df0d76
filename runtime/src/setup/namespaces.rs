//! Entering namespaces, and naming what is inside.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sched::CloneFlags;

use crate::error::{Doing, Error, Result};
use crate::plan::{NamespaceKind, Plan};
use crate::sys::{file, netdevice, process};

/// A namespace that is joined: its kind, its path, and the path opened.
pub type Joined = (NamespaceKind, PathBuf, OwnedFd);

/// Opens the namespaces that the plan joins, while the host's paths still lead to them.
///
/// # Errors
/// A path that can't be opened.
pub fn open(plan: &Plan) -> Result<Vec<Joined>> {
    let open = |(kind, path): &(NamespaceKind, PathBuf)| {
        let descriptor = file::open(path, OFlag::O_RDONLY)
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

/// Enters all namespaces, for one who goes between. Some can only be entered with the rights from before the user
/// namespace, some only with those from after.
///
/// # Errors
/// setns(2)'s.
pub fn enter_nested(joined: &[Joined]) -> Result<()> {
    let (user, others): (Vec<&Joined>, Vec<&Joined>) =
        joined.iter().partition(|(kind, ..)| *kind == NamespaceKind::User);
    let mut after = Vec::new();
    for namespace in others {
        match enter(namespace) {
            Err(Error::System { source, .. }) if source.errno == Errno::EPERM && !user.is_empty() => {
                after.push(namespace);
            }
            entered => entered?,
        }
    }
    user.into_iter().chain(after).try_for_each(enter)
}

/// Enters those of `joined` that a process enters itself: a process number namespace holds only children
/// made later.
///
/// # Errors
/// setns(2)'s.
pub fn enter_own(joined: &[Joined]) -> Result<()> {
    joined.iter().filter(|(kind, ..)| *kind != NamespaceKind::Pid).try_for_each(enter)
}

/// Sets up what is new, and enters what is joined.
///
/// # Errors
/// setns(2)'s and sethostname(2)'s.
pub fn enter_all(plan: &Plan, joined: &[Joined]) -> Result<()> {
    // The host's /proc is needed for it.
    new_time(plan)?;
    enter_own(joined)?;
    if plan.rootless && plan.network.own {
        netdevice::loopback_up().doing(|| "network none".to_owned())?;
    }
    if let Some(name) = &plan.hostname {
        process::sethostname(name).doing(|| format!("hostname {name}"))?;
    }
    if let Some(name) = &plan.domainname {
        process::setdomainname(name).doing(|| format!("domainname {name}"))?;
    }
    Ok(())
}

/// Makes the time namespace and enters it, once its clocks are set: nobody may be in it before.
fn new_time(plan: &Plan) -> Result<()> {
    if !plan.new_namespaces.contains(&NamespaceKind::Time) {
        return Ok(());
    }
    let doing = || "time namespace".to_owned();
    process::unshare(NamespaceKind::Time.clone_flag()).doing(doing)?;
    if !plan.time_offsets.is_empty() {
        let lines: Vec<String> = plan.time_offsets.iter().map(ToString::to_string).collect();
        file::write(Path::new("/proc/self/timens_offsets"), &lines.join("\n")).doing(doing)?;
    }
    let path = PathBuf::from("/proc/self/ns/time_for_children");
    let made = file::open(&path, OFlag::O_RDONLY).doing(doing)?;
    enter(&(NamespaceKind::Time, path, made))
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
