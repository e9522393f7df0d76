//! Kinds of links that Pontoon does not make: tunnels and bonds (`linux/if_tunnel.h`, `linux/if_link.h`).

use super::table;
use crate::describe::shape::Shape;

table! {
    /// Tunnels of IP in IP: ipip, sit, ip6tnl.
    IP_TUNNEL, "IFLA_IPTUN" {
        IFLA_IPTUN_LINK = 1: Shape::Link, IFLA_IPTUN_LOCAL = 2: Shape::Ip, IFLA_IPTUN_REMOTE = 3: Shape::Ip,
        IFLA_IPTUN_TTL = 4: Shape::U8, IFLA_IPTUN_TOS = 5: Shape::U8, IFLA_IPTUN_ENCAP_LIMIT = 6: Shape::U8,
        IFLA_IPTUN_FLOWINFO = 7: Shape::U32Be, IFLA_IPTUN_FLAGS = 8: Shape::Hex, IFLA_IPTUN_PROTO = 9: Shape::U8,
        IFLA_IPTUN_PMTUDISC = 10: Shape::U8, IFLA_IPTUN_6RD_PREFIX = 11: Shape::Ip,
        IFLA_IPTUN_6RD_RELAY_PREFIX = 12: Shape::Ip, IFLA_IPTUN_6RD_PREFIXLEN = 13: Shape::U16,
        IFLA_IPTUN_6RD_RELAY_PREFIXLEN = 14: Shape::U16, IFLA_IPTUN_ENCAP_TYPE = 15: Shape::U16,
        IFLA_IPTUN_ENCAP_FLAGS = 16: Shape::U16, IFLA_IPTUN_ENCAP_SPORT = 17: Shape::U16Be,
        IFLA_IPTUN_ENCAP_DPORT = 18: Shape::U16Be, IFLA_IPTUN_COLLECT_METADATA = 19: Shape::Hex,
        IFLA_IPTUN_FWMARK = 20: Shape::HexNumber,
    }
}

table! {
    /// Tunnels with a header of GRE.
    GRE, "IFLA_GRE" {
        IFLA_GRE_LINK = 1: Shape::Link, IFLA_GRE_IFLAGS = 2: Shape::U16Be, IFLA_GRE_OFLAGS = 3: Shape::U16Be,
        IFLA_GRE_IKEY = 4: Shape::U32Be, IFLA_GRE_OKEY = 5: Shape::U32Be, IFLA_GRE_LOCAL = 6: Shape::Ip,
        IFLA_GRE_REMOTE = 7: Shape::Ip, IFLA_GRE_TTL = 8: Shape::U8, IFLA_GRE_TOS = 9: Shape::U8,
        IFLA_GRE_PMTUDISC = 10: Shape::U8, IFLA_GRE_ENCAP_LIMIT = 11: Shape::U8, IFLA_GRE_FLOWINFO = 12: Shape::U32Be,
        IFLA_GRE_FLAGS = 13: Shape::U32, IFLA_GRE_ENCAP_TYPE = 14: Shape::U16, IFLA_GRE_ENCAP_FLAGS = 15: Shape::U16,
        IFLA_GRE_ENCAP_SPORT = 16: Shape::U16Be, IFLA_GRE_ENCAP_DPORT = 17: Shape::U16Be,
        IFLA_GRE_COLLECT_METADATA = 18: Shape::Hex, IFLA_GRE_IGNORE_DF = 19: Shape::U8,
        IFLA_GRE_FWMARK = 20: Shape::HexNumber, IFLA_GRE_ERSPAN_INDEX = 21: Shape::U32,
        IFLA_GRE_ERSPAN_VER = 22: Shape::U8, IFLA_GRE_ERSPAN_DIR = 23: Shape::U8,
        IFLA_GRE_ERSPAN_HWID = 24: Shape::U16,
    }
}

table! {
    /// Tunnels of Ethernet in UDP.
    GENEVE, "IFLA_GENEVE" {
        IFLA_GENEVE_ID = 1: Shape::U32, IFLA_GENEVE_REMOTE = 2: Shape::Ip, IFLA_GENEVE_TTL = 3: Shape::U8,
        IFLA_GENEVE_TOS = 4: Shape::U8, IFLA_GENEVE_PORT = 5: Shape::U16Be,
        IFLA_GENEVE_COLLECT_METADATA = 6: Shape::Hex, IFLA_GENEVE_REMOTE6 = 7: Shape::Ip,
        IFLA_GENEVE_UDP_CSUM = 8: Shape::U8, IFLA_GENEVE_UDP_ZERO_CSUM6_TX = 9: Shape::U8,
        IFLA_GENEVE_UDP_ZERO_CSUM6_RX = 10: Shape::U8, IFLA_GENEVE_LABEL = 11: Shape::U32Be,
        IFLA_GENEVE_TTL_INHERIT = 12: Shape::U8, IFLA_GENEVE_DF = 13: Shape::U8,
        IFLA_GENEVE_INNER_PROTO_INHERIT = 14: Shape::Hex,
    }
}

table! {
    /// Several links as one.
    BOND, "IFLA_BOND" {
        IFLA_BOND_MODE = 1: Shape::U8, IFLA_BOND_ACTIVE_SLAVE = 2: Shape::Link, IFLA_BOND_MIIMON = 3: Shape::U32,
        IFLA_BOND_UPDELAY = 4: Shape::U32, IFLA_BOND_DOWNDELAY = 5: Shape::U32, IFLA_BOND_USE_CARRIER = 6: Shape::U8,
        IFLA_BOND_ARP_INTERVAL = 7: Shape::U32, IFLA_BOND_ARP_IP_TARGET = 8: Shape::Hex,
        IFLA_BOND_ARP_VALIDATE = 9: Shape::U32, IFLA_BOND_ARP_ALL_TARGETS = 10: Shape::U32,
        IFLA_BOND_PRIMARY = 11: Shape::Link, IFLA_BOND_PRIMARY_RESELECT = 12: Shape::U8,
        IFLA_BOND_FAIL_OVER_MAC = 13: Shape::U8, IFLA_BOND_XMIT_HASH_POLICY = 14: Shape::U8,
        IFLA_BOND_RESEND_IGMP = 15: Shape::U32, IFLA_BOND_NUM_PEER_NOTIF = 16: Shape::U8,
        IFLA_BOND_ALL_SLAVES_ACTIVE = 17: Shape::U8, IFLA_BOND_MIN_LINKS = 18: Shape::U32,
        IFLA_BOND_LP_INTERVAL = 19: Shape::U32, IFLA_BOND_PACKETS_PER_SLAVE = 20: Shape::U32,
        IFLA_BOND_AD_LACP_RATE = 21: Shape::U8, IFLA_BOND_AD_SELECT = 22: Shape::U8,
        IFLA_BOND_AD_INFO = 23: Shape::Hex, IFLA_BOND_AD_ACTOR_SYS_PRIO = 24: Shape::U16,
        IFLA_BOND_AD_USER_PORT_KEY = 25: Shape::U16, IFLA_BOND_AD_ACTOR_SYSTEM = 26: Shape::Hardware,
        IFLA_BOND_TLB_DYNAMIC_LB = 27: Shape::U8, IFLA_BOND_PEER_NOTIF_DELAY = 28: Shape::U32,
        IFLA_BOND_AD_LACP_ACTIVE = 29: Shape::U8, IFLA_BOND_MISSED_MAX = 30: Shape::U8,
        IFLA_BOND_NS_IP6_TARGET = 31: Shape::Hex, IFLA_BOND_COUPLED_CONTROL = 32: Shape::U8,
    }
}

table! {
    /// One of them.
    BOND_PORT, "IFLA_BOND_SLAVE" {
        IFLA_BOND_SLAVE_STATE = 1: Shape::U8, IFLA_BOND_SLAVE_MII_STATUS = 2: Shape::U8,
        IFLA_BOND_SLAVE_LINK_FAILURE_COUNT = 3: Shape::U32, IFLA_BOND_SLAVE_PERM_HWADDR = 4: Shape::Hardware,
        IFLA_BOND_SLAVE_QUEUE_ID = 5: Shape::U16, IFLA_BOND_SLAVE_AD_AGGREGATOR_ID = 6: Shape::U16,
        IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE = 7: Shape::U8,
        IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE = 8: Shape::U16, IFLA_BOND_SLAVE_PRIO = 9: Shape::I32,
    }
}

table! {
    /// Tunnels of IPsec.
    VTI, "IFLA_VTI" {
        IFLA_VTI_LINK = 1: Shape::Link, IFLA_VTI_IKEY = 2: Shape::U32Be, IFLA_VTI_OKEY = 3: Shape::U32Be,
        IFLA_VTI_LOCAL = 4: Shape::Ip, IFLA_VTI_REMOTE = 5: Shape::Ip, IFLA_VTI_FWMARK = 6: Shape::HexNumber,
    }
}

table! {
    /// Links of IPsec.
    XFRM, "IFLA_XFRM" {
        IFLA_XFRM_LINK = 1: Shape::Link, IFLA_XFRM_IF_ID = 2: Shape::U32, IFLA_XFRM_COLLECT_METADATA = 3: Shape::Hex,
    }
}

table! {
    /// A link with tables of routes of its own.
    VRF, "IFLA_VRF" {
        IFLA_VRF_TABLE = 1: Shape::Table,
    }
}
