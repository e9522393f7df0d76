//! Filters (`linux/pkt_cls.h`).

use super::table;
use crate::describe::shape::Shape;
use crate::describe::space::Space;

table! {
    /// A filter of flows.
    FLOWER, "TCA_FLOWER" {
        TCA_FLOWER_CLASSID = 1: Shape::Handle, TCA_FLOWER_INDEV = 2: Shape::Text,
        TCA_FLOWER_ACT = 3: Shape::Nest(Space::Actions), TCA_FLOWER_KEY_ETH_DST = 4: Shape::Hardware,
        TCA_FLOWER_KEY_ETH_DST_MASK = 5: Shape::Hardware, TCA_FLOWER_KEY_ETH_SRC = 6: Shape::Hardware,
        TCA_FLOWER_KEY_ETH_SRC_MASK = 7: Shape::Hardware, TCA_FLOWER_KEY_ETH_TYPE = 8: Shape::EthernetProtocol,
        TCA_FLOWER_KEY_IP_PROTO = 9: Shape::U8, TCA_FLOWER_KEY_IPV4_SRC = 10: Shape::Ip,
        TCA_FLOWER_KEY_IPV4_SRC_MASK = 11: Shape::Ip, TCA_FLOWER_KEY_IPV4_DST = 12: Shape::Ip,
        TCA_FLOWER_KEY_IPV4_DST_MASK = 13: Shape::Ip, TCA_FLOWER_KEY_IPV6_SRC = 14: Shape::Ip,
        TCA_FLOWER_KEY_IPV6_SRC_MASK = 15: Shape::Ip, TCA_FLOWER_KEY_IPV6_DST = 16: Shape::Ip,
        TCA_FLOWER_KEY_IPV6_DST_MASK = 17: Shape::Ip, TCA_FLOWER_KEY_TCP_SRC = 18: Shape::U16Be,
        TCA_FLOWER_KEY_TCP_DST = 19: Shape::U16Be, TCA_FLOWER_KEY_UDP_SRC = 20: Shape::U16Be,
        TCA_FLOWER_KEY_UDP_DST = 21: Shape::U16Be, TCA_FLOWER_FLAGS = 22: Shape::U32,
        TCA_FLOWER_KEY_VLAN_ID = 23: Shape::U16, TCA_FLOWER_KEY_VLAN_PRIO = 24: Shape::U8,
        TCA_FLOWER_KEY_VLAN_ETH_TYPE = 25: Shape::EthernetProtocol, TCA_FLOWER_KEY_ENC_KEY_ID = 26: Shape::U32Be,
        TCA_FLOWER_KEY_ENC_IPV4_SRC = 27: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK = 28: Shape::Ip,
        TCA_FLOWER_KEY_ENC_IPV4_DST = 29: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK = 30: Shape::Ip,
        TCA_FLOWER_KEY_ENC_IPV6_SRC = 31: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK = 32: Shape::Ip,
        TCA_FLOWER_KEY_ENC_IPV6_DST = 33: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK = 34: Shape::Ip,
        TCA_FLOWER_KEY_TCP_SRC_MASK = 35: Shape::U16Be, TCA_FLOWER_KEY_TCP_DST_MASK = 36: Shape::U16Be,
        TCA_FLOWER_KEY_UDP_SRC_MASK = 37: Shape::U16Be, TCA_FLOWER_KEY_UDP_DST_MASK = 38: Shape::U16Be,
        TCA_FLOWER_KEY_SCTP_SRC_MASK = 39: Shape::U16Be, TCA_FLOWER_KEY_SCTP_DST_MASK = 40: Shape::U16Be,
        TCA_FLOWER_KEY_SCTP_SRC = 41: Shape::U16Be, TCA_FLOWER_KEY_SCTP_DST = 42: Shape::U16Be,
        TCA_FLOWER_KEY_ENC_UDP_SRC_PORT = 43: Shape::U16Be, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK = 44: Shape::U16Be,
        TCA_FLOWER_KEY_ENC_UDP_DST_PORT = 45: Shape::U16Be, TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK = 46: Shape::U16Be,
        TCA_FLOWER_KEY_FLAGS = 47: Shape::U32Be, TCA_FLOWER_KEY_FLAGS_MASK = 48: Shape::U32Be,
        TCA_FLOWER_KEY_ICMPV4_CODE = 49: Shape::U8, TCA_FLOWER_KEY_ICMPV4_CODE_MASK = 50: Shape::U8,
        TCA_FLOWER_KEY_ICMPV4_TYPE = 51: Shape::U8, TCA_FLOWER_KEY_ICMPV4_TYPE_MASK = 52: Shape::U8,
        TCA_FLOWER_KEY_ICMPV6_CODE = 53: Shape::U8, TCA_FLOWER_KEY_ICMPV6_CODE_MASK = 54: Shape::U8,
        TCA_FLOWER_KEY_ICMPV6_TYPE = 55: Shape::U8, TCA_FLOWER_KEY_ICMPV6_TYPE_MASK = 56: Shape::U8,
        TCA_FLOWER_KEY_ARP_SIP = 57: Shape::Ip, TCA_FLOWER_KEY_ARP_SIP_MASK = 58: Shape::Ip,
        TCA_FLOWER_KEY_ARP_TIP = 59: Shape::Ip, TCA_FLOWER_KEY_ARP_TIP_MASK = 60: Shape::Ip,
        TCA_FLOWER_KEY_ARP_OP = 61: Shape::U8, TCA_FLOWER_KEY_ARP_OP_MASK = 62: Shape::U8,
        TCA_FLOWER_KEY_ARP_SHA = 63: Shape::Hardware, TCA_FLOWER_KEY_ARP_SHA_MASK = 64: Shape::Hardware,
        TCA_FLOWER_KEY_ARP_THA = 65: Shape::Hardware, TCA_FLOWER_KEY_ARP_THA_MASK = 66: Shape::Hardware,
        TCA_FLOWER_KEY_MPLS_TTL = 67: Shape::U8, TCA_FLOWER_KEY_MPLS_BOS = 68: Shape::U8,
        TCA_FLOWER_KEY_MPLS_TC = 69: Shape::U8, TCA_FLOWER_KEY_MPLS_LABEL = 70: Shape::U32,
        TCA_FLOWER_KEY_TCP_FLAGS = 71: Shape::U16Be, TCA_FLOWER_KEY_TCP_FLAGS_MASK = 72: Shape::U16Be,
        TCA_FLOWER_KEY_IP_TOS = 73: Shape::U8, TCA_FLOWER_KEY_IP_TOS_MASK = 74: Shape::U8,
        TCA_FLOWER_KEY_IP_TTL = 75: Shape::U8, TCA_FLOWER_KEY_IP_TTL_MASK = 76: Shape::U8,
        TCA_FLOWER_KEY_CVLAN_ID = 77: Shape::U16, TCA_FLOWER_KEY_CVLAN_PRIO = 78: Shape::U8,
        TCA_FLOWER_KEY_CVLAN_ETH_TYPE = 79: Shape::EthernetProtocol, TCA_FLOWER_KEY_ENC_IP_TOS = 80: Shape::U8,
        TCA_FLOWER_KEY_ENC_IP_TOS_MASK = 81: Shape::U8, TCA_FLOWER_KEY_ENC_IP_TTL = 82: Shape::U8,
        TCA_FLOWER_KEY_ENC_IP_TTL_MASK = 83: Shape::U8, TCA_FLOWER_KEY_ENC_OPTS = 84: Shape::Hex,
        TCA_FLOWER_KEY_ENC_OPTS_MASK = 85: Shape::Hex, TCA_FLOWER_IN_HW_COUNT = 86: Shape::U32,
        TCA_FLOWER_KEY_PORT_SRC_MIN = 87: Shape::U16Be, TCA_FLOWER_KEY_PORT_SRC_MAX = 88: Shape::U16Be,
        TCA_FLOWER_KEY_PORT_DST_MIN = 89: Shape::U16Be, TCA_FLOWER_KEY_PORT_DST_MAX = 90: Shape::U16Be,
        TCA_FLOWER_KEY_CT_STATE = 91: Shape::U16, TCA_FLOWER_KEY_CT_STATE_MASK = 92: Shape::U16,
        TCA_FLOWER_KEY_CT_ZONE = 93: Shape::U16, TCA_FLOWER_KEY_CT_ZONE_MASK = 94: Shape::U16,
        TCA_FLOWER_KEY_CT_MARK = 95: Shape::U32, TCA_FLOWER_KEY_CT_MARK_MASK = 96: Shape::U32,
        TCA_FLOWER_KEY_CT_LABELS = 97: Shape::Hex, TCA_FLOWER_KEY_CT_LABELS_MASK = 98: Shape::Hex,
        TCA_FLOWER_KEY_MPLS_OPTS = 99: Shape::Hex, TCA_FLOWER_KEY_HASH = 100: Shape::U32,
        TCA_FLOWER_KEY_HASH_MASK = 101: Shape::U32, TCA_FLOWER_KEY_NUM_OF_VLANS = 102: Shape::U8,
        TCA_FLOWER_KEY_PPPOE_SID = 103: Shape::U16Be, TCA_FLOWER_KEY_PPP_PROTO = 104: Shape::U16Be,
        TCA_FLOWER_KEY_L2TPV3_SID = 105: Shape::U32Be, TCA_FLOWER_L2_MISS = 106: Shape::U8,
        TCA_FLOWER_KEY_CFM = 107: Shape::Hex, TCA_FLOWER_KEY_SPI = 108: Shape::U32Be,
        TCA_FLOWER_KEY_SPI_MASK = 109: Shape::U32Be, TCA_FLOWER_KEY_ENC_FLAGS = 110: Shape::U32Be,
        TCA_FLOWER_KEY_ENC_FLAGS_MASK = 111: Shape::U32Be,
    }
}

table! {
    /// A filter of marks.
    FW, "TCA_FW" {
        TCA_FW_CLASSID = 1: Shape::Handle, TCA_FW_POLICE = 2: Shape::Hex, TCA_FW_INDEV = 3: Shape::Text,
        TCA_FW_ACT = 4: Shape::Nest(Space::Actions), TCA_FW_MASK = 5: Shape::U32,
    }
}

table! {
    /// A filter of what ematches say.
    BASIC, "TCA_BASIC" {
        TCA_BASIC_CLASSID = 1: Shape::Handle, TCA_BASIC_EMATCHES = 2: Shape::Hex, TCA_BASIC_ACT = 3: Shape::Nest(Space::Actions),
        TCA_BASIC_POLICE = 4: Shape::Hex, TCA_BASIC_PCNT = 5: Shape::Hex, TCA_BASIC_PAD = 6: Shape::Hex,
    }
}

table! {
    /// A filter of the routes that packets take.
    ROUTE_FILTER, "TCA_ROUTE4" {
        TCA_ROUTE4_CLASSID = 1: Shape::Handle, TCA_ROUTE4_TO = 2: Shape::U32, TCA_ROUTE4_FROM = 3: Shape::U32,
        TCA_ROUTE4_IIF = 4: Shape::U32, TCA_ROUTE4_POLICE = 5: Shape::Hex,
        TCA_ROUTE4_ACT = 6: Shape::Nest(Space::Actions),
    }
}

table! {
    /// A filter of the groups of who sends.
    CGROUP, "TCA_CGROUP" {
        TCA_CGROUP_ACT = 1: Shape::Nest(Space::Actions), TCA_CGROUP_POLICE = 2: Shape::Hex,
        TCA_CGROUP_EMATCHES = 3: Shape::Hex,
    }
}

table! {
    /// A filter that reckons a class from what it finds.
    FLOW_FILTER, "TCA_FLOW" {
        TCA_FLOW_KEYS = 1: Shape::U32, TCA_FLOW_MODE = 2: Shape::U32, TCA_FLOW_BASECLASS = 3: Shape::Handle,
        TCA_FLOW_RSHIFT = 4: Shape::U32, TCA_FLOW_ADDEND = 5: Shape::U32, TCA_FLOW_MASK = 6: Shape::HexNumber,
        TCA_FLOW_XOR = 7: Shape::HexNumber, TCA_FLOW_DIVISOR = 8: Shape::U32,
        TCA_FLOW_ACT = 9: Shape::Nest(Space::Actions), TCA_FLOW_POLICE = 10: Shape::Hex,
        TCA_FLOW_EMATCHES = 11: Shape::Hex, TCA_FLOW_PERTURB = 12: Shape::U32,
    }
}
