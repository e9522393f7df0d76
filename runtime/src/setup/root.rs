//! The container's root: made a mount of its own, and then the root.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::abi::mount::MOUNT_ATTR_RDONLY;
use crate::error::{Doing, Result};
use crate::plan::{Propagation, Root};
use crate::sys::mount::Attributes;
use crate::sys::{file, mount, pivot, process};

/// Cuts the mounts of this namespace off from the host's, as far as the plan says, and mounts the root onto
/// itself, because `pivot_root` wants a mount. Returns it, as the only way by which paths inside are resolved
/// from now on.
///
/// # Errors
/// A step's.
pub fn prepare(root: &Root) -> Result<OwnedFd> {
    let doing = || format!("rootfs {}", root.path.display());
    let target = file::directory(&root.path).doing(doing)?;
    match root.propagation.kind {
        // Binds are to stay in step with the host's mounts, both ways. What is mounted on the root is not the
        // host's business all the same.
        libc::MS_SHARED => make_holder_private(&root.path)?,
        libc::MS_SLAVE => propagate_all(libc::MS_SLAVE, "rslave")?,
        _ => propagate_all(libc::MS_PRIVATE, "rprivate")?,
    }
    let tree = mount::clone_tree_at(target.as_fd(), true).doing(doing)?;
    let command = || format!("mount --rbind {0} {0}", root.path.display());
    mount::move_mount(tree.as_fd(), target.as_fd(), &root.path, command).doing(doing)?;
    Ok(tree)
}

fn propagate_all(propagation: u64, word: &str) -> Result<()> {
    let attributes = Attributes { propagation, ..Attributes::default() };
    mount::mount_setattr_path(Path::new("/"), true, attributes, &format!("mount --make-{word} /"))
        .doing(|| format!("mounts: make / {word}"))
}

/// Makes the mount in which `path` lies private, so that what is mounted onto `path` stays here.
fn make_holder_private(path: &Path) -> Result<()> {
    for place in path.ancestors() {
        let doing = || format!("rootfs {}: the mount that holds it", path.display());
        let place_opened = file::directory(place).doing(doing)?;
        if mount::is_root(place_opened.as_fd()) {
            let attributes = Attributes { propagation: libc::MS_PRIVATE, ..Attributes::default() };
            return mount::mount_setattr(place_opened.as_fd(), false, attributes).doing(doing);
        }
    }
    Ok(())
}

/// Makes `root` the root and lets the host's go. Returns the new root.
///
/// # Errors
/// A step's.
pub fn pivot(root: BorrowedFd<'_>, planned: &Root) -> Result<OwnedFd> {
    let doing = || format!("make {} the root", planned.path.display());
    process::fchdir(root, &planned.path).doing(doing)?;
    if planned.no_pivot {
        pivot::move_to_root().doing(doing)?;
    } else if planned.propagation.kind == libc::MS_SHARED {
        let host = file::directory(Path::new("/")).doing(doing)?;
        pivot::pivot_root().doing(doing)?;
        // Or the host's mounts would be let go with it.
        let slave = Attributes { propagation: libc::MS_SLAVE, ..Attributes::default() };
        mount::mount_setattr(host.as_fd(), true, slave).doing(doing)?;
        pivot::detach_old_root().doing(doing)?;
    } else {
        pivot::pivot_root().doing(doing)?;
        pivot::detach_old_root().doing(doing)?;
    }
    process::chdir(Path::new("/")).doing(doing)?;
    propagate_root(planned.propagation)?;
    if planned.readonly {
        let readonly = Attributes { set: MOUNT_ATTR_RDONLY, ..Attributes::default() };
        mount::mount_setattr_path(Path::new("/"), false, readonly, "mount -o remount,bind,ro /")
            .doing(|| "make the root read-only".to_owned())?;
    }
    file::directory(Path::new("/")).doing(doing)
}

/// What the root shares from now on. As a slave of the host's, or private, it was made.
fn propagate_root(propagation: Propagation) -> Result<()> {
    let word = match propagation.kind {
        libc::MS_SHARED => "shared",
        libc::MS_UNBINDABLE => "unbindable",
        _ => return Ok(()),
    };
    let attributes = Attributes { propagation: propagation.kind, ..Attributes::default() };
    let command = format!("mount --make-{}{word} /", if propagation.recursive { "r" } else { "" });
    mount::mount_setattr_path(Path::new("/"), propagation.recursive, attributes, &command)
        .doing(|| format!("make the root {word}"))
}

/// Makes sure that the working directory is there, as docker and runc do.
///
/// # Errors
/// mkdir(2)'s.
pub fn make_cwd(root: BorrowedFd<'_>, cwd: &Path) -> Result<()> {
    match file::open_in_root(root, cwd, OFlag::O_PATH | OFlag::O_DIRECTORY, true) {
        Err(error) if error.errno == Errno::ENOENT => file::make_in_root(root, cwd, true)
            .doing(|| format!("make the working directory {}", cwd.display())),
        // Whether it can be entered is asked again, as the user who will be in it.
        _ => Ok(()),
    }
}

/// Enters the working directory by a descriptor below the root: no link of /proc's kind leads to what
/// Pontoon still holds open (CVE-2024-21626).
///
/// # Errors
/// openat2(2)'s and fchdir(2)'s.
pub fn enter_cwd(root: BorrowedFd<'_>, cwd: &Path) -> Result<()> {
    let doing = || format!("working directory {}", cwd.display());
    let directory = file::open_in_root(root, cwd, OFlag::O_PATH | OFlag::O_DIRECTORY, true).doing(doing)?;
    process::fchdir(directory.as_fd(), cwd).doing(doing)
}
