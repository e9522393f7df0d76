//! The session keyring: what a process has been entrusted with (keyrings(7)).

use std::ffi::CString;

use nix::errno::Errno;

use super::gate::{About, Result, pass};

/// `<linux/keyctl.h>`.
const KEYCTL_JOIN_SESSION_KEYRING: libc::c_int = 1;
const KEYCTL_SETPERM: libc::c_int = 5;
/// What a session keyring lets its possessor (everything) and its user (view, read) do; and that the user may
/// search it, so that others of the container's can join it by name.
const PERMISSIONS: u32 = 0x3f03_0000 | 0x0008_0000;

/// `keyctl(KEYCTL_JOIN_SESSION_KEYRING)`: from now on the session keyring is the one called `name`, which is
/// made if it is not there. A kernel without keyrings has none to keep from the container.
///
/// # Errors
/// keyctl(2)'s: EDQUOT where the user has too many.
pub fn join_session(name: &str) -> Result<()> {
    let about = || About::new(format!("KEYCTL_JOIN_SESSION_KEYRING, {name:?}"));
    pass("keyctl", about, || {
        let name = CString::new(name).map_err(|_| Errno::EINVAL)?;
        // SAFETY: the call reads the string, which outlives it.
        let ring = unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.as_ptr()) };
        match Errno::result(ring) {
            Err(Errno::ENOSYS) => Ok(()),
            Err(errno) => Err(errno),
            // SAFETY: the call takes numbers alone.
            Ok(ring) => {
                Errno::result(unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_SETPERM, ring, PERMISSIONS) })
                    .map(drop)
            }
        }
    })
}
