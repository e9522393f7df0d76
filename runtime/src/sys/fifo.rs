//! A fifo that one process waits at, and another opens.

use std::fs;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

use super::gate::{About, Result, pass};

/// mkfifo(3).
///
/// # Errors
/// mkfifo's.
pub fn mkfifo(path: &Path, mode: u32) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, 0{mode:o}")).command(format!("mkfifo -m 0{mode:o} {}", path.display()))
    };
    pass("mkfifo", about, || nix::unistd::mkfifo(path, Mode::from_bits_truncate(mode)))
}

/// Makes a file that must not be there yet, to add to: open(2) with `O_CREAT|O_EXCL|O_APPEND`, mode 0600.
///
/// # Errors
/// open(2)'s.
pub fn create_to_append(path: &Path) -> Result<OwnedFd> {
    let about = || About::new(format!("{path:?}, O_CREAT|O_EXCL|O_WRONLY|O_APPEND, 0600"));
    pass("open", about, || {
        let mut options = fs::OpenOptions::new();
        let file = options.append(true).create_new(true).mode(0o600).open(path);
        file.map(OwnedFd::from).map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO)))
    })
}

/// Waits for a byte.
///
/// # Errors
/// read(2)'s; EPIPE where the other end has gone for good.
pub fn read_byte(fifo: BorrowedFd<'_>) -> Result<()> {
    pass(
        "read",
        || About::new(format!("{}, 1", fifo.as_raw_fd())),
        || {
            let mut byte = [0];
            loop {
                match nix::unistd::read(fifo, &mut byte) {
                    Err(Errno::EINTR) => {}
                    Ok(0) => return Err(Errno::EPIPE),
                    read => return read.map(drop),
                }
            }
        },
    )
}

/// Whether anybody reads from a fifo. Looks only.
///
/// # Errors
/// ENXIO where nobody does, ENOENT where there is no fifo.
pub fn look_for_reader(path: &Path) -> nix::Result<()> {
    let flags = OFlag::O_WRONLY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    open(path, flags, Mode::empty()).map(drop)
}
