//! `ip rule`.

use super::{Words, last_word};
use crate::describe::shape::known;
use crate::describe::tables::{
    FRA_DPORT_RANGE, FRA_DST, FRA_FLOW, FRA_FWMARK, FRA_FWMASK, FRA_GOTO, FRA_IIFNAME, FRA_IP_PROTO,
    FRA_L3MDEV, FRA_OIFNAME, FRA_PRIORITY, FRA_PROTOCOL, FRA_SPORT_RANGE, FRA_SRC, FRA_SUPPRESS_IFGROUP,
    FRA_SUPPRESS_PREFIXLEN, FRA_TABLE, FRA_TUN_ID, FRA_UID_RANGE,
};
use crate::kernel::{AF_INET6, ROUTE_PROTOCOLS, ROUTE_TABLES, RTM_DELRULE, RTM_GETRULE};
use crate::nft::types::protocol;
use crate::wire::{Attribute, Message, field};

/// `FR_ACT_*`, and the words for them.
const GOTO: u8 = 2;
const ACTIONS: [(u8, &str); 4] = [(3, "nop"), (6, "blackhole"), (7, "unreachable"), (8, "prohibit")];

const FIB_RULE_INVERT: u32 = 2;

/// What the attributes say, in the order in which `ip` shows them.
#[derive(Default)]
struct Found {
    /// An address, or `all`.
    source: Option<String>,
    destination: Option<String>,
    mark: Option<u32>,
    mask: Option<u32>,
    table: Option<u32>,
    target: Option<u32>,
    words: Vec<(u8, String, String)>,
}

pub(super) fn command(message: &Message<'_>) -> Option<Words> {
    let (fixed, attributes) = message.split::<12>("rule").ok()?;
    let [family, destination_bits, source_bits, tos, table, _, _, action, ..] = fixed;
    let flags = u32::from_ne_bytes(field(&fixed, 8));
    let mut words = Words::new(if family == AF_INET6 { "ip -6 rule" } else { "ip rule" });
    words.word(match message.header.kind {
        RTM_GETRULE => "show",
        RTM_DELRULE => "del",
        _ => "add",
    });
    let mut found = Found::default();
    for attribute in attributes {
        found.read(&attribute.ok()?)?;
    }
    if flags & FIB_RULE_INVERT != 0 {
        words.word("not");
    }
    for (word, address, length) in
        [("from", found.source, source_bits), ("to", found.destination, destination_bits)]
    {
        match address.as_deref() {
            None => {}
            Some("all") => words.option(word, "all"),
            Some(address) => words.option(word, format!("{address}/{length}")),
        }
    }
    if tos != 0 {
        words.option("tos", format!("{tos:#x}"));
    }
    match (found.mark, found.mask) {
        (Some(mark), Some(bits)) => words.option("fwmark", format!("{mark:#x}/{bits:#x}")),
        (mark, _) => words.some("fwmark", mark.map(|mark| format!("{mark:#x}"))),
    }
    found.words.sort_by_key(|(place, ..)| *place);
    for (_, option, value) in &found.words {
        if value.is_empty() { words.word(option) } else { words.option(option, value) }
    }
    let table = found.table.unwrap_or(table.into());
    if table != 0 {
        words.option("table", known(ROUTE_TABLES, table).map_or_else(|| table.to_string(), last_word));
    }
    match (action, ACTIONS.iter().find(|(number, _)| *number == action)) {
        (GOTO, _) => words.option("goto", found.target?),
        (_, Some((_, word))) => words.word(word),
        (0 | 1, None) => {}
        _ => return None,
    }
    (flags & !FIB_RULE_INVERT == 0).then_some(words)
}

impl Found {
    /// `None` for an attribute that no word of `ip` sends.
    fn read(&mut self, attribute: &Attribute<'_>) -> Option<()> {
        let mut word =
            |place, option: &str, value: String| self.words.push((place, option.to_owned(), value));
        match attribute.kind {
            FRA_SRC => self.source = Some(selected(attribute)?),
            FRA_DST => self.destination = Some(selected(attribute)?),
            FRA_FWMARK => self.mark = Some(attribute.u32().ok()?),
            FRA_FWMASK => self.mask = Some(attribute.u32().ok()?),
            FRA_TABLE => self.table = Some(attribute.u32().ok()?),
            FRA_GOTO => self.target = Some(attribute.u32().ok()?),
            FRA_IIFNAME => word(1, "iif", attribute.str().into_owned()),
            FRA_OIFNAME => word(2, "oif", attribute.str().into_owned()),
            FRA_L3MDEV => word(3, "l3mdev", String::new()),
            FRA_UID_RANGE => {
                let end = |at| u32::from_ne_bytes(field(attribute.payload, at));
                attribute.u64().ok()?;
                word(4, "uidrange", format!("{}-{}", end(0), end(4)));
            }
            FRA_IP_PROTO => word(5, "ipproto", protocol(attribute.u8().ok()?)),
            FRA_SPORT_RANGE => word(6, "sport", ports(attribute)?),
            FRA_DPORT_RANGE => word(7, "dport", ports(attribute)?),
            FRA_TUN_ID => word(8, "tun_id", attribute.u64_be().ok()?.to_string()),
            FRA_PRIORITY => word(9, "pref", attribute.u32().ok()?.to_string()),
            FRA_PROTOCOL => {
                let number = attribute.u8().ok()?;
                word(
                    10,
                    "protocol",
                    known(ROUTE_PROTOCOLS, number).map_or_else(|| number.to_string(), last_word),
                );
            }
            FRA_FLOW => {
                let realms = attribute.u32().ok()?;
                word(11, "realms", super::route::realms(realms));
            }
            // None is suppressed.
            FRA_SUPPRESS_PREFIXLEN if attribute.i32().ok()? == -1 => {}
            FRA_SUPPRESS_PREFIXLEN => word(12, "suppress_prefixlength", attribute.i32().ok()?.to_string()),
            FRA_SUPPRESS_IFGROUP => word(13, "suppress_ifgroup", attribute.i32().ok()?.to_string()),
            _ => return None,
        }
        Some(())
    }
}

fn selected(attribute: &Attribute<'_>) -> Option<String> {
    if attribute.payload.is_empty() { Some("all".to_owned()) } else { Some(attribute.ip().ok()?.to_string()) }
}

/// One port, or a range.
fn ports(attribute: &Attribute<'_>) -> Option<String> {
    attribute.u32().ok()?;
    let [first, last] = [0, 2].map(|at| u16::from_ne_bytes(field(attribute.payload, at)));
    Some(if first == last { first.to_string() } else { format!("{first}-{last}") })
}
