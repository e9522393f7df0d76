//! `tc filter` and `tc chain`.

use super::Found;
use super::verb;
use super::{Words, action, classifier, link_name};
use crate::describe::Names;
use crate::describe::shape::known;
use crate::describe::tables::{TCA_BASIC_ACT, TCA_FLOWER_ACT, TCA_FW_ACT, TCA_FW_MASK};
use crate::describe::traffic::handle;
#[allow(clippy::wildcard_imports, reason = "thirty names")]
use crate::kernel::*;
use crate::wire::{Message, field};

/// In the place of a link's index: the parent is a block, which several links may share.
const BLOCK: u32 = u32::MAX;

pub(in crate::describe::command) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<20>("filter").ok()?;
    let found = Found::of(attributes)?;
    found.only(&[TCA_KIND, TCA_OPTIONS, TCA_CHAIN])?;
    let number = |at| u32::from_ne_bytes(field(&fixed, at));
    let (index, id, parent, info) = (number(4), number(8), number(12), number(16));
    let is_chain = matches!(message.header.kind, RTM_NEWCHAIN..=RTM_GETCHAIN);
    let mut words = Words::new(if is_chain { "tc chain" } else { "tc filter" });
    words.word(match message.header.kind {
        RTM_GETTFILTER | RTM_GETCHAIN if message.header.flags & NLM_F_DUMP == NLM_F_DUMP => "show",
        RTM_GETTFILTER | RTM_GETCHAIN => "get",
        RTM_DELTFILTER | RTM_DELCHAIN => "del",
        _ => verb(message.header.flags),
    });
    if index == BLOCK {
        words.option("block", parent);
    } else {
        words.option("dev", link_name(index, names));
        match parent {
            0 => {}
            TC_H_CLSACT_INGRESS | TC_H_CLSACT_EGRESS | TC_H_ROOT => words.word(&handle(parent)),
            parent => words.option("parent", handle(parent)),
        }
    }
    words.some("chain", found.u32(TCA_CHAIN));
    let half = |bits: u32| u16::try_from(bits & 0xffff).unwrap_or_default();
    let (priority, number) = (half(info >> 16), u16::from_be(half(info)));
    if number != 0 {
        words.option("protocol", protocol(number));
    }
    if priority != 0 {
        words.option("prio", priority);
    }
    let kind = found.text(TCA_KIND);
    let options = match found.get(TCA_OPTIONS) {
        Some(options) => Some(Found::of(options.nested())?),
        None => None,
    };
    if id != 0 {
        // A mark's mask stands behind it.
        let mask = options.as_ref().filter(|_| kind.as_deref() == Some("fw"));
        let mask = mask.and_then(|options| options.u32(TCA_FW_MASK));
        let mask = mask.map_or_else(String::new, |mask| format!("/{mask:#x}"));
        let id = if kind.as_deref() == Some("u32") { classifier::node(id) } else { format!("{id:#x}") };
        words.option("handle", format!("{id}{mask}"));
    }
    let Some(kind) = kind else { return Some(words) };
    words.quoted(&kind);
    if let Some(options) = options {
        classifier::options(&kind, &options, number, &mut words)?;
        let list = match kind.as_str() {
            "matchall" => TCA_MATCHALL_ACT,
            "u32" => TCA_U32_ACT,
            "flower" => TCA_FLOWER_ACT,
            "fw" => TCA_FW_ACT,
            "basic" => TCA_BASIC_ACT,
            _ => return Some(words),
        };
        if let Some(list) = options.get(list) {
            action::all(list, &mut words, names)?;
        }
    }
    Some(words)
}

/// A protocol of Ethernet in `tc`'s words.
pub(super) fn protocol(number: u16) -> String {
    match (number, known(ETHERNET_PROTOCOLS, number)) {
        (ETH_P_8021Q, _) => "802.1Q".to_owned(),
        (ETH_P_8021AD, _) => "802.1ad".to_owned(),
        (_, Some(name)) => name.trim_start_matches("ETH_P_").to_ascii_lowercase(),
        (_, None) => format!("{number:#x}"),
    }
}
