//! What the firewall and the name server are told of a container: whose networks it is on, which ports of the host lead
//! to it, and its names. And all of it taken back when it ends, while its addresses stay its own.

use std::net::{IpAddr, SocketAddr};

use netlink_raw::Socket;
use netlink_raw::route::{BridgePort, Link};

use super::card::index_of;
use super::detach::unlimit;
use super::orphan::cut;
use super::socket::{On, changing, rehearsed};
use super::{definition, definitions, facts, firewall, kernel_parameters, ports};
use crate::error::{Doing, Result};
use crate::explain::Actor;
use crate::names_server::{self, Entry};
use crate::netns;
use crate::plan::network::define::of_port;
use crate::plan::network::firewall::{Everything, Forward, Zone};
use crate::plan::network::ports::Published;
use crate::plan::network::takes_ports;
use crate::plan::{Definition, Driver, Endpoint};
use crate::state::{Container, Ports, State};

/// The longest comment of an element in a set.
const LONGEST_OWNER: usize = 253;

/// Claims the ports that `ports` wants and does not have yet, if one of the cards can have packets led to it.
///
/// # Errors
/// One is taken: by whom.
pub fn claim_ports(
    state: &State,
    id: &str,
    cards: &[Endpoint],
    networks: &[Definition],
    ports: &mut Ports,
) -> Result<()> {
    if ports.published.len() < ports.wanted.len() && cards.iter().any(|card| takes_ports(card, networks)) {
        let missing = &ports.wanted[ports.published.len()..];
        let claimed = ports::claim(state, id, missing, &ports.published)?;
        ports.published.extend(claimed);
    }
    Ok(())
}

/// Which card published ports lead to, and its address: in each family the card that the default route leads through, or
/// else the first that packets can be led to.
fn targets<'a>(cards: &'a [Endpoint], networks: &[Definition]) -> Vec<(&'a Endpoint, IpAddr)> {
    let target = |ipv6: bool| {
        let fit = || {
            let cards = cards.iter().filter(|card| takes_ports(card, networks));
            let addresses = cards.flat_map(|card| card.addresses.iter().map(move |it| (card, it)));
            addresses.filter(move |(_, it)| it.address.addr().is_ipv6() == ipv6)
        };
        let target = fit().find(|(_, it)| it.default_route).or_else(|| fit().next());
        target.map(|(card, it)| (card, it.address.addr()))
    };
    [false, true].into_iter().filter_map(target).collect()
}

/// Where the published ports of container `id` lead to.
pub(super) fn forwards(
    state: &State,
    id: &str,
    cards: &[Endpoint],
    networks: &[Definition],
    published: &[Published],
) -> Vec<Forward> {
    let targets = targets(cards, networks);
    let owner = owner(state, id);
    let of = |port: &Published, to: IpAddr| Forward {
        protocol: port.protocol,
        host: port.host_ip,
        host_port: port.host_port,
        to: SocketAddr::new(to, port.port),
        owner: owner.clone(),
    };
    let fits = |port: &Published, to: &IpAddr| port.host_ip.is_none_or(|ip| ip.is_ipv4() == to.is_ipv4());
    published
        .iter()
        .flat_map(|port| targets.iter().filter(|(_, to)| fits(port, to)).map(|(_, to)| of(port, *to)))
        .collect()
}

/// The container whose element has this comment, if its state is kept here.
pub(super) fn owned_by<'a>(state: &State, comment: &'a str) -> Option<&'a str> {
    let id = comment.strip_prefix("pontoon:")?.split(' ').next()?;
    (owner(state, id) == comment).then_some(id)
}

/// The comment of a container's elements: `pontoon:ID ROOT`.
pub(super) fn owner(state: &State, id: &str) -> String {
    cut(format!("pontoon:{id} {}", state.root().display()), LONGEST_OWNER)
}

/// Sees to it that the firewall knows the container's networks and its published ports, before a packet can flow.
///
/// # Errors
/// A port is another's; the kernel's.
pub fn admit(
    state: &State,
    id: &str,
    cards: &[Endpoint],
    networks: &[Definition],
    published: &[Published],
) -> Result<()> {
    let zones: Vec<Zone> = networks.iter().filter_map(Zone::of).collect();
    if zones.is_empty() {
        return Ok(());
    }
    let forwards = forwards(state, id, cards, networks, published);
    firewall::complete(&zones, &forwards, || everything(state))?;
    firewall::forget_flows(&forwards)
}

/// Lets those in for whom the firewall is not enough, once the cards' devices are there: the host, that comes from its
/// loopback addresses, and where bridges are filtered the container itself.
///
/// # Errors
/// The kernel's.
pub fn let_in(cards: &[Endpoint], networks: &[Definition], published: &[Published]) -> Result<()> {
    let mut led_back = None;
    for (card, target) in targets(cards, networks) {
        let family = |ip: &IpAddr| ip.is_ipv6() == target.is_ipv6();
        let reached: Vec<IpAddr> = published.iter().flat_map(Published::addresses).filter(family).collect();
        let by_loopback = reached.iter().any(|ip| ip.is_loopback() || ip.is_unspecified());
        let device = if card.driver == Driver::Ptp { &card.host_name } else { &card.device.name };
        if by_loopback && target.is_ipv4() {
            kernel_parameters::route_localnet(device).doing(|| format!("network {}", card.network))?;
        } else if by_loopback {
            let mut host = changing(Actor::Host).on(&card.network)?;
            let index = index_of(&host, Actor::Host, device).or(card.device.index);
            let_loopback6_in(&mut host, index.unwrap_or_else(|| rehearsed(device))).on(&card.network)?;
        }
        if reached.is_empty() || card.driver == Driver::Ptp || !kernel_parameters::bridges_are_filtered() {
            continue;
        }
        if led_back != Some(&card.name) {
            let_back(card).on(&card.network)?;
            led_back = Some(&card.name);
        }
        if by_loopback && target.is_ipv6() {
            kernel_parameters::unfilter_ipv6(&card.network)?;
        }
    }
    Ok(())
}

/// Where bridges are filtered, what a container sends to its own port of the host's never leaves the bridge, and has to go
/// back by the port of the bridge that it came from.
fn let_back(card: &Endpoint) -> std::result::Result<(), netlink_raw::Error> {
    let said = of_port(card.driver, &card.options).ok().flatten().and_then(|port| port.hairpin);
    if said.is_some() {
        return Ok(());
    }
    let port = Some(BridgePort { hairpin: Some(true), ..BridgePort::default() });
    let link = Link { name: Some(card.host_name.as_str().into()), port, ..Link::default() };
    changing(Actor::Host).and_then(|mut host| host.execute(&[link.set()?]))
}

fn let_loopback6_in(host: &mut Socket, index: u32) -> std::result::Result<(), netlink_raw::Error> {
    match host.execute(&[firewall::loopback6(index).add()?]) {
        Err(error) if error.errno() == Some(libc::EEXIST) => Ok(()),
        added => added,
    }
}

/// Makes a container's names known on the networks of its cards.
///
/// # Errors
/// The state can't be written; the name server can't be started.
pub fn register(
    state: &State,
    container: &Container,
    cards: &[Endpoint],
    networks: &[Definition],
) -> Result<()> {
    let record = &container.record;
    for (place, network) in networks.iter().enumerate() {
        let Some(zone) = names_server::Zone::of(network) else { continue };
        if networks[..place].iter().any(|other| other.name == network.name) {
            continue;
        }
        let mut on_it = cards.iter().filter(|card| card.network == network.name);
        let Some(first) = on_it.next() else { continue };
        let mut entry = Entry::of(&record.id, record.name.as_deref(), first);
        for card in on_it {
            entry.addresses.extend(card.hosts());
            entry.names.extend(card.aliases.iter().cloned());
        }
        entry.upstream.clone_from(&record.dns.servers);
        entry.search.clone_from(&record.dns.search);
        names_server::register(state, &network.name, &zone, &entry)?;
    }
    Ok(())
}

/// Takes a container's names off the network of a card that went, unless `others` of its cards are on it.
///
/// # Errors
/// The state can't be written; the name server can't be started.
pub(super) fn unregister(
    state: &State,
    container: &Container,
    card: &Endpoint,
    others: &[Endpoint],
) -> Result<()> {
    if !card.named {
        return Ok(());
    }
    if others.iter().any(|other| other.network == card.network) {
        return register(state, container, others, &networks_of(state, others));
    }
    names_server::unregister(state, &card.network, &container.record.id)
}

/// Takes back what a container has but for its addresses: its entry in /run/netns, its names, its ports, that packets are led to it, and what
/// limits its cards. It may be done twice.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn retire(state: &State, container: &Container) -> Result<()> {
    let cards = container.cards()?;
    let mut done = netns::publish::withdraw(container);
    for card in cards.iter().filter(|card| card.named) {
        done = done.and(names_server::unregister(state, &card.network, &container.record.id));
    }
    done.and(close_ports(state, container, &cards)).and(unlimit(container, &cards))
}

/// Gives the ports back, and leads no packets to the container any more. Who comes first does it: the ports are noted as
/// not published then.
fn close_ports(state: &State, container: &Container, cards: &[Endpoint]) -> Result<()> {
    let ports = container.ports()?;
    let id = &container.record.id;
    if ports.published.len() < ports.wanted.len() {
        // A command that was killed while it claimed them noted none.
        ports::release_all(state, id)?;
    }
    if ports.published.is_empty() {
        return Ok(());
    }
    let networks = networks_of(state, cards);
    let withdrawn = withdraw(&forwards(state, id, cards, &networks, &ports.published));
    let released = ports::release(state, id, &ports.published);
    let noted = container.set_ports(&Ports { published: Vec::new(), ..ports });
    withdrawn.and(released).and(noted)
}

/// Leads packets to these ports nowhere any more. What is under way to them by UDP is forgotten too: the kernel would go
/// on sending it there for as long as it comes.
pub(super) fn withdraw(forwards: &[Forward]) -> Result<()> {
    firewall::withdraw(forwards).and(firewall::end_flows(forwards))
}

/// The networks of cards, as far as they are still defined, complete.
pub(super) fn networks_of(state: &State, cards: &[Endpoint]) -> Vec<Definition> {
    cards.iter().filter_map(|card| definition(state, &card.network).ok()).collect()
}

/// All that the firewall is to know of this state: each network, but the default bridge only where there is one.
///
/// # Errors
/// A state file that can't be read.
pub fn everything(state: &State) -> Result<Everything> {
    let networks = definitions(state);
    let known =
        |network: &&Definition| !network.is_default() || facts(network).is_ok_and(|it| it.device.is_some());
    let mut forwards_of_all = Vec::new();
    for container in state.all()? {
        let published = container.ports()?.published;
        if !published.is_empty() {
            let cards = container.cards()?;
            forwards_of_all.extend(forwards(state, &container.record.id, &cards, &networks, &published));
        }
    }
    Ok(Everything {
        zones: networks.iter().filter(known).filter_map(Zone::of).collect(),
        forwards: forwards_of_all,
        root: state.root().display().to_string(),
    })
}
