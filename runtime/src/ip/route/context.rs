//! What is needed to read words about routes, and to print routes.

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
}

impl Context {
    /// With the devices `links`.
    pub const fn new(links: Links) -> Self {
        Self {
            links,
            tables: Named::tables(),
            protocols: Named::protocols(),
            scopes: Named::scopes(),
            realms: Named::realms(),
            services: Named::services(),
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

    /// `RTPROT_*`.
    ///
    /// # Errors
    /// It is none.
    pub fn protocol(&self, word: &str) -> Result<u8> {
        byte(&self.protocols, word).ok_or_else(|| wrong(word, "\"protocol\" value is invalid"))
    }

    /// `RT_SCOPE_*`.
    ///
    /// # Errors
    /// It is none.
    pub fn scope(&self, word: &str) -> Result<u8> {
        byte(&self.scopes, word).ok_or_else(|| wrong(word, "invalid \"scope\" value"))
    }

    /// A type of service: a name, or hexadecimal digits.
    ///
    /// # Errors
    /// It is none.
    pub fn tos(&self, word: &str) -> Result<u8> {
        let named = self.services.number(word).and_then(|number| number.try_into().ok());
        let digits = word.strip_prefix("0x").unwrap_or(word);
        let tos = named.or_else(|| u8::from_str_radix(digits, 16).ok());
        tos.ok_or_else(|| wrong(word, "\"tos\" value is invalid"))
    }

    /// `FROM/TO`, or `TO`, as 32 bits.
    ///
    /// # Errors
    /// It is none.
    pub fn realms(&self, word: &str) -> Result<u32> {
        let (from, to) = word.split_once('/').map_or((None, word), |(from, to)| (Some(from), to));
        let realm = |word: &str| {
            let number = self.realms.number(word).or_else(|| words::number(word));
            number.filter(|number| *number <= 0xffff)
        };
        let from = from.map_or(Some(0), realm);
        let both = from.zip(realm(to)).map(|(from, to)| from << 16 | to);
        both.ok_or_else(|| wrong(word, "\"realm\" value is invalid"))
    }
}

fn byte(names: &Named, word: &str) -> Option<u8> {
    names.number(word).and_then(|number| number.try_into().ok()).or_else(|| words::number(word))
}
