//! The actions of filters, and `tc actions`.

use super::Found;
use super::rates::Police;
use super::{Words, link_name, pedit, rewrite};
use crate::describe::Names;
#[allow(clippy::wildcard_imports, reason = "fifty names of attributes")]
use crate::describe::tables::*;
#[allow(clippy::wildcard_imports, reason = "thirty names")]
use crate::kernel::*;
use crate::wire::{Attribute, Message, field};

/// `tc actions`: those that belong to no filter.
pub(in crate::describe::command) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (_, attributes) = message.split::<4>("action").ok()?;
    let found = Found::of(attributes)?;
    found.only(&[TCA_ROOT_TAB, TCA_ROOT_FLAGS, TCA_ROOT_TIME_DELTA])?;
    let flags = message.header.flags;
    let mut words = Words::new("tc actions");
    words.word(match message.header.kind {
        RTM_GETACTION if flags & NLM_F_DUMP == NLM_F_DUMP => "list",
        RTM_GETACTION => "get",
        RTM_DELACTION if flags & NLM_F_ROOT != 0 => "flush",
        RTM_DELACTION => "del",
        _ if flags & NLM_F_REPLACE != 0 => "replace",
        _ => "add",
    });
    all(found.get(TCA_ROOT_TAB)?, &mut words, names)?;
    words.some("since", found.u32(TCA_ROOT_TIME_DELTA));
    Some(words)
}

/// The actions in a list.
pub(super) fn all(list: &Attribute<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    for member in list.nested() {
        one(&Found::of(member.ok()?.nested())?, words, names)?;
    }
    Some(())
}

fn one(found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    const FLAGS: [(u32, &str); 3] = [(1, "no_percpu"), (2, "skip_hw"), (4, "skip_sw")];
    found.only(&[TCA_ACT_KIND, TCA_ACT_OPTIONS, TCA_ACT_INDEX, TCA_ACT_COOKIE, TCA_ACT_FLAGS])?;
    let kind = found.text(TCA_ACT_KIND)?;
    words.word("action");
    match found.nested(TCA_ACT_OPTIONS) {
        Some(options) => described(&kind, &options, words, names)?,
        // It is asked for, or deleted, by its number.
        None => words.quoted(&kind),
    }
    words.some("index", found.u32(TCA_ACT_INDEX));
    if let Some(cookie) = found.get(TCA_ACT_COOKIE) {
        let digits: String = cookie.payload.iter().map(|byte| format!("{byte:02x}")).collect();
        words.option("cookie", digits);
    }
    if let Some(flags) = found.bytes(TCA_ACT_FLAGS, 8) {
        let flags = u32::from_ne_bytes(field(flags, 0));
        for (_, word) in FLAGS.iter().filter(|(flag, _)| flags & flag != 0) {
            words.word(word);
        }
    }
    Some(())
}

/// What every action begins with: number, capabilities, verdict, two counts; its own fields follow.
pub(super) struct General<'a>(pub(super) &'a [u8]);

impl<'a> General<'a> {
    const LENGTH: usize = 20;

    /// The struct in the attribute `kind`, with so many bytes of the action's own.
    pub(super) fn of(found: &Found<'a>, kind: u16, own: usize) -> Option<Self> {
        found.bytes(kind, Self::LENGTH + own).map(Self)
    }

    pub(super) fn number(&self, at: usize) -> u32 {
        u32::from_ne_bytes(field(self.0, at))
    }

    /// The verdict where it is not the usual one, and the number that was asked for.
    pub(super) fn end(&self, usual: u32, words: &mut Words) -> Option<()> {
        if self.number(8) != usual {
            words.word(&verdict(self.number(8))?);
        }
        if self.number(0) != 0 {
            words.option("index", self.number(0));
        }
        Some(())
    }
}

fn described(kind: &str, found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    match kind {
        "gact" => gact(found, words),
        "mirred" => mirred(found, words, names),
        "police" => {
            words.word("police");
            Police::of(found)?.tell(words)
        }
        "vlan" => rewrite::vlan(found, words),
        "skbedit" => rewrite::skbedit(found, words),
        "csum" => rewrite::csum(found, words),
        "pedit" => pedit::tell(found, words),
        "tunnel_key" => rewrite::tunnel(found, words),
        "ct" => rewrite::connection(found, words),
        "nat" => rewrite::nat(found, words),
        "simple" => {
            found.only(&[TCA_DEF_PARMS, TCA_DEF_DATA])?;
            // What follows the zero is whatever was in the sender's memory.
            words.option("simple sdata", found.text(TCA_DEF_DATA)?.split('\0').next()?);
            General::of(found, TCA_DEF_PARMS, 0)?.end(TC_ACT_PIPE, words)
        }
        "sample" => {
            found.only(&[
                TCA_SAMPLE_PARMS,
                TCA_SAMPLE_RATE,
                TCA_SAMPLE_TRUNC_SIZE,
                TCA_SAMPLE_PSAMPLE_GROUP,
            ])?;
            words.option("sample rate", found.u32(TCA_SAMPLE_RATE)?);
            words.option("group", found.u32(TCA_SAMPLE_PSAMPLE_GROUP)?);
            words.some("trunc", found.u32(TCA_SAMPLE_TRUNC_SIZE));
            General::of(found, TCA_SAMPLE_PARMS, 0)?.end(TC_ACT_PIPE, words)
        }
        "connmark" => {
            found.only(&[TCA_CONNMARK_PARMS])?;
            let general = General::of(found, TCA_CONNMARK_PARMS, 2)?;
            words.word("connmark");
            match u16::from_ne_bytes(field(general.0, 20)) {
                0 => {}
                zone => words.option("zone", zone),
            }
            general.end(TC_ACT_PIPE, words)
        }
        _ => None,
    }
}

fn gact(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[TCA_GACT_PARMS, TCA_GACT_PROB])?;
    let general = General::of(found, TCA_GACT_PARMS, 0)?;
    let usual = general.number(8);
    words.word(&verdict(usual)?.replace("ok", "pass"));
    // Sometimes another one.
    if let Some(share) = found.bytes(TCA_GACT_PROB, 8) {
        let [how, one_of] = [0, 2].map(|at| u16::from_ne_bytes(field(share, at)));
        words.word(match how {
            1 => "random netrand",
            2 => "random determ",
            _ => return None,
        });
        words.word(&verdict(u32::from_ne_bytes(field(share, 4)))?);
        words.word(&one_of.to_string());
    }
    general.end(usual, words)
}

fn mirred(found: &Found<'_>, words: &mut Words, names: &dyn Names) -> Option<()> {
    found.only(&[TCA_MIRRED_PARMS])?;
    let general = General::of(found, TCA_MIRRED_PARMS, 8)?;
    let (what, usual) = match general.number(20) {
        TCA_EGRESS_REDIR => ("egress redirect", TC_ACT_STOLEN),
        TCA_EGRESS_MIRROR => ("egress mirror", TC_ACT_PIPE),
        TCA_INGRESS_REDIR => ("ingress redirect", TC_ACT_STOLEN),
        TCA_INGRESS_MIRROR => ("ingress mirror", TC_ACT_PIPE),
        _ => return None,
    };
    words.word("mirred");
    words.word(what);
    // Here the number comes first.
    if general.number(0) != 0 {
        words.option("index", general.number(0));
    }
    words.option("dev", link_name(general.number(24), names));
    if general.number(8) != usual {
        words.word(&verdict(general.number(8))?);
    }
    Some(())
}

/// The words that `tc` has for `TC_ACT_*`.
pub(super) fn verdict(verdict: u32) -> Option<String> {
    let word = match verdict {
        TC_ACT_OK => "ok",
        TC_ACT_RECLASSIFY => "reclassify",
        TC_ACT_SHOT => "drop",
        TC_ACT_PIPE => "pipe",
        TC_ACT_TRAP => "trap",
        TC_ACT_UNSPEC => "continue",
        _ => match (verdict >> 28, verdict & 0x0fff_ffff) {
            (1, actions) => return Some(format!("jump {actions}")),
            (2, chain) => return Some(format!("goto chain {chain}")),
            _ => return None,
        },
    };
    Some(word.to_owned())
}
