//! `bridge vlan` and `bridge mdb`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Words, link_name};
use crate::describe::Names;
use crate::describe::tables::{
    BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_ENTRY_INFO, BRIDGE_VLANDB_ENTRY_RANGE, BRIDGE_VLANDB_ENTRY_STATE,
    BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_ID, BRIDGE_VLANDB_GOPTS_MCAST_QUERIER,
    BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING, BRIDGE_VLANDB_GOPTS_RANGE, IFLA_BRIDGE_FLAGS, IFLA_BRIDGE_VLAN_INFO,
    IFLA_BRIDGE_VLAN_TUNNEL_ID, IFLA_BRIDGE_VLAN_TUNNEL_INFO, IFLA_BRIDGE_VLAN_TUNNEL_VID, MDBA_SET_ENTRY,
};
use crate::kernel::{
    ETH_P_IP, ETH_P_IPV6, IFLA_AF_SPEC, RTM_DELLINK, RTM_DELMDB, RTM_GETMDB, RTM_GETVLAN, RTM_NEWVLAN,
};
use crate::wire::{Attribute, Message, field};

const PVID: u16 = 0x2;
const UNTAGGED: u16 = 0x4;
const RANGE_BEGIN: u16 = 0x8;
const RANGE_END: u16 = 0x10;
const ONLY_OPTIONS: u16 = 0x40;
const MASTER: u16 = 1;
const ITSELF: u16 = 2;

/// `bridge vlan add` or `del`: a link in the family `AF_BRIDGE` with an `IFLA_AF_SPEC`.
pub(super) fn vlan(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<16>("link").ok()?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    let all: Vec<Attribute<'_>> = attributes.collect::<Result<_, _>>().ok()?;
    let [specification] = &all[..] else { return None };
    if specification.kind != IFLA_AF_SPEC {
        return None;
    }
    let (mut whose, mut range, mut options, mut tunnels) = (0, Vec::new(), 0, Vec::new());
    for attribute in specification.nested() {
        let attribute = attribute.ok()?;
        match attribute.kind {
            IFLA_BRIDGE_FLAGS => whose = attribute.u16().ok()?,
            IFLA_BRIDGE_VLAN_INFO => {
                attribute.u32().ok()?;
                let [flags, id] = [0, 2].map(|at| u16::from_ne_bytes(field(attribute.payload, at)));
                options |= flags & !(RANGE_BEGIN | RANGE_END);
                range.push(id);
            }
            IFLA_BRIDGE_VLAN_TUNNEL_INFO => tunnels.push(tunnel(&attribute)?),
            _ => return None,
        }
    }
    let mut words = Words::new("bridge vlan");
    words.word(if message.header.kind == RTM_DELLINK { "del" } else { "add" });
    words.option("dev", link_name(index, names));
    match (&range[..], &tunnels[..]) {
        ([id], []) => words.option("vid", id),
        ([first, last], []) => words.option("vid", format!("{first}-{last}")),
        ([], [(vlan, id)]) => {
            words.option("vid", vlan);
            words.option("tunnel_info id", id);
        }
        _ => return None,
    }
    for (flag, word) in [(PVID, "pvid"), (UNTAGGED, "untagged")] {
        if options & flag != 0 {
            words.word(word);
        }
    }
    for (flag, word) in [(ITSELF, "self"), (MASTER, "master")] {
        if whose & flag != 0 {
            words.word(word);
        }
    }
    (options & !(PVID | UNTAGGED) == 0).then_some(words)
}

fn tunnel(attribute: &Attribute<'_>) -> Option<(u16, u32)> {
    let (mut vlan, mut id) = (None, None);
    for attribute in attribute.nested() {
        let attribute = attribute.ok()?;
        match attribute.kind {
            IFLA_BRIDGE_VLAN_TUNNEL_ID => id = attribute.u32().ok(),
            IFLA_BRIDGE_VLAN_TUNNEL_VID => vlan = attribute.u16().ok(),
            _ => {}
        }
    }
    Some((vlan?, id?))
}

/// `bridge vlan set`, `bridge vlan global set`, and `bridge -d vlan show`.
pub(super) fn options(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<8>("VLAN").ok()?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    if message.header.kind == RTM_GETVLAN {
        let mut words = Words::new("bridge -d vlan show");
        if index != 0 {
            words.option("dev", link_name(index, names));
        }
        return Some(words);
    }
    let all: Vec<Attribute<'_>> = attributes.collect::<Result<_, _>>().ok()?;
    let ([entry], RTM_NEWVLAN) = (&all[..], message.header.kind) else { return None };
    let mut words = Words::new(if entry.kind == BRIDGE_VLANDB_GLOBAL_OPTIONS {
        "bridge vlan global set"
    } else {
        "bridge vlan set"
    });
    words.option("dev", link_name(index, names));
    let (mut first, mut last, mut settings) = (None, None, Vec::new());
    for attribute in entry.nested() {
        let attribute = attribute.ok()?;
        match (entry.kind, attribute.kind) {
            (BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_ENTRY_INFO) => {
                attribute.u32().ok()?;
                let [flags, id] = [0, 2].map(|at| u16::from_ne_bytes(field(attribute.payload, at)));
                (flags == ONLY_OPTIONS).then_some(())?;
                first = Some(id);
            }
            (BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_ID) => first = Some(attribute.u16().ok()?),
            (BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_ENTRY_RANGE)
            | (BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_RANGE) => last = Some(attribute.u16().ok()?),
            (BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_ENTRY_STATE) => {
                settings.push(("state", attribute.u8().ok()?));
            }
            (BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING) => {
                settings.push(("mcast_snooping", attribute.u8().ok()?));
            }
            (BRIDGE_VLANDB_GLOBAL_OPTIONS, BRIDGE_VLANDB_GOPTS_MCAST_QUERIER) => {
                settings.push(("mcast_querier", attribute.u8().ok()?));
            }
            _ => return None,
        }
    }
    let first = first?;
    words.option("vid", last.map_or_else(|| first.to_string(), |last| format!("{first}-{last}")));
    for (option, value) in settings {
        words.option(option, value);
    }
    Some(words)
}

/// `struct br_mdb_entry`.
pub(in crate::describe) struct MdbEntry {
    pub(in crate::describe) port: u32,
    pub(in crate::describe) permanent: bool,
    pub(in crate::describe) vlan: u16,
    pub(in crate::describe) group: String,
}

impl MdbEntry {
    /// Index, state, flags, VLAN, address, protocol. `None` when it is too short.
    pub(in crate::describe) fn read(bytes: &[u8]) -> Option<Self> {
        let address = bytes.get(8..24)?;
        let group = match u16::from_be_bytes(field(bytes, 24)) {
            ETH_P_IP => Ipv4Addr::from(field::<4>(address, 0)).to_string(),
            ETH_P_IPV6 => Ipv6Addr::from(field::<16>(address, 0)).to_string(),
            0 => crate::hardware(address.get(..6)?),
            _ => return None,
        };
        let permanent = bytes.get(4).is_some_and(|state| *state == 1);
        Some(Self {
            port: u32::from_ne_bytes(field(bytes, 0)),
            permanent,
            vlan: u16::from_ne_bytes(field(bytes, 6)),
            group,
        })
    }
}

/// `bridge mdb`.
pub(super) fn group(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<8>("multicast group").ok()?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    let deletes = message.header.kind == RTM_DELMDB;
    if message.header.kind == RTM_GETMDB {
        return Some(Words::new("bridge mdb show"));
    }
    let mut words = Words::new(if deletes { "bridge mdb del" } else { "bridge mdb add" });
    words.option("dev", link_name(index, names));
    let all: Vec<Attribute<'_>> = attributes.collect::<Result<_, _>>().ok()?;
    let [entry] = &all[..] else { return None };
    let entry = MdbEntry::read(entry.payload).filter(|_| entry.kind == MDBA_SET_ENTRY)?;
    words.option("port", link_name(entry.port, names));
    words.option("grp", entry.group);
    if !deletes {
        words.word(if entry.permanent { "permanent" } else { "temp" });
    }
    if entry.vlan != 0 {
        words.option("vid", entry.vlan);
    }
    Some(words)
}
