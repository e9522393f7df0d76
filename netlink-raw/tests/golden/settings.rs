//! Settings that `ip` has words for and that Pontoon's own networks do not need.

use netlink_raw::kernel::{
    BR_BOOLOPT_MCAST_VLAN_SNOOPING, BR_BOOLOPT_NO_LL_LEARN, ETH_P_8021AD, IF_LINK_MODE_DORMANT, IF_OPER_UP,
    IFF_UP, IFLA_VRF_TABLE, MACVLAN_FLAG_NODST, MACVLAN_MODE_SOURCE, MACVLAN_MODE_VEPA, NTF_EXT_LEARNED,
    NTF_EXT_MANAGED, NTF_PROXY, NTF_ROUTER, NTF_USE, NUD_PERMANENT, NUD_STALE, RTPROT_STATIC,
    VLAN_FLAG_REORDER_HDR, VXLAN_DF_SET,
};
use netlink_raw::route::{
    Address, Bridge, BridgePort, BridgeSwitches, EtherType, Ipvlan, Kind, Lifetime, Link, Macvlan, Neighbour,
    Netns, Sources, Vlan, VlanFlags, Vxlan,
};
use netlink_raw::wire::Writer;

use super::{Ours, ip, mac, named};

pub(super) const BRIDGE: &str = "ip link add br2 type bridge fdb_flush group_address 01:80:c2:00:00:05 \
    vlan_protocol 802.1ad vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_router 2 mcast_query_use_ifaddr 1 \
    mcast_hash_elasticity 4 mcast_hash_max 4096 mcast_last_member_count 3 mcast_startup_query_count 4 \
    mcast_last_member_interval 110 mcast_membership_interval 120 mcast_querier_interval 130 \
    mcast_query_interval 140 mcast_query_response_interval 150 mcast_startup_query_interval 160 \
    mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2 no_linklocal_learn 1 mcast_vlan_snooping 0";

pub(super) const PORT: &str = "ip link set vethA type bridge_slave fdb_flush proxy_arp_wifi on mcast_router 2 \
    mcast_to_unicast on group_fwd_mask 8 vlan_tunnel on backup_port br0";

fn bridge() -> Bridge {
    let mask = BR_BOOLOPT_NO_LL_LEARN | BR_BOOLOPT_MCAST_VLAN_SNOOPING;
    let on = Some(true);
    Bridge {
        fdb_flush: Some(()),
        group_address: Some([0x01, 0x80, 0xc2, 0, 0, 5]),
        vlan_protocol: Some(EtherType(ETH_P_8021AD)),
        vlan_stats_enabled: on,
        vlan_stats_per_port: on,
        multicast_router: Some(2),
        multicast_query_use_ifaddr: on,
        multicast_hash_elasticity: Some(4),
        multicast_hash_max: Some(4096),
        multicast_last_member_count: Some(3),
        multicast_startup_query_count: Some(4),
        multicast_last_member_interval: Some(110),
        multicast_membership_interval: Some(120),
        multicast_querier_interval: Some(130),
        multicast_query_interval: Some(140),
        multicast_query_response_interval: Some(150),
        multicast_startup_query_interval: Some(160),
        multicast_stats_enabled: on,
        multicast_igmp_version: Some(3),
        multicast_mld_version: Some(2),
        switches: Some(BridgeSwitches { on: BR_BOOLOPT_NO_LL_LEARN, mask }),
        ..Bridge::default()
    }
}

/// What [`PORT`] sets.
pub(super) fn port() -> BridgePort {
    let on = Some(true);
    BridgePort {
        fdb_flush: Some(()),
        proxy_arp_wifi: on,
        multicast_router: Some(2),
        multicast_to_unicast: on,
        group_forward_mask: Some(8),
        vlan_tunnel: on,
        backup_port: Some(2),
        ..BridgePort::default()
    }
}

pub(super) fn links() -> Ours {
    let a = || Link { index: 10, ..Link::default() };
    let states = Link {
        carrier: Some(false),
        link_mode: Some(IF_LINK_MODE_DORMANT),
        operstate: Some(IF_OPER_UP),
        proto_down: Some(false),
        ..a()
    };
    let sizes = Link { gso_max_size: Some(1000), gso_max_segs: Some(5), gro_max_size: Some(8000), ..a() };
    let group =
        Link { group: Some(9), alias: Some("x".into()), flags: IFF_UP, change: IFF_UP, ..Link::default() };
    let called =
        |names: &[&str]| Link { alternative_names: names.iter().map(|name| (*name).into()).collect(), ..a() };
    let moved = Link { netns: Some(Netns::Pid(999_999)), new_index: Some(77), ..a() };
    let dummy = Link { parent_device: Some("nothing".into()), kind: Some(Kind::Dummy), ..named("dm1") };
    vec![
        (BRIDGE, Link { kind: Some(Kind::Bridge(bridge().into())), ..named("br2") }.create()),
        ("ip link set vethA carrier off mode dormant state up protodown off", states.set()),
        ("ip link set vethA protodown_reason 3 on", Link { proto_down_reason: Some((8, 8)), ..a() }.set()),
        ("ip link set vethA gso_max_size 1000 gso_max_segs 5 gro_max_size 8000", sizes.set()),
        ("ip link set vethA netns 999999 index 77", moved.set()),
        ("ip link set group 9 alias x up", group.set()),
        ("ip link property add dev vethA altname one altname two", called(&["one", "two"]).add_names()),
        ("ip link property del dev vethA altname one", called(&["one"]).delete_names()),
        ("ip link add dm1 parentdev nothing type dummy", dummy.create()),
    ]
}

pub(super) fn kinds() -> Ours {
    let make = |name: &str, kind| Link { link: Some(10), kind: Some(kind), ..named(name) }.create();
    let alone = |name: &str, kind| Link { kind: Some(kind), ..named(name) }.create();
    let source = |sources| {
        Kind::Macvlan(Macvlan {
            mode: Some(MACVLAN_MODE_SOURCE),
            sources: Some(sources),
            ..Macvlan::default()
        })
    };
    let addresses = [0x33, 0x34].map(|last| mac(last).unwrap_or_default());
    let vepa =
        Macvlan { mode: Some(MACVLAN_MODE_VEPA), flags: Some(MACVLAN_FLAG_NODST), ..Macvlan::default() };
    let tagged = Vlan {
        id: Some(5),
        ingress: vec![(1, 2), (3, 4)],
        egress: vec![(5, 6)],
        flags: Some(VlanFlags { flags: 0, mask: VLAN_FLAG_REORDER_HDR }),
        ..Vlan::default()
    };
    let vxlan = Vxlan {
        id: Some(47),
        ttl_inherit: true,
        df: Some(VXLAN_DF_SET),
        label: Some(7),
        remote_checksum_tx: Some(true),
        remote_checksum_rx: Some(false),
        group_policy: true,
        learning: Some(true),
        port: Some(4789),
        ..Vxlan::default()
    };
    let external = Vxlan {
        generic_protocol: true,
        vni_filter: Some(true),
        external: Some(true),
        learning: Some(false),
        port: Some(4790),
        ..Vxlan::default()
    };
    let mut table = Writer::new();
    table.put_u32(IFLA_VRF_TABLE, 10);
    let vrf = Kind::Other { name: "vrf".into(), data: table.finish().unwrap() };
    vec![
        (
            "ip link add mv3 link vethA type macvlan mode source macaddr add 02:42:0a:01:00:33",
            make("mv3", source(Sources::Add(addresses[0].clone()))),
        ),
        ("ip link add mv4 link vethA type macvtap mode vepa flag nodst", make("mv4", Kind::Macvtap(vepa))),
        (
            "ip link add mv5 link vethA type macvlan mode source macaddr set 02:42:0a:01:00:33 02:42:0a:01:00:34",
            make("mv5", source(Sources::Set(addresses.to_vec()))),
        ),
        (
            "ip link add iv3 link vethA type ipvtap mode l2 bridge",
            make("iv3", Kind::Ipvtap(Ipvlan { mode: Some(0), flags: Some(0) })),
        ),
        (
            "ip link add vl2 link vethA type vlan id 5 reorder_hdr off ingress-qos-map 1:2 3:4 egress-qos-map 5:6",
            make("vl2", Kind::Vlan(tagged)),
        ),
        (
            "ip link add vx6 type vxlan id 47 ttl inherit df set flowlabel 0x7 remcsumtx noremcsumrx gbp \
             learning dstport 4789",
            alone("vx6", Kind::Vxlan(vxlan.into())),
        ),
        (
            "ip link add vx7 type vxlan gpe vnifilter external nolearning dstport 4790",
            alone("vx7", Kind::Vxlan(external.into())),
        ),
        ("ip link add vrf0 type vrf table 10", alone("vrf0", vrf)),
    ]
}

pub(super) fn addresses() -> Ours {
    let both = |index, text: &str| Address {
        index,
        prefix_len: 16,
        local: ip(text),
        address: ip(text),
        ..Address::default()
    };
    let whole = Address {
        metric: Some(7),
        anycast: ip("10.1.0.9"),
        lifetime: Some(Lifetime { valid: 100, preferred: 50 }),
        ..both(10, "10.1.0.3")
    };
    let old = Address { lifetime: Some(Lifetime { valid: u32::MAX, preferred: 0 }), ..both(2, "10.9.0.1") };
    vec![
        (
            "ip address add 10.1.0.3/16 metric 7 anycast 10.1.0.9 valid_lft 100 preferred_lft 50 dev vethA",
            whole.add(),
        ),
        ("ip address change 10.9.0.1/16 valid_lft forever preferred_lft 0 dev br0", old.change()),
    ]
}

pub(super) fn neighbours() -> Ours {
    let entry = |text: &str, last: Option<u8>| Neighbour {
        index: 2,
        destination: ip(text),
        link_address: last.and_then(mac),
        ..Neighbour::default()
    };
    let managed = Neighbour {
        protocol: Some(RTPROT_STATIC),
        more_flags: Some(NTF_EXT_MANAGED),
        flags: NTF_ROUTER,
        ..entry("10.9.0.10", Some(0x0a))
    };
    let used = Neighbour { state: NUD_STALE, flags: NTF_USE | NTF_EXT_LEARNED, ..entry("10.9.0.9", Some(9)) };
    let proxy = Neighbour { state: NUD_PERMANENT, flags: NTF_PROXY, ..entry("10.9.0.12", None) };
    vec![
        (
            "ip neighbour add 10.9.0.10 lladdr 02:42:0a:01:00:0a dev br0 managed protocol static router",
            managed.add(),
        ),
        (
            "ip neighbour change 10.9.0.9 lladdr 02:42:0a:01:00:09 dev br0 nud stale use extern_learn",
            used.change(),
        ),
        ("ip neighbour add proxy 10.9.0.12 dev br0", proxy.add()),
    ]
}
