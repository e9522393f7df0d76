//! The attributes of a message, or of one of them, by their numbers.

use std::net::IpAddr;

use netlink_raw::wire::{Attribute, Attributes};

/// The header of a message's payload, and the attributes behind it; `None` where it is too short.
pub fn open<const HEADER: usize, const N: usize>(payload: &[u8]) -> Option<([u8; HEADER], Table<'_, N>)> {
    let (header, attributes) = payload.split_first_chunk()?;
    Some((*header, Table::new(attributes)))
}

/// The attributes numbered below `N`, borrowed. One is made for each link of ten thousand, so it is small: where each
/// lies, and no more.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, const N: usize> {
    bytes: &'a [u8],
    places: [Place; N],
}

/// Where the payload of an attribute lies.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Where it begins, in units of the four bytes that attributes are aligned to; 0, where a header is, for none.
    unit: u16,
    length: u16,
}

impl<'a, const N: usize> Table<'a, N> {
    /// Those that lie in `bytes`. What can't be read is as if it were not there.
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut places = [Place::default(); N];
        let mut attributes = Attributes::new(bytes);
        while let Some(Ok(Attribute { kind, payload })) = attributes.next() {
            let start = payload.as_ptr().addr() - bytes.as_ptr().addr();
            if let (Some(place), Ok(unit), Ok(length)) =
                (places.get_mut(usize::from(kind)), u16::try_from(start / 4), u16::try_from(payload.len()))
            {
                *place = Place { unit, length };
            }
        }
        Self { bytes, places }
    }

    /// The attribute of this number.
    pub fn get(&self, kind: u16) -> Option<Attribute<'a>> {
        let Place { unit, length } = self.places.get(usize::from(kind)).filter(|place| place.unit != 0)?;
        let start = usize::from(*unit) * 4;
        let payload = self.bytes.get(start..start + usize::from(*length))?;
        Some(Attribute { kind, payload })
    }

    /// Its payload.
    pub fn bytes(&self, kind: u16) -> Option<&'a [u8]> {
        self.get(kind).map(|attribute| attribute.payload)
    }

    /// Its payload as a number. One that is too short for it is none.
    pub fn u8(&self, kind: u16) -> Option<u8> {
        self.get(kind)?.u8().ok()
    }

    /// As 16 bits.
    pub fn u16(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16().ok()
    }

    /// As 16 bits in the order of the network.
    pub fn u16_be(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16_be().ok()
    }

    /// As 64 bits.
    pub fn u64(&self, kind: u16) -> Option<u64> {
        self.get(kind)?.u64().ok()
    }

    /// As text, which ends at its first NUL.
    pub fn text(&self, kind: u16) -> Option<&'a [u8]> {
        self.bytes(kind)?.split(|byte| *byte == 0).next()
    }

    /// As 32 bits.
    pub fn u32(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.u32().ok()
    }

    /// As an address.
    pub fn ip(&self, kind: u16) -> Option<IpAddr> {
        self.get(kind)?.ip().ok()
    }
}
