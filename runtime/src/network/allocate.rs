//! Who has which address: `ROOT/networks/NETWORK/leases/ADDRESS -> ID`, a symbolic link for each.
//!
//! symlink(2) makes the link with its content or not at all, so a claim needs no lock. Taking a link away
//! does: between looking whose it is and unlinking it nobody else may give it back.
//!
//! An address is looked for after the one that was given last, by claiming it: what it takes does not depend
//! on how many are held. Only where many in a row are taken is the directory read, once.

use std::collections::BTreeSet;
use std::fs::read_link;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use crate::error::{Doing, Result};
use crate::plan::network::pool::Pool;
use crate::state::{Container, State, entries, lock, make_directories};
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// How many addresses in a row are tried before it is read which are taken: about what reading some hundred
/// of them costs.
const ATTEMPTS: usize = 32;

/// Claims an address of `pool` for container `id`: the one that is `asked` for, or the next that is free after
/// the one that was given last. An address that was given back so rests for as long as it can.
///
/// # Errors
/// It can't be had; none is left; the state can't be written.
pub fn claim(state: &State, id: &str, pool: &Pool, asked: Option<IpAddr>) -> Result<IpAddr> {
    if let Some(address) = asked {
        pool.check(address)?;
        make_directories(&state.leases(&pool.network))?;
        if take(state, id, pool, address)? {
            return Ok(address);
        }
        let holder = holder(state, &pool.network, address);
        return Err(pool.problem(match holder {
            Some(holder) => {
                let container = Container::read(state, &holder).ok().flatten();
                let called = container.and_then(|container| container.record.name).unwrap_or(holder);
                format!("{address} is in use by container {called}")
            }
            None => format!("{address} is in use"),
        }));
    }
    Ok(claim_next(state, id, pool, &[])?.1)
}

/// Claims the next free address of `first`, or, once that has none left, of the next of `others`, which are other subnets
/// of the same network. Returns which of them it is of, `first` being number 0.
///
/// # Errors
/// None is left in any; the state can't be written.
pub fn claim_next(state: &State, id: &str, first: &Pool, others: &[Pool]) -> Result<(usize, IpAddr)> {
    make_directories(&state.leases(&first.network))?;
    for (number, pool) in std::iter::once(first).chain(others).enumerate() {
        if let Some(address) = next(state, id, pool)? {
            remember(state, pool, address);
            return Ok((number, address));
        }
    }
    let within =
        |address: &&IpAddr| std::iter::once(first).chain(others).any(|pool| pool.subnet.contains(*address));
    let held = all(state, &first.network).iter().filter(within).count();
    Err(first.exhausted(others, held))
}

/// Claims the next free address, where there is one.
fn next(state: &State, id: &str, pool: &Pool) -> Result<Option<IpAddr>> {
    let mut after = last(state, pool);
    for _ in 0..ATTEMPTS {
        let Some(address) = pool.next(after) else { break };
        if take(state, id, pool, address)? {
            return Ok(Some(address));
        }
        after = Some(address);
    }
    let mut taken: BTreeSet<IpAddr> = all(state, &pool.network);
    while let Some(address) = pool.next_free(after, &taken) {
        if take(state, id, pool, address)? {
            return Ok(Some(address));
        }
        // Another command was faster.
        taken.insert(address);
        after = Some(address);
    }
    Ok(None)
}

/// Claims one address; false where somebody has it.
fn take(state: &State, id: &str, pool: &Pool, address: IpAddr) -> Result<bool> {
    let lease = lease(state, &pool.network, address);
    // Nothing is made in a rehearsal, so nothing would fail.
    if rehearsing() && lease.is_symlink() {
        return Ok(false);
    }
    match file::link_to(Path::new(id), &lease) {
        Err(error) if error.errno == Errno::EEXIST => Ok(false),
        claimed => claimed.doing(|| format!("network {}: claim {address}", pool.network)).map(|()| true),
    }
}

fn lease(state: &State, network: &str, address: IpAddr) -> PathBuf {
    state.leases(network).join(address.to_string())
}

/// What a link says.
fn text_of(link: &Path) -> Option<String> {
    read_link(link).ok()?.into_os_string().into_string().ok()
}

/// Where it is noted which address of a subnet was given last: `last.SUBNET`, for each goes its own round.
fn hint(state: &State, pool: &Pool) -> PathBuf {
    state.network(&pool.network).join(format!("last.{}", pool.subnet.network()))
}

/// The address that was given last.
fn last(state: &State, pool: &Pool) -> Option<IpAddr> {
    text_of(&hint(state, pool))?.parse().ok()
}

/// Notes the address that was given last. It is a hint, which may be lost to another one: no claim fails for
/// it.
fn remember(state: &State, pool: &Pool, address: IpAddr) {
    let hint = hint(state, pool);
    let draft = state.network(&pool.network).join(format!(".last.{}", pool.subnet.network()));
    let _ = file::link_to(Path::new(&address.to_string()), &draft);
    let _ = file::rename(&draft, &hint);
}

/// The container that has `address`.
pub fn holder(state: &State, network: &str, address: IpAddr) -> Option<String> {
    text_of(&lease(state, network, address))
}

/// The addresses that containers have on `network`, in order. It reads the directory.
pub fn all(state: &State, network: &str) -> BTreeSet<IpAddr> {
    entries(&state.leases(network)).iter().filter_map(|name| name.parse().ok()).collect()
}

/// The addresses of container `id`, each with its network, where nobody knows which: it reads every lease.
pub fn of(state: &State, id: &str) -> Vec<(String, IpAddr)> {
    let mut leases = Vec::new();
    for network in entries(&state.networks()) {
        let addresses = all(state, &network).into_iter();
        let own = addresses.filter(|&address| holder(state, &network, address).as_deref() == Some(id));
        leases.extend(own.map(|address| (network.clone(), address)));
    }
    leases
}

/// Gives back an address of container `id`. One that is another's, or nobody's, is left alone.
///
/// # Errors
/// The state can't be written.
pub fn release(state: &State, id: &str, network: &str, address: IpAddr) -> Result<()> {
    let lease = lease(state, network, address);
    if text_of(&lease).as_deref() != Some(id) {
        return Ok(());
    }
    let _lock = lock(&state.leases(network))?;
    if text_of(&lease).as_deref() != Some(id) {
        return Ok(());
    }
    file::unlink(&lease).doing(|| format!("network {network}: give back {address}"))
}

/// Gives back addresses of container `id`, each with its network; [`of`] finds them where they are not known.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn release_all(state: &State, id: &str, leases: &[(String, IpAddr)]) -> Result<()> {
    leases.iter().map(|(network, address)| release(state, id, network, *address)).fold(Ok(()), Result::and)
}

/// Claims an address of each of `pools` for container `id`, with the one that is asked for; all or none.
///
/// # Errors
/// One can't be had.
pub fn claim_all(state: &State, id: &str, asked: &[(&Pool, Option<IpAddr>)]) -> Result<Vec<IpAddr>> {
    let mut had = Vec::new();
    for (pool, address) in asked {
        match claim(state, id, pool, *address) {
            Ok(address) => had.push((pool.network.clone(), address)),
            Err(error) => {
                // The error that is told is the first one; what stays is found by the id.
                let _ = release_all(state, id, &had);
                return Err(error);
            }
        }
    }
    Ok(had.into_iter().map(|(_, address)| address).collect())
}

/// 40 random bits, for a unique local subnet that nobody else has (RFC 4193, 3.2).
///
/// # Errors
/// The kernel's.
pub fn global_id() -> Result<[u8; 5]> {
    let mut bits = [0; 5];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bits));
    read.doing(|| "read /dev/urandom".to_owned()).map(|()| bits)
}

#[cfg(test)]
mod tests;
