//! What `ip link add … type` says of tunnels and bonds.

use super::found::Found;
use super::{Words, link_name};
use crate::describe::Names;
#[allow(clippy::wildcard_imports, reason = "fifty names of attributes")]
use crate::describe::tables::*;
use crate::wire::Attributes;

/// The words behind the kind; `None` where a setting has no word here.
pub(super) fn settings(name: &str, data: &[u8], words: &mut Words, names: &dyn Names) -> Option<()> {
    let found = Found::of(Attributes::new(data))?;
    match name {
        "ipip" | "sit" => ip(&found, words, names),
        "gre" | "gretap" => gre(&found, words, names),
        "geneve" => geneve(&found, words),
        "bond" => bond(&found, words, names),
        _ => None,
    }
}

/// The ends of a tunnel, and how its packets look outside.
fn outside(
    found: &Found<'_>,
    [local, remote, link, ttl, tos, discovery]: [u16; 6],
    words: &mut Words,
    names: &dyn Names,
) {
    words.some("local", found.get(local).and_then(|found| found.ip().ok()));
    words.some("remote", found.get(remote).and_then(|found| found.ip().ok()));
    words.some("dev", found.u32(link).filter(|index| *index != 0).map(|index| link_name(index, names)));
    words.some("ttl", found.u8(ttl).filter(|ttl| *ttl != 0));
    words.some("tos", found.u8(tos).filter(|tos| *tos != 0).map(|tos| format!("{tos:#x}")));
    if found.u8(discovery) == Some(0) {
        words.word("nopmtudisc");
    }
}

/// What `ip` sends of what it is not told.
fn nothing(found: &Found<'_>, usual: &[u16]) -> Option<()> {
    let zero = |kind: &u16| found.get(*kind).is_none_or(|found| found.payload.iter().all(|byte| *byte == 0));
    usual.iter().all(zero).then_some(())
}

fn ip(found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    const ENDS: [u16; 6] = [
        IFLA_IPTUN_LOCAL,
        IFLA_IPTUN_REMOTE,
        IFLA_IPTUN_LINK,
        IFLA_IPTUN_TTL,
        IFLA_IPTUN_TOS,
        IFLA_IPTUN_PMTUDISC,
    ];
    const USUAL: [u16; 7] = [
        IFLA_IPTUN_PROTO,
        IFLA_IPTUN_FLAGS,
        IFLA_IPTUN_FWMARK,
        IFLA_IPTUN_ENCAP_TYPE,
        IFLA_IPTUN_ENCAP_FLAGS,
        IFLA_IPTUN_ENCAP_SPORT,
        IFLA_IPTUN_ENCAP_DPORT,
    ];
    found.only(&[&ENDS[..], &USUAL].concat())?;
    nothing(found, &USUAL)?;
    outside(found, ENDS, words, names);
    Some(())
}

fn gre(found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    const KEY: u16 = 0x2000;
    const ENDS: [u16; 6] =
        [IFLA_GRE_LOCAL, IFLA_GRE_REMOTE, IFLA_GRE_LINK, IFLA_GRE_TTL, IFLA_GRE_TOS, IFLA_GRE_PMTUDISC];
    const KEYS: [u16; 4] = [IFLA_GRE_IFLAGS, IFLA_GRE_OFLAGS, IFLA_GRE_IKEY, IFLA_GRE_OKEY];
    const USUAL: [u16; 5] = [
        IFLA_GRE_FWMARK,
        IFLA_GRE_ENCAP_TYPE,
        IFLA_GRE_ENCAP_FLAGS,
        IFLA_GRE_ENCAP_SPORT,
        IFLA_GRE_ENCAP_DPORT,
    ];
    found.only(&[&ENDS[..], &KEYS, &USUAL].concat())?;
    nothing(found, &USUAL)?;
    outside(found, ENDS, words, names);
    let way = |flags, key| (found.u16_be(flags).unwrap_or_default(), found.u32_be(key).unwrap_or_default());
    match (way(IFLA_GRE_IFLAGS, IFLA_GRE_IKEY), way(IFLA_GRE_OFLAGS, IFLA_GRE_OKEY)) {
        ((0, 0), (0, 0)) => {}
        ((KEY, incoming), (KEY, outgoing)) if incoming == outgoing => words.option("key", incoming),
        ((KEY, incoming), (KEY, outgoing)) => {
            words.option("ikey", incoming);
            words.option("okey", outgoing);
        }
        _ => return None,
    }
    Some(())
}

fn geneve(found: &Found<'_>, words: &mut Words) -> Option<()> {
    const SWITCHES: [(u16, &str); 3] = [
        (IFLA_GENEVE_UDP_CSUM, "udpcsum"),
        (IFLA_GENEVE_UDP_ZERO_CSUM6_TX, "udp6zerocsumtx"),
        (IFLA_GENEVE_UDP_ZERO_CSUM6_RX, "udp6zerocsumrx"),
    ];
    found.only(&[
        IFLA_GENEVE_ID,
        IFLA_GENEVE_REMOTE,
        IFLA_GENEVE_REMOTE6,
        IFLA_GENEVE_TTL,
        IFLA_GENEVE_TOS,
        IFLA_GENEVE_PORT,
        IFLA_GENEVE_LABEL,
        IFLA_GENEVE_UDP_CSUM,
        IFLA_GENEVE_UDP_ZERO_CSUM6_TX,
        IFLA_GENEVE_UDP_ZERO_CSUM6_RX,
        IFLA_GENEVE_COLLECT_METADATA,
    ])?;
    nothing(found, &[IFLA_GENEVE_LABEL])?;
    words.some("id", found.u32(IFLA_GENEVE_ID));
    words.some("remote", found.ip(IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6));
    words.some("ttl", found.u8(IFLA_GENEVE_TTL).filter(|ttl| *ttl != 0));
    words.some("tos", found.u8(IFLA_GENEVE_TOS).filter(|tos| *tos != 0).map(|tos| format!("{tos:#x}")));
    words.some("dstport", found.u16_be(IFLA_GENEVE_PORT));
    for (kind, word) in SWITCHES {
        match found.u8(kind) {
            None => {}
            Some(0) => words.word(&format!("no{word}")),
            Some(_) => words.word(word),
        }
    }
    if found.get(IFLA_GENEVE_COLLECT_METADATA).is_some() {
        words.word("external");
    }
    Some(())
}

fn bond(found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    const MODES: &[&str] =
        &["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"];
    const POLICIES: &[&str] = &["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"];
    const RATES: &[&str] = &["slow", "fast"];
    const NAMED: [(u16, &str, &[&str]); 3] = [
        (IFLA_BOND_MODE, "mode", MODES),
        (IFLA_BOND_XMIT_HASH_POLICY, "xmit_hash_policy", POLICIES),
        (IFLA_BOND_AD_LACP_RATE, "lacp_rate", RATES),
    ];
    const NUMBERS: [(u16, &str); 7] = [
        (IFLA_BOND_MIIMON, "miimon"),
        (IFLA_BOND_UPDELAY, "updelay"),
        (IFLA_BOND_DOWNDELAY, "downdelay"),
        (IFLA_BOND_ARP_INTERVAL, "arp_interval"),
        (IFLA_BOND_MIN_LINKS, "min_links"),
        (IFLA_BOND_RESEND_IGMP, "resend_igmp"),
        (IFLA_BOND_LP_INTERVAL, "lp_interval"),
    ];
    for attribute in found.all() {
        let kind = attribute.kind;
        if let Some((_, word, values)) = NAMED.iter().find(|known| known.0 == kind) {
            words.option(word, values.get(usize::from(attribute.u8().ok()?))?);
        } else if let Some((_, word)) = NUMBERS.iter().find(|known| known.0 == kind) {
            words.option(word, attribute.u32().ok()?);
        } else if kind == IFLA_BOND_PRIMARY {
            words.option("primary", link_name(attribute.u32().ok()?, names));
        } else {
            return None;
        }
    }
    Some(())
}
