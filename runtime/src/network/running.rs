//! Giving cards to containers that run, and taking them away.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use netlink_raw::kernel::{AF_INET, RT_TABLE_MAIN};
use netlink_raw::route::Route;
use nix::fcntl::OFlag;
use nix::unistd::Pid;

use super::card::{attach, default_route, detach, index_inside};
use super::change::Change;
use super::namespace::Place;
use super::socket::{On, asking, changing};
use super::{facts, hosts, prepare, release};
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::plan::Endpoint;
use crate::plan::network::{self, BRIDGE, CardRequest};
use crate::state::{Container, Init, State, Status};
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// Gives a running container a card on `network`, as if it had started so; it is its way to everywhere if it
/// has none yet. Returns the card, and what to tell the user about the bridge.
///
/// # Errors
/// The container does not run, or its network is not its own; no such network; the address or the name
/// can't be had; the kernel's. What had been done is undone then.
pub fn connect(
    state: &State,
    container: &Container,
    network: &str,
    request: &CardRequest,
) -> Result<Endpoint> {
    known(network)?;
    let init = container.running("be connected")?;
    if !container.record.own_network {
        let problem = format!(
            "container {} shares the network of another namespace (--net={}), which is not its own to change",
            container.record.id, container.record.network
        );
        return Err(Error::Address { network: network.to_owned(), problem });
    }
    let change = Change::begin(state, container)?;
    let inside = Inside::open(container, init)?;
    let existing = container.cards()?;
    let default_route = !inside.leads_everywhere(network, &existing)?;
    let facts = facts(state, network, request.ip)?;
    let (bridge, note) = network::bridge(&facts)?;
    if let Some(note) = note {
        eprintln!("pontoon: {note}");
    }
    let mut card = network::card(&facts, &bridge, &container.record.id, request, &existing, default_route)?;
    if let Err(error) = give(state, container, &inside, &mut card) {
        if let Err(left) = withdraw(state, container, &card) {
            eprintln!("pontoon: while undoing: {left}");
            change.leave();
        }
        return Err(error);
    }
    Ok(card)
}

/// There is one network, until others can be made.
fn known(network: &str) -> Result<()> {
    if network == BRIDGE {
        return Ok(());
    }
    Err(Error::Usage(format!("no such network: {network} (there is {BRIDGE})")))
}

/// The card is noted last: one that is noted is whole.
fn give(state: &State, container: &Container, inside: &Inside, card: &mut Endpoint) -> Result<()> {
    let id = &container.record.id;
    prepare(state, id, card)?;
    attach(state, id, inside.place(), std::slice::from_ref(card), false)?;
    hosts::add(container, card.address.addr())?;
    container.add_card(card)?;
    // If it ended meanwhile, whoever tidied up after it may not have seen the card.
    inside.still(container)
}

/// Takes away what there is of a card; its note last: as long as it is there, the next command goes on.
pub(super) fn withdraw(state: &State, container: &Container, card: &Endpoint) -> Result<()> {
    detach(state, &container.record.id, card)?;
    let unnamed = hosts::remove(container, card.address.addr());
    unnamed.and(release(state, &container.record.id, card))?;
    container.remove_card(&card.name)
}

/// Takes a card on `network` away from a container: the one called `name`, or the one that it got last. If
/// the way to everywhere led through it, another card becomes that.
///
/// # Errors
/// It has no such card; the kernel's.
pub fn disconnect(state: &State, container: &Container, network: &str, name: Option<&str>) -> Result<()> {
    known(network)?;
    let init = match container.status()? {
        Status::Stopped => None,
        Status::Creating | Status::Created | Status::Running | Status::Paused => {
            Some(container.running("be disconnected")?)
        }
    };
    let change = Change::begin(state, container)?;
    let mut cards = container.cards()?;
    let card = cards.remove(choose(&cards, &container.record.id, network, name)?);
    let taken = take(state, container, init, &card, &cards);
    if taken.is_err() {
        change.leave();
    }
    taken
}

/// Takes `card` away from a container that runs as `init` or has ended, and has `others` besides.
pub(super) fn take(
    state: &State,
    container: &Container,
    init: Option<Init>,
    card: &Endpoint,
    others: &[Endpoint],
) -> Result<()> {
    detach(state, &container.record.id, card)?;
    let rerouted = match init {
        Some(init) if card.default_route => reroute(container, init, others),
        _ => Ok(()),
    };
    rerouted.and(withdraw(state, container, card))
}

/// The place of the card that is meant.
fn choose(cards: &[Endpoint], id: &str, network: &str, name: Option<&str>) -> Result<usize> {
    let fits = |card: &Endpoint| card.network == network && name.is_none_or(|name| card.name == name);
    // The host's names end in a number that grows.
    let number = |place: &usize| (cards[*place].host_name.len(), &cards[*place].host_name);
    let places = (0..cards.len()).filter(|&place| fits(&cards[place]));
    places.max_by_key(number).ok_or_else(|| {
        let what = name.map_or_else(|| "no card".to_owned(), |name| format!("no card {name}"));
        let problem = format!("container {id} has {what} on it");
        Error::Address { network: network.to_owned(), problem }
    })
}

/// Makes the first of `cards` the way to everywhere, if the container has none.
fn reroute(container: &Container, init: Init, cards: &[Endpoint]) -> Result<()> {
    let Some(card) = cards.first() else { return Ok(()) };
    let inside = Inside::open(container, init)?;
    if inside.leads_everywhere(&card.network, cards)? {
        return Ok(());
    }
    let mut socket = inside.place().enter(|| changing(Actor::Container).on(&card.network))?;
    let index = index_inside(&socket, card);
    let route = default_route(card, index).add().on(&card.network)?;
    socket.execute(&[route]).on(&card.network)?;
    container.add_card(&Endpoint { default_route: true, ..card.clone() })
}

/// The network namespace of a running container.
struct Inside {
    namespace: OwnedFd,
    path: PathBuf,
    init: Init,
}

impl Inside {
    /// Opens it once. If the process is the container's after that, so it was then, even if its number is
    /// used again later.
    fn open(container: &Container, init: Init) -> Result<Self> {
        let path = PathBuf::from(format!("/proc/{}/ns/net", init.pid));
        let opened = file::open(&path, OFlag::O_RDONLY);
        init.alive().then_some(()).ok_or_else(|| ended(container))?;
        let namespace = opened.doing(|| format!("container {}", container.record.id))?;
        explain::container_is(Pid::from_raw(init.pid));
        Ok(Self { namespace, path, init })
    }

    /// Whether it still is the container's.
    fn still(&self, container: &Container) -> Result<()> {
        self.init.alive().then_some(()).ok_or_else(|| ended(container))
    }

    fn place(&self) -> Place<'_> {
        Place::Open(self.namespace.as_fd(), &self.path)
    }

    /// Whether it has a default route. A rehearsal does not go in, and believes the container's `cards`.
    fn leads_everywhere(&self, network: &str, cards: &[Endpoint]) -> Result<bool> {
        if rehearsing() {
            return Ok(cards.iter().any(|card| card.default_route));
        }
        let mut socket = self.place().enter(|| asking(Actor::Container).on(network))?;
        let routes: Vec<Route> = Route::dump().and_then(|request| socket.dump(&request)).on(network)?;
        Ok(routes.iter().any(|route| {
            route.family == AF_INET && route.table == RT_TABLE_MAIN && route.destination.is_none()
        }))
    }
}

fn ended(container: &Container) -> Error {
    let id = container.record.id.clone();
    Error::State { id, is: Status::Stopped.word(), cannot: "be given cards" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::{Facts, bridge, card};

    #[test]
    fn the_card_that_was_got_last_goes_first() {
        let mut cards: Vec<Endpoint> = Vec::new();
        for name in ["eth0", "zz", "a"] {
            let facts = Facts::default();
            let request = CardRequest { name: Some(name.into()), ..CardRequest::default() };
            let bridge = bridge(&facts).expect("a bridge").0;
            cards.push(card(&facts, &bridge, "c1", &request, &cards, false).expect("a card"));
        }
        cards.sort_by(|one, other| one.name.cmp(&other.name));
        let chosen = |name| choose(&cards, "c1", BRIDGE, name).map(|place| cards[place].name.as_str());
        assert_eq!(chosen(None).expect("a card"), "a");
        assert_eq!(chosen(Some("zz")).expect("a card"), "zz");
        let error = chosen(Some("eth7")).expect_err("there is none").to_string();
        assert_eq!(error, "network bridge: container c1 has no card eth7 on it");
        let error = choose(&[], "c1", BRIDGE, None).expect_err("there is none").to_string();
        assert_eq!(error, "network bridge: container c1 has no card on it");
    }

    #[test]
    fn one_network_is_known() {
        assert!(known("bridge").is_ok());
        assert_eq!(known("blue").unwrap_err().to_string(), "no such network: blue (there is bridge)");
    }
}
