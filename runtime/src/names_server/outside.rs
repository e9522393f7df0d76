//! What the server knows of the host: its name servers and search domains, and its stopped containers.

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::decide::Outside;
use crate::plan::resolv_conf::ResolvConf;
use crate::state::State;

/// The host's own settings, read again when they have changed.
#[derive(Debug)]
pub(super) struct Host {
    /// Which file was read: device, inode, and when it was changed.
    seen: Option<(u64, u64, i64, i64)>,
    servers: Vec<IpAddr>,
    search: Vec<String>,
    /// A link for each container that has a name.
    names: PathBuf,
}

impl Host {
    pub(super) fn of(state: &State) -> Self {
        Self { seen: None, servers: Vec::new(), search: Vec::new(), names: state.names() }
    }

    /// Reads /etc/resolv.conf if it is not the one that was read before.
    pub(super) fn refresh(&mut self) {
        let path = Path::new("/etc/resolv.conf");
        let now = fs::metadata(path).ok().map(|it| (it.dev(), it.ino(), it.mtime(), it.mtime_nsec()));
        if self.seen == now && now.is_some() {
            return;
        }
        let read = ResolvConf::parse(&fs::read_to_string(path).unwrap_or_default());
        self.servers = read.nameservers.iter().filter_map(|server| server.parse().ok()).collect();
        self.search = read.search;
        self.seen = now;
    }

    /// Whether a container has the name, running or not.
    pub(super) fn is_containers(&self, name: &str) -> bool {
        !name.contains('/') && !name.is_empty() && self.names.join(name).is_symlink()
    }

    /// What a decision needs.
    pub(super) fn with<T>(&self, decide: impl FnOnce(&Outside<'_>) -> T) -> T {
        let is_containers = |name: &str| self.is_containers(name);
        decide(&Outside { servers: &self.servers, search: &self.search, is_containers: &is_containers })
    }
}
