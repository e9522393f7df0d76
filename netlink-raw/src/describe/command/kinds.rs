//! What `ip link add … type` says of each kind.

use super::{Words, last_word, link_name};
use crate::HardwareAddress;
use crate::describe::Names;
use crate::describe::shape::known;
use crate::kernel::{
    ETH_P_8021AD, ETH_P_8021Q, IFLA_VRF_TABLE, IN6_ADDR_GEN_MODE_EUI64, IN6_ADDR_GEN_MODE_NONE,
    IN6_ADDR_GEN_MODE_RANDOM, IN6_ADDR_GEN_MODE_STABLE_PRIVACY, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA,
    IPVLAN_MODES, MACVLAN_FLAG_NODST, MACVLAN_FLAG_NOPROMISC, MACVLAN_MODE_PASSTHRU, MACVLAN_MODE_SOURCE,
    MACVLAN_MODES, VLAN_FLAG_BRIDGE_BINDING, VLAN_FLAG_GVRP, VLAN_FLAG_LOOSE_BINDING, VLAN_FLAG_MVRP,
    VLAN_FLAG_REORDER_HDR, VXLAN_DF,
};
use crate::route::{Ipvlan, Kind, Macvlan, Sources, Vlan, Vxlan};
use crate::wire::Attributes;

/// `type` and what follows it; `None` where nobody here knows the words.
pub(super) fn kind(kind: &Kind, words: &mut Words, names: &dyn Names) -> Option<()> {
    words.option("type", kind.name());
    match kind {
        Kind::Bridge(bridge) => {
            for (word, value) in bridge.words() {
                words.setting(word, &value);
            }
        }
        Kind::Macvlan(settings) | Kind::Macvtap(settings) => macvlan(settings, words)?,
        Kind::Ipvlan(settings) | Kind::Ipvtap(settings) => ipvlan(settings, words)?,
        Kind::Vlan(settings) => vlan(settings, words)?,
        Kind::Vxlan(settings) => vxlan(settings, words, names),
        Kind::Dummy | Kind::Ifb => {}
        Kind::Other { data, .. } if data.is_empty() => {}
        Kind::Other { name, data } if name == "vrf" => {
            let mut attributes = Attributes::new(data);
            let table = attributes.next()?.ok()?;
            (table.kind == IFLA_VRF_TABLE && attributes.next().is_none()).then_some(())?;
            words.option("table", table.u32().ok()?);
        }
        Kind::Other { name, data } => super::tunnel::settings(name, data, words, names)?,
        Kind::Veth { .. } | Kind::Tun(_) => return None,
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
    match (macvlan.flags, macvlan.mode) {
        (None, _) => {}
        // Where `ip` takes the flag without its keyword.
        (Some(MACVLAN_FLAG_NOPROMISC), Some(MACVLAN_MODE_PASSTHRU)) => words.word("nopromisc"),
        (Some(MACVLAN_FLAG_NODST), Some(MACVLAN_MODE_SOURCE)) => words.word("nodst"),
        (Some(MACVLAN_FLAG_NOPROMISC), _) => words.option("flag", "nopromisc"),
        (Some(MACVLAN_FLAG_NODST), _) => words.option("flag", "nodst"),
        (Some(0), _) => words.option("flag", "null"),
        (Some(_), _) => return None,
    }
    match &macvlan.sources {
        None => {}
        Some(Sources::Add(address)) => sources(words, "add", std::slice::from_ref(address)),
        Some(Sources::Delete(address)) => sources(words, "del", std::slice::from_ref(address)),
        Some(Sources::Set(addresses)) => sources(words, "set", addresses),
        Some(Sources::Flush) => sources(words, "flush", &[]),
    }
    Some(())
}

fn sources(words: &mut Words, change: &str, addresses: &[HardwareAddress]) {
    words.option("macaddr", change);
    for address in addresses {
        words.quoted(&address.to_string());
    }
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
    for (word, map) in [("ingress-qos-map", &vlan.ingress), ("egress-qos-map", &vlan.egress)] {
        if !map.is_empty() {
            words.word(word);
        }
        for (from, to) in map {
            words.word(&format!("{from}:{to}"));
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
    match (vxlan.ttl, vxlan.ttl_inherit) {
        (_, true) => words.option("ttl", "inherit"),
        (ttl, false) => words.some("ttl", ttl),
    }
    words.some("df", vxlan.df.and_then(|df| known(VXLAN_DF, df)).map(last_word));
    words.some("flowlabel", vxlan.label.map(|label| format!("{label:#x}")));
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
        (vxlan.remote_checksum_tx, "remcsumtx"),
        (vxlan.remote_checksum_rx, "remcsumrx"),
        (vxlan.group_policy.then_some(true), "gbp"),
        (vxlan.generic_protocol.then_some(true), "gpe"),
        (vxlan.vni_filter, "vnifilter"),
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
