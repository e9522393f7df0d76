//! Lines of a trace.

use std::time::Duration;

use super::value::{Parser, Value};
use crate::decode::family::Family;

/// The calls that are looked at.
const CALLS: [&str; 17] = [
    "sendto", "sendmsg", "sendmmsg", "send", "write", "writev", "recvfrom", "recvmsg", "recvmmsg", "recv",
    "read", "readv", "socket", "openat", "open", "pwrite64", "pread64",
];

/// What a line is.
pub(super) enum Line {
    Call(Call),
    /// `sendto(3,  <unfinished ...>`
    Unfinished {
        process: String,
        text: String,
    },
    /// `<... sendto resumed>…`
    Resumed {
        process: String,
        name: String,
        text: String,
    },
    /// ` * 52 bytes in buffer 0`
    Buffer,
    /// ` | 00000  34 00 …`
    Dump(Vec<u8>),
    /// A message alone, cut out of its line.
    Bare(Value),
    Other,
}

/// A call.
pub(super) struct Call {
    /// What stands before it: the process's number.
    pub(super) process: String,
    pub(super) time: Option<Duration>,
    pub(super) name: String,
    pub(super) arguments: Vec<Value>,
    pub(super) returned: Option<i64>,
    /// What strace knows of the descriptor (`-yy`).
    pub(super) family: Option<Family>,
}

/// Whether a line has a call in it that may be netlink's.
pub(super) fn is_call(line: &str) -> bool {
    begin(line).is_some() || line.contains(" resumed>")
}

/// Where a call begins: what stands before it, its name, and what follows the bracket.
fn begin(line: &str) -> Option<(&str, &'static str, &str)> {
    let at = line.find('(')?;
    let name = CALLS.iter().find(|name| line[..at].ends_with(**name))?;
    let before = &line[..at - name.len()];
    let ends = before.is_empty() || before.ends_with([' ', ']', '\t']);
    ends.then(|| (before, *name, &line[at + 1..]))
}

/// The process (`[pid 123]`, `123`) and the time in what stands before a call.
fn before(text: &str) -> (String, Option<Duration>) {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "[]".contains(c)).filter(|word| !word.is_empty()).collect();
    let time = words.iter().find_map(|word| super::time(word));
    let number = |word: &&&str| word.len() < 9 && word.chars().all(|c| c.is_ascii_digit());
    (words.iter().find(number).map_or_else(String::new, |word| (*word).to_owned()), time)
}

impl Line {
    pub(super) fn of(text: &str) -> Self {
        let trimmed = text.trim_start();
        if let Some(rest) = trimmed.strip_prefix("* ").filter(|rest| rest.contains(" in buffer ")) {
            return if rest.contains("bytes") { Self::Buffer } else { Self::Other };
        }
        if trimmed.starts_with("| ") {
            return crate::decode::hex::line_bytes(trimmed).map_or(Self::Other, Self::Dump);
        }
        if let Some((before_it, rest)) = text.split_once("<... ")
            && let Some((name, rest)) = rest.split_once(" resumed>")
        {
            let (process, name) = (before(before_it).0, name.to_owned());
            return Self::Resumed { process, name, text: rest.to_owned() };
        }
        if let Some((begun, _)) = text.split_once(" <unfinished ...>") {
            let Some((before_it, ..)) = begin(begun) else { return Self::Other };
            return Self::Unfinished { process: before(before_it).0, text: begun.to_owned() };
        }
        if let Some(call) = Call::parse(text) {
            return Self::Call(call);
        }
        let is_message = trimmed.starts_with(['[', '{']) && trimmed.contains("len=");
        match Parser::new(trimmed).value().filter(|_| is_message) {
            Some(value) => Self::Bare(value),
            None => Self::Other,
        }
    }
}

impl Call {
    /// A line with a whole call. One that is cut short, or not understood, is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before_it, name, rest) = begin(text)?;
        let (process, time) = before(before_it);
        let family = rest.split_once("<NETLINK:[").and_then(|(descriptor, rest)| {
            let decorated = descriptor.chars().all(|c| c.is_ascii_digit());
            Family::find(rest.split([':', ']']).next()?).filter(|_| decorated)
        });
        let mut parser = Parser::new(rest);
        let arguments = parser.list(')')?;
        let returned = parser.rest().trim_start().strip_prefix('=').and_then(|rest| {
            let word = rest.trim_start().split(|c: char| c.is_whitespace() || c == '<').next()?;
            word.parse().ok()
        });
        Some(Self { process, time, name: name.to_owned(), arguments, returned, family })
    }

    pub(super) fn receives(&self) -> bool {
        self.name.starts_with("recv") || self.name.contains("read")
    }

    pub(super) fn failed(&self) -> bool {
        self.returned.is_some_and(|returned| returned < 0)
    }

    /// What is looked at comes again.
    pub(super) fn peeks(&self) -> bool {
        self.receives() && self.arguments.iter().any(|argument| argument.has_name("MSG_PEEK"))
    }

    pub(super) fn descriptor(&self) -> Option<i64> {
        match self.arguments.first()? {
            Value::Number(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// Whether an address in it is of netlink.
    pub(super) fn names_netlink(&self) -> bool {
        self.arguments.iter().any(|argument| argument.has_name("AF_NETLINK"))
    }

    /// Where messages are: the second argument, or what its vector points to.
    pub(super) fn buffers(&self) -> Vec<&Value> {
        let Some(argument) = self.arguments.get(1) else { return Vec::new() };
        let mut found = Vec::new();
        match self.name.as_str() {
            "sendmsg" | "recvmsg" | "sendmmsg" | "recvmmsg" | "writev" | "readv" => {
                argument.find("iov_base", &mut found);
            }
            _ => found.push(argument),
        }
        found
    }
}
