//! Waiting for one of several things, each wanted or not at the moment.

use std::os::fd::BorrowedFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::error::{Doing, Result};

/// What is waited for.
#[derive(Debug, Default)]
pub struct Wait<'a>(Vec<PollFd<'a>>);

/// Where the answer about one descriptor will be, if it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(Option<usize>);

/// What has come.
#[derive(Debug)]
pub struct Came(Vec<PollFlags>);

impl Place {
    /// Where no answer comes.
    pub const NOWHERE: Self = Self(None);
}

impl<'a> Wait<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// For `flags` on a descriptor. Without any flag not even its end is waited for.
    pub fn on(&mut self, descriptor: BorrowedFd<'a>, flags: PollFlags) -> Place {
        if flags.is_empty() {
            return Place::NOWHERE;
        }
        self.0.push(PollFd::new(descriptor, flags));
        Place(Some(self.0.len() - 1))
    }

    /// Until a descriptor can be read, or has ended.
    pub fn reading(&mut self, descriptor: BorrowedFd<'a>) -> Place {
        self.on(descriptor, PollFlags::POLLIN)
    }

    /// Until a descriptor can be written, if `wanted`.
    pub fn writing_if(&mut self, wanted: bool, descriptor: BorrowedFd<'a>) -> Place {
        self.on(descriptor, if wanted { PollFlags::POLLOUT } else { PollFlags::empty() })
    }

    /// Until a descriptor can be read, if `wanted`.
    pub fn reading_if(&mut self, wanted: bool, descriptor: BorrowedFd<'a>) -> Place {
        self.on(descriptor, if wanted { PollFlags::POLLIN } else { PollFlags::empty() })
    }

    /// Waits until something has come, or for `limit`.
    ///
    /// # Errors
    /// poll(2)'s.
    pub fn poll(mut self, limit: PollTimeout) -> Result<Came> {
        while let Err(errno) = poll(&mut self.0, limit) {
            if errno != Errno::EINTR {
                return Err(std::io::Error::from(errno)).doing(|| "wait".to_owned());
            }
        }
        let came = |event: &PollFd<'_>| event.revents().unwrap_or(PollFlags::empty());
        Ok(Came(self.0.iter().map(came).collect()))
    }
}

impl Came {
    /// What came there.
    pub fn at(&self, Place(place): Place) -> PollFlags {
        place.map_or(PollFlags::empty(), |place| self.0[place])
    }

    /// Whether anything came there.
    pub fn any(&self, place: Place) -> bool {
        !self.at(place).is_empty()
    }
}
