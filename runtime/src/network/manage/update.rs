//! Changing a network, and its device with it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use netlink_raw::route::{Bridge, BridgePort, Kind, Link};

use super::{bridge_of, change_elsewhere, ends, is_tunnel, links, locked, whose};
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::network::driver::missing;
use crate::network::socket::{On, changing};
use crate::network::{definition, replace};
use crate::plan::network::define::check_options;
use crate::plan::network::{LinkOptions, problem};
use crate::plan::{Definition, Driver};
use crate::state::{Container, State};

/// What holds for a bridge and its ports where nobody says anything: as Pontoon makes them.
const USUAL: [(&str, &str); 16] = [
    ("stp", "false"),
    ("forward_delay", "0"),
    ("hello_time", "2s"),
    ("max_age", "20s"),
    ("priority", "32768"),
    ("ageing_time", "300s"),
    ("vlan_filtering", "false"),
    ("mcast_snooping", "true"),
    ("cost", "2"),
    ("port_priority", "32"),
    ("hairpin", "false"),
    ("isolated", "false"),
    ("learning", "true"),
    ("flood", "true"),
    ("mcast_flood", "true"),
    ("bcast_flood", "true"),
];
/// The delay where nobody says one and there is a spanning tree: the kernel's, and IEEE 802.1D's.
const USUAL_DELAY_WITH_STP: &str = "15s";
/// What else can be changed: it is looked at when a card is made, or by the firewall.
const LATER: [&str; 5] = ["mtu", "metric", "no_default_route", "isolate", "masquerade"];

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Options and their new values; an empty one takes the option back.
    pub options: BTreeMap<String, String>,
    /// Labels, likewise.
    pub labels: BTreeMap<String, String>,
    /// Servers to ask besides.
    pub dns_add: Vec<IpAddr>,
    /// Servers not to ask any more.
    pub dns_drop: Vec<IpAddr>,
    /// One port, which alone is changed; the network stays as it is.
    pub port: Option<Target>,
}

/// The port of a container's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The container, as it is typed.
    pub container: String,
    /// The card, where it has several on the network.
    pub card: Option<String>,
}

/// Changes a network: its device at once, and its definition.
///
/// # Errors
/// There is none; what can't be; the kernel's: then the definition is as it was.
pub fn update(state: &State, name: &str, change: &Change) -> Result<()> {
    let _lock = locked(state)?;
    let before = definition(state, name)?;
    if let Some(target) = &change.port {
        return one_port(state, &before, change, target);
    }
    let mut network = before.clone();
    merge(&mut network.labels, &change.labels);
    let words = change_options(&mut network, &change.options)?;
    for server in &change.dns_drop {
        if !network.network_dns_servers.contains(server) {
            return Err(problem(name, format!("{server} is none of its servers")));
        }
        network.network_dns_servers.retain(|other| other != server);
    }
    for server in &change.dns_add {
        if !network.network_dns_servers.contains(server) {
            network.network_dns_servers.push(*server);
        }
    }
    if !change.dns_add.is_empty() && !network.dns_enabled {
        return Err(problem(name, "nobody asks for names on it: --dns-add changes nothing".to_owned()));
    }
    apply(&network, &words, None)?;
    if network == before {
        return Ok(());
    }
    replace(state, &network)?;
    change_elsewhere(state, &network)
}

/// Changes or takes back what has these keys.
fn merge(all: &mut BTreeMap<String, String>, changes: &BTreeMap<String, String>) {
    for (key, value) in changes {
        match value.as_str() {
            "" => drop(all.remove(key)),
            _ => drop(all.insert(key.clone(), value.clone())),
        }
    }
}

/// Changes the options of a network; returns those that change its device.
fn change_options(
    network: &mut Definition,
    changes: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut words = BTreeMap::new();
    let mut merged = BTreeMap::new();
    for (key, value) in changes {
        let key = if key == "stp_state" { "stp" } else { key };
        merged.insert(key.to_owned(), value.clone());
        if LATER.contains(&key) {
            continue;
        }
        // A tunnel's `learning` is its own, and is not changed.
        let can = network.has_bridge() && !(key == "learning" && network.driver == Driver::Vxlan);
        let usual = USUAL.iter().find(|(word, _)| *word == key).filter(|_| can);
        let Some((_, usual)) = usual else { return Err(refused(network, key)) };
        words.insert(key.to_owned(), if value.is_empty() { (*usual).to_owned() } else { value.clone() });
    }
    merge(&mut network.options, &merged);
    check_options(network).map_err(|text| problem(&network.name, text))?;
    // With a spanning tree another delay is usual than without.
    let delay = "forward_delay";
    if !network.options.contains_key(delay) && (words.contains_key("stp") || words.contains_key(delay)) {
        let stp = network.flag("stp").unwrap_or_default();
        let usual = USUAL.iter().find(|(word, _)| *word == delay).map_or("", |(_, usual)| usual);
        words.insert(delay.to_owned(), if stp { USUAL_DELAY_WITH_STP } else { usual }.to_owned());
    }
    Ok(words)
}

fn refused(network: &Definition, word: &str) -> Error {
    let bridges = USUAL.iter().map(|(word, _)| *word).filter(|_| network.has_bridge());
    let words: Vec<&str> = bridges.chain(LATER).collect();
    problem(&network.name, format!("{word} is nothing that can be changed (there are {})", words.join(", ")))
}

/// Gives the bridge, if it is there, and its ports, or the one that has this index, what `words` say.
fn apply(network: &Definition, words: &BTreeMap<String, String>, only: Option<u32>) -> Result<()> {
    let name = &network.name;
    if words.is_empty() {
        return Ok(());
    }
    let read = LinkOptions::parse("bridge", words).map_err(|text| problem(name, text))?;
    let LinkOptions::Bridge { bridge, port } = read else { return Ok(()) };
    let links = links(name)?;
    let Some(device) = bridge_of(network, &links) else { return Ok(()) };
    let mut requests = Vec::new();
    if bridge != Bridge::default() && only.is_none() {
        // The kernel takes the tree away last of all it is told at once, and holds the delay to it until then.
        let no_tree = Bridge { stp_state: bridge.stp_state, ..Bridge::default() };
        let first = bridge.stp_state == Some(0) && bridge != no_tree;
        for bridge in first.then_some(no_tree).into_iter().chain([bridge.clone()]) {
            let kind = Some(Kind::Bridge(bridge.into()));
            requests.push(Link { kind, ..named(device) }.set().on(name)?);
        }
    }
    if port != BridgePort::default() {
        let mut ports = ends(network, &links);
        // A tunnel is no container's port.
        ports.retain(|link| !is_tunnel(link) && only.is_none_or(|index| link.index == index));
        for link in ports {
            requests.push(Link { port: Some(port.clone()), ..named(link) }.set().on(name)?);
        }
    }
    let set = changing(Actor::Host).and_then(|mut host| host.execute(&requests));
    set.map_err(|error| missing(error, &Kind::Bridge(bridge.into()))).on(name)
}

fn named(link: &Link) -> Link {
    Link { name: link.name.clone(), ..Link::default() }
}

/// Changes one port, and notes it with the card.
fn one_port(state: &State, network: &Definition, change: &Change, target: &Target) -> Result<()> {
    let name = &network.name;
    let others = !change.labels.is_empty() || !change.dns_add.is_empty() || !change.dns_drop.is_empty();
    let ports = |word: &str| USUAL[8..].iter().any(|(known, _)| *known == word);
    if others || change.options.is_empty() || !change.options.keys().all(|word| ports(word)) {
        let words: Vec<&str> = USUAL[8..].iter().map(|(word, _)| *word).collect();
        return Err(problem(name, format!("--port goes with --opt of ports alone ({})", words.join(", "))));
    }
    let mut changed = network.clone();
    let words = change_options(&mut changed, &change.options)?;
    let container = state.find(&target.container)?;
    let port = port_of(state, network, &container, target)?;
    apply(network, &words, Some(port.0))?;
    let mut cards = container.cards()?;
    for card in cards.iter_mut().filter(|card| card.name == port.1) {
        merge(&mut card.options, &change.options);
        container.add_card(card)?;
    }
    Ok(())
}

/// The index of a container's port on the network, and the name of the card that it is the other end of.
fn port_of(
    state: &State,
    network: &Definition,
    container: &Container,
    target: &Target,
) -> Result<(u32, String)> {
    let id = &container.record.id;
    let links = links(&network.name)?;
    let mut found = Vec::new();
    for link in ends(network, &links) {
        if let Some((_, card)) = whose(state, link).filter(|(owner, _)| owner == id)
            && target.card.as_ref().is_none_or(|name| *name == card)
        {
            found.push((link.index, card));
        }
    }
    let called = &target.container;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(problem(&network.name, format!("container {called} has no such port on it"))),
        _ => {
            let cards: Vec<&str> = found.iter().map(|(_, card)| card.as_str()).collect();
            let text =
                format!("container {called} has several ports on it: {called}:{}", cards.join(" or :"));
            Err(problem(&network.name, text))
        }
    }
}
