//! What follows `type KIND`: words become the settings of a kind.

mod bridge;
mod port;
mod stacked;
mod vxlan;

use netlink_raw::kernel::{ETHERNET_PROTOCOLS, IFLA_VRF_TABLE};
use netlink_raw::route::{Ipvlan, Kind, Link, Macvlan, Vlan};
use netlink_raw::wire::Writer;

use super::options::{self, Context, arguments};
use crate::error::Error;
use crate::ip::answer::refused;
use crate::ip::named::Named;
use crate::ip::words::{self, Result, Words, duplicate, failed, wrong};

/// Kinds that `ip` takes settings of, and Pontoon does not.
const OTHERS: [&str; 26] = [
    "amt",
    "bareudp",
    "bond",
    "bond_slave",
    "can",
    "dsa",
    "erspan",
    "geneve",
    "gre",
    "gretap",
    "gtp",
    "hsr",
    "ip6erspan",
    "ip6gre",
    "ip6gretap",
    "ip6tnl",
    "ipip",
    "ipoib",
    "macsec",
    "rmnet",
    "sit",
    "vti",
    "vti6",
    "wwan",
    "vxcan",
    "xfrm",
];

/// Gives `link` the kind `name` with the settings that `words` say, to make it so or, if it is there, to change it.
///
/// # Errors
/// A mistake in the words; a device or a namespace that they name is not there.
pub fn read(
    name: &str,
    words: &mut Words<'_>,
    making: bool,
    link: &mut Link,
    context: &mut Context<'_>,
) -> Result<Vec<std::os::fd::OwnedFd>> {
    let said = words.peek().is_some();
    let mut open = Vec::new();
    link.kind = Some(match name {
        "veth" if said => {
            let (peer, files) = peer(words, context)?;
            open = files;
            Kind::Veth { peer: Some(Box::new(peer)) }
        }
        "veth" => Kind::Veth { peer: None },
        "bridge" => Kind::Bridge(if said { bridge::read(words)?.into() } else { Box::default() }),
        "bridge_slave" if said && !making => {
            link.port = Some(port::read(words, context)?);
            return Ok(open);
        }
        "macvlan" | "macvtap" => {
            let settings = if said { stacked::macvlan(words, name)? } else { Macvlan::default() };
            if name == "macvlan" { Kind::Macvlan(settings) } else { Kind::Macvtap(settings) }
        }
        "ipvlan" | "ipvtap" => {
            let settings = if said { stacked::ipvlan(words, name)? } else { Ipvlan::default() };
            if name == "ipvlan" { Kind::Ipvlan(settings) } else { Kind::Ipvtap(settings) }
        }
        "vlan" => Kind::Vlan(if said { stacked::vlan(words)? } else { Vlan::default() }),
        "vxlan" => {
            Kind::Vxlan(if said { vxlan::read(words, making, context)?.into() } else { Box::default() })
        }
        "vrf" if said => Kind::Other { name: name.into(), data: vrf(words)? },
        "dummy" => Kind::Dummy,
        "ifb" => Kind::Ifb,
        _ => Kind::Other { name: name.into(), data: Vec::new() },
    });
    match words.peek() {
        None => Ok(open),
        Some(word) if OTHERS.contains(&name) => {
            Err(failed(format!("{name}: Pontoon has no words for its settings, such as \"{word}\"")))
        }
        Some(word) => Err(arguments(word)),
    }
}

/// The other end of a veth.
fn peer(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<(Link, Vec<std::os::fd::OwnedFd>)> {
    let first = words.value()?;
    if first != "peer" {
        return Err(failed(format!("veth: \"peer\" is expected rather than \"{first}\"")));
    }
    let mut said = options::read(words, context)?;
    if let Some(kind) = said.kind {
        return Err(duplicate("type", kind));
    }
    said.to_be_made(context)?;
    Ok((said.link, said.open))
}

/// The settings of a vrf, which has a routing table.
fn vrf(words: &mut Words<'_>) -> Result<Vec<u8>> {
    let mut data = Writer::new();
    while words.peek().is_some() {
        if !words.skip(&["table"]) {
            return Err(unknown("vrf: unknown option", words.value()?));
        }
        let word = words.value()?;
        let table = Named::tables().number(word).or_else(|| words::number(word));
        data.put_u32(IFLA_VRF_TABLE, table.ok_or_else(|| wrong(word, "invalid table ID"))?);
    }
    data.finish().map_err(|error| refused(&error))
}

/// The word is none of a kind's.
fn unknown(what: &str, word: &str) -> Error {
    failed(format!("{what} \"{word}\"?"))
}

/// The protocol of Ethernet that `word` is, `802.1q` or another.
fn ether_type(word: &str) -> Option<u16> {
    let named = |(_, name): &&(u16, &str)| {
        let name = name.trim_start_matches("ETH_P_");
        name.eq_ignore_ascii_case(word)
            || name.strip_prefix("8021").is_some_and(|end| {
                word.strip_prefix("802.1").is_some_and(|word| word.eq_ignore_ascii_case(end))
            })
    };
    let found = ETHERNET_PROTOCOLS.iter().find(named).map(|(number, _)| *number);
    found.or_else(|| words::number(word))
}
