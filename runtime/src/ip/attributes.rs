//! The attributes of a message, or of one of them, by their numbers.

use std::net::IpAddr;

use netlink_raw::wire::{Attribute, Attributes};

/// The header of a message's payload, and the attributes behind it; `None` where it is too short.
pub fn open<const HEADER: usize, const N: usize>(payload: &[u8]) -> Option<([u8; HEADER], Table<'_, N>)> {
    let (header, attributes) = payload.split_first_chunk()?;
    Some((*header, Table::new(attributes)))
}

/// The attributes numbered below `N`, borrowed.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, const N: usize>([Option<Attribute<'a>>; N]);

impl<'a, const N: usize> Table<'a, N> {
    /// Those that lie in `bytes`. What can't be read is as if it were not there.
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut table = [None; N];
        for attribute in Attributes::new(bytes).flatten() {
            if let Some(place) = table.get_mut(usize::from(attribute.kind)) {
                *place = Some(attribute);
            }
        }
        Self(table)
    }

    /// The attribute of this number.
    pub fn get(&self, kind: u16) -> Option<Attribute<'a>> {
        self.0.get(usize::from(kind)).copied().flatten()
    }

    /// Its payload.
    pub fn bytes(&self, kind: u16) -> Option<&'a [u8]> {
        self.get(kind).map(|attribute| attribute.payload)
    }

    /// Its payload as a number. One that is too short for it is none.
    pub fn u8(&self, kind: u16) -> Option<u8> {
        self.get(kind)?.u8().ok()
    }

    /// As 16 bits.
    pub fn u16(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16().ok()
    }

    /// As 16 bits in the order of the network.
    pub fn u16_be(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16_be().ok()
    }

    /// As 64 bits.
    pub fn u64(&self, kind: u16) -> Option<u64> {
        self.get(kind)?.u64().ok()
    }

    /// As text, which ends at its first NUL.
    pub fn text(&self, kind: u16) -> Option<&'a [u8]> {
        self.bytes(kind)?.split(|byte| *byte == 0).next()
    }

    /// As 32 bits.
    pub fn u32(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.u32().ok()
    }

    /// As an address.
    pub fn ip(&self, kind: u16) -> Option<IpAddr> {
        self.get(kind)?.ip().ok()
    }
}
