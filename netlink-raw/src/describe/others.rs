//! The fixed headers of objects that nothing here encodes, and which attributes follow them.

use super::Names;
use super::header::{family, fields};
use super::shape::{index, joined, name_or_number};
use super::space::Space;
use super::tables::{
    ADDRESS_LABEL, CHAIN, MDB, MDB_SET, NEIGHBOUR_TABLE, NETCONF, NEXT_HOP, RULE, RULE_ACTIONS, RULE_FLAGS,
    STATISTICS, TUNNEL_NETWORKS, VLAN_DATABASE, VLAN_DUMP,
};
#[allow(clippy::wildcard_imports, reason = "thirty types of messages")]
use crate::kernel::*;
use crate::wire::field;

type Fields = Vec<(String, String)>;

/// The length of a fixed header, its fields, and what its attributes are.
type Fixed = (usize, fn(&[u8], &dyn Names) -> Fields, Space);

/// Of a message of this type.
pub(super) fn fixed(kind: u16) -> Option<Fixed> {
    Some(match kind {
        RTM_NEWRULE..=RTM_GETRULE => (12, rule, Space::Table(&RULE)),
        RTM_NEWACTION..=RTM_GETACTION => (4, alone, Space::Table(&CHAIN)),
        RTM_NEWNEIGHTBL..=RTM_SETNEIGHTBL => (4, alone, Space::Table(&NEIGHBOUR_TABLE)),
        RTM_NEWADDRLABEL..=RTM_GETADDRLABEL => (12, label, Space::Table(&ADDRESS_LABEL)),
        RTM_NEWNETCONF..=RTM_GETNETCONF => (4, alone, Space::Table(&NETCONF)),
        // The kernel tells of groups in other attributes than it is asked with.
        RTM_GETMDB => (8, port, Space::Table(&MDB)),
        RTM_NEWMDB..=RTM_DELMDB => (8, port, Space::Table(&MDB_SET)),
        RTM_NEWCHAIN..=RTM_GETCHAIN => (20, traffic, Space::Traffic),
        RTM_NEWNEXTHOP..=RTM_GETNEXTHOP => (8, next_hop, Space::Table(&NEXT_HOP)),
        RTM_GETVLAN => (8, port, Space::Table(&VLAN_DUMP)),
        RTM_NEWTUNNEL..=RTM_GETTUNNEL => (8, port, Space::Table(&TUNNEL_NETWORKS)),
        RTM_GETSTATS..=RTM_SETSTATS => (12, statistics, Space::Table(&STATISTICS)),
        RTM_NEWNEXTHOPBUCKET..=RTM_GETNEXTHOPBUCKET => (8, next_hop, Space::Table(&NEXT_HOP)),
        RTM_NEWVLAN..=RTM_DELVLAN => (8, port, Space::Table(&VLAN_DATABASE)),
        _ => return None,
    })
}

fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(field(bytes, at))
}

fn alone(bytes: &[u8], _names: &dyn Names) -> Fields {
    fields([("family", family(byte(bytes, 0)))])
}

/// `struct fib_rule_hdr`.
fn rule(bytes: &[u8], _names: &dyn Names) -> Fields {
    fields([
        ("family", family(byte(bytes, 0))),
        ("dst_len", byte(bytes, 1).to_string()),
        ("src_len", byte(bytes, 2).to_string()),
        ("tos", byte(bytes, 3).to_string()),
        ("table", name_or_number(ROUTE_TABLES, byte(bytes, 4).into())),
        ("action", name_or_number(RULE_ACTIONS, byte(bytes, 7).into())),
        ("flags", joined(RULE_FLAGS, number(bytes, 8))),
    ])
}

/// `struct ifaddrlblmsg`.
fn label(bytes: &[u8], names: &dyn Names) -> Fields {
    fields([
        ("ifal_family", family(byte(bytes, 0))),
        ("ifal_prefixlen", byte(bytes, 2).to_string()),
        ("ifal_index", index(number(bytes, 4), names)),
    ])
}

/// `struct br_port_msg`, `struct br_vlan_msg`.
fn port(bytes: &[u8], names: &dyn Names) -> Fields {
    fields([("family", family(byte(bytes, 0))), ("ifindex", index(number(bytes, 4), names))])
}

fn traffic(bytes: &[u8], names: &dyn Names) -> Fields {
    super::header::traffic(field(bytes, 0), RTM_NEWQDISC, names)
}

/// `struct if_stats_msg`.
fn statistics(bytes: &[u8], names: &dyn Names) -> Fields {
    fields([
        ("family", family(byte(bytes, 0))),
        ("ifindex", index(number(bytes, 4), names)),
        ("filter_mask", format!("{:#x}", number(bytes, 8))),
    ])
}

/// `struct nhmsg`.
fn next_hop(bytes: &[u8], _names: &dyn Names) -> Fields {
    fields([
        ("nh_family", family(byte(bytes, 0))),
        ("nh_scope", name_or_number(SCOPES, byte(bytes, 1))),
        ("nh_protocol", name_or_number(ROUTE_PROTOCOLS, byte(bytes, 2))),
        ("nh_flags", joined(ROUTE_FLAGS, number(bytes, 4))),
    ])
}
