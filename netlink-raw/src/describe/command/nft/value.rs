//! Values that rules compare with, in `nft`'s words.

use super::ct;
use super::load::What;
use super::prefix;
use crate::describe::Names;
use crate::kernel::{
    CT_STATES, CT_STATUS, NFPROTO_IPV4, NFPROTO_IPV6, NFT_CMP_EQ, NFT_CMP_GT, NFT_CMP_GTE, NFT_CMP_LT,
    NFT_CMP_LTE, NFT_CMP_NEQ, ROUTE_KINDS,
};
use crate::nft::types::protocol;
use crate::wire::{Attribute, ip};

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

/// A number of one to eight bytes.
fn number(bytes: &[u8], big: bool) -> Option<u64> {
    let mut whole = [0; 8];
    let whole_length = whole.len();
    let big = big || cfg!(target_endian = "big");
    let at = if big { whole_length.checked_sub(bytes.len())? } else { 0 };
    whole.get_mut(at..at + bytes.len())?.copy_from_slice(bytes);
    Some(if big { u64::from_be_bytes(whole) } else { u64::from_le_bytes(whole) })
}

/// A value.
pub(super) fn shown(what: What, value: &[u8], names: &dyn Names) -> Option<String> {
    let native = || value.try_into().ok().map(u32::from_ne_bytes);
    let byte = || value.first().copied().filter(|_| value.len() == 1);
    Some(match what {
        What::Family => family_name(*value.first()?)?.1.to_owned(),
        What::Protocol => protocol(*value.first()?),
        What::Port => u16::from_be_bytes(value.try_into().ok()?).to_string(),
        What::Number => number(value, false)?.to_string(),
        What::Big => number(value, true)?.to_string(),
        What::Raw => format!("{:#x}", number(value, true)?),
        What::Bits(shift) => (number(value, true)? >> shift).to_string(),
        What::Time => super::time(number(value, false)?),
        What::Mark => format!("{:#x}", native()?),
        What::Link => {
            let index = native()?;
            names.link(index).map_or_else(|| index.to_string(), |name| format!("\"{name}\""))
        }
        What::LinkType => match u16::from_ne_bytes(value.try_into().ok()?) {
            1 => "ether".to_owned(),
            772 => "loopback".to_owned(),
            other => other.to_string(),
        },
        What::Class => match native()? {
            0 => "none".to_owned(),
            u32::MAX => "root".to_owned(),
            class => format!("{:x}:{:x}", class >> 16, class & 0xffff),
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
        What::Operation => match u16::from_be_bytes(value.try_into().ok()?) {
            1 => "request".to_owned(),
            2 => "reply".to_owned(),
            other => other.to_string(),
        },
        What::IcmpType => of_table(&ICMP_TYPES, byte()?),
        What::Icmp6Type => of_table(&ICMP6_TYPES, byte()?),
        What::TcpFlags => tcp_flags(byte()?),
        What::State | What::Status => bit_names(what, value)?,
        What::Direction => ct::way(*value.first()?)?.to_owned(),
        What::Exists => if value.iter().all(|byte| *byte == 0) { "missing" } else { "exists" }.to_owned(),
        What::Address(_) | What::Hardware => return None,
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
            format!("{words} {not}{}/{}", ip(value)?, prefix(mask)?)
        }
        // `tcp flags syn`: any of these bits is set.
        What::TcpFlags if operator == NFT_CMP_NEQ && zero => {
            format!(
                "{words} {}",
                tcp_flags(mask.first().copied()?).trim_matches(['(', ')']).replace('|', ",")
            )
        }
        What::TcpFlags => {
            let [mask, value] = [mask, value].map(|byte| byte.first().copied().map(tcp_flags));
            format!("{words} & {} {} {}", mask?, if not.is_empty() { "==" } else { "!=" }, value?)
        }
        What::Mark | What::Big | What::Raw | What::Number => {
            let [mask, value] = [mask, value].map(|value| shown(what, value, names));
            format!("{words} & {} {} {}", mask?, if not.is_empty() { "==" } else { "!=" }, value?)
        }
        _ => return None,
    })
}

fn bit_names(what: What, bits: &[u8]) -> Option<String> {
    let bits = u32::from_ne_bytes(bits.try_into().ok()?);
    let table = if what == What::Status { CT_STATUS } else { CT_STATES };
    let known = table.iter().filter(|(bit, _)| bits & bit != 0);
    let names: Vec<String> = known
        .map(|(_, name)| match *name {
            "IPS_SEEN_REPLY" => "seen-reply".to_owned(),
            "IPS_SRC_NAT" => "snat".to_owned(),
            "IPS_DST_NAT" => "dnat".to_owned(),
            name => super::last_word(name.trim_end_matches("_BIT")),
        })
        .collect();
    (!names.is_empty() && table.iter().fold(bits, |left, (bit, _)| left & !bit) == 0).then(|| names.join(","))
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
