//! Network namespaces by the names that people give them: those of `ip netns`, and those of containers.

pub mod directory;
pub mod publish;

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::Pid;

use crate::cli::Inside;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::state::State;
use crate::sys::file;
use crate::sys::visit::Visit;

/// Where `ip netns` keeps the namespaces that it names (ip-netns(8)): a file each, on which one is mounted.
pub const DIRECTORY: &str = "/run/netns";

/// A network namespace, and how to get to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What people call it: a container's name, the name of `ip netns`, a process's number, a path.
    pub name: String,
    /// What to open.
    pub path: PathBuf,
    /// The process it was found by, if it is a process's or a container's.
    pub pid: Option<i32>,
}

impl Place {
    /// The namespace that `word` names. A word with a slash is a path. Else it is, of what there is, in
    /// this order: a container by its name or whole id, a name of `ip netns`, the number of a process, the
    /// beginning of a container's id.
    ///
    /// # Errors
    /// There is none, or the container does not run.
    pub fn find(state: &State, word: &str) -> Result<Self> {
        if word.contains('/') {
            return Ok(Self { name: word.to_owned(), path: PathBuf::from(word), pid: None });
        }
        match state.find(word) {
            Ok(found) if found.record.id == word || found.record.name.as_deref() == Some(word) => {
                return Self::of_container(&found, word);
            }
            _ => {}
        }
        let named = Path::new(DIRECTORY).join(word);
        if !word.is_empty() && !word.starts_with('.') && named.exists() {
            return Ok(Self { name: word.to_owned(), path: named, pid: None });
        }
        match (word.parse(), state.find(word)) {
            (Ok(pid), _) if Path::new(&format!("/proc/{pid}/ns/net")).exists() => {
                Ok(Self::of_process(pid, word))
            }
            (_, Ok(found)) => Self::of_container(&found, word),
            (_, Err(ambiguous @ Error::Ambiguous { .. })) => Err(ambiguous),
            _ => Err(Error::Usage(format!(
                "{word:?} is no running container, no namespace in {DIRECTORY}, no process and no path"
            ))),
        }
    }

    /// The namespace of a running container, by what is typed for it.
    ///
    /// # Errors
    /// There is none, or it does not run.
    pub fn find_container(state: &State, word: &str) -> Result<Self> {
        Self::of_container(&state.find(word)?, word)
    }

    fn of_container(container: &crate::state::Container, word: &str) -> Result<Self> {
        Ok(Self::of_process(container.running("be entered")?.pid, word))
    }

    fn of_process(pid: i32, name: &str) -> Self {
        Self { name: name.to_owned(), path: PathBuf::from(format!("/proc/{pid}/ns/net")), pid: Some(pid) }
    }

    /// Opens it.
    ///
    /// # Errors
    /// The kernel's: it is gone, or not for this user.
    pub fn open(&self) -> Result<OwnedFd> {
        file::open(&self.path, OFlag::O_RDONLY).doing(|| format!("open the network namespace {}", self.name))
    }

    /// Takes this process into it until it comes back.
    ///
    /// # Errors
    /// The kernel's: it is gone, not a network namespace, or not for this user.
    pub fn visit(&self) -> Result<Visit> {
        Visit::begin(&self.path).doing(|| format!("enter the network namespace {}", self.name))
    }

    /// Takes this process into it, for good.
    ///
    /// # Errors
    /// As [`visit`](Place::visit).
    pub fn enter(&self) -> Result<()> {
        self.visit()?.stay();
        match self.pid {
            Some(pid) => explain::container_is(Pid::from_raw(pid)),
            None => explain::container_is_at(&self.path),
        }
        explain::act_as(Actor::Container);
        Ok(())
    }
}

/// Takes this process to where `--in` says. Who acts from then on.
///
/// # Errors
/// As [`Place::find`] and [`Place::enter`].
pub fn inside(state: &State, inside: &Inside) -> Result<Actor> {
    let Some(word) = &inside.place else { return Ok(Actor::Host) };
    Place::find(state, word)?.enter()?;
    Ok(Actor::Container)
}
