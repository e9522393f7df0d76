//! TCP (RFC 9293).

use std::fmt::Write;

use super::bytes::{byte, long, short, take};
use super::cut;

/// The flags in tcpdump's order and letters.
const FLAGS: [(u8, char); 8] =
    [(0x01, 'F'), (0x02, 'S'), (0x04, 'R'), (0x08, 'P'), (0x10, '.'), (0x20, 'U'), (0x40, 'E'), (0x80, 'W')];
const FIN_SYN_RST: u8 = 0x07;
const ACK: u8 = 0x10;
const URG: u8 = 0x20;

/// A segment that had `length` bytes.
pub(super) fn line(bytes: &[u8], length: usize) -> String {
    read(bytes, length).unwrap_or_else(|| cut("tcp"))
}

fn read(bytes: &[u8], length: usize) -> Option<String> {
    let (sequence, acknowledged) = (long(bytes, 4)?, long(bytes, 8)?);
    let header = usize::from(byte(bytes, 12)? >> 4) * 4;
    let flags = byte(bytes, 13)?;
    let (window, urgent) = (short(bytes, 14)?, short(bytes, 18)?);
    let letters: String =
        FLAGS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, letter)| letter).collect();
    let mut line = format!("Flags [{}]", if letters.is_empty() { "none" } else { &letters });
    let Some(data) = length.checked_sub(header).filter(|_| header >= 20) else {
        // Writing to a String can't fail, here and below.
        let _ = write!(line, ", bad header length {header}");
        return Some(line);
    };
    if data > 0 {
        // Sequence numbers begin again behind the last one.
        let end = u32::try_from(data).map_or(sequence, |data| sequence.wrapping_add(data));
        let _ = write!(line, ", seq {sequence}:{end}");
    } else if flags & FIN_SYN_RST != 0 {
        let _ = write!(line, ", seq {sequence}");
    }
    if flags & ACK != 0 {
        let _ = write!(line, ", ack {acknowledged}");
    }
    let _ = write!(line, ", win {window}");
    if flags & URG != 0 {
        let _ = write!(line, ", urg {urgent}");
    }
    if header > 20 {
        let _ = write!(line, ", options [{}]", options(bytes.get(20..bytes.len().min(header))?));
    }
    let _ = write!(line, ", length {data}");
    Some(line)
}

/// The options, each by its name.
fn options(mut bytes: &[u8]) -> String {
    let mut words = Vec::new();
    while let Some(&kind) = bytes.first() {
        let size = match kind {
            0 | 1 => 1,
            _ => usize::from(byte(bytes, 1).unwrap_or(0)).max(2),
        };
        let Some(option) = bytes.get(..size) else {
            words.push(cut("tcp"));
            break;
        };
        words.push(word(kind, option));
        if kind == 0 {
            break;
        }
        bytes = &bytes[size..];
    }
    words.join(",")
}

fn word(kind: u8, option: &[u8]) -> String {
    let shown = match kind {
        0 => Some("eol".to_owned()),
        1 => Some("nop".to_owned()),
        2 => short(option, 2).map(|size| format!("mss {size}")),
        3 => byte(option, 2).map(|shift| format!("wscale {shift}")),
        4 => Some("sackOK".to_owned()),
        5 => Some(selective(option)),
        8 => long(option, 2).zip(long(option, 6)).map(|(value, echo)| format!("TS val {value} ecr {echo}")),
        _ => None,
    };
    shown.unwrap_or_else(|| format!("unknown-{kind}"))
}

/// What arrived out of order.
fn selective(option: &[u8]) -> String {
    let blocks = option.get(2..).unwrap_or_default().chunks_exact(8);
    let count = blocks.len();
    let shown: String = blocks
        .filter_map(|block| Some((take(block, 0)?, take(block, 4)?)))
        .map(|(from, to)| format!("{{{}:{}}}", u32::from_be_bytes(from), u32::from_be_bytes(to)))
        .collect();
    format!("sack {count} {shown}")
}
