//! Taking cards away.
//!
//! The kernel takes as long for many links at once as for one, 13 to 30 ms: so where several go, they are put into a
//! group of their own and deleted by its number, in one datagram.

use netlink_raw::route::Link;
use netlink_raw::{Error as Refusal, Request, Socket};

use super::card::index_of;
use super::namespace::Place;
use super::orphan::{is_of, number};
use super::reroute::Inside;
use super::socket::{On, changing};
use super::{inside, lease, rate, retire};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::network::BRIDGE;
use crate::plan::{Endpoint, fingerprint};
use crate::state::{Container, State};

/// A link of the host's that is to go.
pub(super) struct Doomed {
    pub(super) index: u32,
    pub(super) name: String,
}

/// Takes the card away from container `id`, where it is still there. One that is inside alone needs its `place`; without
/// that it goes with the namespace.
///
/// # Errors
/// The kernel's.
pub fn detach(state: &State, id: &str, card: &Endpoint, place: Option<Place<'_>>) -> Result<()> {
    if card.has_host_end() {
        return detach_all(state, &[(id, card)]);
    }
    place.map_or(Ok(()), |place| inside::delete(place, card))
}

/// Takes cards away from containers, each with its container's id, as far as they have ends on the host and are still
/// there: all of them by one request, which takes no longer than one card alone.
///
/// # Errors
/// The kernel's.
pub fn detach_all(state: &State, cards: &[(&str, &Endpoint)]) -> Result<()> {
    let mut cards = cards.iter().filter(|(_, card)| card.has_host_end()).peekable();
    let Some((_, first)) = cards.peek().copied() else { return Ok(()) };
    let detached = changing(Actor::Host).and_then(|mut host| {
        let mut doomed = Vec::new();
        for (id, card) in cards {
            doomed.extend(doomed_by(state, id, &mut host, card)?);
        }
        delete(&mut host, &doomed, doom(&first.host_name))
    });
    detached.on(&first.network)
}

/// What there is of a card on the host.
fn doomed_by(state: &State, id: &str, host: &mut Socket, card: &Endpoint) -> Answer<Vec<Doomed>> {
    let mut doomed = Vec::new();
    if let Found::Own(index) = find(state, id, host, &card.host_name)? {
        doomed.push(Doomed { index, name: card.host_name.clone() });
    }
    doomed.extend(ifb(host, card));
    Ok(doomed)
}

type Answer<T> = std::result::Result<T, Refusal>;

/// What limits what comes from a card, if it is there.
fn ifb(host: &Socket, card: &Endpoint) -> Option<Doomed> {
    card.rate.up?;
    let name = rate::device(&card.host_name);
    Some(Doomed { index: index_of(host, Actor::Host, &name)?, name })
}

/// What has the name of a card's end on the host.
enum Found {
    Nothing,
    /// That end.
    Own(u32),
    /// Another device.
    Other,
}

fn find(state: &State, id: &str, host: &mut Socket, name: &str) -> Answer<Found> {
    let Some(index) = index_of(host, Actor::Host, name) else { return Ok(Found::Nothing) };
    let link: Link = match host.get(&Link { index, ..Link::default() }.get()?) {
        Err(error) if is_gone(&error) => return Ok(Found::Nothing),
        link => link?,
    };
    let own = is_of(state, id, link.alias.as_deref().unwrap_or_default());
    Ok(if own { Found::Own(index) } else { Found::Other })
}

fn is_gone(error: &Refusal) -> bool {
    error.errno() == Some(libc::ENODEV)
}

/// A number for what goes together with the link of this name. Of this half of all numbers none is a network's.
pub(super) fn doom(name: &str) -> u32 {
    u32::try_from(fingerprint(name) & 0x7fff_ffff).unwrap_or_default() | 0x8000_0000
}

/// Deletes links, several by a `group` of their own. Those that are gone are no error.
///
/// # Errors
/// The kernel's.
pub(super) fn delete(host: &mut Socket, doomed: &[Doomed], group: u32) -> Answer<()> {
    let mut requests: Vec<Request> = Vec::with_capacity(doomed.len() + 1);
    // With their names for the words of an error; the index decides.
    let link = |it: &Doomed| Link { index: it.index, name: Some(it.name.as_str().into()), ..Link::default() };
    if let [one] = doomed {
        requests.push(link(one).delete()?);
    } else {
        for it in doomed {
            requests.push(Link { name: None, group: Some(group), ..link(it) }.set()?);
        }
        if !doomed.is_empty() {
            requests.push(Link { group: Some(group), ..Link::default() }.delete()?);
        }
    }
    let gone_is_good = |result| match result {
        Err(error) if is_gone(&error) => Ok(()),
        result => result,
    };
    host.execute_each(&requests)?.into_iter().map(gone_is_good).fold(Ok(()), Answer::and)
}

/// Removes what an earlier life of the container left of this card on the host, which the kernel may still be taking
/// down; false where another device has the name.
///
/// # Errors
/// The kernel's.
pub(super) fn clear(state: &State, id: &str, host: &mut Socket, card: &Endpoint) -> Answer<bool> {
    let mut doomed: Vec<Doomed> = ifb(host, card).into_iter().collect();
    match find(state, id, host, &card.host_name)? {
        Found::Other => return Ok(false),
        Found::Own(index) => doomed.push(Doomed { index, name: card.host_name.clone() }),
        Found::Nothing => {}
    }
    delete(host, &doomed, doom(&card.host_name)).map(|()| true)
}

/// Removes what has the name of a card of container `id` that nobody noted.
///
/// # Errors
/// The kernel's.
pub(super) fn clear_unnoted(state: &State, id: &str, host: &mut Socket, host_name: &str) -> Answer<()> {
    if let Found::Own(index) = find(state, id, host, host_name)? {
        delete(host, &[Doomed { index, name: host_name.to_owned() }], 0)?;
    }
    rate::delete(host, host_name)
}

/// A container's program has ended: its cards go with its namespace, in the kernel's own time, but not what limited what
/// came from them. Where another container has the namespace, they stay, and so do the limits.
///
/// # Errors
/// The kernel's.
pub(super) fn unlimit(container: &Container, cards: &[Endpoint]) -> Result<()> {
    let mut limited = cards.iter().filter(|card| card.rate.up.is_some()).peekable();
    let Some(first) = limited.peek().copied().filter(|_| !container.lent_its_network()) else {
        return Ok(());
    };
    let deleted = changing(Actor::Host).and_then(|mut host| {
        let doomed: Vec<Doomed> = limited.filter_map(|card| ifb(&host, card)).collect();
        delete(&mut host, &doomed, doom(&first.host_name))
    });
    deleted.on(&first.network)
}

/// Takes away what lies outside the state directory of a container that has ended: its cards, where its
/// network namespace is held by somebody else and they are still there, and its addresses.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn remove(state: &State, container: &Container) -> Result<()> {
    let id = &container.record.id;
    let retired = retire(state, container);
    let detached = container.cards().and_then(|cards| {
        let all: Vec<(&str, &Endpoint)> = cards.iter().map(|card| (id.as_str(), card)).collect();
        detach_all(state, &all).and(detach_lent(state, container, &cards))
    });
    // A command that was killed between claiming an address and writing the card left only the lease.
    retired.and(detached).and(lease::release_all(state, id))
}

/// Takes the cards that are inside alone away from who shares the namespace.
fn detach_lent(state: &State, container: &Container, cards: &[Endpoint]) -> Result<()> {
    if !container.lent_its_network() || cards.iter().all(Endpoint::has_host_end) {
        return Ok(());
    }
    let Some(inside) = borrower(state, container)? else { return Ok(()) };
    let inner = cards.iter().filter(|card| !card.has_host_end());
    inner.map(|card| inside::delete(inside.place(), card)).fold(Ok(()), Result::and)
}

/// The namespace of a container that has ended, as another one has it.
fn borrower(state: &State, lender: &Container) -> Result<Option<Inside>> {
    for other in state.all()? {
        let Some(typed) = other.record.network.strip_prefix("container:") else { continue };
        let of_lender = state.find(typed).is_ok_and(|found| found.record.id == lender.record.id);
        if of_lender
            && other.status()?.is_alive()
            && let Some(init) = other.init()?
        {
            return Inside::open(&other, init).map(Some);
        }
    }
    Ok(None)
}

/// Deletes what is inside a container that bears the mark of a card which nobody noted: its maker was killed.
///
/// # Errors
/// The kernel's.
pub(super) fn clear_strays(state: &State, id: &str, inside: &Inside, cards: &[Endpoint]) -> Result<()> {
    let cleared = inside.links()?.into_iter().filter(|link| {
        let name = link.name.as_deref().unwrap_or_default();
        link.group == Some(number(state, id, name)) && cards.iter().all(|card| card.name != name)
    });
    let doomed: Vec<Doomed> = cleared
        .map(|link| Doomed { index: link.index, name: link.name.unwrap_or_default().into() })
        .collect();
    if doomed.is_empty() {
        return Ok(());
    }
    let mut socket = inside.place().enter(|| changing(Actor::Container).on(BRIDGE))?;
    doomed
        .iter()
        .map(|it| delete(&mut socket, std::slice::from_ref(it), 0).on(BRIDGE))
        .fold(Ok(()), Result::and)
}
