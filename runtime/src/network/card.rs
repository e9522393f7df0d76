//! Putting cards into a container's network namespace, and taking them away.

use std::os::fd::AsFd;

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Kind, Link, Route};
use netlink_raw::{Error as Refusal, Request, Socket};

use super::bridge::{address, disable_ipv6};
use super::namespace::Place;
use super::orphan::{is_of, mark};
use super::socket::{On, REHEARSED, changing};
use crate::error::{Doing, Error, Result};
use crate::explain::{Actor, link_is};
use crate::plan::Endpoint;
use crate::state::State;
use crate::sys::netdevice;

/// What an error is told to be about when no card is.
const LOOPBACK: &str = "none";

/// Gives container `id`, whose network namespace is at `place`, its `cards`; with `lo`, brings that up too.
///
/// The host's socket sends one datagram: each pair by one message, host end up and on its bridge, and its
/// mark. A socket that is opened inside sends one more: `lo` up, cards up, addresses, routes.
///
/// # Errors
/// The kernel's. What was made until then stays, to be taken away by [`detach`] or with the namespace.
pub fn attach(state: &State, id: &str, place: Place<'_>, cards: &[Endpoint], lo: bool) -> Result<()> {
    let network = cards.first().map_or(LOOPBACK, |card| &card.network);
    let mut inside = place.enter(|| {
        if !cards.is_empty() {
            disable_ipv6("default").doing(|| format!("network {network}"))?;
        }
        changing(Actor::Container).on(network)
    })?;
    if !cards.is_empty() {
        let mut host = changing(Actor::Host).on(network)?;
        for card in cards {
            clear_remnant(state, id, &mut host, card)?;
        }
        let mut requests = Vec::with_capacity(2 * cards.len());
        for card in cards {
            requests.extend(pair(state, id, place, card).on(network)?);
        }
        host.execute(&requests).map_err(|error| explain(error, cards)).on(network)?;
    }
    let mut requests = Vec::with_capacity(1 + 3 * cards.len());
    if lo {
        requests.push(up("lo").on(network)?);
    }
    for card in cards {
        requests.extend(inside_requests(card, index_inside(&inside, card)).on(network)?);
    }
    inside.execute(&requests).on(network)
}

/// The messages that make the pair of a card, and mark it as the container's. (The kernel takes no
/// `IFLA_IFALIAS` with the first.)
fn pair(
    state: &State,
    id: &str,
    place: Place<'_>,
    card: &Endpoint,
) -> std::result::Result<[Request; 2], Refusal> {
    let peer = Link {
        name: Some(card.name.clone()),
        netns: Some(place.netns()),
        address: Some(card.mac.0.to_vec()),
        mtu: Some(card.bridge.mtu),
        ..Link::default()
    };
    let host = Link { name: Some(card.host_name.clone()), ..Link::default() };
    let create = Link {
        flags: IFF_UP,
        change: IFF_UP,
        mtu: Some(card.bridge.mtu),
        master: Some(card.bridge.index.unwrap_or_default()),
        kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }),
        ..host.clone()
    };
    let mut create = create.create()?;
    create.operation = format!("add {} to {}", card.host_name, card.bridge.name);
    Ok([create, Link { alias: Some(mark(state, id, &card.name)), ..host }.set()?])
}

/// What is sent on the socket inside the container for one card.
fn inside_requests(card: &Endpoint, index: u32) -> std::result::Result<Vec<Request>, Refusal> {
    let mut requests = vec![up(&card.name)?, address(index, card.address).add()?];
    if card.default_route {
        requests.push(default_route(card, index).add()?);
    }
    Ok(requests)
}

/// The route to everywhere through a card that has `index` in its container.
pub(super) fn default_route(card: &Endpoint, index: u32) -> Route {
    Route { gateway: Some(card.bridge.address().into()), output_interface: Some(index), ..Route::default() }
}

fn up(name: &str) -> std::result::Result<Request, Refusal> {
    Link { name: Some(name.to_owned()), flags: IFF_UP, change: IFF_UP, ..Link::default() }.set()
}

/// The index of a device in the namespace of `socket`, which is `who`'s; `None` where there is none. The
/// kernel has no other answer to this question.
pub(super) fn index_of(socket: &Socket, who: Actor, name: &str) -> Option<u32> {
    let index = netdevice::index(socket.descriptor()?.as_fd(), name).ok()?;
    link_is(who, index, name);
    Some(index)
}

/// The index of a card inside its container.
pub(super) fn index_inside(inside: &Socket, card: &Endpoint) -> u32 {
    let index = index_of(inside, Actor::Container, &card.name).unwrap_or(REHEARSED);
    link_is(Actor::Container, index, &card.name);
    index
}

/// Says what the kernel's bare number means here.
fn explain(mut error: Refusal, cards: &[Endpoint]) -> Refusal {
    if let Refusal::Kernel { errno, text: text @ None, .. } = &mut error {
        *text = match *errno {
            libc::EXFULL => Some("a bridge takes 1,023 ports".to_owned()),
            libc::EEXIST => {
                let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
                Some(format!("the container has a device {} already", names.join(" or ")))
            }
            _ => None,
        };
    }
    error
}

/// Removes the host's end of an earlier life of the container, which the kernel may still be taking down,
/// so that its name is free.
fn clear_remnant(state: &State, id: &str, host: &mut Socket, card: &Endpoint) -> Result<()> {
    if delete(state, id, host, &card.host_name).on(&card.network)? {
        return Ok(());
    }
    let problem = format!("the host has another device {}", card.host_name);
    Err(Error::Address { network: card.network.clone(), problem })
}

/// Takes the card away from container `id`, where it is still there.
///
/// # Errors
/// The kernel's.
pub fn detach(state: &State, id: &str, card: &Endpoint) -> Result<()> {
    let deleted = changing(Actor::Host).and_then(|mut host| delete(state, id, &mut host, &card.host_name));
    deleted.on(&card.network).map(drop)
}

/// Deletes the pair whose host's end is `name` if it is there and bears the container's mark; false where
/// another device has the name.
pub(super) fn delete(
    state: &State,
    id: &str,
    host: &mut Socket,
    name: &str,
) -> std::result::Result<bool, Refusal> {
    let gone = |error: &Refusal| error.errno() == Some(libc::ENODEV);
    let Some(index) = index_of(host, Actor::Host, name) else {
        return Ok(true);
    };
    let link: Link = match host.get(&Link { index, ..Link::default() }.get()?) {
        Err(error) if gone(&error) => return Ok(true),
        link => link?,
    };
    if !is_of(state, id, link.alias.as_deref().unwrap_or_default()) {
        return Ok(false);
    }
    // With the name for the words of an error; the index decides.
    match host.execute(&[Link { index, name: Some(name.to_owned()), ..Link::default() }.delete()?]) {
        Err(error) if gone(&error) => Ok(true),
        deleted => deleted.map(|()| true),
    }
}
