//! Which network namespaces there are, and what they are called.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::commands::short;
use crate::error::{Doing, Result};
use crate::map::model::{Container, Id, Name, Namespace};
use crate::netns::DIRECTORY;
use crate::state::{State, entries};

/// The file that stands for this process's namespace.
pub(super) const OWN: &str = "/proc/self/ns/net";

/// A namespace that could be drawn.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Which it is.
    pub(super) id: Id,
    /// What to open.
    pub(super) path: PathBuf,
    /// It, open, so that others can be asked for their number of it.
    pub(super) file: Option<File>,
    /// What it is called.
    pub(super) names: Vec<Name>,
    /// The containers in it.
    pub(super) containers: Vec<Container>,
    /// What it was called by who asked for it: its name, if it has no other.
    pub(super) called: Option<Name>,
    /// The processes that it was found by.
    pub(super) pids: Vec<i32>,
}

/// Namespaces in the order in which they were found, each once.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) list: Vec<Candidate>,
    places: BTreeMap<Id, usize>,
}

/// The number of the file at `path`, through links.
pub(super) fn id_of(path: &Path) -> Option<Id> {
    let found = fs::metadata(path).ok()?;
    Some(Id { device: found.dev(), inode: found.ino() })
}

impl Candidate {
    /// It, with nothing known of it but its names, the best first.
    pub(super) fn into_namespace(self) -> Namespace {
        let Self { id, mut names, containers, called, .. } = self;
        // Who has a name needs none of those that only tell where it was found.
        if names.iter().all(|name| matches!(name, Name::Path(_) | Name::Process { .. })) {
            names.splice(0..0, called);
            names.truncate(1);
        }
        names.sort();
        Namespace { id, names, containers, ..Namespace::default() }
    }
}

impl Candidates {
    /// That in `path` under one more name. `None` where there is nothing any more.
    pub(super) fn add(&mut self, path: &Path, name: Option<Name>) -> Option<&mut Candidate> {
        let id = id_of(path)?;
        let place = *self.places.entry(id).or_insert(self.list.len());
        if place == self.list.len() {
            let (names, containers, pids) = (Vec::new(), Vec::new(), Vec::new());
            let file = File::open(path).ok();
            let path = path.to_owned();
            self.list.push(Candidate { id, path, file, names, containers, called: None, pids });
        }
        let candidate = &mut self.list[place];
        candidate.names.extend(name);
        Some(candidate)
    }

    /// The place of a namespace in the list.
    pub(super) fn place(&self, id: Id) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Takes in all `others`.
    pub(super) fn append(&mut self, others: Self) {
        for other in others.list {
            self.places.insert(other.id, self.list.len());
            self.list.push(other);
        }
    }

    /// Takes those of `others` that are in `wanted`.
    pub(super) fn take(&mut self, others: &mut Self, wanted: &[Id]) {
        let (taken, left) =
            std::mem::take(&mut others.list).into_iter().partition(|it| wanted.contains(&it.id));
        self.append(Self { list: taken, ..Self::default() });
        *others = Self::default();
        others.append(Self { list: left, ..Self::default() });
    }

    /// Those of running containers.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub(super) fn add_containers(&mut self, state: &State) -> Result<()> {
        let mut all = state.all()?;
        all.sort_by(|one, other| {
            (&one.record.name, &one.record.id).cmp(&(&other.record.name, &other.record.id))
        });
        for container in all {
            let (status, init) = (container.status()?, container.init()?);
            let Some(init) = init.filter(|_| status.is_alive()) else { continue };
            let id = container.record.id.clone();
            let name = container.record.name.clone();
            let called = name.clone().unwrap_or_else(|| short(&id).to_owned());
            let path = PathBuf::from(format!("/proc/{}/ns/net", init.pid));
            let Some(candidate) = self.add(&path, Some(Name::Container(called))) else { continue };
            let published = container.ports()?.published;
            candidate.pids.push(init.pid);
            candidate.containers.push(Container {
                id,
                name,
                status: status.word(),
                pid: init.pid,
                published,
            });
        }
        Ok(())
    }

    /// Those that `ip netns` names. What is no network namespace there is passed over: only a file of the same device as
    /// this process's can be one.
    pub(super) fn add_named(&mut self, device: u64) {
        let mut names = entries(Path::new(DIRECTORY));
        names.sort();
        for name in names {
            let path = Path::new(DIRECTORY).join(&name);
            if id_of(&path).is_some_and(|id| id.device == device) {
                self.add(&path, Some(Name::Named(name)));
            }
        }
    }
}

/// The namespaces of all processes, and those mounted anywhere, that are none of `known`.
///
/// # Errors
/// /proc can't be read.
pub(super) fn strangers(known: &Candidates) -> Result<Candidates> {
    let mut found = Candidates::default();
    let mounts =
        fs::read_to_string("/proc/self/mountinfo").doing(|| "read /proc/self/mountinfo".to_owned())?;
    for point in mounts.lines().filter_map(mounted) {
        let path = Path::new(&point);
        if !path.starts_with(DIRECTORY) && id_of(path).is_some_and(|id| known.place(id).is_none()) {
            found.add(path, Some(Name::Path(point.clone())));
        }
    }
    let mut pids: Vec<i32> =
        entries(Path::new("/proc")).iter().filter_map(|name| name.parse().ok()).collect();
    pids.sort_unstable();
    for pid in pids {
        let path = PathBuf::from(format!("/proc/{pid}/ns/net"));
        let Some(id) = id_of(&path) else { continue };
        if known.place(id).is_some() {
            continue;
        }
        let first = found.place(id).is_none_or(|place| found.list[place].names.is_empty());
        let name = first.then(|| Name::Process { pid, command: command(pid) });
        if let Some(candidate) = found.add(&path, name) {
            candidate.pids.push(pid);
        }
    }
    Ok(found)
}

/// The name of a process.
pub(super) fn command(pid: i32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim_end().to_owned()
}

/// Where a line of mountinfo (proc_pid_mountinfo(5)) mounts a network namespace.
fn mounted(line: &str) -> Option<String> {
    let mut fields = line.split(' ');
    let (root, point) = (fields.nth(3)?, fields.next()?);
    root.starts_with("net:[").then(|| unescaped(point))
}

/// Spaces and the like stand there as three octal digits.
fn unescaped(field: &str) -> String {
    let mut parts = field.split('\\');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match digits {
            Some(byte) if byte.is_ascii() => {
                text.push(byte.into());
                text.push_str(&part[3..]);
            }
            _ => text.extend(["\\", part]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounted_namespaces_are_found_and_no_others() {
        let line = "81 24 0:4 net:[4026532301] /run/docker/netns/a\\040b rw shared:2 - nsfs nsfs rw";
        assert_eq!(mounted(line).as_deref(), Some("/run/docker/netns/a b"));
        assert_eq!(mounted("81 24 0:4 mnt:[4026532301] /run/x rw - nsfs nsfs rw"), None);
        assert_eq!(mounted("81 24"), None);
    }

    #[test]
    fn a_namespace_is_a_candidate_once_whatever_its_names() {
        let mut found = Candidates::default();
        found.add(Path::new(OWN), Some(Name::Host));
        found.add(Path::new("/proc/thread-self/ns/net"), Some(Name::Named("x".into())));
        assert_eq!(found.list.len(), 1);
        assert_eq!(found.list[0].names, [Name::Host, Name::Named("x".into())]);
        assert!(found.add(Path::new("/nowhere"), None).is_none());
    }
}
