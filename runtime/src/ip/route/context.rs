//! What is needed to read words about routes, and to print routes.

use netlink_raw::kernel::RT_TABLE_MAIN;

use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::words::{self, Result, wrong};

/// Names of all kinds, and the devices.
#[derive(Debug)]
pub struct Context {
    /// The devices of the namespace.
    pub links: Links,
    /// Routing tables.
    pub tables: Named,
    /// Who makes routes.
    pub protocols: Named,
    /// How far a destination is.
    pub scopes: Named,
    /// Realms.
    pub realms: Named,
    /// Types of service.
    pub services: Named,
    /// Whether kinds of routes are numbers.
    pub numeric: bool,
}

impl Context {
    /// With the devices `links`; with names, or `numeric`.
    pub fn new(links: Links, numeric: bool) -> Self {
        Self {
            links,
            tables: Named::tables().numeric(numeric),
            protocols: Named::protocols().numeric(numeric),
            scopes: Named::scopes().numeric(numeric),
            realms: Named::realms().numeric(numeric),
            services: Named::services().numeric(numeric),
            numeric,
        }
    }

    /// The number of the table that `word` is.
    ///
    /// # Errors
    /// It is none, which `what` says. The others fail alike.
    pub fn table(&self, word: &str, what: &str) -> Result<u32> {
        let named = self.tables.number(word);
        named.or_else(|| words::number(word)).ok_or_else(|| wrong(word, what))
    }

    /// The number of the table of the vrf called `name`; `default` is none, whose table is the main one.
    ///
    /// # Errors
    /// There is none such.
    pub fn vrf(&mut self, name: &str) -> Result<u32> {
        let table = if name == "default" { Some(RT_TABLE_MAIN) } else { self.links.vrf_table(name) };
        table.ok_or_else(|| wrong(name, "Invalid VRF"))
    }

    /// `RTPROT_*`.
    ///
    /// # Errors
    /// It is none, which `what` says.
    pub fn protocol(&self, word: &str, what: &str) -> Result<u8> {
        byte(&self.protocols, word).ok_or_else(|| wrong(word, what))
    }

    /// `RT_SCOPE_*`.
    ///
    /// # Errors
    /// It is none, which `what` says.
    pub fn scope(&self, word: &str, what: &str) -> Result<u8> {
        byte(&self.scopes, word).ok_or_else(|| wrong(word, what))
    }

    /// A type of service: a name, or hexadecimal digits.
    ///
    /// # Errors
    /// It is none, which `what` says.
    pub fn tos(&self, word: &str, what: &str) -> Result<u8> {
        let named = self.services.number(word).and_then(|number| number.try_into().ok());
        let digits = word.strip_prefix("0x").unwrap_or(word);
        let tos = named.or_else(|| u8::from_str_radix(digits, 16).ok());
        tos.ok_or_else(|| wrong(word, what))
    }

    /// `FROM/TO`, or `TO`, as 32 bits.
    ///
    /// # Errors
    /// It is none, which `what` says.
    pub fn realms(&self, word: &str, what: &str) -> Result<u32> {
        let (from, to) = word.split_once('/').map_or((None, word), |(from, to)| (Some(from), to));
        let realm = |word: &str| {
            let number = self.realms.number(word).or_else(|| words::number(word));
            number.filter(|number| *number <= 0xffff)
        };
        let from = from.map_or(Some(0), realm);
        let both = from.zip(realm(to)).map(|(from, to)| from << 16 | to);
        both.ok_or_else(|| wrong(word, what))
    }
}

fn byte(names: &Named, word: &str) -> Option<u8> {
    names.number(word).and_then(|number| number.try_into().ok()).or_else(|| words::number(word))
}
