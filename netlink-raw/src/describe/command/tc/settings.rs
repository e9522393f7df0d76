//! Queueing disciplines whose attributes hold one number each.

use super::Words;
use super::rates::bits;
#[allow(clippy::wildcard_imports, reason = "sixty names of attributes")]
use crate::describe::tables::*;
use crate::wire::Attribute;

/// How an attribute that holds one number is written.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Number,
    /// With this unit.
    Unit(&'static str),
    /// Below zero, too.
    Signed,
    /// In bytes a second.
    Rate,
    /// The same in 64 bits.
    WideRate,
    /// A power of two.
    Power,
    /// A word for each number.
    OneOf(&'static [&'static str]),
}

/// An attribute, its word, and how its number is written.
type Setting = (u16, &'static str, Form);

impl Form {
    pub(super) fn tell(self, word: &str, attribute: &Attribute<'_>, words: &mut Words) -> Option<()> {
        if let Self::WideRate = self {
            words.option(word, bits(attribute.u64().ok()?));
            return Some(());
        }
        let number = attribute.u32().ok()?;
        match self {
            Self::Number | Self::WideRate => words.option(word, number),
            Self::Unit(unit) => words.option(word, format!("{number}{unit}")),
            Self::Signed => words.option(word, number.cast_signed()),
            Self::Rate => words.option(word, bits(number.into())),
            Self::Power => words.option(word, 1_u32.checked_shl(number)?),
            Self::OneOf(names) => match *names.get(usize::try_from(number).ok()?)? {
                "" => {}
                name => words.word(name),
            },
        }
        Some(())
    }
}

/// The attributes of the queueing discipline `name`, if it is one of these.
pub(super) fn settings(name: &str) -> Option<&'static [Setting]> {
    Some(match name {
        "fq_codel" => FQ_CODEL_SETTINGS,
        "codel" => CODEL_SETTINGS,
        "fq" => FQ_SETTINGS,
        "pie" => PIE_SETTINGS,
        "fq_pie" => FQ_PIE_SETTINGS,
        "cake" => CAKE_SETTINGS,
        _ => return None,
    })
}

const ECN: Form = Form::OneOf(&["noecn", "ecn"]);
const BY_BYTES: Form = Form::OneOf(&["nobytemode", "bytemode"]);
const MICROSECONDS: Form = Form::Unit("us");

const FQ_CODEL_SETTINGS: &[Setting] = &[
    (TCA_FQ_CODEL_LIMIT, "limit", Form::Number),
    (TCA_FQ_CODEL_FLOWS, "flows", Form::Number),
    (TCA_FQ_CODEL_QUANTUM, "quantum", Form::Number),
    (TCA_FQ_CODEL_TARGET, "target", MICROSECONDS),
    (TCA_FQ_CODEL_INTERVAL, "interval", MICROSECONDS),
    (TCA_FQ_CODEL_CE_THRESHOLD, "ce_threshold", MICROSECONDS),
    (TCA_FQ_CODEL_MEMORY_LIMIT, "memory_limit", Form::Number),
    (TCA_FQ_CODEL_DROP_BATCH_SIZE, "drop_batch", Form::Number),
    (TCA_FQ_CODEL_ECN, "", ECN),
];

const CODEL_SETTINGS: &[Setting] = &[
    (TCA_CODEL_LIMIT, "limit", Form::Number),
    (TCA_CODEL_TARGET, "target", MICROSECONDS),
    (TCA_CODEL_INTERVAL, "interval", MICROSECONDS),
    (TCA_CODEL_CE_THRESHOLD, "ce_threshold", MICROSECONDS),
    (TCA_CODEL_ECN, "", ECN),
];

const FQ_SETTINGS: &[Setting] = &[
    (TCA_FQ_PLIMIT, "limit", Form::Number),
    (TCA_FQ_FLOW_PLIMIT, "flow_limit", Form::Number),
    (TCA_FQ_QUANTUM, "quantum", Form::Number),
    (TCA_FQ_INITIAL_QUANTUM, "initial_quantum", Form::Number),
    (TCA_FQ_RATE_ENABLE, "", Form::OneOf(&["nopacing", "pacing"])),
    (TCA_FQ_FLOW_MAX_RATE, "maxrate", Form::Rate),
    (TCA_FQ_BUCKETS_LOG, "buckets", Form::Power),
    (TCA_FQ_FLOW_REFILL_DELAY, "refill_delay", MICROSECONDS),
    (TCA_FQ_ORPHAN_MASK, "orphan_mask", Form::Number),
    (TCA_FQ_LOW_RATE_THRESHOLD, "low_rate_threshold", Form::Rate),
    (TCA_FQ_CE_THRESHOLD, "ce_threshold", MICROSECONDS),
    (TCA_FQ_HORIZON, "horizon", MICROSECONDS),
];

const PIE_SETTINGS: &[Setting] = &[
    (TCA_PIE_LIMIT, "limit", Form::Number),
    (TCA_PIE_TARGET, "target", MICROSECONDS),
    (TCA_PIE_TUPDATE, "tupdate", MICROSECONDS),
    (TCA_PIE_ALPHA, "alpha", Form::Number),
    (TCA_PIE_BETA, "beta", Form::Number),
    (TCA_PIE_ECN, "", ECN),
    (TCA_PIE_BYTEMODE, "", BY_BYTES),
    (TCA_PIE_DQ_RATE_ESTIMATOR, "", Form::OneOf(&["no_dq_rate_estimator", "dq_rate_estimator"])),
];

const FQ_PIE_SETTINGS: &[Setting] = &[
    (TCA_FQ_PIE_LIMIT, "limit", Form::Number),
    (TCA_FQ_PIE_FLOWS, "flows", Form::Number),
    (TCA_FQ_PIE_TARGET, "target", MICROSECONDS),
    (TCA_FQ_PIE_TUPDATE, "tupdate", MICROSECONDS),
    (TCA_FQ_PIE_ALPHA, "alpha", Form::Number),
    (TCA_FQ_PIE_BETA, "beta", Form::Number),
    (TCA_FQ_PIE_QUANTUM, "quantum", Form::Number),
    (TCA_FQ_PIE_MEMORY_LIMIT, "memory_limit", Form::Number),
    (TCA_FQ_PIE_ECN_PROB, "ecn_prob", Form::Number),
    (TCA_FQ_PIE_ECN, "", ECN),
    (TCA_FQ_PIE_BYTEMODE, "", BY_BYTES),
];

const CAKE_SETTINGS: &[Setting] = &[
    (TCA_CAKE_BASE_RATE64, "bandwidth", Form::WideRate),
    (
        TCA_CAKE_DIFFSERV_MODE,
        "",
        Form::OneOf(&["diffserv3", "diffserv4", "diffserv8", "besteffort", "precedence"]),
    ),
    (TCA_CAKE_FLOW_MODE, "", Form::OneOf(CAKE_FLOWS)),
    (TCA_CAKE_ATM, "", Form::OneOf(&["noatm", "atm", "ptm"])),
    (TCA_CAKE_OVERHEAD, "overhead", Form::Signed),
    (TCA_CAKE_RAW, "", Form::OneOf(&["", "raw"])),
    (TCA_CAKE_RTT, "rtt", MICROSECONDS),
    // It goes with a bandwidth that is given.
    (TCA_CAKE_AUTORATE, "", Form::OneOf(&["", "autorate-ingress"])),
    (TCA_CAKE_MEMORY, "memlimit", Form::Number),
    (TCA_CAKE_NAT, "", Form::OneOf(&["nonat", "nat"])),
    (TCA_CAKE_WASH, "", Form::OneOf(&["nowash", "wash"])),
    (TCA_CAKE_MPU, "mpu", Form::Number),
    (TCA_CAKE_INGRESS, "", Form::OneOf(&["egress", "ingress"])),
    (TCA_CAKE_ACK_FILTER, "", Form::OneOf(&["no-ack-filter", "ack-filter", "ack-filter-aggressive"])),
    (TCA_CAKE_SPLIT_GSO, "", Form::OneOf(&["no-split-gso", "split-gso"])),
    (TCA_CAKE_FWMARK, "fwmark", Form::Number),
];

const CAKE_FLOWS: &[&str] =
    &["flowblind", "srchost", "dsthost", "hosts", "flows", "dual-srchost", "dual-dsthost", "triple-isolate"];
