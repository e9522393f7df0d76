//! pcapng: blocks, of which only those with packets, and those that say how to read them, are looked into.

use std::io::Read;
use std::time::Duration;

use super::{Packet, bytes, exactly, exactly_or_end};

/// The type of the block that begins a section: the same in either order of bytes.
pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Options of an interface.
const END_OF_OPTIONS: u16 = 0;
const TIME_RESOLUTION: u16 = 9;
const TIME_OFFSET: u16 = 14;

/// Interfaces of one section that are kept.
const INTERFACES: usize = 65_536;

/// A capture, the type of its first block read.
#[derive(Debug, Default)]
pub(super) struct Capture {
    begun: bool,
    big: bool,
    interfaces: Vec<Interface>,
}

/// How the packets of an interface are to be read.
#[derive(Debug, Clone, Copy)]
struct Interface {
    link: u32,
    /// Units of its times in a second.
    resolution: u64,
    /// Seconds to be added.
    offset: i64,
}

impl Capture {
    /// The next packet of any interface.
    pub(super) fn next(&mut self, input: &mut impl Read) -> Result<Option<Packet>, String> {
        loop {
            let mut kind = SECTION;
            // The first one was read to see what it is.
            if std::mem::replace(&mut self.begun, true)
                && !exactly_or_end(input, &mut kind, "the type of a block")?
            {
                return Ok(None);
            }
            let body = self.body(kind, input)?;
            let packet = match self.number(kind) {
                _ if kind == SECTION => continue,
                INTERFACE => {
                    self.interface(&body)?;
                    None
                }
                ENHANCED_PACKET => Some(self.packet(&body, self.u32(&body, 0)?)?),
                OBSOLETE_PACKET => Some(self.packet(&body, self.u16(&body, 0)?.into())?),
                SIMPLE_PACKET => Some(self.simple(&body)?),
                _ => None,
            };
            if packet.is_some() {
                return Ok(packet);
            }
        }
    }

    /// What is in a block, between its length and its length.
    fn body(&mut self, kind: [u8; 4], input: &mut impl Read) -> Result<Vec<u8>, String> {
        let mut length = [0; 4];
        exactly(input, &mut length, "the length of a block")?;
        let mut fixed = 12;
        if kind == SECTION {
            let mut magic = [0; 4];
            exactly(input, &mut magic, "the header of a section")?;
            self.big = match magic {
                [0x1a, 0x2b, 0x3c, 0x4d] => true,
                [0x4d, 0x3c, 0x2b, 0x1a] => false,
                _ => return Err("a section whose order of bytes is none".to_owned()),
            };
            self.interfaces.clear();
            fixed = 16;
        }
        let told = self.number(length);
        let inner = usize::try_from(told).ok().and_then(|length| length.checked_sub(fixed));
        let Some(inner) = inner.filter(|inner| inner % 4 == 0) else {
            return Err(format!("a block of {told} bytes: its length is damaged"));
        };
        let body = bytes(input, inner, "a block")?;
        let mut again = [0; 4];
        exactly(input, &mut again, "a block")?;
        if again != length {
            return Err(format!("a block of {told} bytes that ends with another length: it is damaged"));
        }
        Ok(body)
    }

    fn interface(&mut self, body: &[u8]) -> Result<(), String> {
        let mut found = Interface { link: self.u16(body, 0)?.into(), resolution: 1_000_000, offset: 0 };
        let mut rest = body.get(8..).unwrap_or_default();
        while let (Ok(kind), Ok(length)) = (self.u16(rest, 0), self.u16(rest, 2)) {
            let length = usize::from(length);
            let Some(value) = rest.get(4..4 + length).filter(|_| kind != END_OF_OPTIONS) else { break };
            match (kind, value) {
                (TIME_RESOLUTION, [power, ..]) => found.resolution = resolution(*power),
                (TIME_OFFSET, value) => found.offset = self.i64(value),
                _ => {}
            }
            rest = rest.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        }
        if self.interfaces.len() == INTERFACES {
            return Err(format!("more than {INTERFACES} interfaces"));
        }
        self.interfaces.push(found);
        Ok(())
    }

    /// Behind its number: the time in two halves, bytes recorded, bytes there were, the bytes.
    fn packet(&self, body: &[u8], number: u32) -> Result<Packet, String> {
        let interface = self.of(number)?;
        let units = u64::from(self.u32(body, 4)?) << 32 | u64::from(self.u32(body, 8)?);
        let recorded = usize::try_from(self.u32(body, 12)?).unwrap_or(usize::MAX);
        let length = usize::try_from(self.u32(body, 16)?).unwrap_or(usize::MAX).max(recorded);
        let Some(bytes) = recorded.checked_add(20).and_then(|end| body.get(20..end)) else {
            return Err(format!("a packet of {recorded} bytes in a block that is shorter"));
        };
        Ok(Packet { time: Some(interface.time(units)), link: interface.link, bytes: bytes.to_vec(), length })
    }

    fn simple(&self, body: &[u8]) -> Result<Packet, String> {
        let interface = self.of(0)?;
        let length = usize::try_from(self.u32(body, 0)?).unwrap_or(usize::MAX);
        let bytes = body.get(4..).unwrap_or_default();
        let bytes = bytes.get(..length).unwrap_or(bytes).to_vec();
        Ok(Packet { time: None, link: interface.link, length: length.max(bytes.len()), bytes })
    }

    fn of(&self, number: u32) -> Result<Interface, String> {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.interfaces
            .get(place)
            .copied()
            .ok_or_else(|| format!("a packet of interface {number}, which there is not"))
    }

    fn number(&self, bytes: [u8; 4]) -> u32 {
        if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    fn u32(&self, body: &[u8], at: usize) -> Result<u32, String> {
        let bytes = body.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map(|bytes| self.number(*bytes)).ok_or_else(|| "a block that is too short".to_owned())
    }

    fn u16(&self, body: &[u8], at: usize) -> Result<u16, String> {
        let bytes = body.get(at..).and_then(|rest| rest.first_chunk());
        let read =
            |bytes: &[u8; 2]| if self.big { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) };
        bytes.map(read).ok_or_else(|| "a block that is too short".to_owned())
    }

    fn i64(&self, bytes: &[u8]) -> i64 {
        let read =
            |bytes: &[u8; 8]| if self.big { i64::from_be_bytes(*bytes) } else { i64::from_le_bytes(*bytes) };
        bytes.first_chunk().map(read).unwrap_or_default()
    }
}

/// The upper bit chooses between powers of two and of ten. What is finer than a u64 counts is not told.
fn resolution(power: u8) -> u64 {
    let base: u64 = if power & 0x80 == 0 { 10 } else { 2 };
    base.checked_pow((power & 0x7f).into()).unwrap_or(u64::MAX)
}

impl Interface {
    fn time(self, units: u64) -> Duration {
        let (seconds, rest) = (units / self.resolution, units % self.resolution);
        let nanoseconds = u128::from(rest) * 1_000_000_000 / u128::from(self.resolution);
        let fraction = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or_default());
        Duration::from_secs(seconds.saturating_add_signed(self.offset)).saturating_add(fraction)
    }
}
