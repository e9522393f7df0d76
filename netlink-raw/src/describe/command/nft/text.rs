//! The words of a rule while they come together: what was loaded and waits, and what goes without saying.

use std::collections::BTreeMap;

use super::load::{Loaded, What};
use super::value;
use crate::describe::Names;
use crate::kernel::{NFPROTO_ARP, NFPROTO_IPV4, NFPROTO_IPV6};
use crate::nft::Rule;

/// What a match rests on. `nft` asks for it before a field of that layer, and its words may leave it out there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// That there is a header of Ethernet.
    Link,
    /// That there is a tag.
    Vlan,
    Network,
    Transport,
}

pub(super) struct Text<'a> {
    pub(super) table: &'a str,
    /// The family of the table.
    pub(super) table_family: u8,
    pub(super) names: &'a dyn Names,
    pub(super) words: Vec<String>,
    /// What was loaded, and not yet looked at.
    pub(super) loaded: Vec<Loaded>,
    /// Values in registers.
    pub(super) values: BTreeMap<u32, Vec<u8>>,
    /// The family and the protocol that were asked for.
    pub(super) family: Option<&'static str>,
    pub(super) protocol: Option<u8>,
    /// Words of what was asked for, and may still go without saying.
    pub(super) waiting: Vec<(Layer, String)>,
    /// The bits that were picked out, and those that were flipped.
    pub(super) bits: Option<(Vec<u8>, Vec<u8>)>,
    /// Whether a number was brought into the network's order, so that it can be compared.
    pub(super) swapped: bool,
}

impl<'a> Text<'a> {
    pub(super) fn of(rule: &'a Rule, names: &'a dyn Names) -> Self {
        Self {
            table: &rule.table,
            table_family: rule.family,
            names,
            words: Vec::new(),
            loaded: Vec::new(),
            values: BTreeMap::new(),
            family: match rule.family {
                NFPROTO_IPV4 => Some("ipv4"),
                NFPROTO_IPV6 => Some("ipv6"),
                NFPROTO_ARP => Some("arp"),
                _ => None,
            },
            protocol: None,
            waiting: Vec::new(),
            bits: None,
            swapped: false,
        }
    }

    pub(super) fn goes_without(&mut self, layer: Layer) {
        self.waiting.retain(|(known, _)| *known != layer);
    }

    /// Says what has to be said by now, but for one layer that goes without.
    pub(super) fn say(&mut self, but: Option<Layer>) {
        let waiting = std::mem::take(&mut self.waiting);
        self.words
            .extend(waiting.into_iter().filter(|(layer, _)| Some(*layer) != but).map(|(_, words)| words));
    }

    /// Something that a rule does. It may say itself what it rests on.
    pub(super) fn statement(&mut self, words: String, says: Option<Layer>) {
        self.say(says);
        self.words.push(words);
    }

    /// What was loaded, as one key; and what it is, if it is one thing.
    pub(super) fn taken(&mut self) -> Option<(String, Option<What>)> {
        let loaded = std::mem::take(&mut self.loaded);
        joined(&loaded)
    }

    /// As [`taken`](Self::taken), of what is in the register `register` alone.
    pub(super) fn taken_from(&mut self, register: u32) -> Option<String> {
        let at = self.loaded.iter().position(|loaded| loaded.register == register)?;
        joined(&self.loaded.split_off(at)).map(|(words, _)| words)
    }

    pub(super) fn value(&self, register: u32) -> Option<&[u8]> {
        self.values.get(&register).map(Vec::as_slice)
    }

    /// What a statement takes from a register: a value, or something loaded, of which bits may have been changed.
    pub(super) fn operand(&mut self, register: u32, what: What) -> Option<String> {
        if let Some(bytes) = self.values.get(&register) {
            return value::shown(what, bytes, self.names);
        }
        let (words, _) = self.taken()?;
        let Some((mask, xor)) = self.bits.take() else { return Some(words) };
        let all = |bytes: &[u8], same: u8| bytes.iter().all(|byte| *byte == same);
        let or = mask.iter().zip(&xor).all(|(mask, xor)| *mask == !*xor);
        let (operator, bits) = match () {
            () if all(&xor, 0) => ("&", mask),
            () if or => ("|", xor),
            () if all(&mask, 0xff) => ("^", xor),
            () => return None,
        };
        Some(format!("{words} {operator} {}", value::shown(what, &bits, self.names)?))
    }

    pub(super) fn load(&mut self, loaded: Loaded, of_network: bool) {
        if of_network {
            self.goes_without(Layer::Network);
        } else {
            self.goes_without(Layer::Transport);
        }
        self.loaded.push(loaded);
    }

    /// The family that was asked for, where the table has more than one.
    pub(super) fn asked_family(&self) -> Option<&'static str> {
        self.family.filter(|_| !matches!(self.table_family, NFPROTO_IPV4 | NFPROTO_IPV6 | NFPROTO_ARP))
    }

    /// The number is in the network's order now.
    pub(super) fn swap(&mut self) {
        self.swapped = true;
    }

    /// A value of a kind of numbers that were brought into another order, perhaps.
    pub(super) fn shown(&self, what: What, value: &[u8], swapped: bool) -> Option<String> {
        let mut bytes = value.to_vec();
        if swapped && cfg!(target_endian = "little") {
            bytes.reverse();
        }
        value::shown(what, &bytes, self.names)
    }
}

/// As one key.
fn joined(loaded: &[Loaded]) -> Option<(String, Option<What>)> {
    if loaded.is_empty() || loaded.iter().any(|loaded| loaded.next.is_some()) {
        return None;
    }
    let what = if let [one] = loaded { Some(one.what) } else { None };
    let words: Vec<&str> = loaded.iter().map(|loaded| loaded.words.as_str()).collect();
    Some((words.join(" . "), what))
}
