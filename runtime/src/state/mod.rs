//! What is on disk, and how it is found again after a crash.
//!
//! ```text
//! ROOT/
//!   monitors/PID.START.ID      who watches a container; made first, removed last
//!   containers/ID/             one directory a container
//!     container.json           what it is (written once)
//!     init.json                its first process (once it runs)
//!     exit.json                how that ended (once it has)
//!     exec.fifo start.error    where a created one waits for `start`, and why it then failed
//!     card.eth0.json           one file a network card
//!     ports.json               its published ports
//!     filter                   its compiled seccomp filter
//!     hosts hostname resolv.conf  what is bound in over /etc
//!     log log.1 attach.sock    its keeper's: what it wrote, in two files of 8 MiB at most, and the
//!                              socket of those who attach
//!   names/NAME -> ID           who has the name
//!   networks/NAME/leases/ADDR -> ID  who has the address
//!   networks/NAME/last -> ADDR       which address was given last
//!   definitions/NAME.json      networks, unless they are defined in another directory
//!   ports/PROTOCOL/PORT/ADDR -> ID   who has which port of the host
//!   seccomp/FINGERPRINT        compiled seccomp filters, for all who have the same profile
//!   dns/                       what the name server reads (names_server/store.rs)
//!   changing/ID                whose cards are being changed, by a process that locks its directory
//! ```
//!
//! No file is ever written twice: each is made whole under another name and renamed. What several may
//! compete for (names, addresses) is a symbolic link, which is claimed and filled in by one call, and
//! read with `ls -l`. What a container is doing follows from which files are there, so
//! nobody needs a lock to read, and a crash between two steps leaves nothing that lies.

mod container;
mod document;
mod ear;
mod find;
mod gate;
mod monitor;
mod record;
mod sweep;

use std::fs;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Doing, Error, Result};
use crate::plan::fingerprint;
use crate::sys::file;

pub use container::{Container, remove_tree};
pub use document::Document;
pub use ear::Ear;
pub use gate::Gate;
pub use monitor::Monitor;
pub use record::{Exit, Init, Ports, Record, Status};
pub use sweep::{Leftover, sweep};

/// Where the state is, unless `--root` says otherwise.
pub const USUAL_ROOT: &str = "/run/pontoon";

/// Where networks are defined then: unlike all else they outlive the host's restart.
pub const USUAL_DEFINITIONS: &str = "/etc/pontoon/networks";

/// The state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    root: PathBuf,
    definitions: PathBuf,
}

impl State {
    /// The state kept at `root`, which need not be there yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let usual = root == Path::new(USUAL_ROOT);
        let definitions = if usual { USUAL_DEFINITIONS.into() } else { root.join("definitions") };
        Self { root, definitions }
    }

    /// The same state, with the networks that are defined by the files in `directory`.
    #[must_use]
    pub fn with_definitions(self, directory: PathBuf) -> Self {
        Self { definitions: directory, ..self }
    }

    /// The directory of the networks' definitions, a file `NAME.json` each.
    pub fn definitions(&self) -> &Path {
        &self.definitions
    }

    /// Where the ports are that containers have of the host's.
    pub fn ports(&self) -> PathBuf {
        self.root.join("ports")
    }

    /// Where it is kept.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn monitors(&self) -> PathBuf {
        self.root.join("monitors")
    }

    fn containers(&self) -> PathBuf {
        self.root.join("containers")
    }

    pub(crate) fn names(&self) -> PathBuf {
        self.root.join("names")
    }

    /// The directory of one container.
    pub fn directory(&self, id: &str) -> PathBuf {
        self.containers().join(id)
    }

    /// Where the networks are.
    pub fn networks(&self) -> PathBuf {
        self.root.join("networks")
    }

    /// The directory of one network.
    pub fn network(&self, name: &str) -> PathBuf {
        self.networks().join(name)
    }

    /// The directory below each cgroup hierarchy that holds the containers of this state, and those alone.
    pub fn cgroup_parent(&self) -> String {
        if self.root == Path::new(USUAL_ROOT) {
            return "pontoon".to_owned();
        }
        format!("pontoon-{:08x}", fingerprint(&self.root.to_string_lossy()) & 0xffff_ffff)
    }

    /// Where compiled seccomp filters are kept.
    pub fn filters(&self) -> PathBuf {
        self.root.join("seccomp")
    }

    /// Where the leases of a network are: a link from the address to the id.
    pub fn leases(&self, network: &str) -> PathBuf {
        self.network(network).join("leases")
    }

    /// Where the marks of containers are whose cards are being changed.
    pub fn changing(&self) -> PathBuf {
        self.root.join("changing")
    }

    /// Makes the directories that everything else lies in.
    ///
    /// # Errors
    /// mkdir(2)'s.
    pub fn prepare(&self) -> Result<()> {
        for directory in [self.monitors(), self.containers(), self.names()] {
            make_directories(&directory)?;
        }
        Ok(())
    }
}

/// `mkdir -p`, mode 0700 where something is missing: what containers are doing is root's business.
///
/// # Errors
/// mkdir(2)'s.
pub fn make_directories(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_directories(parent)?;
    }
    match file::mkdir(path, 0o700) {
        Err(error) if error.errno == nix::errno::Errno::EEXIST => Ok(()),
        result => result.doing(|| "state".to_owned()),
    }
}

/// Keeps others who lock `directory` out, until the result is dropped or the process ends.
///
/// # Errors
/// open(2)'s and flock(2)'s.
pub fn lock(directory: &Path) -> Result<Flock<fs::File>> {
    let doing = || format!("state: lock {}", directory.display());
    let opened = fs::File::open(directory).doing(doing)?;
    Flock::lock(opened, FlockArg::LockExclusive)
        .map_err(|(_, errno)| std::io::Error::from(errno))
        .doing(doing)
}

/// The same, if nobody else does; `None` if somebody does, or there is no such directory.
pub fn try_lock(directory: &Path) -> Option<Flock<fs::File>> {
    Flock::lock(fs::File::open(directory).ok()?, FlockArg::LockExclusiveNonblock).ok()
}

/// Writes `value` to a file that readers see whole or not at all, and that is not there yet.
fn publish<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let text = serde_json::to_string(value).expect("state is plain data");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let doing = || format!("state: write {}", path.display());
    file::create(&draft, &text).doing(doing)?;
    file::rename(&draft, path).doing(doing)
}

/// Reads a file that [`publish`] wrote; `None` where it is not there (any more).
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // The container's name may be no directory, if a stranger's file lies here.
        text => text.doing(|| format!("state: read {}", path.display()))?,
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|error| Error::Config { path: path.to_owned(), problem: error.to_string() })
}

/// The entries of a directory by name; none where it is missing.
pub(crate) fn entries(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
