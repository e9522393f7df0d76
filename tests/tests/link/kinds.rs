use pontoon_tests::Host;
use pontoon_tests::ip::alike_but;

use super::still;

/// What makes or changes a device, and which.
type Made = (&'static str, &'static str);

/// Devices of the kinds that every kernel has on which these tests run.
const EVERYWHERE: [Made; 23] = [
    ("type ifb", "k1"),
    ("type veth peer k2", "k3"),
    ("type bridge stp_state 1 forward_delay 400 priority 4096 mcast_snooping 0 group_fwd_mask 8", "k4"),
    (
        "address 02:00:00:00:00:0a type bridge mcast_stats_enabled 1 nf_call_iptables 1 no_linklocal_learn 1",
        "k5",
    ),
    ("type veth peer k6", "k7"),
    ("ip link set k6 master k4 && ip link set k7 master k4", "k7"),
    ("ip link set k6 type bridge_slave isolated on group_fwd_mask 0x4028 hairpin on backup_port k7", "k6"),
    (
        "type vxlan id 7 remote 10.0.0.1 local 10.0.0.2 dstport 4789 dev k2 tos 3 ttl 9 ageing 10 maxaddr 20 \
         nolearning proxy rsc l2miss l3miss gbp srcport 10 20 df set",
        "k8",
    ),
    (
        "type vxlan id 8 group ff02::1 dev k2 dstport 0 udp6zerocsumtx noudpcsum flowlabel 3 tos inherit \
         ttl inherit df inherit",
        "k9",
    ),
    ("type vxlan external dstport 1", "k10"),
    ("type vxlan id 9 group 239.0.0.1 dev k2 dstport 3 ageing 0", "k11"),
    ("type vxlan id 10 remote 2001:db8::2 local 2001:db8::1 dstport 4", "k12"),
    ("type vxlan external gpe dstport 5", "k23"),
    ("link k2 type macvlan mode bridge bcqueuelen 5", "k13"),
    ("link k2 type macvlan mode source nodst", "k14"),
    ("ip link set k14 type macvlan macaddr set 02:00:00:00:00:01 02:00:00:00:00:02", "k14"),
    ("link k2 type macvlan mode private", "k15"),
    ("link k2 type macvlan mode vepa", "k16"),
    ("link k3 type macvlan mode passthru nopromisc", "k17"),
    ("ip tuntap add k18 mode tap user 1 group 5", "k18"),
    ("ip tuntap add k19 mode tun pi vnet_hdr multi_queue user 4000000", "k19"),
    ("ip tuntap add k20 mode tap one_queue", "k20"),
    ("type veth peer k21", "k22"),
];

/// Devices of kinds that some lack: each list is left out where the kernel does not know what its first line asks for.
const SOMEWHERE: [&[Made]; 8] = [
    &[
        ("type dummy", "k30"),
        ("ip link set k30 alias 'what it is' && ip link property add dev k30 altname other", "k30"),
    ],
    &[
        ("address 02:00:00:00:00:0b type bridge vlan_filtering 1 vlan_default_pvid 7", "k31"),
        ("ip link set k31 type bridge vlan_protocol 802.1ad vlan_stats_enabled 1", "k31"),
        ("ip link set k21 master k31 && ip link set k21 type bridge_slave vlan_tunnel on", "k21"),
    ],
    &[("type vxlan external vnifilter dstport 2", "k32")],
    &[
        ("link k22 type ipvlan mode l3 private", "k33"),
        ("link k22 type ipvlan mode l3 vepa", "k34"),
        ("link k1 type ipvlan mode l2 bridge", "k35"),
    ],
    &[("link k22 type ipvtap mode l3s", "k36")],
    &[
        ("link k1 type vlan id 5 ingress-qos-map 1:2 egress-qos-map 3:4 5:6 gvrp on", "k37"),
        ("link k1 type vlan protocol 802.1ad id 6 reorder_hdr off mvrp on loose_binding on", "k38"),
    ],
    &[("type vrf table 10", "k39"), ("ip link set k2 master k39", "k2")],
    &[("type nlmon", "k40")],
];

/// The whole command.
fn command((make, device): Made) -> String {
    if make.starts_with("ip ") { make.to_owned() } else { format!("ip link add {device} {make}") }
}

/// Compares what is told of a device.
fn compare(host: &Host, device: &str) {
    let show = format!("show dev {device}");
    alike_but(host, "link", &["-d", "-d -j -p"], &[&show], still);
}

#[test]
fn each_kind_is_told_with_its_details_as_ip_tells_it() {
    let host = Host::new();
    for made in EVERYWHERE {
        host.sh(&command(made)).ok();
        compare(&host, made.1);
    }
    for list in SOMEWHERE {
        let first = host.sh(&command(list[0])).run();
        if first.status != 0 {
            let unknown = ["Unknown device type", "Operation not supported"];
            assert!(unknown.iter().any(|text| first.stderr.contains(text)), "{first}");
            eprintln!("left out, as this kernel lacks it: {}", list[0].0);
            continue;
        }
        compare(&host, list[0].1);
        for made in &list[1..] {
            host.sh(&command(*made)).ok();
            compare(&host, made.1);
        }
    }
    alike_but(
        &host,
        "link",
        &["-d", "-d -j"],
        &["", "show type tun", "show type vlan", "show vrf k39"],
        still,
    );
    // Some go with others.
    host.sh("for link in $(ip -br link | grep ^k | cut -d' ' -f1); do ip link del ${link%@*}; done").run();
    host.finish();
}
