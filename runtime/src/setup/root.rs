//! The container's root: made a mount of its own, and then the root.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::abi::mount::MOUNT_ATTR_RDONLY;
use crate::error::{Doing, Result};
use crate::plan::Root;
use crate::sys::mount::Attributes;
use crate::sys::{file, mount, pivot, process};

/// Cuts the mounts of this namespace off from the host's and mounts the root onto itself, because
/// `pivot_root` wants a mount. Returns it, as the only way by which paths inside are resolved from now on.
///
/// # Errors
/// A step's.
pub fn prepare(root: &Root) -> Result<OwnedFd> {
    let propagation = Attributes { propagation: root.propagation, ..Attributes::default() };
    let word = if root.propagation == libc::MS_PRIVATE { "rprivate" } else { "rslave" };
    mount::mount_setattr_path(Path::new("/"), true, propagation, &format!("mount --make-{word} /"))
        .doing(|| format!("mounts: make / {word}"))?;
    let doing = || format!("rootfs {}", root.path.display());
    let target = file::directory(&root.path).doing(doing)?;
    let tree = mount::clone_tree_at(target.as_fd(), true).doing(doing)?;
    let command = || format!("mount --rbind {0} {0}", root.path.display());
    mount::move_mount(tree.as_fd(), target.as_fd(), &root.path, command).doing(doing)?;
    Ok(tree)
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
    } else {
        pivot::pivot_root().doing(doing)?;
        pivot::detach_old_root().doing(doing)?;
    }
    process::chdir(Path::new("/")).doing(doing)?;
    if planned.readonly {
        let readonly = Attributes { set: MOUNT_ATTR_RDONLY, ..Attributes::default() };
        mount::mount_setattr_path(Path::new("/"), false, readonly, "mount -o remount,bind,ro /")
            .doing(|| "make the root read-only".to_owned())?;
    }
    file::directory(Path::new("/")).doing(doing)
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
