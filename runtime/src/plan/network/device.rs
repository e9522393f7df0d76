//! The device of a network on the host: what is there, and what is to be there.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::definition::{Definition, Subnet};
use super::endpoint::Device;
use super::problem;
use super::subnets::user;
use crate::error::Result;

/// The subnet of the default bridge, unless the host has another use for it.
pub const DEFAULT_SUBNET: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 87, 0, 0), 16);
/// Ethernet's.
pub const DEFAULT_MTU: u32 = 1500;

/// What the decisions about a network's device start from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceFacts {
    /// The device that has the network's name for it.
    pub device: Option<Found>,
    /// Subnets that the host uses, and what for: `route via eth0`. Looked up only while they matter.
    pub subnets: Vec<(IpNet, String)>,
    /// The largest packet of the device that the host's default route leads through. Looked up likewise.
    pub uplink_mtu: Option<u32>,
}

impl DeviceFacts {
    /// Whether the device has an address, which then says what the subnet is.
    pub fn has_address(&self) -> bool {
        self.device.as_ref().is_some_and(|device| device.address.is_some())
    }
}

/// A device of the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its index.
    pub index: u32,
    /// Whether it is a bridge at all.
    pub is_bridge: bool,
    /// Whether it is up.
    pub up: bool,
    /// Its largest packet, in bytes.
    pub mtu: u32,
    /// Its group, by which the firewall knows it.
    pub group: u32,
    /// Its first IPv4 address. Looked up for the default bridge alone.
    pub address: Option<Ipv4Net>,
}

/// The network's device as it is, or is going to be.
///
/// # Errors
/// The name of a bridge is held by a device that is none; a device to build upon is not there.
pub fn device(network: &Definition, facts: &DeviceFacts) -> Result<Device> {
    let name = network.network_interface.clone();
    let found = facts.device.as_ref();
    if network.has_bridge() && found.is_some_and(|device| !device.is_bridge) {
        return Err(problem(&network.name, format!("the host has a device {name} that is no bridge")));
    }
    // A bridge that somebody else has made is not known to the firewall yet.
    let known = |device: &Found| !network.has_bridge() || device.group == network.group();
    let ready = found.is_some_and(|device| device.up && known(device));
    if network.driver.has_parent() && !ready {
        let text = match found {
            None => format!("the host has no device {name} for cards to lie on"),
            Some(_) => format!("the host's device {name} is down (ip link set {name} up)"),
        };
        return Err(problem(&network.name, text));
    }
    Ok(Device { name, index: found.map(|device| device.index), ready })
}

/// Completes the default bridge, whose definition names no subnet: the kernel is the record, so the subnet of a bridge
/// that has an address is that address's. Returns what to tell the user when the subnet is not the usual one.
///
/// # Errors
/// No private subnet is free.
pub fn resolve(network: &mut Definition, facts: &mut DeviceFacts) -> Result<Option<String>> {
    if !network.subnets.is_empty() || !network.has_bridge() || !network.gives_addresses() {
        return Ok(None);
    }
    let there = facts.device.as_ref().and_then(|device| device.address);
    let (gateway, note) = there.map_or_else(|| subnet(network, facts), |there| Ok((there, None)))?;
    if let Some(device) = facts.device.as_mut().filter(|_| there.is_none()) {
        // Without its address it is not whole.
        device.up = false;
    }
    network.subnets = vec![Subnet {
        subnet: gateway.trunc().into(),
        gateway: Some(gateway.addr().into()),
        lease_range: None,
    }];
    Ok(note)
}

/// The gateway, in a subnet that the host does not use.
fn subnet(network: &Definition, facts: &DeviceFacts) -> Result<(Ipv4Net, Option<String>)> {
    let user_of = |subnet: &Ipv4Net| user((*subnet).into(), &facts.subnets).map(|(_, user)| user);
    let Some(user) = user_of(&DEFAULT_SUBNET) else {
        return Ok((gateway_in(DEFAULT_SUBNET), None));
    };
    let free = candidates().find(|subnet| user_of(subnet).is_none()).ok_or_else(|| {
        let problem =
            format!("no private subnet is free: {DEFAULT_SUBNET} is in use ({user}), and so are all others");
        super::problem(&network.name, problem)
    })?;
    let device = &network.network_interface;
    let note = format!("{DEFAULT_SUBNET} is in use ({user}): {device} uses {free}");
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

/// The gateways of a network, with their prefixes: what its device has as addresses.
pub fn gateways(network: &Definition) -> impl Iterator<Item = IpNet> {
    network.subnets.iter().filter_map(Subnet::gateway_net)
}

/// The address of a network's first subnet of a family that its device has.
pub fn gateway(network: &Definition, ipv6: bool) -> Option<IpAddr> {
    gateways(network).map(|gateway| gateway.addr()).find(|address| address.is_ipv6() == ipv6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(subnets: &[(&str, &str)]) -> DeviceFacts {
        let subnets =
            subnets.iter().map(|(subnet, user)| (subnet.parse().unwrap(), (*user).to_owned())).collect();
        DeviceFacts { subnets, ..DeviceFacts::default() }
    }

    fn resolved(
        mut facts: DeviceFacts,
    ) -> std::result::Result<(String, Option<String>, DeviceFacts), String> {
        let mut network = Definition::default_bridge();
        let note = resolve(&mut network, &mut facts).map_err(|error| error.to_string())?;
        Ok((network.subnets[0].gateway_net().unwrap().to_string(), note, facts))
    }

    #[test]
    fn a_subnet_in_use_is_avoided_and_said() {
        assert_eq!(resolved(used(&[("10.86.0.0/16", "route via eth0")])).unwrap().0, "10.87.0.1/16");
        let facts = used(&[("10.87.3.0/24", "route via eth0"), ("10.88.0.0/15", "address of eth1")]);
        let (gateway, note, _) = resolved(facts).unwrap();
        assert_eq!(gateway, "10.90.0.1/16");
        let expected = "10.87.0.0/16 is in use (route via eth0): pontoon0 uses 10.90.0.0/16";
        assert_eq!(note.as_deref(), Some(expected));
    }

    #[test]
    fn other_private_ranges_follow_when_ten_is_taken() {
        let ten = ("10.0.0.0/8", "route via tun0");
        assert_eq!(resolved(used(&[ten])).unwrap().0, "172.16.0.1/16");
        assert_eq!(resolved(used(&[ten, ("172.16.0.0/12", "route via tun0")])).unwrap().0, "192.168.0.1/24");
        let facts = used(&[ten, ("172.16.0.0/12", "a"), ("192.168.0.0/16", "b")]);
        assert_eq!(
            resolved(facts).unwrap_err(),
            "network bridge: no private subnet is free: 10.87.0.0/16 is in use (route via tun0), and so are all \
             others"
        );
    }

    #[test]
    fn halves_of_the_world_are_no_subnets() {
        let facts = used(&[("0.0.0.0/1", "route via tun0"), ("128.0.0.0/1", "route via tun0")]);
        assert_eq!(resolved(facts).unwrap().1, None);
    }

    #[test]
    fn the_address_of_the_device_decides() {
        let bridge = Definition::default_bridge();
        let found = Found {
            index: 7,
            is_bridge: true,
            up: true,
            mtu: 9000,
            group: bridge.group(),
            address: Some("10.1.0.254/24".parse().unwrap()),
        };
        let with = |found: &Found| DeviceFacts {
            device: Some(found.clone()),
            ..used(&[("10.0.0.0/8", "route via eth0")])
        };
        let (gateway, note, facts) = resolved(with(&found)).unwrap();
        assert_eq!((gateway.as_str(), note), ("10.1.0.254/24", None));
        let expected = Device { name: "pontoon0".into(), index: Some(7), ready: true };
        assert_eq!(device(&bridge, &facts).unwrap(), expected);
        for lacking in [Found { up: false, ..found.clone() }, Found { group: 0, ..found.clone() }] {
            assert!(!device(&bridge, &with(&lacking)).unwrap().ready);
        }

        let bare =
            DeviceFacts { device: Some(Found { address: None, ..found.clone() }), ..DeviceFacts::default() };
        let (gateway, _, facts) = resolved(bare).unwrap();
        assert_eq!((gateway.as_str(), device(&bridge, &facts).unwrap().ready), ("10.87.0.1/16", false));

        let stranger = with(&Found { is_bridge: false, ..found });
        assert_eq!(
            device(&bridge, &stranger).unwrap_err().to_string(),
            "network bridge: the host has a device pontoon0 that is no bridge"
        );
    }
}
