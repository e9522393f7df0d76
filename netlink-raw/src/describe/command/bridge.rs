//! `bridge vlan` and `bridge mdb`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::found::Found;
use super::{Words, link_name};
use crate::describe::Names;
#[allow(clippy::wildcard_imports, reason = "forty names of attributes")]
use crate::describe::tables::*;
use crate::kernel::{
    ETH_P_IP, ETH_P_IPV6, IFLA_AF_SPEC, RTM_DELLINK, RTM_DELMDB, RTM_DELTUNNEL, RTM_GETMDB, RTM_GETTUNNEL,
    RTM_GETVLAN, RTM_NEWVLAN,
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

/// Who is to be told: the card itself, its bridge; and what the card does with packets between its parts.
pub(super) fn whose(found: &Found<'_>, words: &mut Words) -> Option<()> {
    let Some(specification) = found.nested(IFLA_AF_SPEC) else { return Some(()) };
    specification.only(&[IFLA_BRIDGE_FLAGS, IFLA_BRIDGE_MODE])?;
    match specification.u16(IFLA_BRIDGE_MODE) {
        None => {}
        Some(0) => words.option("hwmode", "veb"),
        Some(1) => words.option("hwmode", "vepa"),
        Some(_) => return None,
    }
    let flags = specification.u16(IFLA_BRIDGE_FLAGS).unwrap_or_default();
    // `hwmode` is the card's own matter.
    let implied = if specification.get(IFLA_BRIDGE_MODE).is_some() { ITSELF } else { 0 };
    for (flag, word) in [(ITSELF, "self"), (MASTER, "master")] {
        if flags & flag & !implied != 0 {
            words.word(word);
        }
    }
    Some(())
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

/// What holds for a VLAN on all ports, and the words for it.
const GLOBAL: [(u16, &str); 12] = [
    (BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING, "mcast_snooping"),
    (BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION, "mcast_igmp_version"),
    (BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION, "mcast_mld_version"),
    (BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count"),
    (BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count"),
    (BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL, "mcast_membership_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL, "mcast_querier_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL, "mcast_query_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL, "mcast_query_response_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL, "mcast_startup_query_interval"),
    (BRIDGE_VLANDB_GOPTS_MCAST_QUERIER, "mcast_querier"),
];

/// `bridge vlan set`, `bridge vlan global set`, and `bridge -d vlan show`.
pub(super) fn options(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<8>("VLAN").ok()?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    if message.header.kind == RTM_GETVLAN {
        let found = Found::of(attributes)?;
        let flags = found.u32(BRIDGE_VLANDB_DUMP_FLAGS).unwrap_or_default();
        // What is asked for: counters, or what holds on all ports.
        let mut words = Words::new(match flags {
            0 => "bridge -d vlan show",
            1 => "bridge -d -s vlan show",
            2 => "bridge vlan global show",
            _ => return None,
        });
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
                settings.push(("state", u64::from(attribute.u8().ok()?)));
            }
            (BRIDGE_VLANDB_ENTRY, BRIDGE_VLANDB_ENTRY_MCAST_ROUTER) => {
                settings.push(("mcast_router", attribute.u8().ok()?.into()));
            }
            (BRIDGE_VLANDB_GLOBAL_OPTIONS, kind) => {
                let (_, word) = GLOBAL.iter().find(|(known, _)| *known == kind)?;
                let value = match attribute.payload.len() {
                    1 => attribute.u8().ok()?.into(),
                    4 => attribute.u32().ok()?.into(),
                    _ => attribute.u64().ok()?,
                };
                settings.push((*word, value));
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

/// `bridge vni`: the networks that one VXLAN device has.
pub(super) fn vni(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<8>("network of a VXLAN").ok()?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    if message.header.kind == RTM_GETTUNNEL {
        let mut words = Words::new("bridge vni show");
        if index != 0 {
            words.option("dev", link_name(index, names));
        }
        return Some(words);
    }
    let found = Found::of(attributes)?;
    found.only(&[VXLAN_VNIFILTER_ENTRY])?;
    let entry = found.nested(VXLAN_VNIFILTER_ENTRY)?;
    entry.only(&[
        VXLAN_VNIFILTER_ENTRY_START,
        VXLAN_VNIFILTER_ENTRY_END,
        VXLAN_VNIFILTER_ENTRY_GROUP,
        VXLAN_VNIFILTER_ENTRY_GROUP6,
    ])?;
    let deletes = message.header.kind == RTM_DELTUNNEL;
    let mut words = Words::new(if deletes { "bridge vni delete" } else { "bridge vni add" });
    words.option("dev", link_name(index, names));
    let (first, last) = (entry.u32(VXLAN_VNIFILTER_ENTRY_START)?, entry.u32(VXLAN_VNIFILTER_ENTRY_END));
    words.option("vni", last.map_or_else(|| first.to_string(), |last| format!("{first}-{last}")));
    let address = entry.ip(VXLAN_VNIFILTER_ENTRY_GROUP, VXLAN_VNIFILTER_ENTRY_GROUP6);
    let option = if address.is_some_and(|address| address.is_multicast()) { "group" } else { "remote" };
    words.some(option, address);
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
