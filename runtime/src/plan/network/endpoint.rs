//! A card of a container, decided: all that is needed to make it, to find it again and to take it away.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Driver, StaticRoute};
use super::ports::{PortRequest, Published};
use super::rate::Rate;
use crate::plan::MacAddress;

/// How the container is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Network {
    /// Whether a network namespace is made, whose `lo` is then brought up.
    pub own: bool,
    /// The cards, in their order: `eth0` first.
    pub endpoints: Vec<Endpoint>,
    /// The networks of the cards, in the same order.
    pub networks: Vec<Definition>,
    /// Ports that are to be published.
    pub wanted_ports: Vec<PortRequest>,
    /// Those that are, once they have been claimed.
    pub published: Vec<Published>,
}

/// One card of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The network's name, `bridge`.
    pub network: String,
    /// How it is made.
    pub driver: Driver,
    /// The network's options, which say how exactly.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// The device that it is tied to: the bridge that its other end is a port of, or the device it builds upon.
    pub device: Device,
    /// The number by which the firewall knows its network.
    pub group: u32,
    /// The host's end, derived from the container's id; drivers without one do not use it.
    pub host_name: String,
    /// Its name in the container, `eth0`.
    pub name: String,
    /// Its addresses, at most one of each family.
    pub addresses: Vec<CardAddress>,
    /// Routes besides those of its own subnets and the default.
    #[serde(default)]
    pub routes: Vec<StaticRoute>,
    /// Its hardware address. `None` before its address is known, and where the driver shares one.
    pub mac: Option<MacAddress>,
    /// The largest packet, in bytes; `None` leaves it to the kernel.
    pub mtu: Option<u32>,
    /// Names besides the container's own.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The card with the highest one has the default route.
    #[serde(default)]
    pub gateway_priority: i32,
    /// Whether others find it by name.
    #[serde(default)]
    pub named: bool,
    /// How fast it may be.
    #[serde(default)]
    pub rate: Rate,
}

/// A device of the host's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// Its name, `pontoon0`.
    pub name: String,
    /// Its index, once it is there.
    pub index: Option<u32>,
    /// Whether it needs nothing more: it is up and has its addresses.
    pub ready: bool,
}

/// An address of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAddress {
    /// The address and its prefix. The subnet's own address until one has been claimed.
    pub address: IpNet,
    /// The host's address, or the router's, in the subnet.
    pub gateway: Option<IpAddr>,
    /// Whether `gateway` leads out of the subnet.
    pub leads_out: bool,
    /// Whether it was asked for, so that no other one will do.
    pub fixed: bool,
    /// Whether it is kept for a container of this name.
    #[serde(default)]
    pub kept: bool,
    /// Whether the default route of its family leads through this card.
    pub default_route: bool,
    /// The metric of that route.
    #[serde(default)]
    pub metric: Option<u32>,
}

impl Endpoint {
    /// Its IPv4 address.
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.addresses.iter().find_map(|address| match address.address.addr() {
            IpAddr::V4(four) => Some(four),
            IpAddr::V6(_) => None,
        })
    }

    /// Its addresses without their prefixes.
    pub fn hosts(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().map(|address| address.address.addr())
    }

    /// Whether it has IPv6. Where it has not, there is none on it at all.
    pub fn has_ipv6(&self) -> bool {
        self.addresses.iter().any(|address| address.address.addr().is_ipv6())
    }

    /// Whether a default route leads through it.
    pub fn leads_everywhere(&self) -> bool {
        self.addresses.iter().any(|address| address.default_route)
    }

    /// Whether it has an end on the host.
    pub fn has_host_end(&self) -> bool {
        matches!(self.driver, Driver::Bridge | Driver::Vxlan | Driver::Ptp)
    }
}

/// Whether packets for published ports can be led to this card.
pub fn takes_ports(card: &Endpoint, networks: &[Definition]) -> bool {
    let network = networks.iter().find(|network| network.name == card.network);
    network.is_some_and(|network| network.is_routed() && !network.internal)
}

impl MacAddress {
    /// The locally administered address that stands for an address, so that one that is used again by another
    /// container keeps its hardware address, and no neighbour's cache goes stale.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(four) => {
                let [a, b, c, d] = four.octets();
                Self([0x02, 0x42, a, b, c, d])
            }
            IpAddr::V6(sixteen) => {
                let [.., a, b, c, d] = sixteen.octets();
                Self([0x02, 0x66, a, b, c, d])
            }
        }
    }
}

/// Gives the default route of each family to one card: that with the highest priority, and of those the first. Cards
/// whose networks lead nowhere have no gateway, and are passed over.
pub fn choose_gateways(cards: &mut [Endpoint]) {
    for ipv6 in [false, true] {
        let fits = |address: &CardAddress| address.address.addr().is_ipv6() == ipv6;
        let leads = |card: &Endpoint| card.addresses.iter().any(|it| fits(it) && it.leads_out);
        // Of several that are greatest `max_by_key` takes the last.
        let best = (0..cards.len())
            .rev()
            .filter(|&place| leads(&cards[place]))
            .max_by_key(|&place| cards[place].gateway_priority);
        for (place, card) in cards.iter_mut().enumerate() {
            for address in card.addresses.iter_mut().filter(|address| fits(address)) {
                address.default_route = Some(place) == best;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(network: &str, addresses: &[(&str, bool)], gateway_priority: i32) -> Endpoint {
        let address = |(text, leads): &(&str, bool)| {
            let address: IpNet = text.parse().expect("an address");
            let gateway = Some(address.network());
            CardAddress {
                address,
                gateway,
                leads_out: *leads,
                fixed: false,
                kept: false,
                default_route: false,
                metric: None,
            }
        };
        let addresses = addresses.iter().map(address).collect();
        let network = Definition { name: network.into(), ..Definition::default_bridge() };
        Endpoint { addresses, gateway_priority, ..super::super::card::bare(&network) }
    }

    fn chosen(cards: &[Endpoint]) -> Vec<Vec<bool>> {
        cards.iter().map(|card| card.addresses.iter().map(|it| it.default_route).collect()).collect()
    }

    #[test]
    fn the_first_card_leads_out_unless_another_has_priority() {
        let (four, six) = (("10.1.0.2/16", true), ("fd01::2/64", true));
        let mut cards = [card("a", &[four], 0), card("b", &[four, six], 0), card("c", &[six], 0)];
        choose_gateways(&mut cards);
        assert_eq!(chosen(&cards), [vec![true], vec![false, true], vec![false]]);
        cards[2].gateway_priority = 1;
        cards[1].gateway_priority = 1;
        choose_gateways(&mut cards);
        assert_eq!(chosen(&cards), [vec![false], vec![true, true], vec![false]]);
    }

    #[test]
    fn a_network_that_leads_nowhere_is_passed_over() {
        let mut cards =
            [card("internal", &[("10.1.0.2/16", false)], 9), card("b", &[("10.2.0.2/16", true)], 0)];
        choose_gateways(&mut cards);
        assert_eq!(chosen(&cards), [vec![false], vec![true]]);
        choose_gateways(&mut []);
    }
}
