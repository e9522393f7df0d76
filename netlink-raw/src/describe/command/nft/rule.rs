//! The text of a rule, as `nft` writes it: what is loaded waits until something looks at it.

use super::interval;
use super::load::{self, Known, Loaded, What};
use super::text::{Layer, Text};
use super::value::{self, family_name};
use super::{ct, statement};
use crate::describe::Names;
use crate::kernel::{NFT_CMP_EQ, NFT_CMP_GTE, NFT_CMP_LTE, NFT_CMP_NEQ, NFT_PAYLOAD_LL_HEADER};
use crate::nft::types::protocol;
use crate::nft::{Data, Expression, Rule, Verdict};

/// The words of the rule; `None` when an expression is not known here.
pub(super) fn text(rule: &Rule, names: &dyn Names) -> Option<Vec<String>> {
    let mut text = Text::of(rule, names);
    let mut expressions = rule.expressions.iter().peekable();
    while let Some(expression) = expressions.next() {
        if let (
            Expression::Compare { from, operator: NFT_CMP_GTE, value: first },
            Some(Expression::Compare { from: again, operator: NFT_CMP_LTE, value: last }),
        ) = (expression, expressions.peek())
            && from == again
        {
            text.range("", first, last)?;
            expressions.next();
            continue;
        }
        text.step(expression, expressions.peek().copied())?;
    }
    text.say(None);
    text.loaded.is_empty().then_some(())?;
    // Text that was quoted for nft is one word for the shell.
    Some(text.words.iter().flat_map(|words| value::split(words)).collect())
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

impl Text<'_> {
    fn step(&mut self, expression: &Expression, next: Option<&Expression>) -> Option<()> {
        match expression {
            Expression::Payload { base, offset, length, to } => {
                return self.payload(*base, *offset, *length, *to, next);
            }
            Expression::Meta { key, to } => {
                let (words, what) = load::meta(*key)?;
                self.loaded.push(Loaded::plain(words, what, *to));
            }
            Expression::Ct { key, direction, to } => {
                let (words, what) = ct::load(*key, *direction)?;
                self.loaded.push(Loaded::plain(words, what, *to));
            }
            Expression::Fib { flags, result, to } => {
                let (words, what) = load::fib(*flags, *result)?;
                self.loaded.push(Loaded::plain(words, what, *to));
            }
            Expression::Bitwise { mask, xor, .. } => {
                // Where a part of a header was loaded, its words say which bits.
                if !matches!(self.loaded.last(), Some(Loaded { what: What::Bits(_), .. })) {
                    self.bits = Some((mask.clone(), xor.clone()));
                }
            }
            Expression::Compare { operator, value, .. } => self.compare(*operator, value)?,
            Expression::Lookup { set, id, to, inverse, .. } => self.lookup(set, *id, *to, *inverse)?,
            Expression::Immediate { to: 0, data: Data::Verdict(data) } => {
                self.statement(verdict(data)?, None);
            }
            Expression::Immediate { to, data: Data::Value(value) } => {
                self.values.insert(*to, value.clone());
            }
            Expression::Immediate { .. } => return None,
            Expression::Masquerade => self.statement("masquerade".to_owned(), None),
            Expression::Counter => self.statement("counter".to_owned(), None),
            Expression::Nat { kind, family, address, port } => {
                let nat = statement::Nat {
                    kind: *kind,
                    family: u8::try_from(*family).ok()?,
                    address: [*address, None],
                    port: [*port, None],
                    flags: 0,
                };
                let words = nat.text(self)?;
                self.statement(words, Some(Layer::Network));
            }
            Expression::Other { name, data } => statement::step(self, name, data)?,
        }
        Some(())
    }

    fn payload(
        &mut self,
        base: u32,
        offset: u32,
        length: u32,
        to: u32,
        next: Option<&Expression>,
    ) -> Option<()> {
        let mask = match next {
            Some(Expression::Bitwise { mask, xor, .. })
                if mask.len() <= 4 && xor.iter().all(|byte| *byte == 0) =>
            {
                let mut padded = [0; 4];
                padded.get_mut(..mask.len())?.copy_from_slice(mask);
                Some(padded)
            }
            _ => None,
        };
        let known = Known { family: self.family, protocol: self.protocol, mask };
        let loaded = load::payload(base, offset, length, to, known)?;
        if base == NFT_PAYLOAD_LL_HEADER {
            self.goes_without(Layer::Link);
        }
        if loaded.words.starts_with("vlan ") {
            self.goes_without(Layer::Vlan);
        }
        if loaded.says_family {
            self.goes_without(Layer::Network);
        }
        if loaded.says_protocol {
            self.goes_without(Layer::Transport);
        }
        self.loaded.push(loaded);
        Some(())
    }

    fn lookup(&mut self, set: &str, id: u32, to: Option<u32>, inverse: bool) -> Option<()> {
        // Of bits that were picked out, the set has the bytes.
        if self.bits.is_some() || self.loaded.iter().any(|loaded| matches!(loaded.what, What::Bits(_))) {
            return None;
        }
        let (key, what) = self.taken()?;
        let set = match self.names.anonymous_set(self.table, id).filter(|_| set.starts_with("__")) {
            Some((key, data, elements)) => interval::elements(elements, what, (key, data), self.names)?,
            None if set.starts_with("__") => return None,
            None => format!("@{set}"),
        };
        match to {
            // As loaded: what it is written before (`dnat … to`) comes later.
            Some(0) => self.statement(format!("{key} vmap {set}"), None),
            Some(to) => self.loaded.push(Loaded::plain(format!("{key} map {set}"), What::Number, to)),
            None => self.statement(format!("{key} {}{set}", if inverse { "!= " } else { "" }), None),
        }
        Some(())
    }

    /// `1000-2000`.
    pub(super) fn range(&mut self, not: &str, first: &[u8], last: &[u8]) -> Option<()> {
        let loaded = self.loaded.pop().filter(|loaded| loaded.next.is_none() && self.bits.is_none())?;
        let swapped = std::mem::take(&mut self.swapped);
        let [first, last] = [first, last].map(|value| self.shown(loaded.what, value, swapped));
        self.statement(format!("{} {not}{}-{}", loaded.words, first?, last?), None);
        Some(())
    }

    fn compare(&mut self, operator: u32, value: &[u8]) -> Option<()> {
        let loaded = self.loaded.pop()?;
        if operator == NFT_CMP_EQ && self.bits.is_none() && self.rests_on(&loaded, value)? {
            return Some(());
        }
        let (words, what) = (loaded.words, loaded.what);
        if let Some((mask, xor)) = self.bits.take() {
            (xor.iter().all(|byte| *byte == 0) && loaded.next.is_none()).then_some(())?;
            let words = value::masked(&words, what, &mask, operator, value, self.names)?;
            self.statement(words, None);
            return Some(());
        }
        let not = match operator {
            NFT_CMP_EQ => "",
            NFT_CMP_NEQ => "!= ",
            other => value::operator(other)?,
        };
        let swapped = std::mem::take(&mut self.swapped);
        if let Some((next, what_next)) = loaded.next {
            // Two fields that stand side by side were loaded at once.
            (operator == NFT_CMP_EQ).then_some(())?;
            let (first, second) = value.split_at_checked(value.len() / 2)?;
            let first = value::shown(what, first, self.names)?;
            let second = value::shown(what_next, second, self.names)?;
            self.statement(format!("{words} {first}"), None);
            self.words.push(format!("{next} {second}"));
            return Some(());
        }
        let shown = self.shown(what, value, swapped)?;
        self.statement(format!("{words} {not}{shown}"), None);
        Some(())
    }

    /// Whether it is a match on which later ones may rest; it waits for them then.
    fn rests_on(&mut self, loaded: &Loaded, value: &[u8]) -> Option<bool> {
        let ethernet = || Some(u16::from_be_bytes(value.try_into().ok()?));
        let (layer, words) = match (loaded.what, loaded.words.as_str()) {
            (What::Family, "meta nfproto") => {
                let name = family_name(*value.first()?)?.1;
                self.family = Some(name);
                (Layer::Network, format!("meta nfproto {name}"))
            }
            (What::EthernetProtocol, "meta protocol") => {
                let (family, name) = match ethernet()? {
                    0x0800 => ("ipv4", "ip"),
                    0x0806 => ("arp", "arp"),
                    0x86dd => ("ipv6", "ip6"),
                    _ => return Some(false),
                };
                self.family = Some(family);
                (Layer::Network, format!("meta protocol {name}"))
            }
            (What::EthernetProtocol, "ether type") => match ethernet()? {
                0x8100 => (Layer::Vlan, "ether type vlan".to_owned()),
                number => {
                    let known = [(0x0800, "ipv4"), (0x0806, "arp"), (0x86dd, "ipv6")];
                    let found = known.iter().find(|(of, _)| *of == number);
                    self.family = found.map(|(_, family)| *family).or(self.family);
                    return Some(false);
                }
            },
            (What::Protocol, "meta l4proto") => {
                let number = *value.first()?;
                self.protocol = Some(number);
                // One takes the place of another, which was said for itself.
                if self.waiting.iter().any(|(layer, _)| *layer == Layer::Transport) {
                    self.say(None);
                }
                (Layer::Transport, format!("meta l4proto {}", protocol(number)))
            }
            (What::Protocol, "ip protocol" | "ip6 nexthdr") => {
                self.protocol = Some(*value.first()?);
                return Some(false);
            }
            (What::LinkType, words) if value == 1_u16.to_ne_bytes() => {
                (Layer::Link, format!("{words} ether"))
            }
            _ => return Some(false),
        };
        self.waiting.push((layer, words));
        Some(true)
    }
}
