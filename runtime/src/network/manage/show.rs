//! What there is of a network.

use std::net::{IpAddr, Ipv4Addr};

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Address, Link};
use serde::Serialize;

use super::{User, bridge_of, device_of, ends, links, users, whose};
use crate::error::Result;
use crate::explain::Actor;
use crate::network::allocate;
use crate::network::socket::{On, asking};
use crate::plan::network::link_options::Words;
use crate::plan::network::ports::Published;
use crate::plan::network::{LinkOptions, Subnet};
use crate::plan::{Definition, Endpoint, MacAddress};
use crate::state::{State, Status};

/// A network, and what there is of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// What it is.
    #[serde(flatten)]
    pub definition: Definition,
    /// What there is.
    pub state: Present,
}

/// What there is of a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Present {
    /// Its bridge, or the device that it builds upon, once that is there.
    pub device: Option<Device>,
    /// The host's ends of cards.
    pub ports: Vec<Port>,
    /// Who has which address.
    pub leases: Vec<Lease>,
    /// Which address is kept for whom.
    pub reservations: Vec<Reservation>,
    /// The containers with a card on it.
    pub containers: Vec<Member>,
}

/// A device of the host's.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its name.
    pub name: String,
    /// Its index.
    pub index: u32,
    /// Whether it is Pontoon's.
    pub own: bool,
    /// Whether it is up.
    pub up: bool,
    /// The largest packet, in bytes.
    pub mtu: Option<u32>,
    /// Its hardware address.
    pub mac_address: Option<MacAddress>,
    /// Its driver's settings as the kernel has them, in the words of `--opt`.
    pub settings: Words,
}

/// The host's end of a card, or another port of the bridge.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its index.
    pub index: u32,
    /// The container's id.
    pub container: Option<String>,
    /// The card's name in the container.
    pub interface: Option<String>,
    /// Its settings as a port as the kernel has them, in the words of `--opt`.
    pub settings: Words,
}

/// An address that a container has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lease {
    /// It.
    pub address: IpAddr,
    /// The container's id.
    pub container: String,
    /// Its name.
    pub name: Option<String>,
    /// The card's name in the container.
    pub interface: Option<String>,
    /// What the container is doing; `None` where there is none any more.
    pub status: Option<Status>,
}

/// An address that is kept for a container.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// It.
    pub address: IpAddr,
    /// The container's name.
    pub name: String,
}

/// A container on the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is doing.
    pub status: Status,
    /// Its cards on the network.
    pub interfaces: Vec<String>,
    /// Its ports that are published.
    pub published: Vec<Published>,
}

/// All that there is of `networks`, in their order. The kernel is asked once for all.
///
/// # Errors
/// The kernel's; a state file that can't be read.
pub fn show(state: &State, networks: Vec<Definition>) -> Result<Vec<Shown>> {
    let Some(first) = networks.first().map(|network| network.name.clone()) else { return Ok(Vec::new()) };
    let links = links(&first)?;
    networks.into_iter().map(|network| one(state, network, &links)).collect()
}

fn one(state: &State, mut definition: Definition, links: &[Link]) -> Result<Shown> {
    if definition.is_default() && definition.subnets.is_empty() {
        definition.subnets = kernels_subnets(&definition, links)?;
    }
    let users = users(state, &definition.name)?;
    let present = Present {
        device: device(&definition, links),
        ports: ends(&definition, links).into_iter().map(|link| port(state, link, links)).collect(),
        leases: leases(state, &definition.name, &users)?,
        reservations: definition
            .reservations()
            .into_iter()
            .map(|(name, address)| Reservation { address, name })
            .collect(),
        containers: users.iter().map(member).collect::<Result<_>>()?,
    };
    Ok(Shown { definition, state: present })
}

/// The subnet of the default bridge is that of its device's address.
fn kernels_subnets(network: &Definition, links: &[Link]) -> Result<Vec<Subnet>> {
    let Some(bridge) = bridge_of(network, links) else { return Ok(Vec::new()) };
    let dump = asking(Actor::Host).and_then(|mut host| host.dump(&Address::dump_of(bridge.index)?));
    let addresses: Vec<Address> = dump.on(&network.name)?;
    let own = addresses.into_iter().filter(|address| address.index == bridge.index);
    let subnet = |address: Address| {
        let gateway: Ipv4Addr = match address.local? {
            IpAddr::V4(four) => four,
            IpAddr::V6(_) => return None,
        };
        let subnet = ipnet::Ipv4Net::new(gateway, address.prefix_len).ok()?.trunc();
        Some(Subnet { subnet: subnet.into(), gateway: Some(gateway.into()), lease_range: None })
    };
    Ok(own.filter_map(subnet).take(1).collect())
}

fn settings(link: &Link, links: &[Link]) -> Words {
    let name = |index: u32| links.iter().find(|link| link.index == index)?.name.clone().map(Into::into);
    LinkOptions::told(link, name).map(|told| told.words()).unwrap_or_default()
}

fn device(network: &Definition, links: &[Link]) -> Option<Device> {
    let link = device_of(network, links)?;
    let mac = link.address.as_deref().and_then(|bytes| bytes.try_into().ok());
    Some(Device {
        name: network.network_interface.clone(),
        index: link.index,
        own: network.has_bridge() && bridge_of(network, links).is_some(),
        up: link.flags & IFF_UP != 0,
        mtu: link.mtu,
        mac_address: mac.map(MacAddress),
        settings: settings(link, links),
    })
}

fn port(state: &State, link: &Link, links: &[Link]) -> Port {
    let (container, interface) = whose(state, link).unzip();
    Port {
        name: link.name.as_deref().unwrap_or_default().to_owned(),
        index: link.index,
        container,
        interface,
        settings: settings(link, links),
    }
}

fn leases(state: &State, network: &str, users: &[User]) -> Result<Vec<Lease>> {
    let mut leases = Vec::new();
    for address in allocate::all(state, network) {
        let Some(id) = allocate::holder(state, network, address) else { continue };
        let user = users.iter().find(|user| user.container.record.id == id);
        let holds = |card: &&Endpoint| card.hosts().any(|host| host == address);
        leases.push(Lease {
            address,
            name: user.and_then(|user| user.container.record.name.clone()),
            interface: user.and_then(|user| Some(user.cards.iter().find(holds)?.name.clone())),
            status: user.map(|user| user.container.status()).transpose()?,
            container: id,
        });
    }
    Ok(leases)
}

fn member(user: &User) -> Result<Member> {
    let record = &user.container.record;
    Ok(Member {
        id: record.id.clone(),
        name: record.name.clone(),
        status: user.container.status()?,
        interfaces: user.cards.iter().map(|card| card.name.clone()).collect(),
        published: user.container.ports()?.published,
    })
}
