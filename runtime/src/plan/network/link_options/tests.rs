use netlink_raw::kernel::{ETH_P_8021AD, MACVLAN_MODE_PRIVATE};
use netlink_raw::route::Tun;

use super::*;

fn words(text: &[&str]) -> Words {
    let pair = |word: &&str| {
        let (key, value) = word.split_once('=').expect("KEY=VALUE");
        (key.to_owned(), value.to_owned())
    };
    text.iter().map(pair).collect()
}

fn refused(driver: &str, text: &str) -> String {
    LinkOptions::parse(driver, &words(&[text])).expect_err(text)
}

/// What is read from the first is written as the second.
fn written(driver: &str, read: &[&str], back: &[&str]) {
    let options = LinkOptions::parse(driver, &words(read)).expect("good options");
    assert_eq!(options.words(), words(back));
    assert_eq!(LinkOptions::parse(driver, &options.words()), Ok(options));
}

#[test]
fn a_bridge_and_its_ports_have_the_words_of_the_kernel() {
    let all = [
        "stp=on",
        "forward_delay=2",
        "hello_time=1500ms",
        "max_age=20s",
        "priority=4096",
        "ageing_time=0.5",
        "vlan_filtering=0",
        "mcast_snooping=no",
        "cost=100",
        "port_priority=63",
        "hairpin=1",
        "isolated=true",
        "learning=off",
        "flood=yes",
        "mcast_flood=False",
        "bcast_flood=true",
    ];
    let Ok(LinkOptions::Bridge { bridge, port }) = LinkOptions::parse("bridge", &words(&all)) else {
        panic!("no bridge")
    };
    let expected = Bridge {
        stp_state: Some(1),
        forward_delay: Some(200),
        hello_time: Some(150),
        max_age: Some(2000),
        priority: Some(4096),
        ageing_time: Some(50),
        vlan_filtering: Some(false),
        multicast_snooping: Some(false),
        ..Bridge::default()
    };
    assert_eq!(bridge, expected);
    let expected = BridgePort {
        cost: Some(100),
        priority: Some(63),
        hairpin: Some(true),
        isolated: Some(true),
        learning: Some(false),
        unicast_flood: Some(true),
        multicast_flood: Some(false),
        broadcast_flood: Some(true),
        ..BridgePort::default()
    };
    assert_eq!(port, expected);
    written("bridge", &["stp_state=0", "ageing_time=300"], &["stp=false", "ageing_time=300s"]);
    written("bridge", &["hello_time=1.25"], &["hello_time=1250ms"]);
}

#[test]
fn each_other_driver_has_its_own() {
    written("macvlan", &["mode=Private", "parent=eth0"], &["mode=private", "parent=eth0"]);
    written("ipvlan", &["mode=l3s", "flag=vepa"], &["mode=l3s", "flag=vepa"]);
    written("vlan", &["vlan=7", "protocol=802.1AD"], &["id=7", "protocol=802.1ad"]);
    written(
        "vxlan",
        &["vni=42", "group=239.1.1.1", "dev=eth0", "dstport=4789", "ttl=4", "local=10.0.0.1"],
        &["id=42", "remote=239.1.1.1", "parent=eth0", "dstport=4789", "ttl=4", "local=10.0.0.1"],
    );
    written(
        "vxlan",
        &["id=1", "learning=0", "cost=5", "stp=1"],
        &["id=1", "learning=false", "cost=5", "stp=true"],
    );
    assert_eq!(LinkOptions::parse("ptp", &words(&["mtu=1400"])), Ok(LinkOptions::None));
    written("bridge", &["isolate=true", "hairpin=1"], &["hairpin=true"]);
    written("tap", &["owner=1000", "multi_queue=1"], &["owner=1000", "multi_queue=true"]);
    let Ok(LinkOptions::Vlan { settings, .. }) =
        LinkOptions::parse("vlan", &words(&["id=9", "protocol=802.1ad"]))
    else {
        panic!("no vlan")
    };
    assert_eq!((settings.id, settings.protocol), (Some(9), Some(ETH_P_8021AD)));
}

#[test]
fn what_is_wrong_is_told_with_what_is_right() {
    for (driver, text, problem) in [
        ("macvlan", "stp=1", "driver macvlan has no option stp; it has parent, mode, bcqueuelen, isolate"),
        ("tap", "x=1", "driver tap has no option x; it has owner, group, multi_queue, vnet_hdr"),
        ("ptp", "x=1", "driver ptp has no option x; it has isolate, metric, mtu, no_default_route"),
        ("bridge", "stp=maybe", "option stp=maybe: it takes true or false"),
        ("bridge", "port_priority=64", "option port_priority=64: it takes a number from 0 to 63"),
        ("bridge", "cost=0", "option cost=0: it takes a number from 1 to 65535"),
        (
            "bridge",
            "hello_time=11",
            "option hello_time=11: it takes a time from 1s to 10s, such as 15, 1.5s or 1500ms",
        ),
        ("bridge", "max_age=6001ms", "it takes a time from 6s to 40s"),
        ("bridge", "forward_delay=-1", "it takes a time"),
        ("bridge", "ageing_time=99999999999999999999", "it takes a time"),
        ("macvlan", "mode=l2", "option mode=l2: it takes bridge, private, vepa, passthru, source"),
        ("macvlan", "parent=a/b", "it takes the name of a device"),
        ("vlan", "id=4095", "it takes a number from 1 to 4094"),
        ("vlan", "protocol=802.1q", "driver vlan needs the option id"),
        ("vxlan", "remote=x", "it takes an IPv4 or IPv6 address"),
        ("vxlan", "dstport=4789", "driver vxlan needs the option id"),
    ] {
        let error = refused(driver, text);
        assert!(error.contains(problem), "{error}");
    }
    let both = LinkOptions::parse("bridge", &words(&["stp=1", "forward_delay=1"])).unwrap_err();
    assert_eq!(both, "with stp, forward_delay is 2s to 30s");
    let families = LinkOptions::parse("vxlan", &words(&["id=1", "remote=10.0.0.1", "local=fd00::1"]));
    assert_eq!(families.unwrap_err(), "remote and local are of one family");
    let group = LinkOptions::parse("vxlan", &words(&["id=1", "remote=239.0.0.1"]));
    assert_eq!(group.unwrap_err(), "a VXLAN with a multicast group needs the option parent");
}

#[test]
fn what_the_kernel_tells_is_written_in_the_same_words() {
    let name = |index| (index == 4).then(|| "eth0".to_owned());
    let settings = Macvlan { mode: Some(MACVLAN_MODE_PRIVATE), flags: Some(0), ..Macvlan::default() };
    let link = Link { link: Some(4), kind: Some(Kind::Macvlan(settings)), ..Link::default() };
    assert_eq!(LinkOptions::told(&link, name).unwrap().words(), words(&["parent=eth0", "mode=private"]));
    let bridge =
        Bridge { stp_state: Some(2), max_age: Some(2000), group_forward_mask: Some(8), ..Bridge::default() };
    let link = Link { kind: Some(Kind::Bridge(bridge.into())), ..Link::default() };
    assert_eq!(LinkOptions::told(&link, name).unwrap().words(), words(&["stp=true", "max_age=20s"]));
    let port = BridgePort { hairpin: Some(false), cost: Some(2), ..BridgePort::default() };
    let link = Link { kind: Some(Kind::Veth { peer: None }), port: Some(port), ..Link::default() };
    assert_eq!(LinkOptions::told(&link, name).unwrap().words(), words(&["hairpin=false", "cost=2"]));
    let tun = Tun { owner: Some(0), multi_queue: Some(true), ..Tun::default() };
    let link = Link { kind: Some(Kind::Tun(tun)), ..Link::default() };
    assert_eq!(LinkOptions::told(&link, name).unwrap().words(), words(&["owner=0", "multi_queue=true"]));
    let vxlan = Vxlan { id: Some(4), link: Some(4), ..Vxlan::default() };
    let link = Link { kind: Some(Kind::Vxlan(vxlan.into())), ..Link::default() };
    assert_eq!(LinkOptions::told(&link, name).unwrap().words(), words(&["id=4", "parent=eth0"]));
    assert_eq!(LinkOptions::told(&Link { kind: Some(Kind::Dummy), ..Link::default() }, name), None);
}
