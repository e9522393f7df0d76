//! Who has which address: a symbolic link from the address to the container's id, in the state directory.
//!
//! symlink(2) makes the link with its content or not at all, so a claim needs no lock. Taking a link away
//! does: between looking whose it is and unlinking it nobody else may give it back.

use std::collections::BTreeSet;
use std::fs::read_link;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use ipnet::IpNet;
use nix::errno::Errno;

use crate::error::{Doing, Result};
use crate::plan::network::problem;
use crate::plan::{Definition, Driver, Endpoint, MacAddress};
use crate::state::{State, entries, lock};
use crate::sys::file;

/// The addresses that containers have on `network`.
pub(super) fn all(state: &State, network: &str) -> BTreeSet<IpAddr> {
    entries(&state.leases(network)).iter().filter_map(|name| name.parse().ok()).collect()
}

/// The container that has `address`.
pub(super) fn holder(state: &State, network: &str, address: IpAddr) -> Option<String> {
    text_of(&state.leases(network).join(address.to_string()))
}

/// The address that was given last.
pub(super) fn last(state: &State, network: &str) -> Option<IpAddr> {
    text_of(&state.network(network).join("last"))?.parse().ok()
}

/// What a link says.
fn text_of(link: &Path) -> Option<String> {
    read_link(link).ok()?.into_os_string().into_string().ok()
}

/// Claims the addresses of `card` on `network` for container `id`: those that were asked for, or the next free ones. Its
/// hardware address follows from the first.
///
/// # Errors
/// One was asked for and is taken or can't be had; none is left; the state can't be written.
pub(super) fn claim(state: &State, id: &str, network: &Definition, card: &mut Endpoint) -> Result<()> {
    for place in 0..card.addresses.len() {
        let it = &card.addresses[place];
        let subnet = it.address.trunc();
        let gateway = it.gateway;
        let mut candidate = if it.fixed {
            it.address.addr()
        } else {
            next(last(state, &network.name).filter(|last| subnet.contains(last)), &subnet, gateway)
        };
        loop {
            match file::link_to(Path::new(id), &state.leases(&network.name).join(candidate.to_string())) {
                Err(error) if error.errno == Errno::EEXIST => {}
                claimed => {
                    claimed.doing(|| format!("network {}: claim {candidate}", network.name))?;
                    remember(state, &network.name, candidate);
                    break;
                }
            }
            if it.fixed {
                let holder = holder(state, &network.name, candidate).unwrap_or_default();
                return Err(problem(&network.name, format!("{candidate} is in use by container {holder}")));
            }
            candidate = next(Some(candidate), &subnet, gateway);
        }
        let prefix_len = subnet.prefix_len();
        card.addresses[place].address = IpNet::new(candidate, prefix_len).expect("the prefix of a subnet");
    }
    if card.mac.is_none() && card.driver != Driver::Ipvlan {
        let first = card.hosts().next();
        card.mac = first.map(MacAddress::of);
    }
    Ok(())
}

fn next(last: Option<IpAddr>, subnet: &IpNet, gateway: Option<IpAddr>) -> IpAddr {
    let after = |address: IpAddr| match address {
        IpAddr::V4(four) => IpAddr::V4(Ipv4Addr::from_bits(four.to_bits() + 1)),
        IpAddr::V6(six) => IpAddr::V6(std::net::Ipv6Addr::from_bits(six.to_bits() + 1)),
    };
    let mut candidate = after(last.unwrap_or(subnet.network()));
    while Some(candidate) == gateway || !subnet.contains(&candidate) || candidate == subnet.broadcast() {
        candidate = if subnet.contains(&candidate) { after(candidate) } else { after(subnet.network()) };
    }
    candidate
}

/// Notes the address that was given last. It is a hint, which may be lost to another one: no claim fails for
/// it.
fn remember(state: &State, network: &str, address: IpAddr) {
    let directory = state.network(network);
    let draft = directory.join(".last");
    let _ = file::link_to(Path::new(&address.to_string()), &draft);
    let _ = file::rename(&draft, &directory.join("last"));
}

/// Gives back the address of `card` of container `id`. An address that is another's is left alone.
///
/// # Errors
/// The state can't be written.
pub fn release(state: &State, id: &str, card: &Endpoint) -> Result<()> {
    let give_back = |address| give_back(state, &card.network, address, id);
    card.hosts().map(give_back).fold(Ok(()), Result::and)
}

/// Gives back all addresses of container `id`.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub(super) fn release_all(state: &State, id: &str) -> Result<()> {
    let leases = of(state, id).into_iter();
    leases.map(|(network, address)| give_back(state, &network, address, id)).fold(Ok(()), Result::and)
}

/// The addresses of container `id`, each with its network.
pub(super) fn of(state: &State, id: &str) -> Vec<(String, IpAddr)> {
    let mut leases = Vec::new();
    for network in entries(&state.networks()) {
        for address in all(state, &network) {
            if holder(state, &network, address).as_deref() == Some(id) {
                leases.push((network.clone(), address));
            }
        }
    }
    leases
}

/// Removes the lease of `address`, if it is container `id`'s.
pub(super) fn give_back(state: &State, network: &str, address: IpAddr, id: &str) -> Result<()> {
    let directory = state.leases(network);
    let lease = directory.join(address.to_string());
    if text_of(&lease).as_deref() != Some(id) {
        return Ok(());
    }
    let _lock = lock(&directory)?;
    if text_of(&lease).as_deref() != Some(id) {
        return Ok(());
    }
    file::unlink(&lease).doing(|| format!("network {network}: give back {address}"))
}
