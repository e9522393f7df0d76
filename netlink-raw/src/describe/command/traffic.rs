//! `tc qdisc` and `tc filter`.

use super::{Words, last_word, link_name};
use crate::Decode;
use crate::describe::Names;
use crate::describe::shape::known;
use crate::describe::traffic::handle;
#[allow(clippy::wildcard_imports, reason = "thirty names")]
use crate::kernel::*;
use crate::tc::{Action, Classifier, Discipline, Filter, Police, Qdisc};
use crate::wire::{Attribute, Message, field};

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    if message.header.kind < RTM_NEWTFILTER { qdisc(message, names) } else { filter(message, names) }
}

/// `add`, or another verb. `tc` has words for the flags that `ip` has not.
const fn verb(flags: u16) -> &'static str {
    match (flags & NLM_F_CREATE != 0, flags & NLM_F_EXCL != 0, flags & NLM_F_REPLACE != 0) {
        (true, true, _) => "add",
        (true, ..) => "replace",
        _ => "change",
    }
}

fn qdisc(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let qdisc = Qdisc::decode(message).ok()?;
    let mut words = Words::new("tc qdisc");
    words.word(match message.header.kind {
        RTM_GETQDISC => "show",
        RTM_DELQDISC => "del",
        _ => verb(message.header.flags),
    });
    if qdisc.index != 0 {
        words.option("dev", link_name(qdisc.index, names));
    }
    if message.header.kind == RTM_GETQDISC {
        return Some(words);
    }
    match qdisc.parent {
        TC_H_ROOT => words.word("root"),
        TC_H_INGRESS => {}
        parent => words.option("parent", handle(parent)),
    }
    if qdisc.handle != 0 && qdisc.parent != TC_H_INGRESS {
        words.option("handle", handle(qdisc.handle));
    }
    match &qdisc.discipline {
        Some(Discipline::Tbf(tbf)) => {
            words.word("tbf");
            words.option("rate", bits(tbf.rate));
            words.option("burst", tbf.burst);
            words.option("limit", tbf.limit);
        }
        Some(discipline) => {
            words.quoted(discipline.name());
            if let Some(options) = options(message) {
                super::discipline::options(discipline.name(), &options, &mut words)?;
            }
        }
        None => {}
    }
    Some(words)
}

/// `TCA_OPTIONS`.
fn options<'a>(message: &Message<'a>) -> Option<Attribute<'a>> {
    let (_, attributes) = message.split::<20>("traffic control").ok()?;
    attributes.map_while(Result::ok).find(|attribute| attribute.kind == TCA_OPTIONS)
}

/// `tc class`.
pub(super) fn class(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, mut attributes) = message.split::<20>("class").ok()?;
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
    let kind = attributes.find_map(|attribute| attribute.ok().filter(|attribute| attribute.kind == TCA_KIND));
    match (kind.map(|kind| kind.str().into_owned()), options(message)) {
        (Some(kind), Some(options)) if kind == "htb" => {
            words.word("htb");
            super::discipline::htb_class(options.nested(), &mut words)?;
        }
        (None, None) => {}
        _ => return None,
    }
    Some(words)
}

fn filter(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let filter = Filter::decode(message).ok()?;
    let mut words = Words::new("tc filter");
    words.word(match message.header.kind {
        RTM_GETTFILTER => "show",
        RTM_DELTFILTER => "del",
        _ => verb(message.header.flags),
    });
    words.option("dev", link_name(filter.index, names));
    match filter.parent {
        TC_H_CLSACT_INGRESS | TC_H_CLSACT_EGRESS | TC_H_ROOT => words.word(&handle(filter.parent)),
        parent => words.option("parent", handle(parent)),
    }
    if filter.protocol != 0 {
        words.option("protocol", protocol(filter.protocol)?);
    }
    if filter.priority != 0 {
        words.option("prio", filter.priority);
    }
    if filter.handle != 0 {
        words.option("handle", format!("{:#x}", filter.handle));
    }
    match &filter.classifier {
        Some(Classifier::U32(keys)) => {
            words.word("u32");
            for key in keys {
                words.word(&format!("match u32 {} {}", hexadecimal(key.value), hexadecimal(key.mask)));
                if key.offset != 0 {
                    words.option("at", key.offset);
                }
            }
        }
        Some(classifier) => words.quoted(classifier.name()),
        None => {}
    }
    words.some("flowid", filter.class.map(handle));
    if let (Some(classifier), Some(options)) = (&filter.classifier, options(message)) {
        super::action::options(classifier.name(), &options, &mut words)?;
        super::action::actions(classifier.name(), &options, &mut words, names)?;
    }
    Some(words)
}

pub(super) fn action(action: &Action, words: &mut Words, names: &dyn Names) -> Option<()> {
    words.option("action", action.name());
    match action {
        Action::Mirred(mirred) => {
            words.word(if mirred.incoming { "ingress" } else { "egress" });
            words.word(if mirred.copy { "mirror" } else { "redirect" });
            words.option("dev", link_name(mirred.index, names));
        }
        Action::Police(Police { rate, burst, exceeding, conforming }) => {
            words.option("rate", bits(*rate));
            words.option("burst", burst);
            let mut verdicts = verdict(*exceeding)?.to_owned();
            if let Some(conforming) = conforming {
                verdicts = format!("{verdicts}/{}", verdict(*conforming)?);
            }
            words.word("conform-exceed");
            words.word(&verdicts);
        }
        Action::Other(_) => return None,
    }
    Some(())
}

/// The word that `tc` has for `TC_ACT_*`.
pub(super) const fn verdict(verdict: u32) -> Option<&'static str> {
    match verdict {
        TC_ACT_OK => Some("ok"),
        TC_ACT_RECLASSIFY => Some("reclassify"),
        TC_ACT_SHOT => Some("drop"),
        TC_ACT_PIPE => Some("pipe"),
        _ => None,
    }
}

fn protocol(number: u16) -> Option<String> {
    match number {
        ETH_P_8021Q => Some("802.1Q".to_owned()),
        ETH_P_8021AD => Some("802.1ad".to_owned()),
        _ => known(ETHERNET_PROTOCOLS, number).map(last_word),
    }
}

fn hexadecimal(number: u32) -> String {
    if number == 0 { "0".to_owned() } else { format!("{number:#x}") }
}

/// A rate in bytes a second, as `tc` takes it: `20mbit`.
pub(super) fn bits(rate: u64) -> String {
    let bits = u128::from(rate) * 8;
    for (unit, name) in [(1_000_000_000, "gbit"), (1_000_000, "mbit"), (1000, "kbit")] {
        if bits != 0 && bits.is_multiple_of(unit) {
            return format!("{}{name}", bits / unit);
        }
    }
    format!("{bits}bit")
}
