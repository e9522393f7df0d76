//! A packet as it is written down: what the kernel took apart is together again.

use std::time::Duration;

use netlink_raw::kernel::NLM_F_REQUEST;

use super::link::{Link, NETLINK};
use crate::sys::packet::Received;

/// `PACKET_OUTGOING`.
pub(super) const OUTGOING: u8 = 4;
/// `ETH_P_IP` and `ETH_P_IPV6`.
const IP: [u16; 2] = [0x0800, 0x86dd];
/// The two addresses at the beginning of an Ethernet header.
const ADDRESSES: usize = 12;

/// Whom a packet was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// This device.
    In,
    /// All.
    Broadcast,
    /// A group.
    Multicast,
    /// Somebody else.
    Other,
    /// It went out.
    Out,
}

impl Direction {
    /// From `PACKET_HOST` and so on.
    pub(super) const fn of(kind: u8) -> Self {
        match kind {
            1 => Self::Broadcast,
            2 => Self::Multicast,
            3 => Self::Other,
            OUTGOING => Self::Out,
            _ => Self::In,
        }
    }

    /// Of a netlink datagram: a request goes out to the kernel, and all else comes in from there. The device that copies
    /// them sends them all.
    pub(super) fn of_netlink(datagram: &[u8]) -> Self {
        let flags = datagram.get(6..8).and_then(|bytes| bytes.first_chunk().copied());
        let is_request = flags.is_some_and(|flags| u16::from_ne_bytes(flags) & NLM_F_REQUEST != 0);
        if is_request { Self::Out } else { Self::In }
    }

    /// As tcpdump has it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::Broadcast => "B",
            Self::Multicast => "M",
            Self::Other => "P",
            Self::Out => "Out",
        }
    }
}

/// A packet as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Which source it came from.
    pub(super) source: usize,
    /// When it passed, since 1970.
    pub(super) time: Duration,
    /// Whom it was for.
    pub(super) direction: Direction,
    /// Its bytes, or the first of them.
    pub(super) bytes: Vec<u8>,
    /// How many it had.
    pub(super) length: u32,
}

impl Frame {
    /// What `received` is on a device with this `link`, its first `longest` bytes. `None` for what can't be written
    /// there: other than IP on a device without addresses.
    pub(super) fn of(source: usize, link: Link, received: &Received<'_>, longest: usize) -> Option<Self> {
        let (mut bytes, added) = match (link, received.tag) {
            (Link::Raw, _) if !IP.contains(&received.protocol) => return None,
            (Link::Netlink, _) => {
                let header = netlink_header(received.kind, received.protocol);
                ([&header, received.bytes].concat(), header.len())
            }
            (Link::Ethernet, Some(tag)) => tagged(received.bytes, tag),
            _ => (received.bytes.to_vec(), 0),
        };
        bytes.truncate(longest);
        let length = received.length.saturating_add(u32::try_from(added).unwrap_or(0));
        let direction = match link {
            Link::Netlink => Direction::of_netlink(received.bytes),
            _ => Direction::of(received.kind),
        };
        Some(Self { source, time: received.time, direction, bytes, length })
    }

    /// The same with an Ethernet header, its first `longest` bytes.
    pub(super) fn in_ethernet(&self, longest: u32) -> Self {
        let header = header_of(&self.bytes);
        let mut bytes = [&header, &self.bytes[..]].concat();
        bytes.truncate(usize::try_from(longest).unwrap_or(usize::MAX));
        let added = u32::try_from(header.len()).unwrap_or(0);
        Self { bytes, length: self.length.saturating_add(added), ..*self }
    }
}

/// What stands before a packet of IP that had no header of its own: no addresses, as on `lo`, and the type.
fn header_of(bytes: &[u8]) -> [u8; ADDRESSES + 2] {
    let is_ip6 = bytes.first().is_some_and(|first| first >> 4 == 6);
    let mut header = [0; ADDRESSES + 2];
    header[ADDRESSES..].copy_from_slice(&IP[usize::from(is_ip6)].to_be_bytes());
    header
}

/// An Ethernet packet with its tag, and how many bytes that added.
fn tagged(bytes: &[u8], (protocol, tag): (u16, u16)) -> (Vec<u8>, usize) {
    let Some((addresses, rest)) = bytes.split_at_checked(ADDRESSES) else { return (bytes.to_vec(), 0) };
    let tag = [protocol.to_be_bytes(), tag.to_be_bytes()].concat();
    ([addresses, &tag, rest].concat(), tag.len())
}

/// What stands before a netlink datagram (`LINKTYPE_NETLINK`): which way it went, the hardware, ten bytes of a hardware
/// address that it has not, and the family (`NETLINK_ROUTE`), all big-endian.
pub(super) fn netlink_header(kind: u8, family: u16) -> [u8; 16] {
    let mut header = [0; 16];
    header[1] = kind;
    header[2..4].copy_from_slice(&NETLINK.to_be_bytes());
    header[14..].copy_from_slice(&family.to_be_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(bytes: &[u8]) -> Received<'_> {
        let length = u32::try_from(bytes.len()).expect("a length");
        Received { time: Duration::ZERO, bytes, length, kind: 0, hardware: 1, protocol: 0x0800, tag: None }
    }

    #[test]
    fn a_tag_is_where_it_was_on_the_wire() {
        let bytes: Vec<u8> = (0..60).collect();
        let packet = Received { tag: Some((0x8100, 0x2007)), length: 1000, ..received(&bytes) };
        let frame = Frame::of(3, Link::Ethernet, &packet, 62).expect("a frame");
        assert_eq!(frame.bytes[..18], [&bytes[..12], &[0x81, 0, 0x20, 7], &bytes[12..14]].concat());
        assert_eq!((frame.bytes.len(), frame.length, frame.source), (62, 1004, 3));
        // One that is cut within its addresses can't be completed.
        let short = Received { bytes: &bytes[..11], ..packet };
        assert_eq!(Frame::of(0, Link::Ethernet, &short, 62).expect("a frame").bytes, bytes[..11]);
    }

    #[test]
    fn a_device_without_addresses_has_ip_alone() {
        assert!(Frame::of(0, Link::Raw, &received(b"E"), 9).is_some());
        assert!(Frame::of(0, Link::Raw, &Received { protocol: 0x88cc, ..received(b"E") }, 9).is_none());
    }

    #[test]
    fn a_netlink_message_has_the_header_of_its_link_type() {
        let packet = Received { kind: OUTGOING, protocol: 15, hardware: NETLINK, ..received(b"message") };
        let frame = Frame::of(0, Link::Netlink, &packet, 99).expect("a frame");
        assert_eq!(frame.bytes, b"\0\x04\x03\x38\0\0\0\0\0\0\0\0\0\0\0\x0fmessage");
        assert_eq!(frame.length, 23);
        let header = |flags: u16| [&[16, 0, 0, 0, 16, 0][..], &flags.to_ne_bytes(), &[0; 8]].concat();
        let direction = |flags| Direction::of_netlink(&header(flags));
        assert_eq!((direction(0x305), direction(2)), (Direction::Out, Direction::In));
    }
}
