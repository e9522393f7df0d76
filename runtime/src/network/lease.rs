//! The addresses of a card: claimed together, given back together.

use ipnet::IpNet;

use super::allocate;
use crate::error::Result;
use crate::plan::network::pool::Pool;
use crate::plan::network::{Subnet, problem};
use crate::plan::{Definition, Driver, Endpoint, MacAddress};
use crate::state::State;

/// Claims the addresses of `card` on `network` for container `id`: those that were asked for, or the next free ones. Its
/// hardware address follows from the first.
///
/// # Errors
/// One was asked for and is taken or can't be had; none is left; the state can't be written. What was claimed is given
/// back then.
pub(super) fn claim(state: &State, id: &str, network: &Definition, card: &mut Endpoint) -> Result<()> {
    for place in 0..card.addresses.len() {
        if let Err(error) = claim_one(state, id, network, card, place) {
            // The first failure is told; the lease of a container that is not there is found by its id.
            card.addresses.truncate(place);
            let _ = release(state, id, card);
            return Err(error);
        }
    }
    if card.mac.is_none() && card.driver != Driver::Ipvlan {
        let first = card.hosts().next();
        card.mac = first.map(MacAddress::of);
    }
    Ok(())
}

fn claim_one(state: &State, id: &str, network: &Definition, card: &mut Endpoint, place: usize) -> Result<()> {
    let it = &mut card.addresses[place];
    let wanted = it.address.addr();
    let family = |subnet: &&Subnet| subnet.is_ipv6() == wanted.is_ipv6();
    // One that is asked for is perhaps in none of the subnets: then the first of them says so.
    let subnet = network.subnet_of(wanted).or_else(|| network.subnets.iter().find(family));
    let subnet =
        subnet.ok_or_else(|| problem(&network.name, format!("{wanted} is in none of its subnets")))?;
    let mut pool = network.pool(subnet);
    let (subnet, had) = if it.fixed {
        if it.kept {
            pool.reserved.retain(|kept| *kept != (wanted, wanted));
        }
        (subnet, allocate::claim(state, id, &pool, Some(wanted))?)
    } else {
        // Whether it leads out is decided: so do the others.
        let alike = |other: &&Subnet| {
            family(other) && *other != subnet && other.gateway.is_some() == subnet.gateway.is_some()
        };
        let others: Vec<&Subnet> = network.subnets.iter().filter(alike).collect();
        let pools: Vec<Pool> = others.iter().map(|other| network.pool(other)).collect();
        match allocate::claim_next(state, id, &pool, &pools)? {
            (0, had) => (subnet, had),
            (number, had) => (others[number - 1], had),
        }
    };
    it.address = IpNet::new(had, subnet.subnet.prefix_len()).expect("the prefix of a subnet");
    it.gateway = it.gateway.and(subnet.gateway);
    Ok(())
}

/// Gives back the addresses of `card` of container `id`. An address that is another's is left alone.
///
/// # Errors
/// The state can't be written.
pub fn release(state: &State, id: &str, card: &Endpoint) -> Result<()> {
    let give_back = |address| allocate::release(state, id, &card.network, address);
    card.hosts().map(give_back).fold(Ok(()), Result::and)
}

/// Gives back all addresses of container `id`, also those that no card of it tells of.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub(super) fn release_all(state: &State, id: &str) -> Result<()> {
    allocate::release_all(state, id, &allocate::of(state, id))
}
