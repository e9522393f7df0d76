//! /dev: nodes and the usual links.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::SFlag;

use crate::error::{Doing, Result};
use crate::plan::{Device, MountSource, Plan};
use crate::sys::{self, file, mount};

/// config-linux.md, default devices and symbolic links.
const LINKS: [(&str, &str); 5] = [
    ("/proc/self/fd", "fd"),
    ("/proc/self/fd/0", "stdin"),
    ("/proc/self/fd/1", "stdout"),
    ("/proc/self/fd/2", "stderr"),
    ("pts/ptmx", "ptmx"),
];

/// Makes nodes and links, unless /dev is bound in from the host and so complete (and not ours to change).
///
/// # Errors
/// mknod(2)'s; something else where a node should be.
pub fn make_all(root: BorrowedFd<'_>, plan: &Plan) -> Result<()> {
    let bound = |source: &MountSource| matches!(source, MountSource::Bind { .. });
    if plan.mounts.iter().any(|mount| mount.target == Path::new("/dev") && bound(&mount.source)) {
        return Ok(());
    }
    let doing = || "devices: open /dev".to_owned();
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY;
    let dev = file::open_or_make_in_root(root, Path::new("/dev"), flags, false, true).doing(doing)?;
    for device in &plan.devices {
        match device.path.parent() {
            Some(parent) if parent != Path::new("/dev") => {
                let doing = || format!("device {}", device.path.display());
                let place = file::open_or_make_in_root(root, parent, flags, true, true).doing(doing)?;
                node(place.as_fd(), device)?;
            }
            _ => node(dev.as_fd(), device)?,
        }
    }
    for (target, name) in LINKS {
        match file::symlinkat(target, dev.as_fd(), name) {
            Err(error) if error.errno == Errno::EEXIST => {}
            made => made.doing(|| format!("devices: /dev/{name}"))?,
        }
    }
    Ok(())
}

/// One node, directly in the directory `place`. One that is there already must be the same (config-linux.md).
fn node(place: BorrowedFd<'_>, device: &Device) -> Result<()> {
    let name = device.path.file_name().unwrap_or_default().to_string_lossy();
    let kind = match device.kind {
        'b' => SFlag::S_IFBLK,
        'p' => SFlag::S_IFIFO,
        _ => SFlag::S_IFCHR,
    };
    let Device { major, minor, mode, uid, gid, .. } = *device;
    let node = file::Node { kind, major, minor, mode, uid, gid };
    if device.bound {
        return bind(place, &name, device, node).doing(|| format!("device {}", device.path.display()));
    }
    match file::mknodat_owned(place, &name, node) {
        Err(error) if error.errno == Errno::EEXIST && file::is_node(place, &name, node) => Ok(()),
        made => made.doing(|| format!("device {}", device.path.display())),
    }
}

/// In a user namespace nobody makes nodes: the host's of the same path is bound in, with its own mode and owner.
fn bind(place: BorrowedFd<'_>, name: &str, device: &Device, node: file::Node) -> sys::Result<()> {
    let host = file::open_node(&device.path, node)?;
    let tree = mount::clone_tree_at(host.as_fd(), false)?;
    match file::make_file(place, name) {
        Err(error) if error.errno == Errno::EEXIST => {}
        made => made?,
    }
    let command = || format!("mount --bind {0} {0}", device.path.display());
    mount::move_mount_into(tree.as_fd(), place, Path::new(name), &device.path, command)
}
