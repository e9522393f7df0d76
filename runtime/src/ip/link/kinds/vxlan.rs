//! The settings of a VXLAN.

use std::net::IpAddr;

use netlink_raw::kernel::{AF_UNSPEC, VXLAN_DF_INHERIT, VXLAN_DF_SET, VXLAN_DF_UNSET};
use netlink_raw::route::Vxlan;

use super::super::options::Context;
use super::unknown;
use crate::ip::named::Named;
use crate::ip::prefix::{address, family, is_any};
use crate::ip::words::{MISTAKE, Result, Words, failed, number, shortens, twice, wrong};

/// What is on, and off with `no` before it.
const SWITCHES: [(&str, Switch); 12] = [
    ("learning", |to| &mut to.learning),
    ("proxy", |to| &mut to.proxy),
    ("rsc", |to| &mut to.short_circuit),
    ("l2miss", |to| &mut to.l2_miss),
    ("l3miss", |to| &mut to.l3_miss),
    ("udpcsum", |to| &mut to.udp_checksum),
    ("udp6zerocsumtx", |to| &mut to.udp_zero_checksum6_tx),
    ("udp6zerocsumrx", |to| &mut to.udp_zero_checksum6_rx),
    ("remcsumtx", |to| &mut to.remote_checksum_tx),
    ("remcsumrx", |to| &mut to.remote_checksum_rx),
    ("external", |to| &mut to.external),
    ("vnifilter", |to| &mut to.vni_filter),
];

type Switch = fn(&mut Vxlan) -> &mut Option<bool>;

/// Words with a value, in the order in which they are matched when they are shortened, and what they are said for.
const WORDS: [(&str, &str); 20] = [
    ("id", "id"),
    ("vni", "id"),
    ("group", "group"),
    ("remote", "remote"),
    ("local", "local"),
    ("dev", "dev"),
    ("ttl", "ttl"),
    ("hoplimit", "ttl"),
    ("tos", "tos"),
    ("dsfield", "tos"),
    ("df", "df"),
    ("label", "flowlabel"),
    ("flowlabel", "flowlabel"),
    ("ageing", "ageing"),
    ("maxaddress", "maxaddress"),
    ("port", "srcport"),
    ("srcport", "srcport"),
    ("dstport", "dstport"),
    ("gbp", "gbp"),
    ("gpe", "gpe"),
];

/// A network's number has 24 bits, a flow label 20.
const NETWORKS: u32 = 1 << 24;
const LABELS: u32 = 1 << 20;
/// The port that IANA gave to VXLAN with other protocols than Ethernet.
const GPE: u16 = 4790;

/// The settings that `words` say of a VXLAN that is to be made, or is there.
///
/// # Errors
/// A mistake in them; a device that is not there; or settings that exclude each other.
pub(super) fn read(words: &mut Words<'_>, making: bool, context: &mut Context<'_>) -> Result<Vxlan> {
    let mut vxlan = Vxlan::default();
    let mut said = Vec::new();
    while let Some(text) = words.take() {
        let word = WORDS.iter().find(|(name, _)| shortens(text, name)).map(|(_, word)| *word);
        let switch = SWITCHES.iter().find_map(|(name, to)| {
            let off = text.strip_prefix("no").is_some_and(|text| shortens(text, name));
            (off || shortens(text, name)).then_some((*name, *to, !off))
        });
        match (word, switch) {
            (Some(word @ ("gbp" | "gpe")), _) => {
                once(&mut said, word, text, text)?;
                *(if word == "gbp" { &mut vxlan.group_policy } else { &mut vxlan.generic_protocol }) = true;
            }
            (Some(word), _) => {
                let both = "vxlan: both group and remote cannot be specified";
                if matches!((word, vxlan.group), ("group", Some(is)) if !is.is_multicast())
                    || matches!((word, vxlan.group), ("remote", Some(is)) if is.is_multicast())
                {
                    return Err(failed(both.to_owned()));
                }
                let value = words.value()?;
                // Group and remote are one attribute.
                once(&mut said, if word == "remote" { "group" } else { word }, word, value)?;
                put(&mut vxlan, word, value, words, context)?;
            }
            (None, Some((name, to, on))) => {
                once(&mut said, name, text, text)?;
                *to(&mut vxlan) = Some(on);
            }
            (None, None) => return Err(unknown("vxlan: unknown command", text)),
        }
    }
    complete(vxlan, &said, making)
}

/// Says that `word` was said, with this value.
fn once<'w>(said: &mut Vec<&'w str>, word: &'w str, keyword: &str, value: &str) -> Result<()> {
    if said.contains(&word) {
        return Err(twice(keyword, value));
    }
    said.push(word);
    Ok(())
}

fn put(
    vxlan: &mut Vxlan,
    word: &str,
    value: &str,
    words: &mut Words<'_>,
    context: &mut Context<'_>,
) -> Result<()> {
    let is = |of: Option<IpAddr>| of.map_or(AF_UNSPEC, family);
    match word {
        "id" => vxlan.id = Some(below(value, NETWORKS, "invalid id")?),
        "group" => vxlan.group = Some(remote(value, is(vxlan.local), true, "invalid group address")?),
        "remote" => vxlan.group = Some(remote(value, is(vxlan.local), false, "invalid remote address")?),
        "local" => vxlan.local = Some(remote(value, is(vxlan.group), false, "invalid local address")?),
        "dev" => {
            let index = context.links.index(value).map_err(|error| error.with_status(MISTAKE))?;
            vxlan.link = Some(index);
        }
        "ttl" => match value {
            "inherit" => vxlan.ttl_inherit = true,
            "auto" => vxlan.ttl = Some(0),
            _ => {
                let ttl: u32 = number(value).ok_or_else(|| wrong(value, "invalid TTL"))?;
                vxlan.ttl = Some(ttl.try_into().map_err(|_| wrong(value, "TTL must be <= 255"))?);
            }
        },
        "tos" if value == "inherit" => vxlan.tos = Some(1),
        "tos" => vxlan.tos = Some(tos(value)?),
        "df" => {
            vxlan.df = Some(match value {
                "unset" => VXLAN_DF_UNSET,
                "set" => VXLAN_DF_SET,
                "inherit" => VXLAN_DF_INHERIT,
                _ => return Err(wrong(value, "DF must be 'unset', 'set' or 'inherit'")),
            });
        }
        "flowlabel" => vxlan.label = Some(below(value, LABELS, "invalid flowlabel")?),
        "ageing" if value == "none" => vxlan.ageing = Some(0),
        "ageing" => vxlan.ageing = Some(number(value).ok_or_else(|| wrong(value, "ageing timer"))?),
        "maxaddress" if value == "unlimited" => vxlan.limit = Some(0),
        "maxaddress" => vxlan.limit = Some(number(value).ok_or_else(|| wrong(value, "max addresses"))?),
        "srcport" => {
            let first = number(value).ok_or_else(|| wrong(value, "min port"))?;
            let last = words.number("max port")?;
            vxlan.source_ports = Some((first, last)).filter(|ports| *ports != (0, 0));
        }
        _ => vxlan.port = Some(number(value).ok_or_else(|| wrong(value, "dst port"))?),
    }
    Ok(())
}

fn below(word: &str, end: u32, what: &str) -> Result<u32> {
    number(word).filter(|number| *number < end).ok_or_else(|| wrong(word, what))
}

/// An address that is one of many, or of one.
fn remote(word: &str, of: u8, many: bool, what: &str) -> Result<IpAddr> {
    if is_any(word) {
        return Err(wrong(word, what));
    }
    let address = address(word, of)?;
    if address.is_multicast() == many { Ok(address) } else { Err(wrong(word, what)) }
}

fn tos(word: &str) -> Result<u8> {
    let named = Named::services().number(word).and_then(|number| number.try_into().ok());
    let digits = word.strip_prefix("0x").unwrap_or(word);
    named.or_else(|| u8::from_str_radix(digits, 16).ok()).ok_or_else(|| wrong(word, "bad TOS value"))
}

/// What `ip` makes of what was not said, and what it says of it.
fn complete(mut vxlan: Vxlan, said: &[&str], making: bool) -> Result<Vxlan> {
    let external = vxlan.external == Some(true);
    if external && vxlan.id.is_some() {
        return Err(failed("vxlan: both 'external' and vni cannot be specified".to_owned()));
    }
    if !external && vxlan.vni_filter.is_some() {
        return Err(failed("vxlan: vnifilter is valid only when 'external' is set".to_owned()));
    }
    if !external && vxlan.id.is_none() && making {
        return Err(failed("vxlan: missing virtual network identifier".to_owned()));
    }
    if vxlan.group.is_some_and(|group| group.is_multicast()) && vxlan.link.is_none() {
        return Err(failed("vxlan: 'group' requires 'dev' to be specified".to_owned()));
    }
    if !said.contains(&"dstport") && vxlan.generic_protocol {
        vxlan.port = Some(GPE);
    } else if !said.contains(&"dstport") && making {
        eprintln!(
            "vxlan: destination port not specified\nWill use Linux kernel default (non-standard value)"
        );
        eprintln!("Use 'dstport 4789' to get the IANA assigned value");
        eprintln!("Use 'dstport 0' to get default and quiet this message");
    }
    vxlan.port = vxlan.port.filter(|port| *port != 0);
    // Who takes addresses from metadata learns none, unless it was said after that.
    let after = |word| said.iter().position(|each| *each == word);
    if external && after("external") > after("learning") {
        vxlan.learning = Some(false);
    } else if making && vxlan.learning.is_none() {
        vxlan.learning = Some(true);
    }
    Ok(vxlan)
}
