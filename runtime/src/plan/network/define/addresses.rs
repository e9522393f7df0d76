//! The subnets of a new network, and what of them is for whom.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Surroundings, Wish};
use crate::plan::network::definition::{Definition, Driver, LeaseRange, Subnet};
use crate::plan::network::device::DEFAULT_SUBNET;
use crate::plan::network::ipam::{EXCLUDE, RESERVE};
use crate::plan::network::names;
use crate::plan::network::pool::{Pool, first_host};
use crate::plan::network::ranges::{AddressRange, check_host_bits};
use crate::plan::network::subnets::{Family, free_subnet, overlaps};
use crate::plan::network::{BRIDGE, DEVICE};

type Checked<T> = Result<T, String>;

/// Gives a network its subnets, and says in each who gets what.
///
/// # Errors
/// One line about what can't be.
pub(super) fn give(network: &mut Definition, wish: &Wish, around: &Surroundings) -> Checked<()> {
    for (place, subnet) in wish.subnets.iter().enumerate() {
        check_subnet(subnet)?;
        let meets = |other: &&IpNet| other.contains(subnet) || subnet.contains(*other);
        if let Some(other) = wish.subnets[..place].iter().find(meets) {
            return Err(format!("the subnets {other} and {subnet} overlap"));
        }
    }
    let used = used(wish.driver, around);
    let mut subnets = wish.subnets.clone();
    for subnet in &subnets {
        if let Some(user) = overlaps(*subnet, &used) {
            return Err(format!("subnet {subnet} is in use ({user})"));
        }
    }
    let is_there = |subnets: &[IpNet], ipv6| subnets.iter().any(|it| matches!(it, IpNet::V6(_)) == ipv6);
    if wish.driver.is_routed() && (subnets.is_empty() || wish.ipv6) && !is_there(&subnets, false) {
        subnets.insert(0, free_subnet(&used, Family::V4).ok_or("no private IPv4 subnet is free")?);
    }
    if wish.ipv6 && !is_there(&subnets, true) {
        let free = free_subnet(&used, Family::V6(around.global_id));
        subnets.push(free.ok_or("no unique local IPv6 subnet is free")?);
    }
    network.ipv6_enabled = is_there(&subnets, true);
    network.subnets = subnets.into_iter().map(|subnet| bare(subnet, wish)).collect();
    let driver = if network.subnets.is_empty() { "none" } else { "host-local" };
    network.ipam_options.insert("driver".to_owned(), driver.to_owned());
    gateways(network, &wish.gateways)?;
    ranges(network, &wish.ranges)?;
    exclude(network, &wish.excluded)?;
    reserve(network, &wish.reservations)?;
    check_room(network)
}

/// What a new subnet must not overlap. The networks come first: the host's routes to them say less. A card on a device
/// of the host's is in that device's subnet.
fn used(driver: Driver, around: &Surroundings) -> Vec<(IpNet, String)> {
    let of = |network: &Definition| {
        let user = format!("network {}", network.name);
        network.subnets.iter().map(|subnet| (subnet.subnet, user.clone())).collect::<Vec<_>>()
    };
    let mut used: Vec<_> = around.networks.iter().flat_map(of).collect();
    if !around.devices.iter().any(|device| device == DEVICE) {
        used.push((DEFAULT_SUBNET.into(), format!("network {BRIDGE}")));
    }
    if driver.is_routed() {
        used.extend(around.host.iter().cloned());
    }
    used
}

fn check_subnet(subnet: &IpNet) -> Checked<()> {
    check_host_bits(subnet)?;
    let first = subnet.network();
    let special = match first {
        IpAddr::V4(four) => four.is_loopback() || four.is_multicast() || four.is_unspecified(),
        IpAddr::V6(six) => {
            six.is_loopback() || six.is_multicast() || six.is_unspecified() || six.is_unicast_link_local()
        }
    };
    if special {
        return Err(format!("{subnet} can't be a subnet of containers"));
    }
    if subnet.prefix_len() == subnet.max_prefix_len() {
        return Err(format!("{subnet} has no address for a container"));
    }
    Ok(())
}

/// A subnet with the usual gateway.
fn bare(subnet: IpNet, wish: &Wish) -> Subnet {
    let has_gateway = match wish.driver {
        Driver::Bridge | Driver::Vxlan | Driver::Ptp => true,
        Driver::Macvlan | Driver::Ipvlan => !wish.internal,
        Driver::Vlan | Driver::Tap => false,
    };
    Subnet { subnet, gateway: has_gateway.then(|| first_host(subnet)), lease_range: None }
}

/// The place of the subnet that all of a range lies in.
fn place(network: &Definition, range: AddressRange, what: &str) -> Checked<usize> {
    let within = |subnet: &Subnet| range.is_in(&subnet.subnet);
    let outside = || format!("{what} {range} is in none of the network's subnets{}", told(network));
    network.subnets.iter().position(within).ok_or_else(outside)
}

fn told(network: &Definition) -> String {
    let subnets: Vec<String> = network.subnets.iter().map(|subnet| subnet.subnet.to_string()).collect();
    if subnets.is_empty() { String::new() } else { format!(" ({})", subnets.join(", ")) }
}

fn gateways(network: &mut Definition, gateways: &[IpAddr]) -> Checked<()> {
    let mut had: Vec<(usize, IpAddr)> = Vec::new();
    for &gateway in gateways {
        let at = place(network, AddressRange { first: gateway, last: gateway }, "gateway")?;
        let subnet = network.subnets[at].subnet;
        if let Some((_, other)) = had.iter().find(|(place, _)| *place == at) {
            return Err(format!("subnet {subnet} can't have two gateways, {other} and {gateway}"));
        }
        usable(subnet, None, gateway, "gateway ")?;
        network.subnets[at].gateway = Some(gateway);
        had.push((at, gateway));
    }
    Ok(())
}

/// Whether a host can have an address; `what` is said before it where not.
fn usable(subnet: IpNet, gateway: Option<IpAddr>, address: IpAddr, what: &str) -> Checked<()> {
    let pool = Pool { gateway, ..Pool::of("", subnet) };
    pool.check(address).map_err(|error| match error {
        crate::error::Error::Address { problem, .. } => format!("{what}{problem}"),
        other => other.to_string(),
    })
}

fn ranges(network: &mut Definition, ranges: &[AddressRange]) -> Checked<()> {
    for &range in ranges {
        let at = place(network, range, "range")?;
        let subnet = &mut network.subnets[at];
        if subnet.lease_range.is_some() {
            return Err(format!("subnet {} can't have two ranges: exclude what lies between", subnet.subnet));
        }
        subnet.lease_range = Some(LeaseRange { start_ip: Some(range.first), end_ip: Some(range.last) });
    }
    Ok(())
}

fn exclude(network: &mut Definition, excluded: &[AddressRange]) -> Checked<()> {
    for &range in excluded {
        place(network, range, "what is excluded,")?;
    }
    let words: Vec<String> = excluded.iter().map(ToString::to_string).collect();
    note(network, EXCLUDE, &words);
    Ok(())
}

fn reserve(network: &mut Definition, reservations: &[(String, IpAddr)]) -> Checked<()> {
    for (number, (name, address)) in reservations.iter().enumerate() {
        names::check_host(name)?;
        let at = place(network, AddressRange { first: *address, last: *address }, "reserved address")?;
        let Subnet { subnet, gateway, .. } = network.subnets[at];
        usable(subnet, gateway, *address, "reserved address ")?;
        for (other, another) in &reservations[..number] {
            if another == address {
                return Err(format!("{address} can't be reserved twice, for {other} and for {name}"));
            }
            if other == name && another.is_ipv4() == address.is_ipv4() {
                return Err(format!("{name} can't have two addresses of a family, {another} and {address}"));
            }
        }
    }
    let words: Vec<String> = reservations.iter().map(|(name, address)| format!("{name}={address}")).collect();
    note(network, RESERVE, &words);
    Ok(())
}

fn note(network: &mut Definition, key: &str, words: &[String]) {
    if !words.is_empty() {
        network.ipam_options.insert(key.to_owned(), words.join(","));
    }
}

/// Whether each subnet has an address to give.
fn check_room(network: &Definition) -> Checked<()> {
    for subnet in &network.subnets {
        let reserved = network.reservations();
        let has_room = network.pool(subnet).next(None).is_some()
            || reserved.iter().any(|(_, address)| subnet.subnet.contains(address));
        if !has_room {
            return Err(format!("subnet {} has no address left for a container", subnet.subnet));
        }
    }
    Ok(())
}
