//! An address as the kernel tells it, borrowed.

use std::net::IpAddr;

use netlink_raw::kernel::{IFA_ADDRESS, IFA_FLAGS, IFA_LABEL, IFA_LOCAL, IFA_PROTO};

use crate::ip::attributes::{Table, open};

/// Bytes of `struct ifaddrmsg`.
const HEADER: usize = 8;
/// Attributes up to `IFA_PROTO`.
const ATTRIBUTES: usize = IFA_PROTO as usize + 1;

/// An address of a device.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    header: [u8; HEADER],
    /// All of it, as it came.
    pub payload: &'a [u8],
    /// Its attributes.
    pub table: Table<'a, ATTRIBUTES>,
}

impl<'a> Entry<'a> {
    /// The address in the payload of a message; `None` where that is too short.
    pub fn new(payload: &'a [u8]) -> Option<Self> {
        open(payload).map(|(header, table)| Self { header, payload, table })
    }

    /// `AF_INET` or `AF_INET6`.
    pub const fn family(&self) -> u8 {
        self.header[0]
    }

    /// How many bits of it are its network's.
    pub const fn length(&self) -> u8 {
        self.header[1]
    }

    /// `IFA_F_*`: all of them, where the kernel tells more than a byte of them.
    pub fn flags(&self) -> u32 {
        self.table.u32(IFA_FLAGS).unwrap_or(self.header[2].into())
    }

    /// `RT_SCOPE_*`.
    pub const fn scope(&self) -> u8 {
        self.header[3]
    }

    /// Index of its device.
    pub const fn index(&self) -> u32 {
        u32::from_ne_bytes([self.header[4], self.header[5], self.header[6], self.header[7]])
    }

    /// The address itself.
    pub fn local(&self) -> Option<IpAddr> {
        self.table.ip(IFA_LOCAL).or_else(|| self.table.ip(IFA_ADDRESS))
    }

    /// The address at the other end of the line, if it is not this one.
    pub fn peer(&self) -> Option<IpAddr> {
        self.table.ip(IFA_ADDRESS).filter(|peer| self.local().is_some_and(|local| local != *peer))
    }

    /// The label: the device's name, mostly.
    pub fn label(&self) -> Option<&'a [u8]> {
        self.table.text(IFA_LABEL)
    }
}
