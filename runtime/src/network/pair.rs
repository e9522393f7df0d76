//! A card that is one end of a pair, whose other end is a port of a bridge, or is routed to.

use ipnet::IpNet;
use netlink_raw::kernel::{IFF_UP, RT_SCOPE_LINK};
use netlink_raw::route::{Kind, Link, Route};
use netlink_raw::{Error as Refusal, Request, Socket};

use super::bridge::{address, tolerant};
use super::card::{index_of, up};
use super::kernel_parameters;
use super::namespace::Place;
use super::orphan::mark;
use super::rate::limit;
use super::socket::{On, rehearsed};
use crate::error::Result;
use crate::explain::{Actor, link_is};
use crate::plan::network::Rate;
use crate::plan::network::define::of_port;
use crate::plan::{Driver, Endpoint};
use crate::state::State;

/// The messages that make the pair of a card, and mark it as the container's. (The kernel takes no
/// `IFLA_IFALIAS` with the first.)
pub(super) fn requests(
    state: &State,
    id: &str,
    place: Place<'_>,
    card: &Endpoint,
) -> std::result::Result<Vec<Request>, Refusal> {
    if !card.has_host_end() {
        return Ok(Vec::new());
    }
    let peer = Link {
        name: Some(card.name.as_str().into()),
        netns: Some(place.netns()),
        address: card.mac.map(Into::into),
        mtu: card.mtu,
        ..Link::default()
    };
    let host = Link { name: Some(card.host_name.as_str().into()), ..Link::default() };
    let pair = Link { mtu: card.mtu, kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }), ..host.clone() };
    let create = if card.driver == Driver::Ptp {
        // It is the firewall's to know; and it comes up when the kernel's parameters are set.
        Link { group: Some(card.group), ..pair }.create()?
    } else {
        let master = Some(card.device.index.unwrap_or_default());
        let mut create = Link { flags: IFF_UP, change: IFF_UP, master, ..pair }.create()?;
        create.operation = format!("add {} to {}", card.host_name, card.device.name).into();
        create
    };
    let port = of_port(card.driver, &card.options).map_err(|reason| Refusal::Invalid {
        operation: format!("add {} to {}: {reason}", card.host_name, card.device.name),
        reason: "the network's options are wrong",
    })?;
    // It has no carrier before the other end is up: what is said of its own address now is in time.
    let addr_gen_mode = if card.driver == Driver::Ptp { None } else { kernel_parameters::no_own_address() };
    // A port is what the bridge makes it, but for what the network says of its ports.
    let alias = Some(mark(state, id, &card.name).into());
    Ok(vec![create, Link { alias, port, addr_gen_mode, ..host }.set()?])
}

/// What is left to do at the host's end, once it is there.
///
/// # Errors
/// The kernel's.
pub(super) fn complete(state: &State, id: &str, host: &mut Socket, card: &Endpoint) -> Result<()> {
    let limited = card.rate != Rate::default();
    if card.driver != Driver::Ptp && !limited {
        return Ok(());
    }
    let index = index_of(host, Actor::Host, &card.host_name).unwrap_or_else(|| rehearsed(&card.host_name));
    link_is(Actor::Host, index, &card.host_name);
    if limited {
        let mark = mark(state, id, &card.name);
        limit(host, (&card.host_name, index), &mark, card.rate).on(&card.network)?;
    }
    if card.driver == Driver::Ptp {
        kernel_parameters::of_routed(card)?;
        lead(card, index).and_then(|requests| host.execute(&requests)).on(&card.network)?;
    }
    Ok(())
}

/// Gives the host's end of a routed card back what it lacks.
///
/// # Errors
/// The kernel's; none where there is no such end any more.
pub(super) fn restore(host: &mut Socket, card: &Endpoint) -> Result<()> {
    let Some(index) = index_of(host, Actor::Host, &card.host_name) else { return Ok(()) };
    kernel_parameters::of_routed(card)?;
    for request in lead(card, index).on(&card.network)? {
        tolerant(host, request, libc::EEXIST).on(&card.network)?;
    }
    Ok(())
}

/// The host's side of a routed card: each card's end has the gateway's address, and leads to the container's alone.
fn lead(card: &Endpoint, index: u32) -> std::result::Result<Vec<Request>, Refusal> {
    let mut requests = vec![up(&card.host_name)?];
    for it in &card.addresses {
        if let Some(gateway) = it.gateway {
            requests.push(address(index, IpNet::from(gateway)).add()?);
        }
        let host = IpNet::from(it.address.addr());
        let route = Route {
            destination: Some((host.addr(), host.prefix_len())),
            output_interface: Some(index),
            scope: RT_SCOPE_LINK,
            ..Route::default()
        };
        requests.push(route.add()?);
    }
    Ok(requests)
}
