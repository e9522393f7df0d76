//! The text of a rule, as `nft` writes it: what is loaded waits until something looks at it.

use std::collections::BTreeMap;

use super::nft_ct;
use super::nft_statement as statement;
use super::nft_value::{self as value, What, family_name};
use crate::describe::Names;
use crate::kernel::{
    NFPROTO_IPV4, NFPROTO_IPV6, NFT_CMP_EQ, NFT_CMP_GTE, NFT_CMP_LTE, NFT_CMP_NEQ, NFT_NAT_DNAT,
};
use crate::nft::types::protocol;
use crate::nft::{Data, Expression, Rule, Verdict};

/// The words of the rule; `None` when an expression is not known here.
pub(super) fn text(rule: &Rule, names: &dyn Names) -> Option<Vec<String>> {
    let mut text = Text {
        table: &rule.table,
        table_family: rule.family,
        names,
        words: Vec::new(),
        loaded: Vec::new(),
        values: BTreeMap::new(),
        family: match rule.family {
            NFPROTO_IPV4 => Some("ipv4"),
            NFPROTO_IPV6 => Some("ipv6"),
            _ => None,
        },
        said: matches!(rule.family, NFPROTO_IPV4 | NFPROTO_IPV6),
        protocol: None,
        protocol_said: true,
        bits: None,
    };
    let mut expressions = rule.expressions.iter().peekable();
    while let Some(expression) = expressions.next() {
        if let (
            Expression::Compare { from, operator: NFT_CMP_GTE, value: first },
            Some(Expression::Compare { from: again, operator: NFT_CMP_LTE, value: last }),
        ) = (expression, expressions.peek())
            && from == again
        {
            text.range(first, last)?;
            expressions.next();
            continue;
        }
        text.step(expression)?;
    }
    text.say_protocol();
    text.words.extend(text.family.filter(|_| !text.said).map(|family| format!("meta nfproto {family}")));
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

struct Text<'a> {
    table: &'a str,
    /// The family of the table.
    table_family: u8,
    names: &'a dyn Names,
    words: Vec<String>,
    /// What was loaded, and not yet looked at.
    loaded: Vec<(String, What)>,
    /// Values in registers.
    values: BTreeMap<u32, Vec<u8>>,
    /// The family that was asked for. An address says it by itself.
    family: Option<&'static str>,
    /// Whether one has.
    said: bool,
    /// The protocol that was asked for. A port says it by itself.
    protocol: Option<u8>,
    /// Whether one has.
    protocol_said: bool,
    /// The bits that were picked out.
    bits: Option<Vec<u8>>,
}

impl Text<'_> {
    fn step(&mut self, expression: &Expression) -> Option<()> {
        if let Expression::Payload { base, offset, length, .. } = expression {
            let payload = value::payload(*base, *offset, *length, self.family, self.protocol)?;
            self.said |= payload.says_family;
            // `th dport` says nothing of the protocol, `tcp dport` does.
            if payload.says_protocol {
                self.protocol_said = true;
            } else {
                self.say_protocol();
            }
            self.loaded.push((payload.words, payload.what));
            return Some(());
        }
        if !matches!(
            expression,
            Expression::Compare { .. } | Expression::Bitwise { .. } | Expression::Lookup { .. }
        ) {
            self.say_protocol();
        }
        match expression {
            Expression::Meta { key, .. } => self.loaded.push(value::meta(*key)?),
            Expression::Ct { key, direction, .. } => self.loaded.push(nft_ct::load(*key, *direction)?),
            Expression::Fib { flags, result, .. } => self.loaded.push(value::fib(*flags, *result)?),
            Expression::Bitwise { mask, xor, .. } => {
                xor.iter().all(|byte| *byte == 0).then_some(())?;
                self.bits = Some(mask.clone());
            }
            Expression::Compare { operator, value, .. } => self.compare(*operator, value)?,
            Expression::Lookup { set, id, to, inverse, .. } => self.lookup(set, *id, *to, *inverse)?,
            Expression::Immediate { to: 0, data: Data::Verdict(data) } => self.words.push(verdict(data)?),
            Expression::Immediate { to, data: Data::Value(value) } => {
                self.values.insert(*to, value.clone());
            }
            Expression::Nat { kind, family, address, port } => self.nat(*kind, *family, *address, *port)?,
            Expression::Masquerade => self.words.push("masquerade".to_owned()),
            Expression::Counter => self.words.push("counter".to_owned()),
            Expression::Other { name, data } => {
                self.words.push(statement::text(name, data, &self.values, self.table_family)?);
            }
            _ => return None,
        }
        Some(())
    }

    /// `meta l4proto tcp`, if a port has not said it.
    fn say_protocol(&mut self) {
        if let (Some(number), false) = (self.protocol, self.protocol_said) {
            self.words.push(format!("meta l4proto {}", protocol(number)));
            self.protocol_said = true;
        }
    }

    /// What was loaded, as one key; and what it is, if it is one thing.
    fn taken(&mut self) -> (String, Option<What>) {
        let what = match self.loaded[..] {
            [(_, what)] => Some(what),
            _ => None,
        };
        let words: Vec<String> = self.loaded.drain(..).map(|(words, _)| words).collect();
        (words.join(" . "), what)
    }

    /// A register that a value or something loaded is in.
    fn register(&mut self, register: u32, what: What) -> Option<String> {
        match self.values.get(&register) {
            Some(bytes) => value::shown(what, bytes, self.names),
            None => Some(self.taken().0),
        }
    }

    fn nat(&mut self, kind: u32, family: u32, address: Option<u32>, port: Option<u32>) -> Option<()> {
        let name = if kind == NFT_NAT_DNAT { "dnat" } else { "snat" };
        let number = u8::try_from(family).ok()?;
        let family = if number == self.table_family { "" } else { family_name(number)?.0 };
        let length = if number == NFPROTO_IPV6 { 16 } else { 4 };
        let mut to = match address {
            Some(register) => self.register(register, What::Address(length))?,
            None => String::new(),
        };
        // A map's value is address and port in one.
        if let Some(port) = port.and_then(|register| self.values.get(&register)) {
            let port = value::shown(What::Port, port, self.names)?;
            to = if to.contains(':') { format!("[{to}]:{port}") } else { format!("{to}:{port}") };
        }
        let words: Vec<&str> =
            [name, family, "to", &to].into_iter().filter(|word| !word.is_empty()).collect();
        self.words.push(words.join(" "));
        Some(())
    }

    fn lookup(&mut self, set: &str, id: u32, to: Option<u32>, inverse: bool) -> Option<()> {
        let (key, what) = self.taken();
        if what != Some(What::Port) || !key.contains("dport") && !key.contains("sport") {
            self.say_protocol();
        }
        let set = match self.names.anonymous_set(self.table, id).filter(|_| set.starts_with("__")) {
            Some((key, data, elements)) => value::elements(elements, what, (key, data), self.names)?,
            None => format!("@{set}"),
        };
        match to {
            // As loaded: what it is written before (`dnat … to`) comes later.
            Some(0) => self.words.push(format!("{key} vmap {set}")),
            Some(_) => self.loaded.push((format!("{key} map {set}"), What::Number)),
            None => self.words.push(format!("{key} {}{set}", if inverse { "!= " } else { "" })),
        }
        Some(())
    }

    /// `1000-2000`.
    fn range(&mut self, first: &[u8], last: &[u8]) -> Option<()> {
        let (words, what) = self.loaded.pop()?;
        let [first, last] = [first, last].map(|value| value::shown(what, value, self.names));
        self.words.push(format!("{words} {}-{}", first?, last?));
        Some(())
    }

    fn compare(&mut self, operator: u32, value: &[u8]) -> Option<()> {
        let (words, what) = self.loaded.pop()?;
        match what {
            What::Family if operator == NFT_CMP_EQ => {
                self.family = Some(family_name(*value.first()?)?.1);
                return Some(());
            }
            What::Protocol if operator == NFT_CMP_EQ && words == "meta l4proto" => {
                self.say_protocol();
                (self.protocol, self.protocol_said) = (value.first().copied(), false);
                return Some(());
            }
            // Before an address of Ethernet, which says it by itself.
            What::LinkType if operator == NFT_CMP_EQ && value.first() == Some(&1) => return Some(()),
            _ => {}
        }
        if let Some(bits) = self.bits.take() {
            self.words.push(value::masked(&words, what, &bits, operator, value, self.names)?);
            return Some(());
        }
        let not = match operator {
            NFT_CMP_EQ => "",
            NFT_CMP_NEQ => "!= ",
            other => value::operator(other)?,
        };
        self.words.push(format!("{words} {not}{}", value::shown(what, value, self.names)?));
        Some(())
    }
}
