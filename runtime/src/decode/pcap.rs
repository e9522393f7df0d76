//! Captures of nlmon devices: pcap and pcapng, of either order of bytes, read packet by packet.
//!
//! Sources: pcap-savefile(5), draft-ietf-opsawg-pcapng, LINKTYPE_NETLINK and LINKTYPE_LINUX_SLL of tcpdump.org.

mod blocks;
mod classic;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Read};
use std::time::Duration;

use super::family::Family;
use super::input::Input;
use super::print::Printer;
use super::{Content, Datagram, Direction, not_decoded};
use crate::error::Result;

/// The most bytes of a packet or block that are read. A datagram of netlink is far shorter.
const LONGEST: usize = 16 << 20;

/// Types of captures (`LINKTYPE_*`).
const NETLINK: u32 = 253;
const LINUX_SLL: u32 = 113;
const LINUX_SLL2: u32 = 276;

/// Bytes before each datagram.
const COOKED: usize = 16;

/// `ARPHRD_NETLINK`: what an nlmon device is.
const ARPHRD_NETLINK: u16 = 824;

/// A packet, as it was recorded.
#[derive(Debug, PartialEq, Eq)]
struct Packet {
    /// Since 1970.
    time: Option<Duration>,
    /// `LINKTYPE_*`.
    link: u32,
    /// What was recorded of it.
    bytes: Vec<u8>,
    /// How long it was.
    length: usize,
}

/// The next packet of a capture, or what is wrong with it.
type Packets = Box<dyn FnMut(&mut Input) -> std::result::Result<Option<Packet>, String>>;

/// What stands before each datagram in a capture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cooked<'a> {
    direction: Option<Direction>,
    family: Family,
    rest: &'a [u8],
}

impl Cooked<'_> {
    /// The datagram, of a packet that was `length` bytes long.
    pub(super) fn datagram(&self, time: Option<Duration>, length: usize) -> Datagram {
        let lost = length.saturating_sub(COOKED + self.rest.len());
        let (bytes, length) = (self.rest.to_vec(), self.rest.len() + lost);
        let content = Content::Bytes { bytes, length, exact: true };
        Datagram { time, direction: self.direction, family: Some(self.family), content }
    }
}

/// Whether it begins as a capture does.
pub(super) fn is_capture(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|magic| classic::Order::of(*magic).is_some() || *magic == blocks::SECTION)
}

/// Prints the datagrams of a capture.
pub(super) fn read(input: &mut Input, printer: &mut Printer) -> Result<()> {
    let mut magic = [0; 4];
    let name = input.name.clone();
    let damaged = |problem: String| not_decoded(&name, &problem);
    if exactly(input, &mut magic, "the capture's first bytes").is_err() {
        return Err(damaged("too short for a capture".to_owned()));
    }
    let mut packets: Packets = match classic::Order::of(magic) {
        Some(order) => {
            let capture = classic::Capture::open(order, input).map_err(&damaged)?;
            Box::new(move |input| capture.next(input))
        }
        None if magic == blocks::SECTION => {
            let mut capture = blocks::Capture::default();
            Box::new(move |input| capture.next(input))
        }
        None => return Err(damaged("it does not begin as a capture does".to_owned())),
    };
    let (mut found, mut other) = (false, None);
    while let Some(packet) = packets(input).map_err(&damaged)? {
        match netlink(packet.link, &packet.bytes) {
            Some(cooked) => {
                found = true;
                printer.datagram(&cooked.datagram(packet.time, cooked_length(&packet)))?;
            }
            None => other = Some(packet.link),
        }
    }
    match other {
        Some(link) if !found => Err(damaged(format!(
            "no netlink in it: its packets are of link type {link}; capture an nlmon device"
        ))),
        _ => Ok(()),
    }
}

/// The packet's length as if its header had [`COOKED`] bytes.
fn cooked_length(packet: &Packet) -> usize {
    if packet.link == LINUX_SLL2 { packet.length.saturating_sub(4) } else { packet.length }
}

/// What a packet of this link type carries, if it is netlink.
fn netlink(link: u32, bytes: &[u8]) -> Option<Cooked<'_>> {
    match link {
        // Type, ARPHRD, length of the address, address, protocol.
        NETLINK | LINUX_SLL => cooked(bytes),
        // Protocol, reserved, index, ARPHRD, type, length of the address, address.
        LINUX_SLL2 => {
            let (header, rest) = bytes.split_first_chunk::<20>()?;
            let device = u16::from_be_bytes([header[8], header[9]]);
            let family = Family(u16::from_be_bytes([header[0], header[1]]));
            (device == ARPHRD_NETLINK).then_some(Cooked {
                direction: direction(header[10].into()),
                family,
                rest,
            })
        }
        _ => None,
    }
}

/// The 16 bytes before each datagram, and the datagram; `None` where there is something else.
pub(super) fn cooked(bytes: &[u8]) -> Option<Cooked<'_>> {
    let (header, rest) = bytes.split_first_chunk::<COOKED>()?;
    let number = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let cooked = Cooked { direction: direction(number(0)), family: Family(number(14)), rest };
    (number(0) <= 7 && number(2) == ARPHRD_NETLINK).then_some(cooked)
}

/// `PACKET_KERNEL` and `PACKET_USER` (`linux/if_packet.h`).
const fn direction(packet_type: u16) -> Option<Direction> {
    match packet_type {
        6 => Some(Direction::ToProgram),
        7 => Some(Direction::ToKernel),
        _ => None,
    }
}

/// Fills a buffer, or says what is cut short.
fn exactly(input: &mut impl Read, buffer: &mut [u8], what: &str) -> std::result::Result<(), String> {
    input.read_exact(buffer).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => format!("truncated: it ends in {what}"),
        _ => error.to_string(),
    })
}

/// Fills a buffer; `false` at the end of the file.
fn exactly_or_end(input: &mut impl Read, buffer: &mut [u8], what: &str) -> std::result::Result<bool, String> {
    let (first, rest) = buffer.split_at_mut(1);
    match input.read(first) {
        Ok(0) => Ok(false),
        Ok(_) => exactly(input, rest, what).map(|()| true),
        Err(error) => Err(error.to_string()),
    }
}

/// `length` bytes, which grow as they come: a length that lies takes no memory.
fn bytes(input: &mut impl Read, length: usize, what: &str) -> std::result::Result<Vec<u8>, String> {
    if length > LONGEST {
        return Err(format!("{what} of {length} bytes: no capture of netlink has any that long"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(length).unwrap_or(u64::MAX);
    input.by_ref().take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() == length { Ok(bytes) } else { Err(format!("truncated: it ends in {what}")) }
}
