//! Expressions and objects of nf_tables that Pontoon itself does not send (`linux/netfilter/nf_tables.h`).

use super::table;
use crate::describe::netfilter;
use crate::describe::shape::Shape;
use crate::describe::space::Space;

/// The attributes of an expression of this name.
pub(in crate::describe) fn expression(name: &str) -> Option<&'static super::Table> {
    Some(match name {
        "limit" => &LIMIT,
        "log" => &LOG,
        "reject" => &REJECT,
        "range" => &RANGE,
        "quota" => &QUOTA,
        "connlimit" => &CONNLIMIT,
        "dynset" => &DYNSET,
        "queue" => &QUEUE,
        "redir" => &REDIR,
        "objref" => &OBJREF,
        "tproxy" => &TPROXY,
        "dup" => &DUP,
        "fwd" => &FWD,
        "numgen" => &NUMGEN,
        "hash" => &HASH,
        "socket" => &SOCKET,
        "rt" => &RT,
        "exthdr" => &EXTHDR,
        "byteorder" => &BYTEORDER,
        "match" => &MATCH,
        "target" => &TARGET,
        "notrack" => &NOTRACK,
        "synproxy" => &SYNPROXY,
        "last" => &LAST,
        "flow_offload" => &FLOW_OFFLOAD,
        _ => return None,
    })
}

const DATA: Shape = Shape::Nest(Space::Netfilter(netfilter::Space::Data));

table! {
    /// So often, or so much, in a time.
    LIMIT, "NFTA_LIMIT" {
        NFTA_LIMIT_RATE = 1: Shape::U64Be, NFTA_LIMIT_UNIT = 2: Shape::U64Be, NFTA_LIMIT_BURST = 3: Shape::U32Be,
        NFTA_LIMIT_TYPE = 4: Shape::U32Be, NFTA_LIMIT_FLAGS = 5: Shape::U32Be, NFTA_LIMIT_PAD = 6: Shape::Hex,
    }
}

table! {
    /// A line in a log.
    LOG, "NFTA_LOG" {
        NFTA_LOG_GROUP = 1: Shape::U16Be, NFTA_LOG_PREFIX = 2: Shape::Text, NFTA_LOG_SNAPLEN = 3: Shape::U32Be,
        NFTA_LOG_QTHRESHOLD = 4: Shape::U16Be, NFTA_LOG_LEVEL = 5: Shape::U32Be, NFTA_LOG_FLAGS = 6: Shape::U32Be,
    }
}

table! {
    /// An answer that refuses.
    REJECT, "NFTA_REJECT" {
        NFTA_REJECT_TYPE = 1: Shape::U32Be, NFTA_REJECT_ICMP_CODE = 2: Shape::U8,
    }
}

table! {
    /// Goes on if the register is between two values.
    RANGE, "NFTA_RANGE" {
        NFTA_RANGE_SREG = 1: Shape::U32Be, NFTA_RANGE_OP = 2: Shape::U32Be, NFTA_RANGE_FROM_DATA = 3: DATA,
        NFTA_RANGE_TO_DATA = 4: DATA,
    }
}

table! {
    /// So many bytes.
    QUOTA, "NFTA_QUOTA" {
        NFTA_QUOTA_BYTES = 1: Shape::U64Be, NFTA_QUOTA_FLAGS = 2: Shape::U32Be, NFTA_QUOTA_PAD = 3: Shape::Hex,
        NFTA_QUOTA_CONSUMED = 4: Shape::U64Be,
    }
}

table! {
    /// So many connections.
    CONNLIMIT, "NFTA_CONNLIMIT" {
        NFTA_CONNLIMIT_COUNT = 1: Shape::U32Be, NFTA_CONNLIMIT_FLAGS = 2: Shape::U32Be,
    }
}

table! {
    /// An element that a packet adds.
    DYNSET, "NFTA_DYNSET" {
        NFTA_DYNSET_SET_NAME = 1: Shape::Text, NFTA_DYNSET_SET_ID = 2: Shape::U32Be, NFTA_DYNSET_OP = 3: Shape::U32Be,
        NFTA_DYNSET_SREG_KEY = 4: Shape::U32Be, NFTA_DYNSET_SREG_DATA = 5: Shape::U32Be, NFTA_DYNSET_TIMEOUT = 6: Shape::U64Be,
        NFTA_DYNSET_EXPR = 7: Shape::Nest(Space::Netfilter(netfilter::Space::Expression)), NFTA_DYNSET_PAD = 8: Shape::Hex,
        NFTA_DYNSET_FLAGS = 9: Shape::U32Be,
        NFTA_DYNSET_EXPRESSIONS = 10: Shape::Nest(Space::Netfilter(netfilter::Space::Expressions)),
    }
}

table! {
    /// A program decides.
    QUEUE, "NFTA_QUEUE" {
        NFTA_QUEUE_NUM = 1: Shape::U16Be, NFTA_QUEUE_TOTAL = 2: Shape::U16Be, NFTA_QUEUE_FLAGS = 3: Shape::U16Be,
        NFTA_QUEUE_SREG_QNUM = 4: Shape::U32Be,
    }
}

table! {
    /// To a port of this host.
    REDIR, "NFTA_REDIR" {
        NFTA_REDIR_REG_PROTO_MIN = 1: Shape::U32Be, NFTA_REDIR_REG_PROTO_MAX = 2: Shape::U32Be, NFTA_REDIR_FLAGS = 3: Shape::U32Be,
    }
}

table! {
    /// An object by its name.
    OBJREF, "NFTA_OBJREF" {
        NFTA_OBJREF_IMM_TYPE = 1: Shape::U32Be, NFTA_OBJREF_IMM_NAME = 2: Shape::Text, NFTA_OBJREF_SET_SREG = 3: Shape::U32Be,
        NFTA_OBJREF_SET_NAME = 4: Shape::Text, NFTA_OBJREF_SET_ID = 5: Shape::U32Be,
    }
}

table! {
    /// To a proxy's socket.
    TPROXY, "NFTA_TPROXY" {
        NFTA_TPROXY_FAMILY = 1: Shape::U32Be, NFTA_TPROXY_REG_ADDR = 2: Shape::U32Be, NFTA_TPROXY_REG_PORT = 3: Shape::U32Be,
    }
}

table! {
    /// A copy to somewhere else.
    DUP, "NFTA_DUP" {
        NFTA_DUP_SREG_ADDR = 1: Shape::U32Be, NFTA_DUP_SREG_DEV = 2: Shape::U32Be,
    }
}

table! {
    /// Out by another link.
    FWD, "NFTA_FWD" {
        NFTA_FWD_SREG_DEV = 1: Shape::U32Be, NFTA_FWD_SREG_ADDR = 2: Shape::U32Be, NFTA_FWD_NFPROTO = 3: Shape::U32Be,
    }
}

table! {
    /// A number, one after another or at random.
    NUMGEN, "NFTA_NG" {
        NFTA_NG_DREG = 1: Shape::U32Be, NFTA_NG_MODULUS = 2: Shape::U32Be, NFTA_NG_TYPE = 3: Shape::U32Be, NFTA_NG_OFFSET = 4: Shape::U32Be,
    }
}

table! {
    /// A number that is the same for the same packets.
    HASH, "NFTA_HASH" {
        NFTA_HASH_SREG = 1: Shape::U32Be, NFTA_HASH_DREG = 2: Shape::U32Be, NFTA_HASH_LEN = 3: Shape::U32Be,
        NFTA_HASH_MODULUS = 4: Shape::U32Be, NFTA_HASH_SEED = 5: Shape::U32Be, NFTA_HASH_OFFSET = 6: Shape::U32Be,
        NFTA_HASH_TYPE = 7: Shape::U32Be,
    }
}

table! {
    /// What is known of the socket.
    SOCKET, "NFTA_SOCKET" {
        NFTA_SOCKET_KEY = 1: Shape::U32Be, NFTA_SOCKET_DREG = 2: Shape::U32Be, NFTA_SOCKET_LEVEL = 3: Shape::U32Be,
    }
}

table! {
    /// What is known of the route.
    RT, "NFTA_RT" {
        NFTA_RT_DREG = 1: Shape::U32Be, NFTA_RT_KEY = 2: Shape::U32Be,
    }
}

table! {
    /// Headers behind the fixed ones, and options.
    EXTHDR, "NFTA_EXTHDR" {
        NFTA_EXTHDR_DREG = 1: Shape::U32Be, NFTA_EXTHDR_TYPE = 2: Shape::U8, NFTA_EXTHDR_OFFSET = 3: Shape::U32Be,
        NFTA_EXTHDR_LEN = 4: Shape::U32Be, NFTA_EXTHDR_FLAGS = 5: Shape::U32Be, NFTA_EXTHDR_OP = 6: Shape::U32Be,
        NFTA_EXTHDR_SREG = 7: Shape::U32Be,
    }
}

table! {
    /// The other order of bytes.
    BYTEORDER, "NFTA_BYTEORDER" {
        NFTA_BYTEORDER_SREG = 1: Shape::U32Be, NFTA_BYTEORDER_DREG = 2: Shape::U32Be, NFTA_BYTEORDER_OP = 3: Shape::U32Be,
        NFTA_BYTEORDER_LEN = 4: Shape::U32Be, NFTA_BYTEORDER_SIZE = 5: Shape::U32Be,
    }
}

table! {
    /// A match of iptables.
    MATCH, "NFTA_MATCH" {
        NFTA_MATCH_NAME = 1: Shape::Text, NFTA_MATCH_REV = 2: Shape::U32Be, NFTA_MATCH_INFO = 3: Shape::Hex,
    }
}

table! {
    /// A target of iptables.
    TARGET, "NFTA_TARGET" {
        NFTA_TARGET_NAME = 1: Shape::Text, NFTA_TARGET_REV = 2: Shape::U32Be, NFTA_TARGET_INFO = 3: Shape::Hex,
    }
}

table! {
    /// No connection is made of the packet. It has no attributes.
    NOTRACK, "NFTA_NOTRACK" {}
}

table! {
    /// Connections are answered in the server's name first.
    SYNPROXY, "NFTA_SYNPROXY" {
        NFTA_SYNPROXY_MSS = 1: Shape::U16Be, NFTA_SYNPROXY_WSCALE = 2: Shape::U8, NFTA_SYNPROXY_FLAGS = 3: Shape::U32Be,
    }
}

table! {
    /// When a packet last came by.
    LAST, "NFTA_LAST" {
        NFTA_LAST_SET = 1: Shape::U32Be, NFTA_LAST_MSECS = 2: Shape::U64Be, NFTA_LAST_PAD = 3: Shape::Hex,
    }
}

table! {
    /// The flow goes by a table of its own from now on.
    FLOW_OFFLOAD, "NFTA_FLOW" {
        NFTA_FLOW_TABLE_NAME = 1: Shape::Text,
    }
}

/// What objects are (`NFT_OBJECT_*`).
pub(in crate::describe) const OBJECT_KINDS: &[(u32, &str)] = &[
    (1, "NFT_OBJECT_COUNTER"),
    (2, "NFT_OBJECT_QUOTA"),
    (3, "NFT_OBJECT_CT_HELPER"),
    (4, "NFT_OBJECT_LIMIT"),
    (5, "NFT_OBJECT_CONNLIMIT"),
    (6, "NFT_OBJECT_TUNNEL"),
    (7, "NFT_OBJECT_CT_TIMEOUT"),
    (8, "NFT_OBJECT_SECMARK"),
    (9, "NFT_OBJECT_CT_EXPECT"),
    (10, "NFT_OBJECT_SYNPROXY"),
];

table! {
    /// An object with a name: a counter, a quota, a limit, …
    OBJECT, "NFTA_OBJ" {
        NFTA_OBJ_TABLE = 1: Shape::Text, NFTA_OBJ_NAME = 2: Shape::Text, NFTA_OBJ_TYPE = 3: Shape::Name(OBJECT_KINDS), NFTA_OBJ_DATA = 4: Shape::Hex,
        NFTA_OBJ_USE = 5: Shape::U32Be, NFTA_OBJ_HANDLE = 6: Shape::U64Be, NFTA_OBJ_PAD = 7: Shape::Hex, NFTA_OBJ_USERDATA = 8: Shape::Comment,
    }
}

table! {
    /// A table of flows.
    FLOWTABLE, "NFTA_FLOWTABLE" {
        NFTA_FLOWTABLE_TABLE = 1: Shape::Text, NFTA_FLOWTABLE_NAME = 2: Shape::Text,
        NFTA_FLOWTABLE_HOOK = 3: Shape::Nest(Space::Table(&FLOWTABLE_HOOK)), NFTA_FLOWTABLE_USE = 4: Shape::U32Be,
        NFTA_FLOWTABLE_HANDLE = 5: Shape::U64Be, NFTA_FLOWTABLE_PAD = 6: Shape::Hex, NFTA_FLOWTABLE_FLAGS = 7: Shape::U32Be,
    }
}

table! {
    /// Where a table of flows is asked.
    FLOWTABLE_HOOK, "NFTA_FLOWTABLE_HOOK" {
        NFTA_FLOWTABLE_HOOK_NUM = 1: Shape::U32Be, NFTA_FLOWTABLE_HOOK_PRIORITY = 2: Shape::I32Be, NFTA_FLOWTABLE_HOOK_DEVS = 3: Shape::Nest(Space::Table(&DEVICES)),
    }
}

table! {
    /// Links by their names.
    DEVICES, "NFTA_DEVICE" {
        NFTA_DEVICE_NAME = 1: Shape::Text, NFTA_DEVICE_PREFIX = 2: Shape::Text,
    }
}

table! {
    /// How large a set is to be.
    SET_DESCRIPTION, "NFTA_SET_DESC" {
        NFTA_SET_DESC_SIZE = 1: Shape::U32Be, NFTA_SET_DESC_CONCAT = 2: Shape::Nest(Space::Table(&SET_FIELDS)),
    }
}

table! {
    /// The parts of a set's keys.
    SET_FIELDS, "NFTA_LIST" {
        NFTA_LIST_FIELD = 1: Shape::Nest(Space::Table(&SET_FIELD)),
    }
}

table! {
    /// One of them.
    SET_FIELD, "NFTA_SET_FIELD" {
        NFTA_SET_FIELD_LEN = 1: Shape::U32Be,
    }
}

table! {
    /// Who looks into connections.
    CT_HELPER, "NFTA_CT_HELPER" {
        NFTA_CT_HELPER_NAME = 1: Shape::Text, NFTA_CT_HELPER_L3PROTO = 2: Shape::U16Be, NFTA_CT_HELPER_L4PROTO = 3: Shape::U8,
    }
}

table! {
    /// How long connections are kept.
    CT_TIMEOUT, "NFTA_CT_TIMEOUT" {
        NFTA_CT_TIMEOUT_L3PROTO = 1: Shape::U16Be, NFTA_CT_TIMEOUT_L4PROTO = 2: Shape::U8, NFTA_CT_TIMEOUT_DATA = 3: Shape::Hex,
    }
}

table! {
    /// Connections that are expected.
    CT_EXPECTATION, "NFTA_CT_EXPECT" {
        NFTA_CT_EXPECT_L3PROTO = 1: Shape::U16Be, NFTA_CT_EXPECT_L4PROTO = 2: Shape::U8, NFTA_CT_EXPECT_DPORT = 3: Shape::U16Be,
        NFTA_CT_EXPECT_TIMEOUT = 4: Shape::U32, NFTA_CT_EXPECT_SIZE = 5: Shape::U8,
    }
}

table! {
    /// A label of security.
    SECMARK, "NFTA_SECMARK" {
        NFTA_SECMARK_CTX = 1: Shape::Text,
    }
}

/// What the data of an object of this type are.
pub(in crate::describe) fn object(kind: u32) -> Option<Space> {
    Some(match kind {
        1 => Space::Netfilter(netfilter::Space::Counter),
        2 => Space::Table(&QUOTA),
        3 => Space::Table(&CT_HELPER),
        4 => Space::Table(&LIMIT),
        5 => Space::Table(&CONNLIMIT),
        7 => Space::Table(&CT_TIMEOUT),
        8 => Space::Table(&SECMARK),
        9 => Space::Table(&CT_EXPECTATION),
        10 => Space::Table(&SYNPROXY),
        _ => return None,
    })
}
