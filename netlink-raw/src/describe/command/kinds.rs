//! What `ip link add … type` says of each kind.

use super::{Words, last_word, link_name};
use crate::describe::Names;
use crate::describe::shape::known;
use crate::kernel::{
    ETH_P_8021AD, ETH_P_8021Q, IN6_ADDR_GEN_MODE_EUI64, IN6_ADDR_GEN_MODE_NONE, IN6_ADDR_GEN_MODE_RANDOM,
    IN6_ADDR_GEN_MODE_STABLE_PRIVACY, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, IPVLAN_MODES, MACVLAN_FLAG_NODST,
    MACVLAN_FLAG_NOPROMISC, MACVLAN_MODES, VLAN_FLAG_BRIDGE_BINDING, VLAN_FLAG_GVRP, VLAN_FLAG_LOOSE_BINDING,
    VLAN_FLAG_MVRP, VLAN_FLAG_REORDER_HDR,
};
use crate::route::{Ipvlan, Kind, Macvlan, Vlan, Vxlan};

/// `type` and what follows it; `None` where nobody here knows the words.
pub(super) fn kind(kind: &Kind, words: &mut Words, names: &dyn Names) -> Option<()> {
    words.option("type", kind.name());
    match kind {
        Kind::Bridge(bridge) => {
            for (word, value) in bridge.words() {
                words.option(word, value);
            }
        }
        Kind::Macvlan(settings) => macvlan(settings, words)?,
        Kind::Ipvlan(settings) => ipvlan(settings, words)?,
        Kind::Vlan(settings) => vlan(settings, words)?,
        Kind::Vxlan(settings) => vxlan(settings, words, names),
        Kind::Dummy | Kind::Ifb => {}
        Kind::Other { data, .. } if data.is_empty() => {}
        Kind::Veth { .. } | Kind::Tun(_) | Kind::Other { .. } => return None,
    }
    Some(())
}

/// The word for `IN6_ADDR_GEN_MODE_*`.
pub(super) const fn addr_gen_mode(mode: u8) -> Option<&'static str> {
    match mode {
        IN6_ADDR_GEN_MODE_EUI64 => Some("eui64"),
        IN6_ADDR_GEN_MODE_NONE => Some("none"),
        IN6_ADDR_GEN_MODE_STABLE_PRIVACY => Some("stable_secret"),
        IN6_ADDR_GEN_MODE_RANDOM => Some("random"),
        _ => None,
    }
}

fn macvlan(macvlan: &Macvlan, words: &mut Words) -> Option<()> {
    words.some("bcqueuelen", macvlan.broadcast_queue_len);
    if let Some(mode) = macvlan.mode {
        words.option("mode", last_word(known(MACVLAN_MODES, mode)?));
    }
    match macvlan.flags {
        None => {}
        Some(MACVLAN_FLAG_NOPROMISC) => words.word("nopromisc"),
        Some(MACVLAN_FLAG_NODST) => words.word("nodst"),
        Some(_) => return None,
    }
    Some(())
}

fn ipvlan(ipvlan: &Ipvlan, words: &mut Words) -> Option<()> {
    if let Some(mode) = ipvlan.mode {
        words.option("mode", last_word(known(IPVLAN_MODES, mode)?));
    }
    match ipvlan.flags {
        None => {}
        Some(0) => words.word("bridge"),
        Some(IPVLAN_F_PRIVATE) => words.word("private"),
        Some(IPVLAN_F_VEPA) => words.word("vepa"),
        Some(_) => return None,
    }
    Some(())
}

fn vlan(vlan: &Vlan, words: &mut Words) -> Option<()> {
    match vlan.protocol {
        None => {}
        Some(ETH_P_8021Q) => words.option("protocol", "802.1q"),
        Some(ETH_P_8021AD) => words.option("protocol", "802.1ad"),
        Some(_) => return None,
    }
    words.some("id", vlan.id);
    let flags = vlan.flags.unwrap_or_default();
    for (flag, word) in [
        (VLAN_FLAG_REORDER_HDR, "reorder_hdr"),
        (VLAN_FLAG_GVRP, "gvrp"),
        (VLAN_FLAG_LOOSE_BINDING, "loose_binding"),
        (VLAN_FLAG_MVRP, "mvrp"),
        (VLAN_FLAG_BRIDGE_BINDING, "bridge_binding"),
    ] {
        if flags.mask & flag != 0 {
            words.switch(word, flags.flags & flag != 0);
        }
    }
    Some(())
}

fn vxlan(vxlan: &Vxlan, words: &mut Words, names: &dyn Names) {
    words.some("id", vxlan.id);
    words.some(
        if vxlan.group.is_some_and(|group| group.is_multicast()) { "group" } else { "remote" },
        vxlan.group,
    );
    words.some("local", vxlan.local);
    words.some("dev", vxlan.link.map(|index| link_name(index, names)));
    words.some("ttl", vxlan.ttl);
    words.some("tos", vxlan.tos.map(|tos| format!("{tos:#x}")));
    if let Some((first, last)) = vxlan.source_ports {
        words.option("srcport", first);
        words.word(&last.to_string());
    }
    words.some("ageing", vxlan.ageing);
    words.some("maxaddress", vxlan.limit);
    for (on, word) in [
        (vxlan.proxy, "proxy"),
        (vxlan.short_circuit, "rsc"),
        (vxlan.l2_miss, "l2miss"),
        (vxlan.l3_miss, "l3miss"),
        (vxlan.udp_checksum, "udpcsum"),
        (vxlan.udp_zero_checksum6_tx, "udp6zerocsumtx"),
        (vxlan.udp_zero_checksum6_rx, "udp6zerocsumrx"),
        (vxlan.external, "external"),
        (vxlan.learning, "learning"),
    ] {
        match on {
            Some(true) => words.word(word),
            Some(false) => words.word(&format!("no{word}")),
            None => {}
        }
    }
    words.some("dstport", vxlan.port);
}
