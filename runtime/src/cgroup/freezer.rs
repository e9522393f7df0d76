//! Stopping all processes of a container at once, and letting them go on.

use std::fs;
use std::io::{Read, Seek};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{children, unified, with_controller};
use crate::error::{Doing, Error, Result};
use crate::plan::CgroupDirectory;
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// How long processes may take to come to a stop: one that waits for a disk does not stop before.
const PATIENCE: Duration = Duration::from_secs(10);

/// The freezer of a container: v1's, where it is mounted, or v2's.
enum Freezer<'a> {
    V1(&'a Path),
    V2(&'a Path),
}

fn freezer(directories: &[CgroupDirectory]) -> Option<Freezer<'_>> {
    let v1 = with_controller(directories, "freezer").map(Freezer::V1);
    v1.or_else(|| unified(directories).map(Freezer::V2))
}

fn missing() -> Error {
    Error::Usage(
        "no cgroup hierarchy with controller freezer (freezer.state, cgroup.freeze) is mounted".into(),
    )
}

/// Whether a container is frozen, or on its way to it.
pub fn is_frozen(directories: &[CgroupDirectory]) -> bool {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    match freezer(directories) {
        Some(Freezer::V1(directory)) => {
            let state = read(directory.join("freezer.state"));
            !state.is_empty() && state.trim_end() != "THAWED"
        }
        Some(Freezer::V2(directory)) => read(directory.join("cgroup.freeze")).trim_end() == "1",
        None => false,
    }
}

/// Stops all processes of a container. On return they have stopped.
///
/// # Errors
/// No freezer, write(2)'s; processes that do not stop, and then all go on.
pub fn freeze(directories: &[CgroupDirectory]) -> Result<()> {
    let frozen = match freezer(directories).ok_or_else(missing)? {
        Freezer::V1(directory) => freeze_v1(directory),
        Freezer::V2(directory) => freeze_v2(directory),
    };
    match frozen {
        Ok(true) => Ok(()),
        Ok(false) => {
            thaw(directories)?;
            Err(Error::Usage("unable to freeze: some processes do not stop".to_owned()))
        }
        Err(error) => {
            let _ = thaw(directories);
            Err(error)
        }
    }
}

/// The kernel looks at the processes again whenever the state is read; those that are born meanwhile are caught by
/// the next write.
fn freeze_v1(directory: &Path) -> Result<bool> {
    let state = directory.join("freezer.state");
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        file::write(&state, "FROZEN").doing(|| format!("freeze {}", directory.display()))?;
        let now = fs::read_to_string(&state).doing(|| format!("read {}", state.display()))?;
        if rehearsing() || now.trim_end() == "FROZEN" {
            return Ok(true);
        }
        std::thread::yield_now();
    }
    Ok(false)
}

/// The kernel tells when all have stopped.
fn freeze_v2(directory: &Path) -> Result<bool> {
    let path = directory.join("cgroup.events");
    let doing = || format!("read {}", path.display());
    let mut events = fs::File::open(&path).doing(doing)?;
    let freeze = directory.join("cgroup.freeze");
    file::write(&freeze, "1").doing(|| format!("freeze {}", directory.display()))?;
    let until = Instant::now() + PATIENCE;
    loop {
        let mut text = String::new();
        events.rewind().and_then(|()| events.read_to_string(&mut text)).doing(doing)?;
        let left = until.saturating_duration_since(Instant::now());
        if rehearsing() || text.lines().any(|line| line == "frozen 1") {
            return Ok(true);
        }
        if left.is_zero() {
            return Ok(false);
        }
        let mut change = [PollFd::new(events.as_fd(), PollFlags::POLLPRI)];
        let limit = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut change, limit) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(std::io::Error::from(errno)).doing(doing),
        }
    }
}

/// Lets all processes of a container go on.
///
/// # Errors
/// No freezer, write(2)'s.
pub fn thaw(directories: &[CgroupDirectory]) -> Result<()> {
    let (path, word) = match freezer(directories).ok_or_else(missing)? {
        Freezer::V1(directory) => (directory.join("freezer.state"), "THAWED"),
        Freezer::V2(directory) => (directory.join("cgroup.freeze"), "0"),
    };
    file::write(&path, word).doing(|| format!("thaw {}", path.display()))
}

/// After SIGKILL: a process that is frozen by v1's freezer dies when it is thawed, and not before. v2 lets it die.
pub fn let_die(directories: &[CgroupDirectory]) {
    if let Some(Freezer::V1(directory)) = freezer(directories) {
        let_die_below(directory);
    }
}

fn let_die_below(directory: &Path) {
    let state = directory.join("freezer.state");
    if fs::read_to_string(&state).is_ok_and(|text| text.trim_end() != "THAWED") {
        // A cgroup that is gone holds nobody.
        let _ = file::write(&state, "THAWED");
    }
    // The container may have frozen some of its own.
    children(directory).for_each(|child| let_die_below(&child));
}
