//! Putting cards into a container's network namespace.

use std::os::fd::AsFd;

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Kind, Link};
use netlink_raw::{Error as Refusal, Request, Socket};

use super::detach::clear;
use super::driver::missing;
use super::kernel_parameters::{disable_ipv6, enable_ipv6};
use super::namespace::Place;
use super::orphan::number;
use super::socket::{On, changing, rehearsed};
use super::{inside, pair, parent, tap};
use crate::error::{Doing, Result};
use crate::explain::{Actor, link_is};
use crate::plan::network::define::of_link;
use crate::plan::network::{LinkOptions, problem};
use crate::plan::{Driver, Endpoint};
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
/// The kernel's. What was made until then stays, to be taken away by [`detach`](super::detach()) or with the namespace.
pub fn attach(state: &State, id: &str, place: Place<'_>, cards: &[Endpoint], lo: bool) -> Result<()> {
    let network = cards.first().map_or(LOOPBACK, |card| &card.network);
    let mut socket = place.enter(|| {
        if !cards.is_empty() && !place.is_ipv4_only() {
            disable_ipv6("default").doing(|| format!("network {network}"))?;
        }
        changing(Actor::Container).on(network)
    })?;
    if !cards.is_empty() {
        make(state, id, place, cards, &mut socket)?;
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

/// Makes the cards: pairs and those that lie on a device of the host's by one datagram, then taps.
fn make(state: &State, id: &str, place: Place<'_>, cards: &[Endpoint], inside: &mut Socket) -> Result<()> {
    let network = cards.first().map_or(LOOPBACK, |card| &card.network);
    let mut host = changing(Actor::Host).on(network)?;
    for card in cards.iter().filter(|card| card.has_host_end()) {
        if !clear(state, id, &mut host, card).on(&card.network)? {
            return Err(problem(&card.network, format!("the host has another device {}", card.host_name)));
        }
    }
    let mut requests = Vec::with_capacity(2 * cards.len());
    let mut whose = Vec::with_capacity(2 * cards.len());
    for card in cards {
        let pair = pair::requests(state, id, place, card).on(&card.network)?;
        requests.extend(pair.into_iter().chain(parent::request(state, id, place, card).on(&card.network)?));
        whose.resize(requests.len(), card);
    }
    for (made, card) in host.execute_each(&requests).on(network)?.into_iter().zip(whose) {
        made.map_err(|error| explain(state, error, card)).on(&card.network)?;
    }
    for card in cards {
        pair::complete(state, id, &mut host, card)?;
        if let (Driver::Tap, Ok(LinkOptions::Tap(options))) =
            (card.driver, of_link(card.driver, &card.options))
        {
            let mark = (card.name.as_str(), number(state, id, &card.name));
            tap::make(place, inside, &card.network, mark, &options)?;
        }
    }
    Ok(())
}

pub(super) fn up(name: &str) -> std::result::Result<Request, Refusal> {
    Link { name: Some(name.into()), flags: IFF_UP, change: IFF_UP, ..Link::default() }.set()
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
    let index = index_of(inside, Actor::Container, &card.name).unwrap_or_else(|| rehearsed(&card.name));
    link_is(Actor::Container, index, &card.name);
    index
}

/// Says what the kernel's bare number means here.
fn explain(state: &State, error: Refusal, card: &Endpoint) -> Refusal {
    if !card.has_host_end() {
        return parent::explain(state, error, card);
    }
    let mut error = missing(error, &Kind::Veth { peer: None });
    if let Refusal::Kernel { errno, text: text @ None, .. } = &mut error {
        *text = match *errno {
            libc::EXFULL => Some("a bridge takes 1,023 ports".to_owned()),
            libc::EEXIST => Some(format!("the container has a device {} already", card.name)),
            _ => None,
        };
    }
    error
}
