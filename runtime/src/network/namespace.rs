//! Acting inside the network namespace of a container.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use netlink_raw::route::Netns;
use nix::fcntl::OFlag;
use nix::sched::CloneFlags;
use nix::unistd::Pid;

use crate::error::{Doing, Result};
use crate::sys::{file, process};

/// Which container's network namespace is meant.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// That of a child of this process, which has not been reaped: its number can be no other's.
    Child {
        /// The child.
        pid: Pid,
        /// Whether it has turned IPv6 off on devices that are put there.
        ipv4_only: bool,
    },
    /// That of an open file, such as /proc/PID/ns/net; and its name, to tell.
    Open(BorrowedFd<'a>, &'a Path),
}

impl Place<'_> {
    /// As netlink names it.
    pub(super) fn netns(self) -> Netns {
        match self {
            Self::Child { pid, .. } => Netns::Pid(pid.as_raw().unsigned_abs()),
            Self::Open(file, _) => Netns::Fd(file.as_raw_fd()),
        }
    }

    /// Whether devices that are put there have no IPv6 by themselves.
    pub(super) fn is_ipv4_only(self) -> bool {
        matches!(self, Self::Child { ipv4_only: true, .. })
    }

    /// Does `act` inside, and comes back.
    ///
    /// # Errors
    /// Those of `act`, or the kernel's when it does not let this process in. If it does not let it out
    /// again, the process ends: whatever it did next would be done to the container instead of the host.
    pub(crate) fn enter<T>(self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let home_path = Path::new("/proc/self/ns/net");
        let home = open(home_path)?;
        match self {
            Self::Child { pid, .. } => {
                let path = PathBuf::from(format!("/proc/{pid}/ns/net"));
                join(open(&path)?.as_fd(), &path)?;
            }
            Self::Open(file, path) => join(file, path)?,
        }
        let result = act();
        if let Err(error) = join(home.as_fd(), home_path) {
            eprintln!("pontoon: {error}");
            std::process::abort();
        }
        result
    }
}

fn open(path: &Path) -> Result<OwnedFd> {
    file::open(path, OFlag::O_RDONLY).doing(|| "open a network namespace".to_owned())
}

fn join(namespace: BorrowedFd<'_>, shown: &Path) -> Result<()> {
    process::setns(namespace, CloneFlags::CLONE_NEWNET, shown)
        .doing(|| "enter a network namespace".to_owned())
}
