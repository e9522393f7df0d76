//! Closing a file without waiting for it.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// `struct io_uring_params` of `<linux/io_uring.h>`: 120 bytes, all of them zero where nothing is asked for.
type Parameters = [u32; 30];
/// `<linux/io_uring.h>`.
const IORING_REGISTER_FILES: libc::c_uint = 2;

/// Keeps a file open for a moment longer than whoever opened it, and outlives the process if need be.
///
/// Made for sockets of netfilter. To close one takes the lock of all tables and waits with it until the memory of what was
/// deleted a moment ago, by anybody, may be given back: 6 to 30 ms in which no other container can start with a port. This
/// is a ring of io_uring that is never used and has the file in its table. When it is closed, the kernel's
/// own worker lets go of what is in it, and no earlier than RCU allows; whatever was deleted before then has been given
/// back by then as well, and nobody waits.
#[derive(Debug)]
pub struct Linger {
    _ring: OwnedFd,
}

impl Linger {
    /// Stays behind for `file`; to be dropped after it. `None` where there is no io_uring, or it is not for this
    /// user: then the closing takes its time.
    pub fn with(file: BorrowedFd<'_>) -> Option<Self> {
        let mut parameters = Parameters::default();
        // SAFETY: the call writes to the parameters, which outlive it and are as large as it takes them to be.
        let ring = unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, parameters.as_mut_ptr()) };
        let ring = i32::try_from(ring).ok().filter(|ring| *ring >= 0)?;
        // SAFETY: the kernel has just opened it, closed on exec, for us alone.
        let ring = unsafe { OwnedFd::from_raw_fd(ring) };
        let files = [file.as_raw_fd()];
        // SAFETY: the call reads one number, which outlives it.
        let registered = unsafe {
            libc::syscall(
                libc::SYS_io_uring_register,
                ring.as_raw_fd(),
                IORING_REGISTER_FILES,
                files.as_ptr(),
                files.len(),
            )
        };
        (registered == 0).then_some(Self { _ring: ring })
    }
}
