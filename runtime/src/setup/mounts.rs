//! The mounts of the plan: each made detached, completed, and moved onto a target resolved below the root.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::abi::mount::{MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY};
use crate::error::{Doing, Result};
use crate::plan::mounts::Attributes;
use crate::plan::{Cgroup, CgroupVersion, Mount, MountSource, Plan};
use crate::sys::{self, copy, file, mount};

/// A mount that is to be unwritable, and is not yet.
#[derive(Debug)]
pub struct Unsealed<'p> {
    tree: OwnedFd,
    mount: &'p Mount,
}

/// A mount, and its tree where that is there already.
pub type WithTree<'p> = (&'p Mount, Option<OwnedFd>);

/// The mounts, each with its tree where that has to be there before: one that the parent made, and in a user
/// namespace whatever is the host's, because its root may reach less.
///
/// # Errors
/// `open_tree(2)`'s.
pub fn with_trees<'p>(plan: &'p Plan, made: &[Option<OwnedFd>]) -> Result<Vec<WithTree<'p>>> {
    let tree = |(place, mount): (usize, &'p Mount)| {
        let doing = || format!("mount {}", mount.target.display());
        let tree = match (made.get(place), &mount.source) {
            (Some(Some(made)), _) => Some(made.try_clone().doing(doing)?),
            (_, MountSource::Bind { path, recursive, .. }) if plan.user.is_some() => {
                Some(mount::clone_tree(path, *recursive).doing(doing)?)
            }
            _ => None,
        };
        Ok((mount, tree))
    };
    plan.mounts.iter().enumerate().map(tree).collect()
}

/// What else is done while mounts are made.
pub struct Meanwhile<J, P> {
    /// Right before the first mount of cgroups: they show those of their maker.
    pub join_cgroups: J,
    /// On each new procfs that can be written.
    pub on_procfs: P,
}

/// Makes all mounts, in their order. Returns those that are still writable.
///
/// # Errors
/// The mount that failed, and its step.
pub fn mount_all<'p>(
    root: BorrowedFd<'_>,
    mut mounts: Vec<WithTree<'p>>,
    cgroup: &Cgroup,
    meanwhile: Meanwhile<impl FnOnce() -> Result<()>, impl Fn(BorrowedFd<'_>) -> sys::Result<()>>,
) -> Result<Vec<Unsealed<'p>>> {
    let Meanwhile { join_cgroups, on_procfs } = meanwhile;
    let first = mounts.iter().position(|(mount, _)| mount.source == MountSource::Cgroup);
    let after = mounts.split_off(first.unwrap_or(mounts.len()));
    let mut unsealed = each(root, mounts, cgroup, &on_procfs)?;
    join_cgroups()?;
    unsealed.extend(each(root, after, cgroup, &on_procfs)?);
    Ok(unsealed)
}

fn each<'p>(
    root: BorrowedFd<'_>,
    mounts: Vec<WithTree<'p>>,
    cgroup: &Cgroup,
    on_procfs: &impl Fn(BorrowedFd<'_>) -> sys::Result<()>,
) -> Result<Vec<Unsealed<'p>>> {
    let mut unsealed = Vec::new();
    for (mount, tree) in mounts {
        let made = one(root, mount, tree, cgroup, on_procfs)
            .doing(|| format!("mount {}", mount.target.display()))?;
        unsealed.extend(made.map(|tree| Unsealed { tree, mount }));
    }
    Ok(unsealed)
}

/// Makes unwritable what is to be, now that everything has been made in it.
///
/// # Errors
/// The mount, and `mount_setattr(2)`'s.
pub fn seal(mounts: &[Unsealed<'_>]) -> Result<()> {
    for Unsealed { tree, mount } in mounts {
        let recursive = mount.recursive.set & MOUNT_ATTR_RDONLY != 0;
        let attributes = mount::Attributes { set: MOUNT_ATTR_RDONLY, ..mount::Attributes::default() };
        mount::mount_setattr(tree.as_fd(), recursive, attributes)
            .doing(|| format!("make {} read-only", mount.target.display()))?;
    }
    Ok(())
}

fn one(
    root: BorrowedFd<'_>,
    mount: &Mount,
    made: Option<OwnedFd>,
    cgroup: &Cgroup,
    on_procfs: &impl Fn(BorrowedFd<'_>) -> sys::Result<()>,
) -> sys::Result<Option<OwnedFd>> {
    let late = if mount.is_sealed_late() { MOUNT_ATTR_RDONLY } else { 0 };
    let set = mount.attributes.set & !late;
    let unified = cgroup.directories.iter().all(|directory| directory.version == CgroupVersion::V2);
    if let MountSource::Remount { options } = &mount.source {
        return remount(root, mount, options.as_deref()).map(|()| None);
    }
    let (target, was_there) = target(root, mount)?;
    let target = target.as_fd();
    let tree = match (&mount.source, made) {
        (MountSource::Filesystem { .. }, Some(made)) => made,
        (MountSource::Filesystem { fstype, device, options }, None) => {
            let mut options = options.clone();
            if was_there && mount.takes_mode() {
                options.push(("mode".to_owned(), Some(format!("{:o}", file::mode(target)))));
            }
            filesystem(fstype, device, &options, set)?
        }
        (MountSource::Bind { path, recursive, .. }, made) => {
            let tree = made.map_or_else(|| mount::clone_tree(path, *recursive), Ok)?;
            change(tree.as_fd(), false, Attributes { set, ..mount.attributes })?;
            tree
        }
        (MountSource::Cgroup, _) if unified => filesystem("cgroup2", "cgroup2", &[], set)?,
        (MountSource::Cgroup, _) => return cgroups_v1(mount, target, cgroup).map(|()| None),
        (MountSource::Remount { .. }, _) => unreachable!("done above"),
    };
    if mount.is_open_procfs() {
        on_procfs(tree.as_fd())?;
    }
    if mount.copy_up && was_there {
        copy::tree(target, tree.as_fd(), &mount.target)?;
    }
    change(tree.as_fd(), true, Attributes { set: mount.recursive.set & !late, ..mount.recursive })?;
    propagate(tree.as_fd(), mount)?;
    if !mount.fakes_a_file_of_proc() {
        mount::guard_procfs(tree.as_fd(), target)?;
    }
    mount::move_mount(tree.as_fd(), target, &mount.target, || mount.command())?;
    Ok((late != 0).then_some(tree))
}

/// Changes the attributes of a mount, and with `recursive` those of all below it, if there is any to change.
fn change(tree: BorrowedFd<'_>, recursive: bool, attributes: Attributes) -> sys::Result<()> {
    if attributes.is_empty() {
        return Ok(());
    }
    let Attributes { set, clear } = attributes;
    mount::mount_setattr(tree, recursive, mount::Attributes { set, clear, ..mount::Attributes::default() })
}

fn propagate(tree: BorrowedFd<'_>, mount: &Mount) -> sys::Result<()> {
    mount.propagation.iter().try_for_each(|propagation| {
        let attributes = mount::Attributes { propagation: propagation.kind, ..mount::Attributes::default() };
        mount::mount_setattr(tree, propagation.recursive, attributes)
    })
}

/// A detached instance of a filesystem.
///
/// # Errors
/// The kernel's.
pub fn filesystem(
    fstype: &str,
    device: &str,
    options: &[(String, Option<String>)],
    attributes: u64,
) -> sys::Result<OwnedFd> {
    let context = mount::fsopen(fstype)?;
    mount::fsconfig_set(context.as_fd(), "source", Some(device))?;
    for (key, value) in options {
        mount::fsconfig_set(context.as_fd(), key, value.as_deref())?;
    }
    mount::fsconfig_create(context.as_fd())?;
    mount::fsmount(context.as_fd(), attributes)
}

/// Gives a mount that is there already other attributes, and its filesystem other options.
fn remount(
    root: BorrowedFd<'_>,
    mount: &Mount,
    options: Option<&[(String, Option<String>)]>,
) -> sys::Result<()> {
    // No link: whoever made the rootfs could have another mount changed.
    let target = file::open_in_root(root, &mount.target, OFlag::O_PATH, false)?;
    if let Some(options) = options.filter(|options| !options.is_empty()) {
        let context = mount::fspick(target.as_fd(), &mount.target)?;
        for (key, value) in options {
            mount::fsconfig_set(context.as_fd(), key, value.as_deref())?;
        }
        mount::fsconfig_reconfigure(context.as_fd())?;
    }
    change(target.as_fd(), false, mount.attributes)?;
    change(target.as_fd(), true, mount.recursive)?;
    propagate(target.as_fd(), mount)
}

/// What the mount goes onto, made if it is missing, and whether it was there. The kernel's own filesystems and
/// /dev never go through a symbolic link: whoever made the rootfs could have them mounted elsewhere
/// (CVE-2019-19921).
fn target(root: BorrowedFd<'_>, mount: &Mount) -> sys::Result<(OwnedFd, bool)> {
    let links = match &mount.source {
        MountSource::Filesystem { fstype, .. } => !matches!(fstype.as_str(), "proc" | "sysfs"),
        _ => true,
    } && mount.target != Path::new("/dev");
    let directory = !matches!(mount.source, MountSource::Bind { directory: false, .. });
    match file::open_in_root(root, &mount.target, OFlag::O_PATH, links) {
        Err(error) if error.errno == Errno::ENOENT => {
            file::make_in_root(root, &mount.target, directory)?;
            file::open_in_root(root, &mount.target, OFlag::O_PATH, links).map(|made| (made, false))
        }
        opened => opened.map(|target| (target, true)),
    }
}

/// cgroup v1: a small tmpfs with the container's own directory of each hierarchy bound into it. The root of
/// a hierarchy, with its `release_agent`, is not there (CVE-2022-0492).
fn cgroups_v1(mount: &Mount, target: BorrowedFd<'_>, cgroup: &Cgroup) -> sys::Result<()> {
    let flags = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    let tree = filesystem("tmpfs", "tmpfs", &[("mode".to_owned(), Some("755".to_owned()))], flags)?;
    mount::guard_procfs(tree.as_fd(), target)?;
    mount::move_mount(tree.as_fd(), target, &mount.target, || {
        format!("mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs {}", mount.target.display())
    })?;
    for directory in cgroup.directories.iter().filter(|directory| !directory.spare) {
        let Some(name) = directory.mount.file_name() else { continue };
        let name = Path::new(name);
        file::mkdirat(tree.as_fd(), name, 0o755)?;
        let own = mount::clone_tree(&directory.path, false)?;
        let shown = mount.target.join(name);
        mount::move_mount_into(own.as_fd(), tree.as_fd(), name, &shown, || {
            format!("mount --bind {} {}", directory.path.display(), shown.display())
        })?;
        // Each controller is found by its own name too: cpu -> cpu,cpuacct.
        let together = name.to_string_lossy();
        for controller in directory.controllers.iter().filter(|_| together.contains(',')) {
            file::symlinkat(&together, tree.as_fd(), controller)?;
        }
    }
    // All of it is one thing to whoever asked for it.
    change(tree.as_fd(), true, mount.attributes)?;
    change(tree.as_fd(), true, mount.recursive)?;
    propagate(tree.as_fd(), mount)
}
