//! Networks as a whole: made, changed, shown, removed.
//!
//! Who makes, changes or removes one holds a lock on the directory of the definitions. Making a network writes its file
//! and nothing else: its device is made for the first container, and stays until the network goes.

mod create;
mod reload;
mod remove;
mod show;
mod update;

use std::collections::BTreeSet;
use std::fs::File;

use netlink_raw::route::{Kind, Link};
use nix::fcntl::Flock;

use super::publish::everything;
use super::socket::{On, asking};
use super::{allocate, firewall, orphan};
use crate::error::Result;
use crate::explain::Actor;
use crate::names_server;
use crate::plan::network::firewall::Zone;
use crate::plan::{Definition, Endpoint};
use crate::state::{Container, State, lock, make_directories};
use crate::sys::gate::rehearsing;

pub use create::create;
pub use reload::reload;
pub use remove::{prune, remove};
pub use show::{Shown, show};
pub use update::{Change, Target, update};

/// Keeps all others out who make, change or remove networks. In a rehearsal there may be nothing to lock.
fn locked(state: &State) -> Result<Option<Flock<File>>> {
    make_directories(state.definitions())?;
    if rehearsing() { Ok(None) } else { lock(state.definitions()).map(Some) }
}

/// Tells whoever else knows the network that it is no more.
fn forget_elsewhere(state: &State, network: &Definition) -> Result<()> {
    let zones: Vec<Zone> = Zone::of(network).into_iter().collect();
    let walled = if zones.is_empty() { Ok(()) } else { firewall::forget(&zones) };
    walled.and(names_server::forget(state, &network.name))
}

/// Tells whoever else knows the network that it has changed.
fn change_elsewhere(state: &State, network: &Definition) -> Result<()> {
    let groups = firewall::groups()?;
    if Zone::of(network).is_some_and(|zone| groups.contains(&zone.group)) {
        // One transaction, in which nothing is open that was not before, nor is to be.
        firewall::reload(&everything(state)?)?;
    }
    let zone = names_server::Zone::of(network);
    zone.map_or(Ok(()), |zone| names_server::update(state, &network.name, &zone))
}

/// The links of the host.
fn links(network: &str) -> Result<Vec<Link>> {
    asking(Actor::Host).and_then(|mut host| host.dump(&Link::dump()?)).on(network)
}

/// The bridge of `network` among the links, if it is there and Pontoon's: it bears the network's group.
fn bridge_of<'a>(network: &Definition, links: &'a [Link]) -> Option<&'a Link> {
    device_of(network, links).filter(|link| is_ours(network, link))
}

/// The device that has the name of the network's.
fn device_of<'a>(network: &Definition, links: &'a [Link]) -> Option<&'a Link> {
    links.iter().find(|link| link.name.as_deref() == Some(&network.network_interface))
}

fn is_ours(network: &Definition, link: &Link) -> bool {
    matches!(link.kind, Some(Kind::Bridge(_))) && link.group == Some(network.group())
}

/// The host's ends of a network's cards: the ports of its bridge, or what bears its group where it has none.
fn ends<'a>(network: &Definition, links: &'a [Link]) -> Vec<&'a Link> {
    if network.has_bridge() {
        let Some(bridge) = bridge_of(network, links) else { return Vec::new() };
        return links.iter().filter(|link| link.master == Some(bridge.index)).collect();
    }
    let group = Some(network.group()).filter(|_| network.is_routed());
    links.iter().filter(|link| link.group.is_some() && link.group == group).collect()
}

/// Whether a link is the tunnel of a network with the driver `vxlan`.
fn is_tunnel(link: &Link) -> bool {
    matches!(link.kind, Some(Kind::Vxlan(_)))
}

/// The container and the card that a link is the host's end of.
fn whose(state: &State, link: &Link) -> Option<(String, String)> {
    let alias = link.alias.as_deref()?;
    let id = orphan::owner(state, alias)?;
    let card = alias.split([':', ' ']).nth(2).unwrap_or_default();
    Some((id.to_owned(), card.to_owned()))
}

/// A container with cards on a network, which may have ended.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// It.
    pub container: Container,
    /// Its cards on the network.
    pub cards: Vec<Endpoint>,
}

impl User {
    /// Its cards, each with its id.
    fn ends(&self) -> impl Iterator<Item = (&str, &Endpoint)> {
        self.cards.iter().map(|card| (self.container.record.id.as_str(), card))
    }

    /// What people call it.
    fn called(&self) -> String {
        let record = &self.container.record;
        record.name.clone().unwrap_or_else(|| record.id.chars().take(12).collect())
    }
}

/// The containers that have a card on `network`, or an address for one that is being made.
///
/// # Errors
/// A state file that can't be read.
pub fn users(state: &State, network: &str) -> Result<Vec<User>> {
    let holders: BTreeSet<String> = allocate::all(state, network)
        .into_iter()
        .filter_map(|address| allocate::holder(state, network, address))
        .collect();
    let mut users = Vec::new();
    for container in state.all()? {
        let mut cards = container.cards()?;
        cards.retain(|card| card.network == network);
        if !cards.is_empty() || holders.contains(&container.record.id) {
            users.push(User { container, cards });
        }
    }
    users.sort_by_key(User::called);
    Ok(users)
}
