//! Tables of attributes that nothing here encodes: their names, and what they hold, side by side.

mod action;
mod bridge;
mod discipline;
mod filter;
mod netfilter;
mod others;
mod rule;
mod tunnels;

use super::shape::Shape;
pub(super) use action::*;
pub(super) use bridge::*;
pub(super) use discipline::*;
pub(super) use filter::*;
pub(super) use netfilter::*;
pub(super) use others::*;
pub(super) use rule::*;
pub(super) use tunnels::*;

/// A numbering of attributes.
pub(super) struct Table {
    /// What their names begin with.
    pub(super) prefix: &'static str,
    pub(super) names: &'static [(u16, &'static str)],
    pub(super) shapes: &'static [(u16, Shape)],
}

impl Table {
    pub(super) fn shape(&self, kind: u16) -> Shape {
        self.shapes.iter().find(|(known, _)| *known == kind).map_or(Shape::Hex, |(_, shape)| *shape)
    }
}

/// There is one of each.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Table {}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.prefix)
    }
}

/// Makes the constants and the table from one list: name, number, what it holds.
macro_rules! table {
    ($(#[$doc:meta])* $table:ident, $prefix:literal { $($name:ident = $number:literal: $shape:expr),* $(,)? }) => {
        $(#[allow(dead_code, reason = "not every one is asked for by name")]
        pub(in crate::describe) const $name: u16 = $number;)*
        $(#[$doc])*
        pub(in crate::describe) static $table: $crate::describe::tables::Table = $crate::describe::tables::Table {
            prefix: $prefix,
            names: &[$(($number, stringify!($name))),*],
            shapes: &[$(($number, $shape)),*],
        };
    };
}
use table;

/// All of them, for those who look for a name.
static ALL: &[&Table] = &[
    &RULE,
    &BRIDGE_SPEC,
    &TUNNEL,
    &VLAN_DATABASE,
    &VLAN_ENTRY,
    &VLAN_GLOBAL,
    &MDB,
    &MDB_SET,
    &TUNNEL_NETWORKS,
    &TUNNEL_NETWORK,
    &HTB,
    &FQ_CODEL,
    &FQ,
    &CAKE,
    &RED,
    &NETEM,
    &PRIO,
    &CODEL,
    &PIE,
    &FQ_PIE,
    &DRR,
    &QFQ,
    &HFSC,
    &ETS,
    &CHOKE,
    &ETF,
    &SFB,
    &HHF,
    &FLOWER,
    &ROUTE_FILTER,
    &CGROUP,
    &FLOW_FILTER,
    &CSUM,
    &PEDIT,
    &PEDIT_KEY,
    &TUNNEL_KEY,
    &CT_ACTION,
    &NAT_ACTION,
    &SIMPLE,
    &SAMPLE,
    &CONNMARK,
    &SKBMOD,
    &MPLS_ACTION,
    &CTINFO,
    &FW,
    &BASIC,
    &GACT,
    &VLAN_ACTION,
    &SKBEDIT,
    &CHAIN,
    &IP_TUNNEL,
    &GRE,
    &GENEVE,
    &BOND,
    &BOND_PORT,
    &VTI,
    &XFRM,
    &VRF,
    &XDP,
    &INET,
    &NEXT_HOP,
    &NEIGHBOUR_TABLE,
    &NETCONF,
    &ADDRESS_LABEL,
    &STATISTICS,
    &LIMIT,
    &LOG,
    &REJECT,
    &RANGE,
    &QUOTA,
    &CONNLIMIT,
    &DYNSET,
    &QUEUE,
    &REDIR,
    &OBJREF,
    &TPROXY,
    &DUP,
    &FWD,
    &NUMGEN,
    &HASH,
    &SOCKET,
    &RT,
    &EXTHDR,
    &BYTEORDER,
    &MATCH,
    &TARGET,
    &NOTRACK,
    &SYNPROXY,
    &LAST,
    &FLOW_OFFLOAD,
    &OBJECT,
    &FLOWTABLE,
    &FLOWTABLE_HOOK,
    &DEVICES,
    &SET_DESCRIPTION,
    &SET_FIELD,
    &CT_HELPER,
    &CT_TIMEOUT,
    &CT_EXPECTATION,
    &SECMARK,
];

/// The number of an attribute or a flag with this name.
pub(super) fn number(name: &str) -> Option<u32> {
    let attributes = ALL.iter().flat_map(|table| table.names).find(|(_, known)| *known == name);
    let attributes = attributes.map(|(number, _)| (*number).into());
    attributes.or_else(|| {
        let all = [RULE_ACTIONS, RULE_FLAGS, VLAN_INFO_FLAGS, BRIDGE_FLAGS, OBJECT_KINDS];
        all.iter().flat_map(|table| table.iter()).find(|(_, known)| *known == name).map(|(number, _)| *number)
    })
}
