use super::*;
use crate::plan::MacAddress;
use crate::plan::network::definition::{Driver, Subnet};
use crate::plan::network::device::Found;

fn blue(subnets: &[&str]) -> Definition {
    let subnet = |text: &&str| {
        let subnet: IpNet = text.parse().expect("a subnet");
        let gateway = subnet.hosts().next();
        Subnet { subnet, gateway, lease_range: None }
    };
    let subnets = subnets.iter().map(subnet).collect();
    Definition {
        name: "blue".into(),
        network_interface: "pontoon1".into(),
        subnets,
        ..Definition::default_bridge()
    }
}

fn make(network: &Definition, request: &CardRequest, existing: &[Endpoint]) -> Result<Endpoint> {
    card(network, &DeviceFacts::default(), Owner { id: "c1", name: Some("db") }, request, existing)
}

#[test]
fn the_first_card_is_eth0_with_an_address_of_each_family() {
    let network = blue(&["10.1.0.0/16", "10.2.0.0/16", "fd00::/64"]);
    let made = make(&network, &CardRequest::default(), &[]).unwrap();
    assert_eq!((made.name.as_str(), made.host_name.clone()), ("eth0", host_name("c1", 0)));
    let addresses: Vec<String> = made.addresses.iter().map(|it| it.address.to_string()).collect();
    assert_eq!(addresses, ["10.1.0.0/16", "fd00::/64"], "not claimed yet");
    assert!(made.addresses.iter().all(|it| it.gateway.is_some() && !it.fixed));
    assert_eq!((made.group, made.device.name.as_str()), (network.group(), "pontoon1"));
}

#[test]
fn an_address_that_is_asked_for_chooses_the_subnet() {
    let network = blue(&["10.1.0.0/16", "10.2.0.0/24"]);
    let request = CardRequest { ip: Some("10.2.0.9".parse().unwrap()), ..CardRequest::default() };
    let made = make(&network, &request, &[]).unwrap();
    assert_eq!(made.addresses[0].address.to_string(), "10.2.0.9/24");
    assert!(made.addresses[0].fixed);
    let request = CardRequest { ip6: Some("fd00::9".parse().unwrap()), ..CardRequest::default() };
    assert_eq!(
        make(&network, &request, &[]).unwrap_err().to_string(),
        "network blue: fd00::9: the network gives no IPv6 addresses"
    );
}

#[test]
fn an_address_that_is_kept_for_a_name_goes_to_who_has_it() {
    let mut network = blue(&["10.1.0.0/16"]);
    network.ipam_options.insert("reserve".into(), "db=10.1.0.7".into());
    let made = make(&network, &CardRequest::default(), &[]).unwrap();
    assert_eq!(made.addresses[0].address.to_string(), "10.1.0.7/16");
    assert!(made.addresses[0].fixed && made.addresses[0].kept);
}

#[test]
fn an_internal_network_leads_nowhere() {
    let network = Definition { internal: true, ..blue(&["10.1.0.0/16"]) };
    assert!(!make(&network, &CardRequest::default(), &[]).unwrap().addresses[0].leads_out);
}

#[test]
fn what_a_driver_can_not_give_is_refused() {
    let of = |driver: Driver, options: &[(&str, &str)]| {
        let mut network = Definition { driver, ..blue(&["10.1.0.0/16"]) };
        network.options.extend(options.iter().map(|(word, value)| ((*word).into(), (*value).into())));
        network
    };
    let refused = |network: &Definition, request: &str| {
        let facts = DeviceFacts {
            device: Some(Found { index: 7, is_bridge: false, up: true, mtu: 1500, group: 0, address: None }),
            ..DeviceFacts::default()
        };
        let request: CardRequest = request.parse().unwrap();
        card(network, &facts, Owner { id: "c1", name: None }, &request, &[]).unwrap_err().to_string()
    };
    let mut asks = of(Driver::Macvlan, &[]);
    asks.ipam_options.insert("driver".into(), "dhcp".into());
    for (network, request, problem) in [
        (of(Driver::Macvlan, &[]), "blue:rate-up=1mbit", "macvlan has no end on the host"),
        (of(Driver::Tap, &[]), "blue:rate-down=1mbit", "tap has no end on the host"),
        (of(Driver::Ipvlan, &[]), "blue:mac=02:00:00:00:00:01", "address of the device below"),
        (of(Driver::Macvlan, &[("mode", "passthru")]), "blue:mac=02:00:00:00:00:01", "device below"),
        (of(Driver::Macvlan, &[("stp", "1")]), "blue", "driver macvlan has no option stp"),
        (asks, "blue", "Pontoon asks no DHCP server"),
    ] {
        let error = refused(&network, request);
        assert!(error.starts_with("network blue: ") && error.contains(problem), "{error}");
    }
}

#[test]
fn a_card_that_routes_by_itself_leads_out_without_a_gateway() {
    let found = Found { index: 7, is_bridge: false, up: true, mtu: 1500, group: 0, address: None };
    let facts = DeviceFacts { device: Some(found), ..DeviceFacts::default() };
    for (mode, gateway) in [("l2", true), ("l3", false), ("l3s", false)] {
        let mut network = Definition { driver: Driver::Ipvlan, ..blue(&["10.1.0.0/16", "fd00::/64"]) };
        network.options.insert("mode".into(), mode.into());
        let made = card(&network, &facts, Owner { id: "c1", name: None }, &CardRequest::on("blue"), &[]);
        let addresses = made.unwrap().addresses;
        assert!(addresses.iter().all(|it| it.leads_out && it.gateway.is_some() == gateway), "{mode}");
    }
}

#[test]
fn names_of_cards_count_on_from_what_is_there() {
    let network = blue(&["10.1.0.0/16"]);
    let first = make(&network, &CardRequest::default(), &[]).unwrap();
    let lan = CardRequest { name: Some("lan".into()), ..CardRequest::default() };
    let second = make(&network, &lan, std::slice::from_ref(&first)).unwrap();
    assert_eq!((second.name.as_str(), second.host_name), ("lan", host_name("c1", 1)));
    let third = make(&network, &CardRequest::default(), std::slice::from_ref(&first)).unwrap();
    assert_eq!(third.name, "eth1");
    let again = CardRequest { name: Some("eth0".into()), ..CardRequest::default() };
    assert_eq!(
        make(&network, &again, &[first]).unwrap_err().to_string(),
        "network blue: the container has a card eth0 already"
    );
    let bad = CardRequest { name: Some("a/b".into()), ..CardRequest::default() };
    assert!(make(&network, &bad, &[]).is_err());
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
fn hardware_addresses_follow_from_addresses() {
    let of = |text: &str| MacAddress::of(text.parse().unwrap()).to_string();
    assert_eq!(of("10.87.0.2"), "02:42:0a:57:00:02");
    assert_eq!(of("fd00::1:2"), "02:66:00:01:00:02");
}
