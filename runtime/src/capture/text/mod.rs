//! A packet in a line, in the words of tcpdump(8): whatever the bytes are, it is text without control characters.
//!
//! Addresses and ports are numbers, and so are TCP's sequence numbers, as `tcpdump -nS` prints them: a line tells of
//! its packet alone.

mod arp;
mod bytes;
mod dns;
mod ethernet;
mod icmp;
mod icmp6;
mod ip;
mod ip6;
mod netlink;
mod stp;
mod tcp;
mod transport;

#[cfg(test)]
mod tests;

use super::link::Link;

/// The lines for a packet of a device with this `link`: one, and for a netlink datagram as many as it takes. `length`
/// is how many bytes it had, of which `bytes` are there; `header` adds that of the link.
pub(super) fn lines(link: Link, bytes: &[u8], length: u32, header: bool) -> Vec<String> {
    match link {
        Link::Ethernet => vec![ethernet::line(bytes, length, header)],
        Link::Raw => vec![raw(bytes)],
        Link::Netlink => netlink::lines(bytes),
    }
}

/// IPv4 or IPv6, as its first byte says.
fn raw(bytes: &[u8]) -> String {
    match bytes.first().map(|byte| byte >> 4) {
        Some(4) => format!("IP {}", ip::line(bytes)),
        Some(6) => format!("IP6 {}", ip6::line(bytes)),
        Some(version) => format!("IP version {version}, length {}", bytes.len()),
        None => cut("ip"),
    }
}

/// What stands for a header that is not all there.
fn cut(protocol: &str) -> String {
    format!("[|{protocol}]")
}
