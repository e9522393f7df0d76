//! The families of netlink: whose messages they are.

use netlink_raw::Protocol;
use netlink_raw::wire::{HEADER_LEN, Header};

use crate::error::{Error, Result};

/// A family of netlink, by its number (`NETLINK_*` in `linux/netlink.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Family(pub(crate) u16);

/// `linux/netlink.h`, netlink(7).
const NAMES: [(u16, &str); 21] = [
    (0, "route"),
    (2, "usersock"),
    (3, "firewall"),
    (4, "sock_diag"),
    (5, "nflog"),
    (6, "xfrm"),
    (7, "selinux"),
    (8, "iscsi"),
    (9, "audit"),
    (10, "fib_lookup"),
    (11, "connector"),
    (12, "netfilter"),
    (13, "ip6_fw"),
    (14, "dnrtmsg"),
    (15, "kobject_uevent"),
    (16, "generic"),
    (18, "scsitransport"),
    (19, "ecryptfs"),
    (20, "rdma"),
    (21, "crypto"),
    (22, "smc"),
];

impl Family {
    pub(crate) const ROUTE: Self = Self(0);
    pub(crate) const NETFILTER: Self = Self(12);
    pub(crate) const GENERIC: Self = Self(16);
    pub(crate) const AUDIT: Self = Self(9);
    pub(crate) const UEVENT: Self = Self(15);

    /// The family of a word of the command line: `route`, `NETLINK_ROUTE`, or a number.
    pub(crate) fn named(word: &str) -> Result<Self> {
        Self::find(word).or_else(|| word.parse().ok().map(Self)).ok_or_else(|| {
            let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
            Error::Usage(format!(
                "--protocol {word}: no family of netlink; there are {}, and numbers",
                names.join(", ")
            ))
        })
    }

    /// The family with this name, in small or in capital letters.
    pub(crate) fn find(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let word = word.strip_prefix("netlink_").unwrap_or(&word);
        NAMES.iter().find(|(_, name)| *name == word).map(|(number, _)| Self(*number))
    }

    /// Its name, if it has one.
    pub(crate) fn known(self) -> Option<&'static str> {
        NAMES.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name)
    }

    /// As it is printed.
    pub(crate) fn name(self) -> String {
        self.known().map_or_else(|| format!("netlink family {}", self.0), str::to_owned)
    }

    /// Who describes its messages, if anybody does.
    pub(crate) const fn protocol(self) -> Option<Protocol> {
        match self {
            Self::ROUTE => Some(Protocol::Route),
            Self::NETFILTER => Some(Protocol::Netfilter),
            _ => None,
        }
    }

    /// The family of messages that nothing is known of: those of netfilter have a subsystem in the upper byte of their
    /// type, or are the marks around a transaction, which are shorter than any link.
    pub(crate) fn guess(bytes: &[u8]) -> Self {
        let answered = |header: &Header| match header.kind {
            // NLMSG_ERROR: what it answers tells.
            2 => bytes.get(HEADER_LEN + 4..).and_then(|rest| Header::parse(rest).ok()),
            _ => Some(*header),
        };
        match Header::parse(bytes).ok().and_then(|header| answered(&header)) {
            Some(Header { kind: 0x10 | 0x11, len: ..32, .. }) => Self::NETFILTER,
            Some(Header { kind, .. }) if (0x100..0xd00).contains(&kind) => Self::NETFILTER,
            _ => Self::ROUTE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_names_and_numbers() {
        assert_eq!(Family::named("NETLINK_NETFILTER").unwrap(), Family::NETFILTER);
        assert_eq!(Family::named("generic").unwrap(), Family::GENERIC);
        assert_eq!(Family::named("31").unwrap().name(), "netlink family 31");
        assert!(Family::named("nonsense").unwrap_err().to_string().contains("route, "));
    }

    #[test]
    fn a_bare_message_tells_its_family_by_its_type() {
        let message = |kind, len| Header { kind, len, ..Header::default() }.encode();
        assert_eq!(Family::guess(&message(16, 32)), Family::ROUTE);
        assert_eq!(Family::guess(&message(0x10, 20)), Family::NETFILTER);
        assert_eq!(Family::guess(&message(0xa06, 20)), Family::NETFILTER);
        let refused = [&message(2, 36)[..], &[0; 4], &message(0xa06, 20)].concat();
        assert_eq!(Family::guess(&refused), Family::NETFILTER);
        assert_eq!(Family::guess(&[]), Family::ROUTE);
    }
}
