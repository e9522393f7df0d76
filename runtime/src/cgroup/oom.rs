//! Being told when the kernel ends a process of a container for want of memory.

use std::fs;
use std::io::{Read, Seek};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::poll::{PollFlags, PollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};

use super::{unified, with_controller};
use crate::error::{Doing, Error, Result};
use crate::plan::CgroupDirectory;
use crate::supervise::readable_within;
use crate::sys::file;

/// How long, in milliseconds, the kernel may take to say that a cgroup is gone.
const GOODBYE: u16 = 100;

/// Who is told: poll it for [`Watch::events`].
#[derive(Debug)]
pub enum Watch {
    /// v1 counts what happens into a descriptor of its own, and once more when the cgroup goes.
    V1 {
        /// The descriptor.
        counter: EventFd,
        /// The container's directory.
        directory: PathBuf,
    },
    /// v2 has a file that tells of its changes.
    V2 {
        /// The file.
        events: fs::File,
        /// How many processes it has counted.
        seen: u64,
    },
}

impl Watch {
    /// Watches a container.
    ///
    /// # Errors
    /// No memory controller; the kernel's refusal.
    pub fn begin(directories: &[CgroupDirectory]) -> Result<Self> {
        if let Some(directory) = with_controller(directories, "memory") {
            return Self::begin_v1(directory.to_owned());
        }
        let path = unified(directories).map(|directory| directory.join("memory.events"));
        let Some(path) = path.filter(|path| path.exists()) else {
            let problem = "no cgroup controller memory (memory.oom_control, memory.events)";
            return Err(Error::Usage(format!("events: {problem}")));
        };
        let events = fs::File::open(&path).doing(|| format!("open {}", path.display()))?;
        let mut watch = Self::V2 { events, seen: 0 };
        watch.happened();
        Ok(watch)
    }

    fn begin_v1(directory: PathBuf) -> Result<Self> {
        let doing = || format!("watch {}", directory.display());
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let counter = EventFd::from_value_and_flags(0, flags)
            .map_err(std::io::Error::from)
            .doing(|| "eventfd".into())?;
        let control = file::open(&directory.join("memory.oom_control"), OFlag::O_RDONLY).doing(doing)?;
        let line = format!("{} {}", counter.as_fd().as_raw_fd(), control.as_raw_fd());
        file::write(&directory.join("cgroup.event_control"), &line).doing(doing)?;
        Ok(Self::V1 { counter, directory })
    }

    /// What poll(2) waits for.
    pub fn events(&self) -> PollFlags {
        match self {
            Self::V1 { .. } => PollFlags::POLLIN,
            Self::V2 { .. } => PollFlags::POLLPRI,
        }
    }

    /// Whether it has happened since this was asked last.
    pub fn happened(&mut self) -> bool {
        match self {
            Self::V1 { counter, directory } => {
                let count = counter.read().unwrap_or(0);
                if count != 1 || directory.exists() {
                    return count > 0;
                }
                // One of two is the kernel's goodbye.
                readable_within(counter.as_fd(), PollTimeout::from(GOODBYE));
                counter.read().is_ok()
            }
            Self::V2 { events, seen } => {
                let mut text = String::new();
                let read = events.rewind().and_then(|()| events.read_to_string(&mut text));
                let killed = text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.parse().ok());
                let (before, now) = (*seen, if read.is_ok() { killed.unwrap_or(*seen) } else { *seen });
                *seen = now;
                now > before
            }
        }
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::V1 { counter, .. } => counter.as_fd(),
            Self::V2 { events, .. } => events.as_fd(),
        }
    }
}
