//! Objects of rtnetlink that are looked at more than made.

use super::table;
use crate::describe::shape::Shape;

table! {
    /// Attributes in `IFLA_XDP` (`linux/if_link.h`).
    XDP, "IFLA_XDP" {
        IFLA_XDP_FD = 1: Shape::I32, IFLA_XDP_ATTACHED = 2: Shape::U8, IFLA_XDP_FLAGS = 3: Shape::U32,
        IFLA_XDP_PROG_ID = 4: Shape::U32, IFLA_XDP_DRV_PROG_ID = 5: Shape::U32, IFLA_XDP_SKB_PROG_ID = 6: Shape::U32,
        IFLA_XDP_HW_PROG_ID = 7: Shape::U32, IFLA_XDP_EXPECTED_FD = 8: Shape::I32,
    }
}

table! {
    /// Attributes in the `AF_INET` of `IFLA_AF_SPEC` (`linux/if_link.h`).
    INET, "IFLA_INET" {
        IFLA_INET_CONF = 1: Shape::Hex,
    }
}

table! {
    /// Attributes of a next hop (`linux/nexthop.h`).
    NEXT_HOP, "NHA" {
        NHA_ID = 1: Shape::U32, NHA_GROUP = 2: Shape::NextHopGroup, NHA_GROUP_TYPE = 3: Shape::U16, NHA_BLACKHOLE = 4: Shape::Hex,
        NHA_OIF = 5: Shape::Link, NHA_GATEWAY = 6: Shape::Ip, NHA_ENCAP_TYPE = 7: Shape::U16, NHA_ENCAP = 8: Shape::Hex,
        NHA_GROUPS = 9: Shape::Hex, NHA_MASTER = 10: Shape::Link, NHA_FDB = 11: Shape::Hex, NHA_RES_GROUP = 12: Shape::Hex,
        NHA_RES_BUCKET = 13: Shape::Hex, NHA_OP_FLAGS = 14: Shape::U32, NHA_GROUP_STATS = 15: Shape::Hex,
        NHA_HW_STATS_ENABLE = 16: Shape::U32, NHA_HW_STATS_USED = 17: Shape::U32,
    }
}

table! {
    /// Attributes of a table of neighbours (`linux/neighbour.h`).
    NEIGHBOUR_TABLE, "NDTA" {
        NDTA_NAME = 1: Shape::Text, NDTA_THRESH1 = 2: Shape::U32, NDTA_THRESH2 = 3: Shape::U32, NDTA_THRESH3 = 4: Shape::U32,
        NDTA_CONFIG = 5: Shape::Hex, NDTA_PARMS = 6: Shape::Hex, NDTA_STATS = 7: Shape::Hex, NDTA_GC_INTERVAL = 8: Shape::U64,
        NDTA_PAD = 9: Shape::Hex,
    }
}

table! {
    /// Attributes of the settings of the protocols (`linux/netconf.h`).
    NETCONF, "NETCONFA" {
        NETCONFA_IFINDEX = 1: Shape::I32, NETCONFA_FORWARDING = 2: Shape::I32, NETCONFA_RP_FILTER = 3: Shape::I32,
        NETCONFA_MC_FORWARDING = 4: Shape::I32, NETCONFA_PROXY_NEIGH = 5: Shape::I32,
        NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN = 6: Shape::I32, NETCONFA_INPUT = 7: Shape::I32,
        NETCONFA_BC_FORWARDING = 8: Shape::I32, NETCONFA_FORCE_FORWARDING = 9: Shape::I32,
    }
}

table! {
    /// Attributes of a label of addresses (`linux/if_addrlabel.h`).
    ADDRESS_LABEL, "IFAL" {
        IFAL_ADDRESS = 1: Shape::Ip, IFAL_LABEL = 2: Shape::U32,
    }
}

table! {
    /// Statistics of links (`linux/if_link.h`).
    STATISTICS, "IFLA_STATS" {
        IFLA_STATS_LINK_64 = 1: Shape::Counters, IFLA_STATS_LINK_XSTATS = 2: Shape::Hex,
        IFLA_STATS_LINK_XSTATS_SLAVE = 3: Shape::Hex, IFLA_STATS_LINK_OFFLOAD_XSTATS = 4: Shape::Hex,
        IFLA_STATS_AF_SPEC = 5: Shape::Hex,
    }
}
