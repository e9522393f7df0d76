//! What a keeper and those who attach say to each other: one packet (`SOCK_SEQPACKET`) a word, its first byte
//! the kind.

use super::entry::Stream;
use crate::sys::terminal::WindowSize;

/// The most bytes of the program's input or output that one packet carries.
pub const MOST: usize = 4096;

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Bytes for the program's input.
    Input(&'a [u8]),
    /// The size of the client's window.
    Size(WindowSize),
    /// A signal for the program.
    Signal(u8),
}

/// What the keeper tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<'a> {
    /// First of all: what the program has.
    Hello {
        /// A terminal.
        terminal: bool,
        /// An input that somebody can write to.
        input: bool,
    },
    /// The program wrote something.
    Output(Stream, &'a [u8]),
    /// Last of all: the exit status.
    Ended(u8),
}

fn packet(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(1 + content.len());
    packet.push(kind);
    packet.extend_from_slice(content);
    packet
}

impl<'a> Asked<'a> {
    /// As a packet.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Input(bytes) => packet(b'i', bytes),
            Self::Size(WindowSize { rows, columns }) => {
                packet(b'w', &[rows.to_le_bytes(), columns.to_le_bytes()].concat())
            }
            Self::Signal(signal) => packet(b's', &[*signal]),
        }
    }

    /// From a packet; `None` where it is none of these.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        match packet {
            [b'i', bytes @ ..] => Some(Self::Input(bytes)),
            [b'w', a, b, c, d] => Some(Self::Size(WindowSize {
                rows: u16::from_le_bytes([*a, *b]),
                columns: u16::from_le_bytes([*c, *d]),
            })),
            [b's', signal] => Some(Self::Signal(*signal)),
            _ => None,
        }
    }
}

impl<'a> Told<'a> {
    /// As a packet.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Hello { terminal, input } => packet(b'h', &[u8::from(*terminal), u8::from(*input)]),
            Self::Output(Stream::Output, bytes) => packet(b'o', bytes),
            Self::Output(Stream::Error, bytes) => packet(b'e', bytes),
            Self::Ended(status) => packet(b'x', &[*status]),
        }
    }

    /// From a packet; `None` where it is none of these.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        match packet {
            [b'h', terminal, input] => Some(Self::Hello { terminal: *terminal != 0, input: *input != 0 }),
            [b'o', bytes @ ..] => Some(Self::Output(Stream::Output, bytes)),
            [b'e', bytes @ ..] => Some(Self::Output(Stream::Error, bytes)),
            [b'x', status] => Some(Self::Ended(*status)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_reads_back() {
        let size = WindowSize { rows: 24, columns: 300 };
        for asked in [Asked::Input(b"a\0\xff"), Asked::Input(b""), Asked::Size(size), Asked::Signal(15)] {
            assert_eq!(Asked::parse(&asked.encode()), Some(asked));
        }
    }

    #[test]
    fn what_is_told_reads_back() {
        let words = [
            Told::Hello { terminal: true, input: false },
            Told::Output(Stream::Output, b"out"),
            Told::Output(Stream::Error, b""),
            Told::Ended(137),
        ];
        for told in words {
            assert_eq!(Told::parse(&told.encode()), Some(told));
        }
    }

    #[test]
    fn strange_packets_are_no_words() {
        for packet in [&b""[..], b"w", b"w123", b"w12345", b"s", b"s12", b"?", b"ix"] {
            let known = packet.first() == Some(&b'i');
            assert_eq!(Asked::parse(packet).is_some(), known, "{packet:?}");
        }
        for packet in [&b""[..], b"h", b"h1", b"x", b"x12", b"i"] {
            assert_eq!(Told::parse(packet), None, "{packet:?}");
        }
    }
}
