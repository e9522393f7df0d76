//! The JSON beside `ip -json`, in each namespace.

use std::collections::BTreeMap;

use pontoon_tests::Host;
use serde_json::{Value, json};

use super::scene::Scene;

/// How to get into each namespace, by its number.
fn ways(host: &Host, map: &Value) -> BTreeMap<u64, String> {
    let mut ways = BTreeMap::new();
    for namespace in map["namespaces"].as_array().unwrap() {
        let name = &namespace["names"][0];
        let way = match name["kind"].as_str().unwrap() {
            "host" => "env".to_owned(),
            "container" => format!("nsenter --net=/proc/{}/ns/net", namespace["containers"][0]["pid"]),
            "netns" => format!("nsenter --net=/run/netns/{}", name["name"].as_str().unwrap()),
            other => panic!("{other}"),
        };
        let inode = host.sh(&format!("{way} stat -L -c %i /proc/self/ns/net")).ok().line().parse().unwrap();
        assert_eq!(namespace["inode"], json!(inode));
        ways.insert(inode, way);
    }
    ways
}

fn ip(host: &Host, way: &str, words: &str) -> Vec<Value> {
    let out = host.sh(&format!("{way} ip -json {words}")).ok();
    serde_json::from_str(&out.stdout).unwrap_or_default()
}

/// What both say of a link.
fn link(link: &Value, kind: &str) -> Value {
    let address = |it: &Value| json!([it["local"], it["prefixlen"]]);
    let addresses: Vec<Value> = link["addr_info"].as_array().unwrap().iter().map(address).collect();
    let mac = if kind == "loopback" { &Value::Null } else { &link["address"] };
    json!([
        link["ifindex"],
        link["ifname"],
        link["mtu"],
        link["operstate"],
        link["master"],
        link["ifalias"],
        mac,
        kind,
        addresses
    ])
}

/// The kind by `ip`'s word.
fn kind(link: &Value) -> String {
    let info = &link["linkinfo"];
    match (info["info_kind"].as_str(), info["info_data"]["type"].as_str()) {
        (Some("tun"), Some(mode)) => mode.to_owned(),
        (Some(kind), _) => kind.to_owned(),
        (None, _) => link["link_type"].as_str().unwrap().to_owned(),
    }
}

fn routes(list: &[Value]) -> Vec<Value> {
    let mut routes: Vec<Value> = list.iter().map(|it| json!([it["dst"], it["gateway"], it["dev"]])).collect();
    routes.sort_by_key(Value::to_string);
    routes
}

/// What `ip` tells of all namespaces, and what the map does.
fn both(host: &Host, map: &Value, ways: &BTreeMap<u64, String>) -> [Vec<Value>; 2] {
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for namespace in map["namespaces"].as_array().unwrap() {
        let way = &ways[&namespace["inode"].as_u64().unwrap()];
        theirs.extend(ip(host, way, "-details addr").iter().map(|it| link(it, &kind(it))));
        ours.extend(
            namespace["links"].as_array().unwrap().iter().map(|it| link(it, it["kind"].as_str().unwrap())),
        );
        theirs.extend(routes(&ip(host, way, "route show")));
        let four = namespace["routes"].as_array().unwrap().iter().filter(|it| it["family"] == "inet");
        let flat = |it: &Value| json!({ "dst": it["dst"], "gateway": it["nexthops"][0]["gateway"], "dev": it["nexthops"][0]["dev"] });
        ours.extend(routes(&four.map(flat).collect::<Vec<_>>()));
    }
    [theirs, ours]
}

#[test]
fn json_says_what_ip_says() {
    let host = Host::new().bridge_may_stay();
    let scene = Scene::set(&host);
    let ways = ways(&host, &scene.json(&[]));
    assert_eq!(ways.len(), 4);
    // An IPv6 address may come between the two looks.
    let mut said = both(&host, &scene.json(&[]), &ways);
    host.wait_for("links that stay as they are", || {
        let before = std::mem::replace(&mut said, both(&host, &scene.json(&[]), &ways));
        said[0] == said[1] || said == before
    });
    let [theirs, ours] = said;
    assert_eq!(ours, theirs);
    pairs(&host, &scene.json(&[]), &ways);
    scene.strike();
    host.finish();
}

/// Each pair's ends have each other's number as the link that they lead to.
fn pairs(host: &Host, map: &Value, ways: &BTreeMap<u64, String>) {
    let edges = map["edges"].as_array().unwrap();
    let of = |kind: &str| edges.iter().filter(|edge| edge["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of("pair").len(), 3, "{map}");
    assert_eq!(of("port").len(), 2, "{map}");
    for pair in of("pair") {
        for (one, other) in [("from", "to"), ("to", "from")] {
            let (one, other) = (&pair[one], &pair[other]);
            let way = &ways[&one["namespace"].as_u64().unwrap()];
            let told = ip(host, way, &format!("link show dev {}", one["ifname"].as_str().unwrap()));
            assert_eq!(told[0]["link_index"], other["ifindex"], "{pair}");
            assert_ne!(one["namespace"], other["namespace"], "{pair}");
        }
    }
    let published = |it: &Value| it["containers"][0]["published"].clone();
    let web =
        map["namespaces"].as_array().unwrap().iter().find(|it| it["names"][0]["name"] == "web").unwrap();
    assert_eq!(
        published(web),
        json!([{ "protocol": "tcp", "host_ip": null, "host_port": 8080, "port": 80 }])
    );
}
