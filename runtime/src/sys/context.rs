//! Filesystems before they are mounted: `fsopen`, `fsconfig`, `fsmount`, `fspick` (Linux 5.2).

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;

use super::flags::{ATTR, names};
use super::gate::{About, Result, pass};
use super::mount::new_descriptor;
use crate::abi::mount as bits;

fn text_argument(text: &str) -> nix::Result<CString> {
    CString::new(text).map_err(|_| Errno::EINVAL)
}

/// A filesystem context for `fstype`.
///
/// # Errors
/// `fsopen(2)`'s: ENODEV where the kernel lacks the filesystem.
pub fn fsopen(fstype: &str) -> Result<OwnedFd> {
    pass(
        "fsopen",
        || About::new(format!("{fstype:?}, FSOPEN_CLOEXEC")),
        || {
            let fstype = text_argument(fstype)?;
            // SAFETY: `fstype` is a C string that outlives the call; the result is a new descriptor.
            unsafe { new_descriptor(libc::syscall(libc::SYS_fsopen, fstype.as_ptr(), bits::FSOPEN_CLOEXEC)) }
        },
    )
}

/// One option of a filesystem context: `key=value`, or `key` alone.
///
/// # Errors
/// `fsconfig(2)`'s: EINVAL for an option that the filesystem does not know.
pub fn fsconfig_set(context: BorrowedFd<'_>, key: &str, value: Option<&str>) -> Result<()> {
    let command = if value.is_some() { bits::FSCONFIG_SET_STRING } else { bits::FSCONFIG_SET_FLAG };
    let about = || {
        About::new(match value {
            Some(value) => format!("FSCONFIG_SET_STRING, {key:?}, {value:?}"),
            None => format!("FSCONFIG_SET_FLAG, {key:?}"),
        })
    };
    pass("fsconfig", about, || fsconfig(context, command, Some(key), value))
}

/// Makes the superblock that the options of the context describe.
///
/// # Errors
/// `fsconfig(2)`'s; what mount(2) would have answered.
pub fn fsconfig_create(context: BorrowedFd<'_>) -> Result<()> {
    pass(
        "fsconfig",
        || About::new("FSCONFIG_CMD_CREATE"),
        || fsconfig(context, bits::FSCONFIG_CMD_CREATE, None, None),
    )
}

/// The context of the filesystem whose mount `mount` stands on the root of; `shown` is its path, to tell.
///
/// # Errors
/// fspick(2)'s: EINVAL where it is no root of a mount.
pub fn fspick(mount: BorrowedFd<'_>, shown: &Path) -> Result<OwnedFd> {
    let about = || About::new(format!("{shown:?}, FSPICK_CLOEXEC|FSPICK_EMPTY_PATH"));
    pass("fspick", about, || {
        let flags = bits::FSPICK_CLOEXEC | bits::FSPICK_EMPTY_PATH;
        // SAFETY: the path is a C string that outlives the call; the result is a new descriptor.
        unsafe { new_descriptor(libc::syscall(libc::SYS_fspick, mount.as_raw_fd(), c"".as_ptr(), flags)) }
    })
}

/// Gives a filesystem that is there the options of its context.
///
/// # Errors
/// `fsconfig(2)`'s; what mount(2) would have answered to `MS_REMOUNT`.
pub fn fsconfig_reconfigure(context: BorrowedFd<'_>) -> Result<()> {
    pass(
        "fsconfig",
        || About::new("FSCONFIG_CMD_RECONFIGURE"),
        || fsconfig(context, bits::FSCONFIG_CMD_RECONFIGURE, None, None),
    )
}

fn fsconfig(
    context: BorrowedFd<'_>,
    command: u32,
    key: Option<&str>,
    value: Option<&str>,
) -> nix::Result<()> {
    let key = key.map(text_argument).transpose()?;
    let value = value.map(text_argument).transpose()?;
    let key = key.as_ref().map_or(std::ptr::null(), |key| key.as_ptr());
    let value = value.as_ref().map_or(std::ptr::null(), |value| value.as_ptr());
    // SAFETY: `key` and `value` are null or C strings that outlive the call.
    Errno::result(unsafe { libc::syscall(libc::SYS_fsconfig, context.as_raw_fd(), command, key, value, 0) })
        .map(drop)
}

/// A detached mount of the context's superblock, with `MOUNT_ATTR_*` bits.
///
/// # Errors
/// `fsmount(2)`'s.
pub fn fsmount(context: BorrowedFd<'_>, attributes: u64) -> Result<OwnedFd> {
    pass(
        "fsmount",
        || About::new(format!("FSMOUNT_CLOEXEC, {}", names(attributes, ATTR))),
        || {
            // SAFETY: no pointers; the result is a new descriptor.
            unsafe {
                new_descriptor(libc::syscall(
                    libc::SYS_fsmount,
                    context.as_raw_fd(),
                    bits::FSMOUNT_CLOEXEC,
                    attributes,
                ))
            }
        },
    )
}
