//! The settings of queueing disciplines and classes, as `tc` takes them.

use super::Words;
use super::traffic::bits;
#[allow(clippy::wildcard_imports, reason = "thirty names of attributes")]
use crate::describe::tables::*;
use crate::tc::rate;
use crate::wire::{Attribute, Attributes, field};

/// The words behind the name of a queueing discipline; `None` where a setting has no word here.
pub(super) fn options(name: &str, options: &Attribute<'_>, words: &mut Words) -> Option<()> {
    let payload = options.payload;
    let number = |at| u32::from_ne_bytes(field(payload, at));
    match name {
        "htb" => htb(options.nested(), words),
        "fq_codel" => fq_codel(options.nested(), words),
        "fq" => fq(options, words),
        "netem" => netem(payload, words),
        "pfifo" | "bfifo" => {
            words.option("limit", options.u32().ok()?);
            Some(())
        }
        "prio" if payload.len() >= 20 => {
            words.option("bands", number(0));
            let map = payload.get(4..20)?;
            if map != [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] {
                words.word("priomap");
                for band in map {
                    words.word(&band.to_string());
                }
            }
            Some(())
        }
        "sfq" if payload.len() >= 20 => {
            for (at, option) in [(0, "quantum"), (4, "perturb"), (8, "limit"), (12, "divisor"), (16, "flows")]
            {
                if number(at) != 0 {
                    words.option(option, number(at));
                }
            }
            payload.get(20..)?.iter().all(|byte| *byte == 0).then_some(())
        }
        "cake" => cake(options.nested(), words),
        _ => payload.is_empty().then_some(()),
    }
}

fn htb(options: Attributes<'_>, words: &mut Words) -> Option<()> {
    for attribute in options {
        let attribute = attribute.ok()?;
        match attribute.kind {
            TCA_HTB_INIT if attribute.payload.len() >= 20 => {
                let [ratio, default] = [4, 8].map(|at| u32::from_ne_bytes(field(attribute.payload, at)));
                if default != 0 {
                    words.option("default", format!("{default:x}"));
                }
                if ratio != 10 {
                    words.option("r2q", ratio);
                }
            }
            TCA_HTB_DIRECT_QLEN => words.option("direct_qlen", attribute.u32().ok()?),
            _ => return None,
        }
    }
    Some(())
}

/// A class of a hierarchy of token buckets: `rate`, `ceil` and so on.
pub(super) fn htb_class(options: Attributes<'_>, words: &mut Words) -> Option<()> {
    let mut parameters = None;
    let (mut wide_rate, mut wide_ceil) = (None, None);
    for attribute in options {
        let attribute = attribute.ok()?;
        match attribute.kind {
            TCA_HTB_PARMS if attribute.payload.len() >= 44 => parameters = Some(attribute.payload),
            TCA_HTB_RATE64 => wide_rate = attribute.u64().ok(),
            TCA_HTB_CEIL64 => wide_ceil = attribute.u64().ok(),
            TCA_HTB_CTAB | TCA_HTB_RTAB => {}
            _ => return None,
        }
    }
    let bytes = parameters?;
    let number = |at| u32::from_ne_bytes(field(bytes, at));
    let rate = wide_rate.unwrap_or_else(|| rate::read_spec(bytes, 0));
    let ceil = wide_ceil.unwrap_or_else(|| rate::read_spec(bytes, 12));
    words.option("rate", bits(rate));
    words.option("ceil", bits(ceil));
    words.option("burst", rate::bytes(number(24), rate));
    words.option("cburst", rate::bytes(number(28), ceil));
    for (at, option) in [(32, "quantum"), (40, "prio")] {
        if number(at) != 0 {
            words.option(option, number(at));
        }
    }
    Some(())
}

/// Attributes that are numbers, each with its word and unit.
fn numbers(options: Attributes<'_>, words: &mut Words, known: &[(u16, &str, &str)]) -> Option<()> {
    for attribute in options {
        let attribute = attribute.ok()?;
        let (_, option, unit) = known.iter().find(|(kind, ..)| *kind == attribute.kind)?;
        let value = attribute.u32().ok()?;
        match (*unit, value) {
            ("switch", 0) => words.word(&format!("no{option}")),
            ("switch", _) => words.word(option),
            (unit, value) => words.option(option, format!("{value}{unit}")),
        }
    }
    Some(())
}

fn fq_codel(options: Attributes<'_>, words: &mut Words) -> Option<()> {
    let known = [
        (TCA_FQ_CODEL_LIMIT, "limit", ""),
        (TCA_FQ_CODEL_FLOWS, "flows", ""),
        (TCA_FQ_CODEL_QUANTUM, "quantum", ""),
        (TCA_FQ_CODEL_TARGET, "target", "us"),
        (TCA_FQ_CODEL_INTERVAL, "interval", "us"),
        (TCA_FQ_CODEL_CE_THRESHOLD, "ce_threshold", "us"),
        (TCA_FQ_CODEL_MEMORY_LIMIT, "memory_limit", ""),
        (TCA_FQ_CODEL_DROP_BATCH_SIZE, "drop_batch", ""),
        (TCA_FQ_CODEL_ECN, "ecn", "switch"),
    ];
    numbers(options, words, &known)
}

fn fq(options: &Attribute<'_>, words: &mut Words) -> Option<()> {
    let mut plain = Vec::new();
    for attribute in options.nested() {
        let attribute = attribute.ok()?;
        match attribute.kind {
            TCA_FQ_FLOW_MAX_RATE => plain.push(("maxrate", bits(attribute.u32().ok()?.into()))),
            TCA_FQ_PLIMIT => plain.push(("limit", attribute.u32().ok()?.to_string())),
            TCA_FQ_FLOW_PLIMIT => plain.push(("flow_limit", attribute.u32().ok()?.to_string())),
            TCA_FQ_QUANTUM => plain.push(("quantum", attribute.u32().ok()?.to_string())),
            TCA_FQ_INITIAL_QUANTUM => plain.push(("initial_quantum", attribute.u32().ok()?.to_string())),
            TCA_FQ_RATE_ENABLE if attribute.u32().ok()? == 0 => plain.push(("nopacing", String::new())),
            TCA_FQ_RATE_ENABLE => plain.push(("pacing", String::new())),
            _ => return None,
        }
    }
    for (option, value) in plain {
        if value.is_empty() { words.word(option) } else { words.option(option, value) }
    }
    Some(())
}

fn cake(options: Attributes<'_>, words: &mut Words) -> Option<()> {
    for attribute in options {
        let attribute = attribute.ok()?;
        match attribute.kind {
            TCA_CAKE_BASE_RATE64 => words.option("bandwidth", bits(attribute.u64().ok()?)),
            // It goes with a bandwidth that is given.
            TCA_CAKE_AUTORATE if attribute.u32().ok()? == 0 => {}
            _ => return None,
        }
    }
    Some(())
}

/// `struct tc_netem_qopt`: latency, limit, loss, gap, duplicate, jitter; then attributes.
fn netem(payload: &[u8], words: &mut Words) -> Option<()> {
    const LENGTH: usize = 24;
    /// What `tc` sends of what it is not told.
    const LIMIT: u32 = 1000;
    let rest = payload.get(LENGTH..)?;
    let number = |at| u32::from_ne_bytes(field(payload, at));
    let (mut reorder, mut corrupt) = (0, 0);
    for attribute in Attributes::new(rest) {
        let attribute = attribute.ok()?;
        let correlation = u32::from_ne_bytes(field(attribute.payload, 4));
        match attribute.kind {
            TCA_NETEM_REORDER if correlation == 0 => reorder = attribute.u32().ok()?,
            TCA_NETEM_CORRUPT if correlation == 0 => corrupt = attribute.u32().ok()?,
            TCA_NETEM_CORR if attribute.payload.iter().all(|byte| *byte == 0) => {}
            _ => return None,
        }
    }
    if number(4) != LIMIT {
        words.option("limit", number(4));
    }
    if number(0) != 0 || number(20) != 0 {
        words.option("delay", time(number(0))?);
        if number(20) != 0 {
            words.word(&time(number(20))?);
        }
    }
    for (option, share) in
        [("loss", number(8)), ("duplicate", number(16)), ("corrupt", corrupt), ("reorder", reorder)]
    {
        if share != 0 {
            words.option(option, percent(share)?);
        }
    }
    // `reorder` alone has a gap of 1.
    match (number(12), reorder) {
        (0, _) | (1, 1..) => Some(()),
        (gap, _) => {
            words.option("gap", gap);
            Some(())
        }
    }
}

/// Ticks as microseconds; `None` if those would be other ticks.
fn time(ticks: u32) -> Option<String> {
    let microseconds = (u64::from(ticks) * 64).div_ceil(1000);
    (microseconds * 1000 / 64 == ticks.into()).then(|| match microseconds % 1000 {
        0 => format!("{}ms", microseconds / 1000),
        _ => format!("{microseconds}us"),
    })
}

/// A share of 2³², as `tc` reckons it from a percentage; `None` where no short one gives it.
fn percent(share: u32) -> Option<String> {
    let shortest = |digits: usize| {
        let text = format!("{:.digits$}", f64::from(share) / f64::from(u32::MAX) * 100.0);
        let again = (text.parse::<f64>().ok()? / 100.0 * f64::from(u32::MAX)).round();
        ((again - f64::from(share)).abs() < 0.5).then(|| format!("{text}%"))
    };
    (0..10).find_map(shortest)
}
