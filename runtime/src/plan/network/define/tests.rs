use super::*;
use crate::plan::network::Subnet;

fn around() -> Surroundings {
    let red = Definition {
        name: "red".into(),
        network_interface: "pontoon1".into(),
        subnets: vec![Subnet { subnet: net("10.89.0.0/24"), gateway: None, lease_range: None }],
        ..Definition::default_bridge()
    };
    Surroundings {
        networks: vec![Definition::default_bridge(), red],
        host: vec![
            (net("10.1.0.0/16"), "route via eth0".into()),
            (net("2001:db8::/64"), "address of eth0".into()),
        ],
        devices: vec!["lo".into(), "eth0".into(), "pontoon2".into()],
        global_id: [1, 2, 3, 4, 5],
        id: "a".repeat(64),
        created: "2026-11-23T21:00:00Z".into(),
    }
}

fn net(text: &str) -> IpNet {
    text.parse().expect("a subnet")
}

fn blue() -> Wish {
    Wish { name: "blue".into(), ..Wish::default() }
}

fn with(subnets: &[&str]) -> Wish {
    Wish { subnets: subnets.iter().map(|text| net(text)).collect(), ..blue() }
}

fn made(wish: &Wish) -> Definition {
    define(wish, &around()).expect("a network")
}

fn option(driver: Driver, word: &str, value: &str) -> Wish {
    Wish { driver, options: [(word.to_owned(), value.to_owned())].into(), ..blue() }
}

#[test]
fn what_nobody_says_is_chosen() {
    let network = made(&blue());
    assert_eq!((network.network_interface.as_str(), network.dns_enabled), ("pontoon3", true));
    assert_eq!(network.subnets[0].gateway_net(), Some(net("10.89.1.1/24")));
    assert_eq!((network.subnets.len(), network.ipv6_enabled), (1, false));
    assert_eq!((network.id.len(), network.created.as_str()), (64, "2026-11-23T21:00:00Z"));
    assert_eq!(network.ipam_options["driver"], "host-local");
    let both = made(&Wish { ipv6: true, ..blue() });
    let gateways: Vec<String> =
        both.subnets.iter().filter_map(Subnet::gateway_net).map(|it| it.to_string()).collect();
    assert_eq!(gateways, ["10.89.1.1/24", "fd01:203:405::1/64"]);
    let six = made(&with(&["fd07::/64"]));
    assert_eq!((six.subnets.len(), six.ipv6_enabled), (1, true), "an IPv6 subnet alone is enough");
}

#[test]
fn drivers_differ() {
    let parent = |driver| option(driver, "parent", "eth0");
    let macvlan = made(&Wish { subnets: vec![net("10.1.2.0/24")], ..parent(Driver::Macvlan) });
    assert_eq!((macvlan.network_interface.as_str(), macvlan.dns_enabled), ("eth0", false));
    assert_eq!(
        macvlan.subnets[0].gateway,
        Some("10.1.2.1".parse().unwrap()),
        "the parent's subnet is no obstacle"
    );
    assert!(macvlan.options.is_empty());
    let none = made(&parent(Driver::Ipvlan));
    assert!(none.subnets.is_empty() && !none.gives_addresses());
    let tap = made(&Wish { driver: Driver::Tap, ..with(&["10.2.0.0/24"]) });
    assert_eq!((tap.network_interface.as_str(), tap.subnets[0].gateway), ("pontoon3", None));
    let ptp = made(&Wish { driver: Driver::Ptp, ..blue() });
    assert!(ptp.dns_enabled && ptp.subnets[0].gateway.is_some());
}

#[test]
fn what_is_said_is_noted_where_podman_looks_for_it() {
    let wish = Wish {
        ranges: vec!["10.2.0.128/25".parse().unwrap()],
        gateways: vec!["10.2.0.254".parse().unwrap()],
        excluded: vec!["10.2.0.130".parse().unwrap(), "10.2.0.140-10.2.0.150".parse().unwrap()],
        reservations: vec![("db".into(), "10.2.0.9".parse().unwrap())],
        isolate: true,
        mtu: Some(1400),
        options: [("stp".to_owned(), "on".to_owned())].into(),
        ..with(&["10.2.0.0/24"])
    };
    let network = made(&wish);
    let subnet = &network.subnets[0];
    assert_eq!(subnet.gateway, Some("10.2.0.254".parse().unwrap()));
    assert_eq!(subnet.lease_range.as_ref().unwrap().start_ip, Some("10.2.0.128".parse().unwrap()));
    assert_eq!(network.ipam_options["exclude"], "10.2.0.130,10.2.0.140-10.2.0.150");
    assert_eq!(network.ipam_options["reserve"], "db=10.2.0.9");
    let options: Vec<_> = network.options.iter().map(|(word, value)| format!("{word}={value}")).collect();
    assert_eq!(options, ["isolate=true", "mtu=1400", "stp=on"]);
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn range(text: &str) -> AddressRange {
    text.parse().expect("a range")
}

fn refuses(cases: &[(Wish, &str)]) {
    for (wish, error) in cases {
        let told = define(wish, &around()).expect_err(error).to_string();
        assert_eq!(told, format!("network blue: {error}"));
    }
}

#[test]
fn addresses_that_cannot_be_are_told() {
    let ten = || with(&["10.2.0.0/24"]);
    let route =
        |gateway: &str| StaticRoute { destination: net("10.9.0.0/16"), gateway: ip(gateway), metric: None };
    refuses(&[
        (with(&["10.1.2.0/24"]), "subnet 10.1.2.0/24 is in use (10.1.0.0/16, route via eth0)"),
        (with(&["10.89.0.0/16"]), "subnet 10.89.0.0/16 is in use (10.89.0.0/24, network red)"),
        (with(&["10.87.3.0/24"]), "subnet 10.87.3.0/24 is in use (10.87.0.0/16, network bridge)"),
        (with(&["10.2.0.7/24"]), "10.2.0.7/24 is no subnet: it has host bits (10.2.0.0/24 has none)"),
        (with(&["10.2.0.0/24", "10.2.0.0/16"]), "the subnets 10.2.0.0/24 and 10.2.0.0/16 overlap"),
        (with(&["127.1.0.0/16"]), "127.1.0.0/16 can't be a subnet of containers"),
        (with(&["10.2.0.1/32"]), "10.2.0.1/32 has no address for a container"),
        (
            Wish { gateways: vec![ip("10.3.0.1")], ..ten() },
            "gateway 10.3.0.1 is in none of the network's subnets (10.2.0.0/24)",
        ),
        (
            Wish { gateways: vec![ip("10.2.0.255")], ..ten() },
            "gateway 10.2.0.255 is the broadcast address of 10.2.0.0/24",
        ),
        (
            Wish { gateways: vec![ip("10.2.0.1"), ip("10.2.0.2")], ..ten() },
            "subnet 10.2.0.0/24 can't have two gateways, 10.2.0.1 and 10.2.0.2",
        ),
        (
            Wish { ranges: vec![range("10.2.0.9-10.2.1.1")], ..ten() },
            "range 10.2.0.9-10.2.1.1 is in none of the network's subnets (10.2.0.0/24)",
        ),
        (
            Wish { excluded: vec![range("10.3.0.9")], ..ten() },
            "what is excluded, 10.3.0.9 is in none of the network's subnets (10.2.0.0/24)",
        ),
        (
            Wish { excluded: vec![range("10.2.0.0/24")], ..ten() },
            "subnet 10.2.0.0/24 has no address left for a container",
        ),
        (
            Wish { reservations: vec![("db".into(), ip("10.2.0.1"))], ..ten() },
            "reserved address 10.2.0.1 is the gateway's address",
        ),
        (
            Wish { routes: vec![route("10.3.0.1")], ..ten() },
            "route 10.9.0.0/16,10.3.0.1: the gateway is in none of the network's subnets",
        ),
    ]);
}

#[test]
fn devices_and_options_that_cannot_be_are_told() {
    let mtu = |mtu, subnet| Wish { mtu: Some(mtu), ..with(&[subnet]) };
    refuses(&[
        (
            Wish { interface: Some("eth0".into()), ..blue() },
            "the device eth0 is in use (a device of the host's)",
        ),
        (
            Wish { interface: Some("pontoon1".into()), ..blue() },
            "the device pontoon1 is in use (network red)",
        ),
        (
            Wish { driver: Driver::Macvlan, ..blue() },
            "driver macvlan needs a device of the host's: -o parent=DEVICE",
        ),
        (option(Driver::Vlan, "parent", "eth9"), "the host has no device eth9"),
        (option(Driver::Vlan, "parent", "eth0"), "driver vlan needs the option id, the VLAN's number"),
        (option(Driver::Vxlan, "id", "16777216"), "option id=16777216: it takes a number from 0 to 16777215"),
        (mtu(67, "10.2.0.0/24"), "MTU 67: it takes 68 to 65535 bytes"),
        (mtu(1279, "fd07::/64"), "MTU 1279: IPv6 needs 1280 bytes at least"),
        (option(Driver::Tap, "isolate", "1"), "driver tap has no option isolate: the host is not its router"),
        (option(Driver::Bridge, "isolate", "x"), "option isolate=x: it takes true, false or strict"),
        (
            option(Driver::Ptp, "stp", "1"),
            "driver ptp has no option stp; it has isolate, metric, mtu, no_default_route",
        ),
        (
            Wish { disable_dns: true, dns: vec![ip("9.9.9.9")], ..blue() },
            "--dns does not go with --disable-dns: nobody would ask",
        ),
    ]);
}

#[test]
fn names_that_cannot_be_are_told() {
    let long = Wish { interface: Some("sixteen-bytes-xx".into()), ..blue() };
    let told = define(&long, &around()).unwrap_err().to_string();
    assert!(told.starts_with("network blue: \"sixteen-bytes-xx\" can't be the name of a device"), "{told}");
    for (name, error) in [
        ("../evil", "\"../evil\" is no name of a network"),
        ("host", "host is taken: --net=host means something else"),
        ("bridge", "there is a network bridge already"),
        ("red", "there is a network red already"),
    ] {
        let told = define(&Wish { name: name.into(), ..blue() }, &around()).unwrap_err().to_string();
        assert!(told.starts_with(error), "{told}");
    }
}
