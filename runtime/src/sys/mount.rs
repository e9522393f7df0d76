//! Mounts by descriptor: `open_tree`, `fsopen`, `fsconfig`, `fsmount`, `mount_setattr`, `move_mount`
//! (Linux 5.2; `mount_setattr` 5.12). A mount is made where nobody can see it, completed, and put
//! in place by one move onto a descriptor that was resolved before.

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;

use super::flags::{ATTR, PROPAGATION, TREE, names};
use super::gate::{About, Error, Result, pass, rehearsing};
use crate::abi::mount as bits;

/// `struct mount_attr`, version 0 (`<linux/mount.h>`).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attributes {
    /// `MOUNT_ATTR_*` bits to set.
    pub set: u64,
    /// `MOUNT_ATTR_*` bits to clear first.
    pub clear: u64,
    /// `MS_PRIVATE`, `MS_SLAVE`, `MS_SHARED` or `MS_UNBINDABLE`; 0 keeps what is.
    pub propagation: u64,
    /// The user namespace of an idmapped mount; unused here.
    pub user_namespace: u64,
}

pub use super::context::{fsconfig_create, fsconfig_reconfigure, fsconfig_set, fsmount, fsopen, fspick};

fn path_argument(path: &Path) -> nix::Result<CString> {
    CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| Errno::EINVAL)
}

/// SAFETY: `descriptor` must be what a successful system call just returned as a new descriptor.
pub(super) unsafe fn new_descriptor(returned: libc::c_long) -> nix::Result<OwnedFd> {
    let descriptor = Errno::result(returned)?.try_into().map_err(|_| Errno::EBADF)?;
    // SAFETY: by the contract of this function the descriptor is new, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// A detached copy of the mount at `path`, with what is mounted below it if `recursive`.
///
/// # Errors
/// `open_tree(2)`'s.
pub fn clone_tree(path: &Path, recursive: bool) -> Result<OwnedFd> {
    open_tree(None, path, recursive)
}

/// A detached copy of the mount that `descriptor` stands on (the file or directory alone).
///
/// # Errors
/// `open_tree(2)`'s.
pub fn clone_tree_at(descriptor: BorrowedFd<'_>, recursive: bool) -> Result<OwnedFd> {
    open_tree(Some(descriptor), Path::new(""), recursive)
}

fn open_tree(at: Option<BorrowedFd<'_>>, path: &Path, recursive: bool) -> Result<OwnedFd> {
    let mut flags = bits::OPEN_TREE_CLONE | bits::OPEN_TREE_CLOEXEC;
    flags |= if recursive { bits::AT_RECURSIVE } else { 0 };
    flags |= if at.is_some() { bits::AT_EMPTY_PATH } else { 0 };
    let directory = at.map_or(libc::AT_FDCWD, |descriptor| descriptor.as_raw_fd());
    let about = || About::new(format!("{}, {path:?}, {}", place(directory), names(flags.into(), TREE)));
    pass("open_tree", about, || {
        let path = path_argument(path)?;
        // SAFETY: `path` is a C string that outlives the call; the result is a new descriptor.
        unsafe { new_descriptor(libc::syscall(libc::SYS_open_tree, directory, path.as_ptr(), flags)) }
    })
}

/// Changes the attributes of the mount that `descriptor` stands on.
///
/// # Errors
/// `mount_setattr(2)`'s.
pub fn mount_setattr(descriptor: BorrowedFd<'_>, recursive: bool, attributes: Attributes) -> Result<()> {
    setattr(Some(descriptor), Path::new(""), recursive, attributes, None)
}

/// Changes the attributes of the mount at `path`; `command` is what a person would type for it.
///
/// # Errors
/// `mount_setattr(2)`'s.
pub fn mount_setattr_path(path: &Path, recursive: bool, attributes: Attributes, command: &str) -> Result<()> {
    setattr(None, path, recursive, attributes, Some(command))
}

fn setattr(
    at: Option<BorrowedFd<'_>>,
    path: &Path,
    recursive: bool,
    attributes: Attributes,
    command: Option<&str>,
) -> Result<()> {
    let directory = at.map_or(libc::AT_FDCWD, |descriptor| descriptor.as_raw_fd());
    let mut flags = if recursive { bits::AT_RECURSIVE } else { 0 };
    flags |= if at.is_some() { bits::AT_EMPTY_PATH } else { 0 };
    let about = || {
        let mut words = vec![place(directory), format!("{path:?}"), names(flags.into(), TREE)];
        for (key, value, table) in [
            ("set", attributes.set, ATTR),
            ("clear", attributes.clear, ATTR),
            ("propagation", attributes.propagation, PROPAGATION),
        ] {
            if value != 0 {
                words.push(format!("{key}={}", names(value, table)));
            }
        }
        About { arguments: words.join(", "), command: command.map(str::to_owned) }
    };
    pass("mount_setattr", about, || {
        let path = path_argument(path)?;
        let size = size_of::<Attributes>();
        // SAFETY: `path` is a C string and `attributes` a mount_attr of `size` bytes; both outlive the call.
        let result = unsafe {
            libc::syscall(
                libc::SYS_mount_setattr,
                directory,
                path.as_ptr(),
                flags,
                &raw const attributes,
                size,
            )
        };
        Errno::result(result).map(drop)
    })
}

/// Puts a detached mount onto what `target` stands on. `command` is what the whole sequence that ends
/// here would be at a prompt.
///
/// # Errors
/// `move_mount(2)`'s.
pub fn move_mount(
    mount: BorrowedFd<'_>,
    target: BorrowedFd<'_>,
    shown: &Path,
    command: impl FnOnce() -> String,
) -> Result<()> {
    move_to(mount, target, None, shown, command)
}

/// Puts a detached mount onto the entry `name` of `directory`, which is no link.
///
/// # Errors
/// `move_mount(2)`'s.
pub fn move_mount_into(
    mount: BorrowedFd<'_>,
    directory: BorrowedFd<'_>,
    name: &Path,
    shown: &Path,
    command: impl FnOnce() -> String,
) -> Result<()> {
    move_to(mount, directory, Some(name), shown, command)
}

fn move_to(
    mount: BorrowedFd<'_>,
    target: BorrowedFd<'_>,
    name: Option<&Path>,
    shown: &Path,
    command: impl FnOnce() -> String,
) -> Result<()> {
    let about = || {
        let flags = match name {
            None => "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH",
            Some(_) => "MOVE_MOUNT_F_EMPTY_PATH",
        };
        About::new(format!("{}, \"\", {shown:?}, {flags}", mount.as_raw_fd())).command(command())
    };
    pass("move_mount", about, || {
        let to = if name.is_none() { bits::MOVE_MOUNT_T_EMPTY_PATH } else { 0 };
        let flags = bits::MOVE_MOUNT_F_EMPTY_PATH | to;
        let name = path_argument(name.unwrap_or(Path::new("")))?;
        let (from, to) = (mount.as_raw_fd(), target.as_raw_fd());
        // SAFETY: both paths are C strings that outlive the call.
        let result =
            unsafe { libc::syscall(libc::SYS_move_mount, from, c"".as_ptr(), to, name.as_ptr(), flags) };
        Errno::result(result).map(drop)
    })
}

/// Refuses to cover a procfs by something else, which the container, and Pontoon, would take for the kernel's
/// word (CVE-2019-16884). Looks only.
///
/// # Errors
/// EPERM, if so.
pub fn guard_procfs(mount: BorrowedFd<'_>, target: BorrowedFd<'_>) -> Result<()> {
    use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};
    let procfs = |file| fstatfs(file).is_ok_and(|about| about.filesystem_type() == PROC_SUPER_MAGIC);
    if rehearsing() || !procfs(target) || procfs(mount) {
        return Ok(());
    }
    let arguments = "what is no procfs, onto one".to_owned();
    Err(Error { call: "move_mount", arguments, errno: Errno::EPERM })
}

/// Whether `file` is the root of a mount (`STATX_ATTR_MOUNT_ROOT`, Linux 5.8). Looks only.
pub fn is_root(file: BorrowedFd<'_>) -> bool {
    // SAFETY: every bit pattern is a valid statx.
    let mut about: libc::statx = unsafe { std::mem::zeroed() };
    let root = u64::try_from(libc::STATX_ATTR_MOUNT_ROOT).unwrap_or_default();
    // SAFETY: the path is a C string and `about` a statx; both outlive the call.
    let result =
        unsafe { libc::statx(file.as_raw_fd(), c"".as_ptr(), libc::AT_EMPTY_PATH, 0, &raw mut about) };
    result == 0 && about.stx_attributes & root != 0
}

fn place(directory: libc::c_int) -> String {
    if directory == libc::AT_FDCWD { "AT_FDCWD".into() } else { directory.to_string() }
}
