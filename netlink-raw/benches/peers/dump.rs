//! The answer of the kernel to a question for all links of a host with many veth pairs.

use netlink_raw::kernel::{IFLA_ADDRESS, IFLA_IFNAME, IFLA_LINK, NLMSG_DONE};
use netlink_raw::wire::align;

/// Two messages of Linux 6.18, about a pair one end of which is a port of a bridge, as RTM_GETLINK is answered:
///
///     ip link add br0 index 2 up type bridge
///     ip link add veth00000 index 10 address 02:42:0a:00:00:00 type veth \
///         peer name peer00000 index 11 address 02:42:0b:00:00:00
///     ip link set veth00000 up master br0
///     ip link set peer00000 up
const PAIR: &[u8] = include_bytes!("pair.bin");

/// How many links the dump has.
pub(crate) const LINKS: u32 = 10_000;

/// Bytes of `struct nlmsghdr` and of `struct ifinfomsg`.
const HEADERS: usize = 32;

/// The kernel's own limit, however much the receiver has room for.
const DATAGRAM: usize = 32 * 1024;

/// All the links, in datagrams, as many in each as fit, and NLMSG_DONE.
pub(crate) fn dump() -> Vec<Vec<u8>> {
    let (host, inside) = PAIR.split_at(number(PAIR, 0) as usize);
    let mut datagrams = vec![Vec::new()];
    for link in 0..LINKS {
        put(&mut datagrams, &message(if link % 2 == 0 { host } else { inside }, link));
    }
    let mut done = PAIR[..20].to_vec();
    done[..4].copy_from_slice(&20_u32.to_ne_bytes());
    done[4..6].copy_from_slice(&NLMSG_DONE.to_ne_bytes());
    done[16..].fill(0);
    put(&mut datagrams, &done);
    datagrams
}

fn put(datagrams: &mut Vec<Vec<u8>>, message: &[u8]) {
    if datagrams.last().is_none_or(|last| last.len() + message.len() > DATAGRAM) {
        datagrams.push(Vec::new());
    }
    datagrams.last_mut().unwrap().extend_from_slice(message);
}

/// The template with another index, name, address and other end.
fn message(template: &[u8], link: u32) -> Vec<u8> {
    let mut message = template.to_vec();
    let mut put = |at: usize, bytes: &[u8]| message[at..at + bytes.len()].copy_from_slice(bytes);
    put(20, &(10 + link).to_ne_bytes());
    put(payload(template, IFLA_IFNAME) + 4, format!("{:05}", link / 2).as_bytes());
    put(payload(template, IFLA_ADDRESS) + 2, &link.to_be_bytes());
    put(payload(template, IFLA_LINK), &(10 + (link ^ 1)).to_ne_bytes());
    message
}

/// Where the payload of the attribute of this type begins.
fn payload(message: &[u8], kind: u16) -> usize {
    let mut at = HEADERS;
    while short(message, at + 2) != kind {
        at += align(short(message, at).into());
    }
    at + 4
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([bytes[at], bytes[at + 1]])
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
