//! Bridges with a tunnel.

use pontoon_tests::Host;

use super::{addresses, lan, network, reaches, unlan};

/// The other end of a tunnel, made by hand: a namespace `far` that is reached by `lan0`, with 10.33.0.9 and fd33::9 in
/// the tunnel.
fn far_end(host: &Host, tunnel: &str) {
    lan(host);
    let script = format!(
        "set -e
        ip addr add 192.168.7.2/24 dev lan0; ip addr add fd07::2/64 dev lan0 nodad
        ip -n router link add tun0 type vxlan {tunnel} dev up0
        ip -n router addr add 10.33.0.9/24 dev tun0
        ip -n router addr add fd33::9/64 dev tun0 nodad
        ip -n router link set tun0 up"
    );
    host.sh(&script).ok();
}

#[test]
fn a_vxlan_leads_to_the_other_host_and_carries_what_fits() {
    let host = Host::new();
    far_end(&host, "id 42 dstport 4789 remote 192.168.7.2 local 192.168.7.1");
    network(
        &host,
        "create far -d vxlan -o id=42 -o remote=192.168.7.1 -o local=192.168.7.2 --subnet 10.33.0.0/24 --subnet fd33::/64",
    );
    let bundle = host.bundle();
    let one = host.start("one", &["--net=far"], &bundle, "");
    let two = host.start("two", &["--net=far"], &bundle, "cat /sys/class/net/eth0/mtu");
    assert_eq!(two.said(), "1450");
    for address in addresses(&two).iter().map(String::as_str).chain(["10.33.0.9", "fd33::9"]) {
        reaches(&one, address);
    }
    // The largest packet passes whole.
    one.exec("ping -c 1 -W 10 -s 1422 10.33.0.9");
    let shown = host.sh("ip -d link show type vxlan").ok().stdout;
    for word in
        ["vxlan id 42", "dstport 4789", "alias pontoon network far", "addrgenmode none", "master pontoon1"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Gone with the device that it sends by, or by hand: the next start makes it again.
    host.sh("ip link del $(ip -o link show type vxlan | awk -F': ' '{ print $2 }')").ok();
    let three = host.start("three", &["--net=far"], &bundle, "");
    reaches(&three, "10.33.0.9");
    for container in [one, two, three] {
        container.end();
    }
    network(&host, "rm far");
    unlan(host);
}

#[test]
fn a_vxlan_over_ipv6_and_by_a_group_has_its_mtu() {
    let host = Host::new();
    far_end(&host, "id 43 dstport 4790 group ff05::43");
    network(
        &host,
        "create far -d vxlan -o vni=43 -o dstport=4790 -o group=ff05::43 -o dev=lan0 --subnet 10.33.0.0/24",
    );
    let one = host.start("one", &["--net=far"], &host.bundle(), "cat /sys/class/net/eth0/mtu");
    assert_eq!(one.said(), "1430");
    reaches(&one, "10.33.0.9");
    one.end();
    network(&host, "rm far");
    unlan(host);
}

#[test]
fn two_hosts_of_one_vxlan_reach_each_other_s_containers() {
    let host = Host::new();
    lan(&host);
    host.sh("ip addr add 192.168.7.2/24 dev lan0").ok();
    network(
        &host,
        "create far -d vxlan -o id=44 -o remote=192.168.7.1 --subnet 10.34.0.0/24 --ip-range 10.34.0.64/26",
    );
    let bundle = host.bundle();
    let one = host.start("one", &["--net=far"], &bundle, "");
    let pontoon = host.pontoon_path();
    let pontoon = format!("nsenter --net=/run/netns/router {} --root /run/other", pontoon.display());
    host.sh(&format!(
        "{pontoon} network create far -d vxlan -o id=44 -o remote=192.168.7.2 --subnet 10.34.0.0/24 \
         --gateway 10.34.0.2 --ip-range 10.34.0.128/26"
    ))
    .ok();
    let address = &addresses(&one)[0];
    host.sh(&format!("{pontoon} run --rm --net=far {} ping -c 1 -W 10 {address}", bundle.path())).ok();
    host.sh(&format!("{pontoon} network rm far; rm -rf /run/other")).ok();
    one.end();
    network(&host, "rm far");
    unlan(host);
}
