//! `addr add`, `change`, `replace` and `del`: words become an address.

use std::net::{IpAddr, Ipv4Addr};

use netlink_raw::kernel::{
    AF_INET, AF_INET6, AF_UNSPEC, IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR, IFA_F_MCAUTOJOIN, IFA_F_NODAD,
    IFA_F_NOPREFIXROUTE, RT_SCOPE_HOST,
};
use netlink_raw::route::{Address, Lifetime};
use netlink_raw::wire::Writer;
use netlink_raw::{Error as Refusal, Request};

use crate::ip::link;
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::prefix::{Prefix, address, family as family_of, is_any, prefix};
use crate::ip::words::{Result, Words, duplicate, failed, number, twice, wrong};

/// A lifetime without end.
const FOREVER: u32 = u32::MAX;

/// Flags that can be said, and whether IPv4 has them too.
const FLAGS: [(&str, u32, bool); 5] = [
    ("home", IFA_F_HOMEADDRESS, false),
    ("nodad", IFA_F_NODAD, false),
    ("mngtmpaddr", IFA_F_MANAGETEMPADDR, false),
    ("noprefixroute", IFA_F_NOPREFIXROUTE, true),
    ("autojoin", IFA_F_MCAUTOJOIN, true),
];

/// The broadcast address that was said.
#[derive(Debug, Clone, Copy)]
enum Broadcast {
    Is(IpAddr),
    /// `+`: all bits that are not the network's are 1.
    Ones,
    /// `-`: they are 0.
    Zeros,
}

/// What was said of an address.
#[derive(Debug, Default)]
struct Said<'a> {
    local: Option<Prefix>,
    /// The word that the address was, and whether it had a length.
    word: Option<&'a str>,
    peer: Option<Prefix>,
    broadcast: Option<Broadcast>,
    anycast: Option<IpAddr>,
    scope: Option<u8>,
    device: Option<&'a str>,
    label: Option<&'a str>,
    metric: Option<u32>,
    valid: Option<u32>,
    preferred: Option<u32>,
    flags: u32,
    family: u8,
}

/// The address that `words` describe, and the family that they speak of.
///
/// # Errors
/// A mistake in them, or a device that is not there.
pub fn read(words: &mut Words<'_>, family: u8, delete: bool, links: &mut Links) -> Result<(Address, u8)> {
    let mut said = Said { family, ..Said::default() };
    while let Some(word) = words.take() {
        said.word(word, words)?;
    }
    said.address(delete, links)
}

impl<'a> Said<'a> {
    fn word(&mut self, word: &'a str, words: &mut Words<'a>) -> Result<()> {
        let shortens = |name| crate::ip::words::shortens(word, name);
        match word {
            "peer" | "remote" => {
                let word = words.value()?;
                if self.peer.is_some() {
                    return Err(duplicate("peer", word));
                }
                self.peer = Some(self.prefix(word)?);
            }
            "anycast" => {
                let word = words.value()?;
                if self.anycast.is_some() {
                    return Err(duplicate("anycast", word));
                }
                self.anycast = Some(self.address_of(word)?);
            }
            "scope" => self.scope = Some(scope(words.value()?)?),
            "dev" => self.device = Some(words.value()?),
            "label" => self.label = Some(words.value()?),
            "brd" => self.broadcast(words.value()?)?,
            _ if shortens("broadcast") => self.broadcast(words.value()?)?,
            _ if shortens("metric") || shortens("priority") || shortens("preference") => {
                self.metric = Some(words.number("\"metric\" value is invalid")?);
            }
            _ if shortens("valid_lft") => lifetime(&mut self.valid, "valid_lft", words)?,
            _ if shortens("preferred_lft") => lifetime(&mut self.preferred, "preferred_lft", words)?,
            _ if self.flag(word) => {}
            _ => {
                let word = if word == "local" { words.value()? } else { word };
                if self.word.is_some() {
                    return Err(twice("local", word));
                }
                let unknown = is_any(word) && self.family == AF_UNSPEC;
                self.local = Some(self.prefix(word)?).filter(|_| !unknown);
                self.word = Some(word);
            }
        }
        Ok(())
    }

    fn flag(&mut self, word: &str) -> bool {
        let Some((name, flag, both)) = FLAGS.iter().find(|(name, ..)| *name == word) else {
            let told = link::filter::FLAGS.iter().any(|(name, _)| *name == word);
            if told {
                eprintln!("Warning: {word} option is not mutable from userspace");
            }
            return told;
        };
        if *both || self.family == AF_INET6 {
            self.flags |= flag;
        } else {
            eprintln!("Warning: {name} option can be set only for IPv6 addresses");
        }
        true
    }

    fn prefix(&mut self, word: &str) -> Result<Prefix> {
        let found = prefix(word, self.family)?;
        if self.family == AF_UNSPEC && !is_any(word) {
            self.family = family_of(found.0);
        }
        Ok(found)
    }

    /// An address of the family, which is IPv4 if none was said.
    fn address_of(&mut self, word: &str) -> Result<IpAddr> {
        address(word, if self.family == AF_UNSPEC { AF_INET } else { self.family })
    }

    fn broadcast(&mut self, word: &str) -> Result<()> {
        if self.broadcast.is_some() {
            return Err(duplicate("broadcast", word));
        }
        self.broadcast = Some(match word {
            "+" => Broadcast::Ones,
            "-" => Broadcast::Zeros,
            _ => Broadcast::Is(self.address_of(word)?),
        });
        Ok(())
    }

    /// What was said, with what `ip` makes of the rest.
    fn address(self, delete: bool, links: &mut Links) -> Result<(Address, u8)> {
        let Some(device) = self.device else {
            return Err(failed("Not enough information: \"dev\" argument is required.".to_owned()));
        };
        let mut address = Address {
            flags: self.flags,
            label: self.label.map(str::to_owned),
            metric: self.metric,
            anycast: self.anycast,
            local: self.local.map(|(local, _)| local),
            ..Address::default()
        };
        let net = self.peer.or(self.local);
        address.prefix_len = net.map_or(0, |(_, length)| length);
        address.address = net.map(|(address, _)| address);
        if delete && self.peer.is_none() && self.is_bare() {
            let word = self.word.unwrap_or_default();
            eprintln!("Warning: Executing wildcard deletion to stay compatible with old scripts.");
            eprintln!("         Explicitly specify the prefix length ({word}/32) to avoid this warning.");
            eprintln!("         This special behaviour is likely to disappear in further releases,");
            eprintln!("         fix your scripts!");
            address.address = None;
        }
        address.broadcast = self.broadcast_in(net, delete)?;
        if !delete {
            address.scope = self.scope.unwrap_or_else(|| usual_scope(address.local));
        } else if let Some(scope) = self.scope {
            address.scope = scope;
        }
        address.index = links.index(device)?;
        address.lifetime = self.lifetime()?;
        let group = address.local.is_some_and(|local| local.is_multicast());
        if self.flags & IFA_F_MCAUTOJOIN != 0 && !group {
            return Err(failed("autojoin needs multicast address".to_owned()));
        }
        Ok((address, self.family))
    }

    /// Whether the address is one of IPv4 without a length.
    fn is_bare(&self) -> bool {
        let four = self.local.is_some_and(|(local, _)| local.is_ipv4());
        four && self.word.is_some_and(|word| !word.contains('/'))
    }

    fn broadcast_in(&self, net: Option<Prefix>, delete: bool) -> Result<Option<Ipv4Addr>> {
        let ones = match self.broadcast {
            Some(Broadcast::Is(IpAddr::V4(four))) => return Ok(Some(four)),
            Some(Broadcast::Ones) => true,
            Some(Broadcast::Zeros) => false,
            // Of IPv6 it has no sense, and the kernel looks for none.
            Some(Broadcast::Is(IpAddr::V6(_))) | None => return Ok(None),
        };
        if delete {
            return Ok(None);
        }
        let Some((IpAddr::V4(four), length)) = net.filter(|_| self.family == AF_INET) else {
            return Err(failed("Broadcast can be set only for IPv4 addresses".to_owned()));
        };
        // A network of two addresses has none that all hear.
        if length > 30 {
            return Ok(None);
        }
        let hosts = u32::MAX.checked_shr(length.into()).unwrap_or(0);
        let four = four.to_bits();
        Ok(Some(Ipv4Addr::from_bits(if ones { four | hosts } else { four & !hosts })))
    }

    fn lifetime(&self) -> Result<Option<Lifetime>> {
        if self.valid.is_none() && self.preferred.is_none() {
            return Ok(None);
        }
        let (valid, preferred) = (self.valid.unwrap_or(FOREVER), self.preferred.unwrap_or(FOREVER));
        if valid == 0 {
            return Err(failed("valid_lft is zero".to_owned()));
        }
        if valid < preferred {
            return Err(failed("preferred_lft is greater than valid_lft".to_owned()));
        }
        Ok(Some(Lifetime { valid, preferred }))
    }
}

/// `request` of the address; where none was said, the kernel is told so, and refuses in its own words.
///
/// # Errors
/// The address can't be told.
pub fn request(
    (address, family): &(Address, u8),
    request: impl FnOnce(&Address) -> std::result::Result<Request, Refusal>,
    kind: u16,
) -> std::result::Result<Request, Refusal> {
    if address.local.is_some() || address.address.is_some() {
        return request(address);
    }
    let [a, b, c, d] = address.index.to_ne_bytes();
    let body = Writer::with_header(&[*family, 0, 0, address.scope, a, b, c, d]).finish()?;
    Ok(Request { kind, flags: 0, body, operation: "change no address".into() })
}

/// Addresses of the loopback network are the host's alone.
fn usual_scope(local: Option<IpAddr>) -> u8 {
    match local {
        Some(IpAddr::V4(four)) if four.is_loopback() => RT_SCOPE_HOST,
        _ => 0,
    }
}

fn scope(word: &str) -> Result<u8> {
    let named = Named::scopes().number(word).and_then(|number| number.try_into().ok());
    named.or_else(|| number(word)).ok_or_else(|| wrong(word, "invalid scope value."))
}

/// Takes seconds, or `forever`, if they were not said before.
fn lifetime(seconds: &mut Option<u32>, keyword: &str, words: &mut Words<'_>) -> Result<()> {
    if seconds.is_some() {
        return Err(duplicate(keyword, keyword));
    }
    let word = words.value()?;
    let read = if word == "forever" { Some(FOREVER) } else { number(word) };
    *seconds = Some(read.ok_or_else(|| wrong(word, &format!("{keyword} value")))?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broadcast(network: &str, said: Broadcast) -> Option<String> {
        let net = prefix(network, AF_UNSPEC).unwrap();
        let said = Said { broadcast: Some(said), family: AF_INET, ..Said::default() };
        said.broadcast_in(Some(net), false).unwrap().map(|found| found.to_string())
    }

    #[test]
    fn a_broadcast_address_is_made_of_the_network() {
        assert_eq!(broadcast("10.1.2.3/24", Broadcast::Ones).as_deref(), Some("10.1.2.255"));
        assert_eq!(broadcast("10.1.2.3/24", Broadcast::Zeros).as_deref(), Some("10.1.2.0"));
        assert_eq!(broadcast("10.1.2.3/0", Broadcast::Ones).as_deref(), Some("255.255.255.255"));
        assert_eq!(broadcast("10.1.2.3/31", Broadcast::Ones), None);
    }
}
