//! What the attributes of each kind of link hold.

use super::shape::Shape;
use super::space::Space;
#[allow(clippy::wildcard_imports, reason = "sixty names of attributes")]
use crate::kernel::*;

/// Attributes in the smaller numberings of links.
pub(super) fn shape(space: Space, kind: u16) -> Shape {
    match (space, kind) {
        (Space::Macvlan, IFLA_MACVLAN_MODE) => Shape::MacvlanMode,
        (Space::Macvlan, IFLA_MACVLAN_FLAGS) => Shape::MacvlanFlags,
        (Space::Macvlan, IFLA_MACVLAN_MACADDR) => Shape::Hardware,
        (Space::Macvlan, IFLA_MACVLAN_MACADDR_DATA) => Shape::Nest(Space::Macvlan),
        (Space::Macvlan, IFLA_MACVLAN_BC_CUTOFF) => Shape::I32,
        (Space::Ipvlan, IFLA_IPVLAN_MODE) => Shape::IpvlanMode,
        (Space::Ipvlan, IFLA_IPVLAN_FLAGS) => Shape::IpvlanFlags,
        (Space::Vlan, IFLA_VLAN_ID) => Shape::U16,
        (Space::Vlan, IFLA_VLAN_PROTOCOL) => Shape::EthernetProtocol,
        (Space::Vlan, IFLA_VLAN_FLAGS) => Shape::VlanFlags,
        (Space::Vlan, IFLA_VLAN_INGRESS_QOS | IFLA_VLAN_EGRESS_QOS) => Shape::Nest(Space::VlanQos),
        (Space::Tun, IFLA_TUN_TYPE) => Shape::TunType,
        (Space::Tun, IFLA_TUN_PI..=IFLA_TUN_MULTI_QUEUE) => Shape::U8,
        (Space::Families, _) if kind == AF_INET.into() => Shape::Nest(Space::Table(&super::tables::INET)),
        (Space::Families, _) if kind == AF_INET6.into() => Shape::Nest(Space::Inet6),
        (Space::Inet6, IFLA_INET6_ADDR_GEN_MODE) => Shape::AddrGenMode,
        (
            Space::Macvlan,
            IFLA_MACVLAN_MACADDR_MODE
            | IFLA_MACVLAN_MACADDR_COUNT
            | IFLA_MACVLAN_BC_QUEUE_LEN
            | IFLA_MACVLAN_BC_QUEUE_LEN_USED,
        )
        | (
            Space::Tun,
            IFLA_TUN_OWNER | IFLA_TUN_GROUP | IFLA_TUN_NUM_QUEUES | IFLA_TUN_NUM_DISABLED_QUEUES,
        )
        | (Space::ProtoDown, _)
        | (Space::Inet6, IFLA_INET6_FLAGS | IFLA_INET6_RA_MTU) => Shape::U32,
        (Space::VlanQos, IFLA_VLAN_QOS_MAPPING) | (Space::Inet6, IFLA_INET6_CACHEINFO) => Shape::Words,
        (Space::Inet6, IFLA_INET6_TOKEN) => Shape::Ip,
        _ => Shape::Hex,
    }
}

/// Attributes of a VXLAN.
pub(super) const fn vxlan(kind: u16) -> Shape {
    match kind {
        IFLA_VXLAN_GROUP | IFLA_VXLAN_GROUP6 | IFLA_VXLAN_LOCAL | IFLA_VXLAN_LOCAL6 => Shape::Ip,
        IFLA_VXLAN_LINK => Shape::Link,
        IFLA_VXLAN_ID | IFLA_VXLAN_AGEING | IFLA_VXLAN_LIMIT | IFLA_VXLAN_LABEL_POLICY => Shape::U32,
        IFLA_VXLAN_PORT => Shape::U16Be,
        IFLA_VXLAN_LABEL => Shape::U32Be,
        IFLA_VXLAN_PORT_RANGE => Shape::PortRange,
        IFLA_VXLAN_TTL..=IFLA_VXLAN_LEARNING
        | IFLA_VXLAN_PROXY..=IFLA_VXLAN_L3MISS
        | IFLA_VXLAN_UDP_CSUM..=IFLA_VXLAN_REMCSUM_RX
        | IFLA_VXLAN_COLLECT_METADATA
        | IFLA_VXLAN_DF..=IFLA_VXLAN_LOCALBYPASS
        | IFLA_VXLAN_MC_ROUTE => Shape::U8,
        _ => Shape::Hex,
    }
}
