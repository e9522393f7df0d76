//! A running container's entry in `/run/netns`, by which `ip netns exec CONTAINER`, `ip -n CONTAINER` and
//! `ip link set … netns CONTAINER` find it.
//!
//! What `ip netns add` makes there is a file with the namespace mounted on it, which holds the namespace: the devices
//! in it would outlive the container. A container's entry is a symbolic link, which holds nothing:
//!
//! ```text
//! /run/netns/web -> /proc/4242/task/4242/ns/net
//! ```
//!
//! The way over `task/` is the mark by which a link of Pontoon's is told from one that somebody made by hand, which
//! leads to `/proc/4242/ns/net`; both are the same place. A name that is taken is left alone: then the container has no
//! entry. Who takes the container away takes the entry away, and only if it leads to that container's first process.

use std::path::{Path, PathBuf};

use nix::errno::Errno;

use super::DIRECTORY;
use super::directory::entries;
use crate::error::{Doing, Result};
use crate::state::{Container, Record, State};
use crate::sys::file;

/// How many characters of a long id stand for it.
const SHORT: usize = 12;
/// How long ids are that Pontoon, docker and podman choose.
const LONG: usize = 64;

/// What the container is called in `/run/netns`: its name, or its id, of which the first twelve characters where it is a
/// long number that nobody chose.
pub fn name_of(record: &Record) -> &str {
    name(&record.id, record.name.as_deref())
}

fn name<'a>(id: &'a str, name: Option<&'a str>) -> &'a str {
    let number = id.len() == LONG && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = if number { id.get(..SHORT) } else { None };
    name.or(short).unwrap_or(id)
}

/// Where the entry of a container leads whose first process is `pid`.
pub fn target(pid: i32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/task/{pid}/ns/net"))
}

/// The process to which a link leads that Pontoon made.
fn process(link: &Path) -> Option<i32> {
    let pid = link.strip_prefix("/proc").ok()?.iter().next()?.to_str()?.parse().ok()?;
    (link == target(pid)).then_some(pid)
}

fn place(record: &Record) -> PathBuf {
    Path::new(DIRECTORY).join(name_of(record))
}

/// Whether it is a link of Pontoon's to a process that is gone.
fn is_stale(link: &Path) -> bool {
    let ours = std::fs::read_link(link).is_ok_and(|link| process(&link).is_some());
    // A zombie has no namespaces any more. Who may not look knows nothing.
    ours && matches!(link.try_exists(), Ok(false))
}

/// Makes the entry of a container whose first process is `pid`, if its network namespace is its own. That it can't be
/// made (the name is taken, the directory is not this user's to write to) is no reason to fail.
pub fn publish(record: &Record, pid: i32) {
    if !record.own_network {
        return;
    }
    let place = place(record);
    let make = || file::link_to(&target(pid), &place).map_err(|error| error.errno);
    let result = make().or_else(|errno| {
        match errno {
            Errno::ENOENT => file::mkdir(Path::new(DIRECTORY), 0o755).map_err(|error| error.errno)?,
            Errno::EEXIST if is_stale(&place) => file::unlink(&place).map_err(|error| error.errno)?,
            other => return Err(other),
        }
        make()
    });
    // Without it, Pontoon's own tools still find the container.
    let _ = result;
}

/// Takes a container's entry away, if it has one. It may be done twice.
///
/// # Errors
/// unlink(2)'s.
pub fn withdraw(container: &Container) -> Result<()> {
    if !container.record.own_network {
        return Ok(());
    }
    let place = place(&container.record);
    let Ok(link) = std::fs::read_link(&place) else { return Ok(()) };
    match container.init()? {
        Some(init) if link == target(init.pid) => remove(&place),
        _ => Ok(()),
    }
}

fn remove(place: &Path) -> Result<()> {
    match file::unlink(place) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        removed => removed.doing(|| format!("network namespace {}", place.display())),
    }
}

/// An entry that leads to a container which is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The entry.
    pub place: PathBuf,
    /// Where it leads.
    pub link: PathBuf,
}

/// Entries that Pontoon made and that lead to a process which is gone, or to another that got the number of a container's.
pub fn strays(state: &State) -> Vec<Stray> {
    let links = entries().unwrap_or_default().into_iter().filter_map(|entry| {
        let link = std::fs::read_link(&entry.path).ok()?;
        let pid = process(&link)?;
        Some((pid, Stray { place: entry.path, link }))
    });
    let links: Vec<(i32, Stray)> = links.collect();
    let ended = if links.is_empty() { Vec::new() } else { ended(state) };
    let is_stray = |(pid, stray): &(i32, Stray)| {
        is_stale(&stray.place) || ended.iter().any(|(known, place)| known == pid && *place == stray.place)
    };
    links.into_iter().filter(is_stray).map(|(_, stray)| stray).collect()
}

/// The first processes that have ended of containers that the state still has, and the entries they had.
fn ended(state: &State) -> Vec<(i32, PathBuf)> {
    let of = |container: &Container| {
        let init = container.init().ok().flatten().filter(|init| !init.alive())?;
        Some((init.pid, place(&container.record)))
    };
    state.all().unwrap_or_default().iter().filter_map(of).collect()
}

impl Stray {
    /// Takes it away.
    ///
    /// # Errors
    /// unlink(2)'s.
    pub fn remove(&self) -> Result<()> {
        // Meanwhile another container may have the name.
        if std::fs::read_link(&self.place).is_ok_and(|link| link == self.link) {
            remove(&self.place)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_that_nobody_chose_is_shortened() {
        let number = "0123456789abcdef".repeat(4);
        assert_eq!(name(&number, None), "0123456789ab");
        assert_eq!(name(&number, Some("web")), "web");
        assert_eq!(name("my-container-of-14", None), "my-container-of-14");
        let long = "g".repeat(64);
        assert_eq!(name(&long, None), long);
    }

    #[test]
    fn a_link_of_pontoons_is_told_from_others() {
        assert_eq!(process(&target(42)), Some(42));
        for other in
            ["/proc/42/ns/net", "/proc/42/task/43/ns/net", "/proc/x/task/x/ns/net", "/tmp/x", "x", ""]
        {
            assert_eq!(process(Path::new(other)), None, "{other}");
        }
    }
}
