//! A container's next card.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{Facts, problem};
use crate::error::{Error, Result};
use crate::plan::{Bridge, Endpoint, MacAddress, fingerprint};

/// What the flags say about a card; the rest is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardRequest {
    /// Its address.
    pub ip: Option<Ipv4Addr>,
    /// Its hardware address.
    pub mac: Option<MacAddress>,
    /// Its name in the container.
    pub name: Option<String>,
}

/// The next card of container `id`, which has the cards `existing`, on `bridge`.
///
/// # Errors
/// The address or the name can't be had, or no address is left.
pub fn card(
    facts: &Facts,
    bridge: &Bridge,
    id: &str,
    request: &CardRequest,
    existing: &[Endpoint],
    default_route: bool,
) -> Result<Endpoint> {
    let name = match &request.name {
        Some(name) => valid_name(name, existing)?.to_owned(),
        None => unused(existing, |number| format!("eth{number}"), |card| &card.name),
    };
    let address = match request.ip {
        Some(ip) => asked_address(facts, bridge, ip)?,
        None => free_address(bridge, facts.last, |address| facts.leases.contains(&address))?,
    };
    Ok(Endpoint {
        network: super::BRIDGE.to_owned(),
        host_name: unused(existing, |number| host_name(id, number), |card| &card.host_name),
        bridge: bridge.clone(),
        name,
        address: Ipv4Net::new_assert(address, bridge.gateway.prefix_len()),
        fixed_address: request.ip.is_some(),
        mac: request.mac.unwrap_or_else(|| MacAddress::of(address)),
        default_route,
    })
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

/// A name that the kernel takes for a device (`dev_valid_name`) and does not read as a pattern, and whose
/// directory in /proc/sys/net is its own.
fn valid_name<'a>(name: &'a str, existing: &[Endpoint]) -> Result<&'a str> {
    let refused = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '/' | ':' | '%')
    };
    let reserved = [".", "..", "all", "default", "lo"].contains(&name);
    if name.is_empty() || name.len() > 15 || reserved || name.contains(refused) {
        return Err(Error::Usage(format!(
            "{name:?} can't be the name of a card: it takes 1 to 15 bytes without white space, /, : and %"
        )));
    }
    if existing.iter().any(|card| card.name == name) {
        return Err(problem(format!("the container has a card {name} already")));
    }
    Ok(name)
}

/// The address that was asked for, if it can be had.
fn asked_address(facts: &Facts, bridge: &Bridge, ip: Ipv4Addr) -> Result<Ipv4Addr> {
    let subnet = bridge.gateway.trunc();
    let (first, last) = hosts(subnet);
    let is = |what: String| Err(problem(format!("{ip} is {what}")));
    if !subnet.contains(&ip) {
        return is(format!("not in the subnet {subnet}"));
    }
    if ip == bridge.address() {
        return is(format!("the gateway's address, on {}", bridge.name));
    }
    if !(first..=last).contains(&ip.to_bits()) {
        let end = if ip == subnet.network() { "the subnet's own" } else { "the broadcast" };
        return is(format!("{end} address of {subnet}"));
    }
    if facts.leases.contains(&ip) {
        return Err(taken(ip, facts.holder.as_deref()));
    }
    Ok(ip)
}

/// Says that a container has `ip` already.
pub fn taken(ip: Ipv4Addr, holder: Option<&str>) -> Error {
    problem(match holder {
        Some(holder) => format!("{ip} is in use by container {holder}"),
        None => format!("{ip} is in use"),
    })
}

/// The next address after `last` that is not `taken`, from the beginning again after the end: an address that
/// was given back rests for as long as it can.
///
/// # Errors
/// All are taken.
pub fn free_address(
    bridge: &Bridge,
    last: Option<Ipv4Addr>,
    taken: impl Fn(Ipv4Addr) -> bool,
) -> Result<Ipv4Addr> {
    let (first, end) = hosts(bridge.gateway);
    let start = last.map_or(first, |last| last.to_bits().saturating_add(1));
    let start = if (first..=end).contains(&start) { start } else { first };
    (start..=end)
        .chain(first..start)
        .map(Ipv4Addr::from_bits)
        .find(|&address| address != bridge.address() && !taken(address))
        .ok_or_else(|| problem(format!("no free address in {}", bridge.gateway.trunc())))
}

/// The first and the last address of a subnet that a host can have.
fn hosts(subnet: Ipv4Net) -> (u32, u32) {
    let (network, broadcast) = (subnet.network().to_bits(), subnet.broadcast().to_bits());
    // Subnets of one or two addresses have neither a network's nor a broadcast address (RFC 3021).
    if subnet.prefix_len() >= 31 { (network, broadcast) } else { (network + 1, broadcast - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bridge(gateway: &str) -> Bridge {
        let gateway = gateway.parse().expect("an address and its prefix");
        Bridge { name: "pontoon0".into(), index: Some(7), gateway, mtu: 1500, ready: true }
    }

    fn facts(leases: &[&str], last: Option<&str>) -> Facts {
        let address = |text: &str| text.parse().expect("an address");
        let leases = leases.iter().map(|text| address(text)).collect();
        Facts { leases, last: last.map(address), ..Facts::default() }
    }

    fn ask(ip: &str) -> CardRequest {
        CardRequest { ip: Some(ip.parse().expect("an address")), ..CardRequest::default() }
    }

    fn address(facts: &Facts, gateway: &str, request: &CardRequest) -> std::result::Result<Ipv4Addr, String> {
        let made = card(facts, &bridge(gateway), "c1", request, &[], true);
        made.map(|card| card.address.addr()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_card_is_eth0_with_the_first_address_after_the_gateway() {
        let made = card(&facts(&[], None), &bridge("10.87.0.1/16"), "c1", &CardRequest::default(), &[], true);
        let expected = Endpoint {
            network: "bridge".into(),
            bridge: bridge("10.87.0.1/16"),
            host_name: host_name("c1", 0),
            name: "eth0".into(),
            address: "10.87.0.2/16".parse().unwrap(),
            fixed_address: false,
            mac: MacAddress([2, 0x42, 10, 87, 0, 2]),
            default_route: true,
        };
        assert_eq!(made.unwrap(), expected);
    }

    #[test]
    fn names_of_cards_count_on_from_what_is_there() {
        let make = |request: &CardRequest, existing: &[Endpoint]| {
            card(&facts(&[], None), &bridge("10.87.0.1/16"), "c1", request, existing, false)
        };
        let first = make(&CardRequest::default(), &[]).unwrap();
        let blue = CardRequest { name: Some("blue".into()), ..CardRequest::default() };
        let second = make(&blue, std::slice::from_ref(&first)).unwrap();
        assert_eq!((second.name.as_str(), second.host_name), ("blue", host_name("c1", 1)));
        let third = make(&CardRequest::default(), std::slice::from_ref(&first)).unwrap();
        assert_eq!(third.name, "eth1");
        let again = CardRequest { name: Some("eth0".into()), ..CardRequest::default() };
        assert_eq!(
            make(&again, &[first]).unwrap_err().to_string(),
            "network bridge: the container has a card eth0 already"
        );
        for name in ["", "a/b", "a b", "a:1", "eth%d", ".", "..", "all", "lo", "sixteen-bytes-xx"] {
            let request = CardRequest { name: Some(name.into()), ..CardRequest::default() };
            let error = make(&request, &[]).unwrap_err().to_string();
            assert!(error.contains("can't be the name of a card"), "{error}");
        }
    }

    #[test]
    fn names_on_the_host_fit_and_stay_and_differ() {
        // FNV-1a of "a" is af63dc4c8601ec8c.
        assert_eq!(host_name("a", 0), format!("veth{:09x}0", 0xaf6_3dc4 ^ 0xc_8601_ec8c_u64));
        let id = "f".repeat(64);
        assert!(host_name(&id, 255).len() <= 15);
        assert_ne!(host_name("c1", 0), host_name("c2", 0));
        assert_ne!(host_name("c1", 0), host_name("c1", 1));
    }

    #[test]
    fn addresses_go_round() {
        let any = CardRequest::default();
        let gateway = "10.0.0.1/29";
        let next = |leases: &[&str], last| address(&facts(leases, last), gateway, &any).unwrap().octets()[3];
        assert_eq!(next(&[], Some("10.0.0.3")), 4);
        assert_eq!(next(&["10.0.0.4", "10.0.0.5"], Some("10.0.0.3")), 6);
        assert_eq!(next(&["10.0.0.2"], Some("10.0.0.6")), 3);
        assert_eq!(next(&[], Some("10.9.9.9")), 2);
        assert_eq!(
            address(&facts(&["10.87.0.2"], Some("10.87.0.2")), "10.87.0.1/30", &any).unwrap_err(),
            "network bridge: no free address in 10.87.0.0/30"
        );
        assert_eq!(address(&facts(&[], None), "10.87.0.1/31", &any).unwrap(), Ipv4Addr::new(10, 87, 0, 0));
        assert!(address(&facts(&[], None), "255.255.255.255/32", &any).is_err());
    }

    #[test]
    fn an_address_can_be_asked_for() {
        let facts = Facts { holder: Some("c0".into()), ..facts(&["10.87.0.9"], Some("10.87.0.9")) };
        let get = |ip| address(&facts, "10.87.0.1/16", &ask(ip));
        assert_eq!(get("10.87.3.0"), Ok(Ipv4Addr::new(10, 87, 3, 0)));
        for (ip, problem) in [
            ("10.88.0.2", "not in the subnet 10.87.0.0/16"),
            ("10.87.0.1", "the gateway's address, on pontoon0"),
            ("10.87.0.0", "the subnet's own address of 10.87.0.0/16"),
            ("10.87.255.255", "the broadcast address of 10.87.0.0/16"),
            ("10.87.0.9", "in use by container c0"),
        ] {
            assert_eq!(get(ip).unwrap_err(), format!("network bridge: {ip} is {problem}"));
        }
    }

    #[test]
    fn what_was_asked_for_is_what_is_planned() {
        let mac = MacAddress([2, 0, 0, 0, 0, 9]);
        let request = CardRequest { mac: Some(mac), ..ask("10.87.0.9") };
        let made = card(&facts(&[], None), &bridge("10.87.0.1/16"), "c1", &request, &[], false).unwrap();
        assert_eq!((made.mac, made.fixed_address, made.default_route), (mac, true, false));
    }
}
