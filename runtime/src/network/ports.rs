//! Who has which port of the host: `ROOT/ports/PROTOCOL/PORT/ADDRESS -> ID`, a symbolic link for each address,
//! 0.0.0.0 and :: for all of a family.
//!
//! A port has a directory of its own, so that a claim looks at nothing but that one, however many there are.
//! A wildcard and an address can't be claimed by one call that fails for either, so there is a lock.

mod claim;
mod listener;

use std::fs::read_link;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use self::claim::Claim;
use crate::error::{Doing, Result};
use crate::plan::network::ports::{PortRequest, Protocol, Published};
use crate::state::{State, entries, lock, make_directories};
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// A port of the host that a container has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The protocol.
    pub protocol: Protocol,
    /// The port.
    pub host_port: u16,
    /// The address, or a wildcard.
    pub address: IpAddr,
    /// The container.
    pub id: String,
}

impl Held {
    /// Gives it back.
    ///
    /// # Errors
    /// The state can't be written.
    pub fn release(&self, state: &State) -> Result<()> {
        release_each(state, &self.id, &[(self.protocol, self.host_port, self.address)])
    }
}

fn directory(state: &State) -> PathBuf {
    state.root().join("ports")
}

fn link(state: &State, protocol: Protocol, host_port: u16, address: IpAddr) -> PathBuf {
    let ports = directory(state).join(protocol.name()).join(host_port.to_string());
    ports.join(address.to_string())
}

fn text_of(link: &Path) -> Option<String> {
    read_link(link).ok()?.into_os_string().into_string().ok()
}

/// Claims the ports of the host that `requests` ask for, for container `id`; all or none. The answers are in
/// the order of the requests. What the container had from an earlier life is its own; those of its ports that are `kept` it
/// can't have twice.
///
/// # Errors
/// A port is in use by another container or a process, which is named; the host has no such address, the
/// kernel no such protocol; the state can't be written.
pub fn claim(
    state: &State,
    id: &str,
    requests: &[PortRequest],
    kept: &[Published],
) -> Result<Vec<Published>> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    make_directories(&directory(state))?;
    // A rehearsal has made no directory that it could lock, and writes nothing.
    let _lock = if rehearsing() { None } else { Some(lock(&directory(state))?) };
    let mut claim = Claim::of(state, id, kept);
    // Who may choose gives way to who may not.
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|&number| match requests[number].host_ports {
        Some((first, last)) => last - first,
        None => u16::MAX,
    });
    let mut published = vec![None; requests.len()];
    for number in order {
        match claim.serve(&requests[number]) {
            Ok(port) => published[number] = Some(port),
            Err(error) => {
                claim.give_back();
                return Err(error);
            }
        }
    }
    Ok(published.into_iter().flatten().collect())
}

/// Gives back ports of container `id`. Those that are another's, or nobody's, are left alone.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn release(state: &State, id: &str, published: &[Published]) -> Result<()> {
    let held = published.iter().flat_map(|port| {
        port.addresses().into_iter().map(|address| (port.protocol, port.host_port, address))
    });
    release_each(state, id, &held.collect::<Vec<_>>())
}

/// Gives back all ports of container `id`, where nobody knows which. It looks at all that are held.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn release_all(state: &State, id: &str) -> Result<()> {
    let held = holders(state).into_iter().filter(|held| held.id == id);
    let held: Vec<_> = held.map(|held| (held.protocol, held.host_port, held.address)).collect();
    release_each(state, id, &held)
}

/// Gives back the ports of container `id` that are not among those `published`: a command that was killed claimed them.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn release_others(state: &State, id: &str, published: &[Published]) -> Result<()> {
    let noted = |held: &Held| {
        let is = |port: &&Published| port.protocol == held.protocol && port.host_port == held.host_port;
        published.iter().filter(is).any(|port| port.addresses().contains(&held.address))
    };
    let others = holders(state).into_iter().filter(|held| held.id == id && !noted(held));
    let others: Vec<_> = others.map(|held| (held.protocol, held.host_port, held.address)).collect();
    release_each(state, id, &others)
}

fn release_each(state: &State, id: &str, held: &[(Protocol, u16, IpAddr)]) -> Result<()> {
    if held.is_empty() || !directory(state).is_dir() {
        return Ok(());
    }
    let _lock = lock(&directory(state))?;
    let each = held.iter().map(|&(protocol, port, address)| give_back(state, id, protocol, port, address));
    each.fold(Ok(()), Result::and)
}

/// Removes a link if it is container `id`'s; the lock is held.
fn give_back(state: &State, id: &str, protocol: Protocol, port: u16, address: IpAddr) -> Result<()> {
    let link = link(state, protocol, port, address);
    let removed = if text_of(&link).as_deref() == Some(id) { remove(&link) } else { Ok(()) };
    match file::rmdir(link.parent().unwrap_or(&link)) {
        Err(error) if [Errno::ENOENT, Errno::ENOTEMPTY, Errno::EEXIST].contains(&error.errno) => removed,
        emptied => removed.and(emptied.doing(|| format!("port {port}/{protocol}: give it back"))),
    }
}

fn remove(link: &Path) -> Result<()> {
    file::unlink(link).doing(|| format!("give back {}", link.display()))
}

/// Every port that is held, in order. It reads them all.
pub fn holders(state: &State) -> Vec<Held> {
    let mut held = Vec::new();
    for protocol in Protocol::ALL {
        let ports = entries(&directory(state).join(protocol.name()));
        for host_port in ports.iter().filter_map(|name| name.parse().ok()) {
            let any = link(state, protocol, host_port, Ipv4Addr::UNSPECIFIED.into());
            for address in entries(any.parent().unwrap_or(&any)).iter().filter_map(|name| name.parse().ok()) {
                let id = text_of(&link(state, protocol, host_port, address));
                held.extend(id.map(|id| Held { protocol, host_port, address, id }));
            }
        }
    }
    held.sort();
    held
}

#[cfg(test)]
mod tests;
