//! A container's next card.

use ipnet::IpNet;

use super::define::of_link;
use super::definition::Definition;
use super::device::{DeviceFacts, device};
use super::endpoint::{CardAddress, Device, Endpoint};
use super::mode::CardRequest;
use super::{LinkOptions, Rate, names, problem};
use crate::error::{Error, Result};
use crate::plan::fingerprint;

/// Whose card it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The container's id.
    pub id: &'a str,
    /// The name that a person gave it.
    pub name: Option<&'a str>,
}

/// The next card of a container, which has the cards `existing`, on `network`. Its addresses are claimed later, unless
/// they are asked for.
///
/// # Errors
/// The name can't be had; an address is asked for in a family that the network does not have; the network's options mean
/// nothing to its driver, or the request to its cards.
pub fn card(
    network: &Definition,
    facts: &DeviceFacts,
    owner: Owner<'_>,
    request: &CardRequest,
    existing: &[Endpoint],
) -> Result<Endpoint> {
    let name = match &request.name {
        Some(name) => valid_name(network, name, existing)?.to_owned(),
        None => unused(existing, |number| format!("eth{number}"), |card| &card.name),
    };
    let options = of_link(network.driver, &network.options).map_err(|text| problem(&network.name, text))?;
    check(network, &options, request).map_err(|text| problem(&network.name, text))?;
    Ok(Endpoint {
        host_name: unused(existing, |number| host_name(owner.id, number), |card| &card.host_name),
        name,
        addresses: addresses(network, &options, owner, request)?,
        device: device(network, facts)?,
        mac: request.mac,
        rate: request.rate,
        mtu: network.mtu().or(facts.device.as_ref().map(|device| device.mtu)).or(facts.uplink_mtu),
        aliases: request.aliases.clone(),
        gateway_priority: request.gateway_priority,
        ..bare(network)
    })
}

/// Refuses what the driver can't give.
fn check(
    network: &Definition,
    options: &LinkOptions,
    request: &CardRequest,
) -> std::result::Result<(), String> {
    let driver = network.driver;
    if request.mac.is_some() && options.shares_address() {
        return Err(format!("cards of the driver {driver} have the hardware address of the device below"));
    }
    if request.rate != Rate::default() && !network.is_routed() {
        return Err(format!(
            "a card of the driver {driver} has no end on the host where its rate could be limited"
        ));
    }
    match network.address_giver() {
        "host-local" | "none" => Ok(()),
        "dhcp" => {
            Err("Pontoon asks no DHCP server for addresses: with the ipam driver none, a program in the \
                       container can (udhcpc -i eth0)"
                .to_owned())
        }
        other => Err(format!("there is no ipam driver {other} (there are host-local and none)")),
    }
}

/// A card on a network of which nothing else is known.
pub(super) fn bare(network: &Definition) -> Endpoint {
    Endpoint {
        network: network.name.clone(),
        driver: network.driver,
        options: network.options.clone(),
        device: Device { name: network.network_interface.clone(), ..Device::default() },
        group: network.group(),
        host_name: String::new(),
        name: String::new(),
        addresses: Vec::new(),
        routes: network.routes.clone(),
        mac: None,
        mtu: None,
        aliases: Vec::new(),
        gateway_priority: 0,
        named: network.dns_enabled,
        rate: Rate::default(),
    }
}

/// One address of each family that the network has; where it has several subnets of one, of the first (the next, once
/// that is full), or of the one that holds the address that is asked for.
fn addresses(
    network: &Definition,
    options: &LinkOptions,
    owner: Owner<'_>,
    request: &CardRequest,
) -> Result<Vec<CardAddress>> {
    let mut addresses = Vec::new();
    for ipv6 in [false, true] {
        let asked = if ipv6 { request.ip6.map(Into::into) } else { request.ip.map(Into::into) };
        let kept = owner.name.and_then(|name| network.kept_for(name, ipv6));
        let asked = asked.or(kept);
        let family = if ipv6 { "IPv6" } else { "IPv4" };
        let mut subnets = network.subnets.iter().filter(|subnet| subnet.is_ipv6() == ipv6).peekable();
        let first = subnets.peek().copied();
        let chosen = match asked {
            Some(asked) => subnets.find(|it| it.subnet.contains(&asked)).or(first),
            None => first,
        };
        let Some(subnet) = chosen.filter(|_| network.gives_addresses()) else {
            if let Some(asked) = asked {
                return Err(problem(
                    &network.name,
                    format!("{asked}: the network gives no {family} addresses"),
                ));
            }
            continue;
        };
        let address = asked.unwrap_or_else(|| subnet.subnet.network());
        // A card that asks no neighbour for its hardware address needs none to lead by.
        let gateway = subnet.gateway.filter(|_| !options.routes());
        addresses.push(CardAddress {
            address: IpNet::new(address, subnet.subnet.prefix_len()).expect("the prefix of a subnet"),
            gateway,
            leads_out: (gateway.is_some() || options.routes()) && network.leads_out(),
            fixed: asked.is_some(),
            kept: asked.is_some() && asked == kept,
            default_route: false,
            metric: network.metric(),
        });
    }
    Ok(addresses)
}

/// The first of the numbered names that none of the cards has.
fn unused(cards: &[Endpoint], name: impl Fn(usize) -> String, of: impl Fn(&Endpoint) -> &String) -> String {
    let mut names = (0..=cards.len()).map(name);
    names.find(|name| cards.iter().all(|card| of(card) != name)).expect("one name more than cards")
}

/// The host's end of card `number` of container `id`: at most 15 bytes (IFNAMSIZ), the same in every life of
/// the container, another for every container.
pub fn host_name(id: &str, number: usize) -> String {
    let hash = fingerprint(id);
    // Its upper half folded into the lower 36 bits, as FNV's authors advise.
    format!("veth{:09x}{number:x}", (hash >> 36) ^ (hash & 0xf_ffff_ffff))
}

fn valid_name<'a>(network: &Definition, name: &'a str, existing: &[Endpoint]) -> Result<&'a str> {
    names::check_device(name).map_err(Error::Usage)?;
    if existing.iter().any(|card| card.name == name) {
        return Err(problem(&network.name, format!("the container has a card {name} already")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
