//! The fixed header of each object, field by field.

use super::Names;
use super::shape::{index, joined, name, name_or_number};
use super::traffic::handle;
use crate::error::words;
use crate::kernel::{
    ADDRESS_FLAGS, ETHERNET_PROTOCOLS, FAMILIES, LINK_FLAGS, NEIGHBOUR_FLAGS, NEIGHBOUR_STATES,
    NETFILTER_FAMILIES, ROUTE_FLAGS, ROUTE_KINDS, ROUTE_PROTOCOLS, ROUTE_TABLES, RTM_GETTFILTER,
    RTM_NEWTFILTER, SCOPES,
};
use crate::wire::field;

type Fields = Vec<(String, String)>;

/// Names and values.
pub(super) fn fields<const N: usize>(fields: [(&str, String); N]) -> Fields {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// `struct ifinfomsg`.
pub(super) fn link(bytes: &[u8; 16], names: &dyn Names) -> Fields {
    fields([
        ("ifi_family", family(bytes[0])),
        ("ifi_type", u16::from_ne_bytes(field(bytes, 2)).to_string()),
        ("ifi_index", index(u32::from_ne_bytes(field(bytes, 4)), names)),
        ("ifi_flags", joined(LINK_FLAGS, u32::from_ne_bytes(field(bytes, 8)))),
        ("ifi_change", joined(LINK_FLAGS, u32::from_ne_bytes(field(bytes, 12)))),
    ])
}

/// `struct ifaddrmsg`.
pub(super) fn address(bytes: [u8; 8], names: &dyn Names) -> Fields {
    let [af, prefix, flags, scope, ..] = bytes;
    fields([
        ("ifa_family", family(af)),
        ("ifa_prefixlen", prefix.to_string()),
        ("ifa_flags", joined(ADDRESS_FLAGS, flags.into())),
        ("ifa_scope", name_or_number(SCOPES, scope)),
        ("ifa_index", index(u32::from_ne_bytes(field(&bytes, 4)), names)),
    ])
}

/// `struct rtmsg`.
pub(super) fn route(bytes: &[u8; 12]) -> Fields {
    let [af, destination, source, tos, table, protocol, scope, kind, ..] = *bytes;
    fields([
        ("rtm_family", family(af)),
        ("rtm_dst_len", destination.to_string()),
        ("rtm_src_len", source.to_string()),
        ("rtm_tos", tos.to_string()),
        ("rtm_table", name_or_number(ROUTE_TABLES, table.into())),
        ("rtm_protocol", name_or_number(ROUTE_PROTOCOLS, protocol)),
        ("rtm_scope", name_or_number(SCOPES, scope)),
        ("rtm_type", name(ROUTE_KINDS, kind, "RTN")),
        ("rtm_flags", joined(ROUTE_FLAGS, u32::from_ne_bytes(field(bytes, 8)))),
    ])
}

/// `struct ndmsg`.
pub(super) fn neighbour(bytes: &[u8; 12], names: &dyn Names) -> Fields {
    let [af, .., flags, kind] = *bytes;
    fields([
        ("ndm_family", family(af)),
        ("ndm_ifindex", index(u32::from_ne_bytes(field(bytes, 4)), names)),
        ("ndm_state", joined(NEIGHBOUR_STATES, u16::from_ne_bytes(field(bytes, 8)).into())),
        ("ndm_flags", joined(NEIGHBOUR_FLAGS, flags.into())),
        ("ndm_type", name(ROUTE_KINDS, kind, "RTN")),
    ])
}

/// `struct rtgenmsg`, padded.
pub(super) fn generic(bytes: [u8; 4]) -> Fields {
    fields([("rtgen_family", family(bytes[0]))])
}

/// `struct tcmsg`. What `tcm_info` says depends on the object.
pub(super) fn traffic(bytes: [u8; 20], kind: u16, names: &dyn Names) -> Fields {
    let number = |at| u32::from_ne_bytes(field(&bytes, at));
    let info = match kind {
        RTM_NEWTFILTER..=RTM_GETTFILTER if number(16) != 0 => {
            // Its lower half is a big-endian number.
            let protocol = u16::from_be(u16::try_from(number(16) & 0xffff).unwrap_or_default());
            let protocol = match protocol {
                0 => "any protocol".to_owned(),
                _ => name(ETHERNET_PROTOCOLS, protocol, "ETH_P"),
            };
            format!("priority {}, {protocol}", number(16) >> 16)
        }
        _ => number(16).to_string(),
    };
    fields([
        ("tcm_family", family(bytes[0])),
        ("tcm_ifindex", index(number(4), names)),
        ("tcm_handle", format!("{:#x}", number(8))),
        ("tcm_parent", handle(number(12))),
        ("tcm_info", info),
    ])
}

/// `struct nfgenmsg`.
pub(super) fn netfilter(bytes: [u8; 4]) -> Fields {
    fields([
        ("nfgen_family", name(NETFILTER_FAMILIES, bytes[0], "NFPROTO")),
        ("res_id", u16::from_be_bytes(field(&bytes, 2)).to_string()),
    ])
}

/// An error number with its words: `17 (File exists)`.
pub(super) fn errno(errno: i32) -> String {
    if errno == 0 { "0".to_owned() } else { format!("{errno} ({})", words(errno)) }
}

/// The family alone, of who asks for all.
pub(super) fn family_alone(bytes: &[u8]) -> Fields {
    fields([("rtgen_family", family(bytes.first().copied().unwrap_or_default()))])
}

/// `struct rtnexthop`, its length aside.
pub(super) fn next_hop(bytes: [u8; 8], names: &dyn Names) -> Fields {
    fields([
        ("rtnh_flags", joined(ROUTE_FLAGS, bytes[2].into())),
        ("rtnh_hops", bytes[3].to_string()),
        ("rtnh_ifindex", index(u32::from_ne_bytes(field(&bytes, 4)), names)),
    ])
}

/// Fields on one line.
pub(super) fn joined_fields(fields: &[(String, String)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

pub(super) fn family(number: u8) -> String {
    name(FAMILIES, number, "AF")
}
