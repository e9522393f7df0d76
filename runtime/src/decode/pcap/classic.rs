//! pcap: a header, and packets one after another.

use std::io::Read;
use std::time::Duration;

use super::{Packet, bytes, exactly, exactly_or_end};

/// The order of bytes, and the unit of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    big: bool,
    nanoseconds: bool,
}

impl Order {
    /// As the first four bytes tell it.
    pub(super) const fn of(magic: [u8; 4]) -> Option<Self> {
        Some(match magic {
            [0xa1, 0xb2, 0xc3, 0xd4] => Self { big: true, nanoseconds: false },
            [0xd4, 0xc3, 0xb2, 0xa1] => Self { big: false, nanoseconds: false },
            [0xa1, 0xb2, 0x3c, 0x4d] => Self { big: true, nanoseconds: true },
            [0x4d, 0x3c, 0xb2, 0xa1] => Self { big: false, nanoseconds: true },
            _ => return None,
        })
    }

    fn number(self, bytes: &[u8; 16], place: usize) -> u32 {
        let four = bytes.as_chunks::<4>().0.get(place).copied().unwrap_or_default();
        if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    }
}

/// A capture, its header read.
#[derive(Debug)]
pub(super) struct Capture {
    order: Order,
    link: u32,
}

impl Capture {
    /// Reads the header behind the first four bytes: version, two numbers of no use, snapshot length, link type.
    pub(super) fn open(order: Order, input: &mut impl Read) -> Result<Self, String> {
        let (mut version, mut rest) = ([0; 4], [0; 16]);
        exactly(input, &mut version, "its header")?;
        exactly(input, &mut rest, "its header")?;
        let major = if order.big { version[1] } else { version[0] };
        if major != 2 {
            return Err(format!("a capture of version {major}, and only 2 is known"));
        }
        // The upper half tells of check sums.
        Ok(Self { order, link: order.number(&rest, 3) & 0xffff })
    }

    /// The next packet: seconds, their fraction, bytes recorded, bytes there were.
    pub(super) fn next(&self, input: &mut impl Read) -> Result<Option<Packet>, String> {
        let mut header = [0; 16];
        if !exactly_or_end(input, &mut header, "the header of a packet")? {
            return Ok(None);
        }
        let number = |place| self.order.number(&header, place);
        let fraction = if self.order.nanoseconds { number(1) } else { number(1).saturating_mul(1000) };
        let recorded = usize::try_from(number(2)).unwrap_or(usize::MAX);
        let bytes = bytes(input, recorded, "a packet")?;
        let length = usize::try_from(number(3)).unwrap_or(usize::MAX).max(recorded);
        let time =
            Duration::from_secs(number(0).into()).saturating_add(Duration::from_nanos(fraction.into()));
        Ok(Some(Packet { time: Some(time), link: self.link, bytes, length }))
    }
}
