//! Reading attributes: `struct nlattr` of `include/uapi/linux/netlink.h`.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{align, take};
use crate::Error;

/// The two highest bits of an attribute's type are flags (`NLA_F_NESTED`, `NLA_F_NET_BYTEORDER`).
const TYPE_MASK: u16 = 0x3fff;

/// Walks the attributes of a message or of a nest. Ends after its first error, so it always ends.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes that lie one after another in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What there is where no attribute can be read: the end, or an error.
    #[cold]
    fn end(&mut self) -> Option<Result<Attribute<'a>, Error>> {
        let rest = std::mem::take(&mut self.rest);
        let (Some(length), Some(kind)) = (take(rest), rest.get(2..).and_then(take)) else {
            // What is left over cannot hold a header: padding, or a message cut short.
            let padding = rest.iter().all(|byte| *byte == 0);
            return (!padding).then(|| Err(malformed("attribute header", None, 4, rest.len())));
        };
        let (length, kind) = (usize::from(u16::from_ne_bytes(length)), u16::from_ne_bytes(kind) & TYPE_MASK);
        Some(Err(malformed("attribute", Some(kind), length.max(4), length.min(rest.len()))))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>, Error>;

    // Where a list of ten thousand links is read, most of the time is spent here.
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Some((attribute, rest)) = split(self.rest) else { return self.end() };
        self.rest = rest;
        Some(Ok(attribute))
    }
}

/// The first attribute in `bytes` and what follows it; `None` where none can be read.
#[inline]
fn split(bytes: &[u8]) -> Option<(Attribute<'_>, &[u8])> {
    let [l0, l1, k0, k1] = *bytes.first_chunk()?;
    let length = usize::from(u16::from_ne_bytes([l0, l1]));
    let payload = bytes.get(4..length)?;
    let kind = u16::from_ne_bytes([k0, k1]) & TYPE_MASK;
    // The last one need not be padded: what lies past the end is nothing.
    Some((Attribute { kind, payload }, bytes.get(align(length)..).unwrap_or_default()))
}

/// One attribute, borrowed from the message it came in.
///
/// Its accessors ask for *at least* as many bytes as they read: a later kernel may make an attribute longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type, such as `IFLA_IFNAME`, without the flag bits.
    pub kind: u16,
    /// What follows its four bytes of header, without padding.
    pub payload: &'a [u8],
}

impl<'a> Attribute<'a> {
    fn number<const N: usize>(&self, what: &'static str) -> Result<[u8; N], Error> {
        take(self.payload).ok_or_else(|| malformed(what, Some(self.kind), N, self.payload.len()))
    }

    /// Checks that a struct of `needed` bytes, `what`, can stand in the payload.
    pub(crate) fn at_least(&self, needed: usize, what: &'static str) -> Result<(), Error> {
        let found = self.payload.len();
        if found < needed { Err(malformed(what, Some(self.kind), needed, found)) } else { Ok(()) }
    }

    /// The payload as one byte.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is empty. The other numbers fail alike.
    pub fn u8(&self) -> Result<u8, Error> {
        self.number("8-bit number").map(u8::from_ne_bytes)
    }

    /// The payload as a native-endian 16-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u16(&self) -> Result<u16, Error> {
        self.number("16-bit number").map(u16::from_ne_bytes)
    }

    /// The payload as a native-endian 32-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u32(&self) -> Result<u32, Error> {
        self.number("32-bit number").map(u32::from_ne_bytes)
    }

    /// The payload as a native-endian 64-bit number, aligned or not.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u64(&self) -> Result<u64, Error> {
        self.number("64-bit number").map(u64::from_ne_bytes)
    }

    /// The payload as a native-endian signed 32-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn i32(&self) -> Result<i32, Error> {
        self.number("32-bit number").map(i32::from_ne_bytes)
    }

    /// The payload as a big-endian 16-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u16_be(&self) -> Result<u16, Error> {
        self.number("16-bit number").map(u16::from_be_bytes)
    }

    /// The payload as a big-endian 32-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u32_be(&self) -> Result<u32, Error> {
        self.number("32-bit number").map(u32::from_be_bytes)
    }

    /// The payload as a big-endian 64-bit number.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is shorter.
    pub fn u64_be(&self) -> Result<u64, Error> {
        self.number("64-bit number").map(u64::from_be_bytes)
    }

    /// The payload as text: without its trailing NULs, and with U+FFFD for what is not UTF-8.
    /// (The kernel lets an interface have any bytes but `/`, `:`, white space and NUL in its name.)
    pub fn str(&self) -> Cow<'a, str> {
        let end = self.payload.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        String::from_utf8_lossy(self.payload.get(..end).unwrap_or_default())
    }

    /// The payload as an address: 4 bytes are IPv4, 16 bytes are IPv6.
    ///
    /// # Errors
    /// [`Error::Malformed`] for any other length.
    pub fn ip(&self) -> Result<IpAddr, Error> {
        ip(self.payload).ok_or_else(|| malformed("address", Some(self.kind), 4, self.payload.len()))
    }

    /// The attributes inside this one.
    pub const fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.payload)
    }
}

/// Exactly 4 bytes are IPv4, exactly 16 are IPv6.
pub(crate) fn ip(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::V4(Ipv4Addr::from(four)));
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| IpAddr::V6(Ipv6Addr::from(sixteen)))
}

const fn malformed(what: &'static str, attribute: Option<u16>, needed: usize, found: usize) -> Error {
    Error::Malformed { what, attribute, needed, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(bytes: &[u8]) -> Vec<Result<Attribute<'_>, Error>> {
        Attributes::new(bytes).collect()
    }

    #[test]
    fn attributes_are_walked_by_their_aligned_length() {
        let bytes = [5, 0, 1, 0, b'a', 0, 0, 0, 4, 0, 2, 0x80];
        let found: Vec<_> = walk(&bytes).into_iter().map(Result::unwrap).collect();
        assert_eq!(
            found,
            [Attribute { kind: 1, payload: b"a" }, Attribute { kind: 2, payload: b"" }],
            "the flag bits are no part of the type"
        );
    }

    #[test]
    fn an_unpadded_last_attribute_is_accepted() {
        assert_eq!(walk(&[5, 0, 1, 0, b'a']).len(), 1);
    }

    #[test]
    fn a_length_that_lies_is_one_error_and_the_end() {
        for lying in [[0, 0, 1, 0], [3, 0, 1, 0], [8, 0, 1, 0], [255, 255, 1, 0]] {
            let found = walk(&lying);
            assert_eq!(found.len(), 1, "{lying:?}");
            assert!(matches!(found[0], Err(Error::Malformed { attribute: Some(1), .. })), "{lying:?}");
        }
    }

    #[test]
    fn leftovers_are_padding_only_when_they_are_zero() {
        assert!(walk(&[0, 0, 0]).is_empty());
        assert!(matches!(walk(&[1, 0, 0])[..], [Err(_)]));
    }

    #[test]
    fn text_loses_its_trailing_nuls_and_keeps_the_rest() {
        let text = |payload| Attribute { kind: 3, payload }.str().into_owned();
        assert_eq!(text(b"eth0\0"), "eth0");
        assert_eq!(text(b"eth0\0\0\0"), "eth0");
        assert_eq!(text(b"eth0"), "eth0");
        assert_eq!(text(b"\0"), "");
        assert_eq!(text(b"\xff0\0"), "\u{fffd}0");
    }

    #[test]
    fn numbers_accept_attributes_that_grew_and_refuse_those_too_short() {
        let grown = Attribute { kind: 4, payload: &[1, 0, 0, 0, 9] };
        assert_eq!(grown.u32().unwrap(), 1_u32.to_le());
        assert_eq!(grown.u16_be().unwrap(), 256);
        let short = Attribute { kind: 4, payload: &[1] };
        assert!(matches!(short.u32(), Err(Error::Malformed { attribute: Some(4), needed: 4, found: 1, .. })));
        assert!(short.ip().is_err());
    }
}
