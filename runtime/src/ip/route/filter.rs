//! Which routes `show` and `flush` are about.

use std::net::IpAddr;

use netlink_raw::kernel::{
    AF_UNSPEC, RT_TABLE_MAIN, RTA_FLOW, RTA_GATEWAY, RTA_IIF, RTA_MARK, RTA_OIF, RTA_PREFSRC, RTA_PRIORITY,
    RTA_VIA, RTM_F_CLONED, RTN_BROADCAST, RTN_LOCAL,
};

use super::context::Context;
use super::entry::Entry;
use crate::ip::prefix::{self, Prefix, alike};
use crate::ip::words::{self, Result, Words};

/// What must be true of a route. What is asked for is not printed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `AF_INET`, `AF_INET6`, or 0 for any.
    pub family: u8,
    /// A table's number; 0 for any.
    pub table: u32,
    /// Those of a vrf that are no routes to itself: neither local nor broadcast.
    pub of_vrf: bool,
    /// Routes that the kernel made for one destination, and no others.
    pub cached: bool,
    /// `RTPROT_*`.
    pub protocol: Option<u8>,
    /// `RT_SCOPE_*`.
    pub scope: Option<u8>,
    /// `RTN_*`.
    pub kind: Option<u8>,
    /// The type of service.
    pub tos: Option<u8>,
    /// Index of the device to send by.
    pub output: Option<u32>,
    /// Index of the device that packets come in by.
    pub input: Option<u32>,
    /// The packets' mark.
    pub mark: Option<u32>,
    /// The metric.
    pub metric: Option<u32>,
    /// The realms.
    pub realms: Option<u32>,
    /// The gateway.
    pub via: Option<Prefix>,
    /// The preferred source.
    pub preferred: Option<Prefix>,
    /// The destination lies within.
    pub root: Option<Prefix>,
    /// The destination is around.
    pub around: Option<Prefix>,
    /// The source lies within.
    pub from_root: Option<Prefix>,
    /// The source is around.
    pub from_around: Option<Prefix>,
}

impl Filter {
    /// That which `words` describe.
    ///
    /// # Errors
    /// A mistake in them, or a device that is not there.
    pub fn read(words: &mut Words<'_>, family: u8, context: &mut Context) -> Result<Self> {
        let mut filter = Self { family, table: RT_TABLE_MAIN, ..Self::default() };
        while words.peek().is_some() {
            filter.word(words, context)?;
        }
        Ok(filter)
    }

    fn word(&mut self, words: &mut Words<'_>, context: &mut Context) -> Result<()> {
        if words.skip(&["table"]) {
            self.table(words.value()?, context)?;
        } else if words.peek() == Some("vrf") {
            words.take();
            (self.table, self.of_vrf, self.kind) = (context.vrf(words.value()?)?, true, None);
        } else if words.skip(&["cached", "cloned"]) {
            (self.cached, self.table) = (true, 0);
        } else if words.peek() != Some("to") && words.skip(&["tos", "dsfield"]) {
            self.tos = Some(context.tos(words.value()?, "TOS value is invalid")?);
        } else if words.skip(&["protocol"]) {
            self.protocol = any(words, |word| context.protocol(word, "invalid \"protocol\""))?;
        } else if words.skip(&["scope"]) {
            self.scope = any(words, |word| context.scope(word, "invalid \"scope\""))?;
        } else if words.skip(&["type"]) {
            (self.kind, self.of_vrf) = (Some(super::kinds::number(words.value()?)?), false);
        } else if words.skip(&["dev", "oif"]) {
            self.output = Some(context.links.index(words.value()?)?);
        } else if words.skip(&["iif"]) {
            self.input = Some(context.links.index(words.value()?)?);
        } else if words.skip(&["mark"]) {
            self.mark = Some(words.number("mark value is invalid")?);
        } else if words.skip(&["metric", "priority", "preference"]) {
            self.metric = Some(words.number("\"metric\" value is invalid")?);
        } else if words.skip(&["via"]) {
            let (family, word) = super::change::family_word(words, self.family)?;
            self.via = Some(prefix::prefix(word, family)?);
        } else if words.skip(&["src"]) {
            self.preferred = Some(self.prefix(words.value()?)?);
        } else if words.skip(&["realms"]) {
            self.realms = Some(context.realms(words.value()?, "invalid realms")?);
        } else if words.skip(&["from"]) {
            let (root, around) = self.selector(words)?;
            (self.from_root, self.from_around) = (root.or(self.from_root), around.or(self.from_around));
        } else {
            words.skip(&["to"]);
            let (root, around) = self.selector(words)?;
            (self.root, self.around) = (root.or(self.root), around.or(self.around));
        }
        Ok(())
    }

    fn table(&mut self, word: &str, context: &Context) -> Result<()> {
        (self.table, self.cached) = match word {
            "cache" => (0, true),
            "all" => (0, self.cached),
            other => (context.table(other, "table id value is invalid")?, self.cached),
        };
        Ok(())
    }

    /// `root P`, `match P`, `exact P`, or `P` itself.
    fn selector(&mut self, words: &mut Words<'_>) -> Result<(Option<Prefix>, Option<Prefix>)> {
        if words.skip(&["root"]) {
            return Ok((Some(self.prefix(words.value()?)?), None));
        }
        if words.skip(&["match"]) {
            return Ok((None, Some(self.prefix(words.value()?)?)));
        }
        words.skip(&["exact"]);
        let exact = self.prefix(words.value()?)?;
        Ok((Some(exact), Some(exact)))
    }

    /// A prefix that is no default says which family is meant.
    fn prefix(&mut self, word: &str) -> Result<Prefix> {
        let found = prefix::prefix(word, self.family)?;
        if self.family == AF_UNSPEC && found.1 != 0 {
            self.family = prefix::family(found.0);
        }
        Ok(found)
    }

    /// Whether it is true of `route`.
    pub fn takes(&self, route: &Entry<'_>) -> bool {
        let number =
            |wanted: Option<u32>, kind| wanted.is_none_or(|wanted| route.table.u32(kind) == Some(wanted));
        let byte = |wanted: Option<u8>, is: u8| wanted.is_none_or(|wanted| wanted == is);
        (self.family == AF_UNSPEC || self.family == route.family())
            && (self.table == 0 || self.table == route.number())
            && self.cached == (route.flags() & RTM_F_CLONED != 0)
            && byte(self.protocol, route.protocol())
            && byte(self.scope, route.scope())
            && byte(self.kind, route.kind())
            && !(self.of_vrf && matches!(route.kind(), RTN_LOCAL | RTN_BROADCAST))
            && byte(self.tos, route.tos())
            && number(self.output, RTA_OIF)
            && number(self.input, RTA_IIF)
            && number(self.mark, RTA_MARK)
            && number(self.metric, RTA_PRIORITY)
            && number(self.realms, RTA_FLOW)
            && within(self.via, gateway(route))
            && within(self.preferred, route.table.ip(RTA_PREFSRC))
            && between(route.destination(), self.root, self.around)
            && between(route.source(), self.from_root, self.from_around)
    }
}

/// Its gateway, of whichever family.
fn gateway(route: &Entry<'_>) -> Option<IpAddr> {
    route.table.ip(RTA_GATEWAY).or_else(|| via(route.table.bytes(RTA_VIA)?))
}

/// The address in `struct rtvia`, behind 16 bits that say its family.
pub fn via(bytes: &[u8]) -> Option<IpAddr> {
    let address = bytes.get(2..)?;
    let four = <[u8; 4]>::try_from(address).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(address).map(IpAddr::from)).ok()
}

fn within(wanted: Option<Prefix>, is: Option<IpAddr>) -> bool {
    wanted.is_none_or(|(address, length)| is.is_some_and(|is| alike(address, is, length)))
}

/// Whether `prefix` lies within `root` and around `around`.
fn between((address, length): Prefix, root: Option<Prefix>, around: Option<Prefix>) -> bool {
    root.is_none_or(|(root, bits)| length >= bits && (bits == 0 || alike(root, address, bits)))
        && around.is_none_or(|(inner, bits)| length <= bits && (length == 0 || alike(inner, address, length)))
}

/// A value, or `all` for any.
fn any<T>(words: &mut Words<'_>, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    let word = words.value()?;
    if words::shortens(word, "all") { Ok(None) } else { read(word).map(Some) }
}
