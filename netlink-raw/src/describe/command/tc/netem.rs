//! The queueing discipline `netem`: delay, loss and the like.

use super::Found;
use super::Words;
use super::rates::bits;
use crate::describe::tables::{
    TCA_NETEM_CORR, TCA_NETEM_CORRUPT, TCA_NETEM_ECN, TCA_NETEM_JITTER64, TCA_NETEM_LATENCY64,
    TCA_NETEM_LOSS, TCA_NETEM_RATE, TCA_NETEM_RATE64, TCA_NETEM_REORDER,
};
use crate::wire::{Attributes, field};

/// `struct tc_netem_qopt`.
const LENGTH: usize = 24;

/// What `tc` sends of what it is not told.
const LIMIT: u32 = 1000;

/// A share of packets, and how much each depends on the last.
type Share = (u32, u32);

/// `struct tc_netem_qopt`: latency, limit, loss, gap, duplicate, jitter; then attributes.
pub(super) fn tell(payload: &[u8], words: &mut Words) -> Option<()> {
    let found = Found::of(Attributes::new(payload.get(LENGTH..)?))?;
    found.only(&[
        TCA_NETEM_CORR,
        TCA_NETEM_REORDER,
        TCA_NETEM_CORRUPT,
        TCA_NETEM_LOSS,
        TCA_NETEM_RATE,
        TCA_NETEM_RATE64,
        TCA_NETEM_ECN,
        TCA_NETEM_LATENCY64,
        TCA_NETEM_JITTER64,
    ])?;
    let number = |at| u32::from_ne_bytes(field(payload, at));
    let pair = |kind| {
        let bytes = found.bytes(kind, 8).unwrap_or_default();
        (u32::from_ne_bytes(field(bytes, 0)), u32::from_ne_bytes(field(bytes, 4)))
    };
    let correlations = found.bytes(TCA_NETEM_CORR, 12).unwrap_or_default();
    let [delays, losses, copies] = [0, 4, 8].map(|at| u32::from_ne_bytes(field(correlations, at)));
    if number(4) != LIMIT {
        words.option("limit", number(4));
    }
    let (latency, jitter) = (number(0), number(20));
    if latency != 0 || jitter != 0 {
        words.option("delay", time(latency)?);
        if jitter != 0 {
            words.word(&time(jitter)?);
        }
        if delays != 0 {
            words.word(&percent(delays)?);
        }
    }
    share("loss", (number(8), losses), words)?;
    share("duplicate", (number(16), copies), words)?;
    share("corrupt", pair(TCA_NETEM_CORRUPT), words)?;
    let reorder = pair(TCA_NETEM_REORDER);
    share("reorder", reorder, words)?;
    // `reorder` alone has a gap of 1.
    match (number(12), reorder.0) {
        (0, _) | (1, 1..) => {}
        (gap, _) => words.option("gap", gap),
    }
    if let Some(model) = found.nested(TCA_NETEM_LOSS) {
        loss_model(&model, words)?;
    }
    if found.u32(TCA_NETEM_ECN).is_some_and(|ecn| ecn != 0) {
        words.word("ecn");
    }
    rate(&found, words)
}

fn share(option: &str, (share, correlation): Share, words: &mut Words) -> Option<()> {
    if share != 0 {
        words.option(option, percent(share)?);
        if correlation != 0 {
            words.word(&percent(correlation)?);
        }
        return Some(());
    }
    (correlation == 0).then_some(())
}

/// Losses that come in bursts: the probabilities between states.
fn loss_model(model: &Found<'_>, words: &mut Words) -> Option<()> {
    const STATES: u16 = 1;
    const GEMODEL: u16 = 2;
    model.only(&[STATES, GEMODEL])?;
    let number = |bytes, at| u32::from_ne_bytes(field(bytes, at));
    let (option, shares) = match (model.bytes(STATES, 20), model.bytes(GEMODEL, 16)) {
        (Some(states), _) => ("loss state", [0, 4, 8, 16, 12].map(|at| number(states, at)).to_vec()),
        (_, Some(bytes)) => {
            // The third is what is left of the whole.
            let [first, second, left, last] = [0, 4, 8, 12].map(|at| number(bytes, at));
            let usual = left == 0 && last == 0;
            ("loss gemodel", if usual { vec![first, second] } else { vec![first, second, !left, last] })
        }
        _ => return None,
    };
    words.word(option);
    for share in shares {
        words.word(&percent(share)?);
    }
    Some(())
}

/// `struct tc_netem_rate`: rate, overhead of a packet, size and overhead of a cell.
fn rate(found: &Found<'_>, words: &mut Words) -> Option<()> {
    let Some(bytes) = found.bytes(TCA_NETEM_RATE, 16) else { return Some(()) };
    let number = |at| u32::from_ne_bytes(field(bytes, at));
    words.option("rate", bits(found.u64(TCA_NETEM_RATE64).unwrap_or_else(|| number(0).into())));
    let rest =
        [number(4).cast_signed().to_string(), number(8).to_string(), number(12).cast_signed().to_string()];
    let told = rest.iter().rposition(|number| number != "0").map_or(0, |last| last + 1);
    for word in rest.get(..told)? {
        words.word(word);
    }
    Some(())
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
