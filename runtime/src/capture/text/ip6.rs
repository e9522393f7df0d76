//! IPv6 and its extension headers (RFC 8200).

use std::net::IpAddr;

use super::bytes::{after, byte, ipv6, short};
use super::transport::{self, Between};
use super::{cut, icmp6};

const HEADER: usize = 40;
/// More extension headers than any packet has.
const EXTENSIONS: usize = 16;

/// An IPv6 packet, without its name.
pub(super) fn line(bytes: &[u8]) -> String {
    read(bytes).unwrap_or_else(|| cut("ip6"))
}

fn read(bytes: &[u8]) -> Option<String> {
    let version = byte(bytes, 0)? >> 4;
    let mut length = usize::from(short(bytes, 4)?);
    let mut next = byte(bytes, 6)?;
    let (from, to) = (ipv6(bytes, 8)?, ipv6(bytes, 24)?);
    if version != 6 {
        return Some(format!("version {version}, length {}", bytes.len()));
    }
    let behind = after(bytes, HEADER);
    // Longer than its field can tell (RFC 2675, BIG TCP).
    length = if length == 0 { behind.len() } else { length };
    let mut payload = &behind[..behind.len().min(length)];
    let mut marks = String::new();
    for _ in 0..EXTENSIONS {
        let (word, size) = match next {
            0 => ("HBH ".to_owned(), extension(payload)),
            43 => ("srcrt ".to_owned(), extension(payload)),
            44 => {
                let place = short(payload, 2)?;
                let size = length.saturating_sub(8);
                (format!("frag ({}|{size}) ", place & 0xfff8), Some(8))
            }
            60 => ("DSTOPT ".to_owned(), extension(payload)),
            _ => break,
        };
        let later = next == 44 && short(payload, 2).is_some_and(|place| place & 0xfff8 != 0);
        marks.push_str(&word);
        let Some(size) = size else { return Some(format!("{from} > {to}: {marks}{}", cut("ip6"))) };
        next = byte(payload, 0)?;
        payload = after(payload, size);
        length = length.saturating_sub(size);
        if later {
            return Some(format!("{from} > {to}: {}", marks.trim_end()));
        }
    }
    if next == 58 {
        return Some(format!("{from} > {to}: {marks}{}", icmp6::line(payload, length)));
    }
    let between = Between { from: IpAddr::V6(from), to: IpAddr::V6(to), length };
    Some(transport::marked(next, payload, &between, &marks))
}

/// How long an extension header is.
fn extension(bytes: &[u8]) -> Option<usize> {
    byte(bytes, 1).map(|length| (usize::from(length) + 1) * 8)
}
