//! Rates as the kernel's structs hold them.

use crate::wire::field;

/// Bytes of `struct tc_ratespec`.
pub(crate) const RATESPEC: usize = 12;

/// Nanoseconds of a tick, in which times are told (`PSCHED_SHIFT` 6). `tc` counts in whole microseconds and
/// rounds down.
const TICK: u128 = 64;

/// Each entry of a rate table is for packets of 8 bytes more than the last.
const CELL_LOG: u8 = 3;

/// `TC_LINKLAYER_ETHERNET`: the kernel reckons by itself, and looks at no table.
const ETHERNET: u8 = 1;

/// `struct tc_ratespec` for a rate in bytes a second. A rate that takes more than 32 bits stands in an
/// attribute of its own, and all ones here.
pub(crate) fn spec(rate: u64) -> [u8; RATESPEC] {
    let mut bytes = [0; RATESPEC];
    if rate != 0 {
        // No alignment of cells: all ones.
        bytes[..6].copy_from_slice(&[CELL_LOG, ETHERNET, 0, 0, 0xff, 0xff]);
        bytes[8..].copy_from_slice(&narrow(rate).to_ne_bytes());
    }
    bytes
}

/// The rate in the `struct tc_ratespec` at `offset`.
pub(crate) fn read_spec(bytes: &[u8], offset: usize) -> u64 {
    u32::from_ne_bytes(field(bytes, offset + 8)).into()
}

/// As much of a rate as 32 bits hold.
pub(crate) fn narrow(rate: u64) -> u32 {
    u32::try_from(rate).unwrap_or(u32::MAX)
}

/// The rate for an attribute of its own, if it needs one.
pub(crate) fn wide(rate: u64) -> Option<u64> {
    (rate > u32::MAX.into()).then_some(rate)
}

/// Ticks that `bytes` take at a rate.
pub(crate) fn ticks(bytes: u32, rate: u64) -> u32 {
    let microseconds = u128::from(bytes) * 1_000_000 / u128::from(rate.max(1));
    u32::try_from(microseconds * 1000 / TICK).unwrap_or(u32::MAX)
}

/// Bytes that take so many ticks at a rate, rounded up.
pub(crate) fn bytes(ticks: u32, rate: u64) -> u32 {
    let bytes = (u128::from(ticks) * TICK * u128::from(rate)).div_ceil(1_000_000_000);
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The table of how long packets take. The kernel still wants one of a police, and reads it no more.
pub(crate) fn table(rate: u64) -> Vec<u8> {
    (1..=256_u32).flat_map(|cell| ticks(cell << CELL_LOG, rate).to_ne_bytes()).collect()
}
