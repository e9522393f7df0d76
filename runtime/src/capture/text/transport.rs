//! What is above IP.

use std::net::IpAddr;

use super::bytes::short;
use super::{cut, dns, tcp};

/// Bytes of UDP's header.
const UDP: usize = 8;
/// The ports of DNS and of multicast DNS.
const DNS: [u16; 2] = [53, 5353];

/// Whom a packet is from and to, and how many bytes it had above IP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) length: usize,
}

/// What `protocol` is called where nothing else is known of a packet.
pub(super) fn name(protocol: u8) -> String {
    match protocol {
        1 => "icmp",
        2 => "igmp",
        4 => "ipip",
        6 => "tcp",
        17 => "udp",
        41 => "ipv6",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        89 => "ospf",
        103 => "pim",
        112 => "vrrp",
        132 => "sctp",
        _ => return format!("ip-proto-{protocol}"),
    }
    .to_owned()
}

/// The packet, its addresses first.
pub(super) fn line(protocol: u8, bytes: &[u8], between: &Between) -> String {
    marked(protocol, bytes, between, "")
}

/// The same, with what else is to be said of it.
pub(super) fn marked(protocol: u8, bytes: &[u8], between: &Between, marks: &str) -> String {
    let Between { from, to, length } = between;
    let ports = (short(bytes, 0), short(bytes, 2));
    match (protocol, ports) {
        (6, (Some(source), Some(target))) => {
            format!("{from}.{source} > {to}.{target}: {marks}{}", tcp::line(bytes, *length))
        }
        (17, (Some(source), Some(target))) => {
            format!("{from}.{source} > {to}.{target}: {marks}{}", udp(bytes, *length, (source, target)))
        }
        (6 | 17, _) => format!("{from} > {to}: {marks}{}", cut(&name(protocol))),
        _ => format!("{from} > {to}: {marks}{}, length {length}", name(protocol)),
    }
}

fn udp(bytes: &[u8], length: usize, (source, target): (u16, u16)) -> String {
    let Some(data) = length.checked_sub(UDP) else { return format!("truncated-udplength {length}") };
    let above = bytes.get(UDP..).unwrap_or_default();
    let of_dns = DNS.contains(&source) || DNS.contains(&target);
    let names = of_dns.then(|| dns::line(above, data)).flatten();
    names.unwrap_or_else(|| format!("UDP, length {data}"))
}
