//! Which attributes there are in the messages of nf_tables, and what they hold.

use super::shape::Shape;
#[allow(clippy::wildcard_imports, reason = "a hundred names of attributes")]
use crate::kernel::*;

/// A numbering of attributes, as [`Space`](super::space::Space) has them for rtnetlink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Of a message not known here.
    Unknown,
    Table,
    Chain,
    Hook,
    Rule,
    Expressions,
    Expression,
    Meta,
    Payload,
    Ct,
    Fib,
    Cmp,
    Bitwise,
    Lookup,
    Immediate,
    Nat,
    Masq,
    Counter,
    Data,
    Verdict,
    Set,
    List,
    Members,
    Element,
    Flow,
    Tuple,
    Addresses,
    Ports,
    Filter,
    Batch,
    Generation,
}

/// The flags that a message of this type can have.
pub(super) const fn flags(kind: u16) -> &'static [(u16, &'static str)] {
    match kind {
        NFT_MSG_GETTABLE | NFT_MSG_GETCHAIN | NFT_MSG_GETRULE | NFT_MSG_GETSET | NFT_MSG_GETSETELEM
        | NFT_MSG_GETGEN | NFT_MSG_GETOBJ | NFT_MSG_GETFLOWTABLE | IPCTNL_MSG_CT_GET => GET_FLAGS,
        NFT_MSG_DELTABLE | NFT_MSG_DELCHAIN | NFT_MSG_DELRULE | NFT_MSG_DELSET | NFT_MSG_DELSETELEM => {
            DELETE_FLAGS
        }
        NFT_MSG_NEWTABLE..=NFT_MSG_DELSETELEM | NFT_MSG_NEWOBJ | NFT_MSG_NEWFLOWTABLE => NEW_FLAGS,
        _ => &[],
    }
}

const fn nest(space: Space) -> Shape {
    Shape::Nest(super::space::Space::Netfilter(space))
}

impl Space {
    /// The attributes of a message of this type.
    pub(super) const fn of(kind: u16) -> Self {
        match kind {
            NFNL_MSG_BATCH_BEGIN..=NFNL_MSG_BATCH_END => Self::Batch,
            NFT_MSG_NEWGEN..=NFT_MSG_GETGEN => Self::Generation,
            IPCTNL_MSG_CT_NEW..=IPCTNL_MSG_CT_DELETE => Self::Flow,
            NFT_MSG_NEWTABLE..=NFT_MSG_DELTABLE => Self::Table,
            NFT_MSG_NEWCHAIN..=NFT_MSG_DELCHAIN => Self::Chain,
            NFT_MSG_NEWRULE..=NFT_MSG_DELRULE => Self::Rule,
            NFT_MSG_NEWSET..=NFT_MSG_DELSET => Self::Set,
            NFT_MSG_NEWSETELEM..=NFT_MSG_DELSETELEM => Self::List,
            _ => Self::Unknown,
        }
    }

    /// The attributes of an expression of this name.
    pub(super) fn of_expression(name: &str) -> Option<Self> {
        Some(match name {
            "meta" => Self::Meta,
            "payload" => Self::Payload,
            "ct" => Self::Ct,
            "fib" => Self::Fib,
            "cmp" => Self::Cmp,
            "bitwise" => Self::Bitwise,
            "lookup" => Self::Lookup,
            "immediate" => Self::Immediate,
            "nat" => Self::Nat,
            "masq" => Self::Masq,
            "counter" => Self::Counter,
            _ => return None,
        })
    }

    /// The names of its attributes, and what they begin with.
    pub(super) const fn names(self) -> (&'static [(u16, &'static str)], &'static str) {
        match self {
            Self::Unknown => (&[], "NFNL"),
            Self::Table => (NFT_TABLE_ATTRIBUTES, "NFTA_TABLE"),
            Self::Chain => (NFT_CHAIN_ATTRIBUTES, "NFTA_CHAIN"),
            Self::Hook => (NFT_HOOK_ATTRIBUTES, "NFTA_HOOK"),
            Self::Rule => (NFT_RULE_ATTRIBUTES, "NFTA_RULE"),
            Self::Expressions => (NFT_MEMBER_ATTRIBUTES, "NFTA_LIST"),
            Self::Expression => (NFT_EXPRESSION_ATTRIBUTES, "NFTA_EXPR"),
            Self::Meta => (NFT_META_ATTRIBUTES, "NFTA_META"),
            Self::Payload => (NFT_PAYLOAD_ATTRIBUTES, "NFTA_PAYLOAD"),
            Self::Ct => (NFT_CT_ATTRIBUTES, "NFTA_CT"),
            Self::Fib => (NFT_FIB_ATTRIBUTES, "NFTA_FIB"),
            Self::Cmp => (NFT_CMP_ATTRIBUTES, "NFTA_CMP"),
            Self::Bitwise => (NFT_BITWISE_ATTRIBUTES, "NFTA_BITWISE"),
            Self::Lookup => (NFT_LOOKUP_ATTRIBUTES, "NFTA_LOOKUP"),
            Self::Immediate => (NFT_IMMEDIATE_ATTRIBUTES, "NFTA_IMMEDIATE"),
            Self::Nat => (NFT_NAT_ATTRIBUTES, "NFTA_NAT"),
            Self::Masq => (NFT_MASQ_ATTRIBUTES, "NFTA_MASQ"),
            Self::Counter => (NFT_COUNTER_ATTRIBUTES, "NFTA_COUNTER"),
            Self::Data => (NFT_DATA_ATTRIBUTES, "NFTA_DATA"),
            Self::Verdict => (NFT_VERDICT_ATTRIBUTES, "NFTA_VERDICT"),
            Self::Set => (NFT_SET_ATTRIBUTES, "NFTA_SET"),
            Self::List => (NFT_LIST_ATTRIBUTES, "NFTA_SET_ELEM_LIST"),
            // They are numbered, and have no names: see `walk`.
            Self::Members => (&[], "NFTA_LIST_ELEM"),
            Self::Element => (NFT_ELEMENT_ATTRIBUTES, "NFTA_SET_ELEM"),
            Self::Flow => (CT_FLOW_ATTRIBUTES, "CTA"),
            Self::Tuple => (CT_TUPLE_ATTRIBUTES, "CTA_TUPLE"),
            Self::Addresses => (CT_IP_ATTRIBUTES, "CTA_IP"),
            Self::Ports => (CT_PROTO_ATTRIBUTES, "CTA_PROTO"),
            Self::Batch => (BATCH_ATTRIBUTES, "NFNL_BATCH"),
            Self::Generation => (NFT_GENERATION_ATTRIBUTES, "NFTA_GEN"),
            Self::Filter => (CT_FILTER_ATTRIBUTES, "CTA_FILTER"),
        }
    }

    pub(super) const fn shape(self, kind: u16) -> Shape {
        match (self, kind) {
            (Self::Table, NFTA_TABLE_NAME)
            | (Self::Chain, NFTA_CHAIN_TABLE | NFTA_CHAIN_NAME | NFTA_CHAIN_TYPE)
            | (Self::Rule, NFTA_RULE_TABLE | NFTA_RULE_CHAIN)
            | (Self::Set, NFTA_SET_TABLE | NFTA_SET_NAME | NFTA_SET_TYPE)
            | (Self::List, NFTA_SET_ELEM_LIST_TABLE | NFTA_SET_ELEM_LIST_SET)
            | (Self::Lookup, NFTA_LOOKUP_SET)
            | (Self::Verdict, NFTA_VERDICT_CHAIN)
            | (Self::Hook, NFTA_HOOK_DEV)
            | (Self::Element, NFTA_SET_ELEM_OBJREF)
            | (Self::Expression, NFTA_EXPR_NAME) => Shape::Text,
            (Self::Table, NFTA_TABLE_HANDLE)
            | (Self::Chain, NFTA_CHAIN_HANDLE)
            | (Self::Rule, NFTA_RULE_HANDLE | NFTA_RULE_POSITION)
            | (Self::Set, NFTA_SET_HANDLE | NFTA_SET_TIMEOUT)
            | (Self::Element, NFTA_SET_ELEM_TIMEOUT | NFTA_SET_ELEM_EXPIRATION)
            | (Self::Counter, NFTA_COUNTER_BYTES | NFTA_COUNTER_PACKETS) => Shape::U64Be,
            (Self::Table, NFTA_TABLE_USERDATA)
            | (Self::Chain, NFTA_CHAIN_USERDATA)
            | (Self::Rule, NFTA_RULE_USERDATA)
            | (Self::Element, NFTA_SET_ELEM_USERDATA) => Shape::Comment,
            (Self::Flow, CTA_TUPLE_ORIG | CTA_TUPLE_REPLY) => nest(Self::Tuple),
            (Self::Flow, CTA_FILTER) => nest(Self::Filter),
            (Self::Tuple, CTA_TUPLE_IP) => nest(Self::Addresses),
            (Self::Tuple, CTA_TUPLE_PROTO) => nest(Self::Ports),
            (Self::Addresses, _) => Shape::Ip,
            (Self::Chain, NFTA_CHAIN_HOOK) => nest(Self::Hook),
            (Self::Hook, NFTA_HOOK_DEVS) => Shape::Nest(super::space::Space::Table(&super::tables::DEVICES)),
            (Self::Set, NFTA_SET_DESC) => {
                Shape::Nest(super::space::Space::Table(&super::tables::SET_DESCRIPTION))
            }
            (Self::Rule, NFTA_RULE_EXPRESSIONS)
            | (Self::Set, NFTA_SET_EXPRESSIONS)
            | (Self::Element, NFTA_SET_ELEM_EXPRESSIONS) => nest(Self::Expressions),
            (Self::Expressions, _) | (Self::Element, NFTA_SET_ELEM_EXPR) | (Self::Set, NFTA_SET_EXPR) => {
                nest(Self::Expression)
            }
            (Self::List, NFTA_SET_ELEM_LIST_ELEMENTS) => nest(Self::Members),
            (Self::Members, _) => nest(Self::Element),
            (Self::Data, NFTA_DATA_VERDICT) => nest(Self::Verdict),
            (Self::Element, NFTA_SET_ELEM_KEY | NFTA_SET_ELEM_KEY_END | NFTA_SET_ELEM_DATA)
            | (Self::Cmp, NFTA_CMP_DATA)
            | (Self::Bitwise, NFTA_BITWISE_MASK | NFTA_BITWISE_XOR)
            | (Self::Immediate, NFTA_IMMEDIATE_DATA) => nest(Self::Data),
            (Self::Hook, NFTA_HOOK_PRIORITY) | (Self::Verdict, NFTA_VERDICT_CODE) => Shape::I32Be,
            (Self::Set, NFTA_SET_KEY_TYPE | NFTA_SET_DATA_TYPE) => Shape::NftType,
            _ => self.number(kind),
        }
    }

    const fn number(self, kind: u16) -> Shape {
        match (self, kind) {
            (Self::Ports, CTA_PROTO_NUM) | (Self::Ct, NFTA_CT_DIRECTION) => Shape::U8,
            (Self::Ports, CTA_PROTO_SRC_PORT | CTA_PROTO_DST_PORT) => Shape::U16Be,
            (Self::Filter, _) => Shape::U32,
            (Self::Flow, CTA_STATUS) => Shape::Flags(CT_STATUS),
            (Self::Hook, NFTA_HOOK_HOOKNUM) => Shape::Name(HOOKS),
            (Self::Set, NFTA_SET_FLAGS) => Shape::Flags(NFT_SET_FLAGS),
            (Self::Element, NFTA_SET_ELEM_FLAGS) => Shape::Flags(NFT_ELEMENT_FLAGS),
            (Self::Meta, NFTA_META_KEY) => Shape::Name(NFT_META_KEYS),
            (Self::Ct, NFTA_CT_KEY) => Shape::Name(NFT_CT_KEYS),
            (Self::Table, NFTA_TABLE_FLAGS) => Shape::Flags(NFT_TABLE_FLAGS),
            (Self::Payload, NFTA_PAYLOAD_BASE) => Shape::Name(NFT_PAYLOAD_BASES),
            (Self::Cmp, NFTA_CMP_OP) => Shape::Name(NFT_CMP_OPERATORS),
            (Self::Fib, NFTA_FIB_FLAGS) => Shape::Flags(NFT_FIB_FLAGS),
            (Self::Fib, NFTA_FIB_RESULT) => Shape::Name(NFT_FIB_RESULTS),
            (Self::Lookup, NFTA_LOOKUP_FLAGS) => Shape::Flags(NFT_LOOKUP_FLAGS),
            (Self::Nat, NFTA_NAT_TYPE) => Shape::Name(NFT_NAT_TYPES),
            (Self::Unknown | Self::Data | Self::Tuple, _)
            | (Self::Flow, CTA_PROTOINFO | CTA_HELP | CTA_ZONE)
            | (Self::Set, NFTA_SET_USERDATA)
            | (Self::Generation, NFTA_GEN_PROC_NAME)
            | (Self::Chain, NFTA_CHAIN_COUNTERS)
            | (Self::Rule, NFTA_RULE_COMPAT) => Shape::Hex,
            _ => Shape::U32Be,
        }
    }
}
