//! What the name server reads, on disk: `dns` in the state directory.
//!
//! ```text
//! ROOT/dns/
//!   NETWORK/zone.json           where its containers ask, and who is asked further
//!   NETWORK/containers/ID.json  a container that runs on it: its names and addresses
//!   server.sock                 where the server hears of changes
//! ```
//!
//! The files are the truth: they are written before the server is told, and a new server begins with them. A
//! network is there while a container of its runs.

use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::Flock;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::table::{Entry, Table, Zone};
use crate::error::{Doing, Result};
use crate::state::{State, entries, lock, make_directories};
use crate::sys::{self, file};

/// The directory of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Store(PathBuf);

impl Store {
    pub(super) fn of(state: &State) -> Self {
        Self(state.root().join("dns"))
    }

    /// Where everything is.
    pub(super) fn directory(&self) -> &Path {
        &self.0
    }

    fn network(&self, network: &str) -> PathBuf {
        self.0.join(network)
    }

    /// Where the containers of a network are.
    pub(super) fn containers(&self, network: &str) -> PathBuf {
        self.network(network).join("containers")
    }

    fn entry(&self, network: &str, id: &str) -> PathBuf {
        self.containers(network).join(format!("{id}.json"))
    }

    /// Keeps others from changing anything, and from starting or ending a server.
    ///
    /// # Errors
    /// open(2)'s and flock(2)'s.
    pub(super) fn lock(&self) -> Result<Option<Flock<fs::File>>> {
        if sys::gate::rehearsing() {
            return Ok(None);
        }
        lock(&self.0).map(Some)
    }

    /// Writes a container down, and its network where it has changed.
    ///
    /// # Errors
    /// The state can't be written.
    pub(super) fn add(&self, network: &str, zone: &Zone, entry: &Entry) -> Result<()> {
        make_directories(&self.0)?;
        let _lock = self.lock()?;
        make_directories(&self.containers(network))?;
        if self.zone(network).as_ref() != Some(zone) {
            self.replace(&self.network(network).join("zone.json"), zone)?;
        }
        self.replace(&self.entry(network, &entry.id), entry)
    }

    /// Writes a network down that has changed; whether anybody is on it.
    ///
    /// # Errors
    /// The state can't be written.
    pub(super) fn change(&self, network: &str, zone: &Zone) -> Result<bool> {
        if !self.network(network).is_dir() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        if self.zone(network).is_none_or(|before| before == *zone) {
            return Ok(false);
        }
        self.replace(&self.network(network).join("zone.json"), zone)?;
        Ok(true)
    }

    /// Puts a file in the place of the one that was there, so that a reader sees the one or the other.
    fn replace<T: Serialize>(&self, path: &Path, value: &T) -> Result<()> {
        let text = serde_json::to_string(value).expect("state is plain data");
        let doing = || format!("state: write {}", path.display());
        // One writer at a time: a draft that is there is a dead one's.
        let draft = self.0.join(".draft");
        if draft.exists() {
            absent(file::unlink(&draft)).doing(doing)?;
        }
        file::create(&draft, &text).doing(doing)?;
        file::rename(&draft, path).doing(doing)
    }

    /// Forgets a container, and its network where it was the last; whether it was there.
    ///
    /// # Errors
    /// The state can't be changed.
    pub(super) fn remove(&self, network: &str, id: &str) -> Result<bool> {
        let path = self.entry(network, id);
        if !path.exists() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let doing = || format!("network {network}: forget the names of {id}");
        absent(file::unlink(&path)).doing(doing)?;
        self.close(network).doing(doing)?;
        Ok(true)
    }

    /// Forgets a network that nobody is on.
    fn close(&self, network: &str) -> sys::Result<()> {
        match file::rmdir(&self.containers(network)) {
            Err(error) if error.errno == Errno::ENOTEMPTY => return Ok(()),
            removed => absent(removed)?,
        }
        absent(file::unlink(&self.network(network).join("zone.json")))?;
        absent(file::rmdir(&self.network(network)))
    }

    /// Forgets what those left who were killed while they forgot the last of a network.
    pub(super) fn tidy(&self) {
        for network in self.networks() {
            let _ = self.close(&network);
        }
    }

    /// The ids of those on a network.
    pub(super) fn ids(&self, network: &str) -> Vec<String> {
        let names = entries(&self.containers(network)).into_iter();
        names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect()
    }

    /// The networks.
    pub(super) fn networks(&self) -> Vec<String> {
        entries(&self.0).into_iter().filter(|name| self.network(name).is_dir()).collect()
    }

    pub(super) fn zone(&self, network: &str) -> Option<Zone> {
        read(&self.network(network).join("zone.json"))
    }

    /// Whether nobody has written anybody down.
    pub(super) fn is_empty(&self) -> bool {
        self.networks().iter().all(|network| self.ids(network).is_empty())
    }

    /// Brings what is known of one container on one network up to date.
    pub(super) fn look(&self, table: &mut Table, network: &str, id: &str) {
        let Some(zone) = self.zone(network) else { return table.forget(network) };
        table.set_zone(network, zone);
        match read(&self.entry(network, id)) {
            Some(entry) => table.add(network, entry),
            None => table.remove(network, id),
        }
    }

    /// Everything.
    pub(super) fn read_all(&self) -> Table {
        let mut table = Table::default();
        for network in self.networks() {
            let Some(zone) = self.zone(&network) else { continue };
            table.set_zone(&network, zone);
            let entries = self.ids(&network).into_iter().filter_map(|id| read(&self.entry(&network, &id)));
            entries.for_each(|entry| table.add(&network, entry));
        }
        table
    }
}

/// What another took away already is away.
fn absent(result: sys::Result<()>) -> sys::Result<()> {
    match result {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        result => result,
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
