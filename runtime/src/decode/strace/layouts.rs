//! How the structs that strace prints lie in memory: their fields, in order, with their bytes.
//!
//! Source: the kernel's headers; the fields have strace's names, which leaves out padding (`_`).

/// The fields, and their bytes.
pub(super) type Layout = &'static [(&'static str, usize)];

/// Structs, by their fields. Those with the same names need the number of bytes to be told apart.
pub(super) const LAYOUTS: &[Layout] = &[
    &[("ifi_family", 1), ("_", 1), ("ifi_type", 2), ("ifi_index", 4), ("ifi_flags", 4), ("ifi_change", 4)],
    &[("ifa_family", 1), ("ifa_prefixlen", 1), ("ifa_flags", 1), ("ifa_scope", 1), ("ifa_index", 4)],
    &[
        ("rtm_family", 1),
        ("rtm_dst_len", 1),
        ("rtm_src_len", 1),
        ("rtm_tos", 1),
        ("rtm_table", 1),
        ("rtm_protocol", 1),
        ("rtm_scope", 1),
        ("rtm_type", 1),
        ("rtm_flags", 4),
    ],
    &[("ndm_family", 1), ("_", 3), ("ndm_ifindex", 4), ("ndm_state", 2), ("ndm_flags", 1), ("ndm_type", 1)],
    // struct fib_rule_hdr
    &[
        ("family", 1),
        ("dst_len", 1),
        ("src_len", 1),
        ("tos", 1),
        ("table", 1),
        ("_", 2),
        ("action", 1),
        ("flags", 4),
    ],
    &[("tcm_family", 1), ("_", 3), ("tcm_ifindex", 4), ("tcm_handle", 4), ("tcm_parent", 4), ("tcm_info", 4)],
    &[("tca_family", 1), ("_", 3)],
    &[("rtgen_family", 1), ("_", 3)],
    &[("nfgen_family", 1), ("version", 1), ("res_id", 2)],
    &[("ndtm_family", 1), ("_", 3)],
    &[("ncm_family", 1), ("_", 3)],
    // struct br_port_msg
    &[("family", 1), ("_", 3), ("ifindex", 4)],
    &[("family", 1), ("_", 3)],
    // struct genlmsghdr
    &[("cmd", 1), ("version", 1), ("_", 2)],
    // struct bridge_vlan_info
    &[("flags", 2), ("vid", 2)],
    // struct ifla_vlan_flags
    &[("flags", 4), ("mask", 4)],
    // struct ifla_vlan_qos_mapping
    &[("from", 4), ("to", 4)],
    // struct ifla_vxlan_port_range
    &[("low", 2), ("high", 2)],
    &[("ifa_prefered", 4), ("ifa_valid", 4), ("cstamp", 4), ("tstamp", 4)],
    &[("ndm_confirmed", 4), ("ndm_used", 4), ("ndm_updated", 4), ("ndm_refcnt", 4)],
    &[
        ("rta_clntref", 4),
        ("rta_lastuse", 4),
        ("rta_expires", 4),
        ("rta_error", 4),
        ("rta_used", 4),
        ("rta_id", 4),
        ("rta_ts", 4),
        ("rta_tsage", 4),
    ],
    &[("max_reasm_len", 4), ("tstamp", 4), ("reachable_time", 4), ("retrans_time", 4)],
    // struct ifla_bridge_id
    &[("prio", 2), ("addr", 6)],
    // struct rtnl_link_ifmap
    &[("mem_start", 8), ("mem_end", 8), ("base_addr", 8), ("irq", 2), ("dma", 1), ("port", 1), ("_", 4)],
    // struct fib_rule_uid_range, fib_rule_port_range
    &[("start", 4), ("end", 4)],
    &[("start", 2), ("end", 2)],
    // struct tc_sizespec, tc_estimator
    &[("interval", 1), ("ewma_log", 1)],
];

/// Statistics, whose fields are all of one length, and more in newer kernels.
pub(super) const UNIFORM: &[&str] = &["rx_packets"];

/// The layout with all of these fields, of this length if one is known.
pub(super) fn find(fields: &[(String, super::value::Value)], length: Option<usize>) -> Option<Layout> {
    let has = |layout: &Layout| {
        let named = layout.iter().filter(|(name, _)| *name != "_").count();
        named == fields.len() && fields.iter().all(|(name, _)| layout.iter().any(|(known, _)| known == name))
    };
    let fits = |layout: &Layout| {
        length.is_none_or(|length| layout.iter().map(|(_, bytes)| bytes).sum::<usize>() == length)
    };
    LAYOUTS.iter().copied().find(|layout| has(layout) && fits(layout))
}
