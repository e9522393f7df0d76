//! Kinds of link.

use netlink_raw::kernel::{
    ETH_P_8021AD, IFF_UP, IN6_ADDR_GEN_MODE_NONE, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, IPVLAN_MODE_L2,
    IPVLAN_MODE_L3, IPVLAN_MODE_L3S, MACVLAN_FLAG_NODST, MACVLAN_FLAG_NOPROMISC, MACVLAN_MODE_BRIDGE,
    MACVLAN_MODE_PASSTHRU, MACVLAN_MODE_SOURCE, VLAN_FLAG_GVRP, VLAN_FLAG_REORDER_HDR,
};
use netlink_raw::route::{Bridge, Ipvlan, Kind, Link, Macvlan, Vlan, VlanFlags, Vxlan};

use super::{Ours, ip, named};

/// A link of this kind, on the link vethA if it needs one.
fn on_veth(name: &str, kind: Kind) -> Link {
    Link { link: Some(10), kind: Some(kind), ..named(name) }
}

fn macvlan(name: &str, mode: u32, flags: Option<u16>) -> Link {
    on_veth(name, Kind::Macvlan(Macvlan { mode: Some(mode), flags, ..Macvlan::default() }))
}

fn ipvlan(name: &str, mode: u16, flags: u16) -> Link {
    on_veth(name, Kind::Ipvlan(Ipvlan { mode: Some(mode), flags: Some(flags) }))
}

pub(super) fn on_links() -> Ours {
    let mut passthru = macvlan("mv1", MACVLAN_MODE_PASSTHRU, Some(MACVLAN_FLAG_NOPROMISC));
    (passthru.flags, passthru.change) = (IFF_UP, IFF_UP);
    if let Some(Kind::Macvlan(settings)) = &mut passthru.kind {
        settings.broadcast_queue_len = Some(500);
    }
    let tagged = Vlan { id: Some(100), ..Vlan::default() };
    let flags = VlanFlags { flags: VLAN_FLAG_GVRP, mask: VLAN_FLAG_GVRP | VLAN_FLAG_REORDER_HDR };
    let provider = Vlan { protocol: Some(ETH_P_8021AD), id: Some(7), flags: Some(flags), ..Vlan::default() };
    vec![
        (
            "ip link add mv0 link vethA type macvlan mode bridge",
            macvlan("mv0", MACVLAN_MODE_BRIDGE, None).create(),
        ),
        (
            "ip link add mv1 link vethA up type macvlan bcqueuelen 500 mode passthru nopromisc",
            passthru.create(),
        ),
        (
            "ip link add mv2 link vethA type macvlan mode source nodst",
            macvlan("mv2", MACVLAN_MODE_SOURCE, Some(MACVLAN_FLAG_NODST)).create(),
        ),
        ("ip link add iv0 link vethA type ipvlan mode l2 bridge", ipvlan("iv0", IPVLAN_MODE_L2, 0).create()),
        (
            "ip link add iv1 link vethA type ipvlan mode l3s private",
            ipvlan("iv1", IPVLAN_MODE_L3S, IPVLAN_F_PRIVATE).create(),
        ),
        (
            "ip link add iv2 link vethA type ipvlan mode l3 vepa",
            ipvlan("iv2", IPVLAN_MODE_L3, IPVLAN_F_VEPA).create(),
        ),
        ("ip link add vl0 link vethA type vlan id 100", on_veth("vl0", Kind::Vlan(tagged)).create()),
        (
            "ip link add vl1 link vethA type vlan protocol 802.1ad id 7 reorder_hdr off gvrp on",
            on_veth("vl1", Kind::Vlan(provider)).create(),
        ),
    ]
}

fn vxlan(id: u32, group: &str) -> Vxlan {
    Vxlan { id: Some(id), group: ip(group), learning: Some(true), port: Some(4789), ..Vxlan::default() }
}

pub(super) fn vxlans() -> Ours {
    let make = |name: &str, settings: Vxlan| {
        Link { kind: Some(Kind::Vxlan(settings.into())), ..named(name) }.create()
    };
    let (on, veth) = (Some(true), Some(10));
    let first = Vxlan { local: ip("192.0.2.2"), link: veth, ttl: Some(16), ..vxlan(42, "192.0.2.1") };
    let six = Vxlan {
        local: ip("fd00::1"),
        link: veth,
        source_ports: Some((1000, 2000)),
        ageing: Some(300),
        limit: Some(50),
        learning: Some(false),
        port: Some(8472),
        ..vxlan(43, "ff05::100")
    };
    let misses = Vxlan {
        link: veth,
        tos: Some(16),
        proxy: on,
        short_circuit: on,
        l2_miss: on,
        l3_miss: on,
        ..vxlan(44, "239.1.1.1")
    };
    let unchecked = Vxlan { udp_checksum: Some(false), ..vxlan(45, "192.0.2.9") };
    let zero = Vxlan { udp_zero_checksum6_tx: on, udp_zero_checksum6_rx: on, ..vxlan(46, "fd00::9") };
    let external = Vxlan { external: on, learning: Some(false), port: Some(4789), ..Vxlan::default() };
    vec![
        (
            "ip link add vx0 type vxlan id 42 remote 192.0.2.1 local 192.0.2.2 dev vethA ttl 16 learning \
             dstport 4789",
            make("vx0", first),
        ),
        (
            "ip link add vx1 type vxlan id 43 group ff05::100 local fd00::1 dev vethA srcport 1000 2000 \
             ageing 300 maxaddress 50 nolearning dstport 8472",
            make("vx1", six),
        ),
        (
            "ip link add vx2 type vxlan id 44 group 239.1.1.1 dev vethA tos 0x10 proxy rsc l2miss l3miss \
             learning dstport 4789",
            make("vx2", misses),
        ),
        (
            "ip link add vx3 type vxlan id 45 remote 192.0.2.9 noudpcsum learning dstport 4789",
            make("vx3", unchecked),
        ),
        (
            "ip link add vx4 type vxlan id 46 remote fd00::9 udp6zerocsumtx udp6zerocsumrx learning \
             dstport 4789",
            make("vx4", zero),
        ),
        ("ip link add vx5 type vxlan external nolearning dstport 4789", make("vx5", external)),
    ]
}

pub(super) fn others() -> Ours {
    let ifb = Link {
        flags: IFF_UP,
        change: IFF_UP,
        tx_queue_len: Some(32),
        kind: Some(Kind::Ifb),
        ..named("ifb7")
    };
    let bridge = Bridge {
        forward_delay: Some(400),
        stp_state: Some(0),
        vlan_filtering: Some(false),
        multicast_querier: Some(true),
        ..Bridge::default()
    };
    let br0 = || Link { index: 2, ..Link::default() };
    vec![
        ("ip link add dm0 type dummy", Link { kind: Some(Kind::Dummy), ..named("dm0") }.create()),
        ("ip link add ifb7 txqueuelen 32 up type ifb", ifb.create()),
        (
            "ip link set br0 addrgenmode none",
            Link { addr_gen_mode: Some(IN6_ADDR_GEN_MODE_NONE), ..br0() }.set(),
        ),
        (
            "ip link set br0 type bridge forward_delay 400 stp_state 0 vlan_filtering 0 mcast_querier 1",
            Link { kind: Some(Kind::Bridge(bridge.into())), ..br0() }.set(),
        ),
    ]
}

/// What `pontoon bridge` sets, one at a time.
pub(super) fn of_a_bridge() -> Ours {
    let set =
        |bridge: Bridge| Link { index: 2, kind: Some(Kind::Bridge(bridge.into())), ..Link::default() }.set();
    let none = Bridge::default;
    vec![
        ("ip link set br0 type bridge forward_delay 200", set(Bridge { forward_delay: Some(200), ..none() })),
        ("ip link set br0 type bridge hello_time 150", set(Bridge { hello_time: Some(150), ..none() })),
        ("ip link set br0 type bridge max_age 1000", set(Bridge { max_age: Some(1000), ..none() })),
        (
            "ip link set br0 type bridge ageing_time 12345",
            set(Bridge { ageing_time: Some(12_345), ..none() }),
        ),
        ("ip link set br0 type bridge stp_state 1", set(Bridge { stp_state: Some(1), ..none() })),
        ("ip link set br0 type bridge priority 4096", set(Bridge { priority: Some(4096), ..none() })),
    ]
}
