//! Filters: which packets, and what is done to them.

use super::{Action, HEADER, action, header, read_header};
use crate::kernel::{
    ETH_P_ALL, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, RTM_DELTFILTER, RTM_GETTFILTER, RTM_NEWTFILTER,
    TCA_KIND, TCA_MATCHALL_ACT, TCA_MATCHALL_CLASSID, TCA_OPTIONS, TCA_U32_ACT, TCA_U32_CLASSID, TCA_U32_SEL,
};
use crate::route::{open, request};
use crate::wire::{Attribute, Attributes, Message, Writer, field};
use crate::{Decode, Error, Request};

/// Bytes of `struct tc_u32_sel`, and of each `struct tc_u32_key` behind it.
const SELECTOR: usize = 16;
const KEY: usize = 16;

/// A filter of a queueing discipline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Index of the link.
    pub index: u32,
    /// The queueing discipline, or `TC_H_CLSACT_INGRESS` or `TC_H_CLSACT_EGRESS`.
    pub parent: u32,
    /// Its number among those of one priority; 0 leaves the choice to the kernel.
    pub handle: u32,
    /// The lowest is asked first; 0 leaves the choice to the kernel.
    pub priority: u16,
    /// The packets' protocol (`ETH_P_*`); 0 in questions.
    pub protocol: u16,
    /// How packets are chosen.
    pub classifier: Option<Classifier>,
    /// The class that packets go to.
    pub class: Option<u32>,
    /// What is done to them, in this order.
    pub actions: Vec<Action>,
}

/// How a filter chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classifier {
    /// Every packet.
    Matchall,
    /// Packets that agree with every key. The kernel tells its tables like filters too: those have no key.
    U32(Vec<U32Key>),
    /// Any other: its name.
    Other(String),
}

/// Four bytes of a packet, compared with a value. The default agrees with any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct U32Key {
    /// The bits that count.
    pub mask: u32,
    /// What they must be.
    pub value: u32,
    /// Where they stand, in bytes from the network header.
    pub offset: i32,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            index: 0,
            parent: 0,
            handle: 0,
            priority: 0,
            protocol: ETH_P_ALL,
            classifier: None,
            class: None,
            actions: Vec::new(),
        }
    }
}

impl Filter {
    /// Adds it, and fails when it is there.
    ///
    /// # Errors
    /// [`Error::Nul`], [`Error::TooLong`].
    pub fn add(&self) -> Result<Request, Error> {
        self.request(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, "add")
    }

    /// Adds it, or takes the place of the one that has its `handle`.
    ///
    /// # Errors
    /// [`Error::Nul`], [`Error::TooLong`].
    pub fn replace(&self) -> Result<Request, Error> {
        self.request(RTM_NEWTFILTER, NLM_F_CREATE, "replace")
    }

    /// Deletes it; without a `priority`, all of its `parent`. Classes and actions are not sent.
    ///
    /// # Errors
    /// [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        let mut body = Writer::with_header(&self.header());
        if let Some(classifier) = &self.classifier {
            body.put_str(TCA_KIND, classifier.name());
        }
        request(RTM_DELTFILTER, 0, body, self.operation("delete"))
    }

    /// Asks for the filters of a `parent` of the link with this index.
    ///
    /// # Errors
    /// None so far.
    pub fn dump(index: u32, parent: u32) -> Result<Request, Error> {
        let body = Writer::with_header(&header(index, 0, parent, 0));
        request(RTM_GETTFILTER, NLM_F_DUMP, body, format!("list filters on link number {index}"))
    }

    fn header(&self) -> [u8; HEADER] {
        let info = u32::from(self.priority) << 16 | u32::from(self.protocol.to_be());
        header(self.index, self.handle, self.parent, info)
    }

    fn operation(&self, verb: &str) -> String {
        let name = self.classifier.as_ref().map_or("all", Classifier::name);
        format!("{verb} filter {} on link number {}", name.escape_debug(), self.index)
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let mut body = Writer::with_header(&self.header());
        if let Some(classifier) = &self.classifier {
            body.put_str(TCA_KIND, classifier.name());
            body.nest(TCA_OPTIONS, |options| self.put_options(classifier, options));
        }
        request(kind, flags, body, self.operation(verb))
    }

    fn put_options(&self, classifier: &Classifier, options: &mut Writer) {
        let (class, actions) = match classifier {
            Classifier::Matchall => (TCA_MATCHALL_CLASSID, TCA_MATCHALL_ACT),
            Classifier::U32(_) => (TCA_U32_CLASSID, TCA_U32_ACT),
            Classifier::Other(_) => return,
        };
        if let Some(id) = self.class {
            options.put_u32(class, id);
        }
        if !self.actions.is_empty() {
            options.nest(actions, |list| action::encode(&self.actions, list));
        }
        if let Classifier::U32(keys) = classifier {
            options.put_bytes(TCA_U32_SEL, &selector(keys));
        }
    }

    fn read_options(&mut self, options: Attributes<'_>) -> Result<(), Error> {
        for attribute in options {
            let attribute = attribute?;
            match (&mut self.classifier, attribute.kind) {
                (Some(Classifier::Matchall), TCA_MATCHALL_CLASSID)
                | (Some(Classifier::U32(_)), TCA_U32_CLASSID) => self.class = Some(attribute.u32()?),
                (Some(Classifier::Matchall), TCA_MATCHALL_ACT) | (Some(Classifier::U32(_)), TCA_U32_ACT) => {
                    self.actions = action::decode(attribute.nested())?;
                }
                (Some(Classifier::U32(keys)), TCA_U32_SEL) => *keys = read_selector(&attribute)?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Classifier {
    /// Every packet, by u32: it is in kernels that lack `matchall`, and older.
    pub fn every() -> Self {
        Self::U32(vec![U32Key::default()])
    }

    /// The driver's name: `matchall`.
    pub fn name(&self) -> &str {
        match self {
            Self::Matchall => "matchall",
            Self::U32(_) => "u32",
            Self::Other(name) => name,
        }
    }

    fn of(name: String) -> Self {
        match name.as_str() {
            "matchall" => Self::Matchall,
            "u32" => Self::U32(Vec::new()),
            _ => Self::Other(name),
        }
    }
}

/// `struct tc_u32_sel`, which counts at most 255 keys. No filter follows one that agrees (`TC_U32_TERMINAL`).
fn selector(keys: &[U32Key]) -> Vec<u8> {
    let count = u8::try_from(keys.len()).unwrap_or(u8::MAX);
    let mut bytes = vec![0; SELECTOR];
    bytes[..3].copy_from_slice(&[1, 0, count]);
    for key in keys.iter().take(count.into()) {
        bytes.extend(key.mask.to_be_bytes());
        bytes.extend(key.value.to_be_bytes());
        bytes.extend(key.offset.to_ne_bytes());
        bytes.extend([0; 4]);
    }
    bytes
}

fn read_selector(attribute: &Attribute<'_>) -> Result<Vec<U32Key>, Error> {
    attribute.at_least(SELECTOR, "struct tc_u32_sel")?;
    let keys = attribute.payload.get(SELECTOR..).unwrap_or_default().as_chunks::<KEY>().0;
    let count = attribute.payload.get(2).copied().unwrap_or_default();
    let key = |bytes: &[u8; KEY]| U32Key {
        mask: u32::from_be_bytes(field(bytes, 0)),
        value: u32::from_be_bytes(field(bytes, 4)),
        offset: i32::from_ne_bytes(field(bytes, 8)),
    };
    Ok(keys.iter().take(count.into()).map(key).collect())
}

impl Decode for Filter {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER];
        let (fixed, attributes) = open::<HEADER>(message, &kinds, "filter")?;
        let [index, handle, parent, info] = read_header(&fixed);
        let half = |bits: u32| u16::try_from(bits & 0xffff).unwrap_or_default();
        let (priority, protocol) = (half(info >> 16), u16::from_be(half(info)));
        let mut filter = Self { index, parent, handle, priority, protocol, ..Self::default() };
        let mut options = None;
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                TCA_KIND => filter.classifier = Some(Classifier::of(attribute.str().into_owned())),
                TCA_OPTIONS => options = Some(attribute),
                _ => {}
            }
        }
        if let Some(options) = options {
            filter.read_options(options.nested())?;
        }
        Ok(filter)
    }
}
