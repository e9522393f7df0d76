//! The network namespace of a running container, and the ways to everywhere in it.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use netlink_raw::kernel::{AF_INET6, RT_TABLE_MAIN};
use netlink_raw::route::{Link, Route};
use netlink_raw::{Request, Socket};
use nix::fcntl::OFlag;
use nix::unistd::Pid;

use super::card::{index_inside, index_of};
use super::inside::default_routes;
use super::namespace::Place;
use super::socket::{On, asking, changing};
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::plan::Endpoint;
use crate::plan::network::BRIDGE;
use crate::state::{Container, Init, Status};
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// The network namespace of a running container.
pub(super) struct Inside {
    namespace: OwnedFd,
    path: PathBuf,
    init: Init,
}

/// Whether somebody else's default route is there, for IPv4 and for IPv6.
pub(super) struct Leads {
    strangers: [bool; 2],
}

impl Inside {
    /// Opens it once. If the process is the container's after that, so it was then, even if its number is
    /// used again later.
    pub(super) fn open(container: &Container, init: Init) -> Result<Self> {
        let path = PathBuf::from(format!("/proc/{}/ns/net", init.pid));
        let opened = file::open(&path, OFlag::O_RDONLY);
        init.alive().then_some(()).ok_or_else(|| ended(container))?;
        let namespace = opened.doing(|| format!("container {}", container.record.id))?;
        explain::container_is(Pid::from_raw(init.pid));
        Ok(Self { namespace, path, init })
    }

    /// Whether it still is the container's.
    pub(super) fn still(&self, container: &Container) -> Result<()> {
        self.init.alive().then_some(()).ok_or_else(|| ended(container))
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place::Open(self.namespace.as_fd(), &self.path)
    }

    /// Whether a card that was noted is not there any more.
    pub(super) fn lacks(&self, host: &Socket, card: &Endpoint) -> Result<bool> {
        if card.has_host_end() {
            return Ok(index_of(host, Actor::Host, &card.host_name).is_none());
        }
        let inside = self.place().enter(|| asking(Actor::Container).on(&card.network))?;
        Ok(index_of(&inside, Actor::Container, &card.name).is_none())
    }

    /// The links in it. A rehearsal does not go in, and finds none.
    pub(super) fn links(&self) -> Result<Vec<Link>> {
        if rehearsing() {
            return Ok(Vec::new());
        }
        let mut socket = self.place().enter(|| asking(Actor::Container).on(BRIDGE))?;
        Link::dump().and_then(|request| socket.dump(&request)).on(BRIDGE)
    }

    /// Which default routes it has besides those of its `cards`. A rehearsal does not go in, and finds none.
    pub(super) fn leads(&self, network: &str, cards: &[Endpoint]) -> Result<Leads> {
        if rehearsing() {
            return Ok(Leads { strangers: [false; 2] });
        }
        let mut socket = self.place().enter(|| asking(Actor::Container).on(network))?;
        let routes: Vec<Route> = Route::dump().and_then(|request| socket.dump(&request)).on(network)?;
        let strangers = [false, true].map(|ipv6| {
            let leads = |route: &Route| {
                (route.family == AF_INET6) == ipv6
                    && route.table == RT_TABLE_MAIN
                    && route.destination.is_none()
                    && route.output_interface.is_some()
            };
            routes.iter().any(leads) && !cards.iter().any(|card| has_default(card, ipv6))
        });
        Ok(Leads { strangers })
    }

    /// Makes the default routes of `before` those of `after`, the same cards. Returns the cards that have changed.
    pub(super) fn reroute<'a>(
        &self,
        before: &[Endpoint],
        after: &'a [Endpoint],
    ) -> Result<Vec<&'a Endpoint>> {
        let changed: Vec<(&Endpoint, &Endpoint)> =
            before.iter().zip(after).filter(|(old, new)| old != new).collect();
        let Some((some, _)) = changed.first() else { return Ok(Vec::new()) };
        let mut socket = self.place().enter(|| changing(Actor::Container).on(&some.network))?;
        let mut gained: Vec<Request> = Vec::new();
        let mut lost: Vec<Request> = Vec::new();
        for (old, new) in &changed {
            let index = index_inside(&socket, new);
            let had: Vec<Route> = default_routes(old, index).collect();
            let has: Vec<Route> = default_routes(new, index).collect();
            // One with the same metric takes the other's place.
            for route in has.iter().filter(|route| !had.contains(route)) {
                gained.push(route.replace().on(&new.network)?);
            }
            for route in had.iter().filter(|route| !has.contains(route)) {
                lost.push(route.delete().on(&new.network)?);
            }
        }
        socket.execute(&gained).on(&some.network)?;
        for deleted in socket.execute_each(&lost).on(&some.network)? {
            match deleted {
                Err(error) if error.errno() == Some(libc::ESRCH) => {}
                deleted => deleted.on(&some.network)?,
            }
        }
        Ok(changed.into_iter().map(|(_, new)| new).collect())
    }
}

impl Leads {
    /// A way to everywhere that somebody else has made stays.
    pub(super) fn keep_strangers(&self, cards: &mut [Endpoint]) {
        for address in cards.iter_mut().flat_map(|card| &mut card.addresses) {
            let [four, six] = self.strangers;
            let stranger = if address.address.addr().is_ipv6() { six } else { four };
            address.default_route &= !stranger;
        }
    }
}

fn has_default(card: &Endpoint, ipv6: bool) -> bool {
    card.addresses.iter().any(|it| it.default_route && it.address.addr().is_ipv6() == ipv6)
}

fn ended(container: &Container) -> Error {
    container.refused(Status::Stopped, "be given cards")
}
