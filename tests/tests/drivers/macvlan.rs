//! Cards on a device of the host's with hardware addresses of their own.

use pontoon_tests::Host;

use super::{addresses, lan, network, pings, reaches, unlan, within};

#[test]
fn macvlans_are_on_the_lan_and_reach_each_other() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24 --subnet fd07::/64");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "ip route; ip -6 route");
    let two = host.start("two", &["--net=lan"], &bundle, "");
    assert!(one.said().contains("default via 192.168.7.1 dev eth0"), "{}", one.said());
    assert!(one.said().contains("default via fd07::1 dev eth0"), "{}", one.said());
    for address in addresses(&two) {
        reaches(&one, &address);
    }
    // The router, and what lies behind it.
    for address in ["192.168.7.1", "fd07::1", "203.0.113.9", "2001:db8::9"] {
        reaches(&one, address);
    }
    for address in addresses(&one) {
        host.sh(&format!("ip netns exec router ping -c 1 -W 10 {address}")).ok();
    }
    let shown = within(&host, "one", "ip -d link show eth0");
    assert!(shown.contains("02:42:c0:a8:07:") && shown.contains("macvlan mode bridge"), "{shown}");
    // Only what is there already: nothing on the host.
    assert!(!host.sh("ip -o link").ok().stdout.contains("veth"), "no pair");
    one.end();
    two.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn private_macvlans_reach_the_lan_alone() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 -o mode=private --subnet 192.168.7.0/24");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=lan"], &bundle, "");
    reaches(&one, "192.168.7.1");
    assert!(!pings(&one, &addresses(&two)[0]), "private");
    // Without IPv6 on the network there is none at all.
    assert!(!within(&host, "one", "ip addr show eth0").contains("inet6"));
    one.end();
    two.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn a_macvlan_comes_and_goes_with_connect_and_disconnect() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24 --ip-range 192.168.7.64/26");
    let one = host.start("one", &["--net=none"], &host.bundle(), "");
    network(&host, "connect lan one");
    reaches(&one, "203.0.113.9");
    network(&host, "connect --ip 192.168.7.99 --mac-address 02:00:00:00:00:07 --ifname lan lan one");
    let shown = one.exec("ip addr show lan").stdout;
    assert!(shown.contains("192.168.7.99/24") && shown.contains("02:00:00:00:00:07"), "{shown}");
    network(&host, "disconnect --ifname eth0 lan one");
    reaches(&one, "203.0.113.9");
    network(&host, "disconnect lan one");
    assert_eq!(one.exec("ip -o link | wc -l; ip route").stdout.trim(), "1");
    one.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn without_a_parent_it_is_the_device_of_the_default_route() {
    let host = Host::new();
    lan(&host);
    let file = |name: &str, ipam: &str| {
        let json = format!(
            r#"{{"name": "{name}", "id": "1", "driver": "macvlan", "ipam_options": {{"driver": "{ipam}"}}}}"#
        );
        host.sh(&format!("mkdir -p /etc/pontoon/networks; echo '{json}' >/etc/pontoon/networks/{name}.json"))
            .ok();
    };
    file("lan", "none");
    file("asks", "dhcp");
    let bundle = host.bundle();
    let refused = |net: &str| host.pontoon(&["run", "--rm", net, bundle.path(), "true"]).fails(125).stderr;
    let error = refused("--net=lan");
    assert!(error.contains("names no device") && error.contains("no default route"), "{error}");
    host.sh("ip addr add 192.168.7.9/24 dev lan0; ip route add default via 192.168.7.1").ok();
    let error = refused("--net=asks");
    assert!(error.contains("asks no DHCP server"), "{error}");
    let one = host.start("one", &["--net=lan"], &bundle, "");
    assert_eq!(addresses(&one), [""; 0]);
    within(&host, "one", "ip addr add 192.168.7.50/24 dev eth0 && ping -c 1 -W 10 192.168.7.1");
    one.end();
    host.sh("rm /etc/pontoon/networks/*.json").ok();
    unlan(host);
}

#[test]
fn what_a_parent_can_not_give_is_told() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    network(&host, "create whole -d macvlan -o parent=lan0 -o mode=passthru --subnet 192.168.8.0/24");
    let bundle = host.bundle();
    let refused = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let run = [&["run", "--rm"], &words[..], &[bundle.path(), "true"]].concat();
        host.pontoon(&run).fails(125).stderr
    };
    let error = refused("--net=lan --net-rate up=1mbit");
    assert!(error.contains("network lan: a card of the driver macvlan has no end on the host"), "{error}");
    let error = refused("--net=whole:mac=02:00:00:00:00:01");
    assert!(error.contains("have the hardware address of the device below"), "{error}");
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let error = refused("--net=whole");
    assert!(error.contains("passthru takes the whole of lan0"), "{error}");
    one.end();
    host.sh("ip link set lan0 down").ok();
    let error = refused("--net=lan");
    assert!(error.contains("the host's device lan0 is down"), "{error}");
    host.sh("ip link set lan0 up; ip link add br9 type bridge").ok();
    // The kernel takes a card away a moment after its container.
    host.wait_for("a device without macvlans", || host.sh("ip link set lan0 master br9").run().status == 0);
    let error = refused("--net=lan");
    assert!(error.contains("lan0 is a port of a bridge"), "{error}");
    host.sh("ip link del br9; ip link del lan0").ok();
    let error = refused("--net=lan");
    assert!(error.contains("the host has no device lan0"), "{error}");
    network(&host, "rm lan whole");
    unlan(host);
}

#[test]
fn a_lent_macvlan_goes_with_the_address_of_its_owner() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=container:one"], &bundle, "");
    reaches(&two, "192.168.7.1");
    one.end();
    assert_eq!(two.exec("ip -o link | wc -l").line(), "1");
    two.end();
    network(&host, "rm lan");
    unlan(host);
}
