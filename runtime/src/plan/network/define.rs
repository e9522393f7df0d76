//! A new network: what is asked for, checked and completed by what the host has.

mod addresses;
mod options;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::definition::{Definition, Driver, StaticRoute};
use super::ranges::{AddressRange, check_host_bits};
use super::{BRIDGE, DEVICE, names, problem};
use crate::error::{Error, Result};

pub use options::{check as check_options, of_link, of_port};

/// What `network create` asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The network's name.
    pub name: String,
    /// How its cards are made.
    pub driver: Driver,
    /// Its subnets; none leaves the choice to Pontoon.
    pub subnets: Vec<IpNet>,
    /// Gateways, at most one for each subnet.
    pub gateways: Vec<IpAddr>,
    /// What addresses are chosen from, at most one range for each subnet.
    pub ranges: Vec<AddressRange>,
    /// What no container gets.
    pub excluded: Vec<AddressRange>,
    /// What only the container of a name gets.
    pub reservations: Vec<(String, IpAddr)>,
    /// Whether it is to have both families.
    pub ipv6: bool,
    /// Whether nothing leads out of it.
    pub internal: bool,
    /// Whether nothing leads to other networks.
    pub isolate: bool,
    /// The largest packet, in bytes.
    pub mtu: Option<u32>,
    /// Who is asked for the names of others.
    pub dns: Vec<IpAddr>,
    /// Whether its containers do not find each other by name.
    pub disable_dns: bool,
    /// What its user notes.
    pub labels: BTreeMap<String, String>,
    /// What its driver is told.
    pub options: BTreeMap<String, String>,
    /// The device's name, or that of the device to build upon.
    pub interface: Option<String>,
    /// Routes that its containers get.
    pub routes: Vec<StaticRoute>,
}

/// What there is already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The other networks.
    pub networks: Vec<Definition>,
    /// Subnets that the host uses, and what for.
    pub host: Vec<(IpNet, String)>,
    /// The names of the host's devices.
    pub devices: Vec<String>,
    /// 40 random bits (RFC 4193).
    pub global_id: [u8; 5],
    /// 64 random hexadecimal digits.
    pub id: String,
    /// What time it is (RFC 3339).
    pub created: String,
}

impl Driver {
    /// Whether the host is the router between its containers and others.
    const fn is_routed(self) -> bool {
        matches!(self, Self::Bridge | Self::Vxlan | Self::Ptp)
    }

    /// Whether it builds upon a device of the host's.
    pub const fn has_parent(self) -> bool {
        matches!(self, Self::Macvlan | Self::Ipvlan | Self::Vlan)
    }
}

/// The network that is asked for.
///
/// # Errors
/// One line about what can't be.
pub fn define(wish: &Wish, around: &Surroundings) -> Result<Definition> {
    let name = &wish.name;
    check_name(name, &around.networks)?;
    let network = Definition {
        name: name.clone(),
        id: around.id.clone(),
        driver: wish.driver,
        network_interface: String::new(),
        created: around.created.clone(),
        dns_enabled: wish.driver.is_routed() && !wish.disable_dns,
        internal: wish.internal,
        network_dns_servers: wish.dns.clone(),
        labels: wish.labels.clone(),
        ..Definition::default_bridge()
    };
    complete(network, wish, around).map_err(|text| problem(name, text))
}

fn check_name(name: &str, networks: &[Definition]) -> Result<()> {
    names::check(name).map_err(Error::Usage)?;
    if name == BRIDGE {
        return Err(Error::Usage(format!("there is a network {BRIDGE} already: it need not be made")));
    }
    if networks.iter().any(|network| network.name == name) {
        return Err(Error::Usage(format!("there is a network {name} already")));
    }
    Ok(())
}

fn complete(
    mut network: Definition,
    wish: &Wish,
    around: &Surroundings,
) -> std::result::Result<Definition, String> {
    let mut asked = wish.options.clone();
    let interface = interface(wish, &mut asked)?;
    network.network_interface = device(wish.driver, interface, around)?;
    network.options = asked;
    if let Some(mtu) = wish.mtu {
        network.options.insert("mtu".to_owned(), mtu.to_string());
    }
    if wish.isolate {
        network.options.insert("isolate".to_owned(), "true".to_owned());
    }
    addresses::give(&mut network, wish, around)?;
    options::check(&network)?;
    if let Some(parent) = network.options.get("parent").or(network.options.get("dev")) {
        there(parent, around)?;
    }
    if !wish.dns.is_empty() && !network.dns_enabled {
        let driver = network.driver;
        let why = if wish.disable_dns { "--disable-dns".to_owned() } else { format!("driver {driver}") };
        return Err(format!("--dns does not go with {why}: nobody would ask"));
    }
    network.routes = routes(&network, &wish.routes)?;
    Ok(network)
}

/// The name of a device that is asked for, in one of three ways (the last is docker's).
fn interface(
    wish: &Wish,
    options: &mut BTreeMap<String, String>,
) -> std::result::Result<Option<String>, String> {
    let by_option = if wish.driver.has_parent() { options.remove("parent") } else { None };
    let dockers = options.remove("com.docker.network.bridge.name");
    if let Some(mtu) = options.remove("com.docker.network.driver.mtu") {
        options.insert("mtu".to_owned(), mtu);
    }
    let mut asked: Vec<String> = [wish.interface.clone(), by_option, dockers].into_iter().flatten().collect();
    asked.dedup();
    match asked.len() {
        0 | 1 => Ok(asked.pop()),
        _ => Err(format!("it can't have two devices, {}", asked.join(" and "))),
    }
}

/// The name of the network's device.
fn device(
    driver: Driver,
    asked: Option<String>,
    around: &Surroundings,
) -> std::result::Result<String, String> {
    if let Some(name) = &asked {
        names::check_device(name)?;
    }
    if driver.has_parent() {
        let Some(parent) = asked else {
            return Err(format!("driver {driver} needs a device of the host's: -o parent=DEVICE"));
        };
        there(&parent, around)?;
        return Ok(parent);
    }
    let Some(name) = asked else {
        let mut names = (1_u32..).map(|number| format!("pontoon{number}"));
        return Ok(names.find(|name| user(name, around).is_none()).expect("numbers enough"));
    };
    match user(&name, around) {
        Some(user) => Err(format!("the device {name} is in use ({user})")),
        None => Ok(name),
    }
}

fn there(device: &str, around: &Surroundings) -> std::result::Result<(), String> {
    let is_there = around.devices.iter().any(|there| there == device);
    if is_there { Ok(()) } else { Err(format!("the host has no device {device}")) }
}

/// Who has this name for a device, or one that the firewall would take for it.
fn user(name: &str, around: &Surroundings) -> Option<String> {
    if name == DEVICE {
        return Some(format!("network {BRIDGE}"));
    }
    let group = |name: &str| {
        Definition { network_interface: name.to_owned(), ..Definition::default_bridge() }.group()
    };
    let clashes = |other: &&Definition| other.network_interface == name || other.group() == group(name);
    match around.networks.iter().find(clashes) {
        Some(other) => Some(format!("network {}", other.name)),
        None => around.devices.iter().any(|there| there == name).then(|| "a device of the host's".to_owned()),
    }
}

fn routes(network: &Definition, routes: &[StaticRoute]) -> std::result::Result<Vec<StaticRoute>, String> {
    for StaticRoute { destination, gateway, .. } in routes {
        check_host_bits(destination)?;
        let text = format!("route {destination},{gateway}");
        if destination.network().is_ipv4() != gateway.is_ipv4() {
            return Err(format!("{text}: they are of two families"));
        }
        if !network.subnets.iter().any(|subnet| subnet.subnet.contains(gateway)) {
            return Err(format!("{text}: the gateway is in none of the network's subnets"));
        }
    }
    Ok(routes.to_vec())
}
