//! Actions: what a filter does to a packet.

use super::rate;
use crate::Error;
use crate::kernel::{
    TC_ACT_PIPE, TC_ACT_STOLEN, TCA_ACT_KIND, TCA_ACT_OPTIONS, TCA_EGRESS_MIRROR, TCA_EGRESS_REDIR,
    TCA_INGRESS_MIRROR, TCA_INGRESS_REDIR, TCA_MIRRED_PARMS, TCA_POLICE_RATE, TCA_POLICE_RATE64,
    TCA_POLICE_RESULT, TCA_POLICE_TBF,
};
use crate::wire::{Attribute, Attributes, Writer, field};

/// Bytes of `struct tc_mirred`, and of `struct tc_police`.
const MIRRED: usize = 28;
const POLICE: usize = 20 + 2 * rate::RATESPEC + 12;

/// What is done to a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It, or a copy, goes to another link.
    Mirred(Mirred),
    /// It is counted against a rate, and most often lost where that is exceeded.
    Police(Police),
    /// Any other: its name.
    Other(String),
}

/// Sending a packet, or a copy, elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mirred {
    /// Index of the link that gets it.
    pub index: u32,
    /// As if it came in by that link, instead of going out by it.
    pub incoming: bool,
    /// A copy, while the packet goes on.
    pub copy: bool,
}

/// A rate, kept by dropping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Police {
    /// Bytes a second.
    pub rate: u64,
    /// Bytes that may come at once, after a rest. The kernel is told the time they take, in ticks of 64 ns of
    /// whole microseconds, and tells them so.
    pub burst: u32,
    /// What becomes of packets above the rate (`TC_ACT_*`): `TC_ACT_SHOT` drops them.
    pub exceeding: u32,
    /// What becomes of the others; without it, they go on.
    pub conforming: Option<u32>,
}

impl Action {
    /// The driver's name: `mirred`.
    pub fn name(&self) -> &str {
        match self {
            Self::Mirred(_) => "mirred",
            Self::Police(_) => "police",
            Self::Other(name) => name,
        }
    }

    fn read(list: Attributes<'_>) -> Result<Option<Self>, Error> {
        let (mut name, mut options) = (None, None);
        for attribute in list {
            let attribute = attribute?;
            match attribute.kind {
                TCA_ACT_KIND => name = Some(attribute.str().into_owned()),
                TCA_ACT_OPTIONS => options = Some(attribute),
                _ => {}
            }
        }
        let Some(name) = name else { return Ok(None) };
        let known = match (name.as_str(), options) {
            ("mirred", Some(options)) => Mirred::decode(options.nested())?.map(Self::Mirred),
            ("police", Some(options)) => Police::decode(options.nested())?.map(Self::Police),
            _ => None,
        };
        Ok(Some(known.unwrap_or(Self::Other(name))))
    }
}

/// Writes actions, numbered from 1.
pub(super) fn encode(actions: &[Action], list: &mut Writer) {
    for (number, action) in (1..).zip(actions) {
        list.nest(number, |writer| {
            writer.put_str(TCA_ACT_KIND, action.name());
            match action {
                Action::Mirred(mirred) => writer.nest_flagged(TCA_ACT_OPTIONS, |options| {
                    options.put_bytes(TCA_MIRRED_PARMS, &mirred.parameters());
                }),
                Action::Police(police) => {
                    writer.nest_flagged(TCA_ACT_OPTIONS, |options| police.encode(options));
                }
                Action::Other(_) => {}
            }
        });
    }
}

/// Reads actions in the order of their attributes, which the kernel numbers from 1.
pub(super) fn decode(list: Attributes<'_>) -> Result<Vec<Action>, Error> {
    let mut actions = Vec::new();
    for attribute in list {
        actions.extend(Action::read(attribute?.nested())?);
    }
    Ok(actions)
}

impl Mirred {
    /// `struct tc_mirred`: index, capabilities, verdict, two counters, what to do, link.
    fn parameters(self) -> [u8; MIRRED] {
        let verdict = if self.copy { TC_ACT_PIPE } else { TC_ACT_STOLEN };
        let what = match (self.incoming, self.copy) {
            (false, false) => TCA_EGRESS_REDIR,
            (false, true) => TCA_EGRESS_MIRROR,
            (true, false) => TCA_INGRESS_REDIR,
            (true, true) => TCA_INGRESS_MIRROR,
        };
        let mut bytes = [0; MIRRED];
        for (offset, number) in [(8, verdict), (20, what), (24, self.index)] {
            bytes[offset..][..4].copy_from_slice(&number.to_ne_bytes());
        }
        bytes
    }

    /// `None` for what it does not know.
    fn decode(options: Attributes<'_>) -> Result<Option<Self>, Error> {
        let Some(parameters) = find(options, TCA_MIRRED_PARMS)? else { return Ok(None) };
        parameters.at_least(MIRRED, "struct tc_mirred")?;
        let number = |at| u32::from_ne_bytes(field(parameters.payload, at));
        let (incoming, copy) = match number(20) {
            TCA_EGRESS_REDIR => (false, false),
            TCA_EGRESS_MIRROR => (false, true),
            TCA_INGRESS_REDIR => (true, false),
            TCA_INGRESS_MIRROR => (true, true),
            _ => return Ok(None),
        };
        Ok(Some(Self { index: number(24), incoming, copy }))
    }
}

impl Police {
    fn encode(&self, options: &mut Writer) {
        let mut bytes = [0; POLICE];
        for (offset, number) in [(4, self.exceeding), (12, rate::ticks(self.burst, self.rate))] {
            bytes[offset..][..4].copy_from_slice(&number.to_ne_bytes());
        }
        bytes[20..][..rate::RATESPEC].copy_from_slice(&rate::spec(self.rate));
        options.put_bytes(TCA_POLICE_TBF, &bytes);
        options.put_bytes(TCA_POLICE_RATE, &rate::table(self.rate));
        if let Some(wide) = rate::wide(self.rate) {
            options.put_u64(TCA_POLICE_RATE64, wide);
        }
        if let Some(conforming) = self.conforming {
            options.put_u32(TCA_POLICE_RESULT, conforming);
        }
    }

    fn decode(options: Attributes<'_>) -> Result<Option<Self>, Error> {
        let Some(parameters) = find(options.clone(), TCA_POLICE_TBF)? else { return Ok(None) };
        parameters.at_least(POLICE, "struct tc_police")?;
        let number = |at| u32::from_ne_bytes(field(parameters.payload, at));
        let rate = match find(options.clone(), TCA_POLICE_RATE64)? {
            Some(wide) => wide.u64()?,
            None => rate::read_spec(parameters.payload, 20),
        };
        let conforming = find(options, TCA_POLICE_RESULT)?.map(|result| result.u32()).transpose()?;
        let burst = rate::bytes(number(12), rate);
        Ok(Some(Self { rate, burst, exceeding: number(4), conforming }))
    }
}

/// The last attribute of this kind.
fn find(attributes: Attributes<'_>, kind: u16) -> Result<Option<Attribute<'_>>, Error> {
    let mut found = None;
    for attribute in attributes {
        let attribute = attribute?;
        if attribute.kind == kind {
            found = Some(attribute);
        }
    }
    Ok(found)
}
