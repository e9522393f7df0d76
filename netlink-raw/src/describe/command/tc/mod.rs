//! `tc`: queueing disciplines and classes; filters, chains and actions have files of their own.

pub(super) mod action;
mod classifier;
mod discipline;
pub(super) mod filter;
mod flower;
mod netem;
mod pedit;
mod rates;
mod rewrite;
mod settings;

use super::found::Found;
use super::{Words, link_name, prefix};
use crate::describe::Names;
use crate::describe::traffic::handle;
#[allow(clippy::wildcard_imports, reason = "thirty names")]
use crate::kernel::*;
use crate::wire::{Message, field};

/// `add`, or another verb. `tc` has words for the flags that `ip` has not.
const fn verb(flags: u16) -> &'static str {
    match (flags & NLM_F_CREATE != 0, flags & NLM_F_EXCL != 0, flags & NLM_F_REPLACE != 0) {
        (true, true, _) => "add",
        (true, ..) => "replace",
        (false, _, true) => "link",
        _ => "change",
    }
}

/// `tc qdisc`.
pub(super) fn qdisc(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<20>("queueing discipline").ok()?;
    let found = Found::of(attributes)?;
    found.only(&[TCA_KIND, TCA_OPTIONS, TCA_INGRESS_BLOCK, TCA_EGRESS_BLOCK, TCA_DUMP_INVISIBLE])?;
    let number = |at| u32::from_ne_bytes(field(&fixed, at));
    let (index, id, parent) = (number(4), number(8), number(12));
    let mut words = Words::new("tc qdisc");
    words.word(match message.header.kind {
        RTM_GETQDISC => "show",
        RTM_DELQDISC => "del",
        _ => verb(message.header.flags),
    });
    if index != 0 {
        words.option("dev", link_name(index, names));
    }
    if message.header.kind == RTM_GETQDISC {
        if found.get(TCA_DUMP_INVISIBLE).is_some() {
            words.word("invisible");
        }
        return Some(words);
    }
    match parent {
        TC_H_ROOT => words.word("root"),
        TC_H_INGRESS => {}
        parent => words.option("parent", handle(parent)),
    }
    if id != 0 && parent != TC_H_INGRESS {
        words.option("handle", handle(id));
    }
    for (kind, option) in [(TCA_INGRESS_BLOCK, "ingress_block"), (TCA_EGRESS_BLOCK, "egress_block")] {
        words.some(option, found.u32(kind));
    }
    if let Some(kind) = found.text(TCA_KIND) {
        words.quoted(&kind);
        if let Some(options) = found.get(TCA_OPTIONS) {
            discipline::options(&kind, options, &mut words)?;
        }
    }
    Some(words)
}

/// `tc class`.
pub(super) fn class(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<20>("class").ok()?;
    let found = Found::of(attributes)?;
    found.only(&[TCA_KIND, TCA_OPTIONS])?;
    let number = |at| u32::from_ne_bytes(field(&fixed, at));
    let (index, id, parent) = (number(4), number(8), number(12));
    let mut words = Words::new("tc class");
    words.word(match message.header.kind {
        RTM_GETTCLASS => "show",
        RTM_DELTCLASS => "del",
        _ => verb(message.header.flags),
    });
    words.option("dev", link_name(index, names));
    match parent {
        0 => {}
        TC_H_ROOT => words.word("root"),
        parent => words.option("parent", handle(parent)),
    }
    if id != 0 {
        words.option("classid", handle(id));
    }
    match (found.text(TCA_KIND), found.nested(TCA_OPTIONS)) {
        (Some(kind), Some(options)) => discipline::class(&kind, &options, &mut words)?,
        (None, None) => {}
        _ => return None,
    }
    Some(words)
}
