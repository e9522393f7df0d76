//! The blocks of a pcapng file.
//!
//! Source: "PCAP Next Generation (pcapng) Capture File Format", draft-ietf-opsawg-pcapng. Every number is in the
//! machine's own order; the section header tells which that is. A block has its length before and behind, and each
//! option is padded to four bytes.

use std::time::Duration;

use super::frame::Direction;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

const SHB_OS: u16 = 3;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_DESCRIPTION: u16 = 3;
const IF_TSRESOL: u16 = 9;
const IF_FILTER: u16 = 11;
const EPB_FLAGS: u16 = 2;
const ISB_STARTTIME: u16 = 2;
const ISB_ENDTIME: u16 = 3;
const ISB_IFDROP: u16 = 5;
const ISB_FILTERACCEPT: u16 = 6;

/// The longest value of an option.
const LONGEST: usize = u16::MAX as usize - 3;

/// An interface that packets were taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interface<'a> {
    /// `LINKTYPE_*`.
    pub(super) link_type: u16,
    /// The most bytes of a packet that are kept.
    pub(super) longest: u32,
    /// What people call it: `web:eth0`.
    pub(super) name: &'a str,
    /// What it is.
    pub(super) description: &'a str,
    /// The expression by which packets were chosen.
    pub(super) filter: Option<&'a str>,
}

/// A packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    /// The number of its interface: they are counted from 0 in the order in which they are written.
    pub(super) interface: u32,
    /// When it passed, since 1970.
    pub(super) time: Duration,
    /// Its bytes, or the first of them.
    pub(super) bytes: &'a [u8],
    /// How many it had.
    pub(super) length: u32,
    /// Whom it was for.
    pub(super) direction: Direction,
}

/// What was counted on an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// The number of the interface.
    pub(super) interface: u32,
    /// From when to when, since 1970.
    pub(super) times: (Duration, Duration),
    /// What the filter let pass.
    pub(super) passed: u64,
    /// What found no room in the kernel's buffer.
    pub(super) dropped: u64,
}

/// The beginning of a file.
pub(super) fn section(out: &mut Vec<u8>) {
    block(out, SECTION, |out| {
        put(out, BYTE_ORDER);
        // Version 1.0.
        out.extend([1_u16.to_ne_bytes(), 0_u16.to_ne_bytes()].concat());
        // How long the section is, is not known.
        out.extend(u64::MAX.to_ne_bytes());
        option(out, SHB_OS, b"Linux");
        option(out, SHB_USERAPPL, concat!("pontoon ", env!("CARGO_PKG_VERSION")).as_bytes());
        option(out, 0, b"");
    });
}

/// An interface, before its packets.
pub(super) fn interface(out: &mut Vec<u8>, interface: &Interface<'_>) {
    block(out, INTERFACE, |out| {
        out.extend(interface.link_type.to_ne_bytes());
        out.extend([0, 0]);
        put(out, interface.longest);
        option(out, IF_NAME, interface.name.as_bytes());
        option(out, IF_DESCRIPTION, interface.description.as_bytes());
        // Times are in units of 10⁻⁹ s.
        option(out, IF_TSRESOL, &[9]);
        if let Some(filter) = interface.filter {
            // 0: an expression, as text.
            option(out, IF_FILTER, &[b"\0", filter.as_bytes()].concat());
        }
        option(out, 0, b"");
    });
}

/// A packet.
pub(super) fn packet(out: &mut Vec<u8>, packet: &Packet<'_>) {
    block(out, PACKET, |out| {
        put(out, packet.interface);
        time(out, packet.time);
        put(out, u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX));
        put(out, packet.length);
        out.extend(packet.bytes);
        pad(out);
        option(out, EPB_FLAGS, &flags(packet.direction).to_ne_bytes());
        option(out, 0, b"");
    });
}

/// What was counted, behind all packets.
pub(super) fn statistics(out: &mut Vec<u8>, counts: &Counts, until: Duration) {
    block(out, STATISTICS, |out| {
        put(out, counts.interface);
        time(out, until);
        for (code, moment) in [(ISB_STARTTIME, counts.times.0), (ISB_ENDTIME, counts.times.1)] {
            let mut value = Vec::new();
            time(&mut value, moment);
            option(out, code, &value);
        }
        option(out, ISB_IFDROP, &counts.dropped.to_ne_bytes());
        option(out, ISB_FILTERACCEPT, &counts.passed.to_ne_bytes());
        option(out, 0, b"");
    });
}

/// Bits 0 and 1: in or out; bits 2 to 4: to one, to a group, to all, to somebody else.
const fn flags(direction: Direction) -> u32 {
    const IN: u32 = 1;
    match direction {
        Direction::In => IN | 1 << 2,
        Direction::Multicast => IN | 2 << 2,
        Direction::Broadcast => IN | 3 << 2,
        Direction::Other => IN | 4 << 2,
        Direction::Out => 2,
    }
}

fn block(out: &mut Vec<u8>, kind: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    put(out, kind);
    put(out, 0);
    fill(out);
    let length = u32::try_from(out.len() - start + 4).unwrap_or(u32::MAX);
    put(out, length);
    out[start + 4..start + 8].copy_from_slice(&length.to_ne_bytes());
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(LONGEST)];
    out.extend(code.to_ne_bytes());
    out.extend(u16::try_from(value.len()).unwrap_or(0).to_ne_bytes());
    out.extend(value);
    pad(out);
}

/// Nanoseconds since 1970: the upper half first, whatever the machine's order.
fn time(out: &mut Vec<u8>, since: Duration) {
    let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    put(out, u32::try_from(nanoseconds >> 32).unwrap_or(u32::MAX));
    put(out, u32::try_from(nanoseconds & 0xffff_ffff).unwrap_or(u32::MAX));
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_ne_bytes());
}

/// Blocks begin at multiples of four, so that lengths within the buffer tell the padding.
fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks in `bytes`: their types, and what is between their lengths.
    fn blocks(mut bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            let length = number(4) as usize;
            assert_eq!(length % 4, 0);
            assert_eq!(number(length - 4) as usize, length);
            found.push((number(0), bytes[8..length - 4].to_vec()));
            bytes = &bytes[length..];
        }
        found
    }

    #[test]
    fn each_block_is_as_the_draft_has_it() {
        let mut out = Vec::new();
        section(&mut out);
        let filter = Some("icmp");
        interface(
            &mut out,
            &Interface { link_type: 1, longest: 96, name: "web:eth0", description: "d", filter },
        );
        let time = Duration::new(1_700_000_000, 123_456_789);
        let direction = Direction::Multicast;
        packet(&mut out, &Packet { interface: 1, time, bytes: b"12345", length: 60, direction });
        let counts = Counts { interface: 1, times: (time, time), passed: 7, dropped: 3 };
        statistics(&mut out, &counts, time);
        let blocks = blocks(&out);
        let kinds: Vec<u32> = blocks.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [0x0a0d_0d0a, 1, 6, 5]);
        if cfg!(target_endian = "big") {
            return;
        }
        assert_eq!(blocks[0].1[..16], *b"\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff");
        let interface = b"\x01\0\0\0\x60\0\0\0\x02\0\x08\0web:eth0\x03\0\x01\0d\0\0\0\
            \x09\0\x01\0\x09\0\0\0\x0b\0\x05\0\0icmp\0\0\0\0\0\0\0";
        assert_eq!(blocks[1].1, interface);
        let since = 1_700_000_000_123_456_789_u64;
        let halves = since.to_le_bytes();
        let time = [&halves[4..], &halves[..4]].concat();
        let packet = [
            b"\x01\0\0\0".as_slice(),
            &time,
            b"\x05\0\0\0\x3c\0\0\x0012345\0\0\0\x02\0\x04\0\x09\0\0\0\0\0\0\0",
        ];
        assert_eq!(blocks[2].1, packet.concat());
        let tail = b"\x05\0\x08\0\x03\0\0\0\0\0\0\0\x06\0\x08\0\x07\0\0\0\0\0\0\0\0\0\0\0";
        assert!(blocks[3].1.ends_with(tail));
    }

    #[test]
    fn a_text_that_is_too_long_for_its_option_is_cut() {
        let mut out = Vec::new();
        let name = &"x".repeat(70_000);
        interface(&mut out, &Interface { link_type: 1, longest: 96, name, description: "", filter: None });
        assert_eq!(blocks(&out).len(), 1);
    }
}
