//! The settings of links that lie on another: macvlan, ipvlan, VLAN.

use netlink_raw::HardwareAddress;
use netlink_raw::kernel::{
    IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, IPVLAN_MODE_L2, IPVLAN_MODE_L3, IPVLAN_MODE_L3S, MACVLAN_FLAG_NODST,
    MACVLAN_FLAG_NOPROMISC, MACVLAN_MODE_BRIDGE, MACVLAN_MODE_PASSTHRU, MACVLAN_MODE_PRIVATE,
    MACVLAN_MODE_SOURCE, MACVLAN_MODE_VEPA, VLAN_FLAG_BRIDGE_BINDING, VLAN_FLAG_GVRP,
    VLAN_FLAG_LOOSE_BINDING, VLAN_FLAG_MVRP, VLAN_FLAG_REORDER_HDR,
};
use netlink_raw::route::{Ipvlan, Macvlan, Sources, Vlan, VlanFlags};

use super::{ether_type, unknown};
use crate::ip::lladdr;
use crate::ip::words::{Result, Words, failed, number, shortens, wrong};

/// Bytes of an Ethernet address.
const ETHERNET: usize = 6;

/// The settings of a macvlan, or of the macvtap that `kind` says.
///
/// # Errors
/// A mistake in the words.
pub(super) fn macvlan(words: &mut Words<'_>, kind: &str) -> Result<Macvlan> {
    let mut macvlan = Macvlan::default();
    while let Some(word) = words.peek() {
        if words.skip(&["mode"]) {
            macvlan.mode = Some(mode(words.value()?)?);
        } else if words.skip(&["flag"]) {
            let flag = match words.value()? {
                "nopromisc" => MACVLAN_FLAG_NOPROMISC,
                "nodst" => MACVLAN_FLAG_NODST,
                "null" => 0,
                other => {
                    return Err(failed(format!(
                        "Error: argument of \"flag\" must be \"nopromisc\", \"nodst\" or \"null\", not \"{other}\""
                    )));
                }
            };
            *macvlan.flags.get_or_insert_default() |= flag;
        } else if words.skip(&["macaddr"]) {
            macvlan.sources = Some(sources(words)?);
        } else if words.skip(&["nopromisc"]) {
            if macvlan.mode != Some(MACVLAN_MODE_PASSTHRU) {
                return Err(failed(format!("{kind}: nopromisc flag only valid in passthru mode")));
            }
            *macvlan.flags.get_or_insert_default() |= MACVLAN_FLAG_NOPROMISC;
        } else if words.skip(&["nodst"]) {
            *macvlan.flags.get_or_insert_default() |= MACVLAN_FLAG_NODST;
        } else if words.skip(&["bcqueuelen"]) {
            let word = words.value()?;
            macvlan.broadcast_queue_len = Some(number(word).ok_or_else(|| {
                const MUST: &str =
                    "Error: argument of \"bcqueuelen\" must be a positive integer [0-4294967295]";
                failed(format!("{MUST}, not \"{word}\""))
            })?);
        } else {
            return Err(unknown(&format!("{kind}: unknown option"), word));
        }
    }
    Ok(macvlan)
}

fn mode(word: &str) -> Result<u32> {
    match word {
        "private" => Ok(MACVLAN_MODE_PRIVATE),
        "vepa" => Ok(MACVLAN_MODE_VEPA),
        "bridge" => Ok(MACVLAN_MODE_BRIDGE),
        "passthru" => Ok(MACVLAN_MODE_PASSTHRU),
        "source" => Ok(MACVLAN_MODE_SOURCE),
        other => Err(failed(format!(
            "Error: argument of \"mode\" must be \"private\", \"vepa\", \"bridge\", \"passthru\" or \"source\", \
             not \"{other}\""
        ))),
    }
}

/// The addresses that a macvlan takes packets from.
fn sources(words: &mut Words<'_>) -> Result<Sources> {
    match words.value()? {
        "add" => address(words).map(Sources::Add),
        "del" => address(words).map(Sources::Delete),
        "flush" => Ok(Sources::Flush),
        "set" => {
            let mut addresses = Vec::new();
            // The first word that is no address is a keyword again.
            while let Some(Ok(address)) = words.peek().map(lladdr::read)
                && address.len() == ETHERNET
            {
                words.take();
                addresses.push(address);
            }
            Ok(Sources::Set(addresses))
        }
        other => Err(failed(format!(
            "macaddr: \"add\", \"del\", \"set\" or \"flush\" is expected, not \"{other}\""
        ))),
    }
}

fn address(words: &mut Words<'_>) -> Result<HardwareAddress> {
    let address = lladdr::read(words.value()?)?;
    match address.len() {
        ETHERNET => Ok(address),
        length => Err(failed(format!("Invalid address length {length} - must be {ETHERNET} bytes"))),
    }
}

/// The settings of an ipvlan, or of the ipvtap that `kind` says.
///
/// # Errors
/// A mistake in the words.
pub(super) fn ipvlan(words: &mut Words<'_>, kind: &str) -> Result<Ipvlan> {
    let (mut mode, mut flags) = (None, None);
    while let Some(word) = words.peek() {
        if words.skip(&["mode"]) {
            mode = Some(match words.value()? {
                "l2" => IPVLAN_MODE_L2,
                "l3" => IPVLAN_MODE_L3,
                "l3s" => IPVLAN_MODE_L3S,
                _ => {
                    const MUST: &str = "Error: argument of \"mode\" must be either \"l2\", \"l3\" or \"l3s\"";
                    return Err(failed(MUST.to_owned()));
                }
            });
            continue;
        }
        // One of the three may be said.
        let flag = [("bridge", 0), ("private", IPVLAN_F_PRIVATE), ("vepa", IPVLAN_F_VEPA)];
        let flag = flag.iter().find(|(name, _)| shortens(word, name) && flags.is_none());
        let (_, flag) = flag.ok_or_else(|| unknown(&format!("{kind}: unknown option"), word))?;
        flags = Some(*flag);
        words.take();
    }
    Ok(Ipvlan { mode, flags: flags.or(Some(0)) })
}

/// The switches of a VLAN.
const SWITCHES: [(&str, u32); 5] = [
    ("reorder_hdr", VLAN_FLAG_REORDER_HDR),
    ("gvrp", VLAN_FLAG_GVRP),
    ("mvrp", VLAN_FLAG_MVRP),
    ("loose_binding", VLAN_FLAG_LOOSE_BINDING),
    ("bridge_binding", VLAN_FLAG_BRIDGE_BINDING),
];

/// The settings of a VLAN.
///
/// # Errors
/// A mistake in the words.
pub(super) fn vlan(words: &mut Words<'_>) -> Result<Vlan> {
    let mut vlan = Vlan::default();
    while let Some(word) = words.take() {
        let switch = SWITCHES.iter().find(|(name, _)| shortens(word, name));
        if shortens(word, "protocol") {
            let word = words.value()?;
            let protocol = ether_type(word).ok_or_else(|| wrong(word, "protocol is invalid"))?;
            vlan.protocol = Some(protocol);
        } else if shortens(word, "id") {
            vlan.id = Some(words.number("id is invalid")?);
        } else if let Some((name, flag)) = switch {
            let on = words.switch(name)?;
            let VlanFlags { flags, mask } = vlan.flags.get_or_insert_default();
            *mask |= flag;
            *flags = if on { *flags | flag } else { *flags & !flag };
        } else if shortens(word, "ingress-qos-map") {
            vlan.ingress.extend(map(words, "invalid ingress-qos-map")?);
        } else if shortens(word, "egress-qos-map") {
            vlan.egress.extend(map(words, "invalid egress-qos-map")?);
        } else {
            return Err(unknown("vlan: unknown command", word));
        }
    }
    Ok(vlan)
}

/// Pairs of priorities, `FROM:TO` each, as far as there are.
fn map(words: &mut Words<'_>, what: &str) -> Result<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    if words.peek().is_none() {
        words.value()?;
    }
    while let Some((from, to)) = words.peek().and_then(|word| word.split_once(':')) {
        words.take();
        pairs.push(number(from).zip(number(to)).ok_or_else(|| wrong(from, what))?);
    }
    Ok(pairs)
}
