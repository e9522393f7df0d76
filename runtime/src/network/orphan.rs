//! What containers left behind that the state does not know (any more), recognised from what it is.

use std::fmt;
use std::net::IpAddr;

use netlink_raw::route::{Kind, Link};

use super::detach::{Doomed, delete, doom};
use super::ports::{self, Held};
use super::publish::{owned_by, withdraw};
use super::socket::{On, asking, changing};
use super::{allocate, firewall, monitor};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::group_of;
use crate::plan::network::BRIDGE;
use crate::plan::network::firewall::Forward;
use crate::state::{State, entries};

/// The longest alias of a link (`IFALIASZ` - 1).
const LONGEST_ALIAS: usize = 255;

/// The text that the host's end of a card bears: `pontoon:ID:eth0 /run/pontoon`.
pub(super) fn mark(state: &State, id: &str, card: &str) -> String {
    cut(format!("pontoon:{id}:{card} {}", state.root().display()), LONGEST_ALIAS)
}

/// A text of at most so many bytes.
pub(super) fn cut(mut text: String, longest: usize) -> String {
    let end = (0..=longest.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    text.truncate(end.unwrap_or_default());
    text
}

/// The group that a card bears inside, where it has no end on the host to bear the text: a number that the kernel takes
/// with the card itself, so that there is none without it.
pub(super) fn number(state: &State, id: &str, card: &str) -> u32 {
    group_of(&mark(state, id, card))
}

/// The container whose card bears `alias`, if its state is kept here.
pub(super) fn owner<'a>(state: &State, alias: &'a str) -> Option<&'a str> {
    let (id, rest) = alias.strip_prefix("pontoon:")?.split_once(':')?;
    let card = rest.split_once(' ').map_or(rest, |(card, _)| card);
    (mark(state, id, card) == alias).then_some(id)
}

/// Whether `alias` is the mark of a card of container `id`.
pub(super) fn is_of(state: &State, id: &str, alias: &str) -> bool {
    owner(state, alias) == Some(id)
}

/// Something of a container that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Orphan {
    /// The host's end of a card, or what limits its rate.
    Link {
        /// Its name.
        name: String,
        /// Its index.
        index: u32,
        /// The container.
        id: String,
    },
    /// A device by which a capture took netlink messages, whose process is no more.
    Monitor {
        /// Its name.
        name: String,
        /// Its index.
        index: u32,
    },
    /// An address.
    Lease {
        /// The network.
        network: String,
        /// The address.
        address: IpAddr,
        /// The container.
        id: String,
    },
    /// A port of the host that is claimed.
    Port(Held),
    /// A port of the host that leads to it.
    Forward {
        /// Where it leads.
        forward: Box<Forward>,
        /// The container.
        id: String,
    },
}

impl fmt::Display for Orphan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { name, id, .. } => write!(f, "link {name} of container {id}"),
            Self::Monitor { name, .. } => write!(f, "link {name} of a capture"),
            Self::Lease { network, address, id } => {
                write!(f, "network {network}: address {address} of container {id}")
            }
            Self::Port(Held { protocol, host_port, address, id }) => {
                write!(f, "port {host_port}/{protocol} on {address} of container {id}")
            }
            Self::Forward { forward, id } => {
                write!(f, "firewall: {forward} to {} of container {id}", forward.to)
            }
        }
    }
}

/// Everything that belongs to containers that `state` does not have.
///
/// # Errors
/// The kernel's.
pub fn orphans(state: &State) -> Result<Vec<Orphan>> {
    let known = state.ids();
    let links: Vec<Link> = asking(Actor::Host).and_then(|mut host| host.dump(&Link::dump()?)).on(BRIDGE)?;
    let monitors = links.iter().filter(|link| monitor::is_abandoned(link)).map(|link| Orphan::Monitor {
        name: link.name.as_deref().unwrap_or_default().to_owned(),
        index: link.index,
    });
    let monitors: Vec<Orphan> = monitors.collect();
    let links = links.into_iter().filter_map(|link| {
        let of_a_card = matches!(link.kind, Some(Kind::Veth { .. } | Kind::Ifb));
        let id = owner(state, link.alias.as_deref().filter(|_| of_a_card)?)?.to_owned();
        Some(Orphan::Link { name: link.name.unwrap_or_default().into(), index: link.index, id })
    });
    let leases = entries(&state.networks()).into_iter().flat_map(|network| {
        let addresses = allocate::all(state, &network);
        addresses.into_iter().filter_map(move |address| {
            let id = allocate::holder(state, &network, address)?;
            Some(Orphan::Lease { network: network.clone(), address, id })
        })
    });
    let forwards = firewall::owners()?.into_iter().filter_map(|forward| {
        let id = owned_by(state, &forward.owner)?.to_owned();
        Some(Orphan::Forward { forward: Box::new(forward), id })
    });
    let held = ports::holders(state).into_iter().map(Orphan::Port);
    let unknown = |orphan: &Orphan| orphan.id().is_none_or(|id| known.binary_search(id).is_err());
    Ok(links.chain(leases).chain(forwards).chain(held).filter(unknown).chain(monitors).collect())
}

impl Orphan {
    /// The container that it was of.
    fn id(&self) -> Option<&String> {
        match self {
            Self::Monitor { .. } => None,
            Self::Link { id, .. }
            | Self::Lease { id, .. }
            | Self::Port(Held { id, .. })
            | Self::Forward { id, .. } => Some(id),
        }
    }
}

/// Removes orphans, all links by one request.
///
/// # Errors
/// The kernel's, the first of them; none where something is gone already.
pub fn remove_orphans(state: &State, orphans: &[Orphan]) -> Result<()> {
    let mut doomed = Vec::new();
    let mut released = Ok(());
    for orphan in orphans {
        match orphan {
            Orphan::Link { name, index, .. } | Orphan::Monitor { name, index } => {
                doomed.push(Doomed { index: *index, name: name.clone() });
            }
            Orphan::Lease { network, address, id } => {
                released = released.and(allocate::release(state, id, network, *address));
            }
            Orphan::Port(held) => released = released.and(held.release(state)),
            Orphan::Forward { forward, .. } => {
                released = released.and(withdraw(std::slice::from_ref(forward)));
            }
        }
    }
    let Some(first) = doomed.first() else { return released };
    let group = doom(&first.name);
    changing(Actor::Host).and_then(|mut host| delete(&mut host, &doomed, group)).on(BRIDGE).and(released)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_container_and_state() {
        let state = State::at("/run/pontoon");
        let mark = mark(&state, "c1", "eth0");
        assert_eq!(mark, "pontoon:c1:eth0 /run/pontoon");
        assert!(is_of(&state, "c1", &mark));
        assert!(!is_of(&state, "c", &mark));
        assert!(!is_of(&State::at("/tmp/other"), "c1", &mark));
        for stranger in ["", "pontoon:", "pontoon:c1", "pontoon:c1:eth0", "a comment"] {
            assert!(!is_of(&state, "c1", stranger));
        }
    }

    #[test]
    fn a_long_root_is_cut_where_the_kernel_would_refuse() {
        let state = State::at("/ä".repeat(200));
        let mark = mark(&state, &"f".repeat(64), "eth0");
        assert!((LONGEST_ALIAS - 1..=LONGEST_ALIAS).contains(&mark.len()));
        assert!(is_of(&state, &"f".repeat(64), &mark));
    }
}
