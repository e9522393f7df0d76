//! Queueing disciplines and their classes (`linux/pkt_sched.h`).

use super::{Table, table};
use crate::describe::shape::Shape;
use crate::describe::traffic::Struct;

table! {
    /// A hierarchy of token buckets.
    HTB, "TCA_HTB" {
        TCA_HTB_PARMS = 1: Shape::Traffic(Struct::Htb), TCA_HTB_INIT = 2: Shape::Traffic(Struct::HtbInit), TCA_HTB_CTAB = 3: Shape::Hex,
        TCA_HTB_RTAB = 4: Shape::Hex, TCA_HTB_DIRECT_QLEN = 5: Shape::U32, TCA_HTB_RATE64 = 6: Shape::U64,
        TCA_HTB_CEIL64 = 7: Shape::U64, TCA_HTB_PAD = 8: Shape::Hex, TCA_HTB_OFFLOAD = 9: Shape::Hex,
    }
}

table! {
    /// Fair queueing with controlled delay. Times are in microseconds.
    FQ_CODEL, "TCA_FQ_CODEL" {
        TCA_FQ_CODEL_TARGET = 1: Shape::U32, TCA_FQ_CODEL_LIMIT = 2: Shape::U32, TCA_FQ_CODEL_INTERVAL = 3: Shape::U32,
        TCA_FQ_CODEL_ECN = 4: Shape::U32, TCA_FQ_CODEL_FLOWS = 5: Shape::U32, TCA_FQ_CODEL_QUANTUM = 6: Shape::U32,
        TCA_FQ_CODEL_CE_THRESHOLD = 7: Shape::U32, TCA_FQ_CODEL_DROP_BATCH_SIZE = 8: Shape::U32,
        TCA_FQ_CODEL_MEMORY_LIMIT = 9: Shape::U32, TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR = 10: Shape::U8,
        TCA_FQ_CODEL_CE_THRESHOLD_MASK = 11: Shape::U8,
    }
}

table! {
    /// Fair queueing with pacing.
    FQ, "TCA_FQ" {
        TCA_FQ_PLIMIT = 1: Shape::U32, TCA_FQ_FLOW_PLIMIT = 2: Shape::U32, TCA_FQ_QUANTUM = 3: Shape::U32,
        TCA_FQ_INITIAL_QUANTUM = 4: Shape::U32, TCA_FQ_RATE_ENABLE = 5: Shape::U32, TCA_FQ_FLOW_DEFAULT_RATE = 6: Shape::U32,
        TCA_FQ_FLOW_MAX_RATE = 7: Shape::U32, TCA_FQ_BUCKETS_LOG = 8: Shape::U32, TCA_FQ_FLOW_REFILL_DELAY = 9: Shape::U32,
        TCA_FQ_ORPHAN_MASK = 10: Shape::U32, TCA_FQ_LOW_RATE_THRESHOLD = 11: Shape::U32, TCA_FQ_CE_THRESHOLD = 12: Shape::U32,
        TCA_FQ_TIMER_SLACK = 13: Shape::U32, TCA_FQ_HORIZON = 14: Shape::U32, TCA_FQ_HORIZON_DROP = 15: Shape::U8,
        TCA_FQ_PRIOMAP = 16: Shape::Hex, TCA_FQ_WEIGHTS = 17: Shape::Hex, TCA_FQ_OFFLOAD_HORIZON = 18: Shape::U32,
    }
}

table! {
    /// Common applications kept enhanced.
    CAKE, "TCA_CAKE" {
        TCA_CAKE_PAD = 1: Shape::Hex, TCA_CAKE_BASE_RATE64 = 2: Shape::U64, TCA_CAKE_DIFFSERV_MODE = 3: Shape::U32,
        TCA_CAKE_ATM = 4: Shape::U32, TCA_CAKE_FLOW_MODE = 5: Shape::U32, TCA_CAKE_OVERHEAD = 6: Shape::I32,
        TCA_CAKE_RTT = 7: Shape::U32, TCA_CAKE_TARGET = 8: Shape::U32, TCA_CAKE_AUTORATE = 9: Shape::U32,
        TCA_CAKE_MEMORY = 10: Shape::U32, TCA_CAKE_NAT = 11: Shape::U32, TCA_CAKE_RAW = 12: Shape::U32,
        TCA_CAKE_WASH = 13: Shape::U32, TCA_CAKE_MPU = 14: Shape::U32, TCA_CAKE_INGRESS = 15: Shape::U32,
        TCA_CAKE_ACK_FILTER = 16: Shape::U32, TCA_CAKE_SPLIT_GSO = 17: Shape::U32, TCA_CAKE_FWMARK = 18: Shape::U32,
    }
}

table! {
    /// Random early detection.
    RED, "TCA_RED" {
        TCA_RED_PARMS = 1: Shape::Hex, TCA_RED_STAB = 2: Shape::Hex, TCA_RED_MAX_P = 3: Shape::U32,
        TCA_RED_FLAGS = 4: Shape::Hex, TCA_RED_EARLY_DROP_BLOCK = 5: Shape::U32, TCA_RED_MARK_BLOCK = 6: Shape::U32,
    }
}

table! {
    /// Delay and loss, behind a struct.
    NETEM, "TCA_NETEM" {
        TCA_NETEM_CORR = 1: Shape::Words, TCA_NETEM_DELAY_DIST = 2: Shape::Hex, TCA_NETEM_REORDER = 3: Shape::Words,
        TCA_NETEM_CORRUPT = 4: Shape::Words, TCA_NETEM_LOSS = 5: Shape::Hex, TCA_NETEM_RATE = 6: Shape::Words,
        TCA_NETEM_ECN = 7: Shape::U32, TCA_NETEM_RATE64 = 8: Shape::U64, TCA_NETEM_PAD = 9: Shape::Hex,
        TCA_NETEM_LATENCY64 = 10: Shape::I64, TCA_NETEM_JITTER64 = 11: Shape::I64, TCA_NETEM_SLOT = 12: Shape::Hex,
        TCA_NETEM_SLOT_DIST = 13: Shape::Hex, TCA_NETEM_PRNG_SEED = 14: Shape::U64,
    }
}

/// What may follow the struct of a prio: an empty nest.
pub(in crate::describe) static PRIO: Table =
    Table { prefix: "TCA_PRIO", names: &[(1, "TCA_PRIO_MQ"), (2, "TCA_OPTIONS")], shapes: &[] };

table! {
    /// Controlled delay.
    CODEL, "TCA_CODEL" {
        TCA_CODEL_TARGET = 1: Shape::U32, TCA_CODEL_LIMIT = 2: Shape::U32, TCA_CODEL_INTERVAL = 3: Shape::U32,
        TCA_CODEL_ECN = 4: Shape::U32, TCA_CODEL_CE_THRESHOLD = 5: Shape::U32,
    }
}

table! {
    /// Delay that a controller keeps.
    PIE, "TCA_PIE" {
        TCA_PIE_TARGET = 1: Shape::U32, TCA_PIE_LIMIT = 2: Shape::U32, TCA_PIE_TUPDATE = 3: Shape::U32,
        TCA_PIE_ALPHA = 4: Shape::U32, TCA_PIE_BETA = 5: Shape::U32, TCA_PIE_ECN = 6: Shape::U32,
        TCA_PIE_BYTEMODE = 7: Shape::U32, TCA_PIE_DQ_RATE_ESTIMATOR = 8: Shape::U32,
    }
}

table! {
    /// The same for each flow.
    FQ_PIE, "TCA_FQ_PIE" {
        TCA_FQ_PIE_LIMIT = 1: Shape::U32, TCA_FQ_PIE_FLOWS = 2: Shape::U32, TCA_FQ_PIE_TARGET = 3: Shape::U32,
        TCA_FQ_PIE_TUPDATE = 4: Shape::U32, TCA_FQ_PIE_ALPHA = 5: Shape::U32, TCA_FQ_PIE_BETA = 6: Shape::U32,
        TCA_FQ_PIE_QUANTUM = 7: Shape::U32, TCA_FQ_PIE_MEMORY_LIMIT = 8: Shape::U32,
        TCA_FQ_PIE_ECN_PROB = 9: Shape::U32, TCA_FQ_PIE_ECN = 10: Shape::U32, TCA_FQ_PIE_BYTEMODE = 11: Shape::U32,
        TCA_FQ_PIE_DQ_RATE_ESTIMATOR = 12: Shape::U32,
    }
}

table! {
    /// Flows by turns.
    DRR, "TCA_DRR" {
        TCA_DRR_QUANTUM = 1: Shape::U32,
    }
}

table! {
    /// Flows by weight.
    QFQ, "TCA_QFQ" {
        TCA_QFQ_WEIGHT = 1: Shape::U32, TCA_QFQ_LMAX = 2: Shape::U32,
    }
}

table! {
    /// Curves of service.
    HFSC, "TCA_HFSC" {
        TCA_HFSC_RSC = 1: Shape::Words, TCA_HFSC_FSC = 2: Shape::Words, TCA_HFSC_USC = 3: Shape::Words,
    }
}

table! {
    /// Bands, strict ones and shared ones.
    ETS, "TCA_ETS" {
        TCA_ETS_NBANDS = 1: Shape::U8, TCA_ETS_NSTRICT = 2: Shape::U8, TCA_ETS_QUANTA = 3: Shape::Hex,
        TCA_ETS_QUANTA_BAND = 4: Shape::U32, TCA_ETS_PRIOMAP = 5: Shape::Hex, TCA_ETS_PRIOMAP_BAND = 6: Shape::U8,
    }
}

table! {
    /// Early drop, and a choice who suffers.
    CHOKE, "TCA_CHOKE" {
        TCA_CHOKE_PARMS = 1: Shape::Hex, TCA_CHOKE_STAB = 2: Shape::Hex, TCA_CHOKE_MAX_P = 3: Shape::U32,
    }
}

table! {
    /// Packets at their time.
    ETF, "TCA_ETF" {
        TCA_ETF_PARMS = 1: Shape::Hex,
    }
}

table! {
    /// Blue, without flows.
    SFB, "TCA_SFB" {
        TCA_SFB_PARMS = 1: Shape::Hex,
    }
}

table! {
    /// Heavy hitters apart.
    HHF, "TCA_HHF" {
        TCA_HHF_BACKLOG_LIMIT = 1: Shape::U32, TCA_HHF_QUANTUM = 2: Shape::U32,
        TCA_HHF_HH_FLOWS_LIMIT = 3: Shape::U32, TCA_HHF_RESET_TIMEOUT = 4: Shape::U32,
        TCA_HHF_ADMIT_BYTES = 5: Shape::U32, TCA_HHF_EVICT_TIMEOUT = 6: Shape::U32,
        TCA_HHF_NON_HH_WEIGHT = 7: Shape::U32,
    }
}
