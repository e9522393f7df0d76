//! Pontoon's own standard streams, and writing to one whose reader may be slow.
//!
//! What is written here is the program's, and changes nothing of the host's: it does not pass the gate.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::socket::{MsgFlags, send};
use nix::sys::stat::{Mode, SFlag, fstat};
use nix::unistd::{isatty, write};

use super::gate::{About, Result, pass};

/// Standard input.
// SAFETY: Rust's start-up code opens whichever of 0, 1 and 2 is closed, and nothing here closes them.
pub const INPUT: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(0) };
/// Standard output.
// SAFETY: as above.
pub const OUTPUT: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(1) };
/// Standard error.
// SAFETY: as above.
pub const ERROR: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(2) };

/// The most that is written at once where a write may wait: what a pipe that polls writable takes (pipe(7)).
const PIECE: usize = 4096;

/// pipe2(2): its reading and its writing end.
///
/// # Errors
/// pipe2's.
pub fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    pass("pipe2", || About::new("O_CLOEXEC"), || nix::unistd::pipe2(OFlag::O_CLOEXEC))
}

/// Makes reads and writes of a descriptor that nobody else uses return at once.
///
/// # Errors
/// fcntl(2)'s.
pub fn never_wait(descriptor: BorrowedFd<'_>) -> nix::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(descriptor, FcntlArg::F_GETFL)?);
    fcntl(descriptor, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK)).map(drop)
}

/// How a stream is written without waiting for who reads it.
#[derive(Debug)]
enum Way {
    /// The descriptor itself returns at once.
    Ready,
    /// A socket: each send says that it does not wait.
    Socket,
    /// The rest: files, which are always ready, and what can't be opened again.
    Pieces,
}

/// A stream that is written without waiting for who reads it.
#[derive(Debug)]
pub struct Sink {
    descriptor: OwnedFd,
    way: Way,
}

impl Sink {
    /// For a descriptor that never waits (see [`never_wait`]).
    pub fn ready(descriptor: OwnedFd) -> Self {
        Self { descriptor, way: Way::Ready }
    }

    /// For a stream that was inherited. Its flags are shared with whoever else has it (the shell, other jobs),
    /// so they stay; a pipe or a terminal is opened once more instead.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn inherited(stream: BorrowedFd<'_>) -> nix::Result<Self> {
        let kind = SFlag::from_bits_truncate(fstat(stream)?.st_mode & libc::S_IFMT);
        if kind == SFlag::S_IFIFO || isatty(stream).unwrap_or(false) {
            let path = format!("/proc/self/fd/{}", stream.as_raw_fd());
            let flags = OFlag::O_WRONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
            if let Ok(descriptor) = open(path.as_str(), flags, Mode::empty()) {
                return Ok(Self::ready(descriptor));
            }
        }
        let way = if kind == SFlag::S_IFSOCK { Way::Socket } else { Way::Pieces };
        let descriptor = stream.try_clone_to_owned().map_err(|_| Errno::EMFILE)?;
        Ok(Self { descriptor, way })
    }

    /// Writes what can be written at once; returns how much that was.
    ///
    /// # Errors
    /// write(2)'s: EAGAIN where it would wait, EPIPE where nobody reads any more.
    pub fn write(&self, bytes: &[u8]) -> nix::Result<usize> {
        loop {
            let written = match self.way {
                Way::Ready => write(&self.descriptor, bytes),
                Way::Socket => {
                    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
                    send(self.descriptor.as_raw_fd(), bytes, flags)
                }
                Way::Pieces => write(&self.descriptor, &bytes[..bytes.len().min(PIECE)]),
            };
            if written != Err(Errno::EINTR) {
                return written;
            }
        }
    }

    /// Whether one write that went well says nothing about the next.
    pub fn by_pieces(&self) -> bool {
        matches!(self.way, Way::Pieces)
    }
}

impl AsFd for Sink {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}
