//! The virtual functions of a network card (SR-IOV), a line each: `IFLA_VFINFO_LIST`.
//!
//! Source: `linux/if_link.h`, `IFLA_VF_*`. Numbers in its structs are of 32 bits; the first is that of the function.

use netlink_raw::kernel::{AF_UNSPEC, ETH_P_8021Q, IFF_POINTOPOINT, IFLA_NUM_VF, IFLA_VFINFO_LIST};
use netlink_raw::wire::Attributes;

use super::details::Protocol;
use super::entry::Entry;
use super::hardware::{Address, kind};
use super::question;
use crate::ip::answer::Told;
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::output::Output;

const INFO: u16 = 1;
const MAC: u16 = 1;
const VLAN: u16 = 2;
const TX_RATE: u16 = 3;
const SPOOFCHK: u16 = 4;
const LINK_STATE: u16 = 5;
const RATE: u16 = 6;
const RSS_QUERY_EN: u16 = 7;
const TRUST: u16 = 9;
const VLAN_LIST: u16 = 12;
const BROADCAST: u16 = 13;

/// Whether the virtual functions of links are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Functions {
    /// They are not.
    Unshown,
    /// The message of a link tells them.
    Told,
    /// Each link that could have some is asked for them.
    Asked,
}

/// Kinds of links that no hardware is behind, of which there may be thousands.
const SOFTWARE: [&str; 13] = [
    "veth",
    "bridge",
    "tun",
    "dummy",
    "macvlan",
    "macvtap",
    "ipvlan",
    "ipvtap",
    "vlan",
    "vxlan",
    "ifb",
    "bond",
    "wireguard",
];

/// Whether `link` could have functions.
pub fn possible(link: &Entry<'_>) -> bool {
    let software = |kind| SOFTWARE.iter().any(|name| name.as_bytes() == kind);
    link.device_type() != libc::ARPHRD_LOOPBACK && !link.kind().is_some_and(software)
}

/// Asks for `link` with its functions.
pub fn ask(link: &Entry<'_>, links: &mut Links) -> Option<Told> {
    let request = question::one(link.index(), None, AF_UNSPEC);
    request.and_then(|request| links.socket().get(&request)).ok()
}

/// The attributes of a function.
type Function<'a> = Table<'a, { BROADCAST as usize + 1 }>;

/// Puts the functions of `link`.
pub fn functions(out: &mut Output, link: &Entry<'_>) {
    let list = link.table.get(IFLA_NUM_VF).and(link.table.bytes(IFLA_VFINFO_LIST));
    let Some(list) = list else { return };
    out.array(Some("vfinfo_list"), |out| {
        for function in Attributes::new(list).flatten().filter(|each| each.kind == INFO) {
            out.object(None, |out| one(out, link, &Function::new(function.payload)));
        }
    });
}

fn one(out: &mut Output, link: &Entry<'_>, function: &Function<'_>) {
    let Some(mac) = function.bytes(MAC) else { return };
    out.newline();
    out.field("vf", ("    vf ", " "), number(mac, 0).unwrap_or(0));
    out.field("link_type", ("    link/", " "), kind(link.device_type(), false));
    out.field("address", ("", ""), address(link, mac.get(4..).unwrap_or_default()));
    if let Some(all) = function.bytes(BROADCAST) {
        if link.flags() & IFF_POINTOPOINT != 0 {
            out.json("link_pointtopoint", true);
            out.text(" peer ");
        } else {
            out.text(" brd ");
        }
        out.field("broadcast", ("", ""), address(link, all));
    }
    match function.bytes(VLAN_LIST) {
        Some(list) => out.array(Some("vlan_list"), |out| {
            for each in Attributes::new(list).flatten() {
                out.object(None, |out| vlan(out, each.payload));
            }
        }),
        None => vlan(out, function.bytes(VLAN).unwrap_or_default()),
    }
    rates(out, function);
    switches(out, function);
}

/// Its hardware address, of as many bytes as the link's is.
fn address<'a>(link: &Entry<'_>, bytes: &'a [u8]) -> Address<'a> {
    const ETHER: u16 = 1;
    let length = if link.device_type() == ETHER { 6 } else { 20 };
    Address(bytes.get(..length).unwrap_or(bytes), link.device_type())
}

/// The number at this place of a struct.
fn number(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.as_chunks::<4>().0.get(place).map(|number| u32::from_ne_bytes(*number))
}

/// `struct ifla_vf_vlan_info`, of which an older one lacks the protocol.
fn vlan(out: &mut Output, bytes: &[u8]) {
    for (place, key, before) in [(1, "vlan", ", vlan "), (2, "qos", ", qos ")] {
        if let Some(number) = number(bytes, place).filter(|number| *number != 0) {
            out.field(key, (before, ""), number);
        }
    }
    if let Some([high, low]) = bytes.get(12..14) {
        let protocol = u16::from_be_bytes([*high, *low]);
        if protocol != 0 && protocol != ETH_P_8021Q {
            out.field("protocol", (", vlan protocol ", ""), Protocol(protocol));
        }
    }
}

/// How many megabits it may send a second.
fn rates(out: &mut Output, function: &Function<'_>) {
    let rate = function.bytes(TX_RATE).and_then(|bytes| number(bytes, 1));
    if let Some(rate) = rate.filter(|rate| *rate != 0) {
        out.field("tx_rate", (", tx rate ", " (Mbps)"), rate);
    }
    if let Some(bytes) = function.bytes(RATE) {
        let [least, most] = [1, 2].map(|place| number(bytes, place).unwrap_or(0));
        out.object(Some("rate"), |out| {
            for (key, before, rate) in
                [("max_tx", ", max_tx_rate ", most), ("min_tx", ", min_tx_rate ", least)]
            {
                if out.is_json() || rate != 0 {
                    out.field(key, (before, "Mbps"), rate);
                }
            }
        });
    }
}

fn switches(out: &mut Output, function: &Function<'_>) {
    let switch = |out: &mut Output, attribute, key: &str, text: [&str; 2]| {
        let set = function.bytes(attribute).and_then(|bytes| number(bytes, 1));
        // All bits where the card does not tell.
        if let Some(set) = set.filter(|set| *set != u32::MAX) {
            out.json(key, set != 0);
            out.text(text[usize::from(set != 0)]);
        }
    };
    switch(out, SPOOFCHK, "spoofchk", [", spoof checking off", ", spoof checking on"]);
    if let Some(state) = function.bytes(LINK_STATE).and_then(|bytes| number(bytes, 1)) {
        let word = match state {
            0 => "auto",
            1 => "enable",
            _ => "disable",
        };
        out.field("link_state", (", link-state ", ""), word);
    }
    switch(out, TRUST, "trust", [", trust off", ", trust on"]);
    switch(out, RSS_QUERY_EN, "query_rss_en", [", query_rss off", ", query_rss on"]);
}
