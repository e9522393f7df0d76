//! Paths that can't be seen, and paths that can't be written.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::abi::mount::{MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY};
use crate::error::{Doing, Result};
use crate::sys::mount::Attributes;
use crate::sys::{self, file, mount};

/// What hides: the host's /dev/null over files, one empty unwritable tmpfs over directories.
struct Covers {
    null: OwnedFd,
    nothing: Option<OwnedFd>,
}

/// Hides each path that is there.
///
/// # Errors
/// The path, and the step that failed.
pub fn mask(root: BorrowedFd<'_>, paths: &[PathBuf]) -> Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    // Opened on the host and looked at: whatever the rootfs calls /dev/null has no say (CVE-2025-31133).
    let null = file::open_null().doing(|| "masked paths: /dev/null".to_owned())?;
    let mut covers = Covers { null, nothing: None };
    for path in paths {
        mask_one(root, path, &mut covers).doing(|| format!("mask {}", path.display()))?;
    }
    Ok(())
}

fn mask_one(root: BorrowedFd<'_>, path: &Path, covers: &mut Covers) -> sys::Result<()> {
    let Some(target) = present(root, path)? else { return Ok(()) };
    if !file::is_directory(target.as_fd()) {
        let cover = mount::clone_tree_at(covers.null.as_fd(), false)?;
        // It is the host's own node. A device can be written to on a read-only mount, but its mode, owner and
        // times can't be changed there: `chmod 0 /proc/keys` inside is nothing to the host's /dev/null.
        let set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
        mount::mount_setattr(cover.as_fd(), false, Attributes { set, ..Attributes::default() })?;
        let command = || format!("mount --bind -o ro,nosuid,noexec /dev/null {}", path.display());
        return mount::move_mount(cover.as_fd(), target.as_fd(), path, command);
    }
    let command = || format!("mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs {}", path.display());
    if let Some(nothing) = &covers.nothing {
        let cover = mount::clone_tree_at(nothing.as_fd(), false)?;
        return mount::move_mount(cover.as_fd(), target.as_fd(), path, command);
    }
    let context = mount::fsopen("tmpfs")?;
    mount::fsconfig_create(context.as_fd())?;
    let flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    let cover = mount::fsmount(context.as_fd(), flags)?;
    mount::move_mount(cover.as_fd(), target.as_fd(), path, command)?;
    covers.nothing = Some(cover);
    Ok(())
}

/// Makes each path that is there unwritable, with all that is mounted below.
///
/// # Errors
/// The path, and the step that failed.
pub fn make_readonly(root: BorrowedFd<'_>, paths: &[PathBuf]) -> Result<()> {
    let one = |path: &Path| -> sys::Result<()> {
        let Some(target) = present(root, path)? else { return Ok(()) };
        let tree = mount::clone_tree_at(target.as_fd(), true)?;
        let readonly = Attributes { set: MOUNT_ATTR_RDONLY, ..Attributes::default() };
        mount::mount_setattr(tree.as_fd(), true, readonly)?;
        let command = || format!("mount --rbind -o ro {0} {0}", path.display());
        mount::move_mount(tree.as_fd(), target.as_fd(), path, command)
    };
    paths.iter().try_for_each(|path| one(path).doing(|| format!("make {} read-only", path.display())))
}

/// What `path` means below the root; `None` where nothing is there, which needs no protection.
fn present(root: BorrowedFd<'_>, path: &Path) -> sys::Result<Option<OwnedFd>> {
    match file::open_in_root(root, path, OFlag::O_PATH, true) {
        Err(error) if matches!(error.errno, Errno::ENOENT | Errno::ENOTDIR) => Ok(None),
        opened => opened.map(Some),
    }
}
