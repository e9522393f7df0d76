//! Kinds of route.

use crate::ip::words::{Result, number as parse, wrong};
use netlink_raw::kernel::{
    RTN_ANYCAST, RTN_BLACKHOLE, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST, RTN_NAT, RTN_PROHIBIT, RTN_THROW,
    RTN_UNICAST, RTN_UNREACHABLE, RTN_UNSPEC, RTN_XRESOLVE,
};

/// The names of `RTN_*`.
const KINDS: [(u8, &str); 12] = [
    (RTN_UNSPEC, "none"),
    (RTN_UNICAST, "unicast"),
    (RTN_LOCAL, "local"),
    (RTN_BROADCAST, "broadcast"),
    (RTN_ANYCAST, "anycast"),
    (RTN_MULTICAST, "multicast"),
    (RTN_BLACKHOLE, "blackhole"),
    (RTN_UNREACHABLE, "unreachable"),
    (RTN_PROHIBIT, "prohibit"),
    (RTN_THROW, "throw"),
    (RTN_NAT, "nat"),
    (RTN_XRESOLVE, "xresolve"),
];

/// The kind that `word` names.
pub fn named(word: &str) -> Option<u8> {
    KINDS.iter().find(|(_, name)| *name == word).map(|(kind, _)| *kind)
}

/// The kind that `word` is, by name or number.
///
/// # Errors
/// It is none.
pub fn number(word: &str) -> Result<u8> {
    named(word).or_else(|| parse(word)).ok_or_else(|| wrong(word, "node type value is invalid"))
}

/// The name of `kind`.
pub fn name(kind: u8) -> Option<&'static str> {
    KINDS.iter().find(|(each, _)| *each == kind).map(|(_, name)| *name)
}
