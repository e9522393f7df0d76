//! Any message in words: its type, its flags and attributes by their kernel names, and the command of
//! iproute2 that sends an equivalent one.
//!
//! It reads messages of both directions, so that what is shown is what was sent, not what was meant. Text
//! from the kernel is quoted and its control characters are escaped: the name of a link can hold any.

mod attributes;
mod command;
mod header;
mod kinds;
mod netfilter;
mod others;
mod shape;
mod space;
mod tables;
#[cfg(test)]
mod tests;
mod traffic;

use std::fmt;

use crate::kernel::{
    self, DELETE_FLAGS, ERROR_FLAGS, GET_FLAGS, MESSAGE_FLAGS, MESSAGE_TYPES, NETFILTER_MESSAGES, NEW_FLAGS,
    NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, OTHER_MESSAGE_TYPES, RTM_NEWLINK,
};
use crate::nft::{Element, Type};
use crate::wire::Message;
use crate::{Error, Protocol};

/// What numbers in a message stand for, as far as the caller knows.
pub trait Names {
    /// The name of the link with this index, in the socket's namespace.
    fn link(&self, _index: u32) -> Option<String> {
        None
    }

    /// What `ip link … netns` accepts for the namespace that `fd` is open on: a name under `/run/netns`,
    /// a process id or a path such as `/proc/4242/ns/net`.
    fn netns(&self, _fd: i32) -> Option<String> {
        None
    }

    /// What the keys of a set of nf_tables are, and what it holds for them: by its table's and its own name.
    fn set(&self, _table: &str, _set: &str) -> Option<(Type, Option<Type>)> {
        None
    }

    /// What is in a set without a name, as `nft` makes one for `{ 22, 80 }` in a rule: by its table's name and its
    /// number in the transaction. The types of its keys and data, and its elements.
    fn anonymous_set(&self, _table: &str, _id: u32) -> Option<(Type, Option<Type>, &[Element])> {
        None
    }

    /// Whether this index only stands for the link's [name](Names::link): which index it has was not told.
    fn stands_in(&self, _index: u32) -> bool {
        false
    }
}

/// Knows no names.
impl Names for () {}

/// The names for what is in another network namespace, where indexes stand for other links.
struct Elsewhere<'a>(&'a dyn Names);

impl Names for Elsewhere<'_> {
    fn netns(&self, fd: i32) -> Option<String> {
        self.0.netns(fd)
    }
}

/// A message in words.
///
/// `Display` gives the type, the flags and the fixed header on one line, then a line for each attribute,
/// indented by two spaces for each nest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its type: `RTM_NEWLINK`.
    pub name: String,
    /// Its flags: `NLM_F_REQUEST`, …
    pub flags: Vec<String>,
    /// Its fixed header: `ifi_index` and what it holds.
    pub fields: Vec<(String, String)>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// The command that sends an equivalent message, ready for a shell. None for an answer, and for
    /// a message that no command sends.
    pub command: Option<String>,
}

/// An attribute in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The kernel's name: `IFLA_MASTER`; `IFLA_?(77)` for one not known.
    pub name: String,
    /// What it holds; empty for a nest. Bytes of unknown meaning are in hexadecimal, the first 32 of them.
    pub value: String,
    /// What follows its own header.
    pub bytes: Vec<u8>,
    /// The attributes in it.
    pub nested: Vec<Attribute>,
}

/// The number that a name of the kernel's stands for, such as `RTM_NEWLINK` or `FRA_PRIORITY`: a type of message, an
/// attribute, a flag, or a value of one. `None` for a name that no description has in it.
pub fn number(name: &str) -> Option<u32> {
    kernel::number(name).or_else(|| tables::number(name))
}

/// Describes the first message in `bytes`, one of rtnetlink(7).
///
/// # Errors
/// [`Error::Malformed`] when the message or an attribute is not what its headers say. A value too short for
/// what it should hold is none: it is shown in hexadecimal.
pub fn message(bytes: &[u8], names: &dyn Names) -> Result<Description, Error> {
    of(Protocol::Route, bytes, names)
}

/// Describes the first message in `bytes`, one of `protocol`.
///
/// # Errors
/// As [`message`].
pub fn of(protocol: Protocol, bytes: &[u8], names: &dyn Names) -> Result<Description, Error> {
    let message = Message::parse(bytes)?;
    let (fields, attributes) = attributes::body(protocol, &message, names)?;
    let is_request = message.header.flags & NLM_F_REQUEST != 0;
    Ok(Description {
        name: kind_name(protocol, message.header.kind),
        flags: flags(protocol, &message),
        fields,
        attributes,
        command: if is_request { command::of(protocol, &message, names) } else { None },
    })
}

/// The name of a message's type.
fn kind_name(protocol: Protocol, kind: u16) -> String {
    match protocol {
        Protocol::Netfilter if kind > NLMSG_DONE => shape::name(NETFILTER_MESSAGES, kind, "NFNL_MSG"),
        _ => match shape::known(OTHER_MESSAGE_TYPES, kind) {
            Some(name) => name.to_owned(),
            None => shape::name(MESSAGE_TYPES, kind, "NLMSG"),
        },
    }
}

/// The upper flags mean other things in each kind of message.
fn flags(protocol: Protocol, message: &Message<'_>) -> Vec<String> {
    let kind = message.header.kind;
    let more = match kind {
        NLMSG_ERROR | NLMSG_DONE => ERROR_FLAGS,
        0..RTM_NEWLINK => &[],
        _ if protocol == Protocol::Netfilter => netfilter::flags(kind),
        // Types come in fours: new, delete, get, set.
        _ => match kind % 4 {
            1 => DELETE_FLAGS,
            2 => GET_FLAGS,
            _ => NEW_FLAGS,
        },
    };
    shape::flags(&[MESSAGE_FLAGS, more].concat(), message.header.flags.into())
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if !self.flags.is_empty() {
            write!(f, " {}", self.flags.join("|"))?;
        }
        for (name, value) in &self.fields {
            write!(f, " {name}={value}")?;
        }
        writeln!(f)?;
        self.attributes.iter().try_for_each(|attribute| attribute.indented(f, 2))
    }
}

impl Attribute {
    fn indented(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        write!(f, "{:indent$}{}", "", self.name)?;
        if !self.value.is_empty() {
            write!(f, " {}", self.value)?;
        }
        writeln!(f)?;
        self.nested.iter().try_for_each(|attribute| attribute.indented(f, indent + 2))
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.indented(f, 0)
    }
}
