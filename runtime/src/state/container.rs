//! One container on disk.

use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use super::{State, entries, publish, read};
use crate::error::{Doing, Error, Result};
use crate::plan::{CgroupDirectory, Endpoint, Plan};
use crate::sys::file;
use crate::sys::socket::short_path;

/// What a container is: written once, before anything else of it is made, so that whoever finds it knows
/// what to undo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The id.
    pub id: String,
    /// The name a person gave it.
    pub name: Option<String>,
    /// The bundle's directory.
    pub bundle: PathBuf,
    /// The root directory.
    pub rootfs: PathBuf,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: u64,
    /// Whether it goes when it ends (`--rm`).
    pub remove: bool,
    /// Whether a keeper holds its output (`-d`).
    pub detached: bool,
    /// Whether it has a terminal.
    pub terminal: bool,
    /// `bridge`, `none`, `host`, `container:ID`, `ns:PATH`.
    pub network: String,
    /// Whether its network namespace is its own, so that cards can be given to it.
    pub own_network: bool,
    /// Its cgroups.
    pub cgroups: Vec<CgroupDirectory>,
    /// What config.json carries for others to read.
    pub annotations: BTreeMap<String, String>,
    /// What `exec` starts from: the program's settings in config.json, with the flags of `run`.
    pub process: oci_spec::runtime::Process,
}

/// The first process of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Init {
    /// Its number on the host.
    pub pid: i32,
    /// When it started, in clock ticks since boot (field 22 of /proc/PID/stat): with the number, who it is.
    pub start_time: u64,
    /// When the program was let go, in milliseconds since 1970.
    pub started: u64,
}

impl Init {
    /// The process `pid`, now.
    ///
    /// # Errors
    /// None such.
    pub fn of(pid: Pid) -> Result<Self> {
        let start_time = start_time(pid)
            .ok_or_else(|| Error::Usage(format!("process {pid} ended while it was looked at")))?;
        Ok(Self { pid: pid.as_raw(), start_time, started: now() })
    }

    /// Whether it still runs: the same process, and no zombie.
    pub fn alive(&self) -> bool {
        start_time(Pid::from_raw(self.pid)) == Some(self.start_time)
    }
}

/// How a container ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The exit status; `None` where nobody was there to see it.
    pub status: Option<u8>,
    /// When, in milliseconds since 1970.
    pub finished: u64,
}

/// What a container is doing, in the words of the OCI specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is being made.
    Creating,
    /// Its program runs.
    Running,
    /// Its program has ended.
    Stopped,
}

impl Status {
    /// The specification's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Running => "running",
            Self::Stopped => "stopped",
        }
    }
}

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
            Some(init) if init.alive() => Status::Running,
            Some(_) => Status::Stopped,
        })
    }

    /// Its first process, if it runs.
    ///
    /// # Errors
    /// It does not; `cannot` says what can't be done then.
    pub fn running(&self, cannot: &'static str) -> Result<Init> {
        let status = self.status()?;
        match self.init()? {
            Some(init) if status == Status::Running => Ok(init),
            _ => Err(Error::State { id: self.record.id.clone(), is: status.word(), cannot }),
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

impl Record {
    /// What `plan` is going to be.
    pub fn new(plan: &Plan, process: oci_spec::runtime::Process, network: &str) -> Self {
        Self {
            id: plan.id.clone(),
            name: plan.name.clone(),
            bundle: plan.bundle.clone(),
            rootfs: plan.root.path.clone(),
            command: plan.process.arguments.clone(),
            created: now(),
            remove: false,
            detached: false,
            terminal: plan.process.terminal,
            network: network.to_owned(),
            own_network: plan.network.own,
            cgroups: plan.cgroup.directories.clone(),
            annotations: plan.annotations.clone(),
            process,
        }
    }
}

/// Removes a directory of ours, which holds files and directories of files.
pub(super) fn remove_tree(directory: &Path) {
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

/// When a process started, in clock ticks since boot; `None` where it has ended (a zombie has). Every start asks
/// twice, so it looks at two of the fields of /proc/PID/stat (proc_pid_stat(5)) itself.
pub(super) fn start_time(pid: Pid) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field, the name in brackets, may hold anything; the third comes behind the last bracket.
    let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.parse().ok()?;
    (state != "Z" && state != "X").then_some(started)
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A socket in a container's directory, at which its monitor tells how it ended; away again when dropped.
#[derive(Debug)]
pub struct Ear {
    /// Receives one byte: the exit status.
    pub socket: UnixDatagram,
    path: PathBuf,
}

impl Drop for Ear {
    fn drop(&mut self) {
        // With --rm the whole directory has gone already.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What the files of cards are called.
const CARD: &str = "card.";

/// The mark of a container whose network namespace another one shares.
const LENT: &str = "lent";

/// What the sockets of those who wait are called.
const EAR: &str = "wait.";

impl Container {
    /// Listens for its end.
    ///
    /// # Errors
    /// bind(2)'s.
    pub fn listen(&self) -> Result<Ear> {
        let name = format!("{EAR}{}", std::process::id());
        let bound = short_path(&self.directory, &name)
            .map_err(std::io::Error::from)
            .and_then(|(_directory, path)| UnixDatagram::bind(path));
        let socket = bound.doing(|| format!("wait for container {}", self.record.id))?;
        Ok(Ear { socket, path: self.directory.join(name) })
    }

    /// Tells those who listen how it ended.
    pub fn announce(&self, status: u8) {
        let names = entries(&self.directory);
        for name in names.iter().filter(|name| name.starts_with(EAR)) {
            // Who listened may have gone.
            let _ = short_path(&self.directory, name)
                .map_err(std::io::Error::from)
                .and_then(|(_directory, path)| UnixDatagram::unbound()?.send_to(&[status], path));
        }
    }
}
