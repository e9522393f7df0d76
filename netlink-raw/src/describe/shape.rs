//! How the bytes of an attribute are shown.

use std::fmt::Write as _;

use super::Names;
use super::tables::{BRIDGE_FLAGS, VLAN_INFO_FLAGS};
use crate::kernel::{
    ADDR_GEN_MODES, ADDRESS_FLAGS, BRIDGE_SWITCHES, ETHERNET_PROTOCOLS, FAMILIES, IPVLAN_FLAGS, IPVLAN_MODES,
    LINK_FILTERS, MACVLAN_FLAGS, MACVLAN_MODES, OPERSTATES, ROUTE_TABLES, TUN_TYPES, VERDICTS, VLAN_FLAGS,
};
use crate::wire::{Attribute, field};

/// Bytes of unknown meaning that are shown.
const HEX_SHOWN: usize = 32;

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nobody here knows.
    Hex,
    Text,
    U8,
    U16,
    U16Be,
    U32Be,
    I32Be,
    U64Be,
    U32,
    U64,
    I32,
    /// A big-endian number of a table of names.
    Name(&'static [(u32, &'static str)]),
    /// A big-endian number of flags with names.
    Flags(&'static [(u32, &'static str)]),
    /// The types that `nft` knows.
    NftType,
    /// A comment as `nft` keeps it.
    Comment,
    /// A struct of 32-bit numbers.
    Words,
    /// A hardware address.
    Hardware,
    /// An IPv4 or IPv6 address.
    Ip,
    /// `struct rtvia`.
    Via,
    /// The index of a link here.
    Link,
    /// A descriptor of a network namespace.
    Netns,
    Operstate,
    MacvlanMode,
    MacvlanFlags,
    IpvlanMode,
    IpvlanFlags,
    /// `struct ifla_vlan_flags`.
    VlanFlags,
    /// `struct br_boolopt_multi`.
    BridgeSwitches,
    /// A big-endian protocol of Ethernet.
    EthernetProtocol,
    TunType,
    AddrGenMode,
    /// Two big-endian ports.
    PortRange,
    AddressFlags,
    LinkFilter,
    Table,
    /// `TC_ACT_*`.
    Verdict,
    /// A handle of traffic control.
    Handle,
    Traffic(super::traffic::Struct),
    I64,
    /// A number that is shown in hexadecimal.
    HexNumber,
    /// Two 16-bit numbers.
    Halves,
    /// Statistics of a link, each of four or of eight bytes.
    Counters,
    /// `struct bridge_vlan_info`.
    VlanInfo,
    /// `BRIDGE_VLAN_INFO_*` alone.
    VlanFlags16,
    /// `BRIDGE_FLAGS_*`.
    BridgeFlags,
    /// `struct br_mdb_entry`.
    MdbEntry,
    /// `struct nexthop_grp`, several.
    NextHopGroup,
    /// `struct rtnexthop`, several, each with attributes.
    NextHops,
    /// Attributes of a link, behind a `struct ifinfomsg`.
    Peer,
    /// Attributes.
    Nest(super::space::Space),
    /// Attributes behind a struct of this length.
    Behind(usize, super::space::Space),
}

impl Shape {
    /// The attribute's payload in words; `None` when it is too short for its shape.
    pub(super) fn show(self, attribute: &Attribute<'_>, names: &dyn Names) -> Option<String> {
        Some(match self {
            Self::Text => format!("{:?}", attribute.str()),
            Self::U8 => attribute.u8().ok()?.to_string(),
            Self::U16 => attribute.u16().ok()?.to_string(),
            Self::U16Be => attribute.u16_be().ok()?.to_string(),
            Self::U32Be => attribute.u32_be().ok()?.to_string(),
            Self::I32Be => attribute.u32_be().ok()?.cast_signed().to_string(),
            Self::U64Be => attribute.u64_be().ok()?.to_string(),
            Self::Name(table) => name_or_number(table, attribute.u32_be().ok()?),
            Self::Flags(table) => joined(table, attribute.u32_be().ok()?),
            Self::NftType => {
                let number = attribute.u32_be().ok()?;
                crate::nft::Type { number, length: 0 }.name().unwrap_or_else(|| format!("{number:#x}"))
            }
            Self::Comment => format!("{:?}", crate::nft::comment(attribute)?),
            Self::U32 => attribute.u32().ok()?.to_string(),
            Self::U64 => attribute.u64().ok()?.to_string(),
            Self::I32 => attribute.i32().ok()?.to_string(),
            Self::Words => words(attribute.payload)?,
            Self::Hardware => crate::hardware(attribute.payload),
            Self::Ip => attribute.ip().ok()?.to_string(),
            Self::Via => via(attribute.payload)?,
            Self::Link => index(attribute.u32().ok()?, names),
            Self::Netns => netns(attribute.i32().ok()?, names),
            Self::Operstate => name(OPERSTATES, attribute.u8().ok()?, "IF_OPER"),
            Self::MacvlanMode => name(MACVLAN_MODES, attribute.u32().ok()?, "MACVLAN_MODE"),
            Self::MacvlanFlags => joined(MACVLAN_FLAGS, attribute.u16().ok()?.into()),
            Self::IpvlanMode => name(IPVLAN_MODES, attribute.u16().ok()?, "IPVLAN_MODE"),
            Self::IpvlanFlags => joined(IPVLAN_FLAGS, attribute.u16().ok()?.into()),
            Self::VlanFlags => flags_of(VLAN_FLAGS, attribute)?,
            Self::BridgeSwitches => flags_of(BRIDGE_SWITCHES, attribute)?,
            Self::EthernetProtocol => name(ETHERNET_PROTOCOLS, attribute.u16_be().ok()?, "ETH_P"),
            Self::TunType => name(TUN_TYPES, attribute.u8().ok()?, "IFF"),
            Self::AddrGenMode => name(ADDR_GEN_MODES, attribute.u8().ok()?, "IN6_ADDR_GEN_MODE"),
            Self::PortRange => {
                let ports = attribute.u32_be().ok()?;
                format!("{} to {}", ports >> 16, ports & 0xffff)
            }
            Self::AddressFlags => joined(ADDRESS_FLAGS, attribute.u32().ok()?),
            Self::LinkFilter => joined(LINK_FILTERS, attribute.u32().ok()?),
            Self::Table => name_or_number(ROUTE_TABLES, attribute.u32().ok()?),
            Self::Verdict => name(VERDICTS, attribute.u32().ok()?, "TC_ACT"),
            Self::Handle => super::traffic::handle(attribute.u32().ok()?),
            Self::Traffic(kind) => kind.show(attribute, names)?,
            Self::I64 => attribute.u64().ok()?.cast_signed().to_string(),
            Self::HexNumber => format!("{:#x}", attribute.u32().ok()?),
            Self::Halves => {
                attribute.u32().ok()?;
                let half = |at| u16::from_ne_bytes(field(attribute.payload, at));
                format!("{} to {}", half(0), half(2))
            }
            Self::Counters => counters(attribute.payload)?,
            Self::VlanInfo => vlan_info(attribute)?,
            Self::VlanFlags16 => joined(VLAN_INFO_FLAGS, attribute.u16().ok()?.into()),
            Self::BridgeFlags => joined(BRIDGE_FLAGS, attribute.u16().ok()?.into()),
            Self::MdbEntry => mdb_entry(attribute.payload, names)?,
            Self::NextHopGroup => next_hop_group(attribute.payload)?,
            Self::Hex | Self::Peer | Self::Nest(_) | Self::Behind(..) | Self::NextHops => return None,
        })
    }
}

/// An index and, if it is known, the name: `4 (pontoon0)`.
pub(super) fn index(index: u32, names: &dyn Names) -> String {
    match names.link(index) {
        Some(name) if names.stands_in(index) => format!("if_nametoindex({name:?})"),
        Some(name) if index != 0 => format!("{index} ({})", name.escape_debug()),
        _ => index.to_string(),
    }
}

fn netns(fd: i32, names: &dyn Names) -> String {
    match names.netns(fd) {
        Some(name) => format!("{fd} ({})", name.escape_debug()),
        None => fd.to_string(),
    }
}

/// The name of `number` in `table`; `IFLA_?(77)` when it has none.
pub(super) fn name<T: Copy + PartialEq + std::fmt::Display>(
    table: &[(T, &str)],
    number: T,
    prefix: &str,
) -> String {
    match known(table, number) {
        Some(name) => name.to_owned(),
        None => format!("{prefix}_?({number})"),
    }
}

/// The name of `number` in `table`, or the number where those without a name are as good.
pub(super) fn name_or_number<T: Copy + PartialEq + std::fmt::Display>(
    table: &[(T, &str)],
    number: T,
) -> String {
    known(table, number).map_or_else(|| number.to_string(), str::to_owned)
}

/// The name of `number` in `table`.
pub(super) fn known<'a, T: Copy + PartialEq>(table: &[(T, &'a str)], number: T) -> Option<&'a str> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// The names of the bits in `bits`; what has no name comes last, in hexadecimal.
pub(super) fn flags<T: Copy + Into<u32>>(table: &[(T, &str)], mut bits: u32) -> Vec<String> {
    let mut names = Vec::new();
    for (flag, name) in table {
        let flag: u32 = (*flag).into();
        if bits & flag == flag {
            names.push((*name).to_owned());
            bits &= !flag;
        }
    }
    if bits != 0 {
        names.push(format!("{bits:#x}"));
    }
    names
}

/// [`flags`] as one word: `IFF_UP|IFF_RUNNING`, or `0`.
pub(super) fn joined<T: Copy + Into<u32>>(table: &[(T, &str)], bits: u32) -> String {
    if bits == 0 { "0".to_owned() } else { flags(table, bits).join("|") }
}

/// The first bytes in hexadecimal, and how many there are if not all are shown.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes.iter().take(HEX_SHOWN) {
        let _ = write!(text, "{byte:02x}");
    }
    if bytes.len() > HEX_SHOWN {
        let _ = write!(text, "… ({} bytes)", bytes.len());
    }
    text
}

/// Up to eight 32-bit numbers; `None` when the length is not that of some. The largest means for ever.
fn words(bytes: &[u8]) -> Option<String> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() || !(1..=8).contains(&numbers.len()) {
        return None;
    }
    let words: Vec<String> = numbers
        .iter()
        .map(|number| match u32::from_ne_bytes(*number) {
            u32::MAX => "forever".to_owned(),
            number => number.to_string(),
        })
        .collect();
    Some(words.join(" "))
}

/// Flags, and those that are meant: `struct ifla_vlan_flags` and its like.
fn flags_of(table: &[(u32, &str)], attribute: &Attribute<'_>) -> Option<String> {
    attribute.u64().ok()?;
    let part = |at| joined(table, u32::from_ne_bytes(field(attribute.payload, at)));
    Some(format!("{} of {}", part(0), part(4)))
}

/// `struct rtvia`: a family of 16 bits, then the address.
fn via(bytes: &[u8]) -> Option<String> {
    let address = crate::wire::ip(bytes.get(2..)?)?;
    let family = u8::try_from(u16::from_ne_bytes(field(bytes, 0))).ok()?;
    Some(format!("{} {address}", name(FAMILIES, family, "AF")))
}

/// What a link has counted, in the order of `struct rtnl_link_stats`.
const COUNTERS: [&str; 25] = [
    "rx_packets",
    "tx_packets",
    "rx_bytes",
    "tx_bytes",
    "rx_errors",
    "tx_errors",
    "rx_dropped",
    "tx_dropped",
    "multicast",
    "collisions",
    "rx_length_errors",
    "rx_over_errors",
    "rx_crc_errors",
    "rx_frame_errors",
    "rx_fifo_errors",
    "rx_missed_errors",
    "tx_aborted_errors",
    "tx_carrier_errors",
    "tx_fifo_errors",
    "tx_heartbeat_errors",
    "tx_window_errors",
    "rx_compressed",
    "tx_compressed",
    "rx_nohandler",
    "rx_otherhost_dropped",
];

/// Those that are not zero. There are fewer than 32, of either length.
fn counters(bytes: &[u8]) -> Option<String> {
    let numbers: Vec<u64> = if bytes.len() <= 4 * 26 {
        let (numbers, []) = bytes.as_chunks::<4>() else { return None };
        numbers.iter().map(|number| u32::from_ne_bytes(*number).into()).collect()
    } else {
        let (numbers, []) = bytes.as_chunks::<8>() else { return None };
        numbers.iter().map(|number| u64::from_ne_bytes(*number)).collect()
    };
    let counted = COUNTERS.iter().zip(&numbers).filter(|(_, number)| **number != 0);
    let counted: Vec<String> = counted.map(|(name, number)| format!("{name}={number}")).collect();
    Some(if counted.is_empty() { "all 0".to_owned() } else { counted.join(" ") })
}

fn vlan_info(attribute: &Attribute<'_>) -> Option<String> {
    attribute.u32().ok()?;
    let half = |at| u16::from_ne_bytes(field(attribute.payload, at));
    Some(format!("vid={} flags={}", half(2), joined(VLAN_INFO_FLAGS, half(0).into())))
}

/// Index, state, flags, VLAN, the group's address, and its protocol.
fn mdb_entry(bytes: &[u8], names: &dyn Names) -> Option<String> {
    let entry = crate::describe::command::MdbEntry::read(bytes)?;
    Some(format!(
        "ifindex={} state={} vid={} addr={}",
        index(entry.port, names),
        if entry.permanent { "MDB_PERMANENT" } else { "MDB_TEMPORARY" },
        entry.vlan,
        entry.group
    ))
}

/// The number of a next hop, and its weight less one.
fn next_hop_group(bytes: &[u8]) -> Option<String> {
    let (members, []) = bytes.as_chunks::<8>() else { return None };
    let member =
        |member: &[u8; 8]| format!("{},{}", u32::from_ne_bytes(field(member, 0)), u32::from(member[4]) + 1);
    Some(members.iter().map(member).collect::<Vec<_>>().join("/"))
}
