//! What the cards of containers have counted.

use std::collections::BTreeMap;

use netlink_raw::Socket;
use netlink_raw::route::{Link, Stats, Traffic};

use super::orphan::mark;
use super::publish::forwards;
use super::reroute::Inside;
use super::socket::{On, asking};
use super::{definitions, firewall};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::network::BRIDGE;
use crate::plan::network::firewall::Forward;
use crate::plan::network::ports::Published;
use crate::plan::{Definition, Endpoint};
use crate::state::{Container, Init, State};

pub use firewall::{Counting, Passed};

/// A card, and what it has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The id of its container.
    pub id: String,
    /// Its name there.
    pub card: String,
    /// Its network.
    pub network: String,
    /// Its end on the host, if it has one.
    pub device: Option<String>,
    /// The number of the link that was asked: on the host, or where there is no end on the host, inside.
    pub index: u32,
    /// What the container received.
    pub received: Traffic,
    /// What it sent.
    pub sent: Traffic,
}

/// The links of a namespace: what each is called, and what it has counted.
struct Links {
    links: Vec<Link>,
    stats: BTreeMap<u32, Stats>,
}

impl Links {
    fn ask(socket: &mut Socket) -> std::result::Result<Self, netlink_raw::Error> {
        let links = socket.dump(&Link::dump()?)?;
        let stats: Vec<Stats> = socket.dump(&Stats::dump()?)?;
        Ok(Self { links, stats: stats.into_iter().map(|stats| (stats.index, stats)).collect() })
    }

    fn stats(&self, link: &Link) -> Stats {
        self.stats.get(&link.index).copied().unwrap_or_default()
    }
}

/// What the cards of running containers have counted. The host's ends are asked, all at once; only a card that has none
/// is asked in its container's namespace. One that goes meanwhile is left out.
///
/// # Errors
/// The kernel's; a state file that can't be read.
pub fn traffic(state: &State, containers: &[(Container, Init)]) -> Result<Vec<Counted>> {
    let mut host = asking(Actor::Host).on(BRIDGE)?;
    let links = Links::ask(&mut host).on(BRIDGE)?;
    let by_mark: BTreeMap<&str, &Link> =
        links.links.iter().filter_map(|link| Some((link.alias.as_deref()?, link))).collect();
    let mut counted = Vec::new();
    for (container, init) in containers {
        let id = &container.record.id;
        let cards = container.cards()?;
        for card in cards.iter().filter(|card| card.has_host_end()) {
            let Some(link) = by_mark.get(mark(state, id, &card.name).as_str()) else { continue };
            let Stats { received, sent, .. } = links.stats(link);
            // What its end on the host sends, the container receives.
            let ends = (sent, received);
            counted.push(Counted { device: link.name.clone().map(Into::into), ..of(id, card, link, ends) });
        }
        let inner: Vec<&Endpoint> = cards.iter().filter(|card| !card.has_host_end()).collect();
        if !inner.is_empty() {
            counted.extend(inside(container, *init, &inner).unwrap_or_default());
        }
    }
    Ok(counted)
}

/// What cards have counted that have no end on the host.
fn inside(container: &Container, init: Init, cards: &[&Endpoint]) -> Result<Vec<Counted>> {
    let inside = Inside::open(container, init)?;
    // A socket holds its namespace: it is closed at once.
    let mut socket = inside.place().enter(|| asking(Actor::Container).on(BRIDGE))?;
    let links = Links::ask(&mut socket).on(BRIDGE)?;
    let of_card = |card: &&Endpoint| {
        let link = links.links.iter().find(|link| link.name.as_deref() == Some(&card.name))?;
        let Stats { received, sent, .. } = links.stats(link);
        Some(of(&container.record.id, card, link, (received, sent)))
    };
    Ok(cards.iter().filter_map(of_card).collect())
}

fn of(id: &str, card: &Endpoint, link: &Link, (received, sent): (Traffic, Traffic)) -> Counted {
    Counted {
        id: id.to_owned(),
        card: card.name.clone(),
        network: card.network.clone(),
        device: None,
        index: link.index,
        received,
        sent,
    }
}

/// The published ports of a container, each with the ways by which packets are led there: one a family.
///
/// # Errors
/// A state file that can't be read.
pub fn published(state: &State, container: &Container) -> Result<Vec<(Published, Vec<Forward>)>> {
    let published = container.ports()?.published;
    if published.is_empty() {
        return Ok(Vec::new());
    }
    let cards = container.cards()?;
    let networks: Vec<Definition> = definitions(state);
    let id = &container.record.id;
    let ways = |port: &Published| forwards(state, id, &cards, &networks, std::slice::from_ref(port));
    Ok(published.iter().map(|port| (*port, ways(port))).collect())
}
