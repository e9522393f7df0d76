//! What is asked of the kernel, and what is read from its answers.

use std::borrow::Cow;
use std::fmt;

use crate::kernel::{NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST};
use crate::wire::{HEADER_LEN, Header, Message};
use crate::{Error, Name};

/// One request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The message's type: `RTM_NEWLINK`.
    pub kind: u16,
    /// `NLM_F_CREATE`, `NLM_F_EXCL`, `NLM_F_DUMP`, … [`encode`](Request::encode) adds `NLM_F_REQUEST`,
    /// and `NLM_F_ACK` unless it is a dump.
    pub flags: u16,
    /// What follows the header: the fixed header of the object, and its attributes.
    pub body: Vec<u8>,
    /// What it does, in words that an error can begin with: `add link veth3f2a`.
    pub operation: Operation,
}

/// What a request does, in words that an error can begin with: `add link veth3f2a`. Words of your own become one by
/// `into()`. `Display` gives the words, which are put together only then, as most requests succeed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Operation {
    words: Cow<'static, str>,
    /// What it is done to, which the words end with. A name from the kernel may hold what acts on a terminal.
    name: Option<Name>,
}

impl Operation {
    /// What is done, and the name of what it is done to.
    pub(crate) const fn on(words: &'static str, name: Name) -> Self {
        Self { words: Cow::Borrowed(words), name: Some(name) }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        match &self.name {
            Some(name) => write!(f, " {}", name.escape_debug()),
            None => Ok(()),
        }
    }
}

impl From<&'static str> for Operation {
    fn from(words: &'static str) -> Self {
        Self { words: words.into(), name: None }
    }
}

impl From<String> for Operation {
    fn from(words: String) -> Self {
        Self { words: words.into(), name: None }
    }
}

impl Request {
    /// The whole message, with sequence number `seq`, as a [`Socket`](crate::Socket) sends it.
    pub fn encode(&self, seq: u32) -> Vec<u8> {
        self.encode_asking(seq, !self.is_dump())
    }

    /// Appends the whole message to `bytes`, without the padding that a further one needs.
    pub fn encode_onto(&self, seq: u32, bytes: &mut Vec<u8>) {
        self.append(seq, !self.is_dump(), bytes);
    }

    /// The whole message, with `NLM_F_ACK` or without.
    pub(crate) fn encode_asking(&self, seq: u32, acknowledge: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append(seq, acknowledge, &mut bytes);
        bytes
    }

    fn append(&self, seq: u32, acknowledge: bool, bytes: &mut Vec<u8>) {
        let flags = self.flags | NLM_F_REQUEST | if acknowledge { NLM_F_ACK } else { 0 };
        // A body of gigabytes would be refused by the kernel; it must not get a small length here.
        let len = u32::try_from(HEADER_LEN + self.body.len()).unwrap_or(u32::MAX);
        bytes.reserve(HEADER_LEN + self.body.len());
        bytes.extend_from_slice(&Header { len, kind: self.kind, flags, seq, port: 0 }.encode());
        bytes.extend_from_slice(&self.body);
    }

    /// Whether the answer is a list that ends with NLMSG_DONE. (Requests that make something use the same
    /// two bits for `NLM_F_REPLACE` and `NLM_F_EXCL`, which exclude each other.)
    pub(crate) const fn is_dump(&self) -> bool {
        self.flags & NLM_F_DUMP == NLM_F_DUMP
    }
}

/// What can be read from a message of the kernel.
pub trait Decode: Sized {
    /// Reads `message`, leaving out attributes it does not know.
    ///
    /// # Errors
    /// [`Error::Unexpected`] for a message of another type; [`Error::Malformed`] for one that is damaged.
    fn decode(message: &Message<'_>) -> Result<Self, Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_put_behind_what_is_there() {
        let request = Request { kind: 16, flags: 0, body: vec![1; 4], operation: Operation::default() };
        let mut bytes = vec![9; 3];
        request.encode_onto(7, &mut bytes);
        assert_eq!(bytes, [vec![9; 3], request.encode(7)].concat());
    }
}
