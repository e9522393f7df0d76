//! Statements that take something from a register, and loads that need more than a name, in `nft`'s words.

use super::Found;
use super::load::{self, What};
use super::text::{Layer, Text};
use super::time;
use super::value::{self, family_name};
use super::{object, plain, source};
#[allow(clippy::wildcard_imports, reason = "thirty names of attributes")]
use crate::describe::tables::*;
#[allow(clippy::wildcard_imports, reason = "twenty names")]
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
        "hash" | "numgen" | "socket" | "rt" => return source::load(text, name, &found),
        "exthdr" if found.get(NFTA_EXTHDR_DREG).is_some() => return source::option(text, &found),
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
            (plain::reject(&found, text.table_family, asked)?, says)
        }
        "objref" => (object(&found)?, None),
        "dynset" => (dynamic(text, &found)?, None),
        "tproxy" => (proxy(text, &found)?, None),
        "fwd" => {
            found.only(&[NFTA_FWD_SREG_DEV])?;
            (format!("fwd to {}", text.operand(found.u32_be(NFTA_FWD_SREG_DEV)?, What::Link)?), None)
        }
        "dup" => (duplicate(text, &found)?, None),
        _ => (plain::text(name, data)?, None),
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
        let mut to = ends(text, self.address, What::Address(length))?;
        // A map's value is address and port in one.
        if self.port[0].is_some_and(|register| text.value(register).is_some()) {
            let port = ends(text, self.port, What::Port)?;
            let bracket = self.family == NFPROTO_IPV6 && !to.is_empty();
            to = if bracket { format!("[{to}]:{port}") } else { format!("{to}:{port}") };
        }
        let flags = translation(self.flags)?;
        let words = [name, family, "to", &to, &flags];
        Some(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    }
}

/// From one register to another; nothing where there is none.
fn ends(text: &mut Text<'_>, registers: [Option<u32>; 2], what: What) -> Option<String> {
    let [Some(first), last] = registers else { return Some(String::new()) };
    let first_words = text.operand(first, what)?;
    Some(match last.filter(|last| *last != first) {
        Some(last) => format!("{first_words}-{}", text.operand(last, what)?),
        None => first_words,
    })
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
    let ports = match ends(text, ports, What::Port)? {
        ports if ports.is_empty() => ports,
        ports => format!(" to :{ports}"),
    };
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

/// An option of TCP gets a value.
fn set_option(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    let name = source::option_name(found)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_EXTHDR_SREG)?, What::Big)?))
}

fn set_meta(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_META_KEY, NFTA_META_SREG])?;
    let (name, what) = load::meta(found.u32_be(NFTA_META_KEY)?)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_META_SREG)?, what)?))
}

fn set_connection(text: &mut Text<'_>, found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_CT_KEY, NFTA_CT_SREG])?;
    let (name, what) = super::ct::load(found.u32_be(NFTA_CT_KEY)?, None)?;
    Some(format!("{name} set {}", text.operand(found.u32_be(NFTA_CT_SREG)?, what)?))
}

/// An object by its name. (Of one that is found by a key, only the map knows the kind.)
fn object(found: &Found<'_>) -> Option<String> {
    let (kind, name) =
        (object::kind(found.u32_be(NFTA_OBJREF_IMM_TYPE)?)?, found.text(NFTA_OBJREF_IMM_NAME)?);
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
        Expression::Other { name, data } => plain::text(&name, &data),
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
