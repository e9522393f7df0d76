//! `ip nexthop`.

use super::{Words, last_word, link_name};
use crate::describe::Names;
use crate::describe::shape::known;
use crate::describe::tables::{NHA_BLACKHOLE, NHA_FDB, NHA_GATEWAY, NHA_GROUP, NHA_ID, NHA_OIF};
use crate::kernel::{AF_INET6, ROUTE_PROTOCOLS, RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTNH_F_ONLINK};
use crate::wire::{Message, field};

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<8>("next hop").ok()?;
    let [family, _, maker, ..] = fixed;
    let flags = u32::from_ne_bytes(field(&fixed, 4));
    let mut words = Words::new(if family == AF_INET6 { "ip -6 nexthop" } else { "ip nexthop" });
    words.word(match message.header.kind {
        RTM_GETNEXTHOP => "show",
        RTM_DELNEXTHOP => "del",
        _ => super::verb(message.header.flags),
    });
    for attribute in attributes {
        let attribute = attribute.ok()?;
        match attribute.kind {
            NHA_ID => words.option("id", attribute.u32().ok()?),
            NHA_GATEWAY => words.option("via", attribute.ip().ok()?),
            NHA_OIF => words.option("dev", link_name(attribute.u32().ok()?, names)),
            NHA_BLACKHOLE => words.word("blackhole"),
            NHA_FDB => words.word("fdb"),
            NHA_GROUP => {
                let (members, []) = attribute.payload.as_chunks::<8>() else { return None };
                let member = |member: &[u8; 8]| {
                    let id = u32::from_ne_bytes(field(member, 0));
                    if member[4] == 0 { id.to_string() } else { format!("{id},{}", u32::from(member[4]) + 1) }
                };
                words.option("group", members.iter().map(member).collect::<Vec<_>>().join("/"));
            }
            _ => return None,
        }
    }
    if maker != 0 {
        words.option("proto", known(ROUTE_PROTOCOLS, maker).map_or_else(|| maker.to_string(), last_word));
    }
    match flags {
        0 => {}
        RTNH_F_ONLINK => words.word("onlink"),
        _ => return None,
    }
    Some(words)
}
