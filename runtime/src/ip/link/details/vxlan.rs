//! What a VXLAN tells.

use std::net::IpAddr;

use netlink_raw::kernel::{
    IFLA_VXLAN_AGEING, IFLA_VXLAN_COLLECT_METADATA, IFLA_VXLAN_DF, IFLA_VXLAN_GBP, IFLA_VXLAN_GPE,
    IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, IFLA_VXLAN_ID, IFLA_VXLAN_L2MISS, IFLA_VXLAN_L3MISS,
    IFLA_VXLAN_LABEL, IFLA_VXLAN_LEARNING, IFLA_VXLAN_LIMIT, IFLA_VXLAN_LINK, IFLA_VXLAN_LOCAL,
    IFLA_VXLAN_LOCAL6, IFLA_VXLAN_PORT, IFLA_VXLAN_PORT_RANGE, IFLA_VXLAN_PROXY, IFLA_VXLAN_REMCSUM_RX,
    IFLA_VXLAN_REMCSUM_TX, IFLA_VXLAN_RSC, IFLA_VXLAN_TOS, IFLA_VXLAN_TTL, IFLA_VXLAN_TTL_INHERIT,
    IFLA_VXLAN_UDP_CSUM, IFLA_VXLAN_UDP_ZERO_CSUM6_RX, IFLA_VXLAN_UDP_ZERO_CSUM6_TX, IFLA_VXLAN_VNIFILTER,
};

use super::fields::{flag, named};
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::output::{Hex, Ip, Output};

/// Attributes up to `IFLA_VXLAN_VNIFILTER`.
const ATTRIBUTES: usize = IFLA_VXLAN_VNIFILTER as usize + 1;

/// What it does, where it does.
const FLAGS: [(u16, &str, &str); 4] = [
    (IFLA_VXLAN_PROXY, "proxy", "proxy "),
    (IFLA_VXLAN_RSC, "rsc", "rsc "),
    (IFLA_VXLAN_L2MISS, "l2miss", "l2miss "),
    (IFLA_VXLAN_L3MISS, "l3miss", "l3miss "),
];
/// What is told in the text with `no` before it, too.
const CHECKSUMS: [(u16, &str, &str); 3] = [
    (IFLA_VXLAN_UDP_CSUM, "udp_csum", "udpcsum "),
    (IFLA_VXLAN_UDP_ZERO_CSUM6_TX, "udp_zero_csum6_tx", "udp6zerocsumtx "),
    (IFLA_VXLAN_UDP_ZERO_CSUM6_RX, "udp_zero_csum6_rx", "udp6zerocsumrx "),
];
/// What of a packet's end is left unchecked.
const PARTIAL: [(u16, &str, &str); 2] = [
    (IFLA_VXLAN_REMCSUM_TX, "remcsum_tx", "remcsumtx "),
    (IFLA_VXLAN_REMCSUM_RX, "remcsum_rx", "remcsumrx "),
];

/// Puts its settings.
pub(super) fn vxlan(out: &mut Output, data: &[u8], links: &mut Links) {
    let table = Table::<'_, ATTRIBUTES>::new(data);
    flag(out, &table, (IFLA_VXLAN_COLLECT_METADATA, "external", "external "));
    // `ip` puts no blank behind this one.
    flag(out, &table, (IFLA_VXLAN_VNIFILTER, "vnifilter", "vnifilter"));
    let Some(id) = table.u32(IFLA_VXLAN_ID) else { return };
    named(out, ("id", "id"), Some(id));
    ends(out, &table);
    if let Some(link) = table.u32(IFLA_VXLAN_LINK).filter(|link| *link != 0) {
        out.field("link", ("dev ", " "), links.name(link));
    }
    ports(out, &table);
    if let Some(learning) = table.u8(IFLA_VXLAN_LEARNING) {
        out.json("learning", learning != 0);
        out.text(if learning == 0 { "nolearning " } else { "" });
    }
    for each in FLAGS {
        flag(out, &table, each);
    }
    header(out, &table);
    match table.u32(IFLA_VXLAN_AGEING) {
        Some(0) if !out.is_json() => out.text("ageing none "),
        seconds => named(out, ("ageing", "ageing"), seconds),
    }
    named(out, ("limit", "maxaddr"), table.u32(IFLA_VXLAN_LIMIT).filter(|limit| *limit != 0));
    for (attribute, key, text) in CHECKSUMS {
        if let Some(on) = table.u8(attribute).map(|on| on != 0) {
            out.json(key, on);
            out.text(if on { "" } else { "no" });
            out.text(text);
        }
    }
    for each in PARTIAL {
        flag(out, &table, each);
    }
    for (attribute, key, text) in [(IFLA_VXLAN_GBP, "gbp", "gbp "), (IFLA_VXLAN_GPE, "gpe", "gpe ")] {
        if table.get(attribute).is_some() {
            out.flag(key, text);
        }
    }
}

/// Where its packets go to and come from.
fn ends(out: &mut Output, table: &Table<'_, ATTRIBUTES>) {
    let some = |four, six| {
        let address = table.ip(four).or_else(|| table.ip(six));
        address.filter(|address: &IpAddr| !address.is_unspecified())
    };
    if let Some(remote) = some(IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6) {
        let (key, before) = match (remote.is_multicast(), remote.is_ipv6()) {
            (true, false) => ("group", "group "),
            (true, true) => ("group6", "group "),
            (false, false) => ("remote", "remote "),
            (false, true) => ("remote6", "remote "),
        };
        out.field(key, (before, " "), Ip(remote));
    }
    if let Some(local) = some(IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6) {
        out.field(if local.is_ipv6() { "local6" } else { "local" }, ("local ", " "), Ip(local));
    }
}

fn ports(out: &mut Output, table: &Table<'_, ATTRIBUTES>) {
    // `struct ifla_vxlan_port_range`, in the order of the network.
    if let Some([a, b, c, d]) = table.bytes(IFLA_VXLAN_PORT_RANGE).and_then(|bytes| bytes.first_chunk()) {
        out.object(Some("port_range"), |out| {
            out.field("low", ("srcport ", " "), u16::from_be_bytes([*a, *b]));
            out.field("high", ("", " "), u16::from_be_bytes([*c, *d]));
        });
    }
    named(out, ("port", "dstport"), table.u16_be(IFLA_VXLAN_PORT));
}

/// What is put into the outer header.
fn header(out: &mut Output, table: &Table<'_, ATTRIBUTES>) {
    /// `VXLAN_DF_*`.
    const FRAGMENTS: [&str; 3] = ["unset", "set", "inherit"];
    match table.u8(IFLA_VXLAN_TOS) {
        Some(1) if !out.is_json() => out.text("tos inherit "),
        tos => named(out, ("tos", "tos"), tos.filter(|tos| *tos != 0).map(|tos| Hex(tos.into()))),
    }
    if table.u8(IFLA_VXLAN_TTL_INHERIT).is_some_and(|inherit| inherit != 0) {
        out.text("ttl inherit ");
    } else {
        match table.u8(IFLA_VXLAN_TTL) {
            Some(0) if !out.is_json() => out.text("ttl auto "),
            ttl => named(out, ("ttl", "ttl"), ttl),
        }
    }
    if let Some(word) = table.u8(IFLA_VXLAN_DF).and_then(|df| FRAGMENTS.get(usize::from(df))) {
        out.json("df", *word);
        if *word != FRAGMENTS[0] {
            out.text("df ");
            out.text(*word);
            out.text(" ");
        }
    }
    let label = table.get(IFLA_VXLAN_LABEL).and_then(|label| label.u32_be().ok()).filter(|label| *label != 0);
    named(out, ("label", "flowlabel"), label.map(|label| Hex(label.into())));
}
