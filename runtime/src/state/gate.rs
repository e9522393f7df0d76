//! Where a created container waits for `start`.
//!
//! It reads from a fifo, whose only reader it is: so whether it still waits is asked by opening the other end,
//! and nobody need write down that it has gone. It goes by execve(2), which closes the fifo, and that is
//! what `start` waits for; or by telling why not in a file beside it.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::Container;
use crate::error::{Doing, Error, Result};
use crate::sys::{fifo, file};

/// What the container reads from.
const FIFO: &str = "exec.fifo";
/// Why it did not go.
const REFUSAL: &str = "start.error";

/// The container's end.
#[derive(Debug)]
pub struct Gate {
    fifo: OwnedFd,
    refusal: OwnedFd,
}

impl Gate {
    /// Waits for `start`.
    ///
    /// # Errors
    /// read(2)'s.
    pub fn wait(&self) -> Result<()> {
        fifo::read_byte(self.fifo.as_fd()).doing(|| "wait for start".to_owned())
    }

    /// Leaves the reason why the program does not run.
    pub fn refuse(&self, error: &Error) {
        // Where it can't be written, its end tells that it failed.
        let _ = nix::unistd::write(&self.refusal, error.to_string().as_bytes());
    }
}

impl Container {
    /// Makes the place where its first process will wait.
    ///
    /// # Errors
    /// mkfifo(3)'s and open(2)'s.
    pub fn make_gate(&self) -> Result<Gate> {
        let doing = || format!("container {}", self.record.id);
        fifo::mkfifo(&self.fifo(), 0o600).doing(doing)?;
        // Opened for both, so that it is not waited for another end, and reading does not come to one.
        let opened = file::open(&self.fifo(), OFlag::O_RDWR).doing(doing)?;
        let refusal = fifo::create_to_append(&self.refusal()).doing(doing)?;
        Ok(Gate { fifo: opened, refusal })
    }

    fn fifo(&self) -> PathBuf {
        self.directory.join(FIFO)
    }

    fn refusal(&self) -> PathBuf {
        self.directory.join(REFUSAL)
    }

    /// Whether its first process waits for `start`: whether anybody reads from the fifo.
    pub(super) fn waits_for_start(&self) -> bool {
        fifo::look_for_reader(&self.fifo()).is_ok()
    }

    /// Lets the program run, and waits until it does.
    ///
    /// # Errors
    /// What the container's first process failed with; that it waits no longer.
    pub fn let_start(&self) -> Result<()> {
        let doing = || format!("start container {}", self.record.id);
        let other = file::open(&self.fifo(), OFlag::O_WRONLY | OFlag::O_NONBLOCK).doing(doing)?;
        file::write_to(other.as_fd(), &self.fifo(), "0").doing(doing)?;
        let mut gone = [PollFd::new(other.as_fd(), PollFlags::empty())];
        while poll(&mut gone, PollTimeout::NONE) == Err(Errno::EINTR) {}
        let refusal = std::fs::read_to_string(self.refusal()).unwrap_or_default();
        for path in [self.fifo(), self.refusal()] {
            // They have done their work; that one has gone already is as good.
            let _ = file::unlink(&path);
        }
        if refusal.is_empty() { Ok(()) } else { Err(Error::Refused { id: self.record.id.clone(), refusal }) }
    }
}
