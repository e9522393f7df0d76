//! Ethernet: addresses, tags, and what is above.

use super::bytes::{after, hardware, short};
use super::{arp, cut, ip, ip6, stp};

const HEADER: usize = 14;
/// Bytes of a VLAN's tag and the type behind it.
const TAG: usize = 4;
/// LLC's header of the spanning tree protocol.
const STP: [u8; 3] = [0x42, 0x42, 3];

/// Ethernet's types, with tcpdump's names.
const TYPES: [(u16, &str); 10] = [
    (0x0800, "IPv4"),
    (0x0806, "ARP"),
    (0x8035, "Reverse ARP"),
    (0x8100, "802.1Q"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS unicast"),
    (0x8863, "PPPoE D"),
    (0x88a8, "802.1Q-QinQ"),
    (0x88cc, "LLDP"),
    (0x88e5, "MACsec"),
];

/// A packet with an Ethernet header, which is shown too with `header`.
pub(super) fn line(bytes: &[u8], length: u32, header: bool) -> String {
    let (Some(to), Some(from), Some(kind)) = (hardware(bytes, 0), hardware(bytes, 6), short(bytes, 12))
    else {
        return cut("ether");
    };
    let above = after(bytes, HEADER);
    if !header {
        return body(kind, above, length.saturating_sub(14), false);
    }
    let kind_name = if kind < 0x600 { "802.3".to_owned() } else { format!("ethertype {}", name(kind)) };
    format!(
        "{from} > {to}, {kind_name}, length {length}: {}",
        body(kind, above, length.saturating_sub(14), true)
    )
}

/// What is above a header that says it is of type `kind`; it had `length` bytes. The protocol has been `told`, or not.
fn body(kind: u16, bytes: &[u8], length: u32, told: bool) -> String {
    let mark = |protocol: &str| if told { String::new() } else { format!("{protocol} ") };
    match kind {
        0x0800 => format!("{}{}", mark("IP"), ip::line(bytes)),
        0x86dd => format!("{}{}", mark("IP6"), ip6::line(bytes)),
        0x0806 => format!("{}{}", if told { "" } else { "ARP, " }, arp::line(bytes, length)),
        0x8100 | 0x88a8 => tag(bytes, length, told),
        0..0x600 if bytes.starts_with(&STP) => stp::line(after(bytes, STP.len()), length),
        0..0x600 => format!("802.3, length {kind}"),
        _ if told => format!("length {length}"),
        _ => format!("ethertype {}, length {length}", name(kind)),
    }
}

fn tag(bytes: &[u8], length: u32, told: bool) -> String {
    let (Some(tag), Some(kind)) = (short(bytes, 0), short(bytes, 2)) else { return cut("vlan") };
    let dei = if tag & 0x1000 == 0 { "" } else { ", DEI" };
    let kind_name = if told { format!("ethertype {}, ", name(kind)) } else { String::new() };
    let above = body(kind, after(bytes, TAG), length.saturating_sub(4), told);
    format!("vlan {}, p {}{dei}, {kind_name}{above}", tag & 0xfff, tag >> 13)
}

fn name(kind: u16) -> String {
    let name = TYPES.iter().find(|(number, _)| *number == kind).map_or("Unknown", |(_, name)| name);
    format!("{name} ({kind:#06x})")
}
