//! Which attributes there are in what, and what they hold.

use super::netfilter;
use super::shape::Shape;
#[allow(clippy::wildcard_imports, reason = "two hundred names of attributes")]
use crate::kernel::*;

/// The attributes in `IFLA_AF_SPEC` are families.
const FAMILY_NESTS: &[(u16, &str)] = &[(AF_INET as u16, "AF_INET"), (AF_INET6 as u16, "AF_INET6")];

/// A numbering of attributes: each object, and each nest, has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Link,
    /// A link in the family `AF_BRIDGE`.
    BridgeLink,
    LinkInfo,
    Veth,
    Bridge,
    Port,
    Macvlan,
    Ipvlan,
    Vlan,
    /// The priorities of a VLAN.
    VlanQos,
    Vxlan,
    Tun,
    /// What each family of protocols has to say of a link.
    Families,
    Inet6,
    /// Why a program keeps a link down.
    ProtoDown,
    Address,
    Route,
    Metrics,
    Neighbour,
    Nsid,
    /// A queueing discipline or a filter.
    Traffic,
    Tbf,
    Matchall,
    U32,
    /// Actions, by their numbers.
    Actions,
    Action,
    Mirred,
    Police,
    Netfilter(netfilter::Space),
    /// Of an object that nothing here encodes.
    Table(&'static super::tables::Table),
    Error,
}

impl Space {
    /// The names of its attributes, and what they begin with.
    pub(super) const fn names(self) -> (&'static [(u16, &'static str)], &'static str) {
        match self {
            Self::Link | Self::BridgeLink => (LINK_ATTRIBUTES, "IFLA"),
            Self::LinkInfo => (LINKINFO_ATTRIBUTES, "IFLA_INFO"),
            Self::Veth => (VETH_ATTRIBUTES, "VETH_INFO"),
            Self::Bridge => (BRIDGE_ATTRIBUTES, "IFLA_BR"),
            Self::Port => (PORT_ATTRIBUTES, "IFLA_BRPORT"),
            Self::Macvlan => (MACVLAN_ATTRIBUTES, "IFLA_MACVLAN"),
            Self::Ipvlan => (IPVLAN_ATTRIBUTES, "IFLA_IPVLAN"),
            Self::Vlan => (VLAN_ATTRIBUTES, "IFLA_VLAN"),
            Self::VlanQos => (VLAN_QOS_ATTRIBUTES, "IFLA_VLAN"),
            Self::ProtoDown => (PROTO_DOWN_ATTRIBUTES, "IFLA_PROTO_DOWN"),
            Self::Vxlan => (VXLAN_ATTRIBUTES, "IFLA_VXLAN"),
            Self::Tun => (TUN_ATTRIBUTES, "IFLA_TUN"),
            Self::Families => (FAMILY_NESTS, "AF"),
            Self::Inet6 => (INET6_ATTRIBUTES, "IFLA_INET6"),
            Self::Address => (ADDRESS_ATTRIBUTES, "IFA"),
            Self::Route => (ROUTE_ATTRIBUTES, "RTA"),
            Self::Metrics => (METRIC_ATTRIBUTES, "RTAX"),
            Self::Neighbour => (NEIGHBOUR_ATTRIBUTES, "NDA"),
            Self::Nsid => (NSID_ATTRIBUTES, "NETNSA"),
            Self::Traffic => (TC_ATTRIBUTES, "TCA"),
            Self::Tbf => (TBF_ATTRIBUTES, "TCA_TBF"),
            Self::Matchall => (MATCHALL_ATTRIBUTES, "TCA_MATCHALL"),
            Self::U32 => (U32_ATTRIBUTES, "TCA_U32"),
            Self::Actions => (super::traffic::ACTION_NUMBERS, "action"),
            Self::Action => (ACTION_ATTRIBUTES, "TCA_ACT"),
            Self::Mirred => (MIRRED_ATTRIBUTES, "TCA_MIRRED"),
            Self::Police => (POLICE_ATTRIBUTES, "TCA_POLICE"),
            Self::Netfilter(space) => space.names(),
            Self::Table(table) => (table.names, table.prefix),
            Self::Error => (ERROR_ATTRIBUTES, "NLMSGERR_ATTR"),
        }
    }

    pub(super) fn shape(self, kind: u16) -> Shape {
        match self {
            Self::BridgeLink if kind == IFLA_PROTINFO => Shape::Nest(Self::Port),
            Self::BridgeLink if kind == IFLA_AF_SPEC => Shape::Nest(Self::Table(&super::tables::BRIDGE_SPEC)),
            Self::Table(table) => table.shape(kind),
            Self::Link | Self::BridgeLink => link(kind),
            Self::LinkInfo if kind == IFLA_INFO_KIND || kind == IFLA_INFO_SLAVE_KIND => Shape::Text,
            Self::Veth if kind == VETH_INFO_PEER => Shape::Peer,
            Self::LinkInfo | Self::Veth => Shape::Hex,
            Self::Bridge => bridge(kind),
            Self::Port => port(kind),
            Self::Macvlan
            | Self::Ipvlan
            | Self::Vlan
            | Self::VlanQos
            | Self::Tun
            | Self::Families
            | Self::Inet6
            | Self::ProtoDown => super::kinds::shape(self, kind),
            Self::Vxlan => super::kinds::vxlan(kind),
            Self::Address => address(kind),
            Self::Route => route(kind),
            Self::Metrics if kind == RTAX_CC_ALGO => Shape::Text,
            Self::Metrics => Shape::U32,
            Self::Neighbour => neighbour(kind),
            Self::Nsid => match kind {
                NETNSA_NSID | NETNSA_TARGET_NSID | NETNSA_CURRENT_NSID => Shape::I32,
                NETNSA_PID => Shape::U32,
                NETNSA_FD => Shape::Netns,
                _ => Shape::Hex,
            },
            Self::Traffic
            | Self::Tbf
            | Self::Matchall
            | Self::U32
            | Self::Actions
            | Self::Action
            | Self::Mirred
            | Self::Police => super::traffic::shape(self, kind),
            Self::Netfilter(space) => space.shape(kind),
            Self::Error => match kind {
                NLMSGERR_ATTR_MSG => Shape::Text,
                NLMSGERR_ATTR_OFFS | NLMSGERR_ATTR_MISS_TYPE | NLMSGERR_ATTR_MISS_NEST => Shape::U32,
                _ => Shape::Hex,
            },
        }
    }
}

const fn link(kind: u16) -> Shape {
    match kind {
        IFLA_ADDRESS | IFLA_BROADCAST | IFLA_PERM_ADDRESS => Shape::Hardware,
        IFLA_IFNAME
        | IFLA_IFALIAS
        | IFLA_QDISC
        | IFLA_ALT_IFNAME
        | IFLA_PHYS_PORT_NAME
        | IFLA_PARENT_DEV_NAME
        | IFLA_PARENT_DEV_BUS_NAME => Shape::Text,
        IFLA_MASTER | IFLA_LINK | IFLA_NEW_IFINDEX => Shape::Link,
        IFLA_NET_NS_FD => Shape::Netns,
        IFLA_LINK_NETNSID | IFLA_NEW_NETNSID | IFLA_IF_NETNSID => Shape::I32,
        IFLA_OPERSTATE => Shape::Operstate,
        IFLA_LINKMODE | IFLA_CARRIER | IFLA_PROTO_DOWN | IFLA_NETNS_IMMUTABLE => Shape::U8,
        IFLA_EXT_MASK => Shape::LinkFilter,
        IFLA_STATS | IFLA_STATS64 => Shape::Counters,
        IFLA_XDP => Shape::Nest(Space::Table(&super::tables::XDP)),
        IFLA_LINKINFO => Shape::Nest(Space::LinkInfo),
        IFLA_PROTO_DOWN_REASON => Shape::Nest(Space::ProtoDown),
        IFLA_PROP_LIST => Shape::Nest(Space::Link),
        IFLA_AF_SPEC => Shape::Nest(Space::Families),
        IFLA_MTU
        | IFLA_TXQLEN
        | IFLA_WEIGHT
        | IFLA_NET_NS_PID
        | IFLA_NUM_VF
        | IFLA_GROUP
        | IFLA_PROMISCUITY
        | IFLA_NUM_TX_QUEUES
        | IFLA_NUM_RX_QUEUES
        | IFLA_CARRIER_CHANGES
        | IFLA_GSO_MAX_SEGS
        | IFLA_GSO_MAX_SIZE
        | IFLA_EVENT
        | IFLA_CARRIER_UP_COUNT
        | IFLA_CARRIER_DOWN_COUNT
        | IFLA_MIN_MTU
        | IFLA_MAX_MTU
        | IFLA_GRO_MAX_SIZE
        | IFLA_TSO_MAX_SIZE
        | IFLA_TSO_MAX_SEGS
        | IFLA_ALLMULTI
        | IFLA_GSO_IPV4_MAX_SIZE
        | IFLA_GRO_IPV4_MAX_SIZE
        | IFLA_MAX_PACING_OFFLOAD_HORIZON => Shape::U32,
        IFLA_HEADROOM | IFLA_TAILROOM => Shape::U16,
        _ => Shape::Hex,
    }
}

const fn bridge(kind: u16) -> Shape {
    match kind {
        IFLA_BR_FORWARD_DELAY..=IFLA_BR_STP_STATE
        | IFLA_BR_ROOT_PATH_COST
        | IFLA_BR_FDB_N_LEARNED..=IFLA_BR_STP_MODE
        | IFLA_BR_MCAST_HASH_ELASTICITY..=IFLA_BR_MCAST_STARTUP_QUERY_CNT => Shape::U32,
        IFLA_BR_PRIORITY | IFLA_BR_GROUP_FWD_MASK | IFLA_BR_ROOT_PORT | IFLA_BR_VLAN_DEFAULT_PVID => {
            Shape::U16
        }
        IFLA_BR_HELLO_TIMER..=IFLA_BR_GC_TIMER
        | IFLA_BR_MCAST_LAST_MEMBER_INTVL..=IFLA_BR_MCAST_STARTUP_QUERY_INTVL => Shape::U64,
        IFLA_BR_VLAN_PROTOCOL => Shape::EthernetProtocol,
        IFLA_BR_MULTI_BOOLOPT => Shape::BridgeSwitches,
        IFLA_BR_GROUP_ADDR => Shape::Hardware,
        IFLA_BR_VLAN_FILTERING
        | IFLA_BR_TOPOLOGY_CHANGE
        | IFLA_BR_TOPOLOGY_CHANGE_DETECTED
        | IFLA_BR_MCAST_ROUTER..=IFLA_BR_MCAST_QUERIER
        | IFLA_BR_NF_CALL_IPTABLES..=IFLA_BR_NF_CALL_ARPTABLES
        | IFLA_BR_VLAN_STATS_ENABLED..=IFLA_BR_VLAN_STATS_PER_PORT => Shape::U8,
        _ => Shape::Hex,
    }
}

const fn port(kind: u16) -> Shape {
    match kind {
        IFLA_BRPORT_MCAST_N_GROUPS
        | IFLA_BRPORT_MCAST_MAX_GROUPS
        | IFLA_BRPORT_BACKUP_NHID
        | IFLA_BRPORT_COST
        | IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT
        | IFLA_BRPORT_MCAST_EHT_HOSTS_CNT => Shape::U32,
        IFLA_BRPORT_BACKUP_PORT => Shape::Link,
        IFLA_BRPORT_PRIORITY | IFLA_BRPORT_DESIGNATED_PORT..=IFLA_BRPORT_NO | IFLA_BRPORT_GROUP_FWD_MASK => {
            Shape::U16
        }
        IFLA_BRPORT_ROOT_ID | IFLA_BRPORT_BRIDGE_ID | IFLA_BRPORT_FLUSH => Shape::Hex,
        IFLA_BRPORT_MESSAGE_AGE_TIMER..=IFLA_BRPORT_HOLD_TIMER => Shape::U64,
        IFLA_BRPORT_STATE..=IFLA_BRPORT_NEIGH_VLAN_SUPPRESS => Shape::U8,
        _ => Shape::Hex,
    }
}

const fn address(kind: u16) -> Shape {
    match kind {
        IFA_ADDRESS | IFA_LOCAL | IFA_BROADCAST | IFA_ANYCAST | IFA_MULTICAST => Shape::Ip,
        IFA_LABEL => Shape::Text,
        IFA_FLAGS => Shape::AddressFlags,
        IFA_CACHEINFO => Shape::Words,
        IFA_RT_PRIORITY => Shape::U32,
        IFA_TARGET_NETNSID => Shape::I32,
        IFA_PROTO => Shape::U8,
        _ => Shape::Hex,
    }
}

const fn route(kind: u16) -> Shape {
    match kind {
        RTA_DST | RTA_SRC | RTA_GATEWAY | RTA_PREFSRC | RTA_NEWDST => Shape::Ip,
        RTA_IIF | RTA_OIF => Shape::Link,
        RTA_VIA => Shape::Via,
        RTA_TABLE => Shape::Table,
        RTA_METRICS => Shape::Nest(Space::Metrics),
        RTA_MULTIPATH => Shape::NextHops,
        RTA_CACHEINFO => Shape::Words,
        RTA_PRIORITY | RTA_FLOW | RTA_MARK | RTA_EXPIRES | RTA_UID | RTA_NH_ID => Shape::U32,
        RTA_PREF | RTA_TTL_PROPAGATE | RTA_IP_PROTO => Shape::U8,
        RTA_SPORT | RTA_DPORT => Shape::U16Be,
        _ => Shape::Hex,
    }
}

const fn neighbour(kind: u16) -> Shape {
    match kind {
        NDA_DST => Shape::Ip,
        NDA_LLADDR => Shape::Hardware,
        NDA_CACHEINFO => Shape::Words,
        NDA_IFINDEX | NDA_MASTER => Shape::Link,
        NDA_VLAN => Shape::U16,
        NDA_PORT => Shape::U16Be,
        NDA_PROTOCOL => Shape::U8,
        NDA_LINK_NETNSID => Shape::I32,
        NDA_PROBES | NDA_VNI | NDA_SRC_VNI | NDA_NH_ID | NDA_FLAGS_EXT => Shape::U32,
        _ => Shape::Hex,
    }
}
