//! A route as the kernel tells it, borrowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use netlink_raw::kernel::{AF_INET6, RTA_DST, RTA_NH_ID, RTA_SRC, RTA_TABLE};

use crate::ip::attributes::{Table, open};

/// Bytes of `struct rtmsg`.
const HEADER: usize = 12;
/// Attributes up to `RTA_NH_ID`.
const ATTRIBUTES: usize = RTA_NH_ID as usize + 1;

/// A route.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    header: [u8; HEADER],
    /// Its attributes.
    pub table: Table<'a, ATTRIBUTES>,
}

impl<'a> Entry<'a> {
    /// The route in the payload of a message; `None` where that is too short.
    pub fn new(payload: &'a [u8]) -> Option<Self> {
        open(payload).map(|(header, table)| Self { header, table })
    }

    /// `AF_INET`, `AF_INET6`, …
    pub const fn family(&self) -> u8 {
        self.header[0]
    }

    /// Where it leads to; all zeros of length 0 is the default.
    pub fn destination(&self) -> (IpAddr, u8) {
        (self.table.ip(RTA_DST).unwrap_or(self.nowhere()), self.header[1])
    }

    /// Where packets must come from.
    pub fn source(&self) -> (IpAddr, u8) {
        (self.table.ip(RTA_SRC).unwrap_or(self.nowhere()), self.header[2])
    }

    /// The type of service that packets must have.
    pub const fn tos(&self) -> u8 {
        self.header[3]
    }

    /// The number of its table.
    pub fn number(&self) -> u32 {
        self.table.u32(RTA_TABLE).unwrap_or(self.header[4].into())
    }

    /// `RTPROT_*`.
    pub const fn protocol(&self) -> u8 {
        self.header[5]
    }

    /// `RT_SCOPE_*`.
    pub const fn scope(&self) -> u8 {
        self.header[6]
    }

    /// `RTN_*`.
    pub const fn kind(&self) -> u8 {
        self.header[7]
    }

    /// `RTNH_F_*` and `RTM_F_*`.
    pub fn flags(&self) -> u32 {
        let [.., a, b, c, d] = self.header;
        u32::from_ne_bytes([a, b, c, d])
    }

    const fn nowhere(&self) -> IpAddr {
        match self.family() {
            AF_INET6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }
    }
}
