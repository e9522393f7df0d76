//! Numbers and addresses at places of a packet, where it has them.

use std::net::{Ipv4Addr, Ipv6Addr};

use netlink_raw::HardwareAddress;

/// The `N` bytes at `at`.
pub(super) fn take<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The byte at `at`.
pub(super) fn byte(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// The big-endian number of two bytes at `at`.
pub(super) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    take(bytes, at).map(u16::from_be_bytes)
}

/// The big-endian number of four bytes at `at`.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u32> {
    take(bytes, at).map(u32::from_be_bytes)
}

/// The IPv4 address at `at`.
pub(super) fn ipv4(bytes: &[u8], at: usize) -> Option<Ipv4Addr> {
    take::<4>(bytes, at).map(Ipv4Addr::from)
}

/// The IPv6 address at `at`.
pub(super) fn ipv6(bytes: &[u8], at: usize) -> Option<Ipv6Addr> {
    take::<16>(bytes, at).map(Ipv6Addr::from)
}

/// The hardware address of six bytes at `at`.
pub(super) fn hardware(bytes: &[u8], at: usize) -> Option<HardwareAddress> {
    take::<6>(bytes, at).map(HardwareAddress::from)
}

/// What is behind `at`, nothing where there is not so much.
pub(super) fn after(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}
