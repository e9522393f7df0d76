//! The text of a rule, as `nft` writes it: what is loaded waits until something looks at it.

use crate::kernel::{
    CT_STATES, IP_CT_DIR_ORIGINAL, IP_CT_DIR_REPLY, IPS_DST_NAT, IPS_SRC_NAT, NFPROTO_IPV4, NFPROTO_IPV6,
    NFT_CMP_EQ, NFT_CMP_NEQ, NFT_CT_DIRECTION, NFT_CT_DST_IP, NFT_CT_DST_IP6, NFT_CT_PROTO_DST,
    NFT_CT_PROTO_SRC, NFT_CT_SRC_IP, NFT_CT_SRC_IP6, NFT_CT_STATE, NFT_CT_STATUS, NFT_FIB_RESULT_ADDRTYPE,
    NFT_META_IIFGROUP, NFT_META_IIFNAME, NFT_META_L4PROTO, NFT_META_MARK, NFT_META_NFPROTO,
    NFT_META_OIFGROUP, NFT_META_OIFNAME, NFT_NAT_DNAT, NFT_PAYLOAD_NETWORK_HEADER,
    NFT_PAYLOAD_TRANSPORT_HEADER, NFTA_FIB_F_DADDR, NFTA_FIB_F_SADDR, ROUTE_KINDS,
};
use crate::nft::types::protocol;
use crate::nft::{Data, Expression, Verdict};
use crate::wire::{Attribute, ip};

/// The words of the rule; `None` when an expression is not known here.
pub(super) fn text(expressions: &[Expression]) -> Option<Vec<String>> {
    let mut text = Text::default();
    expressions.iter().try_for_each(|expression| text.step(expression))?;
    text.words.extend(text.family.filter(|_| !text.said).map(|family| format!("meta nfproto {family}")));
    let words = text.words.join(" ");
    Some(words.split(' ').map(str::to_owned).collect())
}

/// As `nft` writes it.
pub(super) fn verdict(verdict: &Verdict) -> Option<String> {
    Some(match verdict {
        Verdict::Drop => "drop".to_owned(),
        Verdict::Accept => "accept".to_owned(),
        Verdict::Continue => "continue".to_owned(),
        Verdict::Return => "return".to_owned(),
        Verdict::Jump(chain) => format!("jump {chain}"),
        Verdict::Goto(chain) => format!("goto {chain}"),
        Verdict::Other(_) => return None,
    })
}

/// What a loaded value is, and how it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Family,
    Protocol,
    Port,
    /// An address with as many bytes in all.
    Address(usize),
    Number,
    Name,
    AddressType,
    State,
    Status,
    Direction,
}

#[derive(Default)]
struct Text {
    words: Vec<String>,
    /// What was loaded, and not yet looked at.
    loaded: Vec<(String, What)>,
    /// The family that was asked for. An address says it by itself.
    family: Option<&'static str>,
    /// Whether one has.
    said: bool,
    /// The bits that were picked out.
    bits: Option<Vec<u8>>,
}

impl Text {
    fn step(&mut self, expression: &Expression) -> Option<()> {
        match expression {
            Expression::Meta { key, .. } => self.load(meta(*key)?),
            Expression::Ct { key: NFT_CT_STATE, .. } => self.load(("ct state".to_owned(), What::State)),
            Expression::Ct { key: NFT_CT_STATUS, .. } => self.load(("ct status".to_owned(), What::Status)),
            Expression::Ct { key: NFT_CT_DIRECTION, .. } => {
                self.load(("ct direction".to_owned(), What::Direction));
            }
            Expression::Ct { key, direction: Some(direction), .. } => {
                let (words, what) = connection(*key)?;
                self.load((format!("ct {} {words}", way(*direction)?), what));
            }
            Expression::Fib { flags, result: NFT_FIB_RESULT_ADDRTYPE, .. } => {
                let address = match *flags {
                    NFTA_FIB_F_DADDR => "daddr",
                    NFTA_FIB_F_SADDR => "saddr",
                    _ => return None,
                };
                self.load((format!("fib {address} type"), What::AddressType));
            }
            Expression::Payload { base, offset, length, .. } => {
                let loaded = self.payload(*base, *offset, *length)?;
                self.load(loaded);
            }
            Expression::Bitwise { mask, .. } => self.bits = Some(mask.clone()),
            Expression::Compare { operator, value, .. } => self.compare(*operator, value)?,
            Expression::Lookup { set, to, inverse, .. } => {
                let key = self.taken();
                match to {
                    // As loaded: what it is written before (`dnat … to`) comes later.
                    Some(0) => self.words.push(format!("{key} vmap @{set}")),
                    Some(_) => self.loaded.push((format!("{key} map @{set}"), What::Number)),
                    None => self.words.push(format!("{key} {}@{set}", if *inverse { "!= " } else { "" })),
                }
            }
            Expression::Immediate { to: 0, data: Data::Verdict(data) } => self.words.push(verdict(data)?),
            Expression::Nat { kind, family, address: Some(_), .. } => {
                let name = if *kind == NFT_NAT_DNAT { "dnat" } else { "snat" };
                let family = family_name(u8::try_from(*family).ok()?)?.0;
                let to = self.taken();
                self.words.push(format!("{name} {family} to {to}"));
            }
            Expression::Masquerade => self.words.push("masquerade".to_owned()),
            Expression::Counter => self.words.push("counter".to_owned()),
            _ => return None,
        }
        Some(())
    }

    fn load(&mut self, loaded: (String, What)) {
        self.loaded.push(loaded);
    }

    /// What was loaded, as one key.
    fn taken(&mut self) -> String {
        let words: Vec<String> = self.loaded.drain(..).map(|(words, _)| words).collect();
        words.join(" . ")
    }

    fn payload(&mut self, base: u32, offset: u32, length: u32) -> Option<(String, What)> {
        let (name, what) = match (base, self.family, offset) {
            (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 12) => ("ip saddr", What::Address(4)),
            (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv4"), 16) => ("ip daddr", What::Address(4)),
            (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 8) => ("ip6 saddr", What::Address(16)),
            (NFT_PAYLOAD_NETWORK_HEADER, Some("ipv6"), 24) => ("ip6 daddr", What::Address(16)),
            (NFT_PAYLOAD_TRANSPORT_HEADER, _, 0) if length == 2 => ("th sport", What::Port),
            (NFT_PAYLOAD_TRANSPORT_HEADER, _, 2) if length == 2 => ("th dport", What::Port),
            _ => return None,
        };
        if base == NFT_PAYLOAD_NETWORK_HEADER {
            self.said = true;
        }
        Some((name.to_owned(), what))
    }

    fn compare(&mut self, operator: u32, value: &[u8]) -> Option<()> {
        let (words, what) = self.loaded.pop()?;
        if what == What::Family && operator == NFT_CMP_EQ {
            self.family = Some(family_name(*value.first()?)?.1);
            return Some(());
        }
        if let Some(bits) = self.bits.take() {
            // `ct state a,b`: any of these bits is set.
            if operator != NFT_CMP_NEQ || value.iter().any(|byte| *byte != 0) {
                return None;
            }
            self.words.push(format!("{words} {}", bit_names(what, &bits)?));
            return Some(());
        }
        let not = match operator {
            NFT_CMP_EQ => "",
            NFT_CMP_NEQ => "!= ",
            _ => return None,
        };
        self.words.push(format!("{words} {not}{}", shown(what, value)?));
        Some(())
    }
}

/// What is asked of one way of a connection.
fn connection(key: u32) -> Option<(&'static str, What)> {
    Some(match key {
        NFT_CT_PROTO_SRC => ("proto-src", What::Port),
        NFT_CT_PROTO_DST => ("proto-dst", What::Port),
        NFT_CT_SRC_IP => ("ip saddr", What::Address(4)),
        NFT_CT_DST_IP => ("ip daddr", What::Address(4)),
        NFT_CT_SRC_IP6 => ("ip6 saddr", What::Address(16)),
        NFT_CT_DST_IP6 => ("ip6 daddr", What::Address(16)),
        _ => return None,
    })
}

fn way(direction: u8) -> Option<&'static str> {
    match direction {
        IP_CT_DIR_ORIGINAL => Some("original"),
        IP_CT_DIR_REPLY => Some("reply"),
        _ => None,
    }
}

fn meta(key: u32) -> Option<(String, What)> {
    let (name, what) = match key {
        NFT_META_NFPROTO => ("meta nfproto", What::Family),
        NFT_META_L4PROTO => ("meta l4proto", What::Protocol),
        NFT_META_IIFGROUP => ("iifgroup", What::Number),
        NFT_META_OIFGROUP => ("oifgroup", What::Number),
        NFT_META_MARK => ("meta mark", What::Number),
        NFT_META_IIFNAME => ("iifname", What::Name),
        NFT_META_OIFNAME => ("oifname", What::Name),
        _ => return None,
    };
    Some((name.to_owned(), what))
}

/// A family in a translation, and as a value.
fn family_name(number: u8) -> Option<(&'static str, &'static str)> {
    match number {
        NFPROTO_IPV4 => Some(("ip", "ipv4")),
        NFPROTO_IPV6 => Some(("ip6", "ipv6")),
        _ => None,
    }
}

fn shown(what: What, value: &[u8]) -> Option<String> {
    Some(match what {
        What::Family => family_name(*value.first()?)?.1.to_owned(),
        What::Protocol => protocol(*value.first()?),
        What::Port => u16::from_be_bytes(value.try_into().ok()?).to_string(),
        What::Direction => way(*value.first()?)?.to_owned(),
        What::Number => u32::from_ne_bytes(value.try_into().ok()?).to_string(),
        What::Name => format!("\"{}\"", Attribute { kind: 0, payload: value }.str()),
        What::AddressType => {
            let number = u8::try_from(u32::from_ne_bytes(value.try_into().ok()?)).ok()?;
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
        What::Address(_) | What::State | What::Status => return None,
    })
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
