//! A card as its container has it: addresses and routes.

use ipnet::IpNet;
use netlink_raw::kernel::{AF_INET, AF_INET6, IFF_UP, RT_SCOPE_LINK};
use netlink_raw::route::{Link, Route};
use netlink_raw::{Error as Refusal, Request};

use super::bridge::address;
use super::card::index_of;
use super::namespace::Place;
use super::socket::{On, changing};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::network::CardAddress;
use crate::plan::{Driver, Endpoint};

/// Brings a card up. A tap is not made by a message, and gets here what others were made with.
fn up(card: &Endpoint) -> std::result::Result<Request, Refusal> {
    let up = Link { name: Some(card.name.as_str().into()), flags: IFF_UP, change: IFF_UP, ..Link::default() };
    if card.driver != Driver::Tap {
        return up.set();
    }
    Link { address: card.mac.map(Into::into), mtu: card.mtu, ..up }.set()
}

/// What is sent on the socket inside the container for one card, which has `index` there.
pub(super) fn requests(card: &Endpoint, index: u32) -> std::result::Result<Vec<Request>, Refusal> {
    let mut requests = vec![up(card)?];
    for it in &card.addresses {
        let routed = card.driver == Driver::Ptp;
        let own = if routed { IpNet::from(it.address.addr()) } else { it.address };
        requests.push(address(index, own).add()?);
        if let Some(gateway) = it.gateway.filter(|_| routed) {
            let to = |net: IpNet| Some((net.addr(), net.prefix_len()));
            let neighbour = Route {
                destination: to(IpNet::from(gateway)),
                output_interface: Some(index),
                scope: RT_SCOPE_LINK,
                ..Route::default()
            };
            let others = Route {
                destination: to(it.address.trunc()),
                gateway: Some(gateway),
                output_interface: Some(index),
                ..Route::default()
            };
            requests.extend([neighbour.add()?, others.add()?]);
        }
    }
    for route in &card.routes {
        let route = Route {
            destination: Some((route.destination.network(), route.destination.prefix_len())),
            gateway: Some(route.gateway),
            output_interface: Some(index),
            priority: route.metric,
            ..Route::default()
        };
        requests.push(route.add()?);
    }
    for route in default_routes(card, index) {
        requests.push(route.add()?);
    }
    Ok(requests)
}

/// The routes to everywhere that lead through a card which has `index` in its container.
pub(super) fn default_routes(card: &Endpoint, index: u32) -> impl Iterator<Item = Route> {
    card.addresses.iter().filter(|it| it.default_route).map(move |it| default_route(it, index))
}

/// By the gateway, or where the card needs none, by the card alone.
fn default_route(address: &CardAddress, index: u32) -> Route {
    Route {
        family: if address.address.addr().is_ipv6() { AF_INET6 } else { AF_INET },
        gateway: address.gateway,
        scope: if address.gateway.is_none() { RT_SCOPE_LINK } else { 0 },
        output_interface: Some(index),
        priority: address.metric,
        ..Route::default()
    }
}

/// Deletes a card that has no end on the host.
///
/// # Errors
/// The kernel's; none where it is not there.
pub(super) fn delete(place: Place<'_>, card: &Endpoint) -> Result<()> {
    let mut socket = place.enter(|| changing(Actor::Container).on(&card.network))?;
    let Some(index) = index_of(&socket, Actor::Container, &card.name) else { return Ok(()) };
    let link = Link { index, name: Some(card.name.as_str().into()), ..Link::default() };
    link.delete().and_then(|request| socket.execute(&[request])).on(&card.network)
}
