//! What a recording tells of names, for the messages behind.
//!
//! Only so many are kept, however long the recording is.

use std::collections::BTreeMap;

use netlink_raw::describe::Names;
use netlink_raw::kernel::{NFT_MSG_NEWSET, NFT_MSG_NEWSETELEM, NFT_SET_ANONYMOUS, RTM_NEWLINK, RTM_SETLINK};
use netlink_raw::nft::{Element, Elements, Set, Type};
use netlink_raw::route::Link;
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Protocol};

/// Names of each kind that are kept.
const KEPT: usize = 65_536;

/// Indexes from here on stand for names whose index the recording does not tell. The kernel has none of them.
const STAND_INS: u32 = 0x8000_0000;

/// A set's types, and what is in it if rules name it by its number alone.
#[derive(Debug, Clone, Default)]
struct KnownSet {
    key: Type,
    data: Option<Type>,
    elements: Vec<Element>,
}

/// The names learnt so far.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    links: BTreeMap<u32, String>,
    stand_ins: BTreeMap<String, u32>,
    /// By descriptor: what `ip` accepts for the namespace.
    namespaces: BTreeMap<i32, String>,
    /// By table and name.
    sets: BTreeMap<(String, String), KnownSet>,
    /// Those without a name of their own, by table and number.
    anonymous: BTreeMap<(String, u32), KnownSet>,
}

impl Learnt {
    /// Learns from a message, whoever sent it.
    pub(super) fn learn(&mut self, protocol: Protocol, message: &Message<'_>) {
        match (protocol, message.header.kind) {
            (Protocol::Route, RTM_NEWLINK | RTM_SETLINK) => {
                // Only what was told, or what names both: a request that renames may fail.
                if let Ok(Link { index: index @ 1.., name: Some(name), .. }) = Link::decode(message)
                    && message.header.flags & netlink_raw::kernel::NLM_F_REQUEST == 0
                {
                    keep(&mut self.links, index, name.to_string());
                }
            }
            (Protocol::Netfilter, NFT_MSG_NEWSET) => {
                if let Ok(set) = Set::decode(message) {
                    self.set(set);
                }
            }
            (Protocol::Netfilter, NFT_MSG_NEWSETELEM) => {
                if let Ok(list) = Elements::decode(message)
                    && let Some(known) = self.anonymous.get_mut(&(list.table, list.id))
                    && known.elements.len() < KEPT
                {
                    known.elements.extend(list.elements);
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, set: Set) {
        let known = KnownSet { key: set.key, data: set.data, elements: Vec::new() };
        if set.flags & NFT_SET_ANONYMOUS != 0 && set.id != 0 {
            keep(&mut self.anonymous, (set.table.clone(), set.id), known.clone());
        }
        keep(&mut self.sets, (set.table, set.name), known);
    }

    /// An index for a link that is told by its name.
    pub(super) fn index(&mut self, name: &str) -> u32 {
        if let Some(index) = self.stand_ins.get(name) {
            return *index;
        }
        let next = u32::try_from(self.stand_ins.len()).unwrap_or_default().saturating_add(STAND_INS);
        keep(&mut self.stand_ins, name.to_owned(), next);
        keep(&mut self.links, next, name.to_owned());
        next
    }

    /// A file was opened: of a network namespace, perhaps.
    pub(super) fn opened(&mut self, descriptor: i32, path: &str) {
        let named =
            ["/var/run/netns/", "/run/netns/"].iter().find_map(|directory| path.strip_prefix(directory));
        let process = path.strip_prefix("/proc/").and_then(|rest| rest.strip_suffix("/ns/net"));
        if let Some(name) = named.or(process.map(|_| path)) {
            keep(&mut self.namespaces, descriptor, name.to_owned());
        } else {
            // The descriptor now is another file's.
            self.namespaces.remove(&descriptor);
        }
    }
}

/// Keeps it, while there is room.
fn keep<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V) {
    if map.len() < KEPT || map.contains_key(&key) {
        map.insert(key, value);
    }
}

impl Names for Learnt {
    fn link(&self, index: u32) -> Option<String> {
        self.links.get(&index).cloned()
    }

    fn stands_in(&self, index: u32) -> bool {
        index >= STAND_INS && self.links.contains_key(&index)
    }

    fn netns(&self, descriptor: i32) -> Option<String> {
        // Of a process that is not known here.
        Some(
            self.namespaces.get(&descriptor).cloned().unwrap_or_else(|| format!("/proc/PID/fd/{descriptor}")),
        )
    }

    fn set(&self, table: &str, set: &str) -> Option<(Type, Option<Type>)> {
        self.sets.get(&(table.to_owned(), set.to_owned())).map(|known| (known.key, known.data))
    }

    fn anonymous_set(&self, table: &str, id: u32) -> Option<(Type, Option<Type>, &[Element])> {
        let known = self.anonymous.get(&(table.to_owned(), id))?;
        Some((known.key, known.data, &known.elements))
    }
}
