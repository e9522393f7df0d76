//! Links of the kinds that have settings of their own: random ones, and as others read them.

use netlink_packet_route::link::{
    InfoData, InfoIpVlan, InfoMacVlan, InfoVlan, InfoVxlan, LinkInfo, VlanProtocol,
};
use netlink_raw::HardwareAddress;
use netlink_raw::kernel::{ETH_P_8021AD, ETH_P_8021Q};
use netlink_raw::route::{Ipvlan, Kind, Macvlan, Sources, Vlan, VlanFlags, Vxlan};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::objects::ip;

/// A kind that others know.
pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        macvlan().prop_map(Kind::Macvlan),
        ipvlan().prop_map(Kind::Ipvlan),
        vlan().prop_map(Kind::Vlan),
        vxlan().prop_map(|vxlan| Kind::Vxlan(vxlan.into())),
        Just(Kind::Dummy),
        Just(Kind::Ifb),
    ]
}

fn macvlan() -> impl Strategy<Value = Macvlan> {
    let mode = select(vec![1, 2, 4, 8, 16]);
    (of(any::<u32>()), of(mode), of(0..4_u16)).prop_map(|(broadcast_queue_len, mode, flags)| Macvlan {
        broadcast_queue_len,
        mode,
        flags,
        sources: None,
    })
}

fn ipvlan() -> impl Strategy<Value = Ipvlan> {
    (of(0..3_u16), of(0..4_u16)).prop_map(|(mode, flags)| Ipvlan { mode, flags })
}

fn vlan() -> impl Strategy<Value = Vlan> {
    let flags = (0..32_u32, 0..32_u32).prop_map(|(flags, mask)| VlanFlags { flags, mask });
    (of(select(vec![ETH_P_8021Q, ETH_P_8021AD])), of(any::<u16>()), of(flags))
        .prop_map(|(protocol, id, flags)| Vlan { protocol, id, flags, ..Vlan::default() })
}

fn vxlan() -> impl Strategy<Value = Vxlan> {
    let numbers = (of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()));
    let small = (of(any::<u8>()), of(any::<u8>()), of(any::<u16>()), of(any::<(u16, u16)>()));
    let switches = proptest::array::uniform9(of(any::<bool>()));
    (numbers, small, of(ip()), of(ip()), switches)
        .prop_map(|(numbers, small, group, local, switches)| Vxlan {
            id: numbers.0,
            link: numbers.1,
            ageing: numbers.2,
            limit: numbers.3,
            ttl: small.0,
            tos: small.1,
            port: small.2,
            source_ports: small.3,
            group,
            local,
            proxy: switches[0],
            short_circuit: switches[1],
            l2_miss: switches[2],
            l3_miss: switches[3],
            udp_checksum: switches[4],
            udp_zero_checksum6_tx: switches[5],
            udp_zero_checksum6_rx: switches[6],
            external: switches[7],
            learning: switches[8],
            ..Vxlan::default()
        })
        .boxed()
}

/// A kind with what others do not read.
pub(crate) fn whole_kind() -> BoxedStrategy<Kind> {
    prop_oneof![
        whole_macvlan().prop_map(Kind::Macvlan),
        whole_macvlan().prop_map(Kind::Macvtap),
        ipvlan().prop_map(Kind::Ipvtap),
        whole_vlan().prop_map(Kind::Vlan),
        whole_vxlan().prop_map(|vxlan| Kind::Vxlan(vxlan.into())),
    ]
    .boxed()
}

fn whole_macvlan() -> BoxedStrategy<Macvlan> {
    let address = || any::<[u8; 6]>().prop_map(HardwareAddress::from);
    let sources = prop_oneof![
        address().prop_map(Sources::Add),
        address().prop_map(Sources::Delete),
        proptest::collection::vec(address(), 0..4).prop_map(Sources::Set),
        Just(Sources::Flush),
    ];
    (macvlan(), of(sources)).prop_map(|(macvlan, sources)| Macvlan { sources, ..macvlan }).boxed()
}

fn whole_vlan() -> BoxedStrategy<Vlan> {
    let map = || proptest::collection::vec(any::<(u32, u32)>(), 0..4);
    (vlan(), map(), map()).prop_map(|(vlan, ingress, egress)| Vlan { ingress, egress, ..vlan }).boxed()
}

fn whole_vxlan() -> BoxedStrategy<Vxlan> {
    let said = (any::<bool>(), any::<bool>(), any::<bool>());
    let switches = (of(any::<bool>()), of(any::<bool>()), of(any::<bool>()));
    (vxlan(), said, switches, of(0..3_u8), of(0..1_u32 << 20))
        .prop_map(|(vxlan, said, switches, df, label)| Vxlan {
            ttl_inherit: said.0,
            group_policy: said.1,
            generic_protocol: said.2,
            remote_checksum_tx: switches.0,
            remote_checksum_rx: switches.1,
            vni_filter: switches.2,
            df,
            label,
            ..vxlan
        })
        .boxed()
}

/// What others say of a kind by its name alone.
pub(crate) fn named(name: &str) -> Kind {
    match name {
        "macvlan" => Kind::Macvlan(Macvlan::default()),
        "ipvlan" => Kind::Ipvlan(Ipvlan::default()),
        "vlan" => Kind::Vlan(Vlan::default()),
        "vxlan" => Kind::Vxlan(Box::default()),
        "dummy" => Kind::Dummy,
        "ifb" => Kind::Ifb,
        other => panic!("{other}"),
    }
}

/// What others read in the data.
pub(crate) fn read(info: LinkInfo) -> Kind {
    match info {
        LinkInfo::Data(InfoData::MacVlan(settings)) => Kind::Macvlan(read_macvlan(settings)),
        LinkInfo::Data(InfoData::IpVlan(settings)) => Kind::Ipvlan(read_ipvlan(settings)),
        LinkInfo::Data(InfoData::Vlan(settings)) => Kind::Vlan(read_vlan(settings)),
        LinkInfo::Data(InfoData::Vxlan(settings)) => Kind::Vxlan(read_vxlan(settings).into()),
        other => panic!("{other:?}"),
    }
}

fn read_macvlan(settings: Vec<InfoMacVlan>) -> Macvlan {
    let mut macvlan = Macvlan::default();
    for setting in settings {
        match setting {
            InfoMacVlan::Mode(mode) => macvlan.mode = Some(mode.into()),
            InfoMacVlan::Flags(flags) => macvlan.flags = Some(flags.bits()),
            InfoMacVlan::BcQueueLen(length) => macvlan.broadcast_queue_len = Some(length),
            other => panic!("{other:?}"),
        }
    }
    macvlan
}

fn read_ipvlan(settings: Vec<InfoIpVlan>) -> Ipvlan {
    let mut ipvlan = Ipvlan::default();
    for setting in settings {
        match setting {
            InfoIpVlan::Mode(mode) => ipvlan.mode = Some(mode.into()),
            InfoIpVlan::Flags(flags) => ipvlan.flags = Some(flags.bits()),
            other => panic!("{other:?}"),
        }
    }
    ipvlan
}

fn read_vlan(settings: Vec<InfoVlan>) -> Vlan {
    let mut vlan = Vlan::default();
    for setting in settings {
        match setting {
            InfoVlan::Id(id) => vlan.id = Some(id),
            InfoVlan::Protocol(protocol) => {
                let provider = protocol == VlanProtocol::Ieee8021Ad;
                vlan.protocol = Some(if provider { ETH_P_8021AD } else { ETH_P_8021Q });
            }
            InfoVlan::Flags((flags, mask)) => {
                vlan.flags = Some(VlanFlags { flags: flags.bits(), mask: mask.bits() });
            }
            other => panic!("{other:?}"),
        }
    }
    vlan
}

fn read_vxlan(settings: Vec<InfoVxlan>) -> Vxlan {
    let mut vxlan = Vxlan::default();
    for setting in settings {
        match setting {
            InfoVxlan::Id(id) => vxlan.id = Some(id),
            InfoVxlan::Group(four) => vxlan.group = Some(four.into()),
            InfoVxlan::Group6(six) => vxlan.group = Some(six.into()),
            InfoVxlan::Local(four) => vxlan.local = Some(four.into()),
            InfoVxlan::Local6(six) => vxlan.local = Some(six.into()),
            InfoVxlan::Link(index) => vxlan.link = Some(index),
            InfoVxlan::Ttl(ttl) => vxlan.ttl = Some(ttl),
            InfoVxlan::Tos(tos) => vxlan.tos = Some(tos),
            InfoVxlan::PortRange(ports) => vxlan.source_ports = Some(ports),
            InfoVxlan::Ageing(seconds) => vxlan.ageing = Some(seconds),
            InfoVxlan::Limit(entries) => vxlan.limit = Some(entries),
            InfoVxlan::Proxy(on) => vxlan.proxy = Some(on),
            InfoVxlan::Rsc(on) => vxlan.short_circuit = Some(on),
            InfoVxlan::L2Miss(on) => vxlan.l2_miss = Some(on),
            InfoVxlan::L3Miss(on) => vxlan.l3_miss = Some(on),
            InfoVxlan::UDPCsum(on) => vxlan.udp_checksum = Some(on),
            InfoVxlan::UDPZeroCsumTX(on) => vxlan.udp_zero_checksum6_tx = Some(on),
            InfoVxlan::UDPZeroCsumRX(on) => vxlan.udp_zero_checksum6_rx = Some(on),
            InfoVxlan::CollectMetadata(on) => vxlan.external = Some(on),
            InfoVxlan::Learning(on) => vxlan.learning = Some(on),
            InfoVxlan::Port(port) => vxlan.port = Some(port),
            other => panic!("{other:?}"),
        }
    }
    vxlan
}
