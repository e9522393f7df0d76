//! The objects of nf_tables: a plain struct each, how it is encoded and how it is decoded.
//!
//! What makes or deletes something goes through [`Socket::transaction`](crate::Socket::transaction), questions
//! through `get`, `get_each` and `dump`, on a [`Socket::netfilter`](crate::Socket::netfilter). Integers are
//! big-endian in these messages; what is compared and looked up has the order it has in the packet, and what the
//! kernel itself knows (groups of links, states of connections) the machine's own.
//!
//! Constructors of requests fail only with [`Error::Invalid`], [`Error::TooLong`] and [`Error::Nul`].
//!
//! Sources: nft(8), `include/uapi/linux/netfilter/{nfnetlink,nf_tables}.h`, `net/netfilter/nf_tables_api.c`, and
//! what `nft` was seen to send.

mod chain;
mod counter;
mod data;
mod element;
mod expression;
mod fields;
mod generation;
mod rule;
mod set;
mod table;
pub(crate) mod types;

pub use chain::{Chain, Hook};
pub use counter::Counter;
pub use data::{Data, Verdict};
pub use element::{Element, Elements};
pub use expression::Expression;
pub use generation::Generation;
pub use rule::Rule;
pub use set::Set;
pub use table::Table;
pub use types::Type;

use crate::wire::{Attribute, Attributes, Message, Writer};
use crate::{Error, Operation, Request};

/// Bytes of `struct nfgenmsg`: family, version (0), resource (big-endian).
const HEADER: usize = 4;

/// The longest comment in bytes: its length, with a NUL, has one byte, and user data ends at 256 bytes.
const COMMENT_MAX: usize = 253;

/// Begins the body of a message of `family`.
fn begin(family: u8) -> Writer {
    Writer::with_header(&[family, 0, 0, 0])
}

fn request(kind: u16, flags: u16, body: Writer, operation: impl Into<Operation>) -> Result<Request, Error> {
    Ok(Request { kind, flags, body: body.finish()?, operation: operation.into() })
}

/// Checks that `message` is one of `kinds` and splits it.
fn open<'a>(
    message: &Message<'a>,
    kinds: &[u16],
    wanted: &'static str,
) -> Result<(u8, Attributes<'a>), Error> {
    if !kinds.contains(&message.header.kind) {
        return Err(Error::Unexpected { kind: message.header.kind, wanted });
    }
    let ([family, ..], attributes) = message.split::<HEADER>(wanted)?;
    Ok((family, attributes))
}

/// Writes a comment as user data of type 0, as `nft` does.
fn put_comment(writer: &mut Writer, kind: u16, comment: Option<&str>) {
    let Some(comment) = comment else { return };
    if comment.len() > COMMENT_MAX {
        return writer
            .fail(Error::Invalid { operation: "comment".to_owned(), reason: "it has more than 253 bytes" });
    }
    if comment.contains('\0') {
        return writer.fail(Error::Nul { attribute: kind });
    }
    let length = u8::try_from(comment.len() + 1).unwrap_or(u8::MAX);
    writer.put_bytes(kind, &[&[0, length], comment.as_bytes(), &[0]].concat());
}

/// The comment in user data, if there is one.
pub(crate) fn comment(attribute: &Attribute<'_>) -> Option<String> {
    user_data(attribute.payload)
        .find(|(kind, _)| *kind == 0)
        .map(|(_, value)| Attribute { kind: 0, payload: value }.str().into_owned())
}

/// The parts of user data: a byte of type, a byte of length, and as many bytes.
pub(crate) fn user_data(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let [kind, length, rest @ ..] = bytes else { return None };
        let (value, later) = rest.split_at_checked(usize::from(*length))?;
        bytes = later;
        Some((*kind, value))
    })
}
