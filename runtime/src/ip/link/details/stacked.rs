//! What links tell that lie on another: macvlan, ipvlan, VLAN; and a VRF, with what it tells of those in it.

use netlink_raw::kernel::{
    IFLA_IPVLAN_FLAGS, IFLA_IPVLAN_MODE, IFLA_MACVLAN_BC_QUEUE_LEN, IFLA_MACVLAN_BC_QUEUE_LEN_USED,
    IFLA_MACVLAN_FLAGS, IFLA_MACVLAN_MACADDR, IFLA_MACVLAN_MACADDR_COUNT, IFLA_MACVLAN_MACADDR_DATA,
    IFLA_MACVLAN_MODE, IFLA_VLAN_EGRESS_QOS, IFLA_VLAN_FLAGS, IFLA_VLAN_ID, IFLA_VLAN_INGRESS_QOS,
    IFLA_VLAN_PROTOCOL, IFLA_VRF_TABLE, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, IPVLAN_MODE_L2, IPVLAN_MODE_L3,
    IPVLAN_MODE_L3S, MACVLAN_FLAG_NODST, MACVLAN_FLAG_NOPROMISC, MACVLAN_MODE_BRIDGE, MACVLAN_MODE_PASSTHRU,
    MACVLAN_MODE_PRIVATE, MACVLAN_MODE_SOURCE, MACVLAN_MODE_VEPA, VLAN_FLAG_BRIDGE_BINDING, VLAN_FLAG_GVRP,
    VLAN_FLAG_LOOSE_BINDING, VLAN_FLAG_MVRP, VLAN_FLAG_REORDER_HDR,
};
use netlink_raw::wire::Attributes;

use super::fields::{Protocol, named};
use crate::ip::attributes::Table;
use crate::ip::link::print::flag_names;
use crate::ip::links::Links;
use crate::ip::output::{Mac, Output};

/// Puts the settings of a macvlan or macvtap.
pub(super) fn macvlan(out: &mut Output, data: &[u8], _: &mut Links) {
    let table = Table::<'_, { IFLA_MACVLAN_BC_QUEUE_LEN_USED as usize + 1 }>::new(data);
    let Some(mode) = table.u32(IFLA_MACVLAN_MODE) else { return };
    let word = match mode {
        MACVLAN_MODE_PRIVATE => "private",
        MACVLAN_MODE_VEPA => "vepa",
        MACVLAN_MODE_BRIDGE => "bridge",
        MACVLAN_MODE_PASSTHRU => "passthru",
        MACVLAN_MODE_SOURCE => "source",
        _ => "unknown",
    };
    named(out, ("mode", "mode"), Some(word));
    let flags = table.u16(IFLA_MACVLAN_FLAGS).unwrap_or(0);
    if flags & MACVLAN_FLAG_NOPROMISC != 0 {
        out.flag("nopromisc", "nopromisc ");
    }
    if flags & MACVLAN_FLAG_NODST != 0 {
        out.flag("nodst", "nodst ");
    }
    named(out, ("bcqueuelen", "bcqueuelen"), table.u32(IFLA_MACVLAN_BC_QUEUE_LEN));
    named(out, ("usedbcqueuelen", "usedbcqueuelen"), table.u32(IFLA_MACVLAN_BC_QUEUE_LEN_USED));
    // Whose packets it takes, where it goes by that.
    if mode != MACVLAN_MODE_SOURCE {
        return;
    }
    if let Some(count) = table.u32(IFLA_MACVLAN_MACADDR_COUNT) {
        out.field("macaddr_count", ("remotes (", ") "), count);
    }
    if let Some(addresses) = table.bytes(IFLA_MACVLAN_MACADDR_DATA) {
        out.array(Some("macaddr_data"), |out| {
            let addresses = Attributes::new(addresses).flatten();
            for address in addresses.filter(|address| address.kind == IFLA_MACVLAN_MACADDR) {
                out.element(("", " "), Mac(address.payload));
            }
        });
    }
}

/// Puts the settings of an ipvlan or ipvtap.
pub(super) fn ipvlan(out: &mut Output, data: &[u8], _: &mut Links) {
    let table = Table::<'_, { IFLA_IPVLAN_FLAGS as usize + 1 }>::new(data);
    if let Some(mode) = table.u16(IFLA_IPVLAN_MODE) {
        let word = match mode {
            IPVLAN_MODE_L2 => "l2",
            IPVLAN_MODE_L3 => "l3",
            IPVLAN_MODE_L3S => "l3s",
            _ => "unknown",
        };
        named(out, ("mode", " mode"), Some(word));
    }
    if let Some(flags) = table.u16(IFLA_IPVLAN_FLAGS) {
        if flags & IPVLAN_F_PRIVATE != 0 {
            out.flag("private", "private ");
        } else if flags & IPVLAN_F_VEPA != 0 {
            out.flag("vepa", "vepa ");
        } else {
            out.flag("bridge", "bridge ");
        }
    }
}

/// Puts the settings of a VLAN.
pub(super) fn vlan(out: &mut Output, data: &[u8], _: &mut Links) {
    let table = Table::<'_, { IFLA_VLAN_PROTOCOL as usize + 1 }>::new(data);
    let Some(id) = table.u16(IFLA_VLAN_ID) else { return };
    match table.u16_be(IFLA_VLAN_PROTOCOL) {
        Some(protocol) => named(out, ("protocol", "protocol"), Some(Protocol(protocol))),
        None => named(out, ("protocol", "protocol"), Some("802.1q")),
    }
    named(out, ("id", "id"), Some(id));
    if let Some(flags) = table.u32(IFLA_VLAN_FLAGS) {
        vlan_flags(out, flags);
    }
    for (attribute, key, text) in [
        (IFLA_VLAN_INGRESS_QOS, "ingress_qos", "ingress-qos-map"),
        (IFLA_VLAN_EGRESS_QOS, "egress_qos", "egress-qos-map"),
    ] {
        if let Some(priorities) = table.bytes(attribute) {
            map(out, (key, text), priorities);
        }
    }
}

fn vlan_flags(out: &mut Output, flags: u32) {
    const FLAGS: [(u32, &str); 5] = [
        (VLAN_FLAG_REORDER_HDR, "REORDER_HDR"),
        (VLAN_FLAG_GVRP, "GVRP"),
        (VLAN_FLAG_MVRP, "MVRP"),
        (VLAN_FLAG_LOOSE_BINDING, "LOOSE_BINDING"),
        (VLAN_FLAG_BRIDGE_BINDING, "BRIDGE_BINDING"),
    ];
    out.array(Some("flags"), |out| {
        out.text("<");
        flag_names(out, flags, &FLAGS);
        out.text("> ");
    });
}

/// Which priority becomes which, a line: `struct ifla_vlan_qos_mapping` each.
fn map(out: &mut Output, (key, text): (&str, &str), priorities: &[u8]) {
    out.newline();
    out.text("      ");
    out.text(text);
    out.text(" { ");
    out.array(Some(key), |out| {
        for priority in Attributes::new(priorities).flatten() {
            let numbers = priority.payload.as_chunks::<4>().0;
            let [from, to] = std::array::from_fn(|place| {
                numbers.get(place).map_or(0, |number| u32::from_ne_bytes(*number))
            });
            out.object(None, |out| {
                out.field("from", ("", ":"), from);
                out.field("to", ("", " "), to);
            });
        }
    });
    out.text("} ");
}

/// Puts the number of a VRF's routing table; `IFLA_VRF_PORT_TABLE`, of a port of one, is the same number.
pub(super) fn vrf(out: &mut Output, data: &[u8], _: &mut Links) {
    named(out, ("table", "table"), Table::<'_, 2>::new(data).u32(IFLA_VRF_TABLE));
}
