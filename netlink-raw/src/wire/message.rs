//! Messages: `struct nlmsghdr` of `include/uapi/linux/netlink.h`, and the datagrams that carry them.

use super::{Attributes, align, field};
use crate::Error;

/// Bytes of a message header (`NLMSG_HDRLEN`).
pub const HEADER_LEN: usize = 16;

/// The header of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// Length of the message in bytes, this header included, padding not.
    pub len: u32,
    /// What it is: `RTM_NEWLINK`, `NLMSG_ERROR`, …
    pub kind: u16,
    /// `NLM_F_*`.
    pub flags: u16,
    /// The request this belongs to; what the kernel announces unasked often has 0.
    pub seq: u32,
    /// The netlink port of the requesting socket; 0 is the kernel.
    pub port: u32,
}

impl Header {
    /// Reads the header at the start of `bytes`. The length in it is not compared with anything.
    ///
    /// # Errors
    /// [`Error::Malformed`] when there are fewer than [`HEADER_LEN`] bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() < HEADER_LEN {
            return Err(malformed("message header", HEADER_LEN, bytes.len()));
        }
        Ok(Self {
            len: u32::from_ne_bytes(field(bytes, 0)),
            kind: u16::from_ne_bytes(field(bytes, 4)),
            flags: u16::from_ne_bytes(field(bytes, 6)),
            seq: u32::from_ne_bytes(field(bytes, 8)),
            port: u32::from_ne_bytes(field(bytes, 12)),
        })
    }

    /// The header's bytes.
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&self.len.to_ne_bytes());
        bytes[4..6].copy_from_slice(&self.kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&self.flags.to_ne_bytes());
        bytes[8..12].copy_from_slice(&self.seq.to_ne_bytes());
        bytes[12..].copy_from_slice(&self.port.to_ne_bytes());
        bytes
    }
}

/// One message, borrowed from the datagram it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Its header.
    pub header: Header,
    /// What follows the header.
    pub payload: &'a [u8],
    /// All of it, header included.
    pub bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// The first message in `bytes`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when `bytes` are too few for a header or for the length in it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let header = Header::parse(bytes)?;
        let length = usize::try_from(header.len).unwrap_or(usize::MAX);
        let (Some(payload), Some(whole)) = (bytes.get(HEADER_LEN..length), bytes.get(..length)) else {
            return Err(malformed("message", length.max(HEADER_LEN), length.min(bytes.len())));
        };
        Ok(Self { header, payload, bytes: whole })
    }

    /// Splits the payload into its fixed header, `N` bytes such as `struct ifinfomsg`, and its attributes.
    ///
    /// # Errors
    /// [`Error::Malformed`], saying `what` is too short, when the payload does not hold `N` bytes.
    pub fn split<const N: usize>(&self, what: &'static str) -> Result<([u8; N], Attributes<'a>), Error> {
        let Some(fixed) = super::take(self.payload) else {
            return Err(malformed(what, N, self.payload.len()));
        };
        Ok((fixed, Attributes::new(self.payload.get(align(N)..).unwrap_or_default())))
    }
}

/// Walks the messages of a datagram. Ends after its first error, so it always ends.
#[derive(Debug, Clone)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages that lie one after another in `datagram`.
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let message = Message::parse(self.rest);
        // The last message of a datagram need not be padded: what lies past the end is nothing.
        self.rest = match &message {
            Ok(message) => self.rest.get(align(message.bytes.len())..).unwrap_or_default(),
            Err(_) => &[],
        };
        Some(message)
    }
}

const fn malformed(what: &'static str, needed: usize, found: usize) -> Error {
    Error::Malformed { what, attribute: None, needed, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(seq: u32, payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(HEADER_LEN + payload.len()).unwrap();
        let mut bytes = Header { len, kind: 3, flags: 2, seq, port: 7 }.encode().to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn a_header_survives_its_bytes() {
        let header = Header { len: 20, kind: 16, flags: 5, seq: 77, port: 4242 };
        assert_eq!(Header::parse(&header.encode()).unwrap(), header);
    }

    #[test]
    fn messages_are_walked_by_aligned_length_and_the_last_may_lack_its_padding() {
        let mut datagram = message(1, b"abcde");
        datagram.extend_from_slice(&[0; 3]);
        datagram.extend(message(2, b"x"));
        let found: Vec<_> = Messages::new(&datagram).map(Result::unwrap).collect();
        assert_eq!(
            found.iter().map(|m| (m.header.seq, m.payload)).collect::<Vec<_>>(),
            [(1, &b"abcde"[..]), (2, &b"x"[..])]
        );
    }

    #[test]
    fn a_length_that_lies_is_one_error_and_the_end() {
        for length in [0_u32, 15, 25, u32::MAX] {
            let mut bytes = message(1, &[0; 8]);
            bytes[..4].copy_from_slice(&length.to_ne_bytes());
            let found: Vec<_> = Messages::new(&bytes).collect();
            assert!(matches!(found[..], [Err(Error::Malformed { .. })]), "{length}");
        }
        assert!(matches!(Messages::new(&[1, 2, 3]).collect::<Vec<_>>()[..], [Err(_)]));
    }
}
