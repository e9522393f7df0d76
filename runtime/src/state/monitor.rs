//! Who watches a container: the mark that is made before anything else of it, and removed last.

use std::path::PathBuf;

use nix::unistd::Pid;

use super::record::start_time;
use super::{State, entries};
use crate::error::{Doing, Result};
use crate::sys::file;

/// The mark of the process that makes a container and waits for its end, by its name alone:
/// `PID.START.ID`, so that one `readdir` tells them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// The process.
    pub pid: i32,
    /// When it started, in clock ticks since boot.
    pub start_time: u64,
    /// The container.
    pub id: String,
}

impl Monitor {
    /// Marks this process as the one that watches container `id`.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn begin(state: &State, id: &str) -> Result<Self> {
        let me = Pid::this();
        let monitor = Self { pid: me.as_raw(), start_time: start_time(me).unwrap_or(0), id: id.to_owned() };
        file::create(&monitor.path(state), "").doing(|| format!("container {id}: mark its monitor"))?;
        Ok(monitor)
    }

    /// All marks.
    pub fn all(state: &State) -> Vec<Self> {
        entries(&state.monitors()).iter().filter_map(|name| Self::parse(name)).collect()
    }

    /// The marks of one container: one, and more only while a sweeper and a new start overlap.
    pub fn of(state: &State, id: &str) -> Vec<Self> {
        let mut marks = Self::all(state);
        marks.retain(|monitor| monitor.id == id);
        marks
    }

    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '.');
        Some(Self {
            pid: parts.next()?.parse().ok()?,
            start_time: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
        })
    }

    /// Its file.
    pub fn path(&self, state: &State) -> PathBuf {
        state.monitors().join(format!("{}.{}.{}", self.pid, self.start_time, self.id))
    }

    /// Whether the process is still there: the same one, and no zombie.
    pub fn alive(&self) -> bool {
        start_time(Pid::from_raw(self.pid)) == Some(self.start_time)
    }

    /// Whether a process of this number is there at all: a look that costs next to nothing.
    pub fn maybe_alive(&self) -> bool {
        nix::sys::signal::kill(Pid::from_raw(self.pid), None) != Err(nix::errno::Errno::ESRCH)
    }

    /// Takes the mark away.
    pub fn end(&self, state: &State) {
        // A mark that another took away already is away.
        let _ = file::unlink(&self.path(state));
    }
}
