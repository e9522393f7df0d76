//! Messages as they are printed: as `--explain` prints a step, or as JSON.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::Duration;

use netlink_raw::describe::Description;
use netlink_raw::kernel::{NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR};
use netlink_raw::wire::{Acknowledgement, HEADER_LEN, Header, Message, align};
use nix::errno::Errno;
use serde_json::{Value, json};

use super::family::Family;
use super::learnt::Learnt;
use super::{Content, Datagram, Direction, NOT_DECODED, generic, not_decoded};
use crate::clock;
use crate::error::{Doing, Result};
use crate::explain::{json, text};

/// Prints messages one after another, and learns names from them.
pub(super) struct Printer {
    /// What the command line says, which is believed where the recording says nothing.
    family: Option<Family>,
    json: bool,
    hex: bool,
    number: u32,
    /// Whether something could not be decoded.
    damaged: bool,
    pub(super) learnt: Learnt,
}

/// What is printed of one message.
struct Told<'a> {
    datagram: &'a Datagram,
    family: Family,
    header: Option<Header>,
    /// What it is, or why that can't be told.
    description: std::result::Result<&'a Description, String>,
    /// Its bytes, if they are those that were sent.
    bytes: Option<&'a [u8]>,
    answer: Option<Acknowledgement>,
    /// Why there is no command.
    remark: Option<&'a str>,
}

impl Printer {
    pub(super) fn new(family: Option<Family>, json: bool, hex: bool) -> Self {
        Self { family, json, hex, number: 0, damaged: false, learnt: Learnt::default() }
    }

    /// All has been read.
    pub(super) fn finish(self, name: &str) -> Result<u8> {
        if self.number == 0 {
            return Err(not_decoded(name, "there is no netlink message in it"));
        }
        Ok(if self.damaged { NOT_DECODED } else { 0 })
    }

    /// Prints the messages of a datagram.
    pub(super) fn datagram(&mut self, datagram: &Datagram) -> Result<()> {
        match &datagram.content {
            Content::Bytes { bytes, length, exact } => self.bytes(datagram, bytes, *length, *exact),
            Content::Words(description, why) => {
                let family = datagram.family.or(self.family).unwrap_or(Family::ROUTE);
                self.print(&Told {
                    description: Ok(description),
                    remark: Some(why),
                    ..Told::of(datagram, family)
                })
            }
            Content::Nothing(why) => {
                let family = datagram.family.or(self.family).unwrap_or(Family::ROUTE);
                self.print(&Told { description: Err(why.clone()), ..Told::of(datagram, family) })
            }
        }
    }

    fn bytes(&mut self, datagram: &Datagram, bytes: &[u8], length: usize, exact: bool) -> Result<()> {
        let family = datagram.family.or(self.family).unwrap_or_else(|| Family::guess(bytes));
        let mut rest = bytes;
        // Behind the last one there may be padding, or the rest of the buffer that `ip` asks from.
        let padded = |rest: &[u8]| rest.len() < HEADER_LEN || rest.len() < bytes.len();
        while !(rest.is_empty() || padded(rest) && rest.iter().all(|byte| *byte == 0)) {
            let message = match Message::parse(rest) {
                Ok(message) => message,
                Err(error) => {
                    let lost = length.saturating_sub(bytes.len());
                    let problem = match lost {
                        0 => error.to_string(),
                        _ => format!("{error}: the recording lacks the last {lost} of {length} bytes"),
                    };
                    return self.print(&Told {
                        header: Header::parse(rest).ok(),
                        description: Err(problem),
                        bytes: Some(rest),
                        ..Told::of(datagram, family)
                    });
                }
            };
            let described = generic::describe(family, message.bytes, &self.learnt);
            if let Some(protocol) = family.protocol() {
                self.learnt.learn(protocol, &message);
            }
            self.print(&Told {
                header: Some(message.header),
                description: described.as_ref().map_err(ToString::to_string),
                bytes: Some(message.bytes).filter(|_| exact),
                answer: Acknowledgement::parse(&message).ok().flatten(),
                ..Told::of(datagram, family)
            })?;
            rest = rest.get(align(message.bytes.len())..).unwrap_or_default();
        }
        Ok(())
    }

    fn print(&mut self, told: &Told<'_>) -> Result<()> {
        self.number = self.number.saturating_add(1);
        self.damaged |= told.description.is_err();
        let text = if self.json { told.json(self.number) } else { told.text(self.number, self.hex) };
        // One write each, so that who reads a pipe sees it as it happens.
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).doing(|| "explain: write".to_owned())
    }
}

impl<'a> Told<'a> {
    const fn of(datagram: &'a Datagram, family: Family) -> Self {
        let description = Err(String::new());
        Self { datagram, family, header: None, description, bytes: None, answer: None, remark: None }
    }

    /// What part it has in the conversation.
    fn role(&self) -> &'static str {
        let requests = |name: &str| name == "NLM_F_REQUEST";
        match (&self.header, &self.description) {
            (Some(header), _) if header.flags & NLM_F_REQUEST != 0 => "request",
            (None, Ok(description)) if description.flags.iter().any(|name| requests(name)) => "request",
            (Some(Header { kind: NLMSG_ERROR | NLMSG_DONE, .. }), _) => "answer",
            // What the kernel announces unasked belongs to nobody's question.
            (Some(Header { seq: 0, port: 0, .. }), _) => "event",
            (Some(_), _) => "answer",
            (None, _) => match self.datagram.direction {
                Some(Direction::ToKernel) => "request",
                _ => "answer",
            },
        }
    }

    /// Where it was going. A capture does not say, but only the kernel is asked, and only the kernel answers.
    fn direction(&self) -> Option<Direction> {
        let by_role = match self.role() {
            "request" => Direction::ToKernel,
            _ => Direction::ToProgram,
        };
        self.datagram.direction.or_else(|| self.datagram.time.map(|_| by_role))
    }

    /// The kernel's answer in words, and whether it is a refusal.
    fn result(&self) -> Option<(String, bool)> {
        let answer = self.answer.as_ref()?;
        let extended =
            answer.text.as_ref().map_or_else(String::new, |text| format!(" ({})", text.escape_debug()));
        Some(match answer.errno {
            0 => (format!("ok{extended}"), false),
            number => {
                let errno = Errno::from_raw(number);
                (format!("{errno:?}: {}{extended}", errno.desc()), true)
            }
        })
    }

    fn text(&self, number: u32, hex: bool) -> String {
        let mut text = format!("{number:>3} {:<9}   ", self.role());
        // Writing to a String can't fail, here and below.
        match &self.description {
            Ok(description) => {
                let _ = write!(text, "{}  {}", description.name, description.flags.join("|"));
            }
            Err(_) => text.push_str("not decoded"),
        }
        let mut about = vec![self.family.name()];
        about.extend(self.header.map(|header| format!("seq {}, port {}", header.seq, header.port)));
        about.extend(self.direction().map(|direction| direction.words().to_owned()));
        about.extend(self.datagram.time.map(time));
        let _ = write!(text, "  [{}]", about.join(", "));
        if let Some((result, failed)) = self.result() {
            let _ = write!(text, "  {}{result}", if failed { "✗ " } else { "" });
        }
        text.push('\n');
        match &self.description {
            Ok(description) => {
                text::body(&mut text, description, self.bytes.filter(|_| hex));
                if let Some(command) = &description.command {
                    let _ = writeln!(text, "{}$ {command}", text::MARGIN);
                }
            }
            Err(problem) => {
                let _ = writeln!(text, "{}✗ {problem}", text::MARGIN);
                for line in self.bytes.unwrap_or_default().chunks(16).take(16) {
                    let bytes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
                    let _ = writeln!(text, "{}| {}", text::MARGIN, bytes.join(" "));
                }
            }
        }
        if let Some(remark) = self.remark {
            let _ = writeln!(text, "{}({remark})", text::MARGIN);
        }
        text
    }

    fn json(&self, number: u32) -> String {
        let mut object = json!({
            "message": number,
            "role": self.role(),
            "protocol": self.family.name(),
            "time": self.datagram.time.map(time),
            "direction": self.direction().map(Direction::words),
            "sequence": self.header.map(|header| header.seq),
            "port": self.header.map(|header| header.port),
            "bytes": self.bytes.map(json::hex),
        });
        match &self.description {
            Ok(description) => {
                object["type"] = description.name.clone().into();
                object["flags"] = description.flags.clone().into();
                let fields = description.fields.iter();
                object["header"] = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
                object["attributes"] = json::attributes(&description.attributes);
                object["command"] = description.command.clone().into();
            }
            Err(problem) => object["problem"] = problem.clone().into(),
        }
        if let Some(remark) = self.remark {
            object["remark"] = remark.into();
        }
        if let Some(answer) = &self.answer {
            object["error"] = answer.errno.into();
            let name = (answer.errno != 0).then(|| format!("{:?}", Errno::from_raw(answer.errno)));
            object["errno"] = name.into();
            object["extended"] = answer.text.clone().map_or(Value::Null, Value::from);
        }
        format!("{object}\n")
    }
}

impl Direction {
    const fn words(self) -> &'static str {
        match self {
            Self::ToKernel => "to the kernel",
            Self::ToProgram => "to a program",
        }
    }
}

/// In UTC; of a time of day alone, what there is.
fn time(time: Duration) -> String {
    let text = clock::rfc3339(time);
    if time < Duration::from_hours(24) {
        text.split_once('T').map_or_else(|| text.clone(), |(_, clock)| clock.trim_end_matches('Z').to_owned())
    } else {
        text
    }
}
