//! `route add`, `del` and their like: words become a route.

use netlink_raw::kernel::{
    AF_INET, AF_INET6, AF_UNSPEC, RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_NOWHERE, RT_SCOPE_UNIVERSE,
    RT_TABLE_LOCAL, RT_TABLE_MAIN, RTN_ANYCAST, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST, RTN_NAT,
    RTN_UNICAST, RTN_UNSPEC, RTNH_F_ONLINK, RTNH_F_PERVASIVE, RTPROT_UNSPEC,
};
use netlink_raw::route::{NextHop, Route};

use super::context::Context;
use super::{kinds, metrics};
use crate::ip::prefix::{self, address, prefix};
use crate::ip::words::{Result, Words, mistake, number, wrong};

const REALM: &str = "\"realm\" value is invalid";

/// What was said, where silence means something else than the number itself.
#[derive(Debug, Default)]
struct Said {
    destination: bool,
    table: bool,
    scope: bool,
    gateway: bool,
}

/// The route that `words` describe; one that is to be deleted has what is not said for any.
///
/// # Errors
/// A mistake in them, or a device that is not there.
pub fn read(words: &mut Words<'_>, family: u8, delete: bool, context: &mut Context) -> Result<Route> {
    let mut route = Route { family, ..Route::default() };
    if delete {
        (route.protocol, route.kind, route.scope) = (RTPROT_UNSPEC, RTN_UNSPEC, RT_SCOPE_NOWHERE);
    }
    let mut said = Said::default();
    while words.peek().is_some() {
        word(words, &mut route, &mut said, context)?;
    }
    if !said.destination {
        return Err(mistake("a route needs a destination: a prefix, or default".to_owned()));
    }
    if route.family == AF_UNSPEC {
        route.family = AF_INET;
    }
    complete(&mut route, &said, delete);
    Ok(route)
}

fn word(words: &mut Words<'_>, route: &mut Route, said: &mut Said, context: &mut Context) -> Result<()> {
    match words.peek().unwrap_or_default() {
        "src" => {
            words.take();
            let source = address(words.value()?, route.family)?;
            family_is(route, prefix::family(source));
            route.preferred_source = Some(source);
        }
        "via" => {
            words.take();
            let (family, word) = family_word(words, route.family)?;
            let gateway = address(word, family)?;
            family_is(route, prefix::family(gateway));
            route.gateway = Some(gateway);
            said.gateway = true;
        }
        "from" => {
            words.take();
            let source = prefix(words.value()?, route.family)?;
            route.source = Some(source).filter(|(_, length)| *length != 0);
        }
        "to" => destination(words, route, said)?,
        "pref" => {
            words.take();
            route.preference = Some(metrics::preference_of(words.value()?)?);
        }
        "onlink" => flag(words, route, RTNH_F_ONLINK),
        "pervasive" => flag(words, route, RTNH_F_PERVASIVE),
        "nexthop" => {
            while words.peek() == Some("nexthop") {
                words.take();
                let hop = next_hop(words, route.family, context)?;
                if let Some(gateway) = hop.gateway {
                    family_is(route, prefix::family(gateway));
                }
                route.next_hops.push(hop);
            }
            if let Some(other) = words.peek() {
                return Err(mistake(format!(
                    "Error: \"nexthop\" or end of line is expected instead of \"{other}\""
                )));
            }
        }
        "vrf" => {
            words.take();
            route.table = context.vrf(words.value()?)?;
            said.table = true;
        }
        "ttl-propagate" => {
            words.take();
            route.ttl_propagate = Some(match words.value()? {
                "enabled" => true,
                "disabled" => false,
                other => return Err(wrong(other, "\"ttl-propagate\" value is invalid")),
            });
        }
        "nhid" => {
            words.take();
            route.next_hop_id = Some(words.number("\"id\" value is invalid")?);
        }
        _ if metrics::read(words, route)? || keyword(words, route, said, context)? => {}
        _ => destination(words, route, said)?,
    }
    Ok(())
}

/// Takes a keyword that may be shortened, and its value.
fn keyword(words: &mut Words<'_>, route: &mut Route, said: &mut Said, context: &mut Context) -> Result<bool> {
    if words.skip(&["dev", "oif"]) {
        route.output_interface = Some(context.links.index(words.value()?)?);
    } else if words.skip(&["metric", "priority", "preference"]) {
        route.priority = Some(words.number("\"metric\" value is invalid")?);
    } else if words.skip(&["scope"]) {
        route.scope = context.scope(words.value()?, "invalid \"scope\" value")?;
        said.scope = true;
    } else if words.skip(&["protocol"]) {
        route.protocol = context.protocol(words.value()?, "\"protocol\" value is invalid")?;
    } else if words.skip(&["table"]) {
        route.table = context.table(words.value()?, "\"table\" value is invalid")?;
        said.table = true;
    } else if words.skip(&["tos", "dsfield"]) {
        route.tos = context.tos(words.value()?, "\"tos\" value is invalid")?;
    } else if words.skip(&["realms"]) {
        route.realms = Some(context.realms(words.value()?, REALM)?);
    } else if words.skip(&["expires"]) {
        route.expires = Some(words.number("\"expires\" value is invalid")?);
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Takes the destination, with its type before it.
fn destination(words: &mut Words<'_>, route: &mut Route, said: &mut Said) -> Result<()> {
    if words.peek() == Some("to") {
        words.take();
    }
    let mut word = words.value()?;
    if let Some(kind) = kinds::named(word) {
        route.kind = kind;
        word = words.value()?;
    }
    if said.destination {
        return Err(mistake(format!("Error: either \"to\" is duplicate, or \"{word}\" is a garbage.")));
    }
    let (address, length) = prefix(word, route.family)?;
    said.destination = true;
    if length != 0 || word.contains(':') || word.contains('.') {
        family_is(route, prefix::family(address));
    }
    route.destination = Some((address, length)).filter(|(_, length)| *length != 0);
    Ok(())
}

/// Takes a family, if one is said, and the address after it.
///
/// # Errors
/// There is no address.
pub fn family_word<'a>(words: &mut Words<'a>, family: u8) -> Result<(u8, &'a str)> {
    let word = words.value()?;
    Ok(match word {
        "inet" => (AF_INET, words.value()?),
        "inet6" => (AF_INET6, words.value()?),
        _ => (family, word),
    })
}

fn next_hop(words: &mut Words<'_>, family: u8, context: &mut Context) -> Result<NextHop> {
    let mut hop = NextHop::default();
    if words.peek().is_none() {
        return Err(mistake("Error: unexpected end of line after \"nexthop\"".to_owned()));
    }
    loop {
        if words.skip(&["via"]) {
            let (family, word) = family_word(words, family)?;
            hop.gateway = Some(address(word, family)?);
        } else if words.skip(&["dev", "oif"]) {
            hop.output_interface = context.links.index(words.value()?)?;
        } else if words.skip(&["weight"]) {
            let word = words.value()?;
            let weight = number::<u16>(word).filter(|weight| (1..=256).contains(weight));
            let hops = weight.and_then(|weight| u8::try_from(weight - 1).ok());
            hop.hops = hops.ok_or_else(|| wrong(word, "\"weight\" is invalid"))?;
        } else if words.skip(&["onlink"]) {
            // A next hop has the lower eight flags.
            hop.flags |= u8::try_from(RTNH_F_ONLINK).unwrap_or_default();
        } else if words.skip(&["realms"]) {
            hop.realms = Some(context.realms(words.value()?, REALM)?);
        } else {
            return Ok(hop);
        }
    }
}

fn flag(words: &mut Words<'_>, route: &mut Route, flag: u32) {
    words.take();
    route.flags |= flag;
}

/// The first address says which family is meant, where no flag does.
const fn family_is(route: &mut Route, family: u8) {
    if route.family == AF_UNSPEC {
        route.family = family;
    }
}

/// What `ip` sends of what was not said.
fn complete(route: &mut Route, said: &Said, delete: bool) {
    let local = matches!(route.kind, RTN_LOCAL | RTN_BROADCAST | RTN_NAT | RTN_ANYCAST);
    if !said.table {
        route.table = if local { RT_TABLE_LOCAL } else { RT_TABLE_MAIN };
    }
    if !said.scope {
        route.scope = match route.kind {
            _ if route.family == AF_INET6 => RT_SCOPE_UNIVERSE,
            RTN_LOCAL | RTN_NAT => RT_SCOPE_HOST,
            RTN_BROADCAST | RTN_MULTICAST | RTN_ANYCAST => RT_SCOPE_LINK,
            _ if delete => RT_SCOPE_NOWHERE,
            RTN_UNICAST | RTN_UNSPEC
                if !said.gateway && route.next_hops.is_empty() && route.next_hop_id.is_none() =>
            {
                RT_SCOPE_LINK
            }
            _ => RT_SCOPE_UNIVERSE,
        };
    }
}
