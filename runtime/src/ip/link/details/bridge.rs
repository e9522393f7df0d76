//! What a bridge tells.

use netlink_raw::kernel::{
    IFLA_BR_AGEING_TIME, IFLA_BR_BRIDGE_ID, IFLA_BR_FORWARD_DELAY, IFLA_BR_GC_TIMER, IFLA_BR_GROUP_ADDR,
    IFLA_BR_GROUP_FWD_MASK, IFLA_BR_HELLO_TIME, IFLA_BR_HELLO_TIMER, IFLA_BR_MAX_AGE,
    IFLA_BR_MCAST_HASH_ELASTICITY, IFLA_BR_MCAST_HASH_MAX, IFLA_BR_MCAST_IGMP_VERSION,
    IFLA_BR_MCAST_LAST_MEMBER_CNT, IFLA_BR_MCAST_LAST_MEMBER_INTVL, IFLA_BR_MCAST_MEMBERSHIP_INTVL,
    IFLA_BR_MCAST_MLD_VERSION, IFLA_BR_MCAST_QUERIER, IFLA_BR_MCAST_QUERIER_INTVL,
    IFLA_BR_MCAST_QUERIER_STATE, IFLA_BR_MCAST_QUERY_INTVL, IFLA_BR_MCAST_QUERY_RESPONSE_INTVL,
    IFLA_BR_MCAST_QUERY_USE_IFADDR, IFLA_BR_MCAST_ROUTER, IFLA_BR_MCAST_SNOOPING,
    IFLA_BR_MCAST_STARTUP_QUERY_CNT, IFLA_BR_MCAST_STARTUP_QUERY_INTVL, IFLA_BR_MCAST_STATS_ENABLED,
    IFLA_BR_MULTI_BOOLOPT, IFLA_BR_NF_CALL_ARPTABLES, IFLA_BR_NF_CALL_IP6TABLES, IFLA_BR_NF_CALL_IPTABLES,
    IFLA_BR_PRIORITY, IFLA_BR_ROOT_ID, IFLA_BR_ROOT_PATH_COST, IFLA_BR_ROOT_PORT, IFLA_BR_STP_STATE,
    IFLA_BR_TCN_TIMER, IFLA_BR_TOPOLOGY_CHANGE, IFLA_BR_TOPOLOGY_CHANGE_DETECTED,
    IFLA_BR_TOPOLOGY_CHANGE_TIMER, IFLA_BR_VLAN_DEFAULT_PVID, IFLA_BR_VLAN_FILTERING, IFLA_BR_VLAN_PROTOCOL,
    IFLA_BR_VLAN_STATS_ENABLED, IFLA_BR_VLAN_STATS_PER_PORT,
};

use super::fields::{Field, Shape, fields, named};
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::output::Output;

/// Its settings, in `ip`'s order: those before its options.
const FIRST: [Field; 24] = [
    (IFLA_BR_FORWARD_DELAY, "forward_delay", "forward_delay", Shape::U32),
    (IFLA_BR_HELLO_TIME, "hello_time", "hello_time", Shape::U32),
    (IFLA_BR_MAX_AGE, "max_age", "max_age", Shape::U32),
    (IFLA_BR_AGEING_TIME, "ageing_time", "ageing_time", Shape::U32),
    (IFLA_BR_STP_STATE, "stp_state", "stp_state", Shape::U32),
    (IFLA_BR_PRIORITY, "priority", "priority", Shape::U16),
    (IFLA_BR_VLAN_FILTERING, "vlan_filtering", "vlan_filtering", Shape::U8),
    (IFLA_BR_VLAN_PROTOCOL, "vlan_protocol", "vlan_protocol", Shape::Protocol),
    (IFLA_BR_BRIDGE_ID, "bridge_id", "bridge_id", Shape::Bridge),
    (IFLA_BR_ROOT_ID, "root_id", "designated_root", Shape::Bridge),
    (IFLA_BR_ROOT_PORT, "root_port", "root_port", Shape::U16),
    (IFLA_BR_ROOT_PATH_COST, "root_path_cost", "root_path_cost", Shape::U32),
    (IFLA_BR_TOPOLOGY_CHANGE, "topology_change", "topology_change", Shape::U8),
    (IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "topology_change_detected", "topology_change_detected", Shape::U8),
    (IFLA_BR_HELLO_TIMER, "hello_timer", "hello_timer", Shape::Timer),
    (IFLA_BR_TCN_TIMER, "tcn_timer", "tcn_timer", Shape::Timer),
    (IFLA_BR_TOPOLOGY_CHANGE_TIMER, "topology_change_timer", "topology_change_timer", Shape::Timer),
    (IFLA_BR_GC_TIMER, "gc_timer", "gc_timer", Shape::Timer),
    (IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid", "vlan_default_pvid", Shape::U16),
    (IFLA_BR_VLAN_STATS_ENABLED, "vlan_stats_enabled", "vlan_stats_enabled", Shape::U8),
    (IFLA_BR_VLAN_STATS_PER_PORT, "vlan_stats_per_port", "vlan_stats_per_port", Shape::U8),
    (IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask", "group_fwd_mask", Shape::Hex),
    (IFLA_BR_GROUP_ADDR, "group_addr", "group_address", Shape::Mac),
    (IFLA_BR_MCAST_SNOOPING, "mcast_snooping", "mcast_snooping", Shape::U8),
];

/// Those behind them.
const LAST: [Field; 19] = [
    (IFLA_BR_MCAST_ROUTER, "mcast_router", "mcast_router", Shape::U8),
    (IFLA_BR_MCAST_QUERY_USE_IFADDR, "mcast_query_use_ifaddr", "mcast_query_use_ifaddr", Shape::U8),
    (IFLA_BR_MCAST_QUERIER, "mcast_querier", "mcast_querier", Shape::U8),
    (IFLA_BR_MCAST_HASH_ELASTICITY, "mcast_hash_elasticity", "mcast_hash_elasticity", Shape::U32),
    (IFLA_BR_MCAST_HASH_MAX, "mcast_hash_max", "mcast_hash_max", Shape::U32),
    (IFLA_BR_MCAST_LAST_MEMBER_CNT, "mcast_last_member_cnt", "mcast_last_member_count", Shape::U32),
    (IFLA_BR_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_cnt", "mcast_startup_query_count", Shape::U32),
    (IFLA_BR_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_intvl", "mcast_last_member_interval", Shape::U64),
    (IFLA_BR_MCAST_MEMBERSHIP_INTVL, "mcast_membership_intvl", "mcast_membership_interval", Shape::U64),
    (IFLA_BR_MCAST_QUERIER_INTVL, "mcast_querier_intvl", "mcast_querier_interval", Shape::U64),
    (IFLA_BR_MCAST_QUERY_INTVL, "mcast_query_intvl", "mcast_query_interval", Shape::U64),
    (
        IFLA_BR_MCAST_QUERY_RESPONSE_INTVL,
        "mcast_query_response_intvl",
        "mcast_query_response_interval",
        Shape::U64,
    ),
    (
        IFLA_BR_MCAST_STARTUP_QUERY_INTVL,
        "mcast_startup_query_intvl",
        "mcast_startup_query_interval",
        Shape::U64,
    ),
    (IFLA_BR_MCAST_STATS_ENABLED, "mcast_stats_enabled", "mcast_stats_enabled", Shape::U8),
    (IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version", "mcast_igmp_version", Shape::U8),
    (IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version", "mcast_mld_version", Shape::U8),
    (IFLA_BR_NF_CALL_IPTABLES, "nf_call_iptables", "nf_call_iptables", Shape::U8),
    (IFLA_BR_NF_CALL_IP6TABLES, "nf_call_ip6tables", "nf_call_ip6tables", Shape::U8),
    (IFLA_BR_NF_CALL_ARPTABLES, "nf_call_arptables", "nf_call_arptables", Shape::U8),
];

/// Its options by their bits (`BR_BOOLOPT_*` of `linux/if_bridge.h`).
const OPTIONS: [(u32, &str); 2] = [(1 << 0, "no_linklocal_learn"), (1 << 1, "mcast_vlan_snooping")];

/// Puts its settings.
pub(super) fn bridge(out: &mut Output, data: &[u8], _: &mut Links) {
    let table = Table::<'_, { IFLA_BR_MCAST_QUERIER_STATE as usize + 1 }>::new(data);
    fields(out, &table, &FIRST);
    // `struct br_boolopt_multi` begins with which are on.
    if let Some(options) = table.u32(IFLA_BR_MULTI_BOOLOPT) {
        for (option, name) in OPTIONS {
            named(out, (name, name), Some(u8::from(options & option != 0)));
        }
    }
    fields(out, &table, &LAST);
}
