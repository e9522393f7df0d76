//! What is in a pcapng file, read by its blocks.

use std::path::Path;

/// A packet of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packet {
    /// The name of its interface.
    pub(crate) interface: String,
    /// Nanoseconds since 1970.
    pub(crate) time: u64,
    pub(crate) bytes: Vec<u8>,
    /// How many it had.
    pub(crate) length: u32,
    /// Its `epb_flags`.
    pub(crate) flags: u32,
}

/// A file.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// Names and link types.
    pub(crate) interfaces: Vec<(String, u16)>,
    pub(crate) packets: Vec<Packet>,
    /// How many blocks of statistics there are.
    pub(crate) statistics: usize,
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn size(number: u32) -> usize {
    usize::try_from(number).expect("a size")
}

/// Options, from `at`.
fn option(bytes: &[u8], mut at: usize, wanted: u16) -> Option<&[u8]> {
    loop {
        let short = |at: usize| u16::from_ne_bytes(bytes[at..at + 2].try_into().expect("two bytes"));
        let (code, length) = (short(at), usize::from(short(at + 2)));
        match code {
            0 => return None,
            code if code == wanted => return Some(&bytes[at + 4..at + 4 + length]),
            _ => at += 4 + length.next_multiple_of(4),
        }
    }
}

/// Reads a file that is whole.
#[track_caller]
pub(crate) fn read(path: &Path) -> File {
    let bytes = std::fs::read(path).expect("a file");
    let (mut rest, mut file) = (&bytes[..], File::default());
    while !rest.is_empty() {
        let length = size(number(rest, 4));
        assert_eq!(number(rest, 4), number(rest, length - 4), "a block's two lengths");
        let body = &rest[8..length - 4];
        match number(rest, 0) {
            0x0a0d_0d0a => assert_eq!(number(body, 0), 0x1a2b_3c4d),
            1 => {
                let name = option(body, 8, 2).expect("a name");
                assert_eq!(option(body, 8, 9), Some(&[9][..]), "nanoseconds");
                let link_type = u16::try_from(number(body, 0) & 0xffff).expect("a link type");
                file.interfaces.push((String::from_utf8_lossy(name).into_owned(), link_type));
            }
            6 => {
                let taken = size(number(body, 12));
                let flags = option(body, 20 + taken.next_multiple_of(4), 2).expect("flags");
                file.packets.push(Packet {
                    interface: file.interfaces[size(number(body, 0))].0.clone(),
                    time: u64::from(number(body, 4)) << 32 | u64::from(number(body, 8)),
                    bytes: body[20..20 + taken].to_vec(),
                    length: number(body, 16),
                    flags: number(flags, 0),
                });
            }
            5 => file.statistics += 1,
            other => panic!("a block of type {other}"),
        }
        rest = &rest[length..];
    }
    file
}
