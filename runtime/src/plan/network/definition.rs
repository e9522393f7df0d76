//! What a network is: its definition, in podman's schema, so that a file of podman's is read as it is.
//!
//! Source: podman's `libnetwork/types/network.go`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{BRIDGE, DEVICE};
use crate::plan::{fingerprint, group_of};

/// Who gives addresses: `host-local` (Pontoon, out of the subnets), `none`.
const IPAM_DRIVER: &str = "driver";

/// A network, as its file has it. What a later podman may add is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// 64 hexadecimal digits.
    #[serde(default)]
    pub id: String,
    /// How its cards are made.
    #[serde(default)]
    pub driver: Driver,
    /// The bridge (drivers `bridge`, `vxlan`), the host's device that it builds upon (`macvlan`, `ipvlan`, `vlan`), or
    /// a name that stands for it alone (`ptp`, `tap`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub network_interface: String,
    /// When it was made (RFC 3339).
    #[serde(default)]
    pub created: String,
    /// Its subnets; a container gets an address of each family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<Subnet>,
    /// Routes that its containers get.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<StaticRoute>,
    /// Whether it has IPv6.
    #[serde(default)]
    pub ipv6_enabled: bool,
    /// Whether nothing leads out of it.
    #[serde(default)]
    pub internal: bool,
    /// Whether its containers find each other by name.
    #[serde(default)]
    pub dns_enabled: bool,
    /// Who is asked for all other names; nobody in particular where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_dns_servers: Vec<IpAddr>,
    /// What its user notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What its driver is told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// How addresses are given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ipam_options: BTreeMap<String, String>,
}

/// How the cards of a network are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Driver {
    /// Pairs whose other ends are ports of a bridge.
    #[default]
    Bridge,
    /// Cards with hardware addresses of their own on a device of the host's.
    Macvlan,
    /// Cards that share the hardware address of a device of the host's.
    Ipvlan,
    /// One VLAN of a device of the host's, as the card of one container.
    Vlan,
    /// As `bridge`, with a VXLAN tunnel to other hosts as one more port.
    Vxlan,
    /// Tap devices inside, for virtual machines.
    Tap,
    /// Pairs whose other ends the host routes to: no bridge, and so no bridge's limit of 1,023 ports.
    Ptp,
}

/// A subnet of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// The subnet.
    pub subnet: IpNet,
    /// The host's address in it, or the router's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<IpAddr>,
    /// Which addresses are given without being asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_range: Option<LeaseRange>,
}

/// Addresses from one to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRange {
    /// The first; where there is none, the subnet's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_ip: Option<IpAddr>,
    /// The last; where there is none, the subnet's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ip: Option<IpAddr>,
}

/// A route that containers get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticRoute {
    /// Where it leads.
    pub destination: IpNet,
    /// By which neighbour.
    pub gateway: IpAddr,
    /// Of several routes, the one with the smallest metric is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<u32>,
}

/// How far a network's containers reach those of other networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Isolation {
    /// To those of other open networks (`isolate=false`).
    Open,
    /// By their published ports alone: what is not said otherwise.
    Usual,
    /// Not at all (`--isolate`, `isolate=true`).
    Strict,
}

impl Definition {
    /// The network that is there without being made. Its subnet is that of its device, once that is there.
    pub fn default_bridge() -> Self {
        Self {
            name: BRIDGE.to_owned(),
            id: format!("{:064x}", fingerprint(BRIDGE)),
            driver: Driver::Bridge,
            network_interface: DEVICE.to_owned(),
            created: String::new(),
            subnets: Vec::new(),
            routes: Vec::new(),
            ipv6_enabled: false,
            internal: false,
            dns_enabled: false,
            network_dns_servers: Vec::new(),
            labels: BTreeMap::new(),
            options: BTreeMap::new(),
            ipam_options: BTreeMap::new(),
        }
    }

    /// Whether it is the network that is there without being made.
    pub fn is_default(&self) -> bool {
        self.name == BRIDGE && self.network_interface == DEVICE
    }

    /// The number by which the firewall knows it: the group (`IFLA_GROUP`) of the device that its packets pass on the
    /// host. It follows from the device's name, which no other network of this host has. Groups below 2^16 are left to
    /// people (0 is everybody's).
    pub fn group(&self) -> u32 {
        group_of(&self.network_interface)
    }

    /// Whether the host is the router of its containers, and so its firewall concerns it.
    pub fn is_routed(&self) -> bool {
        matches!(self.driver, Driver::Bridge | Driver::Vxlan | Driver::Ptp)
    }

    /// Whether it has a bridge.
    pub fn has_bridge(&self) -> bool {
        matches!(self.driver, Driver::Bridge | Driver::Vxlan)
    }

    /// Whether packets that leave it bear the host's address.
    pub fn masquerades(&self) -> bool {
        self.is_routed() && !self.internal && self.flag("masquerade") != Some(false)
    }

    /// How far its containers reach.
    pub fn isolation(&self) -> Isolation {
        match self.options.get("isolate").map(String::as_str) {
            Some("strict") => Isolation::Strict,
            _ => match self.flag("isolate") {
                Some(true) => Isolation::Strict,
                Some(false) => Isolation::Open,
                None => Isolation::Usual,
            },
        }
    }

    /// The largest packet, in bytes, if the definition says one.
    pub fn mtu(&self) -> Option<u32> {
        self.options.get("mtu")?.parse().ok()
    }

    /// The metric of the default routes through it.
    pub fn metric(&self) -> Option<u32> {
        self.options.get("metric")?.parse().ok()
    }

    /// Whether its containers get a default route through it where they have none yet.
    pub fn leads_out(&self) -> bool {
        !self.internal && self.flag("no_default_route") != Some(true)
    }

    /// Who gives addresses: `host-local` is Pontoon, `none` nobody, `dhcp` a server on the network.
    pub fn address_giver(&self) -> &str {
        self.ipam_options.get(IPAM_DRIVER).map_or("host-local", String::as_str)
    }

    /// Whether Pontoon gives addresses.
    pub fn gives_addresses(&self) -> bool {
        self.address_giver() == "host-local"
    }

    /// An option that is on or off, as podman and docker write it.
    pub fn flag(&self, option: &str) -> Option<bool> {
        is_on(self.options.get(option)?)
    }
}

/// The value of a switch in its many spellings.
pub fn is_on(word: &str) -> Option<bool> {
    match word {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

impl Driver {
    /// Its name in definitions and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Macvlan => "macvlan",
            Self::Ipvlan => "ipvlan",
            Self::Vlan => "vlan",
            Self::Vxlan => "vxlan",
            Self::Tap => "tap",
            Self::Ptp => "ptp",
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Driver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Bridge, Self::Macvlan, Self::Ipvlan, Self::Vlan, Self::Vxlan, Self::Tap, Self::Ptp];
        all.into_iter().find(|driver| driver.word() == text).ok_or_else(|| {
            let words = all.map(Self::word).join(", ");
            format!("there is no driver {text} (there are {words})")
        })
    }
}

impl Subnet {
    /// The host's address with the subnet's prefix.
    pub fn gateway_net(&self) -> Option<IpNet> {
        IpNet::new(self.gateway?, self.subnet.prefix_len()).ok()
    }

    /// Whether it is of IPv6.
    pub fn is_ipv6(&self) -> bool {
        matches!(self.subnet, IpNet::V6(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As podman 4.3 writes it.
    const PODMANS: &str = r#"{
     "name": "blue", "id": "9a1e", "driver": "bridge", "network_interface": "podman1",
     "created": "2023-05-04T10:20:30.123456789+02:00",
     "subnets": [{"subnet": "10.89.0.0/24", "gateway": "10.89.0.1",
                  "lease_range": {"start_ip": "10.89.0.9", "end_ip": "10.89.0.20"}},
                 {"subnet": "fd12:3456::/64", "gateway": "fd12:3456::1"}],
     "routes": [{"destination": "10.9.0.0/16", "gateway": "10.89.0.2", "metric": 7}],
     "ipv6_enabled": true, "internal": false, "dns_enabled": true, "network_dns_servers": ["9.9.9.9"],
     "labels": {"a": "b"}, "options": {"isolate": "true", "mtu": "1400"}, "ipam_options": {"driver": "host-local"},
     "unheard_of": {"x": 1}
    }"#;

    #[test]
    fn a_file_of_podmans_is_read_and_what_is_written_is_the_same() {
        let blue: Definition = serde_json::from_str(PODMANS).expect("a network");
        assert_eq!(blue.subnets[0].gateway_net(), Some("10.89.0.1/24".parse().unwrap()));
        assert!(blue.subnets[1].is_ipv6());
        assert_eq!(blue.routes[0].metric, Some(7));
        assert_eq!((blue.isolation(), blue.mtu(), blue.masquerades()), (Isolation::Strict, Some(1400), true));
        let again: serde_json::Value = serde_json::to_value(&blue).unwrap();
        let mut expected: serde_json::Value = serde_json::from_str(PODMANS).unwrap();
        expected.as_object_mut().unwrap().remove("unheard_of");
        assert_eq!(again, expected);
    }

    #[test]
    fn isolation_is_usual_unless_it_is_said() {
        let mut network = Definition::default_bridge();
        assert_eq!(network.isolation(), Isolation::Usual);
        for (word, isolation) in
            [("false", Isolation::Open), ("strict", Isolation::Strict), ("1", Isolation::Strict)]
        {
            network.options.insert("isolate".into(), word.into());
            assert_eq!(network.isolation(), isolation);
        }
    }

    #[test]
    fn groups_differ_and_are_nobodys_own() {
        let group = |device: &str| {
            Definition { network_interface: device.into(), ..Definition::default_bridge() }.group()
        };
        assert_ne!(group("pontoon0"), group("pontoon1"));
        assert!((0..200).all(|number| group(&format!("pontoon{number}")) >= 0x1_0000));
    }

    #[test]
    fn drivers_are_known_by_their_names() {
        assert_eq!("ptp".parse::<Driver>(), Ok(Driver::Ptp));
        let error = "../evil".parse::<Driver>().unwrap_err();
        assert_eq!(
            error,
            "there is no driver ../evil (there are bridge, macvlan, ipvlan, vlan, vxlan, tap, ptp)"
        );
    }
}
