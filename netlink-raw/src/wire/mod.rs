//! The bytes of netlink: message headers, attributes, acknowledgements.
//!
//! Nothing here does input or output, and nothing here panics, whatever the bytes say: a length that lies,
//! a message cut short or a nest that points past its end gives [`Error::Malformed`](crate::Error::Malformed).
//! Integers are in the machine's own byte order unless a method's name ends in `_be`.
//!
//! Sources: netlink(7), `include/uapi/linux/netlink.h`, `lib/nlattr.c` of the kernel.

mod acknowledgement;
mod attribute;
mod message;
mod writer;

pub use acknowledgement::Acknowledgement;
pub(crate) use attribute::ip;
pub use attribute::{Attribute, Attributes};
pub use message::{HEADER_LEN, Header, Message, Messages};
pub use writer::Writer;

/// The longest attribute, its own four bytes of header included: its length field has 16 bits.
pub const ATTRIBUTE_MAX: usize = u16::MAX as usize;

/// Rounds a length up to the four bytes that messages and attributes are aligned to (`NLMSG_ALIGN`).
pub const fn align(length: usize) -> usize {
    length.saturating_add(3) & !3
}

/// The first `N` bytes, if there are as many.
pub(crate) fn take<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.first_chunk::<N>().copied()
}

/// The `N` bytes at `offset`, or zeros where `bytes` ends before: for headers whose length was checked.
pub(crate) fn field<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    bytes.get(offset..).and_then(take).unwrap_or([0; N])
}
