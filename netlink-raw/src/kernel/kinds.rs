//! Numbers of the kinds of link that have settings of their own.

numbers! {
    /// Attributes in a macvlan's `IFLA_INFO_DATA` (`linux/if_link.h`).
    MACVLAN_ATTRIBUTES: u16 {
        IFLA_MACVLAN_MODE = 1, IFLA_MACVLAN_FLAGS = 2, IFLA_MACVLAN_MACADDR_MODE = 3,
        IFLA_MACVLAN_MACADDR = 4, IFLA_MACVLAN_MACADDR_DATA = 5, IFLA_MACVLAN_MACADDR_COUNT = 6,
        IFLA_MACVLAN_BC_QUEUE_LEN = 7, IFLA_MACVLAN_BC_QUEUE_LEN_USED = 8, IFLA_MACVLAN_BC_CUTOFF = 9,
    }
}

numbers! {
    /// Modes of a macvlan (`linux/if_link.h`).
    MACVLAN_MODES: u32 {
        MACVLAN_MODE_PRIVATE = 1, MACVLAN_MODE_VEPA = 2, MACVLAN_MODE_BRIDGE = 4, MACVLAN_MODE_PASSTHRU = 8,
        MACVLAN_MODE_SOURCE = 16,
    }
}

numbers! {
    /// Flags of a macvlan (`linux/if_link.h`).
    MACVLAN_FLAGS: u16 {
        MACVLAN_FLAG_NOPROMISC = 1, MACVLAN_FLAG_NODST = 2,
    }
}

numbers! {
    /// What becomes of the addresses that a macvlan in the mode `source` takes (`linux/if_link.h`).
    MACVLAN_SOURCE_MODES: u32 {
        MACVLAN_MACADDR_ADD = 0, MACVLAN_MACADDR_DEL = 1, MACVLAN_MACADDR_FLUSH = 2, MACVLAN_MACADDR_SET = 3,
    }
}

numbers! {
    /// Attributes in an ipvlan's `IFLA_INFO_DATA` (`linux/if_link.h`).
    IPVLAN_ATTRIBUTES: u16 {
        IFLA_IPVLAN_MODE = 1, IFLA_IPVLAN_FLAGS = 2,
    }
}

numbers! {
    /// Modes of an ipvlan (`linux/if_link.h`).
    IPVLAN_MODES: u16 {
        IPVLAN_MODE_L2 = 0, IPVLAN_MODE_L3 = 1, IPVLAN_MODE_L3S = 2,
    }
}

numbers! {
    /// Flags of an ipvlan; none is `bridge` (`linux/if_link.h`).
    IPVLAN_FLAGS: u16 {
        IPVLAN_F_PRIVATE = 1, IPVLAN_F_VEPA = 2,
    }
}

numbers! {
    /// Attributes in a VLAN's `IFLA_INFO_DATA` (`linux/if_link.h`).
    VLAN_ATTRIBUTES: u16 {
        IFLA_VLAN_ID = 1, IFLA_VLAN_FLAGS = 2, IFLA_VLAN_EGRESS_QOS = 3, IFLA_VLAN_INGRESS_QOS = 4,
        IFLA_VLAN_PROTOCOL = 5,
    }
}

numbers! {
    /// Attributes in the maps of priorities of a VLAN (`linux/if_link.h`).
    VLAN_QOS_ATTRIBUTES: u16 {
        IFLA_VLAN_QOS_MAPPING = 1,
    }
}

numbers! {
    /// Flags of a VLAN (`linux/if_vlan.h`).
    VLAN_FLAGS: u32 {
        VLAN_FLAG_REORDER_HDR = 0x1, VLAN_FLAG_GVRP = 0x2, VLAN_FLAG_LOOSE_BINDING = 0x4,
        VLAN_FLAG_MVRP = 0x8, VLAN_FLAG_BRIDGE_BINDING = 0x10,
    }
}

numbers! {
    /// Protocols of Ethernet (`linux/if_ether.h`).
    ETHERNET_PROTOCOLS: u16 {
        ETH_P_ALL = 0x0003, ETH_P_IP = 0x0800, ETH_P_ARP = 0x0806, ETH_P_8021Q = 0x8100, ETH_P_IPV6 = 0x86dd,
        ETH_P_8021AD = 0x88a8, ETH_P_MPLS_UC = 0x8847, ETH_P_MPLS_MC = 0x8848, ETH_P_PPP_DISC = 0x8863, ETH_P_PPP_SES = 0x8864,
        ETH_P_LLDP = 0x88cc,
    }
}

numbers! {
    /// Attributes in a VXLAN's `IFLA_INFO_DATA` (`linux/if_link.h`).
    VXLAN_ATTRIBUTES: u16 {
        IFLA_VXLAN_ID = 1, IFLA_VXLAN_GROUP = 2, IFLA_VXLAN_LINK = 3, IFLA_VXLAN_LOCAL = 4, IFLA_VXLAN_TTL = 5,
        IFLA_VXLAN_TOS = 6, IFLA_VXLAN_LEARNING = 7, IFLA_VXLAN_AGEING = 8, IFLA_VXLAN_LIMIT = 9,
        IFLA_VXLAN_PORT_RANGE = 10, IFLA_VXLAN_PROXY = 11, IFLA_VXLAN_RSC = 12, IFLA_VXLAN_L2MISS = 13,
        IFLA_VXLAN_L3MISS = 14, IFLA_VXLAN_PORT = 15, IFLA_VXLAN_GROUP6 = 16, IFLA_VXLAN_LOCAL6 = 17,
        IFLA_VXLAN_UDP_CSUM = 18, IFLA_VXLAN_UDP_ZERO_CSUM6_TX = 19, IFLA_VXLAN_UDP_ZERO_CSUM6_RX = 20,
        IFLA_VXLAN_REMCSUM_TX = 21, IFLA_VXLAN_REMCSUM_RX = 22, IFLA_VXLAN_GBP = 23,
        IFLA_VXLAN_REMCSUM_NOPARTIAL = 24, IFLA_VXLAN_COLLECT_METADATA = 25, IFLA_VXLAN_LABEL = 26,
        IFLA_VXLAN_GPE = 27, IFLA_VXLAN_TTL_INHERIT = 28, IFLA_VXLAN_DF = 29, IFLA_VXLAN_VNIFILTER = 30,
        IFLA_VXLAN_LOCALBYPASS = 31, IFLA_VXLAN_LABEL_POLICY = 32, IFLA_VXLAN_RESERVED_BITS = 33,
        IFLA_VXLAN_MC_ROUTE = 34,
    }
}

numbers! {
    /// Whether a VXLAN's outer packets may be cut (`linux/if_link.h`).
    VXLAN_DF: u8 {
        VXLAN_DF_UNSET = 0, VXLAN_DF_SET = 1, VXLAN_DF_INHERIT = 2,
    }
}

numbers! {
    /// Switches of a bridge in `IFLA_BR_MULTI_BOOLOPT` (`linux/if_bridge.h`).
    BRIDGE_SWITCHES: u32 {
        BR_BOOLOPT_NO_LL_LEARN = 0x1, BR_BOOLOPT_MCAST_VLAN_SNOOPING = 0x2, BR_BOOLOPT_MST_ENABLE = 0x4,
    }
}

numbers! {
    /// Attributes in a vrf's `IFLA_INFO_DATA` (`linux/if_link.h`).
    VRF_ATTRIBUTES: u16 {
        IFLA_VRF_TABLE = 1,
    }
}

numbers! {
    /// Attributes in a tun's or tap's `IFLA_INFO_DATA` (`linux/if_link.h`).
    TUN_ATTRIBUTES: u16 {
        IFLA_TUN_OWNER = 1, IFLA_TUN_GROUP = 2, IFLA_TUN_TYPE = 3, IFLA_TUN_PI = 4, IFLA_TUN_VNET_HDR = 5,
        IFLA_TUN_PERSIST = 6, IFLA_TUN_MULTI_QUEUE = 7, IFLA_TUN_NUM_QUEUES = 8,
        IFLA_TUN_NUM_DISABLED_QUEUES = 9,
    }
}

numbers! {
    /// What a tun carries (`linux/if_tun.h`).
    TUN_TYPES: u8 {
        IFF_TUN = 1, IFF_TAP = 2,
    }
}

numbers! {
    /// Attributes in the `AF_INET6` of `IFLA_AF_SPEC` (`linux/if_link.h`).
    INET6_ATTRIBUTES: u16 {
        IFLA_INET6_FLAGS = 1, IFLA_INET6_CONF = 2, IFLA_INET6_STATS = 3, IFLA_INET6_MCAST = 4,
        IFLA_INET6_CACHEINFO = 5, IFLA_INET6_ICMP6STATS = 6, IFLA_INET6_TOKEN = 7,
        IFLA_INET6_ADDR_GEN_MODE = 8, IFLA_INET6_RA_MTU = 9,
    }
}

numbers! {
    /// How a link gets its link-local address (`linux/if_link.h`).
    ADDR_GEN_MODES: u8 {
        IN6_ADDR_GEN_MODE_EUI64 = 0, IN6_ADDR_GEN_MODE_NONE = 1, IN6_ADDR_GEN_MODE_STABLE_PRIVACY = 2,
        IN6_ADDR_GEN_MODE_RANDOM = 3,
    }
}
