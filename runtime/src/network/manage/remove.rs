//! Removing networks.

use std::fs::File;

use netlink_raw::route::Link;
use nix::fcntl::Flock;

use super::{User, bridge_of, device_of, ends, forget_elsewhere, is_tunnel, links, locked, users, whose};
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::network::detach::{Doomed, delete, doom};
use crate::network::socket::{On, changing};
use crate::network::{definition, definitions, detach_all, disconnect, erase};
use crate::plan::Definition;
use crate::plan::network::BRIDGE;
use crate::state::{State, lock, make_directories, remove_tree};
use crate::sys::gate::rehearsing;

/// Removes a network: its device, what is noted of its addresses, its definition. By `force`, containers that have cards
/// on it lose them, and those that have ended their addresses.
///
/// # Errors
/// There is none; it is in use, and by whom; the kernel's.
pub fn remove(state: &State, name: &str, force: bool) -> Result<()> {
    let _lock = locked(state)?;
    let network = definition(state, name)?;
    if name == BRIDGE {
        return Err(Error::Usage(format!(
            "network {BRIDGE} is always there: it can't be removed (pontoon network prune takes its device away)"
        )));
    }
    let _making = keep_makers_out(state, name)?;
    let users = users(state, name)?;
    if !users.is_empty() && !force {
        return Err(in_use(name, &users));
    }
    // All at once, which takes the kernel no longer than one; then each is disconnected from what is gone.
    detach_all(state, &users.iter().flat_map(User::ends).collect::<Vec<_>>())?;
    for User { container, cards } in &users {
        for card in cards {
            disconnect(state, container, name, Some(&card.name))?;
        }
    }
    take_down(state, &network, force)?;
    forget(state, &network)
}

/// Keeps those out who are about to make the network's device: they look again whether it is defined.
fn keep_makers_out(state: &State, name: &str) -> Result<Option<Flock<File>>> {
    if rehearsing() {
        return Ok(None);
    }
    make_directories(&state.network(name))?;
    lock(&state.network(name)).map(Some)
}

/// What a network has besides its device. The definition goes first: nobody comes to use it meanwhile.
fn forget(state: &State, network: &Definition) -> Result<()> {
    erase(state, &network.name)?;
    remove_tree(&state.network(&network.name));
    forget_elsewhere(state, network)
}

fn in_use(name: &str, users: &[User]) -> Error {
    let names: Vec<String> = users.iter().map(User::called).collect();
    let (containers, it) = if names.len() == 1 { ("container", "it") } else { ("containers", "them") };
    let hint = format!("disconnect {it}, or use -f");
    Error::Usage(format!("network {name} is in use by {containers} {} ({hint})", names.join(", ")))
}

/// Removes the networks that no container has a card on, and the device of the one that is always there; `tell` hears
/// their names.
///
/// # Errors
/// The first that would not go; the others do.
pub fn prune(state: &State, mut tell: impl FnMut(&str)) -> Result<()> {
    let _lock = locked(state)?;
    let mut first = Ok(());
    let mut networks = definitions(state);
    // Those that build upon another's device go before it.
    networks.sort_by_key(|network| parent(network).is_none());
    for network in networks {
        match prune_one(state, &network) {
            Ok(true) if !network.is_default() => tell(&network.name),
            Ok(_) => {}
            Err(error) => first = first.and(Err(error)),
        }
    }
    first
}

/// Removes a network if nobody uses it; false where somebody does.
fn prune_one(state: &State, network: &Definition) -> Result<bool> {
    let was_used = state.network(&network.name).is_dir();
    let _making = if was_used { keep_makers_out(state, &network.name)? } else { None };
    if !users(state, &network.name)?.is_empty() || stranger(state, network, &links(&network.name)?).is_some()
    {
        return Ok(false);
    }
    take_down(state, network, false)?;
    if network.name == BRIDGE {
        forget_elsewhere(state, network)?;
    } else {
        forget(state, network)?;
    }
    Ok(true)
}

/// Who uses the network besides the containers of this state: another program's device, or what another has on it.
fn stranger(state: &State, network: &Definition, links: &[Link]) -> Option<String> {
    let name = &network.network_interface;
    if network.has_bridge() && bridge_of(network, links).is_none() {
        return device_of(network, links)
            .map(|_| format!("the host has its device {name}, which is not Pontoon's"));
    }
    let upon = |other: &&Definition| network.has_bridge() && parent(other) == Some(name);
    if let Some(other) = definitions(state).iter().find(upon) {
        return Some(format!("network {} builds upon its device {name}", other.name));
    }
    let strange = |link: &&&Link| !is_tunnel(link) && whose(state, link).is_none();
    let end = ends(network, links).iter().find(strange).and_then(|link| link.name.clone())?;
    Some(format!("{name} has the port {end}, which is no container's of this state"))
}

/// The device that a network builds upon.
fn parent(network: &Definition) -> Option<&String> {
    let own = Some(&network.network_interface).filter(|_| network.driver.has_parent());
    own.or_else(|| network.options.get("parent").or(network.options.get("dev")))
}

/// Deletes the bridge, and a tunnel that is a port of it. By `force` another's device stays as it is.
fn take_down(state: &State, network: &Definition, force: bool) -> Result<()> {
    let name = &network.name;
    let links = links(name)?;
    if let Some(stranger) = stranger(state, network, &links).filter(|_| !force) {
        return Err(Error::Usage(format!("network {name} is in use: {stranger}")));
    }
    let Some(bridge) = bridge_of(network, &links) else { return Ok(()) };
    let ends = ends(network, &links);
    let tunnels = ends.into_iter().filter(|link| is_tunnel(link));
    let doomed: Vec<Doomed> = tunnels
        .chain([bridge])
        .map(|link| Doomed { index: link.index, name: link.name.as_deref().unwrap_or_default().to_owned() })
        .collect();
    let group = doom(&network.network_interface);
    changing(Actor::Host).and_then(|mut host| delete(&mut host, &doomed, group)).on(name)
}
