//! ICMP (RFC 792).

use super::bytes::{after, byte, ipv4, short};
use super::{cut, transport};

/// A message that had `length` bytes.
pub(super) fn line(bytes: &[u8], length: usize) -> String {
    match read(bytes) {
        Some(what) => format!("ICMP {what}, length {length}"),
        None => format!("ICMP {}", cut("icmp")),
    }
}

fn read(bytes: &[u8]) -> Option<String> {
    let (kind, code) = (byte(bytes, 0)?, byte(bytes, 1)?);
    let numbers = || Some(format!("id {}, seq {}", short(bytes, 4)?, short(bytes, 6)?));
    Some(match kind {
        0 => format!("echo reply, {}", numbers()?),
        3 => unreachable(bytes, code)?,
        4 => "source quench".to_owned(),
        5 => {
            let what = if code & 1 == 0 { "net" } else { "host" };
            format!("redirect {} to {what} {}", ipv4(bytes, 8 + 16)?, ipv4(bytes, 4)?)
        }
        8 => format!("echo request, {}", numbers()?),
        9 => "router advertisement".to_owned(),
        10 => "router solicitation".to_owned(),
        11 if code == 0 => "time exceeded in-transit".to_owned(),
        11 => "ip reassembly time exceeded".to_owned(),
        12 => format!("parameter problem - octet {}", byte(bytes, 4)?),
        13 => format!("time stamp query id {} seq {}", short(bytes, 4)?, short(bytes, 6)?),
        14 => format!("time stamp reply id {} seq {}", short(bytes, 4)?, short(bytes, 6)?),
        _ => format!("type-#{kind}"),
    })
}

/// What of the packet that comes back, which is behind eight bytes, was not reached.
fn unreachable(bytes: &[u8], code: u8) -> Option<String> {
    let packet = after(bytes, 8);
    let to = ipv4(packet, 16)?;
    let protocol = transport::name(byte(packet, 9)?);
    Some(match code {
        0 => format!("net {to} unreachable"),
        1 => format!("host {to} unreachable"),
        2 => format!("{to} protocol {} unreachable", byte(packet, 9)?),
        3 => {
            let header = usize::from(byte(packet, 0)? & 15) * 4;
            format!("{to} {protocol} port {} unreachable", short(packet, header + 2)?)
        }
        4 => match short(bytes, 6)? {
            0 => format!("{to} unreachable - need to frag"),
            mtu => format!("{to} unreachable - need to frag (mtu {mtu})"),
        },
        5 => format!("{to} unreachable - source route failed"),
        9 => format!("host {to} unreachable - net admin prohibited"),
        10 => format!("host {to} unreachable - admin prohibited"),
        13 => format!("host {to} unreachable - admin prohibited filter"),
        _ => format!("{to} unreachable - #{code}"),
    })
}
