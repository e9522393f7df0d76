//! Numbers of ctnetlink.

numbers! {
    /// Attributes of a flow (`linux/netfilter/nfnetlink_conntrack.h`).
    CT_FLOW_ATTRIBUTES: u16 {
        CTA_TUPLE_ORIG = 1, CTA_TUPLE_REPLY = 2, CTA_STATUS = 3, CTA_PROTOINFO = 4, CTA_HELP = 5,
        CTA_TIMEOUT = 7, CTA_MARK = 8, CTA_USE = 11, CTA_ID = 12, CTA_ZONE = 18, CTA_FILTER = 25,
    }
}

numbers! {
    /// Attributes of a flow's direction.
    CT_TUPLE_ATTRIBUTES: u16 {
        CTA_TUPLE_IP = 1, CTA_TUPLE_PROTO = 2, CTA_TUPLE_ZONE = 3,
    }
}

numbers! {
    /// Attributes in `CTA_TUPLE_IP`.
    CT_IP_ATTRIBUTES: u16 {
        CTA_IP_V4_SRC = 1, CTA_IP_V4_DST = 2, CTA_IP_V6_SRC = 3, CTA_IP_V6_DST = 4,
    }
}

numbers! {
    /// Attributes in `CTA_TUPLE_PROTO`.
    CT_PROTO_ATTRIBUTES: u16 {
        CTA_PROTO_NUM = 1, CTA_PROTO_SRC_PORT = 2, CTA_PROTO_DST_PORT = 3,
    }
}

numbers! {
    /// Attributes in `CTA_FILTER`.
    CT_FILTER_ATTRIBUTES: u16 {
        CTA_FILTER_ORIG_FLAGS = 1, CTA_FILTER_REPLY_FLAGS = 2,
    }
}
