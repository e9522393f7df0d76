//! What bridges keep of VLANs and multicast groups (`linux/if_bridge.h`).

use super::table;
use crate::describe::shape::Shape;
use crate::describe::space::Space;

table! {
    /// Attributes in the `IFLA_AF_SPEC` of a link in the family `AF_BRIDGE`.
    BRIDGE_SPEC, "IFLA_BRIDGE" {
        IFLA_BRIDGE_FLAGS = 0: Shape::BridgeFlags, IFLA_BRIDGE_MODE = 1: Shape::U16,
        IFLA_BRIDGE_VLAN_INFO = 2: Shape::VlanInfo, IFLA_BRIDGE_VLAN_TUNNEL_INFO = 3: Shape::Nest(Space::Table(&TUNNEL)),
        IFLA_BRIDGE_MRP = 4: Shape::Hex, IFLA_BRIDGE_CFM = 5: Shape::Hex, IFLA_BRIDGE_MST = 6: Shape::Hex,
    }
}

table! {
    /// Which VXLAN network a VLAN is.
    TUNNEL, "IFLA_BRIDGE_VLAN_TUNNEL" {
        IFLA_BRIDGE_VLAN_TUNNEL_ID = 1: Shape::U32, IFLA_BRIDGE_VLAN_TUNNEL_VID = 2: Shape::U16,
        IFLA_BRIDGE_VLAN_TUNNEL_FLAGS = 3: Shape::VlanFlags16,
    }
}

table! {
    /// Attributes of the messages RTM_NEWVLAN and the like.
    VLAN_DATABASE, "BRIDGE_VLANDB" {
        BRIDGE_VLANDB_ENTRY = 1: Shape::Nest(Space::Table(&VLAN_ENTRY)),
        BRIDGE_VLANDB_GLOBAL_OPTIONS = 2: Shape::Nest(Space::Table(&VLAN_GLOBAL)),
    }
}

table! {
    /// Attributes of questions for VLANs.
    VLAN_DUMP, "BRIDGE_VLANDB_DUMP" {
        BRIDGE_VLANDB_DUMP_FLAGS = 1: Shape::U32,
    }
}

table! {
    /// A VLAN, or a range of them.
    VLAN_ENTRY, "BRIDGE_VLANDB_ENTRY" {
        BRIDGE_VLANDB_ENTRY_INFO = 1: Shape::VlanInfo, BRIDGE_VLANDB_ENTRY_RANGE = 2: Shape::U16,
        BRIDGE_VLANDB_ENTRY_STATE = 3: Shape::U8, BRIDGE_VLANDB_ENTRY_TUNNEL_INFO = 4: Shape::Hex,
        BRIDGE_VLANDB_ENTRY_STATS = 5: Shape::Hex, BRIDGE_VLANDB_ENTRY_MCAST_ROUTER = 6: Shape::U8,
        BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS = 7: Shape::U32, BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS = 8: Shape::U32,
        BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS = 9: Shape::U8,
    }
}

table! {
    /// What holds for a VLAN on all ports.
    VLAN_GLOBAL, "BRIDGE_VLANDB_GOPTS" {
        BRIDGE_VLANDB_GOPTS_ID = 1: Shape::U16, BRIDGE_VLANDB_GOPTS_RANGE = 2: Shape::U16,
        BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING = 3: Shape::U8, BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION = 4: Shape::U8,
        BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION = 5: Shape::U8, BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT = 6: Shape::U32,
        BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT = 7: Shape::U32,
        BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL = 8: Shape::U64, BRIDGE_VLANDB_GOPTS_PAD = 9: Shape::Hex,
        BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL = 10: Shape::U64, BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL = 11: Shape::U64,
        BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL = 12: Shape::U64,
        BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL = 13: Shape::U64,
        BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL = 14: Shape::U64, BRIDGE_VLANDB_GOPTS_MCAST_QUERIER = 15: Shape::U8,
        BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS = 16: Shape::Hex, BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE = 17: Shape::Hex,
        BRIDGE_VLANDB_GOPTS_MSTI = 18: Shape::U16,
    }
}

table! {
    /// Attributes of a list of multicast groups that the kernel tells.
    MDB, "MDBA" {
        MDBA_MDB = 1: Shape::Hex, MDBA_ROUTER = 2: Shape::Hex,
    }
}

table! {
    /// Attributes of a request about a multicast group.
    MDB_SET, "MDBA_SET" {
        MDBA_SET_ENTRY = 1: Shape::MdbEntry, MDBA_SET_ENTRY_ATTRS = 2: Shape::Hex,
    }
}

/// Flags of `struct bridge_vlan_info`.
pub(in crate::describe) const VLAN_INFO_FLAGS: &[(u32, &str)] = &[
    (0x1, "BRIDGE_VLAN_INFO_MASTER"),
    (0x2, "BRIDGE_VLAN_INFO_PVID"),
    (0x4, "BRIDGE_VLAN_INFO_UNTAGGED"),
    (0x8, "BRIDGE_VLAN_INFO_RANGE_BEGIN"),
    (0x10, "BRIDGE_VLAN_INFO_RANGE_END"),
    (0x20, "BRIDGE_VLAN_INFO_BRENTRY"),
    (0x40, "BRIDGE_VLAN_INFO_ONLY_OPTS"),
];

/// Flags of `IFLA_BRIDGE_FLAGS`.
pub(in crate::describe) const BRIDGE_FLAGS: &[(u32, &str)] =
    &[(1, "BRIDGE_FLAGS_MASTER"), (2, "BRIDGE_FLAGS_SELF")];

table! {
    /// Attributes of the messages RTM_NEWTUNNEL and the like.
    TUNNEL_NETWORKS, "VXLAN_VNIFILTER" {
        VXLAN_VNIFILTER_ENTRY = 1: Shape::Nest(Space::Table(&TUNNEL_NETWORK)),
    }
}

table! {
    /// One network of a VXLAN device, or a range of them.
    TUNNEL_NETWORK, "VXLAN_VNIFILTER_ENTRY" {
        VXLAN_VNIFILTER_ENTRY_START = 1: Shape::U32, VXLAN_VNIFILTER_ENTRY_END = 2: Shape::U32,
        VXLAN_VNIFILTER_ENTRY_GROUP = 3: Shape::Ip, VXLAN_VNIFILTER_ENTRY_GROUP6 = 4: Shape::Ip,
        VXLAN_VNIFILTER_ENTRY_STATS = 5: Shape::Hex,
    }
}
