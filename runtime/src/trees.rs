//! Mounts that the parent makes, before there is a child: what takes rights over the host's filesystems, or over
//! another's namespace. They are detached, and the child puts them in their places.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::sched::CloneFlags;
use nix::sys::signal::Signal;

use crate::error::{Doing, Error, Result};
use crate::guide::put_down;
use crate::mapping;
use crate::network::Place;
use crate::plan::mounts::IdMap;
use crate::plan::{Mappings, Mount, MountSource, NamespaceKind, Plan};
use crate::setup::mounts::filesystem;
use crate::setup::namespaces::Joined;
use crate::sys::clone::{Cloned, clone3, exit_now};
use crate::sys::mount::Attributes;
use crate::sys::{file, mount, process, socket};

/// The trees, each at its mount's place.
///
/// # Errors
/// The kernel's: EINVAL where a filesystem can't show other owners, EPERM where it is not the caller's.
pub fn make(plan: &Plan, joined: &[Joined]) -> Result<Vec<Option<OwnedFd>>> {
    let nested = plan.user.is_some() && !plan.rootless;
    let tree = |mount: &Mount| match &mount.source {
        MountSource::Bind { path, .. } if mount.by_parent || nested && !reachable(path) => {
            bind(plan, mount, joined).map(Some)
        }
        MountSource::Filesystem { .. } if mount.by_parent => filesystem_of(mount, joined).map(Some),
        _ => Ok(None),
    };
    plan.mounts.iter().map(tree).collect()
}

/// Whether root comes to `path` as the owner and the group of directories alone, without the rights over everybody's
/// that it lacks in a user namespace.
fn reachable(path: &Path) -> bool {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.ancestors().skip(1).filter_map(|directory| directory.metadata().ok()).all(|about| {
        let bit = match (about.uid(), about.gid()) {
            (0, _) => 0o100,
            (_, 0) => 0o010,
            _ => 0o001,
        };
        about.mode() & bit != 0
    })
}

/// A part of the host's tree. It is a copy of the host's mount itself, not of the container's copy of that, so that
/// it has to be cut off like those.
fn bind(plan: &Plan, mount: &Mount, joined: &[Joined]) -> Result<OwnedFd> {
    let doing = || format!("mount {}", mount.target.display());
    let MountSource::Bind { path, recursive, .. } = &mount.source else {
        return Err(Error::Usage(format!("{}: no bind", doing())));
    };
    let tree = mount::clone_tree(path, *recursive).doing(doing)?;
    let propagation = match plan.root.propagation.kind {
        libc::MS_SHARED if plan.user.is_none() => 0,
        libc::MS_SHARED | libc::MS_SLAVE => libc::MS_SLAVE,
        _ => libc::MS_PRIVATE,
    };
    if propagation != 0 {
        let cut_off = Attributes { propagation, ..Attributes::default() };
        mount::mount_setattr(tree.as_fd(), true, cut_off).doing(doing)?;
    }
    if let Some(idmap) = &mount.idmap {
        let namespace = user_namespace(idmap, joined)?;
        mount::idmap(tree.as_fd(), idmap.recursive, namespace.as_fd()).doing(doing)?;
    }
    Ok(tree)
}

/// A filesystem that shows the network namespace of its maker.
fn filesystem_of(mount: &Mount, joined: &[Joined]) -> Result<OwnedFd> {
    let doing = || format!("mount {}", mount.target.display());
    let MountSource::Filesystem { fstype, device, options } = &mount.source else {
        return Err(Error::Usage(format!("{}: no filesystem", doing())));
    };
    let make = || filesystem(fstype, device, options, mount.attributes.set).doing(doing);
    match joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Network) {
        Some((_, path, open)) => Place::Open(open.as_fd(), path).enter(make),
        None => make(),
    }
}

/// The namespace that maps as it is asked.
fn user_namespace(idmap: &IdMap, joined: &[Joined]) -> Result<OwnedFd> {
    let doing = || "user namespace of a mount".to_owned();
    match (&idmap.mappings, joined.iter().find(|(kind, ..)| *kind == NamespaceKind::User)) {
        (Some(mappings), _) => made_for(mappings),
        (None, Some((_, _, open))) => open.try_clone().doing(doing),
        (None, None) => Err(Error::Usage(format!("{}: there is none", doing()))),
    }
}

/// A namespace that nobody lives in: its first process goes as soon as it is held here.
fn made_for(mappings: &Mappings) -> Result<OwnedFd> {
    let doing = || "user namespace of a mount".to_owned();
    let (ours, theirs) = socket::pair().doing(doing)?;
    let flags = u64::from(CloneFlags::CLONE_NEWUSER.bits().cast_unsigned());
    let child = match clone3(flags, None).doing(doing)? {
        Cloned::Child => {
            drop(ours);
            let _ = process::set_death_signal(Some(Signal::SIGKILL));
            let _ = socket::receive(theirs.as_fd());
            exit_now(0)
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    let path = PathBuf::from(format!("/proc/{}/ns/user", child.pid));
    let opened = mapping::write(child.pid, mappings)
        .and_then(|()| file::open(Path::new(&path), OFlag::O_RDONLY).doing(doing));
    put_down(&child);
    opened
}
