//! Decisions about networks: which bridge and subnet, and what a container's next card is like.

mod card;
pub mod firewall;

use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::Ipv4Net;

use super::Bridge;
use crate::error::{Error, Result};

pub use card::{CardRequest, card, free_address, host_name, taken};

/// The name of the network that is there without being made.
pub const BRIDGE: &str = "bridge";
/// Its device.
pub const DEVICE: &str = "pontoon0";

/// The subnet of [`BRIDGE`], unless the host has another use for it.
const DEFAULT_SUBNET: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 87, 0, 0), 16);
/// A route to more of the world than this is a default route, perhaps one in pieces as VPNs make it,
/// and takes no subnet away.
const WIDEST_SUBNET: u8 = 8;
/// Ethernet's.
const DEFAULT_MTU: u32 = 1500;

/// What `--net` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A card on the bridge.
    Bridge,
    /// `lo` and nothing else.
    None,
    /// The host's own network namespace.
    Host,
    /// The network namespace of another container: its id, or what is typed for it.
    Container(String),
    /// The network namespace that this file stands for.
    Path(PathBuf),
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == BRIDGE => Ok(Self::Bridge),
            None if text == "none" => Ok(Self::None),
            None if text == "host" => Ok(Self::Host),
            Some(("container", id)) if !id.is_empty() => Ok(Self::Container(id.to_owned())),
            Some(("ns", path)) if !path.is_empty() => Ok(Self::Path(path.into())),
            _ => Err(Error::Usage(format!(
                "--net={text}: no such network; there are bridge, none, host, container:ID and ns:PATH"
            ))),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bridge => f.write_str(BRIDGE),
            Self::None => f.write_str("none"),
            Self::Host => f.write_str("host"),
            Self::Container(id) => write!(f, "container:{id}"),
            Self::Path(path) => write!(f, "ns:{}", path.display()),
        }
    }
}

/// What the decisions about a network start from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The device that has the bridge's name.
    pub bridge: Option<BridgeFacts>,
    /// Subnets that the host uses, and what for: `route via eth0`. Looked up only while the bridge has no
    /// address.
    pub subnets: Vec<(Ipv4Net, String)>,
    /// The largest packet of the device that the host's default route leads through. Looked up likewise.
    pub uplink_mtu: Option<u32>,
    /// Addresses that containers have.
    pub leases: BTreeSet<Ipv4Addr>,
    /// The address that was given last.
    pub last: Option<Ipv4Addr>,
    /// Which container has the address that `--ip` asks for.
    pub holder: Option<String>,
}

/// The device that has the bridge's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeFacts {
    /// Its index.
    pub index: u32,
    /// Whether it is a bridge at all.
    pub is_bridge: bool,
    /// Whether it is up.
    pub up: bool,
    /// Its largest packet, in bytes.
    pub mtu: u32,
    /// Its first IPv4 address.
    pub address: Option<Ipv4Net>,
}

/// The bridge as it is, or is going to be; and what to tell the user when its subnet is not the usual one.
///
/// The kernel is the record: the subnet of a bridge that has an address is that address's.
///
/// # Errors
/// The name is held by a device that is no bridge; no private subnet is free.
pub fn bridge(facts: &Facts) -> Result<(Bridge, Option<String>)> {
    let device = facts.bridge.as_ref();
    if device.is_some_and(|device| !device.is_bridge) {
        return Err(problem(format!("the host has a device {DEVICE} that is no bridge")));
    }
    let bridge = |gateway, mtu, ready| Bridge {
        name: DEVICE.to_owned(),
        index: device.map(|device| device.index),
        gateway,
        mtu,
        ready,
    };
    if let Some((device, address)) = device.and_then(|device| Some((device, device.address?))) {
        return Ok((bridge(address, device.mtu, device.up), None));
    }
    let (gateway, note) = subnet(facts)?;
    Ok((bridge(gateway, facts.uplink_mtu.unwrap_or(DEFAULT_MTU), false), note))
}

/// The gateway, in a subnet that the host does not use.
fn subnet(facts: &Facts) -> Result<(Ipv4Net, Option<String>)> {
    let user_of = |subnet: &Ipv4Net| {
        let overlaps = |used: &Ipv4Net| {
            used.prefix_len() >= WIDEST_SUBNET && (used.contains(subnet) || subnet.contains(used))
        };
        facts.subnets.iter().find(|(used, _)| overlaps(used)).map(|(_, user)| user)
    };
    let Some(user) = user_of(&DEFAULT_SUBNET) else {
        return Ok((gateway_in(DEFAULT_SUBNET), None));
    };
    let free = candidates().find(|subnet| user_of(subnet).is_none()).ok_or_else(|| {
        problem(format!(
            "no private subnet is free: {DEFAULT_SUBNET} is in use ({user}), and so are all others"
        ))
    })?;
    let note = format!("{DEFAULT_SUBNET} is in use ({user}): {DEVICE} uses {free}");
    Ok((gateway_in(free), Some(note)))
}

/// Private subnets (RFC 1918) in the order in which they are tried after the default.
fn candidates() -> impl Iterator<Item = Ipv4Net> {
    let ten = (88..=255).map(|second| Ipv4Net::new_assert(Ipv4Addr::new(10, second, 0, 0), 16));
    let middle = (16..=31).map(|second| Ipv4Net::new_assert(Ipv4Addr::new(172, second, 0, 0), 16));
    let small = (0..=255).map(|third| Ipv4Net::new_assert(Ipv4Addr::new(192, 168, third, 0), 24));
    ten.chain(middle).chain(small)
}

/// The first host of a subnet.
fn gateway_in(subnet: Ipv4Net) -> Ipv4Net {
    let first = Ipv4Addr::from_bits(subnet.network().to_bits() + 1);
    Ipv4Net::new_assert(first, subnet.prefix_len())
}

/// What the bridge can't do.
fn problem(problem: String) -> Error {
    Error::Address { network: BRIDGE.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().expect("a subnet")
    }

    fn used(subnets: &[(&str, &str)]) -> Facts {
        let subnets = subnets.iter().map(|(subnet, user)| (net(subnet), (*user).to_owned())).collect();
        Facts { subnets, ..Facts::default() }
    }

    #[test]
    fn modes_are_read_and_written_alike() {
        let path = Mode::Path("/run/netns/blue".into());
        let modes = [Mode::Bridge, Mode::None, Mode::Host, Mode::Container("c1".into()), path];
        for (text, mode) in ["bridge", "none", "host", "container:c1", "ns:/run/netns/blue"].iter().zip(modes)
        {
            assert_eq!(text.parse::<Mode>().unwrap(), mode);
            assert_eq!(mode.to_string(), *text);
        }
    }

    #[test]
    fn an_unknown_mode_is_told_what_is_known() {
        for text in ["", "bridg", "container:", "ns:", "bridge:x", "slirp"] {
            assert_eq!(
                text.parse::<Mode>().unwrap_err().to_string(),
                format!(
                    "--net={text}: no such network; there are bridge, none, host, container:ID and ns:PATH"
                )
            );
        }
    }

    #[test]
    fn the_first_bridge_has_the_default_subnet_and_the_uplinks_mtu() {
        let facts = Facts { uplink_mtu: Some(1420), ..used(&[("10.86.0.0/16", "route via eth0")]) };
        let expected = Bridge {
            name: "pontoon0".into(),
            index: None,
            gateway: net("10.87.0.1/16"),
            mtu: 1420,
            ready: false,
        };
        assert_eq!(bridge(&facts).unwrap(), (expected, None));
    }

    #[test]
    fn a_subnet_in_use_is_avoided_and_said() {
        let facts = used(&[("10.87.3.0/24", "route via eth0"), ("10.88.0.0/15", "address of eth1")]);
        let (bridge, note) = bridge(&facts).unwrap();
        assert_eq!(bridge.gateway, net("10.90.0.1/16"));
        assert_eq!(
            note.as_deref(),
            Some("10.87.0.0/16 is in use (route via eth0): pontoon0 uses 10.90.0.0/16")
        );
    }

    #[test]
    fn other_private_ranges_follow_when_ten_is_taken() {
        let ten = ("10.0.0.0/8", "route via tun0");
        assert_eq!(bridge(&used(&[ten])).unwrap().0.gateway, net("172.16.0.1/16"));
        let facts = used(&[ten, ("172.16.0.0/12", "route via tun0")]);
        assert_eq!(bridge(&facts).unwrap().0.gateway, net("192.168.0.1/24"));
        let facts = used(&[ten, ("172.16.0.0/12", "a"), ("192.168.0.0/16", "b")]);
        assert_eq!(
            bridge(&facts).unwrap_err().to_string(),
            "network bridge: no private subnet is free: 10.87.0.0/16 is in use (route via tun0), and so are all \
             others"
        );
    }

    #[test]
    fn halves_of_the_world_are_no_subnets() {
        let facts = used(&[("0.0.0.0/1", "route via tun0"), ("128.0.0.0/1", "route via tun0")]);
        assert_eq!(bridge(&facts).unwrap().1, None);
    }

    #[test]
    fn the_address_of_the_device_decides() {
        let device = BridgeFacts {
            index: 7,
            is_bridge: true,
            up: true,
            mtu: 9000,
            address: Some(net("10.1.0.254/24")),
        };
        let facts = Facts { bridge: Some(device.clone()), ..used(&[("10.0.0.0/8", "route via eth0")]) };
        let (found, note) = bridge(&facts).unwrap();
        assert_eq!((found.index, found.gateway, found.mtu), (Some(7), net("10.1.0.254/24"), 9000));
        assert!(found.ready && note.is_none());

        let down = Facts { bridge: Some(BridgeFacts { up: false, ..device.clone() }), ..Facts::default() };
        assert!(!bridge(&down).unwrap().0.ready);
        let bare =
            Facts { bridge: Some(BridgeFacts { address: None, ..device.clone() }), ..Facts::default() };
        let (bare, _) = bridge(&bare).unwrap();
        assert_eq!((bare.index, bare.gateway, bare.ready), (Some(7), net("10.87.0.1/16"), false));

        let stranger = Facts { bridge: Some(BridgeFacts { is_bridge: false, ..device }), ..Facts::default() };
        assert_eq!(
            bridge(&stranger).unwrap_err().to_string(),
            "network bridge: the host has a device pontoon0 that is no bridge"
        );
    }
}
