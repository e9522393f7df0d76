//! Rates, and the token buckets that keep to them, as `tc` takes them.

use super::Found;
use super::Words;
use super::action::verdict;
use crate::describe::tables::{TCA_HTB_CEIL64, TCA_HTB_CTAB, TCA_HTB_PARMS, TCA_HTB_RATE64, TCA_HTB_RTAB};
use crate::kernel::{
    TCA_POLICE_AVRATE, TCA_POLICE_PEAKRATE, TCA_POLICE_PEAKRATE64, TCA_POLICE_PKTBURST64,
    TCA_POLICE_PKTRATE64, TCA_POLICE_RATE, TCA_POLICE_RATE64, TCA_POLICE_RESULT, TCA_POLICE_TBF,
    TCA_TBF_BURST, TCA_TBF_PARMS, TCA_TBF_PBURST, TCA_TBF_PRATE64, TCA_TBF_PTAB, TCA_TBF_RATE64,
    TCA_TBF_RTAB,
};
use crate::tc::rate;
use crate::wire::field;

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

/// `struct tc_ratespec`, and the wider rate beside it.
struct Rate {
    /// Bytes a second.
    speed: u64,
    /// Bytes that each packet is reckoned longer, and those it has at least.
    overhead: u16,
    least: u16,
    /// `TC_LINKLAYER_*`.
    layer: u8,
}

impl Rate {
    fn read(bytes: &[u8], at: usize, wide: Option<u64>) -> Self {
        Self {
            speed: wide.unwrap_or_else(|| rate::read_spec(bytes, at)),
            overhead: u16::from_ne_bytes(field(bytes, at + 2)),
            least: u16::from_ne_bytes(field(bytes, at + 6)),
            layer: bytes.get(at + 1).copied().unwrap_or_default() & 0xf,
        }
    }

    /// How packets are reckoned.
    fn reckoning(&self, words: &mut Words) -> Option<()> {
        for (option, value) in [("mpu", self.least), ("overhead", self.overhead)] {
            if value != 0 {
                words.option(option, value);
            }
        }
        match self.layer {
            0 | 1 => Some(()),
            2 => {
                words.word("linklayer atm");
                Some(())
            }
            _ => None,
        }
    }

    /// So many ticks of it in bytes; `None` where no number of bytes takes as many.
    fn burst(&self, ticks: u32) -> Option<u32> {
        let bytes = rate::bytes(ticks, self.speed);
        (rate::ticks(bytes, self.speed) == ticks).then_some(bytes)
    }
}

/// The queueing discipline `tbf`.
pub(super) fn tbf(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[
        TCA_TBF_PARMS,
        TCA_TBF_RTAB,
        TCA_TBF_PTAB,
        TCA_TBF_RATE64,
        TCA_TBF_PRATE64,
        TCA_TBF_BURST,
        TCA_TBF_PBURST,
    ])?;
    let bytes = found.bytes(TCA_TBF_PARMS, 36)?;
    let number = |at| u32::from_ne_bytes(field(bytes, at));
    let rate = Rate::read(bytes, 0, found.u64(TCA_TBF_RATE64));
    let peak = Rate::read(bytes, 12, found.u64(TCA_TBF_PRATE64));
    words.option("rate", bits(rate.speed));
    words.option("burst", found.u32(TCA_TBF_BURST).or_else(|| rate.burst(number(28)))?);
    words.option("limit", number(24));
    if peak.speed != 0 {
        words.option("peakrate", bits(peak.speed));
        words.option("mtu", found.u32(TCA_TBF_PBURST).or_else(|| peak.burst(number(32)))?);
    }
    rate.reckoning(words)
}

/// A class of a hierarchy of token buckets: `rate`, `ceil` and so on.
pub(super) fn htb_class(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[TCA_HTB_PARMS, TCA_HTB_CTAB, TCA_HTB_RTAB, TCA_HTB_RATE64, TCA_HTB_CEIL64])?;
    let bytes = found.bytes(TCA_HTB_PARMS, 44)?;
    let number = |at| u32::from_ne_bytes(field(bytes, at));
    let rate = Rate::read(bytes, 0, found.u64(TCA_HTB_RATE64));
    let ceil = Rate::read(bytes, 12, found.u64(TCA_HTB_CEIL64));
    words.option("rate", bits(rate.speed));
    words.option("ceil", bits(ceil.speed));
    for (option, rate, ticks) in [("burst", &rate, number(24)), ("cburst", &ceil, number(28))] {
        // Of the fastest rates `tc` itself reckons less than a tick.
        words.option(option, rate.burst(ticks)?);
    }
    for (at, option) in [(32, "quantum"), (40, "prio")] {
        if number(at) != 0 {
            words.option(option, number(at));
        }
    }
    rate.reckoning(words)
}

/// What is allowed to pass: the action `police`, and the old way of filters.
pub(super) struct Police<'a> {
    found: &'a Found<'a>,
    bytes: &'a [u8],
}

impl<'a> Police<'a> {
    pub(super) fn of(found: &'a Found<'a>) -> Option<Self> {
        found.only(&[
            TCA_POLICE_TBF,
            TCA_POLICE_RATE,
            TCA_POLICE_PEAKRATE,
            TCA_POLICE_AVRATE,
            TCA_POLICE_RESULT,
            TCA_POLICE_RATE64,
            TCA_POLICE_PEAKRATE64,
            TCA_POLICE_PKTRATE64,
            TCA_POLICE_PKTBURST64,
        ])?;
        Some(Self { found, bytes: found.bytes(TCA_POLICE_TBF, 56)? })
    }

    pub(super) fn tell(&self, words: &mut Words) -> Option<()> {
        let number = |at| u32::from_ne_bytes(field(self.bytes, at));
        let rate = Rate::read(self.bytes, 20, self.found.u64(TCA_POLICE_RATE64));
        let peak = Rate::read(self.bytes, 32, self.found.u64(TCA_POLICE_PEAKRATE64));
        if rate.speed != 0 {
            words.option("rate", bits(rate.speed));
            words.option("burst", rate.burst(number(12))?);
        }
        if number(16) != 0 {
            words.option("mtu", number(16));
        }
        if peak.speed != 0 {
            words.option("peakrate", bits(peak.speed));
        }
        words.some("avrate", self.found.u32(TCA_POLICE_AVRATE).map(|rate| bits(rate.into())));
        rate.reckoning(words)?;
        words.some("pkts_rate", self.found.u64(TCA_POLICE_PKTRATE64));
        if let (Some(ticks), Some(packets)) =
            (self.found.u64(TCA_POLICE_PKTBURST64), self.found.u64(TCA_POLICE_PKTRATE64))
        {
            words.option("pkts_burst", packet_burst(ticks, packets)?);
        }
        let mut verdicts = verdict(number(4))?;
        if let Some(conforming) = self.found.u32(TCA_POLICE_RESULT) {
            verdicts = format!("{verdicts}/{}", verdict(conforming)?);
        }
        words.option("conform-exceed", verdicts);
        if number(0) != 0 {
            words.option("index", number(0));
        }
        Some(())
    }
}

/// Packets that take so many ticks.
fn packet_burst(ticks: u64, rate: u64) -> Option<u32> {
    let ticks = u32::try_from(ticks).ok()?;
    let packets = rate::bytes(ticks, rate);
    (rate::ticks(packets, rate) == ticks).then_some(packets)
}
