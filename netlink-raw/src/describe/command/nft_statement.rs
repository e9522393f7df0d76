//! Statements that take something from a register, and loads that need more than a name, in `nft`'s words.

use super::found::Found;
use super::nft::time;
use super::nft_load::{self as load, Loaded, What};
use super::nft_rule::{Layer, Text};
use super::nft_value::{self as value, family_name};
use super::{nft_object, nft_plain};
use crate::describe::tables::*;
use crate::kernel::*;
use crate::nft::Expression;
use crate::wire::{Attribute, Attributes};

/// One expression by its name and attributes.
pub(super) fn step(text: &mut Text<'_>, name: &str, data: &[u8]) -> Option<()> {
    let found = Found::of(Attributes::new(data))?;
    match name {
        "byteorder" => {
            text.swap();
            return Some(());
        }
        "range" => return range(text, &found),
        "hash" | "numgen" | "socket" | "rt" => return source(text, name, &found),
        "exthdr" if found.get(NFTA_EXTHDR_DREG).is_some() => return option(text, &found),
        _ => {}
    }
    let (words, says) = match name {
        "meta" => (set_meta(text, &found)?, None),
        "ct" => (set_connection(text, &found)?, None),
        "exthdr" => (set_option(text, &found)?, Some(Layer::Transport)),
        "nat" => (Nat::of(&found)?.text(text)?, Some(Layer::Network)),
        "masq" => (masquerade(text, &found)?, None),
        "redir" => (redirect(text, &found)?, None),
        "reject" => {
            let says = match found.u32_be(NFTA_REJECT_TYPE)? {
                1 => Some(Layer::Transport),
                0 => Some(Layer::Network),
                _ => None,
            };
            let asked = text.asked_family();
            (nft_plain::reject(&found, text.table_family, asked)?, says)
        }
        "objref" => (object(&found)?, None),
        "dynset" => (dynamic(text, &found)?, None),
        "tproxy" => (proxy(text, &found)?, None),
        "fwd" => {
            found.only(&[NFTA_FWD_SREG_DEV])?;
            (format!("fwd to {}", text.operand(found.u32_be(NFTA_FWD_SREG_DEV)?, What::Link)?), None)
        }
        "dup" => (duplicate(text, &found)?, None),
        _ => (nft_plain::text(name, data)?, None),
    };
    text.statement(words, says);
    Some(())
}

/// A translation of addresses.
pub(super) struct Nat {
    pub(super) kind: u32,
    pub(super) family: u8,
    /// Registers, of the first and of the last.
    pub(super) address: [Option<u32>; 2],
    pub(super) port: [Option<u32>; 2],
    pub(super) flags: u32,
}

impl Nat {
    fn of(found: &Found<'_>) -> Option<Self> {
        found.only(&[
            NFTA_NAT_TYPE,
            NFTA_NAT_FAMILY,
            NFTA_NAT_REG_ADDR_MIN,
            NFTA_NAT_REG_ADDR_MAX,
            NFTA_NAT_REG_PROTO_MIN,
            NFTA_NAT_REG_PROTO_MAX,
            NFTA_NAT_FLAGS,
        ])?;
        Some(Self {
            kind: found.u32_be(NFTA_NAT_TYPE)?,
            family: u8::try_from(found.u32_be(NFTA_NAT_FAMILY)?).ok()?,
            address: [NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX].map(|kind| found.u32_be(kind)),
            port: [NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX].map(|kind| found.u32_be(kind)),
            flags: found.u32_be(NFTA_NAT_FLAGS).unwrap_or_default(),
        })
    }

    pub(super) fn text(&self, text: &mut Text<'_>) -> Option<String> {
        let name = if self.kind == NFT_NAT_DNAT { "dnat" } else { "snat" };
        let family = if self.family == text.table_family { "" } else { family_name(self.family)?.0 };
        let length = if self.family == NFPROTO_IPV6 { 16 } else { 4 };
        let mut to = ends(text, self.address, What::Address(length))?.unwrap_or_default();
        // A map's value is address and port in one.
        if self.port[0].is_some_and(|register| text.value(register).is_some()) {
            let port = ends(text, self.port, What::Port)?.unwrap_or_default();
            let bracket = self.family == NFPROTO_IPV6 && !to.is_empty();
            to = if bracket { format!("[{to}]:{port}") } else { format!("{to}:{port}") };
        }
        let flags = translation(self.flags)?;
        let words = [name, family, "to", &to, &flags];
        Some(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    }
}

/// From one register to another.
fn ends(text: &mut Text<'_>, registers: [Option<u32>; 2], what: What) -> Option<Option<String>> {
    let [Some(first), last] = registers else { return Some(None) };
    let first_words = text.operand(first, what)?;
    Some(Some(match last.filter(|last| *last != first) {
        Some(last) => format!("{first_words}-{}", text.operand(last, what)?),
        None => first_words,
    }))
}

/// `NF_NAT_RANGE_*`: that there are addresses or ports follows from them.
fn translation(flags: u32) -> Option<String> {
    const IMPLIED: u32 = 0x3;
    const FLAGS: [(u32, &str); 3] = [(0x4, "random"), (0x8, "persistent"), (0x10, "fully-random")];
    let names: Vec<&str> =
        FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    (flags & !(IMPLIED | 0x1c) == 0).then(|| names.join(","))
}

fn masquerade(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_MASQ_FLAGS, NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX])?;
    let ports = [NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX].map(|kind| found.u32_be(kind));
    to_ports(text, "masquerade", ports, found.u32_be(NFTA_MASQ_FLAGS))
}

fn redirect(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_REDIR_FLAGS, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX])?;
    let ports = [NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX].map(|kind| found.u32_be(kind));
    to_ports(text, "redirect", ports, found.u32_be(NFTA_REDIR_FLAGS))
}

fn to_ports(text: &mut Text<'_>, name: &str, ports: [Option<u32>; 2], flags: Option<u32>) -> Option<String> {
    let ports = ends(text, ports, What::Port)?.map_or_else(String::new, |ports| format!(" to :{ports}"));
    let flags = translation(flags.unwrap_or_default())?;
    Some(format!("{name}{ports} {flags}").trim_end().to_owned())
}

fn range(text: &mut Text<'_>, found: &Found<'_>) -> Option<()> {
    let value = |kind| Some(found.nested(kind)?.get(NFTA_DATA_VALUE)?.payload);
    let not = match found.u32_be(NFTA_RANGE_OP)? {
        0 => "",
        1 => "!= ",
        _ => return None,
    };
    text.range(not, value(NFTA_RANGE_FROM_DATA)?, value(NFTA_RANGE_TO_DATA)?)
}

/// What is loaded from elsewhere than the packet.
fn source(text: &mut Text<'_>, name: &str, found: &Found<'_>) -> Option<()> {
    let (words, what, to) = match name {
        "hash" => {
            let to = found.u32_be(NFTA_HASH_DREG)?;
            let modulus = found.u32_be(NFTA_HASH_MODULUS)?;
            let mut words = match found.u32_be(NFTA_HASH_TYPE).unwrap_or_default() {
                0 => format!("jhash {} mod {modulus}", text.taken()?.0),
                1 => format!("symhash mod {modulus}"),
                _ => return None,
            };
            if let Some(seed) = found.u32_be(NFTA_HASH_SEED).filter(|seed| *seed != 0) {
                words.push_str(&format!(" seed {seed:#x}"));
            }
            if let Some(offset) = found.u32_be(NFTA_HASH_OFFSET).filter(|offset| *offset != 0) {
                words.push_str(&format!(" offset {offset}"));
            }
            (words, What::Number, to)
        }
        "numgen" => {
            let how = match found.u32_be(NFTA_NG_TYPE)? {
                0 => "inc",
                1 => "random",
                _ => return None,
            };
            let offset = found.u32_be(NFTA_NG_OFFSET).filter(|offset| *offset != 0);
            let offset = offset.map_or_else(String::new, |offset| format!(" offset {offset}"));
            let words = format!("numgen {how} mod {}{offset}", found.u32_be(NFTA_NG_MODULUS)?);
            (words, What::Number, found.u32_be(NFTA_NG_DREG)?)
        }
        "socket" => {
            let (words, what) = match found.u32_be(NFTA_SOCKET_KEY)? {
                0 => ("socket transparent", What::Big),
                1 => ("socket mark", What::Mark),
                2 => ("socket wildcard", What::Big),
                _ => return None,
            };
            (words.to_owned(), what, found.u32_be(NFTA_SOCKET_DREG)?)
        }
        _ => {
            let (words, what) = match found.u32_be(NFTA_RT_KEY)? {
                0 => ("rt classid", What::Number),
                1 => ("rt ip nexthop", What::Address(4)),
                2 => ("rt ip6 nexthop", What::Address(16)),
                3 => ("rt mtu", What::Number),
                4 => ("rt ipsec", What::Exists),
                _ => return None,
            };
            (words.to_owned(), what, found.u32_be(NFTA_RT_DREG)?)
        }
    };
    text.loaded.push(Loaded::plain(words, what, to));
    Some(())
}

/// Options of TCP that have a field with a name: type, offset, length.
const OPTIONS: [(u8, u32, u32, &str); 4] = [
    (2, 2, 2, "tcp option maxseg size"),
    (3, 2, 1, "tcp option window count"),
    (8, 2, 4, "tcp option timestamp tsval"),
    (8, 6, 4, "tcp option timestamp tsecr"),
];

const OF_TCP: u32 = 1;

fn option_name(found: &Found<'_>) -> Option<&'static str> {
    let (kind, offset) = (found.u8(NFTA_EXTHDR_TYPE)?, found.u32_be(NFTA_EXTHDR_OFFSET)?);
    let length = found.u32_be(NFTA_EXTHDR_LEN)?;
    (found.u32_be(NFTA_EXTHDR_OP).unwrap_or_default() == OF_TCP).then_some(())?;
    OPTIONS.iter().find(|known| (known.0, known.1, known.2) == (kind, offset, length)).map(|known| known.3)
}

/// An option of TCP, or whether there is a header of IPv6's behind the first.
fn option(text: &mut Text<'_>, found: &Found<'_>) -> Option<()> {
    const HEADERS: [(u8, &str); 5] = [(0, "hbh"), (43, "rt"), (44, "frag"), (60, "dst"), (135, "mh")];
    let register = found.u32_be(NFTA_EXTHDR_DREG)?;
    let flags = found.u32_be(NFTA_EXTHDR_FLAGS).unwrap_or_default();
    let of_ip = found.u32_be(NFTA_EXTHDR_OP).unwrap_or_default() == 0;
    let loaded = match (flags, of_ip) {
        (1, true) => {
            let kind = found.u8(NFTA_EXTHDR_TYPE)?;
            let (_, name) = HEADERS.iter().find(|(known, _)| *known == kind)?;
            Loaded { says_family: true, ..Loaded::plain(format!("exthdr {name}"), What::Exists, register) }
        }
        (0, false) => Loaded::plain(option_name(found)?, What::Big, register),
        _ => return None,
    };
    text.load(loaded, of_ip);
    Some(())
}

/// An option of TCP gets a value.
fn set_option(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    let name = option_name(found)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_EXTHDR_SREG)?, What::Big)?))
}

fn set_meta(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_META_KEY, NFTA_META_SREG])?;
    let (name, what) = load::meta(found.u32_be(NFTA_META_KEY)?)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_META_SREG)?, what)?))
}

fn set_connection(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_CT_KEY, NFTA_CT_SREG])?;
    let (name, what) = super::nft_ct::load(found.u32_be(NFTA_CT_KEY)?, None)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_CT_SREG)?, what)?))
}

/// An object by its name. (Of one that is found by a key, only the map knows the kind.)
fn object(found: &Found<'_>) -> Option<String> {
    let (kind, name) =
        (nft_object::kind(found.u32_be(NFTA_OBJREF_IMM_TYPE)?)?, found.text(NFTA_OBJREF_IMM_NAME)?);
    Some(match kind {
        "ct helper" | "ct timeout" | "ct expectation" => format!("{kind} set \"{name}\""),
        "secmark" => format!("meta secmark set \"{name}\""),
        "ct count" => return None,
        kind => format!("{kind} name \"{name}\""),
    })
}

/// An element that a packet adds.
fn dynamic(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[
        NFTA_DYNSET_SET_NAME,
        NFTA_DYNSET_SET_ID,
        NFTA_DYNSET_OP,
        NFTA_DYNSET_SREG_KEY,
        NFTA_DYNSET_SREG_DATA,
        NFTA_DYNSET_TIMEOUT,
        NFTA_DYNSET_EXPR,
        NFTA_DYNSET_FLAGS,
    ])?;
    let verb = match found.u32_be(NFTA_DYNSET_OP)? {
        0 => "add",
        1 => "update",
        2 => "delete",
        _ => return None,
    };
    let set = found.text(NFTA_DYNSET_SET_NAME)?;
    let data = match found.u32_be(NFTA_DYNSET_SREG_DATA) {
        None => String::new(),
        Some(register) => match text.value(register) {
            Some(bytes) => format!(" : {}", value::shown(What::Mark, bytes, text.names)?),
            None => format!(" : {}", text.taken_from(register)?),
        },
    };
    let key = text.taken()?.0;
    let timeout = found.u64_be(NFTA_DYNSET_TIMEOUT).filter(|timeout| *timeout != 0);
    let timeout = timeout.map_or_else(String::new, |timeout| format!(" timeout {}", time(timeout)));
    let beside = match found.get(NFTA_DYNSET_EXPR) {
        None => String::new(),
        Some(member) => format!(" {}", beside(member)?),
    };
    Some(format!("{verb} @{set} {{ {key}{timeout}{beside}{data} }}"))
}

/// What an element counts or limits.
pub(super) fn beside(member: &Attribute<'_>) -> Option<String> {
    match Expression::read_exactly(member).ok()? {
        Expression::Counter => Some("counter".to_owned()),
        Expression::Other { name, data } => nft_plain::text(&name, &data),
        _ => None,
    }
}

fn proxy(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_TPROXY_FAMILY, NFTA_TPROXY_REG_ADDR, NFTA_TPROXY_REG_PORT])?;
    let family = u8::try_from(found.u32_be(NFTA_TPROXY_FAMILY).unwrap_or_default()).ok()?;
    let length = if family == NFPROTO_IPV6 { 16 } else { 4 };
    let mut to = match found.u32_be(NFTA_TPROXY_REG_ADDR) {
        Some(register) => text.operand(register, What::Address(length))?,
        None => String::new(),
    };
    if let Some(register) = found.u32_be(NFTA_TPROXY_REG_PORT) {
        let port = text.operand(register, What::Port)?;
        let bracket = family == NFPROTO_IPV6 && !to.is_empty();
        to = if bracket { format!("[{to}]:{port}") } else { format!("{to}:{port}") };
    }
    Some(match family_name(family).filter(|_| family != text.table_family) {
        Some((family, _)) => format!("tproxy {family} to {to}"),
        None => format!("tproxy to {to}"),
    })
}

fn duplicate(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_DUP_SREG_ADDR, NFTA_DUP_SREG_DEV])?;
    let length = if text.table_family == NFPROTO_IPV6 { 16 } else { 4 };
    let address =
        found.u32_be(NFTA_DUP_SREG_ADDR).map(|register| text.operand(register, What::Address(length)));
    let device = found.u32_be(NFTA_DUP_SREG_DEV).map(|register| text.operand(register, What::Link));
    Some(match (address, device) {
        (Some(address), None) => format!("dup to {}", address?),
        (None, Some(device)) => format!("dup to {}", device?),
        (Some(address), Some(device)) => format!("dup to {} device {}", address?, device?),
        (None, None) => return None,
    })
}
