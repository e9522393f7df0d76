//! IPv4 (RFC 791).

use std::net::IpAddr;

use super::bytes::{after, byte, ipv4, short};
use super::transport::{self, Between};
use super::{cut, icmp};

/// Bytes of the shortest header.
const HEADER: usize = 20;

/// An IPv4 packet, without its name.
pub(super) fn line(bytes: &[u8]) -> String {
    read(bytes).unwrap_or_else(|| cut("ip"))
}

/// The packet: what is behind its total length is padding.
fn read(bytes: &[u8]) -> Option<String> {
    let first = byte(bytes, 0)?;
    let header = usize::from(first & 15) * 4;
    let total = usize::from(short(bytes, 2)?);
    let fragment = short(bytes, 6)?;
    let protocol = byte(bytes, 9)?;
    let (from, to) = (ipv4(bytes, 12)?, ipv4(bytes, 16)?);
    if first >> 4 != 4 {
        return Some(format!("version {}, length {}", first >> 4, bytes.len()));
    }
    if header < HEADER {
        return Some(format!("bad header length {header}"));
    }
    // A packet that the card is to divide can be longer than its field tells (BIG TCP).
    let total = if total == 0 { bytes.len() } else { total };
    let Some(length) = total.checked_sub(header) else {
        return Some(format!("bad length {total} < {header}"));
    };
    let payload = after(&bytes[..bytes.len().min(total)], header);
    let between = Between { from: IpAddr::V4(from), to: IpAddr::V4(to), length };
    // Only the first part of a packet has what is above.
    if fragment & 0x1fff != 0 {
        return Some(format!("{from} > {to}: ip-proto-{protocol}"));
    }
    Some(match protocol {
        1 => format!("{from} > {to}: {}", icmp::line(payload, length)),
        _ => transport::line(protocol, payload, &between),
    })
}
