//! A link as the kernel tells it, borrowed.

use netlink_raw::kernel::{
    IFLA_ALLMULTI, IFLA_IFNAME, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_LINKINFO,
};

use crate::ip::attributes::{Table, open};

/// Bytes of `struct ifinfomsg`.
pub const HEADER: usize = 16;
/// Attributes up to `IFLA_ALLMULTI`.
const ATTRIBUTES: usize = IFLA_ALLMULTI as usize + 1;
/// Attributes in `IFLA_LINKINFO`.
pub const INFORMATION: usize = IFLA_INFO_SLAVE_DATA as usize + 1;

/// A link.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    header: [u8; HEADER],
    /// Its attributes.
    pub table: Table<'a, ATTRIBUTES>,
}

impl<'a> Entry<'a> {
    /// The link in the payload of a message; `None` where that is too short.
    pub fn new(payload: &'a [u8]) -> Option<Self> {
        open(payload).map(|(header, table)| Self { header, table })
    }

    /// `ARPHRD_*`.
    pub const fn device_type(&self) -> u16 {
        u16::from_ne_bytes([self.header[2], self.header[3]])
    }

    /// Its number in its namespace.
    pub const fn index(&self) -> u32 {
        u32::from_ne_bytes([self.header[4], self.header[5], self.header[6], self.header[7]])
    }

    /// `IFF_*`.
    pub const fn flags(&self) -> u32 {
        u32::from_ne_bytes([self.header[8], self.header[9], self.header[10], self.header[11]])
    }

    /// Its name, as the kernel has it.
    pub fn name(&self) -> &'a [u8] {
        self.table.text(IFLA_IFNAME).unwrap_or_default()
    }

    /// What its driver tells, and its master's.
    pub fn information(&self) -> Option<Table<'a, INFORMATION>> {
        self.table.bytes(IFLA_LINKINFO).map(Table::new)
    }

    /// Its kind, such as `veth`.
    pub fn kind(&self) -> Option<&'a [u8]> {
        self.information()?.text(IFLA_INFO_KIND)
    }

    /// The kind of its master, such as `bridge`.
    pub fn port_kind(&self) -> Option<&'a [u8]> {
        self.information()?.text(IFLA_INFO_SLAVE_KIND)
    }
}
