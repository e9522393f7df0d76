//! What a bridge tells of its port.

use netlink_raw::kernel::{
    IFLA_BRPORT_BACKUP_PORT, IFLA_BRPORT_BCAST_FLOOD, IFLA_BRPORT_BRIDGE_ID, IFLA_BRPORT_CONFIG_PENDING,
    IFLA_BRPORT_COST, IFLA_BRPORT_DESIGNATED_COST, IFLA_BRPORT_DESIGNATED_PORT, IFLA_BRPORT_FAST_LEAVE,
    IFLA_BRPORT_FORWARD_DELAY_TIMER, IFLA_BRPORT_GROUP_FWD_MASK, IFLA_BRPORT_GUARD, IFLA_BRPORT_HOLD_TIMER,
    IFLA_BRPORT_ID, IFLA_BRPORT_ISOLATED, IFLA_BRPORT_LEARNING, IFLA_BRPORT_LOCKED, IFLA_BRPORT_MCAST_FLOOD,
    IFLA_BRPORT_MCAST_TO_UCAST, IFLA_BRPORT_MESSAGE_AGE_TIMER, IFLA_BRPORT_MODE,
    IFLA_BRPORT_MULTICAST_ROUTER, IFLA_BRPORT_NEIGH_SUPPRESS, IFLA_BRPORT_NO, IFLA_BRPORT_PRIORITY,
    IFLA_BRPORT_PROTECT, IFLA_BRPORT_PROXYARP, IFLA_BRPORT_PROXYARP_WIFI, IFLA_BRPORT_ROOT_ID,
    IFLA_BRPORT_STATE, IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, IFLA_BRPORT_UNICAST_FLOOD, IFLA_BRPORT_VLAN_TUNNEL,
};

use super::fields::{Field, Shape, Switch, fields, named};
use crate::ip::attributes::Table;
use crate::ip::link::names::PORT_STATES;
use crate::ip::links::Links;
use crate::ip::output::Output;

/// Its settings, in `ip`'s order: those before one that is told in the text alone.
const FIRST: [Field; 22] = [
    (IFLA_BRPORT_PRIORITY, "priority", "priority", Shape::U16),
    (IFLA_BRPORT_COST, "cost", "cost", Shape::U32),
    (IFLA_BRPORT_MODE, "hairpin", "hairpin", Shape::Switch),
    (IFLA_BRPORT_GUARD, "guard", "guard", Shape::Switch),
    (IFLA_BRPORT_PROTECT, "root_block", "root_block", Shape::Switch),
    (IFLA_BRPORT_FAST_LEAVE, "fastleave", "fastleave", Shape::Switch),
    (IFLA_BRPORT_LEARNING, "learning", "learning", Shape::Switch),
    (IFLA_BRPORT_UNICAST_FLOOD, "flood", "flood", Shape::Switch),
    (IFLA_BRPORT_ID, "id", "port_id", Shape::Hex),
    (IFLA_BRPORT_NO, "no", "port_no", Shape::Hex),
    (IFLA_BRPORT_DESIGNATED_PORT, "designated_port", "designated_port", Shape::U16),
    (IFLA_BRPORT_DESIGNATED_COST, "designated_cost", "designated_cost", Shape::U16),
    (IFLA_BRPORT_BRIDGE_ID, "bridge_id", "designated_bridge", Shape::Bridge),
    (IFLA_BRPORT_ROOT_ID, "root_id", "designated_root", Shape::Bridge),
    (IFLA_BRPORT_HOLD_TIMER, "hold_timer", "hold_timer", Shape::Timer),
    (IFLA_BRPORT_MESSAGE_AGE_TIMER, "message_age_timer", "message_age_timer", Shape::Timer),
    (IFLA_BRPORT_FORWARD_DELAY_TIMER, "forward_delay_timer", "forward_delay_timer", Shape::Timer),
    (IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "topology_change_ack", "topology_change_ack", Shape::U8),
    (IFLA_BRPORT_CONFIG_PENDING, "config_pending", "config_pending", Shape::U8),
    (IFLA_BRPORT_PROXYARP, "proxy_arp", "proxy_arp", Shape::Switch),
    (IFLA_BRPORT_PROXYARP_WIFI, "proxy_arp_wifi", "proxy_arp_wifi", Shape::Switch),
    (IFLA_BRPORT_MULTICAST_ROUTER, "multicast_router", "mcast_router", Shape::U8),
];

/// Those behind it.
const MIDDLE: [Field; 5] = [
    (IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", "mcast_flood", Shape::Switch),
    (IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", "bcast_flood", Shape::Switch),
    (IFLA_BRPORT_MCAST_TO_UCAST, "mcast_to_unicast", "mcast_to_unicast", Shape::Switch),
    (IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress", "neigh_suppress", Shape::Switch),
    (IFLA_BRPORT_GROUP_FWD_MASK, "group_fwd_mask", "group_fwd_mask", Shape::Hex),
];

/// The last.
const LAST: [Field; 3] = [
    (IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel", "vlan_tunnel", Shape::Switch),
    (IFLA_BRPORT_ISOLATED, "isolated", "isolated", Shape::Switch),
    (IFLA_BRPORT_LOCKED, "locked", "locked", Shape::Switch),
];

/// Protocols that a bit of the mask is for, by the last half byte of their address (`01:80:c2:00:00:0X`).
const FORWARDED: [(u16, &str); 3] = [(0, "stp"), (2, "lacp"), (14, "lldp")];

/// Puts its settings.
pub(super) fn port(out: &mut Output, data: &[u8], links: &mut Links) {
    let table = Table::<'_, { IFLA_BRPORT_LOCKED as usize + 1 }>::new(data);
    if let Some(state) = table.u8(IFLA_BRPORT_STATE) {
        match PORT_STATES.get(usize::from(state)) {
            Some(name) => out.field("state", ("state ", " "), *name),
            None => out.field("state_index", ("state (", ") "), state),
        }
    }
    fields(out, &table, &FIRST);
    // The same as `fastleave`, once more.
    if let Some(leave) = table.u8(IFLA_BRPORT_FAST_LEAVE) {
        out.text("mcast_fast_leave ");
        out.text(Switch(leave != 0));
        out.text(" ");
    }
    fields(out, &table, &MIDDLE);
    let mask = table.u16(IFLA_BRPORT_GROUP_FWD_MASK).map(forwarded);
    named(out, ("group_fwd_mask_str", "group_fwd_mask_str"), mask.as_deref());
    fields(out, &table, &LAST);
    if let Some(backup) = table.u32(IFLA_BRPORT_BACKUP_PORT) {
        out.field("backup_port", ("backup_port ", " "), links.name(backup));
    }
}

/// The bits of `mask` by their names.
fn forwarded(mask: u16) -> String {
    let name = |bit: u16| match FORWARDED.iter().find(|(each, _)| *each == bit) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("{:#x}", 1 << bit),
    };
    let names: Vec<String> = (0..16).filter(|bit| mask & 1 << bit != 0).map(name).collect();
    if names.is_empty() { "0x0".to_owned() } else { names.join(",") }
}
