use super::{alike, both, finish, host};

/// A route of each kind, and `d0` without its other end.
const ROUTES: &str = "ip route add default via 10.9.0.2
    ip route add 10.1.0.0/16 via 10.9.0.3 dev d0 metric 5 mtu 1400 advmss 1300 window 4000
    ip route add blackhole 10.2.0.0/16
    ip route add prohibit 10.7.0.0/16
    ip route add throw 10.8.0.0/16
    ip route add unreachable 10.10.0.0/16
    ip route add 10.3.0.0/16 nexthop via 10.9.0.4 weight 2 nexthop via 10.9.0.5 dev d0 onlink
    ip route add 10.4.0.0/16 via inet6 fe80::1 dev d0
    ip route add 10.5.0.0/16 dev d0 src 10.9.0.1 proto static scope link mtu lock 1300
    ip route add 10.6.0.0/16 dev d0 table 300 rto_min 50ms initcwnd 10 quickack 1 features ecn congctl reno \
        hoplimit 3 rtt 20ms rttvar 5ms reordering 3 cwnd lock 8 ssthresh 9 realm 3/4 tos 0x10
    ip route add 10.6.0.0/16 dev d0 proto 77 scope site table 301 realms 5
    ip -6 route add 2001:db8::/64 dev d0 pref high
    ip -6 route add unreachable 2001:db8:2::/48
    ip -6 route add default via fe80::7 dev d0
    ip -6 route add 2001:db9::/64 nexthop via fe80::2 dev d0 nexthop via fe80::3 dev d0 weight 3
    ip link set d1 down";

#[test]
fn routes_are_shown_as_ip_shows_them() {
    let host = host();
    host.sh(&format!("set -e; {ROUTES}")).ok();
    alike(
        &host,
        "route",
        &["", "-4", "-6", "-d", "-s", "-o", "-j", "-j -p", "-j -d", "-6 -d", "-6 -j"],
        &["", "show", "show table all", "list table local", "show table main dev d0"],
    );
    alike(
        &host,
        "route",
        &["", "-j"],
        &[
            "show table 300",
            "show root 10.0.0.0/8 dev d0",
            "show match 10.3.1.1",
            "show exact 10.3.0.0/16",
            "show to 10.1.0.0/16",
            "show 10.1/16",
            "show default",
            "show proto kernel",
            "show dev d0 proto static",
            "show scope link",
            "show type blackhole",
            "show via 10.9.0.3",
            "show src 10.9.0.1",
            "show metric 5",
            "show table all realms 3/4",
            "show table all type local proto kernel",
            "show match 2001:db8::1 table all",
            "show cache",
        ],
    );
    finish(host);
}

#[test]
fn the_way_of_a_packet_is_told_as_ip_tells_it() {
    let host = host();
    host.sh(&format!("set -e; {ROUTES}; ip link set d1 up")).ok();
    alike(
        &host,
        "route",
        &["", "-d", "-j", "-o"],
        &[
            "get 10.1.0.1",
            "get to 10.1.0.1 oif d0",
            "get 10.9.0.1",
            "get 127.0.0.1",
            "get 10.9.0.255",
            "get 8.8.8.8 mark 4 uid 3",
            "get 8.8.8.8 mark 20",
            "get 10.4.0.1 from 10.9.0.1",
            "get fibmatch 10.3.3.3",
            "get 1.2.3.4/24",
            "get 2001:db8::1",
            "get ::1",
            "get 10.2.0.1",
            "get 10.7.0.1",
            "get 10.1.0.1 from 10.9.0.77 iif d0",
            "get default",
            "get 10.99.0.1 dev d0",
            "get 10.1.0.1 sport 4 dport 0x50 ipproto tcp",
            "get 10.1.0.1 ipproto 17 dport 53",
            "get 10.1.0.1 ipproto icmp",
            "get 10.1.0.1 ipproto sctp",
            "get 2001:db8::1 ipproto ipv6-icmp",
            "get 10.1.0.1 ipproto nope",
            "get 10.1.0.1 sport 70000",
            "get 10.1.0.1 dport x",
            "get 10.1.0.1 sport",
            "get 10.1.0.1 vrf d0",
            "get 10.1.0.1 vrf nope",
        ],
    );
    finish(host);
}

#[test]
fn what_ip_would_add_is_what_is_there_afterwards() {
    let host = host();
    let pontoon = host.pontoon_path().display().to_string();
    host.sh(&format!("set -e; {ROUTES}")).ok();
    let shown = "ip -d route show table all; ip -6 -d route show table all";
    // That the other end is down comes to the routes a moment later.
    let settled = || host.sh("ip route show default").ok().stdout.contains("linkdown");
    host.wait_for("routes by a device without carrier", settled);
    let made_by_ip = host.sh(shown).ok().stdout;
    host.sh("ip route flush proto boot; ip route flush proto static; ip -6 route flush proto boot").ok();
    host.sh("ip route flush table 300; ip route flush table 301; ip link set d1 up").ok();
    let routes = ROUTES.replace("ip -6 route", &format!("{pontoon} route -6"));
    host.sh(&format!("set -e; {}", routes.replace("ip route", &format!("{pontoon} route")))).ok();
    host.wait_for("routes by a device without carrier", settled);
    assert_eq!(host.sh(shown).ok().stdout, made_by_ip);
    finish(host);
}

#[test]
fn a_route_is_changed_replaced_appended_and_deleted() {
    let host = host();
    for (words, there) in [
        ("add 10.20.0.0/16 via 10.9.0.2", "10.20.0.0/16 via 10.9.0.2 dev d0 \n"),
        ("change 10.20.0.0/16 via 10.9.0.3", "10.20.0.0/16 via 10.9.0.3 dev d0 \n"),
        ("replace 10.20.0.0/16 dev d0", "10.20.0.0/16 dev d0 scope link \n"),
        (
            "append 10.20.0.0/16 via 10.9.0.4",
            "10.20.0.0/16 dev d0 scope link \n10.20.0.0/16 via 10.9.0.4 dev d0 \n",
        ),
        ("del 10.20.0.0/16 via 10.9.0.4", "10.20.0.0/16 dev d0 scope link \n"),
        ("del 10.20.0.0/16", ""),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        host.pontoon(&[&["route"], &words[..]].concat()).ok();
        assert_eq!(host.sh("ip route show 10.20.0.0/16").ok().stdout, there, "{words:?}");
    }
    finish(host);
}

#[test]
fn the_cache_is_flushed_and_told_as_by_ip() {
    let host = host();
    alike(&host, "route", &["", "-s", "-4 -s", "-6", "-6 -s"], &["flush cache", "flush table cache"]);
    finish(host);
}

#[test]
fn a_mistake_is_told_in_ips_words_and_with_its_status() {
    let host = host();
    host.sh("ip route add 10.1.0.0/16 via 10.9.0.3 metric 5; ip route add default via 10.9.0.2").ok();
    alike(
        &host,
        "route",
        &[""],
        &[
            "add 10.1.0.0/16 via 10.9.0.3 metric 5",
            "add default via 10.9.0.2",
            "add 10.99.0.0/16 via 1.2.3.4",
            "add 10.99.0.0/16 dev nope",
            "add 10.99.0.0/16",
            "add 10.99.1.1/16 dev d0",
            "add bad dev d0",
            "add 10.99.0.0/33 dev d0",
            "add 10.99.0.0/16 via x",
            "add 10.99.0.0/16 dev",
            "add 10.99.0.0/16 dev d0 metric x",
            "add 10.99.0.0/16 dev d0 mtu x",
            "add 10.99.0.0/16 dev d0 table x",
            "add 10.99.0.0/16 dev d0 proto x",
            "add 10.99.0.0/16 dev d0 scope x",
            "add 10.99.0.0/16 dev d0 src 9.9.9.9",
            "add 10.99.0.0/16 dev d0 pref x",
            "add 10.99.0.0/16 dev d0 blah",
            "add 10.98.0.0/16 nexthop dev d0 nexthop bogus",
            "add 10.98.0.0/16 nexthop via 10.9.0.3 nexthop via 9.9.9.9",
            "change 10.88.0.0/16 dev d0",
            "del 10.99.0.0/16",
            "show dev nope",
            "show table nope",
            "show vrf nope",
            "show vrf d0",
            "show vrf",
            "show proto nope",
            "show scope nope",
            "show tos nope",
            "show realm nope",
            "flush vrf nope",
            "add 10.99.0.0/16 dev d0 vrf nope",
            "add vrf d0 10.99.0.0/16 dev d0",
            "add 10.99.0.0/16 dev d0 ttl-propagate on",
            "add 10.99.0.0/16 dev d0 ttl-propagate",
            "add 10.98.0.0/16 nexthop",
            "show table 9999",
            "show bogus",
            "show root",
            "get",
            "get x",
            "get 10.1.0.1 oif nope",
        ],
    );
    let [ip, pontoon] = both(&host, "route", "", "bogus");
    assert_eq!((pontoon.1, pontoon.2), (ip.1.replace("\"ip ", "\"pontoon "), ip.2));
    finish(host);
}
