//! What filters match by, and the actions of filters.

use super::traffic::{action, verdict};
use super::{Words, last_word};
use crate::describe::Names;
use crate::describe::shape::known;
#[allow(clippy::wildcard_imports, reason = "thirty names of attributes")]
use crate::describe::tables::*;
use crate::describe::traffic::handle;
use crate::kernel::{
    ETHERNET_PROTOCOLS, TCA_ACT_KIND, TCA_ACT_OPTIONS, TCA_MATCHALL_ACT, TCA_MATCHALL_CLASSID,
    TCA_MATCHALL_FLAGS, TCA_U32_ACT, TCA_U32_CLASSID, TCA_U32_SEL,
};
use crate::nft::types::protocol;
use crate::tc;
use crate::wire::{Attribute, field};

/// `TC_ACT_GOTO_CHAIN`, with the chain's number below.
const GOTO_CHAIN: u32 = 0x2000_0000;

/// What a filter of this name has for options, besides its class and actions. `None` where one has no word here.
pub(super) fn options(name: &str, options: &Attribute<'_>, words: &mut Words) -> Option<()> {
    for attribute in options.nested() {
        let attribute = attribute.ok()?;
        match (name, attribute.kind) {
            ("matchall", TCA_MATCHALL_CLASSID | TCA_MATCHALL_ACT)
            | ("u32", TCA_U32_CLASSID | TCA_U32_ACT | TCA_U32_SEL)
            | ("flower", TCA_FLOWER_ACT)
            | ("fw", TCA_FW_ACT) => {}
            ("matchall", TCA_MATCHALL_FLAGS) | ("flower", TCA_FLOWER_FLAGS) if attribute.u32().ok()? == 0 => {
            }
            ("fw", TCA_FW_CLASSID) | ("flower", TCA_FLOWER_CLASSID) => {
                words.option("classid", handle(attribute.u32().ok()?));
            }
            ("fw", TCA_FW_INDEV) => words.option("indev", attribute.str()),
            ("flower", _) => flower(&attribute, options, words)?,
            _ => return None,
        }
    }
    Some(())
}

/// One key of a flower, with its mask, which is an attribute of its own.
fn flower(attribute: &Attribute<'_>, all: &Attribute<'_>, words: &mut Words) -> Option<()> {
    let mask = |kind| {
        all.nested().filter_map(Result::ok).find(|found| found.kind == kind).map(|found| found.payload)
    };
    let prefix = |mask: Option<&[u8]>| {
        let ones: u32 = mask.unwrap_or_default().iter().map(|byte| byte.leading_ones()).sum();
        let set: u32 = mask.unwrap_or_default().iter().map(|byte| byte.count_ones()).sum();
        (ones == set).then_some(ones)
    };
    let mut address = |option: &str, mask: Option<&[u8]>| {
        words.option(option, format!("{}/{}", attribute.ip().ok()?, prefix(mask)?));
        Some(())
    };
    match attribute.kind {
        TCA_FLOWER_KEY_IPV4_SRC => address("src_ip", mask(TCA_FLOWER_KEY_IPV4_SRC_MASK))?,
        TCA_FLOWER_KEY_IPV4_DST => address("dst_ip", mask(TCA_FLOWER_KEY_IPV4_DST_MASK))?,
        TCA_FLOWER_KEY_IPV6_SRC => address("src_ip", mask(TCA_FLOWER_KEY_IPV6_SRC_MASK))?,
        TCA_FLOWER_KEY_IPV6_DST => address("dst_ip", mask(TCA_FLOWER_KEY_IPV6_DST_MASK))?,
        TCA_FLOWER_KEY_ETH_SRC | TCA_FLOWER_KEY_ETH_DST => {
            let source = attribute.kind == TCA_FLOWER_KEY_ETH_SRC;
            let mask = mask(if source { TCA_FLOWER_KEY_ETH_SRC_MASK } else { TCA_FLOWER_KEY_ETH_DST_MASK })?;
            mask.iter().all(|byte| *byte == 0xff).then_some(())?;
            words.option(if source { "src_mac" } else { "dst_mac" }, crate::hardware(attribute.payload));
        }
        TCA_FLOWER_KEY_IP_PROTO => words.option("ip_proto", protocol(attribute.u8().ok()?)),
        TCA_FLOWER_KEY_TCP_SRC | TCA_FLOWER_KEY_UDP_SRC | TCA_FLOWER_KEY_SCTP_SRC => {
            words.option("src_port", attribute.u16_be().ok()?);
        }
        TCA_FLOWER_KEY_TCP_DST | TCA_FLOWER_KEY_UDP_DST | TCA_FLOWER_KEY_SCTP_DST => {
            words.option("dst_port", attribute.u16_be().ok()?);
        }
        TCA_FLOWER_INDEV => words.option("indev", attribute.str()),
        // Masks go with their keys; the protocol is the filter's own.
        TCA_FLOWER_KEY_IPV4_SRC_MASK
        | TCA_FLOWER_KEY_IPV4_DST_MASK
        | TCA_FLOWER_KEY_IPV6_SRC_MASK
        | TCA_FLOWER_KEY_IPV6_DST_MASK
        | TCA_FLOWER_KEY_ETH_SRC_MASK
        | TCA_FLOWER_KEY_ETH_DST_MASK
        | TCA_FLOWER_KEY_ETH_TYPE => {}
        _ => return None,
    }
    Some(())
}

/// The actions of a filter of this name.
pub(super) fn actions(
    name: &str,
    options: &Attribute<'_>,
    words: &mut Words,
    names: &dyn Names,
) -> Option<()> {
    let list = match name {
        "matchall" => TCA_MATCHALL_ACT,
        "u32" => TCA_U32_ACT,
        "flower" => TCA_FLOWER_ACT,
        "fw" => TCA_FW_ACT,
        _ => return Some(()),
    };
    let Some(list) = options.nested().filter_map(Result::ok).find(|found| found.kind == list) else {
        return Some(());
    };
    for member in list.nested() {
        let member = member.ok()?;
        let find = |kind| member.nested().filter_map(Result::ok).find(|found| found.kind == kind);
        let kind = find(TCA_ACT_KIND)?.str().into_owned();
        let options = find(TCA_ACT_OPTIONS);
        match (kind.as_str(), options) {
            ("gact" | "vlan" | "skbedit", Some(options)) => simple(&kind, &options, words)?,
            _ => {
                if let Some(typed) = tc::Action::of(&member).ok()? {
                    action(&typed, words, names)?;
                }
            }
        }
    }
    Some(())
}

/// An action whose settings are few.
fn simple(kind: &str, options: &Attribute<'_>, words: &mut Words) -> Option<()> {
    let find = |kind| options.nested().filter_map(Result::ok).find(|found| found.kind == kind);
    // Each has its parameters under the same number.
    let parameters = find(TCA_GACT_PARMS).filter(|found| found.payload.len() >= 20)?;
    let number = |at| u32::from_ne_bytes(field(parameters.payload, at));
    let result = number(8);
    words.word("action");
    match kind {
        "gact" if result & 0xf000_0000 == GOTO_CHAIN => words.option("goto chain", result & 0x0fff_ffff),
        "gact" => words.word(match verdict(result)? {
            "ok" => "pass",
            word => word,
        }),
        "vlan" => {
            words.word(match number(20) {
                1 => "vlan pop",
                2 => "vlan push",
                3 => "vlan modify",
                _ => return None,
            });
            words.some("id", find(TCA_VLAN_PUSH_VLAN_ID).and_then(|found| found.u16().ok()));
            let tag = find(TCA_VLAN_PUSH_VLAN_PROTOCOL).and_then(|found| found.u16_be().ok());
            words.some("protocol", tag.and_then(|tag| known(ETHERNET_PROTOCOLS, tag)).map(last_word));
            words.some("priority", find(TCA_VLAN_PUSH_VLAN_PRIORITY).and_then(|found| found.u8().ok()));
        }
        _ => {
            words.word("skbedit");
            words.some("queue_mapping", find(TCA_SKBEDIT_QUEUE_MAPPING).and_then(|found| found.u16().ok()));
            words.some("priority", find(TCA_SKBEDIT_PRIORITY).and_then(|found| found.u32().ok()).map(handle));
            words.some("mark", find(TCA_SKBEDIT_MARK).and_then(|found| found.u32().ok()));
        }
    }
    if number(0) != 0 {
        words.option("index", number(0));
    }
    Some(())
}
