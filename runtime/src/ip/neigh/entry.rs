//! A neighbour as the kernel tells it, borrowed.

use std::net::IpAddr;

use netlink_raw::kernel::{NDA_DST, NDA_FLAGS_EXT};

use crate::ip::attributes::{Table, open};

/// Bytes of `struct ndmsg`.
const HEADER: usize = 12;
/// Attributes up to `NDA_FLAGS_EXT`.
const ATTRIBUTES: usize = NDA_FLAGS_EXT as usize + 1;

/// A neighbour.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    header: [u8; HEADER],
    /// Its attributes.
    pub table: Table<'a, ATTRIBUTES>,
}

impl<'a> Entry<'a> {
    /// The neighbour in the payload of a message; `None` where that is too short.
    pub fn new(payload: &'a [u8]) -> Option<Self> {
        open(payload).map(|(header, table)| Self { header, table })
    }

    /// `AF_INET`, `AF_INET6`, `AF_BRIDGE`.
    pub const fn family(&self) -> u8 {
        self.header[0]
    }

    /// Index of its device; 0 for any, as a proxy entry may have.
    pub const fn index(&self) -> u32 {
        u32::from_ne_bytes([self.header[4], self.header[5], self.header[6], self.header[7]])
    }

    /// `NUD_*`.
    pub const fn state(&self) -> u16 {
        u16::from_ne_bytes([self.header[8], self.header[9]])
    }

    /// `NTF_*`.
    pub const fn flags(&self) -> u8 {
        self.header[10]
    }

    /// Its address.
    pub fn destination(&self) -> Option<IpAddr> {
        self.table.ip(NDA_DST)
    }
}
