//! The numbers of the kernel's headers, typed as the messages need them, with their names.
//!
//! One list makes both the constants, which the encoders use, and the table of names, which
//! [`describe`](crate::describe) uses. (`libc` types many of these as `c_int`, and lacks some.)

macro_rules! numbers {
    ($(#[$doc:meta])* $table:ident: $type:ty { $($name:ident = $value:expr),* $(,)? }) => {
        $(#[doc = concat!("`", stringify!($name), "`.")] pub const $name: $type = $value;)*
        $(#[$doc])*
        pub const $table: &[($type, &str)] = &[$(($value, stringify!($name))),*];
    };
}

mod kinds;
mod others;
mod symbols;
mod traffic;

pub use kinds::*;
pub use others::*;
pub(crate) use symbols::number;
pub use traffic::*;
mod conntrack;
mod netfilter;
pub use conntrack::*;
pub use netfilter::*;

numbers! {
    /// Message types (`linux/netlink.h`, `linux/rtnetlink.h`).
    MESSAGE_TYPES: u16 {
        NLMSG_NOOP = 1, NLMSG_ERROR = 2, NLMSG_DONE = 3, NLMSG_OVERRUN = 4, RTM_NEWLINK = 16,
        RTM_DELLINK = 17, RTM_GETLINK = 18, RTM_SETLINK = 19, RTM_NEWADDR = 20, RTM_DELADDR = 21,
        RTM_GETADDR = 22, RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_GETROUTE = 26, RTM_NEWNEIGH = 28,
        RTM_DELNEIGH = 29, RTM_GETNEIGH = 30, RTM_NEWRULE = 32, RTM_DELRULE = 33, RTM_GETRULE = 34,
        RTM_NEWQDISC = 36, RTM_DELQDISC = 37, RTM_GETQDISC = 38, RTM_NEWTCLASS = 40, RTM_DELTCLASS = 41,
        RTM_GETTCLASS = 42, RTM_NEWTFILTER = 44, RTM_DELTFILTER = 45, RTM_GETTFILTER = 46,
        RTM_NEWNSID = 88, RTM_DELNSID = 89, RTM_GETNSID = 90, RTM_NEWSTATS = 92, RTM_GETSTATS = 94,
        RTM_NEWLINKPROP = 108, RTM_DELLINKPROP = 109,
    }
}

numbers! {
    /// Flags of every message (`linux/netlink.h`).
    MESSAGE_FLAGS: u16 {
        NLM_F_REQUEST = 0x1, NLM_F_MULTI = 0x2, NLM_F_ACK = 0x4, NLM_F_ECHO = 0x8, NLM_F_DUMP_INTR = 0x10,
        NLM_F_DUMP_FILTERED = 0x20,
    }
}

numbers! {
    /// Flags of questions (`linux/netlink.h`).
    GET_FLAGS: u16 {
        NLM_F_DUMP = 0x300, NLM_F_ROOT = 0x100, NLM_F_MATCH = 0x200, NLM_F_ATOMIC = 0x400,
    }
}

numbers! {
    /// Flags of requests that make or change something (`linux/netlink.h`).
    NEW_FLAGS: u16 {
        NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400, NLM_F_APPEND = 0x800,
    }
}

numbers! {
    /// Flags of requests that delete something (`linux/netlink.h`).
    DELETE_FLAGS: u16 {
        NLM_F_NONREC = 0x100, NLM_F_BULK = 0x200,
    }
}

numbers! {
    /// Flags of acknowledgements (`linux/netlink.h`).
    ERROR_FLAGS: u16 {
        NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200,
    }
}

numbers! {
    /// Extended attributes of acknowledgements (`linux/netlink.h`).
    ERROR_ATTRIBUTES: u16 {
        NLMSGERR_ATTR_MSG = 1, NLMSGERR_ATTR_OFFS = 2, NLMSGERR_ATTR_COOKIE = 3, NLMSGERR_ATTR_POLICY = 4,
        NLMSGERR_ATTR_MISS_TYPE = 5, NLMSGERR_ATTR_MISS_NEST = 6,
    }
}

numbers! {
    /// Attributes of a link (`linux/if_link.h`).
    LINK_ATTRIBUTES: u16 {
        IFLA_ADDRESS = 1, IFLA_BROADCAST = 2, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_LINK = 5, IFLA_QDISC = 6,
        IFLA_STATS = 7, IFLA_COST = 8, IFLA_PRIORITY = 9, IFLA_MASTER = 10, IFLA_WIRELESS = 11,
        IFLA_PROTINFO = 12, IFLA_TXQLEN = 13, IFLA_MAP = 14, IFLA_WEIGHT = 15, IFLA_OPERSTATE = 16,
        IFLA_LINKMODE = 17, IFLA_LINKINFO = 18, IFLA_NET_NS_PID = 19, IFLA_IFALIAS = 20, IFLA_NUM_VF = 21,
        IFLA_VFINFO_LIST = 22, IFLA_STATS64 = 23, IFLA_VF_PORTS = 24, IFLA_PORT_SELF = 25,
        IFLA_AF_SPEC = 26, IFLA_GROUP = 27, IFLA_NET_NS_FD = 28, IFLA_EXT_MASK = 29, IFLA_PROMISCUITY = 30,
        IFLA_NUM_TX_QUEUES = 31, IFLA_NUM_RX_QUEUES = 32, IFLA_CARRIER = 33, IFLA_PHYS_PORT_ID = 34,
        IFLA_CARRIER_CHANGES = 35, IFLA_PHYS_SWITCH_ID = 36, IFLA_LINK_NETNSID = 37,
        IFLA_PHYS_PORT_NAME = 38, IFLA_PROTO_DOWN = 39, IFLA_GSO_MAX_SEGS = 40, IFLA_GSO_MAX_SIZE = 41,
        IFLA_XDP = 43, IFLA_EVENT = 44, IFLA_NEW_NETNSID = 45, IFLA_IF_NETNSID = 46,
        IFLA_CARRIER_UP_COUNT = 47, IFLA_CARRIER_DOWN_COUNT = 48, IFLA_NEW_IFINDEX = 49, IFLA_MIN_MTU = 50,
        IFLA_MAX_MTU = 51, IFLA_PROP_LIST = 52, IFLA_ALT_IFNAME = 53, IFLA_PERM_ADDRESS = 54,
        IFLA_PROTO_DOWN_REASON = 55, IFLA_PARENT_DEV_NAME = 56, IFLA_PARENT_DEV_BUS_NAME = 57,
        IFLA_GRO_MAX_SIZE = 58, IFLA_TSO_MAX_SIZE = 59, IFLA_TSO_MAX_SEGS = 60, IFLA_ALLMULTI = 61,
        IFLA_DEVLINK_PORT = 62, IFLA_GSO_IPV4_MAX_SIZE = 63, IFLA_GRO_IPV4_MAX_SIZE = 64, IFLA_DPLL_PIN = 65,
        IFLA_MAX_PACING_OFFLOAD_HORIZON = 66, IFLA_NETNS_IMMUTABLE = 67, IFLA_HEADROOM = 68, IFLA_TAILROOM = 69,
    }
}

numbers! {
    /// Attributes in `IFLA_PROTO_DOWN_REASON` (`linux/if_link.h`).
    PROTO_DOWN_ATTRIBUTES: u16 {
        IFLA_PROTO_DOWN_REASON_MASK = 1, IFLA_PROTO_DOWN_REASON_VALUE = 2,
    }
}

numbers! {
    /// How a link's operational state follows its carrier (`linux/if.h`).
    LINK_MODES: u8 {
        IF_LINK_MODE_DEFAULT = 0, IF_LINK_MODE_DORMANT = 1, IF_LINK_MODE_TESTING = 2,
    }
}

numbers! {
    /// Attributes in `IFLA_LINKINFO` (`linux/if_link.h`).
    LINKINFO_ATTRIBUTES: u16 {
        IFLA_INFO_KIND = 1, IFLA_INFO_DATA = 2, IFLA_INFO_XSTATS = 3, IFLA_INFO_SLAVE_KIND = 4,
        IFLA_INFO_SLAVE_DATA = 5,
    }
}

numbers! {
    /// Attributes in a veth's `IFLA_INFO_DATA` (`linux/veth.h`).
    VETH_ATTRIBUTES: u16 {
        VETH_INFO_PEER = 1,
    }
}

numbers! {
    /// Attributes in a bridge's `IFLA_INFO_DATA` (`linux/if_link.h`).
    BRIDGE_ATTRIBUTES: u16 {
        IFLA_BR_FORWARD_DELAY = 1, IFLA_BR_HELLO_TIME = 2, IFLA_BR_MAX_AGE = 3, IFLA_BR_AGEING_TIME = 4,
        IFLA_BR_STP_STATE = 5, IFLA_BR_PRIORITY = 6, IFLA_BR_VLAN_FILTERING = 7, IFLA_BR_VLAN_PROTOCOL = 8,
        IFLA_BR_GROUP_FWD_MASK = 9, IFLA_BR_ROOT_ID = 10, IFLA_BR_BRIDGE_ID = 11, IFLA_BR_ROOT_PORT = 12,
        IFLA_BR_ROOT_PATH_COST = 13, IFLA_BR_TOPOLOGY_CHANGE = 14, IFLA_BR_TOPOLOGY_CHANGE_DETECTED = 15,
        IFLA_BR_HELLO_TIMER = 16, IFLA_BR_TCN_TIMER = 17, IFLA_BR_TOPOLOGY_CHANGE_TIMER = 18,
        IFLA_BR_GC_TIMER = 19, IFLA_BR_GROUP_ADDR = 20, IFLA_BR_FDB_FLUSH = 21, IFLA_BR_MCAST_ROUTER = 22,
        IFLA_BR_MCAST_SNOOPING = 23, IFLA_BR_MCAST_QUERY_USE_IFADDR = 24, IFLA_BR_MCAST_QUERIER = 25,
        IFLA_BR_MCAST_HASH_ELASTICITY = 26, IFLA_BR_MCAST_HASH_MAX = 27,
        IFLA_BR_MCAST_LAST_MEMBER_CNT = 28, IFLA_BR_MCAST_STARTUP_QUERY_CNT = 29,
        IFLA_BR_MCAST_LAST_MEMBER_INTVL = 30, IFLA_BR_MCAST_MEMBERSHIP_INTVL = 31,
        IFLA_BR_MCAST_QUERIER_INTVL = 32, IFLA_BR_MCAST_QUERY_INTVL = 33,
        IFLA_BR_MCAST_QUERY_RESPONSE_INTVL = 34, IFLA_BR_MCAST_STARTUP_QUERY_INTVL = 35,
        IFLA_BR_NF_CALL_IPTABLES = 36, IFLA_BR_NF_CALL_IP6TABLES = 37, IFLA_BR_NF_CALL_ARPTABLES = 38,
        IFLA_BR_VLAN_DEFAULT_PVID = 39, IFLA_BR_VLAN_STATS_ENABLED = 41, IFLA_BR_MCAST_STATS_ENABLED = 42,
        IFLA_BR_MCAST_IGMP_VERSION = 43, IFLA_BR_MCAST_MLD_VERSION = 44, IFLA_BR_VLAN_STATS_PER_PORT = 45,
        IFLA_BR_MULTI_BOOLOPT = 46, IFLA_BR_MCAST_QUERIER_STATE = 47,
        IFLA_BR_FDB_N_LEARNED = 48, IFLA_BR_FDB_MAX_LEARNED = 49, IFLA_BR_STP_MODE = 50,
    }
}

numbers! {
    /// Attributes in a bridge port's `IFLA_INFO_SLAVE_DATA` or `IFLA_PROTINFO` (`linux/if_link.h`).
    PORT_ATTRIBUTES: u16 {
        IFLA_BRPORT_STATE = 1, IFLA_BRPORT_PRIORITY = 2, IFLA_BRPORT_COST = 3, IFLA_BRPORT_MODE = 4,
        IFLA_BRPORT_GUARD = 5, IFLA_BRPORT_PROTECT = 6, IFLA_BRPORT_FAST_LEAVE = 7,
        IFLA_BRPORT_LEARNING = 8, IFLA_BRPORT_UNICAST_FLOOD = 9, IFLA_BRPORT_PROXYARP = 10,
        IFLA_BRPORT_LEARNING_SYNC = 11, IFLA_BRPORT_PROXYARP_WIFI = 12, IFLA_BRPORT_ROOT_ID = 13,
        IFLA_BRPORT_BRIDGE_ID = 14, IFLA_BRPORT_DESIGNATED_PORT = 15, IFLA_BRPORT_DESIGNATED_COST = 16,
        IFLA_BRPORT_ID = 17, IFLA_BRPORT_NO = 18, IFLA_BRPORT_TOPOLOGY_CHANGE_ACK = 19,
        IFLA_BRPORT_CONFIG_PENDING = 20, IFLA_BRPORT_MESSAGE_AGE_TIMER = 21,
        IFLA_BRPORT_FORWARD_DELAY_TIMER = 22, IFLA_BRPORT_HOLD_TIMER = 23, IFLA_BRPORT_FLUSH = 24,
        IFLA_BRPORT_MULTICAST_ROUTER = 25, IFLA_BRPORT_MCAST_FLOOD = 27, IFLA_BRPORT_MCAST_TO_UCAST = 28,
        IFLA_BRPORT_VLAN_TUNNEL = 29, IFLA_BRPORT_BCAST_FLOOD = 30, IFLA_BRPORT_GROUP_FWD_MASK = 31,
        IFLA_BRPORT_NEIGH_SUPPRESS = 32, IFLA_BRPORT_ISOLATED = 33, IFLA_BRPORT_BACKUP_PORT = 34,
        IFLA_BRPORT_MRP_RING_OPEN = 35, IFLA_BRPORT_MRP_IN_OPEN = 36,
        IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT = 37, IFLA_BRPORT_MCAST_EHT_HOSTS_CNT = 38,
        IFLA_BRPORT_LOCKED = 39,
        IFLA_BRPORT_MAB = 40, IFLA_BRPORT_MCAST_N_GROUPS = 41, IFLA_BRPORT_MCAST_MAX_GROUPS = 42,
        IFLA_BRPORT_NEIGH_VLAN_SUPPRESS = 43, IFLA_BRPORT_BACKUP_NHID = 44,
    }
}

numbers! {
    /// Attributes of an address (`linux/if_addr.h`).
    ADDRESS_ATTRIBUTES: u16 {
        IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_LABEL = 3, IFA_BROADCAST = 4, IFA_ANYCAST = 5,
        IFA_CACHEINFO = 6, IFA_MULTICAST = 7, IFA_FLAGS = 8, IFA_RT_PRIORITY = 9, IFA_TARGET_NETNSID = 10,
        IFA_PROTO = 11,
    }
}

numbers! {
    /// Attributes of a route (`linux/rtnetlink.h`).
    ROUTE_ATTRIBUTES: u16 {
        RTA_DST = 1, RTA_SRC = 2, RTA_IIF = 3, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6,
        RTA_PREFSRC = 7, RTA_METRICS = 8, RTA_MULTIPATH = 9, RTA_PROTOINFO = 10, RTA_FLOW = 11,
        RTA_CACHEINFO = 12, RTA_SESSION = 13, RTA_MP_ALGO = 14, RTA_TABLE = 15, RTA_MARK = 16,
        RTA_MFC_STATS = 17, RTA_VIA = 18, RTA_NEWDST = 19, RTA_PREF = 20, RTA_ENCAP_TYPE = 21,
        RTA_ENCAP = 22, RTA_EXPIRES = 23, RTA_UID = 25, RTA_TTL_PROPAGATE = 26, RTA_IP_PROTO = 27,
        RTA_SPORT = 28, RTA_DPORT = 29, RTA_NH_ID = 30,
    }
}

numbers! {
    /// Attributes in `RTA_METRICS` (`linux/rtnetlink.h`).
    METRIC_ATTRIBUTES: u16 {
        RTAX_LOCK = 1, RTAX_MTU = 2, RTAX_WINDOW = 3, RTAX_RTT = 4, RTAX_RTTVAR = 5, RTAX_SSTHRESH = 6,
        RTAX_CWND = 7, RTAX_ADVMSS = 8, RTAX_REORDERING = 9, RTAX_HOPLIMIT = 10, RTAX_INITCWND = 11,
        RTAX_FEATURES = 12, RTAX_RTO_MIN = 13, RTAX_INITRWND = 14, RTAX_QUICKACK = 15, RTAX_CC_ALGO = 16,
        RTAX_FASTOPEN_NO_COOKIE = 17,
    }
}

numbers! {
    /// Attributes of a neighbour (`linux/neighbour.h`).
    NEIGHBOUR_ATTRIBUTES: u16 {
        NDA_DST = 1, NDA_LLADDR = 2, NDA_CACHEINFO = 3, NDA_PROBES = 4, NDA_VLAN = 5, NDA_PORT = 6,
        NDA_VNI = 7, NDA_IFINDEX = 8, NDA_MASTER = 9, NDA_LINK_NETNSID = 10, NDA_SRC_VNI = 11,
        NDA_PROTOCOL = 12, NDA_NH_ID = 13, NDA_FDB_EXT_ATTRS = 14, NDA_FLAGS_EXT = 15,
        NDA_NDM_STATE_MASK = 16, NDA_NDM_FLAGS_MASK = 17,
    }
}

numbers! {
    /// Attributes of a namespace's number (`linux/net_namespace.h`).
    NSID_ATTRIBUTES: u16 {
        NETNSA_NSID = 1, NETNSA_PID = 2, NETNSA_FD = 3, NETNSA_TARGET_NSID = 4, NETNSA_CURRENT_NSID = 5,
    }
}

numbers! {
    /// Attributes of what a link has counted (`linux/if_link.h`).
    STATS_ATTRIBUTES: u16 {
        IFLA_STATS_LINK_64 = 1, IFLA_STATS_LINK_XSTATS = 2, IFLA_STATS_LINK_XSTATS_SLAVE = 3,
        IFLA_STATS_LINK_OFFLOAD_XSTATS = 4, IFLA_STATS_AF_SPEC = 5,
    }
}

numbers! {
    /// Flags of a link (`linux/if.h`).
    LINK_FLAGS: u32 {
        IFF_UP = 0x1, IFF_BROADCAST = 0x2, IFF_DEBUG = 0x4, IFF_LOOPBACK = 0x8, IFF_POINTOPOINT = 0x10,
        IFF_NOTRAILERS = 0x20, IFF_RUNNING = 0x40, IFF_NOARP = 0x80, IFF_PROMISC = 0x100,
        IFF_ALLMULTI = 0x200, IFF_MASTER = 0x400, IFF_SLAVE = 0x800, IFF_MULTICAST = 0x1000,
        IFF_PORTSEL = 0x2000, IFF_AUTOMEDIA = 0x4000, IFF_DYNAMIC = 0x8000, IFF_LOWER_UP = 0x10000,
        IFF_DORMANT = 0x20000, IFF_ECHO = 0x40000,
    }
}

numbers! {
    /// Flags of an address (`linux/if_addr.h`).
    ADDRESS_FLAGS: u32 {
        IFA_F_SECONDARY = 0x1, IFA_F_NODAD = 0x2, IFA_F_OPTIMISTIC = 0x4, IFA_F_DADFAILED = 0x8,
        IFA_F_HOMEADDRESS = 0x10, IFA_F_DEPRECATED = 0x20, IFA_F_TENTATIVE = 0x40, IFA_F_PERMANENT = 0x80,
        IFA_F_MANAGETEMPADDR = 0x100, IFA_F_NOPREFIXROUTE = 0x200, IFA_F_MCAUTOJOIN = 0x400,
        IFA_F_STABLE_PRIVACY = 0x800,
    }
}

numbers! {
    /// Kinds of route (`linux/rtnetlink.h`).
    ROUTE_KINDS: u8 {
        RTN_UNSPEC = 0, RTN_UNICAST = 1, RTN_LOCAL = 2, RTN_BROADCAST = 3, RTN_ANYCAST = 4,
        RTN_MULTICAST = 5, RTN_BLACKHOLE = 6, RTN_UNREACHABLE = 7, RTN_PROHIBIT = 8, RTN_THROW = 9,
        RTN_NAT = 10, RTN_XRESOLVE = 11,
    }
}

numbers! {
    /// Who made a route (`linux/rtnetlink.h`).
    ROUTE_PROTOCOLS: u8 {
        RTPROT_UNSPEC = 0, RTPROT_REDIRECT = 1, RTPROT_KERNEL = 2, RTPROT_BOOT = 3, RTPROT_STATIC = 4,
        RTPROT_RA = 9, RTPROT_DHCP = 16,
    }
}

numbers! {
    /// How far an address or a route's destination is (`linux/rtnetlink.h`).
    SCOPES: u8 {
        RT_SCOPE_UNIVERSE = 0, RT_SCOPE_SITE = 200, RT_SCOPE_LINK = 253, RT_SCOPE_HOST = 254,
        RT_SCOPE_NOWHERE = 255,
    }
}

numbers! {
    /// Routing tables with a name (`linux/rtnetlink.h`).
    ROUTE_TABLES: u32 {
        RT_TABLE_UNSPEC = 0, RT_TABLE_COMPAT = 252, RT_TABLE_DEFAULT = 253, RT_TABLE_MAIN = 254,
        RT_TABLE_LOCAL = 255,
    }
}

numbers! {
    /// Flags of a route (`linux/rtnetlink.h`).
    ROUTE_FLAGS: u32 {
        RTNH_F_DEAD = 0x1, RTNH_F_PERVASIVE = 0x2, RTNH_F_ONLINK = 0x4, RTNH_F_OFFLOAD = 0x8,
        RTNH_F_LINKDOWN = 0x10, RTNH_F_UNRESOLVED = 0x20, RTNH_F_TRAP = 0x40, RTM_F_NOTIFY = 0x100,
        RTM_F_CLONED = 0x200, RTM_F_EQUALIZE = 0x400, RTM_F_PREFIX = 0x800, RTM_F_LOOKUP_TABLE = 0x1000,
        RTM_F_FIB_MATCH = 0x2000,
    }
}

numbers! {
    /// States of a neighbour; none is `NUD_NONE` (`linux/neighbour.h`).
    NEIGHBOUR_STATES: u16 {
        NUD_INCOMPLETE = 0x1, NUD_REACHABLE = 0x2, NUD_STALE = 0x4, NUD_DELAY = 0x8, NUD_PROBE = 0x10,
        NUD_FAILED = 0x20, NUD_NOARP = 0x40, NUD_PERMANENT = 0x80,
    }
}

numbers! {
    /// Flags of a neighbour (`linux/neighbour.h`).
    NEIGHBOUR_FLAGS: u8 {
        NTF_USE = 0x1, NTF_SELF = 0x2, NTF_MASTER = 0x4, NTF_PROXY = 0x8, NTF_EXT_LEARNED = 0x10,
        NTF_OFFLOADED = 0x20, NTF_STICKY = 0x40, NTF_ROUTER = 0x80,
    }
}

numbers! {
    /// Flags of a neighbour that are in an attribute (`linux/neighbour.h`).
    NEIGHBOUR_MORE_FLAGS: u32 {
        NTF_EXT_MANAGED = 0x1, NTF_EXT_LOCKED = 0x2,
    }
}

numbers! {
    /// Address families (`sys/socket.h`).
    FAMILIES: u8 {
        AF_UNSPEC = 0, AF_INET = 2, AF_BRIDGE = 7, AF_INET6 = 10, AF_PACKET = 17,
    }
}

numbers! {
    /// Operational states of a link (`linux/if.h`).
    OPERSTATES: u8 {
        IF_OPER_UNKNOWN = 0, IF_OPER_NOTPRESENT = 1, IF_OPER_DOWN = 2, IF_OPER_LOWERLAYERDOWN = 3,
        IF_OPER_TESTING = 4, IF_OPER_DORMANT = 5, IF_OPER_UP = 6,
    }
}

numbers! {
    /// Multicast groups of NETLINK_ROUTE, for [`Socket::join`](crate::Socket::join) (`linux/rtnetlink.h`).
    GROUPS: u32 {
        RTNLGRP_LINK = 1, RTNLGRP_NEIGH = 3, RTNLGRP_TC = 4, RTNLGRP_IPV4_IFADDR = 5, RTNLGRP_IPV4_ROUTE = 7,
        RTNLGRP_IPV4_RULE = 8, RTNLGRP_IPV6_IFADDR = 9, RTNLGRP_IPV6_ROUTE = 11, RTNLGRP_IPV6_RULE = 19,
        RTNLGRP_MDB = 26, RTNLGRP_NSID = 28, RTNLGRP_NEXTHOP = 32,
    }
}

numbers! {
    /// What a dump of links leaves out or adds (`IFLA_EXT_MASK`) (`linux/rtnetlink.h`).
    LINK_FILTERS: u32 {
        RTEXT_FILTER_VF = 0x1, RTEXT_FILTER_BRVLAN = 0x2, RTEXT_FILTER_BRVLAN_COMPRESSED = 0x4,
        RTEXT_FILTER_SKIP_STATS = 0x8,
    }
}
