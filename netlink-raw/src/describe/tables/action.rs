//! Actions (`linux/tc_act/*.h`).

use super::table;
use crate::describe::shape::Shape;
use crate::describe::space::Space;
use crate::describe::traffic::Struct;

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

table! {
    /// An action that reckons checksums again.
    CSUM, "TCA_CSUM" {
        TCA_CSUM_PARMS = 1: Shape::Traffic(Struct::Generic), TCA_CSUM_TM = 2: Shape::Hex,
        TCA_CSUM_PAD = 3: Shape::Hex,
    }
}

table! {
    /// An action that writes into packets.
    PEDIT, "TCA_PEDIT" {
        TCA_PEDIT_TM = 1: Shape::Hex, TCA_PEDIT_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_PEDIT_PAD = 3: Shape::Hex, TCA_PEDIT_PARMS_EX = 4: Shape::Traffic(Struct::Generic),
        TCA_PEDIT_KEYS_EX = 5: Shape::Nest(Space::Table(&PEDIT_KEYS)), TCA_PEDIT_KEY_EX = 6: Shape::Hex,
    }
}

table! {
    /// What the keys of a pedit count from.
    PEDIT_KEYS, "TCA_PEDIT" {
        TCA_PEDIT_KEYS_KEY_EX = 6: Shape::Nest(Space::Table(&PEDIT_KEY)),
    }
}

table! {
    /// One of them.
    PEDIT_KEY, "TCA_PEDIT_KEY_EX" {
        TCA_PEDIT_KEY_EX_HTYPE = 1: Shape::U16, TCA_PEDIT_KEY_EX_CMD = 2: Shape::U16,
    }
}

table! {
    /// An action about the outer header of a tunnel.
    TUNNEL_KEY, "TCA_TUNNEL_KEY" {
        TCA_TUNNEL_KEY_TM = 1: Shape::Hex, TCA_TUNNEL_KEY_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_TUNNEL_KEY_ENC_IPV4_SRC = 3: Shape::Ip, TCA_TUNNEL_KEY_ENC_IPV4_DST = 4: Shape::Ip,
        TCA_TUNNEL_KEY_ENC_IPV6_SRC = 5: Shape::Ip, TCA_TUNNEL_KEY_ENC_IPV6_DST = 6: Shape::Ip,
        TCA_TUNNEL_KEY_ENC_KEY_ID = 7: Shape::U32Be, TCA_TUNNEL_KEY_PAD = 8: Shape::Hex,
        TCA_TUNNEL_KEY_ENC_DST_PORT = 9: Shape::U16Be, TCA_TUNNEL_KEY_NO_CSUM = 10: Shape::U8,
        TCA_TUNNEL_KEY_ENC_OPTS = 11: Shape::Hex, TCA_TUNNEL_KEY_ENC_TOS = 12: Shape::U8,
        TCA_TUNNEL_KEY_ENC_TTL = 13: Shape::U8, TCA_TUNNEL_KEY_NO_FRAG = 14: Shape::Hex,
    }
}

table! {
    /// An action that tracks connections.
    CT_ACTION, "TCA_CT" {
        TCA_CT_PARMS = 1: Shape::Traffic(Struct::Generic), TCA_CT_TM = 2: Shape::Hex, TCA_CT_ACTION = 3: Shape::U16,
        TCA_CT_ZONE = 4: Shape::U16, TCA_CT_MARK = 5: Shape::U32, TCA_CT_MARK_MASK = 6: Shape::HexNumber,
        TCA_CT_LABELS = 7: Shape::Hex, TCA_CT_LABELS_MASK = 8: Shape::Hex, TCA_CT_NAT_IPV4_MIN = 9: Shape::Ip,
        TCA_CT_NAT_IPV4_MAX = 10: Shape::Ip, TCA_CT_NAT_IPV6_MIN = 11: Shape::Ip, TCA_CT_NAT_IPV6_MAX = 12: Shape::Ip,
        TCA_CT_NAT_PORT_MIN = 13: Shape::U16Be, TCA_CT_NAT_PORT_MAX = 14: Shape::U16Be, TCA_CT_PAD = 15: Shape::Hex,
        TCA_CT_HELPER_NAME = 16: Shape::Text, TCA_CT_HELPER_FAMILY = 17: Shape::U8,
        TCA_CT_HELPER_PROTO = 18: Shape::U8,
    }
}

table! {
    /// An action that translates addresses.
    NAT_ACTION, "TCA_NAT" {
        TCA_NAT_PARMS = 1: Shape::Traffic(Struct::Generic), TCA_NAT_TM = 2: Shape::Hex, TCA_NAT_PAD = 3: Shape::Hex,
    }
}

table! {
    /// An action that writes into the kernel's log.
    SIMPLE, "TCA_DEF" {
        TCA_DEF_TM = 1: Shape::Hex, TCA_DEF_PARMS = 2: Shape::Traffic(Struct::Generic), TCA_DEF_DATA = 3: Shape::Text,
        TCA_DEF_PAD = 4: Shape::Hex,
    }
}

table! {
    /// An action that takes samples.
    SAMPLE, "TCA_SAMPLE" {
        TCA_SAMPLE_TM = 1: Shape::Hex, TCA_SAMPLE_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_SAMPLE_RATE = 3: Shape::U32, TCA_SAMPLE_TRUNC_SIZE = 4: Shape::U32,
        TCA_SAMPLE_PSAMPLE_GROUP = 5: Shape::U32, TCA_SAMPLE_PAD = 6: Shape::Hex,
    }
}

table! {
    /// An action that gives packets their connection's mark.
    CONNMARK, "TCA_CONNMARK" {
        TCA_CONNMARK_PARMS = 1: Shape::Traffic(Struct::Generic), TCA_CONNMARK_TM = 2: Shape::Hex,
        TCA_CONNMARK_PAD = 3: Shape::Hex,
    }
}

table! {
    /// An action on the addresses of Ethernet.
    SKBMOD, "TCA_SKBMOD" {
        TCA_SKBMOD_TM = 1: Shape::Hex, TCA_SKBMOD_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_SKBMOD_DMAC = 3: Shape::Hardware, TCA_SKBMOD_SMAC = 4: Shape::Hardware, TCA_SKBMOD_ETYPE = 5: Shape::U16,
        TCA_SKBMOD_PAD = 6: Shape::Hex,
    }
}

table! {
    /// An action on labels of MPLS.
    MPLS_ACTION, "TCA_MPLS" {
        TCA_MPLS_TM = 1: Shape::Hex, TCA_MPLS_PARMS = 2: Shape::Traffic(Struct::Generic),
        TCA_MPLS_PAD = 3: Shape::Hex, TCA_MPLS_PROTO = 4: Shape::EthernetProtocol, TCA_MPLS_LABEL = 5: Shape::U32,
        TCA_MPLS_TC = 6: Shape::U8, TCA_MPLS_TTL = 7: Shape::U8, TCA_MPLS_BOS = 8: Shape::U8,
    }
}

table! {
    /// An action that tells packets of their connection.
    CTINFO, "TCA_CTINFO" {
        TCA_CTINFO_PAD = 1: Shape::Hex, TCA_CTINFO_TM = 2: Shape::Hex,
        TCA_CTINFO_ACT = 3: Shape::Traffic(Struct::Generic), TCA_CTINFO_ZONE = 4: Shape::U16,
        TCA_CTINFO_PARMS_DSCP_MASK = 5: Shape::HexNumber, TCA_CTINFO_PARMS_DSCP_STATEMASK = 6: Shape::HexNumber,
        TCA_CTINFO_PARMS_CPMARK_MASK = 7: Shape::HexNumber,
    }
}
