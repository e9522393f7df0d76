//! Questions for names and their answers (RFC 1035).

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::bytes::{byte, ipv4, ipv6, short};

const HEADER: usize = 12;
/// The longest name, in bytes.
const NAME: usize = 255;
/// More answers than a line is read for.
const ANSWERS: usize = 8;

const TYPES: [(u16, &str); 14] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
    (41, "OPT"),
    (43, "DS"),
    (48, "DNSKEY"),
    (65, "HTTPS"),
    (255, "ANY"),
];

const CODES: [&str; 6] = ["", " FormErr", " ServFail", " NXDomain", " NotImp", " Refused"];

/// A message of `length` bytes; `None` where it is none, or not all there.
pub(super) fn line(bytes: &[u8], length: usize) -> Option<String> {
    let (id, flags) = (short(bytes, 0)?, short(bytes, 2)?);
    let [questions, answers, authorities, additions] = [4, 6, 8, 10].map(|at| short(bytes, at));
    let counts = (questions?, answers?, authorities?, additions?);
    let shown =
        if flags & 0x8000 == 0 { question(bytes, flags, counts)? } else { answer(bytes, flags, counts)? };
    Some(format!("{id}{shown} ({length})"))
}

type Counts = (u16, u16, u16, u16);

fn question(
    bytes: &[u8],
    flags: u16,
    (questions, answers, authorities, additions): Counts,
) -> Option<String> {
    let mut line = if flags & 0x0100 == 0 { String::new() } else { "+".to_owned() };
    if flags & 0x0010 != 0 {
        line.push('%');
    }
    if questions != 1 {
        // Writing to a String can't fail, here and below.
        let _ = write!(line, " [{questions}q]");
    }
    for (count, word) in [(answers, "a"), (authorities, "n"), (additions, "au")] {
        if count > 0 {
            let _ = write!(line, " [{count}{word}]");
        }
    }
    let (name, next) = name(bytes, HEADER)?;
    let _ = write!(line, " {}? {name}", kind(short(bytes, next)?));
    Some(line)
}

fn answer(bytes: &[u8], flags: u16, (questions, answers, authorities, additions): Counts) -> Option<String> {
    let mut line = CODES
        .get(usize::from(flags & 15))
        .map_or_else(|| format!(" Resp{}", flags & 15), |code| (*code).to_owned());
    for (bit, wanted, mark) in
        [(0x0400, true, '*'), (0x0080, false, '-'), (0x0200, true, '|'), (0x0020, true, '$')]
    {
        if (flags & bit != 0) == wanted {
            line.push(mark);
        }
    }
    let _ = write!(line, " {answers}/{authorities}/{additions}");
    let mut at = HEADER;
    for _ in 0..questions {
        at = name(bytes, at)?.1.checked_add(4)?;
    }
    let mut words = Vec::new();
    for _ in 0..usize::from(answers).min(ANSWERS) {
        let Some((word, next)) = record(bytes, at) else { break };
        words.push(word);
        at = next;
    }
    if !words.is_empty() {
        let _ = write!(line, " {}", words.join(", "));
    }
    Some(line)
}

/// The record at `at`, and where the next begins.
fn record(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let (_, start) = name(bytes, at)?;
    let number = short(bytes, start)?;
    let length = usize::from(short(bytes, start + 8)?);
    let data = start + 10;
    let held = bytes.get(data..data + length)?;
    let address = |text: String| format!(" {text}");
    let value = match number {
        1 => ipv4(held, 0).as_ref().map(Ipv4Addr::to_string).map(address),
        28 => ipv6(held, 0).as_ref().map(Ipv6Addr::to_string).map(address),
        2 | 5 | 12 => name(bytes, data).map(|(name, _)| address(name)),
        15 => name(bytes, data + 2).zip(short(held, 0)).map(|((name, _), order)| format!(" {name} {order}")),
        33 => name(bytes, data + 6)
            .zip(short(held, 4))
            .zip(short(held, 0).zip(short(held, 2)))
            .map(|(((name, _), port), (order, weight))| format!(" {name}:{port} {order} {weight}")),
        16 => byte(held, 0)
            .map(|size| format!(" \"{}\"", escaped(held.get(1..=usize::from(size)).unwrap_or(held)))),
        _ => None,
    };
    Some((format!("{}{}", kind(number), value.unwrap_or_default()), data + length))
}

/// The name at `at`, and where what follows it begins. A name may end with a pointer to another's end, which lies before
/// it; one that leads on for ever is none.
fn name(bytes: &[u8], mut at: usize) -> Option<(String, usize)> {
    let (mut name, mut next) = (String::new(), None);
    loop {
        let length = usize::from(byte(bytes, at)?);
        match length {
            0 => break,
            0xc0..=0xff => {
                let target = usize::from(short(bytes, at)? & 0x3fff);
                next.get_or_insert(at + 2);
                if target >= at {
                    return None;
                }
                at = target;
            }
            1..=63 => {
                name.push_str(&escaped(bytes.get(at + 1..=at + length)?));
                name.push('.');
                at += length + 1;
            }
            _ => return None,
        }
        if name.len() > NAME * 4 {
            return None;
        }
    }
    let name = if name.is_empty() { ".".to_owned() } else { name };
    Some((name, next.unwrap_or(at + 1)))
}

/// Bytes as text in which nothing acts on a terminal.
fn escaped(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn kind(number: u16) -> String {
    let known = TYPES.iter().find(|(known, _)| *known == number);
    known.map_or_else(|| format!("Type{number}"), |(_, name)| (*name).to_owned())
}
