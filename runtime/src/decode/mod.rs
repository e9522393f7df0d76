//! `pontoon explain`: netlink messages that others recorded, in words.
//!
//! What is read is a message, its bytes in hexadecimal, what strace printed, or a capture of an nlmon device. Each
//! form becomes `Datagram`s (`hex`, `strace`, `pcap`), which are printed as `--explain` prints a step
//! (`print`). Nothing is sent, and nothing is looked up on this host: names of links are those that the
//! recording itself tells (`learnt`).

pub(crate) mod family;
mod generic;
mod hex;
mod input;
mod learnt;
mod pcap;
mod print;
mod strace;

use std::time::Duration;

use netlink_raw::describe::Description;

use crate::cli::{DecodeArgs, RecordedAs};
use crate::error::{Error, Result};
use family::Family;
use input::Input;
use print::Printer;

/// The exit status when something could not be decoded: as that of `ip` for a mistake of the kernel's or a file's.
const NOT_DECODED: u8 = 1;

/// The longest recording that is taken as a whole, and the longest line, in bytes.
const LONGEST: usize = 64 << 20;

/// What was sent at once, by one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Datagram {
    /// When, since 1970 or (strace) since midnight.
    time: Option<Duration>,
    /// Where it was going, if the recording says so.
    direction: Option<Direction>,
    /// Whose messages they are, if the recording says so.
    family: Option<Family>,
    /// The messages.
    content: Content,
}

/// What is known of a datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// Its bytes. Those that were lost while recording are missing at the end.
    Bytes {
        /// As they are.
        bytes: Vec<u8>,
        /// How many there were.
        length: usize,
        /// Whether each is what was sent: an index that strace told as a name is not.
        exact: bool,
    },
    /// No bytes, but the names and values of one message in strace's words; and why there are no more.
    Words(Box<Description>, String),
    /// Nothing, and why.
    Nothing(String),
}

impl Default for Content {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl Content {
    /// All of the bytes.
    fn of(bytes: Vec<u8>) -> Self {
        Self::Bytes { length: bytes.len(), bytes, exact: true }
    }
}

/// Where a datagram was going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToKernel,
    ToProgram,
}

/// Prints what was recorded.
///
/// # Errors
/// It can't be read, or it is none of the forms; or a part of it is damaged, after the rest was printed.
pub(crate) fn explain(arguments: &DecodeArgs) -> Result<u8> {
    let family = arguments.protocol.as_deref().map(Family::named).transpose()?;
    let mut input = Input::open(&arguments.input, arguments.recorded_as == Some(RecordedAs::Hex))?;
    let mut printer = Printer::new(family, arguments.json, arguments.hex);
    match arguments.recorded_as.map_or_else(|| input.recognise(), Ok)? {
        RecordedAs::Message => message(&mut input, &mut printer)?,
        RecordedAs::Hex => hexadecimal(&mut input, &mut printer)?,
        RecordedAs::Strace => strace::read(&mut input, &mut printer)?,
        RecordedAs::Pcap => pcap::read(&mut input, &mut printer)?,
    }
    printer.finish(&input.name)
}

/// The bytes as they are.
fn message(input: &mut Input, printer: &mut Printer) -> Result<()> {
    let bytes = input.all()?;
    if bytes.is_empty() {
        return Err(not_decoded(&input.name, "it is empty"));
    }
    printer.datagram(&Datagram { content: Content::of(bytes), ..Datagram::default() })
}

/// One datagram, or, of `tcpdump -x`, one for each packet.
fn hexadecimal(input: &mut Input, printer: &mut Printer) -> Result<()> {
    let text = String::from_utf8_lossy(&input.all()?).into_owned();
    let found = hex::read(&text).map_err(|problem| not_decoded(&input.name, &problem))?;
    for bytes in found {
        let datagram = match pcap::cooked(&bytes) {
            Some(cooked) => cooked.datagram(None, bytes.len()),
            None => Datagram { content: Content::of(bytes), ..Datagram::default() },
        };
        printer.datagram(&datagram)?;
    }
    Ok(())
}

/// The recording `name` is not what it should be.
fn not_decoded(name: &str, problem: &str) -> Error {
    Error::Told { text: format!("explain {name}: {problem}"), status: NOT_DECODED }
}
