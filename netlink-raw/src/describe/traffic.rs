//! What the attributes of traffic control hold.

use super::Names;
use super::shape::{Shape, index, name};
use super::space::Space;
use super::tables;
#[allow(clippy::wildcard_imports, reason = "forty names of attributes")]
use crate::kernel::*;
use crate::wire::{Attribute, field};

/// The attributes of a list of actions are numbers.
pub(super) const ACTION_NUMBERS: &[(u16, &str)] =
    &[(1, "action 1"), (2, "action 2"), (3, "action 3"), (4, "action 4"), (5, "action 5"), (6, "action 6")];

/// A struct of the kernel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struct {
    Tbf,
    Selector,
    Mirred,
    Police,
    /// `struct tc_htb_opt`.
    Htb,
    /// `struct tc_htb_glob`.
    HtbInit,
    /// What every action begins with.
    Generic,
}

/// The shape of an attribute.
pub(super) const fn shape(space: Space, kind: u16) -> Shape {
    match (space, kind) {
        (Space::Traffic, TCA_KIND) | (Space::Action, TCA_ACT_KIND) => Shape::Text,
        (Space::Tbf, TCA_TBF_PARMS) => Shape::Traffic(Struct::Tbf),
        (Space::U32, TCA_U32_SEL) => Shape::Traffic(Struct::Selector),
        (Space::Mirred, TCA_MIRRED_PARMS) => Shape::Traffic(Struct::Mirred),
        (Space::Police, TCA_POLICE_TBF) => Shape::Traffic(Struct::Police),
        (Space::Tbf, TCA_TBF_RATE64) | (Space::Police, TCA_POLICE_RATE64) => Shape::U64,
        (Space::Police, TCA_POLICE_RESULT) => Shape::Verdict,
        (Space::U32, TCA_U32_CLASSID) | (Space::Matchall, TCA_MATCHALL_CLASSID) => Shape::Handle,
        (Space::Traffic, TCA_CHAIN)
        | (Space::Tbf, TCA_TBF_BURST)
        | (Space::Action, TCA_ACT_INDEX)
        | (Space::U32, TCA_U32_HASH..=TCA_U32_DIVISOR | TCA_U32_FLAGS)
        | (Space::Matchall, TCA_MATCHALL_FLAGS) => Shape::U32,
        (Space::Traffic, TCA_HW_OFFLOAD) => Shape::U8,
        (Space::Matchall, TCA_MATCHALL_ACT) | (Space::U32, TCA_U32_ACT) => Shape::Nest(Space::Actions),
        (Space::Actions, _) => Shape::Nest(Space::Action),
        _ => Shape::Hex,
    }
}

/// What the `TCA_OPTIONS` of a queueing discipline or a filter named `kind` hold.
pub(super) fn options(kind: &str) -> Shape {
    match kind {
        "tbf" => Shape::Nest(Space::Tbf),
        "matchall" => Shape::Nest(Space::Matchall),
        "u32" => Shape::Nest(Space::U32),
        "htb" => Shape::Nest(Space::Table(&tables::HTB)),
        "fq_codel" => Shape::Nest(Space::Table(&tables::FQ_CODEL)),
        "fq" => Shape::Nest(Space::Table(&tables::FQ)),
        "cake" => Shape::Nest(Space::Table(&tables::CAKE)),
        "red" => Shape::Nest(Space::Table(&tables::RED)),
        "flower" => Shape::Nest(Space::Table(&tables::FLOWER)),
        "fw" => Shape::Nest(Space::Table(&tables::FW)),
        "route" => Shape::Nest(Space::Table(&tables::ROUTE_FILTER)),
        "cgroup" => Shape::Nest(Space::Table(&tables::CGROUP)),
        "flow" => Shape::Nest(Space::Table(&tables::FLOW_FILTER)),
        "codel" => Shape::Nest(Space::Table(&tables::CODEL)),
        "pie" => Shape::Nest(Space::Table(&tables::PIE)),
        "fq_pie" => Shape::Nest(Space::Table(&tables::FQ_PIE)),
        "drr" => Shape::Nest(Space::Table(&tables::DRR)),
        "qfq" => Shape::Nest(Space::Table(&tables::QFQ)),
        "ets" => Shape::Nest(Space::Table(&tables::ETS)),
        "choke" => Shape::Nest(Space::Table(&tables::CHOKE)),
        "etf" => Shape::Nest(Space::Table(&tables::ETF)),
        "sfb" => Shape::Nest(Space::Table(&tables::SFB)),
        "hhf" => Shape::Nest(Space::Table(&tables::HHF)),
        "basic" => Shape::Nest(Space::Table(&tables::BASIC)),
        "pfifo" | "bfifo" | "pfifo_head_drop" => Shape::U32,
        "netem" => Shape::Behind(24, Space::Table(&tables::NETEM)),
        "prio" => Shape::Behind(20, Space::Table(&tables::PRIO)),
        _ => Shape::Hex,
    }
}

/// What the `TCA_ACT_OPTIONS` of an action named `kind` hold.
pub(super) fn action(kind: &str) -> Shape {
    match kind {
        "mirred" => Shape::Nest(Space::Mirred),
        "police" => Shape::Nest(Space::Police),
        "gact" => Shape::Nest(Space::Table(&tables::GACT)),
        "vlan" => Shape::Nest(Space::Table(&tables::VLAN_ACTION)),
        "skbedit" => Shape::Nest(Space::Table(&tables::SKBEDIT)),
        "csum" => Shape::Nest(Space::Table(&tables::CSUM)),
        "pedit" => Shape::Nest(Space::Table(&tables::PEDIT)),
        "tunnel_key" => Shape::Nest(Space::Table(&tables::TUNNEL_KEY)),
        "ct" => Shape::Nest(Space::Table(&tables::CT_ACTION)),
        "nat" => Shape::Nest(Space::Table(&tables::NAT_ACTION)),
        "simple" => Shape::Nest(Space::Table(&tables::SIMPLE)),
        "sample" => Shape::Nest(Space::Table(&tables::SAMPLE)),
        "connmark" => Shape::Nest(Space::Table(&tables::CONNMARK)),
        "skbmod" => Shape::Nest(Space::Table(&tables::SKBMOD)),
        "mpls" => Shape::Nest(Space::Table(&tables::MPLS_ACTION)),
        "ctinfo" => Shape::Nest(Space::Table(&tables::CTINFO)),
        _ => Shape::Hex,
    }
}

/// A handle as `tc` writes it, in hexadecimal: `1:10`, `ffff:`; or what stands for a place.
pub(super) fn handle(handle: u32) -> String {
    match handle {
        TC_H_ROOT => "root".to_owned(),
        TC_H_INGRESS | TC_H_CLSACT_INGRESS => "ingress".to_owned(),
        TC_H_CLSACT_EGRESS => "egress".to_owned(),
        0 => "0".to_owned(),
        _ => match (handle >> 16, handle & 0xffff) {
            (major, 0) => format!("{major:x}:"),
            (0, minor) => format!(":{minor:x}"),
            (major, minor) => format!("{major:x}:{minor:x}"),
        },
    }
}

impl Struct {
    /// The fields that say something; `None` when it is too short.
    pub(super) fn show(self, attribute: &Attribute<'_>, names: &dyn Names) -> Option<String> {
        let bytes = attribute.payload;
        let number = |at| u32::from_ne_bytes(field(bytes, at));
        let verdict = |at| match number(at) {
            actions if actions >> 28 == 1 => format!("TC_ACT_JUMP {}", actions & 0x0fff_ffff),
            chain if chain >> 28 == 2 => format!("TC_ACT_GOTO_CHAIN {}", chain & 0x0fff_ffff),
            result => name(VERDICTS, result, "TC_ACT"),
        };
        match self {
            Self::Tbf if bytes.len() >= 36 => {
                Some(format!("rate={} limit={} buffer={}", number(8), number(24), number(28)))
            }
            Self::Selector if bytes.len() >= 16 => {
                let keys = bytes.get(16..)?.as_chunks::<16>().0.iter().map(|key| {
                    let [mask, value] = [0, 4].map(|at| u32::from_be_bytes(field(key, at)));
                    format!("{value:#x}/{mask:#x} at {}", i32::from_ne_bytes(field(key, 8)))
                });
                Some(keys.collect::<Vec<_>>().join(", "))
            }
            Self::Mirred if bytes.len() >= 28 => {
                let what = name(MIRRED_ACTIONS, number(20), "TCA");
                Some(format!("action={} eaction={what} ifindex={}", verdict(8), index(number(24), names)))
            }
            Self::Police if bytes.len() >= 56 => {
                Some(format!("action={} burst={} rate={}", verdict(4), number(12), number(28)))
            }
            Self::Htb if bytes.len() >= 44 => Some(format!(
                "rate={} ceil={} buffer={} cbuffer={} quantum={} prio={}",
                number(8),
                number(20),
                number(24),
                number(28),
                number(32),
                number(40)
            )),
            Self::HtbInit if bytes.len() >= 20 => {
                Some(format!("version={} rate2quantum={} defcls={:#x}", number(0), number(4), number(8)))
            }
            Self::Generic if bytes.len() >= 20 => Some(format!("index={} action={}", number(0), verdict(8))),
            _ => None,
        }
    }
}
