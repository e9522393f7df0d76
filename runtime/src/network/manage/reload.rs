//! Putting back what others have taken away from networks that are used.

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::Link;

use super::locked;
use crate::error::Result;
use crate::explain::Actor;
use crate::names_server;
use crate::network::bridge::{restore, tolerant};
use crate::network::publish::{everything, let_in, networks_of};
use crate::network::socket::{On, changing};
use crate::network::{firewall, kernel_parameters, look, pair};
use crate::plan::network::define::of_port;
use crate::plan::network::firewall::Zone;
use crate::plan::{Definition, Driver, Endpoint};
use crate::state::State;

/// Puts back all that networks of running containers need of the host: the firewall's table first, so that nothing is
/// open meanwhile; then the kernel's parameters, bridges with their addresses and ports, routes; and the name server.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn reload(state: &State) -> Result<()> {
    let _lock = locked(state)?;
    let mut used = Vec::new();
    for container in state.all()? {
        if container.status()?.is_alive() {
            used.push((container.cards()?, container.ports()?.published));
        }
    }
    let mut cards: Vec<&Endpoint> = used.iter().flat_map(|(cards, _)| cards).collect();
    cards.sort_by(|one, other| one.network.cmp(&other.network));
    let all = everything(state)?;
    let walled = |card: &&Endpoint| card.has_host_end();
    let mut done = Ok(());
    if cards.iter().any(walled) || !firewall::groups()?.is_empty() {
        done = firewall::reload(&all);
    }
    for on_one in cards.chunk_by(|one, other| one.network == other.network) {
        done = done.and(one_network(state, &on_one[0].network, on_one));
    }
    for (cards, published) in &used {
        done = done.and(let_in(cards, &networks_of(state, cards), published));
    }
    done.and(names_server::ensure_running(state))
}

/// What the host has of a network, with these cards on it.
fn one_network(state: &State, name: &str, cards: &[&Endpoint]) -> Result<()> {
    let (network, facts) = look(state, name)?;
    if Zone::of(&network).is_none() {
        return Ok(());
    }
    kernel_parameters::forward(&network)?;
    let bridge = network.has_bridge().then(|| restore(state, &network, &facts)).transpose()?;
    cards.iter().map(|card| end(&network, card, bridge)).fold(Ok(()), Result::and)
}

/// The host's end of a card: a port of the bridge, or routed to. One that is gone took the card along.
fn end(network: &Definition, card: &Endpoint, bridge: Option<u32>) -> Result<()> {
    let name = &network.name;
    let mut host = changing(Actor::Host).on(name)?;
    if card.driver == Driver::Ptp {
        return pair::restore(&mut host, card);
    }
    let Some(master) = bridge.filter(|_| card.has_host_end()) else { return Ok(()) };
    let link = Link { name: Some(card.host_name.as_str().into()), ..Link::default() };
    let port = of_port(card.driver, &card.options).unwrap_or_default();
    let back = Link { master: Some(master), flags: IFF_UP, change: IFF_UP, ..link.clone() };
    tolerant(&mut host, back.set().on(name)?, libc::ENODEV).on(name)?;
    match port {
        Some(port) => {
            tolerant(&mut host, Link { port: Some(port), ..link }.set().on(name)?, libc::ENODEV).on(name)
        }
        None => Ok(()),
    }
}
