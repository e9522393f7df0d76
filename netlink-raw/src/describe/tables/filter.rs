//! Filters and actions (`linux/pkt_cls.h`, `linux/tc_act/*.h`).

use super::table;
use crate::describe::shape::Shape;
use crate::describe::space::Space;
use crate::describe::traffic::Struct;

table! {
    /// A filter of flows.
    FLOWER, "TCA_FLOWER" {
        TCA_FLOWER_CLASSID = 1: Shape::Handle, TCA_FLOWER_INDEV = 2: Shape::Text, TCA_FLOWER_ACT = 3: Shape::Nest(Space::Actions),
        TCA_FLOWER_KEY_ETH_DST = 4: Shape::Hardware, TCA_FLOWER_KEY_ETH_DST_MASK = 5: Shape::Hardware,
        TCA_FLOWER_KEY_ETH_SRC = 6: Shape::Hardware, TCA_FLOWER_KEY_ETH_SRC_MASK = 7: Shape::Hardware,
        TCA_FLOWER_KEY_ETH_TYPE = 8: Shape::EthernetProtocol, TCA_FLOWER_KEY_IP_PROTO = 9: Shape::U8,
        TCA_FLOWER_KEY_IPV4_SRC = 10: Shape::Ip, TCA_FLOWER_KEY_IPV4_SRC_MASK = 11: Shape::Ip,
        TCA_FLOWER_KEY_IPV4_DST = 12: Shape::Ip, TCA_FLOWER_KEY_IPV4_DST_MASK = 13: Shape::Ip,
        TCA_FLOWER_KEY_IPV6_SRC = 14: Shape::Ip, TCA_FLOWER_KEY_IPV6_SRC_MASK = 15: Shape::Ip,
        TCA_FLOWER_KEY_IPV6_DST = 16: Shape::Ip, TCA_FLOWER_KEY_IPV6_DST_MASK = 17: Shape::Ip,
        TCA_FLOWER_KEY_TCP_SRC = 18: Shape::U16Be, TCA_FLOWER_KEY_TCP_DST = 19: Shape::U16Be,
        TCA_FLOWER_KEY_UDP_SRC = 20: Shape::U16Be, TCA_FLOWER_KEY_UDP_DST = 21: Shape::U16Be,
        TCA_FLOWER_FLAGS = 22: Shape::U32, TCA_FLOWER_KEY_VLAN_ID = 23: Shape::U16, TCA_FLOWER_KEY_VLAN_PRIO = 24: Shape::U8,
        TCA_FLOWER_KEY_VLAN_ETH_TYPE = 25: Shape::EthernetProtocol, TCA_FLOWER_KEY_ENC_KEY_ID = 26: Shape::U32Be,
        TCA_FLOWER_KEY_ENC_IPV4_SRC = 27: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK = 28: Shape::Ip,
        TCA_FLOWER_KEY_ENC_IPV4_DST = 29: Shape::Ip, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK = 30: Shape::Ip,
        TCA_FLOWER_KEY_TCP_SRC_MASK = 35: Shape::U16Be, TCA_FLOWER_KEY_TCP_DST_MASK = 36: Shape::U16Be,
        TCA_FLOWER_KEY_UDP_SRC_MASK = 37: Shape::U16Be, TCA_FLOWER_KEY_UDP_DST_MASK = 38: Shape::U16Be,
        TCA_FLOWER_KEY_SCTP_SRC = 41: Shape::U16Be, TCA_FLOWER_KEY_SCTP_DST = 42: Shape::U16Be,
        TCA_FLOWER_KEY_FLAGS = 47: Shape::U32Be, TCA_FLOWER_KEY_FLAGS_MASK = 48: Shape::U32Be,
        TCA_FLOWER_KEY_ICMPV4_CODE = 49: Shape::U8, TCA_FLOWER_KEY_ICMPV4_TYPE = 51: Shape::U8,
        TCA_FLOWER_KEY_ARP_OP = 61: Shape::U8, TCA_FLOWER_KEY_TCP_FLAGS = 71: Shape::U16Be,
        TCA_FLOWER_KEY_TCP_FLAGS_MASK = 72: Shape::U16Be, TCA_FLOWER_KEY_IP_TOS = 73: Shape::U8,
        TCA_FLOWER_KEY_IP_TOS_MASK = 74: Shape::U8, TCA_FLOWER_KEY_IP_TTL = 75: Shape::U8,
        TCA_FLOWER_KEY_IP_TTL_MASK = 76: Shape::U8, TCA_FLOWER_IN_HW_COUNT = 86: Shape::U32,
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
    /// An action that is a verdict alone.
    GACT, "TCA_GACT" {
        TCA_GACT_TM = 1: Shape::Hex, TCA_GACT_PARMS = 2: Shape::Traffic(Struct::Generic), TCA_GACT_PROB = 3: Shape::Hex,
    }
}

table! {
    /// An action on VLAN tags.
    VLAN_ACTION, "TCA_VLAN" {
        TCA_VLAN_TM = 1: Shape::Hex, TCA_VLAN_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_VLAN_PUSH_VLAN_ID = 3: Shape::U16, TCA_VLAN_PUSH_VLAN_PROTOCOL = 4: Shape::EthernetProtocol,
        TCA_VLAN_PAD = 5: Shape::Hex, TCA_VLAN_PUSH_VLAN_PRIORITY = 6: Shape::U8,
    }
}

table! {
    /// An action on what the kernel keeps beside a packet.
    SKBEDIT, "TCA_SKBEDIT" {
        TCA_SKBEDIT_TM = 1: Shape::Hex, TCA_SKBEDIT_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_SKBEDIT_PRIORITY = 3: Shape::Handle, TCA_SKBEDIT_QUEUE_MAPPING = 4: Shape::U16, TCA_SKBEDIT_MARK = 5: Shape::U32,
        TCA_SKBEDIT_PAD = 6: Shape::Hex, TCA_SKBEDIT_PTYPE = 7: Shape::U16, TCA_SKBEDIT_MASK = 8: Shape::U32,
        TCA_SKBEDIT_FLAGS = 9: Shape::U64,
    }
}

table! {
    /// Lists of actions by themselves (RTM_NEWACTION and the like).
    CHAIN, "TCA_ROOT" {
        TCA_ROOT_TAB = 1: Shape::Nest(Space::Actions), TCA_ROOT_FLAGS = 2: Shape::Hex, TCA_ROOT_COUNT = 3: Shape::U32,
        TCA_ROOT_TIME_DELTA = 4: Shape::U32, TCA_ROOT_EXT_WARN_MSG = 5: Shape::Text,
    }
}
