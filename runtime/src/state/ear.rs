//! Being told how a container ended.

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use super::{Container, entries};
use crate::error::{Doing, Result};
use crate::sys::socket::short_path;

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
