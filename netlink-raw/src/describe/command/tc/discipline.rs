//! The settings of queueing disciplines and classes, as `tc` takes them.

use super::Found;
use super::rates::{self, bits};
use super::settings::settings;
use super::{Words, netem};
#[allow(clippy::wildcard_imports, reason = "eighty names of attributes")]
use crate::describe::tables::*;
use crate::wire::{Attribute, field};

/// The words behind the name of a queueing discipline; `None` where a setting has no word here.
pub(super) fn options(name: &str, options: &Attribute<'_>, words: &mut Words) -> Option<()> {
    let payload = options.payload;
    match name {
        "tbf" => rates::tbf(&Found::of(options.nested())?, words),
        "htb" => htb(&Found::of(options.nested())?, words),
        "netem" => netem::tell(payload, words),
        "pfifo" | "bfifo" | "pfifo_head_drop" => {
            words.option("limit", options.u32().ok()?);
            Some(())
        }
        "prio" if payload.len() >= 20 => prio(payload, words),
        "sfq" if payload.len() >= 20 => sfq(payload, words),
        "hfsc" if payload.len() == 2 => {
            words.option("default", format!("{:x}", options.u16().ok()?));
            Some(())
        }
        // How many bands there are is the kernel's choice.
        "multiq" => payload.iter().all(|byte| *byte == 0).then_some(()),
        _ => match settings(name) {
            Some(known) => Found::of(options.nested())?.all().try_for_each(|attribute| {
                if (name, attribute.kind) == ("cake", TCA_CAKE_TARGET) {
                    return cake_target(options);
                }
                let (_, word, form) = known.iter().find(|known| known.0 == attribute.kind)?;
                form.tell(word, attribute, words)
            }),
            None => payload.is_empty().then_some(()),
        },
    }
}

/// The delay that a cake aims at follows from the time of a round trip.
fn cake_target(options: &Attribute<'_>) -> Option<()> {
    let found = Found::of(options.nested())?;
    (found.u32(TCA_CAKE_TARGET)? == (found.u32(TCA_CAKE_RTT)? / 20).max(1)).then_some(())
}

/// The name of a class, and the words behind it.
pub(super) fn class(name: &str, found: &Found<'_>, words: &mut Words) -> Option<()> {
    words.quoted(name);
    match name {
        "htb" => rates::htb_class(found, words),
        "drr" => {
            found.only(&[TCA_DRR_QUANTUM])?;
            words.some("quantum", found.u32(TCA_DRR_QUANTUM));
            Some(())
        }
        "qfq" => {
            found.only(&[TCA_QFQ_WEIGHT, TCA_QFQ_LMAX])?;
            words.some("weight", found.u32(TCA_QFQ_WEIGHT));
            words.some("maxpkt", found.u32(TCA_QFQ_LMAX));
            Some(())
        }
        "hfsc" => hfsc(found, words),
        _ => None,
    }
}

/// Curves of service: the real-time one, that of a share, the upper limit. `sc` is the first two at once.
fn hfsc(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[TCA_HFSC_RSC, TCA_HFSC_FSC, TCA_HFSC_USC])?;
    let [real, share, upper] = [TCA_HFSC_RSC, TCA_HFSC_FSC, TCA_HFSC_USC].map(|kind| found.bytes(kind, 12));
    let curves = if real == share {
        [("sc", real), ("ls", None), ("ul", upper)]
    } else {
        [("rt", real), ("ls", share), ("ul", upper)]
    };
    for (option, curve) in curves {
        let Some(curve) = curve else { continue };
        let [first, time, then] = [0, 4, 8].map(|at| u32::from_ne_bytes(field(curve, at)));
        // A curve that bends is reckoned in ticks.
        (first == 0 && time == 0).then_some(())?;
        words.word(option);
        words.option("rate", bits(then.into()));
    }
    Some(())
}

fn htb(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[TCA_HTB_INIT, TCA_HTB_DIRECT_QLEN])?;
    if let Some(start) = found.bytes(TCA_HTB_INIT, 20) {
        let [ratio, default] = [4, 8].map(|at| u32::from_ne_bytes(field(start, at)));
        if default != 0 {
            words.option("default", format!("{default:x}"));
        }
        if ratio != 10 {
            words.option("r2q", ratio);
        }
    }
    words.some("direct_qlen", found.u32(TCA_HTB_DIRECT_QLEN));
    Some(())
}

fn prio(payload: &[u8], words: &mut Words) -> Option<()> {
    words.option("bands", u32::from_ne_bytes(field(payload, 0)));
    let map = payload.get(4..20)?;
    if map != [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] {
        words.word("priomap");
        for band in map {
            words.word(&band.to_string());
        }
    }
    Some(())
}

/// `struct tc_sfq_qopt`, and what was added to it later: depth, whether the head is dropped, and then what red needs.
fn sfq(payload: &[u8], words: &mut Words) -> Option<()> {
    let number = |at| u32::from_ne_bytes(field(payload, at));
    let settings =
        [(0, "quantum"), (4, "perturb"), (8, "limit"), (12, "divisor"), (16, "flows"), (20, "depth")];
    for (at, option) in settings {
        if number(at) != 0 {
            words.option(option, number(at));
        }
    }
    match number(24) {
        0 => {}
        1 => words.word("headdrop"),
        _ => return None,
    }
    payload.get(28..).unwrap_or_default().iter().all(|byte| *byte == 0).then_some(())
}
