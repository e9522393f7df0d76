//! What rules load and compare, in `nft`'s words.

use super::nft_ct;
use crate::describe::Names;
use crate::kernel::{
    CT_STATES, IPS_DST_NAT, IPS_SRC_NAT, NFPROTO_IPV4, NFPROTO_IPV6, NFT_CMP_EQ, NFT_CMP_GT, NFT_CMP_GTE,
    NFT_CMP_LT, NFT_CMP_LTE, NFT_CMP_NEQ, NFT_FIB_RESULT_ADDRTYPE, NFT_FIB_RESULT_OIF,
    NFT_FIB_RESULT_OIFNAME, NFT_META_IIF, NFT_META_IIFGROUP, NFT_META_IIFNAME, NFT_META_IIFTYPE,
    NFT_META_L4PROTO, NFT_META_LEN, NFT_META_MARK, NFT_META_NFPROTO, NFT_META_OIF, NFT_META_OIFGROUP,
    NFT_META_OIFNAME, NFT_META_PKTTYPE, NFT_META_PROTOCOL, NFT_META_SKGID, NFT_META_SKUID,
    NFT_PAYLOAD_LL_HEADER, NFT_PAYLOAD_NETWORK_HEADER, NFT_PAYLOAD_TRANSPORT_HEADER,
    NFT_SET_ELEM_INTERVAL_END, NFTA_FIB_F_DADDR, NFTA_FIB_F_IIF, NFTA_FIB_F_MARK, NFTA_FIB_F_OIF,
    NFTA_FIB_F_PRESENT, NFTA_FIB_F_SADDR, ROUTE_KINDS,
};
use crate::nft::types::protocol;
use crate::nft::{Data, Element, Type};
use crate::wire::{Attribute, ip};

/// What a loaded value is, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Family,
    Protocol,
    Port,
    /// An address with as many bytes in all.
    Address(usize),
    /// A number in the machine's order.
    Number,
    /// A number in the network's order.
    Big,
    Mark,
    Link,
    LinkType,
    Name,
    AddressType,
    State,
    Status,
    /// Which way of a connection.
    Direction,
    PacketType,
    Hardware,
    EthernetProtocol,
    IcmpType,
    Icmp6Type,
    TcpFlags,
    /// Whether there is a route.
    Route,
}

const PACKET_TYPES: [(u8, &str); 4] = [(0, "host"), (1, "broadcast"), (2, "multicast"), (3, "other")];

const ICMP_TYPES: [(u8, &str); 9] = [
    (0, "echo-reply"),
    (3, "destination-unreachable"),
    (4, "source-quench"),
    (5, "redirect"),
    (8, "echo-request"),
    (11, "time-exceeded"),
    (12, "parameter-problem"),
    (13, "timestamp-request"),
    (14, "timestamp-reply"),
];

const ICMP6_TYPES: [(u8, &str); 14] = [
    (1, "destination-unreachable"),
    (2, "packet-too-big"),
    (3, "time-exceeded"),
    (4, "parameter-problem"),
    (128, "echo-request"),
    (129, "echo-reply"),
    (130, "mld-listener-query"),
    (131, "mld-listener-report"),
    (132, "mld-listener-done"),
    (133, "nd-router-solicit"),
    (134, "nd-router-advert"),
    (135, "nd-neighbor-solicit"),
    (136, "nd-neighbor-advert"),
    (137, "nd-redirect"),
];

const TCP_FLAGS: [(u8, &str); 8] =
    [(1, "fin"), (2, "syn"), (4, "rst"), (8, "psh"), (16, "ack"), (32, "urg"), (64, "ecn"), (128, "cwr")];

/// What the packet itself is loaded for.
pub(super) struct Payload {
    pub(super) words: String,
    pub(super) what: What,
    /// Whether the words say that it is IPv4, or IPv6.
    pub(super) says_family: bool,
    /// Whether the words say the protocol.
    pub(super) says_protocol: bool,
}

/// The field of a header. Which header it is depends on what was asked before.
pub(super) fn payload(
    base: u32,
    offset: u32,
    length: u32,
    family: Option<&'static str>,
    known: Option<u8>,
) -> Option<Payload> {
    let (words, what) = match (base, family, offset, length) {
        (NFT_PAYLOAD_LL_HEADER, _, 0, 6) => ("ether daddr", What::Hardware),
        (NFT_PAYLOAD_LL_HEADER, _, 6, 6) => ("ether saddr", What::Hardware),
        (NFT_PAYLOAD_LL_HEADER, _, 12, 2) => ("ether type", What::EthernetProtocol),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 12, 1..=4) => ("ip saddr", What::Address(4)),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 16, 1..=4) => ("ip daddr", What::Address(4)),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 2, 2) => ("ip length", What::Big),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 8, 1) => ("ip ttl", What::Big),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 9, 1) => ("ip protocol", What::Protocol),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 8, 1..=16) => ("ip6 saddr", What::Address(16)),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 24, 1..=16) => ("ip6 daddr", What::Address(16)),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 4, 2) => ("ip6 length", What::Big),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 6, 1) => ("ip6 nexthdr", What::Protocol),
        (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 7, 1) => ("ip6 hoplimit", What::Big),
        (NFT_PAYLOAD_TRANSPORT_HEADER, ..) => return transport(offset, length, known),
        _ => return None,
    };
    let says_family = base == NFT_PAYLOAD_NETWORK_HEADER;
    Some(Payload { words: words.to_owned(), what, says_family, says_protocol: false })
}

fn transport(offset: u32, length: u32, known: Option<u8>) -> Option<Payload> {
    let name = match known {
        Some(6) => "tcp",
        Some(17) => "udp",
        Some(132) => "sctp",
        Some(1) => "icmp",
        Some(58) => "icmpv6",
        _ => "th",
    };
    let (field, what) = match (known, offset, length) {
        (Some(1), 0, 1) => ("type", What::IcmpType),
        (Some(58), 0, 1) => ("type", What::Icmp6Type),
        (Some(1 | 58), 1, 1) => ("code", What::Big),
        (Some(1 | 58), ..) => return None,
        (_, 0, 2) => ("sport", What::Port),
        (_, 2, 2) => ("dport", What::Port),
        (Some(6), 13, 1) => ("flags", What::TcpFlags),
        _ => return None,
    };
    let says_family = matches!(known, Some(1 | 58));
    Some(Payload { words: format!("{name} {field}"), what, says_family, says_protocol: name != "th" })
}

pub(super) fn meta(key: u32) -> Option<(String, What)> {
    let (name, what) = match key {
        NFT_META_NFPROTO => ("meta nfproto", What::Family),
        NFT_META_L4PROTO => ("meta l4proto", What::Protocol),
        NFT_META_PROTOCOL => ("meta protocol", What::EthernetProtocol),
        NFT_META_LEN => ("meta length", What::Number),
        NFT_META_IIF => ("iif", What::Link),
        NFT_META_OIF => ("oif", What::Link),
        NFT_META_IIFTYPE => ("meta iiftype", What::LinkType),
        NFT_META_IIFGROUP => ("iifgroup", What::Number),
        NFT_META_OIFGROUP => ("oifgroup", What::Number),
        NFT_META_SKUID => ("meta skuid", What::Number),
        NFT_META_SKGID => ("meta skgid", What::Number),
        NFT_META_PKTTYPE => ("meta pkttype", What::PacketType),
        NFT_META_MARK => ("meta mark", What::Mark),
        NFT_META_IIFNAME => ("iifname", What::Name),
        NFT_META_OIFNAME => ("oifname", What::Name),
        _ => return None,
    };
    Some((name.to_owned(), what))
}

pub(super) fn fib(flags: u32, result: u32) -> Option<(String, What)> {
    let known = [
        (NFTA_FIB_F_SADDR, "saddr"),
        (NFTA_FIB_F_DADDR, "daddr"),
        (NFTA_FIB_F_MARK, "mark"),
        (NFTA_FIB_F_IIF, "iif"),
        (NFTA_FIB_F_OIF, "oif"),
    ];
    let key: Vec<&str> = known.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    let (result, what) = match (result, flags & NFTA_FIB_F_PRESENT != 0) {
        (NFT_FIB_RESULT_ADDRTYPE, false) => ("type", What::AddressType),
        (NFT_FIB_RESULT_OIF, true) => ("oif", What::Route),
        (NFT_FIB_RESULT_OIF, false) => ("oif", What::Link),
        (NFT_FIB_RESULT_OIFNAME, true) => ("oifname", What::Route),
        (NFT_FIB_RESULT_OIFNAME, false) => ("oifname", What::Name),
        _ => return None,
    };
    Some((format!("fib {} {result}", key.join(" . ")), what))
}

/// A family in a translation, and as a value.
pub(super) fn family_name(number: u8) -> Option<(&'static str, &'static str)> {
    match number {
        NFPROTO_IPV4 => Some(("ip", "ipv4")),
        NFPROTO_IPV6 => Some(("ip6", "ipv6")),
        _ => None,
    }
}

pub(super) fn operator(number: u32) -> Option<&'static str> {
    Some(match number {
        NFT_CMP_LT => "< ",
        NFT_CMP_LTE => "<= ",
        NFT_CMP_GT => "> ",
        NFT_CMP_GTE => ">= ",
        _ => return None,
    })
}

fn of_table(table: &[(u8, &str)], number: u8) -> String {
    let known = table.iter().find(|(known, _)| *known == number);
    known.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}

/// A value.
pub(super) fn shown(what: What, value: &[u8], names: &dyn Names) -> Option<String> {
    let native = || value.try_into().ok().map(u32::from_ne_bytes);
    let byte = || value.first().copied().filter(|_| value.len() == 1);
    Some(match what {
        What::Family => family_name(*value.first()?)?.1.to_owned(),
        What::Protocol => protocol(*value.first()?),
        What::Port => u16::from_be_bytes(value.try_into().ok()?).to_string(),
        What::Number => native()?.to_string(),
        What::Mark => format!("{:#x}", native()?),
        What::Link => {
            let index = native()?;
            names.link(index).map_or_else(|| index.to_string(), |name| format!("\"{name}\""))
        }
        What::Big => match value {
            [byte] => byte.to_string(),
            [a, b] => u16::from_be_bytes([*a, *b]).to_string(),
            _ => return None,
        },
        What::Name => name(value),
        What::AddressType => {
            let number = u8::try_from(native()?).ok()?;
            let (_, name) = ROUTE_KINDS.iter().find(|(known, _)| *known == number)?;
            super::last_word(name)
        }
        What::Address(length) if value.len() == length => ip(value)?.to_string(),
        // The first bytes of an address are those of a prefix.
        What::Address(length) if value.len() < length => {
            let mut whole = value.to_vec();
            whole.resize(length, 0);
            format!("{}/{}", ip(&whole)?, value.len() * 8)
        }
        What::PacketType => of_table(&PACKET_TYPES, byte()?),
        What::Hardware if value.len() == 6 => crate::hardware(value),
        What::EthernetProtocol => match u16::from_be_bytes(value.try_into().ok()?) {
            0x0800 => "ip".to_owned(),
            0x0806 => "arp".to_owned(),
            0x86dd => "ip6".to_owned(),
            0x8100 => "vlan".to_owned(),
            other => format!("{other:#06x}"),
        },
        What::IcmpType => of_table(&ICMP_TYPES, byte()?),
        What::Icmp6Type => of_table(&ICMP6_TYPES, byte()?),
        What::TcpFlags => tcp_flags(byte()?),
        What::State | What::Status => bit_names(what, value)?,
        What::Direction => nft_ct::way(*value.first()?)?.to_owned(),
        What::Route => if value.iter().all(|byte| *byte == 0) { "missing" } else { "exists" }.to_owned(),
        What::Address(_) | What::LinkType | What::Hardware => return None,
    })
}

/// The name of a link: all of it, or, without the zero at its end, the beginning.
fn name(value: &[u8]) -> String {
    let text = Attribute { kind: 0, payload: value }.str();
    let begins = !value.contains(&0) && value.len() < 16;
    format!("\"{text}{}\"", if begins { "*" } else { "" })
}

fn tcp_flags(flags: u8) -> String {
    let names: Vec<&str> =
        TCP_FLAGS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
    match names[..] {
        [] => "0x0".to_owned(),
        [one] => one.to_owned(),
        _ => format!("({})", names.join("|")),
    }
}

/// What is picked out by a mask, and compared.
pub(super) fn masked(
    words: &str,
    what: What,
    mask: &[u8],
    operator: u32,
    value: &[u8],
    names: &dyn Names,
) -> Option<String> {
    let zero = value.iter().all(|byte| *byte == 0);
    let not = match operator {
        NFT_CMP_EQ => "",
        NFT_CMP_NEQ => "!= ",
        _ => return None,
    };
    Some(match what {
        // `ct state a,b`: any of these bits is set.
        What::State | What::Status if operator == NFT_CMP_NEQ && zero => {
            format!("{words} {}", bit_names(what, mask)?)
        }
        What::Address(length) if mask.len() == length && value.len() == length => {
            let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
            format!("{words} {not}{}/{}", ip(value)?, prefix(mask, ones)?)
        }
        What::TcpFlags => {
            let [mask, value] = [mask, value].map(|byte| byte.first().copied().map(tcp_flags));
            format!("{words} & {} {} {}", mask?, if not.is_empty() { "==" } else { "!=" }, value?)
        }
        What::Mark => {
            let [mask, value] = [mask, value].map(|value| shown(what, value, names));
            format!("{words} & {} {} {}", mask?, if not.is_empty() { "==" } else { "!=" }, value?)
        }
        _ => return None,
    })
}

/// The length of a prefix whose mask has so many ones, if they are the first.
fn prefix(mask: &[u8], ones: u32) -> Option<u32> {
    let mut leading = 0;
    for byte in mask {
        leading += byte.leading_ones();
        if *byte != 0xff {
            break;
        }
    }
    (leading == ones).then_some(ones)
}

fn bit_names(what: What, bits: &[u8]) -> Option<String> {
    let bits = u32::from_ne_bytes(bits.try_into().ok()?);
    match (what, bits) {
        (What::Status, IPS_DST_NAT) => Some("dnat".to_owned()),
        (What::Status, IPS_SRC_NAT) => Some("snat".to_owned()),
        (What::State, _) => {
            let known = CT_STATES.iter().filter(|(bit, _)| bits & bit != 0);
            let names: Vec<String> =
                known.map(|(_, name)| super::last_word(name.trim_end_matches("_BIT"))).collect();
            Some(names.join(","))
        }
        _ => None,
    }
}

/// Elements in braces: keys by what was loaded, if that is one thing, or else by their type.
pub(super) fn elements(
    elements: &[Element],
    what: Option<What>,
    (key, data): (Type, Option<Type>),
    names: &dyn Names,
) -> Option<String> {
    let show = |bytes: &[u8]| what.and_then(|what| shown(what, bytes, names)).or_else(|| key.show(bytes));
    let value = |element: &Element| match &element.data {
        None => Some(String::new()),
        Some(Data::Verdict(verdict)) => Some(format!(" : {}", super::nft_rule::verdict(verdict)?)),
        Some(Data::Value(bytes)) => Some(format!(" : {}", data?.show(bytes)?)),
    };
    let texts: Option<Vec<String>> = intervals(elements, &show)
        .into_iter()
        .map(|(text, element)| {
            let comment =
                element.comment.as_ref().map_or_else(String::new, |text| format!(" comment \"{text}\""));
            Some(format!("{}{comment}{}", text?, value(element)?))
        })
        .collect();
    Some(format!("{{ {} }}", texts?.join(", ")))
}

/// Keys, or, where ends of intervals are among them, ranges from each start to the end behind it.
pub(super) fn intervals<'a>(
    elements: &'a [Element],
    show: &dyn Fn(&[u8]) -> Option<String>,
) -> Vec<(Option<String>, &'a Element)> {
    let is_end = |element: &Element| element.flags & NFT_SET_ELEM_INTERVAL_END != 0;
    if !elements.iter().any(is_end) {
        return elements
            .iter()
            .map(|element| (show(&element.key).filter(|_| element.flags == 0), element))
            .collect();
    }
    let mut sorted: Vec<&Element> = elements.iter().collect();
    // Where one ends and the next begins, the end comes first.
    sorted.sort_by_key(|element| (element.key.clone(), !is_end(element)));
    let mut found = Vec::new();
    let mut rest = sorted.into_iter().peekable();
    while let Some(start) = rest.next() {
        if is_end(start) {
            continue;
        }
        let end = rest.peek().map(|next| next.key.clone());
        found.push((interval(&start.key, end.as_deref(), show), start));
    }
    found
}

/// From a key up to the one before `end`, or to the last there is.
fn interval(start: &[u8], end: Option<&[u8]>, show: &dyn Fn(&[u8]) -> Option<String>) -> Option<String> {
    let last = match end {
        Some(end) if end.len() == start.len() => before(end)?,
        Some(_) => return None,
        None => vec![0xff; start.len()],
    };
    if last == start {
        return show(start);
    }
    let differ: Vec<u8> = start.iter().zip(&last).map(|(a, b)| a ^ b).collect();
    let ones: u32 = differ.iter().map(|byte| byte.count_ones()).sum();
    // A prefix: the same bits before, and then all zeros up to all ones.
    let inverted: Vec<u8> = differ.iter().map(|byte| !byte).collect();
    let bits = u32::try_from(start.len()).ok()? * 8;
    let zeros = start.iter().zip(&differ).all(|(byte, differ)| byte & differ == 0);
    if matches!(start.len(), 4 | 16)
        && zeros
        && prefix(&inverted, bits - ones).is_some()
        && show(start)?.contains(['.', ':'])
    {
        return Some(format!("{}/{}", show(start)?, bits - ones));
    }
    Some(format!("{}-{}", show(start)?, show(&last)?))
}

/// One less, as a number of the network's.
fn before(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut less = bytes.to_vec();
    for byte in less.iter_mut().rev() {
        let (lower, borrowed) = byte.overflowing_sub(1);
        *byte = lower;
        if !borrowed {
            return Some(less);
        }
    }
    None
}

/// Words for a shell: at spaces, but for text in quotation marks and elements in braces.
pub(super) fn split(words: &str) -> Vec<String> {
    let (mut found, mut current) = (Vec::new(), String::new());
    let (mut quoted, mut depth) = (false, 0_u32);
    for letter in words.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == ' ' && !quoted && depth == 0 {
            found.push(std::mem::take(&mut current));
        } else {
            current.push(letter);
        }
    }
    found.push(current);
    found
}
