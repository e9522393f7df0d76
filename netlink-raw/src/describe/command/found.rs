//! Attributes by their kinds, for words that need several of them.

use std::net::IpAddr;

use crate::wire::{Attribute, Attributes, Message};

/// `None` when a message has other attributes than these behind its fixed header of `N` bytes.
pub(super) fn knows<const N: usize>(message: &Message<'_>, known: &[u16]) -> Option<()> {
    Found::of(message.split::<N>("message").ok()?.1)?.only(known)
}

/// All attributes of a nest.
pub(super) struct Found<'a>(Vec<Attribute<'a>>);

impl<'a> Found<'a> {
    /// `None` when one is damaged.
    pub(super) fn of(attributes: Attributes<'a>) -> Option<Self> {
        attributes.collect::<Result<_, _>>().ok().map(Self)
    }

    /// `None` when there are others than these: words that leave something out say something else.
    pub(super) fn only(&self, known: &[u16]) -> Option<()> {
        self.0.iter().all(|attribute| known.contains(&attribute.kind)).then_some(())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.0.iter()
    }

    pub(super) fn get(&self, kind: u16) -> Option<&Attribute<'a>> {
        self.0.iter().find(|attribute| attribute.kind == kind)
    }

    /// A struct of at least so many bytes.
    pub(super) fn bytes(&self, kind: u16, length: usize) -> Option<&'a [u8]> {
        self.get(kind).map(|attribute| attribute.payload).filter(|payload| payload.len() >= length)
    }

    pub(super) fn nested(&self, kind: u16) -> Option<Self> {
        Self::of(self.get(kind)?.nested())
    }

    pub(super) fn text(&self, kind: u16) -> Option<String> {
        self.get(kind).map(|attribute| attribute.str().into_owned())
    }

    /// An address, which stands in one attribute or in another by its family.
    pub(super) fn ip(&self, four: u16, six: u16) -> Option<IpAddr> {
        self.get(four).or_else(|| self.get(six))?.ip().ok()
    }

    pub(super) fn u8(&self, kind: u16) -> Option<u8> {
        self.get(kind)?.u8().ok()
    }

    pub(super) fn u16(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16().ok()
    }

    pub(super) fn u32(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.u32().ok()
    }

    pub(super) fn u64(&self, kind: u16) -> Option<u64> {
        self.get(kind)?.u64().ok()
    }

    pub(super) fn u16_be(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16_be().ok()
    }

    pub(super) fn u32_be(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.u32_be().ok()
    }

    pub(super) fn u64_be(&self, kind: u16) -> Option<u64> {
        self.get(kind)?.u64_be().ok()
    }
}
