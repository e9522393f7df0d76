//! What the name server is told of a network and of a card, made from their definition and plan.

use std::net::IpAddr;

use super::table::{Entry, Zone};
use crate::plan::network::{Definition, Endpoint};

/// How many digits of an id are a short id, as docker and podman print it.
const SHORT: usize = 12;

impl Zone {
    /// What is served to the containers of a network; `None` where they have no names, or where the host has no
    /// address that they could ask at.
    pub fn of(network: &Definition) -> Option<Self> {
        let listen: Vec<IpAddr> = network.subnets.iter().filter_map(|subnet| subnet.gateway).collect();
        let serves = network.dns_enabled && network.is_routed() && !listen.is_empty();
        serves.then(|| Self {
            listen,
            subnets: network.subnets.iter().map(|subnet| subnet.subnet).collect(),
            upstream: network.network_dns_servers.clone(),
            internal: network.internal,
        })
    }
}

impl Entry {
    /// A container, by one card: its name, where it has one, comes first, then the card's aliases, then its short id.
    pub fn of(id: &str, name: Option<&str>, card: &Endpoint) -> Self {
        let short = id.get(..SHORT).unwrap_or(id);
        let aliases = card.aliases.iter().map(String::as_str);
        let mut names: Vec<String> = Vec::new();
        for name in name.into_iter().chain(aliases).chain([short]) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name.to_owned());
            }
        }
        Self { id: id.to_owned(), addresses: card.hosts().collect(), names, ..Self::default() }
    }
}

/// The addresses that a container's resolv.conf names, of the networks that serve names: those of internal networks
/// last, because nothing but names is to be had there.
pub fn gateways<'a>(networks: impl IntoIterator<Item = &'a Definition>) -> Vec<IpAddr> {
    let mut zones: Vec<Zone> = networks.into_iter().filter_map(Zone::of).collect();
    // A stable order: of equals the first card's stays the first.
    zones.sort_by_key(|zone| zone.internal);
    zones.into_iter().flat_map(|zone| zone.listen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::{Driver, Subnet};

    fn network(gateways: &[(&str, &str)], internal: bool) -> Definition {
        let subnet = |(subnet, gateway): &(&str, &str)| Subnet {
            subnet: subnet.parse().expect("a prefix"),
            gateway: gateway.parse().ok(),
            lease_range: None,
        };
        let subnets = gateways.iter().map(subnet).collect();
        Definition { subnets, internal, dns_enabled: true, ..Definition::default_bridge() }
    }

    #[test]
    fn a_zone_is_there_where_names_are_and_somebody_can_be_asked() {
        let blue = network(&[("10.1.0.0/16", "10.1.0.1"), ("fd01::/64", "fd01::1")], false);
        let zone = Zone::of(&blue).expect("names");
        assert_eq!(zone.listen, ["10.1.0.1".parse::<IpAddr>().unwrap(), "fd01::1".parse().unwrap()]);
        assert_eq!(zone.subnets, ["10.1.0.0/16".parse().unwrap(), "fd01::/64".parse().unwrap()]);
        assert_eq!(Zone::of(&Definition { dns_enabled: false, ..blue.clone() }), None);
        assert_eq!(Zone::of(&Definition { driver: Driver::Macvlan, ..blue.clone() }), None);
        assert_eq!(Zone::of(&network(&[("10.1.0.0/16", "")], false)), None);
        let dark = network(&[("10.3.0.0/16", "10.3.0.1")], true);
        let order: Vec<String> = gateways([&dark, &blue]).iter().map(IpAddr::to_string).collect();
        assert_eq!(order, ["10.1.0.1", "fd01::1", "10.3.0.1"]);
    }

    #[test]
    fn a_container_has_each_of_its_names_once() {
        let card = serde_json::json!({
            "network": "blue", "driver": "bridge", "device": {"name": "pontoon1", "index": null, "ready": false},
            "group": 1, "host_name": "veth0", "name": "eth0", "addresses": [], "mac": null, "mtu": null,
            "aliases": ["db", "Web", "0123456789ab"]
        });
        let card: Endpoint = serde_json::from_value(card).expect("a card");
        let named = |name| Entry::of("0123456789abcdef", name, &card).names;
        assert_eq!(named(Some("web")), ["web", "db", "0123456789ab"]);
        assert_eq!(named(None), ["db", "Web", "0123456789ab"]);
    }
}
