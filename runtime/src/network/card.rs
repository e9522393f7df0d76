//! Putting cards into a container's network namespace, and taking them away.

use std::os::fd::AsFd;

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::Link;
use netlink_raw::{Error as Refusal, Request, Socket};

use super::kernel_parameters::{disable_ipv6, enable_ipv6};
use super::namespace::Place;
use super::orphan::is_of;
use super::socket::{On, REHEARSED, changing};
use super::{inside, pair};
use crate::error::{Doing, Result};
use crate::explain::{Actor, link_is};
use crate::plan::Endpoint;
use crate::plan::network::problem;
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
    let mut socket = place.enter(|| {
        if !cards.is_empty() && !place.is_ipv4_only() {
            disable_ipv6("default").doing(|| format!("network {network}"))?;
        }
        changing(Actor::Container).on(network)
    })?;
    if !cards.is_empty() {
        make(state, id, place, cards)?;
    }
    let six: Vec<&Endpoint> = cards.iter().filter(|card| card.has_ipv6()).collect();
    if !six.is_empty() {
        place.enter(|| {
            six.iter().try_for_each(|card| enable_ipv6(&card.name)).doing(|| format!("network {network}"))
        })?;
    }
    let mut requests = Vec::with_capacity(1 + 3 * cards.len());
    if lo {
        requests.push(up("lo").on(network)?);
    }
    for card in cards {
        requests.extend(inside::requests(card, index_inside(&socket, card)).on(&card.network)?);
    }
    socket.execute(&requests).on(network)
}

/// Makes the cards, from the host's side.
fn make(state: &State, id: &str, place: Place<'_>, cards: &[Endpoint]) -> Result<()> {
    let network = cards.first().map_or(LOOPBACK, |card| &card.network);
    let mut host = changing(Actor::Host).on(network)?;
    for card in cards {
        clear_remnant(state, id, &mut host, card)?;
    }
    let mut requests = Vec::with_capacity(2 * cards.len());
    for card in cards {
        requests.extend(pair::requests(state, id, place, card).on(&card.network)?);
    }
    host.execute(&requests).map_err(|error| explain(error, cards)).on(network)?;
    for card in cards {
        pair::complete(&mut host, card)?;
    }
    Ok(())
}

pub(super) fn up(name: &str) -> std::result::Result<Request, Refusal> {
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
    if !card.has_host_end() || delete(state, id, host, &card.host_name).on(&card.network)? {
        return Ok(());
    }
    Err(problem(&card.network, format!("the host has another device {}", card.host_name)))
}

/// Takes the card away from container `id`, where it is still there. One that is inside alone needs its `place`; without
/// that it goes with the namespace.
///
/// # Errors
/// The kernel's.
pub fn detach(state: &State, id: &str, card: &Endpoint, place: Option<Place<'_>>) -> Result<()> {
    if card.has_host_end() {
        let deleted =
            changing(Actor::Host).and_then(|mut host| delete(state, id, &mut host, &card.host_name));
        return deleted.on(&card.network).map(drop);
    }
    place.map_or(Ok(()), |place| inside::delete(place, card))
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
