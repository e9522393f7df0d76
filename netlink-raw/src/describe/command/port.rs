//! A link as a port of a bridge: `bridge link`, `ip link … type bridge_slave`.

use super::found::Found;
use super::{Words, link_name};
use crate::Decode;
use crate::describe::Names;
use crate::kernel::{
    IFLA_AF_SPEC, IFLA_EXT_MASK, IFLA_PROTINFO, RTEXT_FILTER_BRVLAN, RTEXT_FILTER_BRVLAN_COMPRESSED,
    RTM_DELLINK, RTM_GETLINK, RTM_SETLINK,
};
use crate::route::{BridgePort, Link};
use crate::wire::Message;

/// A link in the family `AF_BRIDGE`: as a port, or with VLANs.
pub(super) fn in_bridge(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let link = Link::decode(message).ok()?;
    match message.header.kind {
        RTM_GETLINK => {
            let mask = asked(message).unwrap_or_default();
            let vlans = mask & (RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED) != 0;
            Some(Words::new(if vlans { "bridge vlan show" } else { "bridge link show" }))
        }
        RTM_SETLINK if link.port.is_some() => bridge(&link, message, names),
        RTM_SETLINK | RTM_DELLINK => super::bridge::vlan(message, names),
        _ => None,
    }
}

/// What a question for links wants besides.
fn asked(message: &Message<'_>) -> Option<u32> {
    let (_, attributes) = message.split::<16>("link").ok()?;
    attributes.filter_map(Result::ok).find(|found| found.kind == IFLA_EXT_MASK)?.u32().ok()
}

/// `bridge link set`, which sets only what a port has.
fn bridge(link: &Link, message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let found = Found::of(message.split::<16>("link").ok()?.1)?;
    found.only(&[IFLA_PROTINFO, IFLA_AF_SPEC])?;
    let mut words = Words::new("bridge link set");
    words.option("dev", link_name(link.index, names));
    let port = link.port.as_ref()?;
    (found.nested(IFLA_PROTINFO)?.all().count() == port.words().len()).then_some(())?;
    settings(port, &mut words, names);
    super::bridge::whose(&found, &mut words)?;
    Some(words)
}

pub(super) fn as_port(port: &BridgePort, words: &mut Words, names: &dyn Names) {
    words.option("type", "bridge_slave");
    settings(port, words, names);
}

fn settings(port: &BridgePort, words: &mut Words, names: &dyn Names) {
    for (word, value) in port.words() {
        match word {
            "backup_port" => match port.backup_port {
                Some(index @ 1..) => words.option(word, link_name(index, names)),
                _ => words.word("nobackup_port"),
            },
            "state" | "priority" | "cost" | "fdb_flush" | "mcast_router" | "group_fwd_mask" => {
                words.setting(word, &value);
            }
            _ => words.switch(word, value != "0"),
        }
    }
}
