//! Actions that change packets, or what the kernel keeps beside them.

use std::net::Ipv4Addr;

use super::Found;
use super::Words;
use super::action::General;
#[allow(clippy::wildcard_imports, reason = "forty names of attributes")]
use crate::describe::tables::*;
use crate::describe::traffic::handle;
use crate::kernel::{TC_ACT_OK, TC_ACT_PIPE};
use crate::wire::field;

pub(super) fn vlan(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[
        TCA_VLAN_PARMS,
        TCA_VLAN_PUSH_VLAN_ID,
        TCA_VLAN_PUSH_VLAN_PROTOCOL,
        TCA_VLAN_PUSH_VLAN_PRIORITY,
    ])?;
    let general = General::of(found, TCA_VLAN_PARMS, 4)?;
    words.word(match general.number(20) {
        1 => "vlan pop",
        2 => "vlan push",
        3 => "vlan modify",
        4 => "vlan pop_eth",
        _ => return None,
    });
    words.some("id", found.u16(TCA_VLAN_PUSH_VLAN_ID));
    words.some("protocol", found.u16_be(TCA_VLAN_PUSH_VLAN_PROTOCOL).map(super::filter::protocol));
    words.some("priority", found.u8(TCA_VLAN_PUSH_VLAN_PRIORITY));
    general.end(TC_ACT_PIPE, words)
}

pub(super) fn skbedit(found: &Found<'_>, words: &mut Words) -> Option<()> {
    const FROM_DSFIELD: u64 = 0x20;
    const TYPES: [&str; 4] = ["host", "broadcast", "multicast", "otherhost"];
    found.only(&[
        TCA_SKBEDIT_PARMS,
        TCA_SKBEDIT_PRIORITY,
        TCA_SKBEDIT_QUEUE_MAPPING,
        TCA_SKBEDIT_MARK,
        TCA_SKBEDIT_MASK,
        TCA_SKBEDIT_PTYPE,
        TCA_SKBEDIT_FLAGS,
    ])?;
    words.word("skbedit");
    words.some("queue_mapping", found.u16(TCA_SKBEDIT_QUEUE_MAPPING));
    words.some("priority", found.u32(TCA_SKBEDIT_PRIORITY).map(handle));
    if let Some(mark) = found.u32(TCA_SKBEDIT_MARK) {
        let mask = found.u32(TCA_SKBEDIT_MASK).map_or_else(String::new, |mask| format!("/{mask:#x}"));
        words.option("mark", format!("{mark}{mask}"));
    }
    if let Some(kind) = found.u16(TCA_SKBEDIT_PTYPE) {
        words.option("ptype", TYPES.get(usize::from(kind))?);
    }
    match found.u64(TCA_SKBEDIT_FLAGS) {
        None => {}
        Some(FROM_DSFIELD) => words.word("inheritdsfield"),
        Some(_) => return None,
    }
    General::of(found, TCA_SKBEDIT_PARMS, 0)?.end(TC_ACT_PIPE, words)
}

pub(super) fn csum(found: &Found<'_>, words: &mut Words) -> Option<()> {
    const HEADERS: [(u32, &str); 7] =
        [(1, "ip4h"), (2, "icmp"), (4, "igmp"), (8, "tcp"), (16, "udp"), (32, "udplite"), (64, "sctp")];
    found.only(&[TCA_CSUM_PARMS])?;
    let general = General::of(found, TCA_CSUM_PARMS, 4)?;
    let wanted = general.number(20);
    let named: Vec<&str> =
        HEADERS.iter().filter(|(header, _)| wanted & header != 0).map(|(_, name)| *name).collect();
    (1..128).contains(&wanted).then_some(())?;
    words.word("csum");
    words.word(&named.join(" and "));
    general.end(TC_ACT_OK, words)
}

pub(super) fn tunnel(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[
        TCA_TUNNEL_KEY_PARMS,
        TCA_TUNNEL_KEY_ENC_IPV4_SRC,
        TCA_TUNNEL_KEY_ENC_IPV4_DST,
        TCA_TUNNEL_KEY_ENC_IPV6_SRC,
        TCA_TUNNEL_KEY_ENC_IPV6_DST,
        TCA_TUNNEL_KEY_ENC_KEY_ID,
        TCA_TUNNEL_KEY_ENC_DST_PORT,
        TCA_TUNNEL_KEY_NO_CSUM,
        TCA_TUNNEL_KEY_ENC_TOS,
        TCA_TUNNEL_KEY_ENC_TTL,
    ])?;
    let general = General::of(found, TCA_TUNNEL_KEY_PARMS, 4)?;
    words.word(match general.number(20) {
        1 => "tunnel_key set",
        2 => "tunnel_key unset",
        _ => return None,
    });
    words.some("id", found.u32_be(TCA_TUNNEL_KEY_ENC_KEY_ID));
    words.some("src_ip", found.ip(TCA_TUNNEL_KEY_ENC_IPV4_SRC, TCA_TUNNEL_KEY_ENC_IPV6_SRC));
    words.some("dst_ip", found.ip(TCA_TUNNEL_KEY_ENC_IPV4_DST, TCA_TUNNEL_KEY_ENC_IPV6_DST));
    words.some("dst_port", found.u16_be(TCA_TUNNEL_KEY_ENC_DST_PORT));
    words.some("tos", found.u8(TCA_TUNNEL_KEY_ENC_TOS));
    words.some("ttl", found.u8(TCA_TUNNEL_KEY_ENC_TTL));
    if found.u8(TCA_TUNNEL_KEY_NO_CSUM).is_some_and(|none| none != 0) {
        words.word("nocsum");
    }
    general.end(TC_ACT_PIPE, words)
}

/// `ct`.
pub(super) fn connection(found: &Found<'_>, words: &mut Words) -> Option<()> {
    const FLAGS: [(u16, &str); 3] = [(1, "commit"), (2, "force"), (4, "clear")];
    const NAT: [(u16, &str); 3] = [(8, "nat"), (8 | 16, "nat src"), (8 | 32, "nat dst")];
    found.only(&[
        TCA_CT_PARMS,
        TCA_CT_ACTION,
        TCA_CT_ZONE,
        TCA_CT_MARK,
        TCA_CT_MARK_MASK,
        TCA_CT_NAT_IPV4_MIN,
        TCA_CT_NAT_IPV4_MAX,
        TCA_CT_NAT_IPV6_MIN,
        TCA_CT_NAT_IPV6_MAX,
        TCA_CT_NAT_PORT_MIN,
        TCA_CT_NAT_PORT_MAX,
    ])?;
    let flags = found.u16(TCA_CT_ACTION).unwrap_or_default();
    words.word("ct");
    for (_, word) in FLAGS.iter().filter(|(flag, _)| flags & flag != 0) {
        words.word(word);
    }
    words.some("zone", found.u16(TCA_CT_ZONE));
    if let Some(mark) = found.u32(TCA_CT_MARK) {
        let mask = found.u32(TCA_CT_MARK_MASK).filter(|mask| *mask != u32::MAX);
        words.option("mark", mask.map_or_else(|| mark.to_string(), |mask| format!("{mark}/{mask:#x}")));
    }
    if flags & !7 != 0 {
        let (_, word) = NAT.iter().find(|(all, _)| flags & !7 == *all)?;
        words.word(word);
    }
    let addresses = [(TCA_CT_NAT_IPV4_MIN, TCA_CT_NAT_IPV6_MIN), (TCA_CT_NAT_IPV4_MAX, TCA_CT_NAT_IPV6_MAX)]
        .map(|(four, six)| found.ip(four, six).map(|address| address.to_string()));
    words.some("addr", range(addresses));
    let ports = [TCA_CT_NAT_PORT_MIN, TCA_CT_NAT_PORT_MAX]
        .map(|kind| found.u16_be(kind).map(|port| port.to_string()));
    words.some("port", range(ports));
    General::of(found, TCA_CT_PARMS, 0)?.end(TC_ACT_PIPE, words)
}

/// The first and the last, or both in one.
fn range(ends: [Option<String>; 2]) -> Option<String> {
    match ends {
        [Some(first), Some(last)] if first != last => Some(format!("{first}-{last}")),
        [first, _] => first,
    }
}

pub(super) fn nat(found: &Found<'_>, words: &mut Words) -> Option<()> {
    const EGRESS: u32 = 1;
    found.only(&[TCA_NAT_PARMS])?;
    let general = General::of(found, TCA_NAT_PARMS, 16)?;
    let [old, new] = [20, 24].map(|at| Ipv4Addr::from(field::<4>(general.0, at)));
    let mask = u32::from_be_bytes(field(general.0, 28));
    (mask.leading_ones() == mask.count_ones()).then_some(())?;
    words.word(if general.number(32) & EGRESS != 0 { "nat egress" } else { "nat ingress" });
    words.word(&format!("{old}/{} {new}", mask.leading_ones()));
    general.end(TC_ACT_OK, words)
}
