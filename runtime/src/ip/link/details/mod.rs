//! What `-details` tells of a link besides.

mod bridge;
mod fields;
mod port;
mod stacked;
#[cfg(test)]
mod tests;
mod tun;
mod vxlan;

use netlink_raw::kernel::{
    AF_INET6, IFLA_AF_SPEC, IFLA_ALLMULTI, IFLA_GRO_MAX_SIZE, IFLA_GSO_MAX_SEGS, IFLA_GSO_MAX_SIZE,
    IFLA_INET6_ADDR_GEN_MODE, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND,
    IFLA_MAX_MTU, IFLA_MIN_MTU, IFLA_NUM_RX_QUEUES, IFLA_NUM_TX_QUEUES, IFLA_PARENT_DEV_BUS_NAME,
    IFLA_PARENT_DEV_NAME, IFLA_PHYS_PORT_ID, IFLA_PHYS_PORT_NAME, IFLA_PHYS_SWITCH_ID, IFLA_PROMISCUITY,
    IFLA_TSO_MAX_SEGS, IFLA_TSO_MAX_SIZE, IN6_ADDR_GEN_MODE_EUI64, IN6_ADDR_GEN_MODE_NONE,
    IN6_ADDR_GEN_MODE_RANDOM, IN6_ADDR_GEN_MODE_STABLE_PRIVACY,
};

pub(super) use self::fields::Protocol;
use self::fields::{Field, Shape, fields, named};
use super::entry::{Entry, INFORMATION};
use super::print::Printer;
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::output::{Hex, Output};

/// Limits.
const LIMITS: [Field; 3] = [
    (IFLA_ALLMULTI, "allmulti", " allmulti", Shape::U32),
    (IFLA_MIN_MTU, "min_mtu", "minmtu", Shape::U32),
    (IFLA_MAX_MTU, "max_mtu", "maxmtu", Shape::U32),
];

/// Queues, and how packets are put together.
const QUEUES: [Field; 7] = [
    (IFLA_NUM_TX_QUEUES, "num_tx_queues", "numtxqueues", Shape::U32),
    (IFLA_NUM_RX_QUEUES, "num_rx_queues", "numrxqueues", Shape::U32),
    (IFLA_GSO_MAX_SIZE, "gso_max_size", "gso_max_size", Shape::U32),
    (IFLA_GSO_MAX_SEGS, "gso_max_segs", "gso_max_segs", Shape::U32),
    (IFLA_TSO_MAX_SIZE, "tso_max_size", "tso_max_size", Shape::U32),
    (IFLA_TSO_MAX_SEGS, "tso_max_segs", "tso_max_segs", Shape::U32),
    (IFLA_GRO_MAX_SIZE, "gro_max_size", "gro_max_size", Shape::U32),
];

/// Puts the details of `link`.
pub fn details(out: &mut Output, link: &Entry<'_>, printer: &mut Printer<'_>) {
    let table = &link.table;
    named(out, ("promiscuity", " promiscuity"), table.u32(IFLA_PROMISCUITY));
    fields(out, table, &LIMITS);
    if let Some(information) = link.information() {
        out.object(Some("linkinfo"), |out| of_kind(out, &information, &mut printer.links));
    }
    if let Some(families) = table.bytes(IFLA_AF_SPEC).filter(|_| printer.whole) {
        of_inet6(out, families);
    }
    fields(out, table, &QUEUES);
    named(out, ("phys_port_name", "portname"), table.text(IFLA_PHYS_PORT_NAME));
    for (attribute, key, text) in
        [(IFLA_PHYS_PORT_ID, "phys_port_id", "portid"), (IFLA_PHYS_SWITCH_ID, "phys_switch_id", "switchid")]
    {
        let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        named(out, (key, text), table.bytes(attribute).map(digits).as_deref());
    }
    named(out, ("parentbus", "parentbus"), table.text(IFLA_PARENT_DEV_BUS_NAME));
    named(out, ("parentdev", "parentdev"), table.text(IFLA_PARENT_DEV_NAME));
}

/// What its driver tells, and its master's, a line each.
fn of_kind(out: &mut Output, information: &Table<'_, INFORMATION>, links: &mut Links) {
    if let Some(kind) = information.text(IFLA_INFO_KIND) {
        out.newline();
        out.field("info_kind", ("    ", " "), kind);
        let data = information.bytes(IFLA_INFO_DATA);
        let print: fn(&mut Output, &[u8], &mut Links) = match kind {
            b"bridge" => bridge::bridge,
            b"vxlan" => vxlan::vxlan,
            b"tun" => tun::tun,
            b"macvlan" | b"macvtap" => stacked::macvlan,
            b"ipvlan" | b"ipvtap" => stacked::ipvlan,
            b"vlan" => stacked::vlan,
            b"vrf" => stacked::vrf,
            _ => return of_master(out, information, links),
        };
        out.object(Some("info_data"), |out| print(out, data.unwrap_or_default(), links));
    }
    of_master(out, information, links);
}

/// What its master tells of it.
fn of_master(out: &mut Output, information: &Table<'_, INFORMATION>, links: &mut Links) {
    let Some(kind) = information.text(IFLA_INFO_SLAVE_KIND) else { return };
    out.newline();
    out.field("info_slave_kind", ("    ", "_slave "), kind);
    let data = information.bytes(IFLA_INFO_SLAVE_DATA).unwrap_or_default();
    match kind {
        b"bridge" => out.object(Some("info_slave_data"), |out| port::port(out, data, links)),
        b"vrf" => out.object(Some("info_slave_data"), |out| stacked::vrf(out, data, links)),
        _ => {}
    }
}

/// How it gets its link-local address.
fn of_inet6(out: &mut Output, families: &[u8]) {
    let families = Table::<'_, { AF_INET6 as usize + 1 }>::new(families);
    let Some(inet6) = families.bytes(AF_INET6.into()) else { return };
    let inet6 = Table::<'_, { IFLA_INET6_ADDR_GEN_MODE as usize + 1 }>::new(inet6);
    let name = ("inet6_addr_gen_mode", "addrgenmode");
    match inet6.u8(IFLA_INET6_ADDR_GEN_MODE) {
        Some(IN6_ADDR_GEN_MODE_EUI64) => named(out, name, Some("eui64")),
        Some(IN6_ADDR_GEN_MODE_NONE) => named(out, name, Some("none")),
        Some(IN6_ADDR_GEN_MODE_STABLE_PRIVACY) => named(out, name, Some("stable_secret")),
        Some(IN6_ADDR_GEN_MODE_RANDOM) => named(out, name, Some("random")),
        Some(mode) => named(out, name, Some(Hex(mode.into()))),
        None => {}
    }
}

/// Says that a BPF program is attached, and where (`IFLA_XDP_*` of `linux/if_link.h`).
pub fn program(out: &mut Output, program: &[u8], whole: bool) {
    const ATTACHED: u16 = 2;
    const ID: u16 = 4;
    let table = Table::<'_, { ID as usize + 1 }>::new(program);
    let word = match table.u8(ATTACHED) {
        None | Some(0) => return,
        Some(1) => "xdp",
        Some(2) => "xdpgeneric",
        Some(3) => "xdpoffload",
        Some(_) => "xdpmulti",
    };
    let id = table.u32(ID);
    out.object(Some("xdp"), |out| {
        out.json("mode", table.u8(ATTACHED).unwrap_or(0));
        out.text(word);
        match id {
            Some(id) if out.is_json() => out.object(Some("prog"), |out| out.json("id", id)),
            Some(id) if !whole => {
                out.text("/id:");
                out.text(id);
            }
            _ => {}
        }
        out.text(" ");
    });
}
