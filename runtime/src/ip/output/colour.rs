//! The colours of `ip -color`.

use std::env;
use std::io::{self, IsTerminal};
use std::net::IpAddr;

use crate::cli::{ObjectArgs, When};

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// A device's name.
    Name,
    /// A hardware address.
    Mac,
    /// An address of IPv4.
    Inet,
    /// An address of IPv6.
    Inet6,
    /// What works.
    Up,
    /// What does not.
    Down,
}

/// What ends a colour.
pub(super) const END: &str = "\x1b[0m";

impl Colour {
    /// That of an address.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Inet,
            IpAddr::V6(_) => Self::Inet6,
        }
    }

    /// What begins it (ECMA-48), `bold` where the background is dark.
    pub fn begin(self, bold: bool) -> String {
        let number = match self {
            Self::Down => 31,
            Self::Up => 32,
            Self::Mac => 33,
            Self::Inet6 => 34,
            Self::Inet => 35,
            Self::Name => 36,
        };
        format!("\x1b[{}{number}m", if bold { "1;" } else { "" })
    }
}

/// Whether there are colours, and then whether they are bold.
pub(super) fn wanted(arguments: &ObjectArgs) -> Option<bool> {
    let wanted = match arguments.color {
        Some(When::Always) => true,
        Some(When::Auto) => io::stdout().is_terminal(),
        Some(When::Never) | None => false,
    };
    let dark = || {
        let colours = env::var("COLORFGBG").unwrap_or_default();
        colours
            .rsplit_once(';')
            .is_some_and(|(_, background)| matches!(background.as_bytes(), [b'0'..=b'6' | b'8']))
    };
    (wanted && !arguments.json).then(dark)
}
