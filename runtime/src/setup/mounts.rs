//! The mounts of the plan: each made detached, completed, and moved onto a target resolved below the root.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::fcntl::OFlag;

use crate::abi::mount::{MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID};
use crate::error::{Doing, Result};
use crate::plan::mounts::Attributes;
use crate::plan::{Cgroup, CgroupVersion, Mount, MountSource};
use crate::sys::{self, file, mount};

/// Makes all mounts, in their order.
///
/// # Errors
/// The mount that failed, and its step.
pub fn mount_all(root: BorrowedFd<'_>, mounts: &[Mount], cgroup: &Cgroup) -> Result<()> {
    for mount in mounts {
        one(root, mount, cgroup).doing(|| format!("mount {}", mount.target.display()))?;
    }
    Ok(())
}

fn one(root: BorrowedFd<'_>, mount: &Mount, cgroup: &Cgroup) -> sys::Result<()> {
    let target = target(root, mount)?;
    let Attributes { set, clear, propagation, recursive } = mount.attributes;
    let attributes = mount::Attributes { set, clear, propagation, ..mount::Attributes::default() };
    let unified = cgroup.directories.iter().all(|directory| directory.version == CgroupVersion::V2);
    let tree = match &mount.source {
        MountSource::Filesystem { fstype, device, options } => filesystem(fstype, device, options, set)?,
        MountSource::Bind { path, recursive, .. } => mount::clone_tree(path, *recursive)?,
        MountSource::Cgroup if unified => filesystem("cgroup2", "cgroup2", &[], set)?,
        MountSource::Cgroup => return cgroups_v1(mount, target.as_fd(), cgroup, attributes),
    };
    let bind = matches!(mount.source, MountSource::Bind { .. });
    if propagation != 0 || clear != 0 || bind && set != 0 {
        mount::mount_setattr(tree.as_fd(), recursive, attributes)?;
    }
    if !mount.fakes_a_file_of_proc() {
        mount::guard_procfs(tree.as_fd(), target.as_fd())?;
    }
    mount::move_mount(tree.as_fd(), target.as_fd(), &mount.target, || mount.command())
}

/// A detached instance of a filesystem.
fn filesystem(
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

/// What the mount goes onto, made if it is missing. The kernel's own filesystems and /dev never go through
/// a symbolic link: whoever made the rootfs could have them mounted elsewhere (CVE-2019-19921).
fn target(root: BorrowedFd<'_>, mount: &Mount) -> sys::Result<OwnedFd> {
    let links = match &mount.source {
        MountSource::Filesystem { fstype, .. } => !matches!(fstype.as_str(), "proc" | "sysfs"),
        _ => true,
    } && mount.target != Path::new("/dev");
    let directory = !matches!(mount.source, MountSource::Bind { directory: false, .. });
    file::open_or_make_in_root(root, &mount.target, OFlag::O_PATH, links, directory)
}

/// cgroup v1: a small tmpfs with the container's own directory of each hierarchy bound into it. The root of
/// a hierarchy, with its `release_agent`, is not there (CVE-2022-0492).
fn cgroups_v1(
    mount: &Mount,
    target: BorrowedFd<'_>,
    cgroup: &Cgroup,
    attributes: mount::Attributes,
) -> sys::Result<()> {
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
    mount::mount_setattr(tree.as_fd(), true, attributes)?;
    Ok(())
}
