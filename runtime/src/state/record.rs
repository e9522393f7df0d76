//! What a container is, who its first process is, how it ended: the values that are on disk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::clock::now;
use crate::error::{Error, Result};
use crate::plan::network::ports::{PortRequest, Published};
use crate::plan::resolv_conf::Flags;
use crate::plan::scheduling::OfContainer;
use crate::plan::seccomp::Filter;
use crate::plan::{CgroupDirectory, Hooks, NamespaceKind, Plan};

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
    /// Whether its process numbers are its own, so that all its processes end with the first.
    #[serde(default)]
    pub own_pids: bool,
    /// The version of the specification that config.json names.
    #[serde(default)]
    pub oci_version: String,
    /// Whether it was made in runc's way: its caller holds the output and waits for the end.
    #[serde(default)]
    pub by_id: bool,
    /// Whether it has a session keyring of its own.
    #[serde(default)]
    pub new_keyring: bool,
    /// What is run when it has started, and when it is gone.
    #[serde(default)]
    pub hooks: Hooks,
    /// Whom it asks for names, as its user said.
    #[serde(default)]
    pub dns: Flags,
    /// Its cgroups.
    pub cgroups: Vec<CgroupDirectory>,
    /// What config.json carries for others to read.
    pub annotations: BTreeMap<String, String>,
    /// How its seccomp filter is loaded. The filter itself is a file beside.
    pub filter: Option<Filter>,
    /// What `exec` starts from: the program's settings in config.json, with the flags of `run`.
    pub process: oci_spec::runtime::Process,
    /// What holds for each program in it, besides.
    #[serde(default)]
    pub scheduling: OfContainer,
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

/// The ports of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ports {
    /// What `-p` and `-P` asked for.
    pub wanted: Vec<PortRequest>,
    /// What it has, once it has a card that packets can be led to.
    pub published: Vec<Published>,
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
    /// Its program waits for `start`.
    Created,
    /// Its program runs.
    Running,
    /// Its processes are stopped by the freezer.
    Paused,
    /// Its program has ended.
    Stopped,
}

impl Status {
    /// Whether it has a first process.
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Created | Self::Running | Self::Paused)
    }

    /// The specification's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
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
            own_pids: plan.new_namespaces.contains(&NamespaceKind::Pid),
            oci_version: plan.oci_version.clone(),
            by_id: false,
            new_keyring: plan.new_keyring,
            hooks: plan.hooks.clone(),
            dns: plan.names.as_ref().map(|names| names.flags.clone()).unwrap_or_default(),
            cgroups: plan.cgroup.directories.clone(),
            annotations: plan.annotations.clone(),
            filter: plan.process.filter.clone(),
            process,
            scheduling: plan.process.scheduling.container.clone(),
        }
    }
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
