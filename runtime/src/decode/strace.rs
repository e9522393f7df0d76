//! What strace(1) printed: calls that send or receive netlink, as it decodes them or as strings.
//!
//! strace prints values by names, and links by theirs where the kernel has numbers. What it printed is encoded again
//! ([`encode`]), so that the message can be described, and its command told. What can't be is said, and shown in
//! strace's own words ([`words`]). Bytes that it dumps behind a call (`-e write=all`, `-e read=all`) are preferred.

mod call;
mod encode;
mod layouts;
mod value;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use super::family::Family;
use super::input::Input;
use super::print::Printer;
use super::{Content, Datagram, Direction};
use crate::error::Result;
use call::{Call, Line};
use value::Value;
pub(super) use value::unescape;

/// Calls, processes and descriptors that are remembered.
const KEPT: usize = 65_536;

/// Whether a text is what strace prints of netlink.
pub(super) fn is_trace(text: &str) -> bool {
    text.contains("nlmsg_len=") || text.lines().any(call::is_call)
}

/// Prints the messages of a trace, call by call.
pub(super) fn read(input: &mut Input, printer: &mut Printer) -> Result<()> {
    let mut trace = Trace::default();
    while let Some(line) = input.line()? {
        trace.line(line.trim_end_matches('\n'), printer)?;
    }
    trace.flush(printer)
}

/// A trace, up to some line.
#[derive(Default)]
struct Trace {
    /// The call of the last line, behind which its bytes may be dumped.
    last: Option<Call>,
    /// The buffers that were dumped.
    dumped: Vec<Vec<u8>>,
    /// Calls that were interrupted by other processes' lines.
    unfinished: BTreeMap<String, String>,
    /// Sockets by process and descriptor.
    sockets: BTreeMap<(String, i64), Option<Family>>,
}

impl Trace {
    fn line(&mut self, text: &str, printer: &mut Printer) -> Result<()> {
        match Line::of(text) {
            Line::Buffer => self.dumped.push(Vec::new()),
            Line::Dump(bytes) => match self.dumped.last_mut() {
                Some(buffer) => buffer.extend(bytes),
                None => self.dumped.push(bytes),
            },
            Line::Unfinished { process, text } => {
                self.flush(printer)?;
                if self.unfinished.len() < KEPT {
                    self.unfinished.insert(process, text);
                }
            }
            Line::Resumed { process, name, text } => {
                self.flush(printer)?;
                if let Some(begun) = self.unfinished.remove(&process) {
                    let whole = format!("{begun}{text}");
                    // A line of another call has the same beginning, if lines were lost.
                    if whole.contains(&name) {
                        self.last = Call::parse(&whole);
                    }
                }
            }
            Line::Call(call) => {
                self.flush(printer)?;
                self.last = Some(call);
            }
            Line::Bare(value) => {
                self.flush(printer)?;
                for message in encode::messages(&value) {
                    Self::message(message, &Datagram::default(), printer)?;
                }
            }
            Line::Other => self.flush(printer)?,
        }
        Ok(())
    }

    /// Tells of the last call, whose lines have ended.
    fn flush(&mut self, printer: &mut Printer) -> Result<()> {
        let dumped = std::mem::take(&mut self.dumped);
        let Some(call) = self.last.take() else { return Ok(()) };
        match call.name.as_str() {
            "socket" => self.socket(&call),
            "open" | "openat" => {
                let path = call.arguments.iter().find_map(|argument| match argument {
                    Value::Text(bytes, false) => Some(String::from_utf8_lossy(bytes).into_owned()),
                    _ => None,
                });
                if let (Some(path), Some(descriptor)) =
                    (path, call.returned.and_then(|fd| i32::try_from(fd).ok()))
                {
                    printer.learnt.opened(descriptor, &path);
                    self.sockets.remove(&(call.process, i64::from(descriptor)));
                }
            }
            _ => self.transfer(&call, &dumped, printer)?,
        }
        Ok(())
    }

    /// `socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3`.
    fn socket(&mut self, call: &Call) {
        let Some(descriptor) = call.returned.filter(|fd| *fd >= 0) else { return };
        let key = (call.process.clone(), descriptor);
        match &call.arguments[..] {
            [Value::Name(domain), _, family] if domain == "AF_NETLINK" || domain == "PF_NETLINK" => {
                let family = match family {
                    Value::Name(name) => Family::find(name),
                    Value::Number(number) => u16::try_from(*number).ok().map(Family),
                    _ => None,
                };
                if self.sockets.len() < KEPT {
                    self.sockets.insert(key, family);
                }
            }
            _ => {
                self.sockets.remove(&key);
            }
        }
    }

    /// A call that sends or receives.
    fn transfer(&mut self, call: &Call, dumped: &[Vec<u8>], printer: &mut Printer) -> Result<()> {
        if call.failed() && call.receives() || call.peeks() {
            return Ok(());
        }
        let socket = self.sockets.get(&(call.process.clone(), call.descriptor().unwrap_or(-1)));
        let is_netlink = socket.is_some() || call.family.is_some() || call.names_netlink();
        let direction = if call.receives() { Direction::ToProgram } else { Direction::ToKernel };
        let about = Datagram {
            time: call.time,
            direction: Some(direction),
            family: call.family.or_else(|| socket.copied().flatten()),
            content: Content::default(),
        };
        let buffers = call.buffers();
        if is_netlink && !dumped.is_empty() && dumped.iter().any(|buffer| !buffer.is_empty()) {
            // Of several buffers, the message lies across them.
            return printer.datagram(&Datagram { content: Content::of(dumped.concat()), ..about });
        }
        let mut strings = Vec::new();
        for buffer in buffers {
            match buffer {
                Value::Text(bytes, elided) if is_netlink || looks_like_netlink(bytes) => {
                    strings.extend(bytes);
                    if *elided {
                        let why =
                            "strace left out a part of the string: let it print more (strace -s 100000)";
                        return printer
                            .datagram(&Datagram { content: Content::Nothing(why.to_owned()), ..about });
                    }
                }
                Value::List(_) | Value::Struct(_) => {
                    for message in encode::messages(buffer) {
                        Self::message(message, &about, printer)?;
                    }
                }
                _ => {}
            }
        }
        if strings.is_empty() {
            return Ok(());
        }
        // A receiver prints only what came, a sender all of it.
        printer.datagram(&Datagram { content: Content::of(strings), ..about })
    }

    /// A message that strace decoded.
    fn message(message: &Value, about: &Datagram, printer: &mut Printer) -> Result<()> {
        let family = about.family.or_else(|| words::family(message));
        let content = match encode::message(message, &mut printer.learnt) {
            Ok((bytes, exact)) => Content::Bytes { length: bytes.len(), bytes, exact },
            Err(problem) => Content::Words(
                Box::new(words::describe(message)),
                format!("no command: it can't be encoded again, because {problem}"),
            ),
        };
        printer.datagram(&Datagram { family, content, time: about.time, direction: about.direction })
    }
}

/// Whether a string that was written to a descriptor of unknown kind is a message: its length says so.
fn looks_like_netlink(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk::<4>().map_or(0, |four| u32::from_ne_bytes(*four));
    let length = usize::try_from(length).unwrap_or(0);
    (16..=bytes.len()).contains(&length)
}

#[cfg(test)]
#[path = "strace/tests.rs"]
mod tests;

/// Seconds since midnight, or since 1970: `-t`, `-tt`, `-ttt`.
fn time(word: &str) -> Option<Duration> {
    let (whole, fraction) = word.split_once('.').unwrap_or((word, ""));
    let seconds = match whole.split(':').collect::<Vec<_>>()[..] {
        [hours, minutes, seconds] if whole.len() == 8 => {
            let number = |text: &str| text.parse::<u64>().ok();
            number(hours)? * 3600 + number(minutes)? * 60 + number(seconds)?
        }
        [seconds] if seconds.len() >= 9 && !fraction.is_empty() => seconds.parse().ok()?,
        _ => return None,
    };
    let digits = format!("{:0<9}", fraction.get(..fraction.len().min(9))?);
    Some(Duration::new(seconds, digits.parse().ok()?))
}
