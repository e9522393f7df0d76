//! The settings of a bridge's port.

use netlink_raw::route::BridgePort;

use super::super::filter::master;
use super::super::options::Context;
use super::unknown;
use crate::ip::words::{ABSENT, Result, Words, shortens};

/// Where a word's value goes.
#[derive(Debug, Clone, Copy)]
enum Place {
    Switch(fn(&mut BridgePort) -> &mut Option<bool>),
    State,
    Priority,
    Cost,
    Router,
    Mask,
    Flush,
    Backup,
    NoBackup,
}

/// The words in the order in which they are matched when they are shortened.
const WORDS: [(&str, Place); 25] = [
    ("fdb_flush", Place::Flush),
    ("state", Place::State),
    ("priority", Place::Priority),
    ("cost", Place::Cost),
    ("hairpin", Place::Switch(|to| &mut to.hairpin)),
    ("guard", Place::Switch(|to| &mut to.guard)),
    ("root_block", Place::Switch(|to| &mut to.root_block)),
    ("fastleave", Place::Switch(|to| &mut to.fast_leave)),
    ("learning", Place::Switch(|to| &mut to.learning)),
    ("flood", Place::Switch(|to| &mut to.unicast_flood)),
    ("mcast_flood", Place::Switch(|to| &mut to.multicast_flood)),
    ("bcast_flood", Place::Switch(|to| &mut to.broadcast_flood)),
    ("mcast_to_unicast", Place::Switch(|to| &mut to.multicast_to_unicast)),
    ("proxy_arp", Place::Switch(|to| &mut to.proxy_arp)),
    ("proxy_arp_wifi", Place::Switch(|to| &mut to.proxy_arp_wifi)),
    ("mcast_router", Place::Router),
    ("mcast_fast_leave", Place::Switch(|to| &mut to.fast_leave)),
    ("neigh_suppress", Place::Switch(|to| &mut to.neighbour_suppress)),
    ("group_fwd_mask", Place::Mask),
    ("vlan_tunnel", Place::Switch(|to| &mut to.vlan_tunnel)),
    ("isolated", Place::Switch(|to| &mut to.isolated)),
    ("locked", Place::Switch(|to| &mut to.locked)),
    ("backup_port", Place::Backup),
    ("nobackup_port", Place::NoBackup),
    // As `bridge link` calls it.
    ("fast_leave", Place::Switch(|to| &mut to.fast_leave)),
];

/// The settings that `words` say.
///
/// # Errors
/// A mistake in them, or a port that is not there.
pub(super) fn read(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<BridgePort> {
    let mut port = BridgePort::default();
    while let Some(word) = words.take() {
        let known = WORDS.iter().find(|(name, _)| shortens(word, name));
        let (name, place) = known.ok_or_else(|| unknown("bridge_slave: unknown option", word))?;
        match place {
            Place::Switch(to) => *to(&mut port) = Some(words.one_of_switch(name, ABSENT)?),
            Place::State => port.state = Some(words.number("state is invalid")?),
            Place::Priority => port.priority = Some(words.number("priority is invalid")?),
            Place::Cost => port.cost = Some(words.number("cost is invalid")?),
            Place::Router => port.multicast_router = Some(words.number("invalid mcast_router")?),
            Place::Mask => port.group_forward_mask = Some(words.number("invalid group_fwd_mask")?),
            Place::Flush => port.fdb_flush = Some(()),
            Place::NoBackup => port.backup_port = Some(0),
            Place::Backup => {
                let index = master(words.value()?, &mut context.links, "Device does not exist")?;
                port.backup_port = Some(index);
            }
        }
    }
    Ok(port)
}
