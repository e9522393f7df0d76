//! One container on disk.

use std::path::{Path, PathBuf};

use super::record::{Exit, Init, Ports, Record, Status};
use super::{State, entries, publish, read};
use crate::cgroup;
use crate::clock::now;
use crate::error::{Doing, Error, Result};
use crate::plan::Endpoint;
use crate::sys::file;

/// What the files of cards are called.
const CARD: &str = "card.";

/// The file of its ports.
const PORTS: &str = "ports.json";

/// The mark of a container whose network namespace another one shares.
const LENT: &str = "lent";

/// A container that has a directory in the state.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// Its directory.
    pub directory: PathBuf,
    /// What it is.
    pub record: Record,
}

impl Container {
    /// Makes the directory and the record of a new container, and claims its name.
    ///
    /// # Errors
    /// The id or the name is taken: by whom. Nothing is left then.
    pub fn create(state: &State, record: Record) -> Result<Self> {
        let directory = state.directory(&record.id);
        match file::mkdir(&directory, 0o700) {
            Err(error) if error.errno == nix::errno::Errno::EEXIST => {
                return Err(Error::Taken { what: "id", value: record.id.clone(), by: record.id });
            }
            made => made.doing(|| format!("container {}", record.id))?,
        }
        publish(&directory.join("container.json"), &record)?;
        let container = Self { directory, record };
        if let Some(name) = container.record.name.clone() {
            container.claim_name(state, &name).inspect_err(|_| container.forget(state))?;
        }
        Ok(container)
    }

    fn claim_name(&self, state: &State, name: &str) -> Result<()> {
        let link = state.names().join(name);
        match file::link_to(Path::new(&self.record.id), &link) {
            Err(error) if error.errno == nix::errno::Errno::EEXIST => {
                let by = std::fs::read_link(&link).unwrap_or_default().display().to_string();
                Err(Error::Taken { what: "name", value: name.to_owned(), by })
            }
            made => made.doing(|| format!("name {name}")),
        }
    }

    /// Reads a container; `None` where there is none, or it is not written yet.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn read(state: &State, id: &str) -> Result<Option<Self>> {
        let directory = state.directory(id);
        let record = read(&directory.join("container.json"))?;
        Ok(record.map(|record| Self { directory, record }))
    }

    /// Its first process, once there is one.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn init(&self) -> Result<Option<Init>> {
        read(&self.directory.join("init.json"))
    }

    /// How it ended, once it has.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn exit(&self) -> Result<Option<Exit>> {
        read(&self.directory.join("exit.json"))
    }

    /// What it is doing.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn status(&self) -> Result<Status> {
        if self.exit()?.is_some() {
            return Ok(Status::Stopped);
        }
        Ok(match self.init()? {
            None => Status::Creating,
            Some(init) if init.alive() => {
                if cgroup::is_frozen(&self.record.cgroups) {
                    Status::Paused
                } else if self.waits_for_start() {
                    Status::Created
                } else {
                    Status::Running
                }
            }
            Some(_) => Status::Stopped,
        })
    }

    /// Its first process, if there is one: it runs, is paused, or waits for `start`.
    ///
    /// # Errors
    /// It does not; `cannot` says what can't be done then.
    pub fn running(&self, cannot: &'static str) -> Result<Init> {
        let status = self.status()?;
        match self.init()? {
            Some(init) if status.is_alive() => Ok(init),
            _ => Err(self.refused(status, cannot)),
        }
    }

    /// The error that it is in this state, in which it cannot do something. It is told by its name, if it has one.
    pub fn refused(&self, status: Status, cannot: &'static str) -> Error {
        let Record { id, name, .. } = &self.record;
        Error::State { id: name.as_ref().unwrap_or(id).clone(), is: status.word(), cannot }
    }

    /// What a program that joins needs: in a frozen cgroup it would not come to its first step.
    ///
    /// # Errors
    /// The container is paused: runc's words.
    pub fn not_paused(&self) -> Result<()> {
        match self.status()? {
            Status::Paused => {
                let problem = "cannot exec in a paused container (use --ignore-paused to override)";
                Err(Error::Usage(problem.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Records its first process.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn set_init(&self, init: Init) -> Result<()> {
        publish(&self.directory.join("init.json"), &init)
    }

    /// Records how it ended. Who comes second changes nothing.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn set_exit(&self, status: Option<u8>) -> Result<()> {
        let path = self.directory.join("exit.json");
        if path.exists() { Ok(()) } else { publish(&path, &Exit { status, finished: now() }) }
    }

    /// Its cards, in the order of their names.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn cards(&self) -> Result<Vec<Endpoint>> {
        let mut cards = Vec::new();
        for name in entries(&self.directory).iter().filter(|name| name.starts_with(CARD)) {
            cards.extend(read::<Endpoint>(&self.directory.join(name))?);
        }
        cards.sort_by_key(|card| (card.name.len(), card.name.clone()));
        Ok(cards)
    }

    /// Records a card.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn add_card(&self, card: &Endpoint) -> Result<()> {
        publish(&self.card(&card.name), card)
    }

    /// Forgets a card. One that is not there is forgotten already.
    ///
    /// # Errors
    /// unlink(2)'s.
    pub fn remove_card(&self, name: &str) -> Result<()> {
        match file::unlink(&self.card(name)) {
            Err(error) if error.errno == nix::errno::Errno::ENOENT => Ok(()),
            removed => removed.doing(|| format!("container {}: forget {name}", self.record.id)),
        }
    }

    /// Its ports that are published, and those that will be once it has a card for them.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn ports(&self) -> Result<Ports> {
        Ok(read(&self.directory.join(PORTS))?.unwrap_or_default())
    }

    /// Records its ports.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn set_ports(&self, ports: &Ports) -> Result<()> {
        publish(&self.directory.join(PORTS), ports)
    }

    /// Where its compiled seccomp filter is.
    pub fn filter(&self) -> PathBuf {
        self.directory.join("filter")
    }

    fn card(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{CARD}{name}.json"))
    }

    /// Notes that another container shares its network namespace, which may then outlive it.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn lend_network(&self) -> Result<()> {
        match file::create(&self.directory.join(LENT), "") {
            Err(error) if error.errno == nix::errno::Errno::EEXIST => Ok(()),
            made => made.doing(|| format!("container {}", self.record.id)),
        }
    }

    /// Whether another container ever shared its network namespace.
    pub fn lent_its_network(&self) -> bool {
        self.directory.join(LENT).exists()
    }

    /// Forgets the container: its name, then its directory. What is gone already is no error, and what
    /// can't be removed stays for the next to try.
    pub fn forget(&self, state: &State) {
        if let Some(name) = &self.record.name {
            let link = state.names().join(name);
            if std::fs::read_link(&link).is_ok_and(|id| id.as_os_str() == self.record.id.as_str()) {
                let _ = file::unlink(&link);
            }
        }
        remove_tree(&self.directory);
    }
}

/// Removes a directory of ours, which holds files and directories of files.
pub fn remove_tree(directory: &Path) {
    for name in entries(directory) {
        let path = directory.join(name);
        if path.is_dir() && !path.is_symlink() {
            remove_tree(&path);
        } else {
            let _ = file::unlink(&path);
        }
    }
    let _ = file::rmdir(directory);
}
