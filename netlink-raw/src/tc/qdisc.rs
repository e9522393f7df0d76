//! Queueing disciplines: what waits, and for how long, before a link sends it.

use super::{HEADER, header, rate, read_header};
use crate::kernel::{
    NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, RTM_DELQDISC, RTM_GETQDISC, RTM_NEWQDISC,
    TC_H_INGRESS, TC_H_ROOT, TCA_KIND, TCA_OPTIONS, TCA_TBF_BURST, TCA_TBF_PARMS, TCA_TBF_RATE64,
    TCA_TBF_RTAB,
};
use crate::route::{open, request};
use crate::wire::{Attribute, Attributes, Message, Writer, field};
use crate::{Decode, Error, Request};

/// Bytes of `struct tc_tbf_qopt`: two rates, limit, buffer, MTU.
const TBF: usize = 2 * rate::RATESPEC + 12;

/// A queueing discipline of a link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Qdisc {
    /// Index of the link.
    pub index: u32,
    /// Its number, the upper 16 bits; 0 leaves the choice to the kernel.
    pub handle: u32,
    /// Where it stands: `TC_H_ROOT`, `TC_H_INGRESS` or a class.
    pub parent: u32,
    /// What it is.
    pub discipline: Option<Discipline>,
}

/// What a queueing discipline is by its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discipline {
    /// A rate, kept by letting packets wait.
    Tbf(Tbf),
    /// A place for filters of what comes in. It queues nothing.
    Ingress,
    /// A place for filters of what comes in, and of what goes out.
    Clsact,
    /// Any other.
    Other(String),
}

/// A token bucket filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tbf {
    /// Bytes a second.
    pub rate: u64,
    /// Bytes that may be sent at once, after a rest. A packet that is longer is cut if it was put together
    /// from shorter ones, and lost otherwise.
    pub burst: u32,
    /// Bytes that may wait; what is more is lost.
    pub limit: u32,
}

impl Qdisc {
    /// The one that packets of a link pass on their way out.
    pub fn root(index: u32, discipline: Discipline) -> Self {
        Self { index, handle: 0, parent: TC_H_ROOT, discipline: Some(discipline) }
    }

    /// The place for filters of what comes in by a link, as `tc qdisc add dev … ingress` makes it.
    pub const fn ingress(index: u32) -> Self {
        Self { index, handle: 0xffff_0000, parent: TC_H_INGRESS, discipline: Some(Discipline::Ingress) }
    }

    /// Adds it, and fails when there is one. (The one that a link has from the kernel is none.)
    ///
    /// # Errors
    /// [`Error::Nul`].
    pub fn add(&self) -> Result<Request, Error> {
        self.request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, "add")
    }

    /// Adds it, or takes the place of the one that is there; of the same kind, that is changed.
    ///
    /// # Errors
    /// [`Error::Nul`].
    pub fn replace(&self) -> Result<Request, Error> {
        self.request(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, "replace")
    }

    /// Deletes it. What waits in it is lost.
    ///
    /// # Errors
    /// [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        let mut body = Writer::with_header(&self.header());
        // As `tc` does: the root's is not named.
        if let Some(discipline) = self.discipline.as_ref().filter(|_| self.parent != TC_H_ROOT) {
            body.put_str(TCA_KIND, discipline.name());
        }
        request(RTM_DELQDISC, 0, body, self.operation("delete"))
    }

    /// Asks for all queueing disciplines of all links: the kernel gives no fewer.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        let body = Writer::with_header(&[0; HEADER]);
        request(RTM_GETQDISC, NLM_F_DUMP, body, "list queueing disciplines".to_owned())
    }

    fn header(&self) -> [u8; HEADER] {
        header(self.index, self.handle, self.parent, 0)
    }

    fn operation(&self, verb: &str) -> String {
        let name = self.discipline.as_ref().map_or("queueing discipline", Discipline::name);
        format!("{verb} {} on link number {}", name.escape_debug(), self.index)
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let mut body = Writer::with_header(&self.header());
        if let Some(discipline) = &self.discipline {
            body.put_str(TCA_KIND, discipline.name());
            if let Discipline::Tbf(tbf) = discipline {
                body.nest(TCA_OPTIONS, |options| tbf.encode(options));
            }
        }
        request(kind, flags, body, self.operation(verb))
    }
}

impl Discipline {
    /// The driver's name: `tbf`.
    pub fn name(&self) -> &str {
        match self {
            Self::Tbf(_) => "tbf",
            Self::Ingress => "ingress",
            Self::Clsact => "clsact",
            Self::Other(name) => name,
        }
    }

    fn read(name: String, options: Option<Attribute<'_>>) -> Result<Self, Error> {
        Ok(match name.as_str() {
            "tbf" => Self::Tbf(Tbf::decode(options.map_or(Attributes::new(&[]), |found| found.nested()))?),
            "ingress" => Self::Ingress,
            "clsact" => Self::Clsact,
            _ => Self::Other(name),
        })
    }
}

impl Tbf {
    fn encode(&self, options: &mut Writer) {
        let [limit, buffer] = [self.limit, rate::ticks(self.burst, rate::narrow(self.rate).into())];
        let mut bytes = [0; TBF];
        bytes[..rate::RATESPEC].copy_from_slice(&rate::spec(self.rate));
        bytes[2 * rate::RATESPEC..][..4].copy_from_slice(&limit.to_ne_bytes());
        bytes[2 * rate::RATESPEC + 4..][..4].copy_from_slice(&buffer.to_ne_bytes());
        options.put_bytes(TCA_TBF_PARMS, &bytes);
        options.put_u32(TCA_TBF_BURST, self.burst);
        if let Some(wide) = rate::wide(self.rate) {
            options.put_u64(TCA_TBF_RATE64, wide);
        }
        options.put_bytes(TCA_TBF_RTAB, &rate::table(self.rate));
    }

    /// The kernel tells the burst in ticks alone.
    fn decode(options: Attributes<'_>) -> Result<Self, Error> {
        let (mut tbf, mut ticks, mut burst) = (Self::default(), 0, None);
        for attribute in options {
            let attribute = attribute?;
            match attribute.kind {
                TCA_TBF_PARMS => {
                    attribute.at_least(TBF, "struct tc_tbf_qopt")?;
                    let number = |at| u32::from_ne_bytes(field(attribute.payload, at));
                    tbf.rate = tbf.rate.max(rate::read_spec(attribute.payload, 0));
                    tbf.limit = number(2 * rate::RATESPEC);
                    ticks = number(2 * rate::RATESPEC + 4);
                }
                TCA_TBF_RATE64 => tbf.rate = attribute.u64()?,
                TCA_TBF_BURST => burst = Some(attribute.u32()?),
                _ => {}
            }
        }
        tbf.burst = burst.unwrap_or_else(|| rate::bytes(ticks, tbf.rate));
        Ok(tbf)
    }
}

impl Decode for Qdisc {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC];
        let (fixed, attributes) = open::<HEADER>(message, &kinds, "queueing discipline")?;
        let [index, handle, parent, _] = read_header(&fixed);
        let (mut name, mut options) = (None, None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                TCA_KIND => name = Some(attribute.str().into_owned()),
                TCA_OPTIONS => options = Some(attribute),
                _ => {}
            }
        }
        let discipline = name.map(|name| Discipline::read(name, options)).transpose()?;
        Ok(Self { index, handle, parent, discipline })
    }
}
