use pontoon_tests::Host;
use pontoon_tests::ip::both;

use super::{finish, host, same, without_numbers};

/// Everything there is to know of links, but for a bridge's clocks.
const SHOWN: &str = "ip -d link show; ip -6 addr show scope global";

fn still(text: &str) -> String {
    let clocks = ["hello_timer", "tcn_timer", "topology_change_timer", "gc_timer"];
    let text = without_numbers(text, &clocks);
    // The kernel follows a carrier in its own time.
    let states = ["UP", "DOWN", "UNKNOWN", "LOWERLAYERDOWN", "DORMANT"];
    let text = states.iter().fold(text, |text, state| text.replace(&format!(" state {state} "), " "));
    text.replace("NO-CARRIER,", "").replace(",LOWER_UP", "").replace(",M-DOWN", "").replace("qdisc noop ", "")
}

#[test]
fn a_link_is_made_as_ip_makes_it() {
    same(
        &[
            "link add v0 address 02:00:00:00:00:01 mtu 1400 txqueuelen 77 up type veth peer name v1 \
             address 02:00:00:00:00:02 mtu 1300 txqueuelen 7 numtxqueues 2",
            "link add name v2 index 50 address 02:00:00:00:00:03 numtxqueues 3 numrxqueues 4 group 9 alias some \
             type veth peer v3 index 60 address 02:00:00:00:00:04 group 5",
            "link add br0 address 02:00:00:00:00:05 type bridge",
            "link add br1 address 02:00:00:00:00:06 type bridge forward_delay 300 hello_time 150 max_age 900 \
             ageing_time 1000 priority 100 group_fwd_mask 8 group_address 01:80:c2:00:00:05",
            "link add br2 address 02:00:00:00:00:07 type bridge mcast_snooping 0 mcast_router 2 \
             mcast_query_use_ifaddr 1 mcast_querier 1 mcast_hash_max 1024 mcast_last_member_count 3 \
             mcast_startup_query_count 4 mcast_last_member_interval 200 mcast_membership_interval 30000 \
             mcast_querier_interval 30000 mcast_query_interval 20000 mcast_query_response_interval 1100 \
             mcast_startup_query_interval 4000 mcast_stats_enabled 1 mcast_igmp_version 3 \
             mcast_mld_version 2 nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1",
            "link add br3 address 02:00:00:00:00:08 type bridge stp_state 1 no_linklocal_learn 1",
            "link add m0 link d0 address 02:00:00:00:00:09 type macvlan mode private",
            "link add link d0 name m1 address 02:00:00:00:00:0a type macvlan mode source nodst bcqueuelen 500",
            "link add m2 link d1 address 02:00:00:00:00:0b type macvlan mode passthru nopromisc",
            "link add vx0 address 02:00:00:00:00:0c type vxlan id 42 remote 192.0.2.1 local 192.0.2.2 dev d0 \
             ttl 16 tos 0x10 dstport 4789 srcport 1000 2000 nolearning ageing 99 maxaddress 5",
            "link add vx1 address 02:00:00:00:00:0d type vxlan id 43 group 239.1.1.1 dev d0 dstport 4790 proxy \
             rsc l2miss l3miss noudpcsum gbp df set",
            "link add vx2 address 02:00:00:00:00:0e type vxlan vni 44 remote fd00::1 dstport 4791 ttl inherit \
             flowlabel 0x77 udp6zerocsumtx udp6zerocsumrx",
            "link add vx3 address 02:00:00:00:00:0f type vxlan external dstport 4792",
            "link add ifb7 address 02:00:00:00:00:10 txqueuelen 5 type ifb",
            "link add p0 master br0 address 02:00:00:00:00:11 up type veth peer name p1 address 02:00:00:00:00:12",
            "link replace p2 address 02:00:00:00:00:13 type veth peer name p3 address 02:00:00:00:00:14",
        ],
        SHOWN,
        still,
    );
}

#[test]
fn a_link_is_changed_as_ip_changes_it() {
    same(
        &[
            "link add br0 address 02:00:00:00:00:05 type bridge",
            "link set d0 mtu 1400",
            "link set dev d0 txqueuelen 33 group 7 alias x",
            "link set d0 alias y",
            "link set d0 down",
            "link set d0 address 02:00:00:00:00:77 broadcast ff:ff:ff:ff:ff:fe",
            "link set d0 arp off multicast off allmulticast on promisc on",
            "link set d0 arp on multicast on allmulticast off promisc off up",
            "link set d1 master br0",
            "link set d1 type bridge_slave state 3 priority 8 cost 7 hairpin on guard on root_block on \
             fastleave on learning off flood off mcast_flood off bcast_flood off mcast_to_unicast on",
            "link set d1 type bridge_slave proxy_arp on proxy_arp_wifi on mcast_router 2 group_fwd_mask 8 \
             neigh_suppress on vlan_tunnel on isolated on locked on fdb_flush",
            "link set br0 type bridge forward_delay 400 ageing_time 3000 stp_state 1 mcast_snooping 0 fdb_flush",
            "link set d1 nomaster",
            "link set d1 down",
            "link set d1 name e1",
            "link set e1 addrgenmode none",
            "link set e1 addrgenmode eui64",
            "link property add dev e1 altname one altname a-name-that-is-longer-than-15-bytes",
            "link set a-name-that-is-longer-than-15-bytes mtu 1200",
            "link property del one altname one",
            "link set dev e1 gso_max_size 30000 gso_max_segs 9 gro_max_size 20000",
            "link set d0 group 9",
            "link set e1 group 9",
            "link set group 9 mtu 1350",
            "link set if3 mtu 1360",
            "link add m0 link d0 address 02:00:00:00:00:09 type macvlan mode source",
            "link set m0 type macvlan macaddr add 02:00:00:00:00:aa",
            "link set m0 type macvlan macaddr set 02:00:00:00:00:ab 02:00:00:00:00:ac",
            "link set m0 type macvlan macaddr del 02:00:00:00:00:ab",
            "link set m0 type macvlan macaddr flush",
            "link set m0 protodown on protodown_reason 3 on",
            "link set m0 protodown_reason 3 off protodown off",
            "link change m0 mtu 1300",
            "link add vx0 address 02:00:00:00:00:0c type vxlan id 42 remote 192.0.2.1 dstport 4789",
            "link set vx0 type vxlan remote 192.0.2.9 ageing 44",
            "link del m0",
            "link delete dev vx0 type vxlan",
            "link del group 9",
        ],
        SHOWN,
        still,
    );
}

/// Kinds that a kernel may lack: then both fail alike, and Pontoon says what it lacks.
#[test]
fn a_kind_is_made_or_refused_as_by_ip() {
    let host = host();
    for (words, option) in [
        ("link add x address 02:00:00:00:00:20 type dummy", "CONFIG_DUMMY"),
        (
            "link add x link d0 type vlan id 5 reorder_hdr off gvrp on loose_binding on ingress-qos-map 1:2 3:4 \
             egress-qos-map 5:6",
            "CONFIG_VLAN_8021Q",
        ),
        ("link add x link d0 type vlan protocol 802.1ad id 7 mvrp on", "CONFIG_VLAN_8021Q"),
        ("link add x link d0 type ipvlan mode l2", "CONFIG_IPVLAN"),
        ("link add x link d0 type ipvlan mode l3s private", "CONFIG_IPVLAN"),
        ("link add x link d0 type ipvlan mode l3 vepa", "CONFIG_IPVLAN"),
        ("link add x address 02:00:00:00:00:21 type vrf table 10", ""),
        ("link add x link d0 address 02:00:00:00:00:22 type macvtap mode vepa", "CONFIG_MACVTAP"),
        ("link add x type nlmon", ""),
        ("link add x type nosuchkind", ""),
        (
            "link add x address 02:00:00:00:00:23 type bridge vlan_filtering 1 vlan_default_pvid 3",
            "CONFIG_BRIDGE",
        ),
        (
            "link add x address 02:00:00:00:00:24 type bridge vlan_protocol 802.1ad vlan_stats_enabled 1",
            "CONFIG_BRIDGE",
        ),
    ] {
        let shown = || still(&host.sh("ip -d link show x; ip link del x").run().stdout).replace("if2", "");
        let number = |text: &str| text.split_once(": ").map_or(String::new(), |(_, rest)| rest.to_owned());
        let ip = host.sh(&format!("ip {words}")).run();
        let made_by_ip = number(&shown());
        let pontoon = host.sh(&format!("{} {words}", host.pontoon_path().display())).run();
        assert_eq!((number(&shown()), pontoon.status), (made_by_ip, ip.status), "{words}: {pontoon}");
        let said = |text: &str| text.trim().to_owned();
        assert!(said(&pontoon.stderr).starts_with(&said(&ip.stderr)), "{words}: {pontoon}");
        if ip.stderr.contains("Unknown device type") {
            assert!(pontoon.stderr.contains(option), "{words}: {pontoon}");
        }
    }
    finish(host);
}

#[test]
fn a_link_is_made_in_and_moved_to_a_namespace_of_any_name() {
    let host = Host::new();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=none"], &bundle, "");
    let pontoon = |line: &str| host.sh(&format!("{} {line}", host.pontoon_path().display())).ok();
    host.sh("ip netns add red").ok();
    let pid = host.pontoon(&["inspect", "web"]).ok().json()[0]["pid"].as_u64().expect("a number");
    pontoon("link add v0 type veth peer name eth0 netns web");
    pontoon("link add v1 type veth peer name eth1 netns red");
    pontoon(&format!("link add v2 netns {pid} type veth peer name v3 netns /run/netns/red"));
    pontoon("link add v4 type veth peer name v5");
    pontoon("link set v4 netns web name eth4 up");
    pontoon("link set v5 netns red index 77");
    pontoon("link add --in web br9 type bridge");
    assert_eq!(
        web.exec("ip -o link | cut -d: -f2 | cut -d@ -f1 | sort | xargs").stdout.trim(),
        "br9 eth0 eth4 lo v2"
    );
    let red = host.sh(
        "ip -n red -o link | cut -d: -f1,2 | cut -d@ -f1 | grep -v lo | sed 's/.*eth/eth/' | sort | xargs",
    );
    let red = red.ok().stdout;
    assert!(red.contains("eth1") && red.contains("77: v5") && red.contains("v3"), "{red}");
    web.end();
    let [ip, ours] = both(&host, "link", "", "set v0 netns nosuchplace");
    assert_eq!(ours, ip);
    let stopped = host.sh(&format!("{} link set v1 netns web", host.pontoon_path().display())).run();
    assert_ne!(stopped.status, 0);
    host.sh("ip netns del red; umount /run/netns; ip link del v0; ip link del v1").run();
    host.finish();
}

#[test]
fn what_is_said_to_the_kernel_is_told_as_the_command_that_was_typed() {
    let host = host();
    let program = host.pontoon_path().display().to_string();
    for line in [
        "link add v0 mtu 1400 type veth peer name v1 mtu 1300",
        "link add br0 type bridge forward_delay 300 stp_state 1 no_linklocal_learn 1",
        "link set v0 mtu 1300 master br0 up",
        "link set v0 type bridge_slave cost 7 hairpin on",
        "link property add dev v0 altname other",
        "link add m0 link d0 type macvlan mode bridge",
        "link add vx0 type vxlan id 7 remote 192.0.2.1 learning dstport 4789",
        "link del m0",
        "link set group 9 mtu 1400",
        "tuntap add dev t0 mode tap user 5 vnet_hdr",
        "tuntap del dev t0 mode tap vnet_hdr",
    ] {
        let told = host.sh(&format!("{program} {line} --explain")).ok().stderr;
        assert!(told.contains(&format!("ip {line}\n")), "{line}: {told}");
    }
    for (line, command) in [
        ("addr add 10.1.0.1/16 brd + dev d0", "ip address add 10.1.0.1/16 broadcast 10.1.255.255 dev d0"),
        ("addr del 10.1.0.1/16 dev d0", "ip address del 10.1.0.1/16 dev d0"),
        (
            "neigh add 10.9.0.7 lladdr 02:00:00:00:00:07 dev d0",
            "ip neighbour add 10.9.0.7 lladdr 02:00:00:00:00:07 dev d0 nud permanent",
        ),
        ("neigh get 10.9.0.7 dev d0", "ip neighbour get 10.9.0.7 dev d0"),
    ] {
        let told = host.sh(&format!("{program} {line} --explain")).ok().stderr;
        assert!(told.contains(&format!("{command}\n")), "{line}: {told}");
        // A rehearsal tells, and does nothing.
        let shown = "ip -d addr; ip neigh";
        let before = host.sh(shown).ok().stdout;
        host.sh(&format!("{program} link add nothing type bridge --dry-run")).ok();
        host.sh(&format!("{program} tuntap add nothing mode tap --dry-run")).ok();
        assert_eq!(still(&host.sh(shown).ok().stdout), still(&before));
    }
    finish(host);
}
