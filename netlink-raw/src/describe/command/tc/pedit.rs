//! The action `pedit`, which writes into packets.

use std::net::Ipv4Addr;

use super::Found;
use super::Words;
use super::action::General;
use crate::describe::tables::{
    TCA_PEDIT_KEY_EX_CMD, TCA_PEDIT_KEY_EX_HTYPE, TCA_PEDIT_KEYS_EX, TCA_PEDIT_PARMS, TCA_PEDIT_PARMS_EX,
};
use crate::kernel::TC_ACT_OK;
use crate::wire::field;

/// Four bytes that are changed.
#[derive(Clone, Copy)]
struct Key {
    /// The bits that stay.
    mask: u32,
    value: u32,
    offset: u32,
}

/// The header that an offset counts from, and what is done with the value: `TCA_PEDIT_KEY_EX_*`.
type Header = (u16, u16);

const ETHERNET: u16 = 1;
const IPV4: u16 = 2;
const TCP: u16 = 4;
const UDP: u16 = 5;

/// Fields of headers: header, offset, the bits that stay, how far left the value stands, words.
const FIELDS: [(u16, u32, u32, u32, &str); 7] = [
    (IPV4, 8, 0x00ff_ffff, 24, "ip ttl"),
    (IPV4, 8, 0xff00_ffff, 16, "ip protocol"),
    (IPV4, 0, 0xff00_ffff, 16, "ip tos"),
    (TCP, 0, 0x0000_ffff, 16, "tcp sport"),
    (TCP, 0, 0xffff_0000, 0, "tcp dport"),
    (UDP, 0, 0x0000_ffff, 16, "udp sport"),
    (UDP, 0, 0xffff_0000, 0, "udp dport"),
];

pub(super) fn tell(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[TCA_PEDIT_PARMS, TCA_PEDIT_PARMS_EX, TCA_PEDIT_KEYS_EX])?;
    let extended = found.get(TCA_PEDIT_PARMS_EX).is_some();
    let general = General::of(found, if extended { TCA_PEDIT_PARMS_EX } else { TCA_PEDIT_PARMS }, 4)?;
    let (keys, rest) = general.0.get(24..)?.as_chunks::<24>();
    (rest.is_empty() && general.0.get(20).map(|count| usize::from(*count)) == Some(keys.len()))
        .then_some(())?;
    let mut read = Vec::new();
    for key in keys {
        let [mask, value] = [0, 4].map(|at| u32::from_be_bytes(field(key, at)));
        // No offset that the packet itself tells.
        key.get(12..)?.iter().all(|byte| *byte == 0).then_some(())?;
        read.push(Key { mask, value, offset: u32::from_ne_bytes(field(key, 8)) });
    }
    words.word("pedit");
    if extended {
        words.word("ex");
        let headers: Vec<Header> = found
            .get(TCA_PEDIT_KEYS_EX)?
            .nested()
            .map(|member| {
                let member = Found::of(member.ok()?.nested())?;
                Some((member.u16(TCA_PEDIT_KEY_EX_HTYPE)?, member.u16(TCA_PEDIT_KEY_EX_CMD)?))
            })
            .collect::<Option<_>>()?;
        (headers.len() == read.len()).then_some(())?;
        fields(&read, &headers, words)?;
    } else {
        for key in read {
            words.word(&format!("munge offset {} u32 set {:#010x}", key.offset, key.value));
            if key.mask != 0 {
                words.option("retain", format!("{:#010x}", !key.mask));
            }
        }
    }
    general.end(TC_ACT_OK, words)
}

/// Fields by their names; an address of Ethernet is two keys.
fn fields(keys: &[Key], headers: &[Header], words: &mut Words) -> Option<()> {
    let mut rest = keys.iter().copied().zip(headers.iter().copied()).peekable();
    while let Some((key, (header, how))) = rest.next() {
        let verb = match how {
            0 => "set",
            1 => "add",
            _ => return None,
        };
        let next = rest.peek().filter(|(_, (after, _))| *after == header).map(|(next, _)| *next);
        let (name, value) = match (header, key.offset, next) {
            (ETHERNET, 0, Some(Key { mask: 0x0000_ffff, value: last, offset: 4 })) if key.mask == 0 => {
                rest.next();
                ("eth dst", hardware([key.value, last], 0))
            }
            (ETHERNET, 4, Some(Key { mask: 0, value: last, offset: 8 })) if key.mask == 0xffff_0000 => {
                rest.next();
                ("eth src", hardware([key.value, last], 2))
            }
            (IPV4, 12, _) if key.mask == 0 => ("ip src", Ipv4Addr::from(key.value).to_string()),
            (IPV4, 16, _) if key.mask == 0 => ("ip dst", Ipv4Addr::from(key.value).to_string()),
            _ => {
                let (.., shift, name) = FIELDS
                    .iter()
                    .find(|field| (field.0, field.1, field.2) == (header, key.offset, key.mask))?;
                (*name, (key.value >> shift).to_string())
            }
        };
        words.word("munge");
        words.word(name);
        words.option(verb, value);
    }
    Some(())
}

/// Six of the eight bytes of two keys.
fn hardware(values: [u32; 2], from: usize) -> String {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).skip(from).take(6).collect();
    crate::hardware(&bytes)
}
