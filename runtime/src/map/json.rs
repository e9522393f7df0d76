//! The picture for programs. The keys are `ip -json`'s where it has them.

use netlink_raw::kernel::AF_INET6;
use serde_json::{Value, json};

use super::model::{Edge, End, Link, Map, Name, Namespace, Route};

/// Draws it.
pub fn draw(map: &Map) -> String {
    let namespaces: Vec<Value> = map.namespaces.iter().map(|it| namespace(it, map)).collect();
    let mut edges: Vec<Value> = map.edges.iter().map(|it| edge(it, map)).collect();
    for (place, namespace) in map.namespaces.iter().enumerate() {
        for link in &namespace.links {
            let Some(master) = link.master.filter(|master| namespace.link(*master).is_some()) else {
                continue;
            };
            let [from, to] = [link.index, master].map(|index| end(End { namespace: place, index }, map));
            edges.push(json!({ "kind": "port", "from": from, "to": to }));
        }
    }
    format!("{:#}\n", json!({ "namespaces": namespaces, "edges": edges }))
}

fn namespace(it: &Namespace, map: &Map) -> Value {
    let containers: Vec<Value> = it
        .containers
        .iter()
        .map(|container| {
            json!({
                "id": container.id,
                "name": container.name,
                "status": container.status,
                "pid": container.pid,
                "published": container.published,
            })
        })
        .collect();
    json!({
        "inode": it.id.inode,
        "names": it.names.iter().map(name).collect::<Vec<_>>(),
        "containers": containers,
        "problem": it.problem,
        "hidden_links": it.hidden,
        "links": it.links.iter().map(|one| link(one, it, map)).collect::<Vec<_>>(),
        "routes": it.routes.iter().map(|one| route(one, it)).collect::<Vec<_>>(),
    })
}

fn name(name: &Name) -> Value {
    let kind = match name {
        Name::Host => "host",
        Name::Container(_) => "container",
        Name::Named(_) => "netns",
        Name::Path(_) => "path",
        Name::Process { pid, command } => return json!({ "kind": "process", "name": command, "pid": pid }),
    };
    json!({ "kind": kind, "name": name.to_string() })
}

fn link(link: &Link, namespace: &Namespace, map: &Map) -> Value {
    let address = |it: &super::model::Address| {
        json!({
            "family": if it.address.is_ipv4() { "inet" } else { "inet6" },
            "local": it.address,
            "prefixlen": it.prefix_len,
            "peer": it.peer,
        })
    };
    let lost = link.lost.map(|lost| {
        let inode = lost.namespace.map(|place| map.namespaces[place].id.inode);
        json!({ "ifindex": lost.index, "namespace": inode })
    });
    json!({
        "ifindex": link.index,
        "ifname": link.name,
        "kind": link.kind,
        "address": link.mac,
        "up": link.up,
        "operstate": link.state,
        "mtu": link.mtu,
        "master": link.master.map(|master| namespace.link_name(master)),
        "network": link.network,
        "notes": link.notes,
        "ifalias": link.alias,
        "out_of_sight": lost,
        "addr_info": link.addresses.iter().map(address).collect::<Vec<_>>(),
    })
}

fn route(route: &Route, namespace: &Namespace) -> Value {
    let destination = match route.destination {
        None => "default".to_owned(),
        Some((address, length)) => format!("{address}/{length}"),
    };
    let hop = |(gateway, device): &(Option<std::net::IpAddr>, Option<u32>)| json!({ "gateway": gateway, "dev": device.map(|index| namespace.link_name(index)) });
    json!({
        "family": if route.family == AF_INET6 { "inet6" } else { "inet" },
        "type": route.kind_word().unwrap_or_else(|| "unicast".to_owned()),
        "dst": destination,
        "nexthops": route.hops.iter().map(hop).collect::<Vec<_>>(),
        "table": route.table,
        "protocol": route.protocol,
        "metric": route.metric,
        "prefsrc": route.source,
    })
}

fn edge(edge: &Edge, map: &Map) -> Value {
    json!({ "kind": edge.kind.word(), "from": end(edge.from, map), "to": end(edge.to, map) })
}

fn end(end: End, map: &Map) -> Value {
    let namespace = &map.namespaces[end.namespace];
    json!({ "namespace": namespace.id.inode, "ifindex": end.index, "ifname": namespace.link_name(end.index) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::map::example;
    use crate::map::model::Lost;

    /// The keys of all objects in a value.
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            Value::Object(object) => {
                found.extend(object.keys().cloned());
                object.values().for_each(|value| keys(value, found));
            }
            _ => {}
        }
    }

    #[test]
    fn its_keys_are_those_that_the_documentation_promises() {
        let mut map = example::tangle(1);
        map.namespaces[1].names.push(Name::Process { pid: 7, command: "sleep".into() });
        map.namespaces[1].links[0].lost = Some(Lost { index: 7, namespace: Some(0) });
        let mut found = BTreeSet::new();
        keys(&serde_json::from_str(&draw(&map)).expect("JSON"), &mut found);
        let page = include_str!("../../../docs/map.md");
        let block = page.split("```\n").find(|block| block.starts_with("namespaces[]")).expect("the block");
        // What a key holds, and words between them.
        let told = ["host", "container", "netns", "path", "process", "pair", "upper", "and", "its"];
        let promised = block.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '_'));
        let promised = promised.filter(|word| !word.is_empty() && !told.contains(word));
        assert_eq!(found, promised.map(str::to_owned).collect());
    }

    #[test]
    fn programs_find_who_is_tied_to_whom() {
        let value: Value = serde_json::from_str(&draw(&example::bridge(1))).expect("JSON");
        let container = &value["namespaces"][1];
        assert_eq!(container["names"][0], json!({ "kind": "container", "name": "c1" }));
        assert_eq!(container["links"][1]["addr_info"][0]["local"], "10.88.0.2");
        assert_eq!(container["containers"][0]["published"][0]["host_port"], 8080);
        assert_eq!(container["routes"][0]["nexthops"][0], json!({ "gateway": "10.88.0.1", "dev": "eth0" }));
        let pair = &value["edges"][0];
        assert_eq!(
            (&pair["kind"], &pair["from"]["ifname"], &pair["to"]["ifname"]),
            (&json!("pair"), &json!("veth1"), &json!("eth0"))
        );
        assert_eq!(pair["to"]["namespace"], container["inode"]);
        let port = &value["edges"][1];
        assert_eq!((&port["kind"], &port["to"]["ifname"]), (&json!("port"), &json!("pontoon0")));
    }
}
