//! Pictures to test with.

use super::model::{Address, Container, Edge, EdgeKind, End, Id, Link, Map, Name, Namespace, Route};
use crate::plan::network::ports::{Protocol, Published};

/// A link that is up.
pub(super) fn link(index: u32, name: &str, kind: &str, addresses: &[&str]) -> Link {
    let address = |text: &&str| {
        let (address, length) = text.split_once('/').expect("a prefix");
        let address = address.parse().expect("an address");
        Address { address, prefix_len: length.parse().expect("a length"), peer: None }
    };
    Link {
        index,
        name: name.to_owned(),
        kind: kind.to_owned(),
        mac: Some(format!("02:42:00:00:{:02x}:{:02x}", index >> 8, index & 255)),
        up: true,
        state: "UP",
        mtu: 1500,
        addresses: addresses.iter().map(address).collect(),
        ..Link::default()
    }
}

/// The default route.
pub(super) fn default_route(gateway: &str, device: u32) -> Route {
    let hops = vec![(Some(gateway.parse().expect("an address")), Some(device))];
    Route { family: 2, kind: 1, hops, table: 254, protocol: 3, ..Route::default() }
}

/// A namespace that `ip netns` names.
pub(super) fn named(inode: u64, name: &str, links: Vec<Link>) -> Namespace {
    Namespace {
        id: Id { device: 4, inode },
        names: vec![Name::Named(name.to_owned())],
        links,
        ..Namespace::default()
    }
}

/// A pair.
pub(super) fn pair(from: (usize, u32), to: (usize, u32)) -> Edge {
    let end = |(namespace, index)| End { namespace, index };
    Edge { kind: EdgeKind::Pair, from: end(from), to: end(to) }
}

/// A host with `count` containers on its bridge, the first with a published port.
pub(super) fn bridge(count: u32) -> Map {
    let mut host =
        vec![link(1, "lo", "loopback", &["127.0.0.1/8"]), link(2, "eth0", "device", &["192.0.2.10/24"])];
    host.push(Link { network: Some("bridge".into()), ..link(3, "pontoon0", "bridge", &["10.88.0.1/16"]) });
    let mut map = Map::default();
    for number in 1..=count {
        host.push(Link { master: Some(3), ..link(10 + number, &format!("veth{number}"), "veth", &[]) });
        let address = format!("10.88.{}.{}/16", number / 250, number % 250 + 1);
        let links = vec![link(1, "lo", "loopback", &["127.0.0.1/8"]), link(2, "eth0", "veth", &[&address])];
        let port = Published { protocol: Protocol::Tcp, host_ip: None, host_port: 8080, port: 80 };
        let container = Container {
            id: format!("{number:064x}"),
            name: Some(format!("c{number}")),
            status: "running",
            pid: 100,
            published: if number == 1 { vec![port] } else { Vec::new() },
        };
        map.namespaces.push(Namespace {
            names: vec![Name::Container(format!("c{number}"))],
            containers: vec![container],
            routes: vec![default_route("10.88.0.1", 2)],
            ..named(100 + u64::from(number), "", links)
        });
        map.edges.push(pair((0, 10 + number), (number as usize, 2)));
    }
    let names = vec![Name::Host];
    map.namespaces
        .insert(0, Namespace { names, routes: vec![default_route("192.0.2.1", 2)], ..named(1, "", host) });
    map
}

/// A host with two bridges, on which `count` containers are with two cards each, a pair of its own, a macvlan in a
/// container, a VLAN, and two namespaces that are tied to each other.
pub(super) fn tangle(count: u32) -> Map {
    let mut map = bridge(count);
    map.namespaces[0].links.push(link(500, "br1", "bridge", &["10.1.0.1/24", "fd00:1::1/64"]));
    for number in 1..=count {
        let port = Link { master: Some(500), ..link(600 + number, &format!("second{number}"), "veth", &[]) };
        map.namespaces[0].links.push(port);
        let address = format!("10.1.0.{}/24", number % 250 + 1);
        map.namespaces[number as usize].links.push(link(3, "eth1", "veth", &[&address, "fe80::1:2/64"]));
        map.edges.push(pair((0, 600 + number), (number as usize, 3)));
    }
    let host = &mut map.namespaces[0].links;
    host.push(Link { notes: vec!["id 7".into()], ..link(900, "eth0.7", "vlan", &["10.7.0.1/24"]) });
    host.push(link(901, "pair0", "veth", &[]));
    host.push(Link { up: false, state: "DOWN", ..link(902, "pair1", "veth", &[]) });
    host.push(link(903, "tap0", "tap", &[]));
    let end = |namespace, index| End { namespace, index };
    let upper = |from, to| Edge { kind: EdgeKind::Upper, from, to };
    map.edges.push(upper(end(0, 900), end(0, 2)));
    map.edges.push(pair((0, 901), (0, 902)));
    let last = map.namespaces.len();
    for (inode, name) in [(901, "mac1"), (902, "mac2")] {
        map.namespaces.push(named(inode, name, vec![link(2, "eth0", "macvlan", &["192.0.2.77/24"])]));
        map.edges.push(upper(end(map.namespaces.len() - 1, 2), end(0, 2)));
    }
    map.namespaces.push(named(903, "red", vec![link(2, "v0", "veth", &["10.9.0.1/24"])]));
    map.namespaces.push(named(904, "blue", vec![link(2, "v1", "veth", &["10.9.0.2/24"])]));
    map.edges.push(pair((last + 2, 2), (last + 3, 2)));
    map.edges.sort_unstable();
    map
}
