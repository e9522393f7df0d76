//! Who has which address: a symbolic link from the address to the container's id, in the state directory.
//!
//! symlink(2) makes the link with its content or not at all, so a claim needs no lock. Taking a link away
//! does: between looking whose it is and unlinking it nobody else may give it back.

use std::collections::BTreeSet;
use std::fs::read_link;
use std::net::Ipv4Addr;
use std::path::Path;

use ipnet::Ipv4Net;
use nix::errno::Errno;

use crate::error::{Doing, Result};
use crate::plan::network::{free_address, taken};
use crate::plan::{Endpoint, MacAddress};
use crate::state::{State, entries, lock};
use crate::sys::file;

/// The addresses that containers have on `network`.
pub(super) fn all(state: &State, network: &str) -> BTreeSet<Ipv4Addr> {
    entries(&state.leases(network)).iter().filter_map(|name| name.parse().ok()).collect()
}

/// The container that has `address`.
pub(super) fn holder(state: &State, network: &str, address: Ipv4Addr) -> Option<String> {
    text_of(&state.leases(network).join(address.to_string()))
}

/// The address that was given last.
pub(super) fn last(state: &State, network: &str) -> Option<Ipv4Addr> {
    text_of(&state.network(network).join("last"))?.parse().ok()
}

/// What a link says.
fn text_of(link: &Path) -> Option<String> {
    read_link(link).ok()?.into_os_string().into_string().ok()
}

/// Claims the address of `card` for container `id`, or the next free one if another command was faster.
///
/// # Errors
/// It was asked for and is taken; none is left; the state can't be written.
pub(super) fn claim(state: &State, id: &str, card: &mut Endpoint) -> Result<()> {
    let mut leases = None;
    loop {
        let address = card.address.addr();
        let lease = state.leases(&card.network).join(address.to_string());
        match file::link_to(Path::new(id), &lease) {
            Err(error) if error.errno == Errno::EEXIST => {}
            claimed => {
                claimed.doing(|| format!("network {}: claim {address}", card.network))?;
                remember(state, &card.network, address);
                return Ok(());
            }
        }
        if card.fixed_address {
            return Err(taken(address, text_of(&lease).as_deref()));
        }
        let leases = leases.get_or_insert_with(|| all(state, &card.network));
        leases.insert(address);
        let next = free_address(&card.bridge, Some(address), |address| leases.contains(&address))?;
        card.address = Ipv4Net::new_assert(next, card.address.prefix_len());
        if card.mac == MacAddress::of(address) {
            card.mac = MacAddress::of(next);
        }
    }
}

/// Notes the address that was given last. It is a hint, which may be lost to another one: no claim fails for
/// it.
fn remember(state: &State, network: &str, address: Ipv4Addr) {
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
    give_back(state, &card.network, card.address.addr(), id)
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
pub(super) fn of(state: &State, id: &str) -> Vec<(String, Ipv4Addr)> {
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
pub(super) fn give_back(state: &State, network: &str, address: Ipv4Addr, id: &str) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::{CardRequest, Facts, bridge, card};

    /// A state directory with room for leases.
    fn state() -> (tempfile::TempDir, State) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let state = State::at(directory.path());
        crate::state::make_directories(&state.leases("bridge")).expect("directories");
        (directory, state)
    }

    fn planned(id: &str, ip: Option<Ipv4Addr>) -> Endpoint {
        let facts = Facts::default();
        let (bridge, _) = bridge(&facts).expect("a bridge");
        let request = CardRequest { ip, ..CardRequest::default() };
        card(&facts, &bridge, id, &request, &[], true).expect("a card")
    }

    #[test]
    fn who_comes_second_gets_the_next_address() {
        let (_directory, state) = state();
        let (mut first, mut second) = (planned("c1", None), planned("c2", None));
        assert_eq!(first.address, second.address);
        claim(&state, "c1", &mut first).expect("an address");
        claim(&state, "c2", &mut second).expect("another one");
        assert_eq!(second.address.to_string(), "10.87.0.3/16");
        assert_eq!(second.mac, MacAddress::of(second.address.addr()));
        assert_eq!(last(&state, "bridge"), Some(second.address.addr()));
        assert_eq!(holder(&state, "bridge", first.address.addr()).as_deref(), Some("c1"));
        assert_eq!(all(&state, "bridge").len(), 2);
    }

    #[test]
    fn an_address_that_was_asked_for_is_had_or_refused() {
        let (_directory, state) = state();
        let ip = Some(Ipv4Addr::new(10, 87, 0, 9));
        claim(&state, "c1", &mut planned("c1", ip)).expect("the address");
        let error = claim(&state, "c2", &mut planned("c2", ip)).expect_err("it is taken").to_string();
        assert_eq!(error, "network bridge: 10.87.0.9 is in use by container c1");
    }

    #[test]
    fn only_one_s_own_address_is_given_back_and_that_more_than_once() {
        let (_directory, state) = state();
        let mut card = planned("c1", None);
        claim(&state, "c1", &mut card).expect("an address");
        release(&state, "c2", &card).expect("nothing to do");
        assert_eq!(all(&state, "bridge").len(), 1);
        release_all(&state, "c1").expect("given back");
        release(&state, "c1", &card).expect("given back already");
        assert!(all(&state, "bridge").is_empty());
    }
}
