//! ARP (RFC 826).

use super::bytes::{byte, hardware, ipv4, short};
use super::cut;

/// What follows an Ethernet header of ARP; it had `length` bytes.
pub(super) fn line(bytes: &[u8], length: u32) -> String {
    read(bytes, length).unwrap_or_else(|| cut("arp"))
}

fn read(bytes: &[u8], length: u32) -> Option<String> {
    let operation = short(bytes, 6)?;
    let sizes = (byte(bytes, 4)?, byte(bytes, 5)?);
    if (short(bytes, 0)?, short(bytes, 2)?, sizes) != (1, 0x0800, (6, 4)) {
        return Some(format!("hardware {}, operation {operation}, length {length}", short(bytes, 0)?));
    }
    let (sender, from) = (hardware(bytes, 8)?, ipv4(bytes, 14)?);
    let (target, to) = (hardware(bytes, 18)?, ipv4(bytes, 24)?);
    let known = *target != [0; 6];
    Some(match operation {
        1 if known => format!("Request who-has {to} ({target}) tell {from}, length {length}"),
        1 => format!("Request who-has {to} tell {from}, length {length}"),
        2 => format!("Reply {from} is-at {sender}, length {length}"),
        _ => format!("operation {operation}, length {length}"),
    })
}
