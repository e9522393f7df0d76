//! ICMPv6 with neighbour discovery and multicast listeners (RFC 4443, RFC 4861, RFC 3810).

use super::bytes::{after, byte, ipv6, long, short};
use super::{cut, transport};

/// A message that had `length` bytes.
pub(super) fn line(bytes: &[u8], length: usize) -> String {
    match read(bytes) {
        Some(what) => format!("ICMP6, {what}, length {length}"),
        None => format!("ICMP6, {}", cut("icmp6")),
    }
}

fn read(bytes: &[u8]) -> Option<String> {
    let (kind, code) = (byte(bytes, 0)?, byte(bytes, 1)?);
    let numbers = || Some(format!("id {}, seq {}", short(bytes, 4)?, short(bytes, 6)?));
    Some(match kind {
        1 => unreachable(bytes, code)?,
        2 => format!("packet too big, mtu {}", long(bytes, 4)?),
        3 if code == 0 => format!("time exceeded in-transit for {}", ipv6(after(bytes, 8), 24)?),
        3 => "ip6 reassembly time exceeded".to_owned(),
        4 => format!("parameter problem, code {code} - octet {}", long(bytes, 4)?),
        128 => format!("echo request, {}", numbers()?),
        129 => format!("echo reply, {}", numbers()?),
        130 => "multicast listener query".to_owned(),
        131 => format!("multicast listener report, {}", ipv6(bytes, 8)?),
        132 => format!("multicast listener done, {}", ipv6(bytes, 8)?),
        133 => "router solicitation".to_owned(),
        134 => "router advertisement".to_owned(),
        135 => format!("neighbor solicitation, who has {}", ipv6(bytes, 8)?),
        136 => format!("neighbor advertisement, tgt is {}", ipv6(bytes, 8)?),
        137 => format!("redirect, {} to {}", ipv6(bytes, 24)?, ipv6(bytes, 8)?),
        143 => format!("multicast listener report v2, {} group record(s)", short(bytes, 6)?),
        _ => format!("type-#{kind}"),
    })
}

fn unreachable(bytes: &[u8], code: u8) -> Option<String> {
    let packet = after(bytes, 8);
    let to = ipv6(packet, 24)?;
    Some(match code {
        0 => format!("destination unreachable, unreachable route {to}"),
        1 => format!("destination unreachable, unreachable prohibited {to}"),
        2 => format!("destination unreachable, beyond scope {to}"),
        3 => format!("destination unreachable, unreachable address {to}"),
        4 => {
            let (protocol, port) = (transport::name(byte(packet, 6)?), short(packet, 42)?);
            format!("destination unreachable, unreachable port, {to} {protocol} port {port}")
        }
        _ => format!("destination unreachable, code-#{code} {to}"),
    })
}
