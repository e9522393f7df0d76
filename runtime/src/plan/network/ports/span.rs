//! Published ports that follow each other, as people read them.

use std::fmt;
use std::net::IpAddr;

use super::Published;

/// Ports that follow each other on both sides: of `-p 8000-8002:80-82`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub first: Published,
    /// How many follow it.
    pub more: u16,
}

/// As few spans as `published` is, in its order.
pub fn spans<'a>(published: impl IntoIterator<Item = &'a Published>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for port in published {
        match spans.last_mut() {
            Some(span) if span.next().as_ref() == Some(port) => span.more += 1,
            _ => spans.push(port.alone()),
        }
    }
    spans
}

impl Published {
    /// The span of this port alone.
    pub(super) const fn alone(&self) -> Span {
        Span { first: *self, more: 0 }
    }
}

impl Span {
    /// The port that would come behind it.
    fn next(&self) -> Option<Published> {
        let [host_port, port] =
            [self.first.host_port, self.first.port].map(|port| port.checked_add(self.more)?.checked_add(1));
        Some(Published { host_port: host_port?, port: port?, ..self.first })
    }

    /// The host's: `8080`, `8080-8082`.
    pub fn host_ports(&self) -> String {
        self.from(self.first.host_port)
    }

    /// The container's, and their protocol: `80/tcp`, `80-82/tcp`.
    pub fn container_ports(&self) -> String {
        format!("{}/{}", self.from(self.first.port), self.first.protocol)
    }

    fn from(&self, first: u16) -> String {
        if self.more == 0 { first.to_string() } else { format!("{first}-{}", first + self.more) }
    }
}

impl fmt::Display for Span {
    /// As docker prints it: `0.0.0.0:8080-8082->80-82/tcp`, once for each of the host's addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, address) in self.first.addresses().into_iter().enumerate() {
            let separator = if number > 0 { ", " } else { "" };
            let (outside, inside) = (self.host_ports(), self.container_ports());
            match address {
                IpAddr::V4(address) => write!(f, "{separator}{address}:{outside}->{inside}")?,
                IpAddr::V6(address) => write!(f, "{separator}[{address}]:{outside}->{inside}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::ports::Protocol::{self, Tcp, Udp};

    fn port(protocol: Protocol, host_ip: Option<&str>, host_port: u16, port: u16) -> Published {
        let host_ip = host_ip.map(|text| text.parse().expect("an address"));
        Published { protocol, host_ip, host_port, port }
    }

    fn told(published: &[Published]) -> Vec<String> {
        spans(published).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ports_that_follow_each_other_on_both_sides_are_one_span() {
        let published = [
            port(Tcp, Some("10.0.0.1"), 8080, 80),
            port(Tcp, Some("10.0.0.1"), 8081, 82),
            port(Tcp, Some("::1"), 8082, 83),
            port(Udp, Some("127.0.0.1"), 5000, 6000),
            port(Udp, Some("127.0.0.1"), 5001, 6001),
            port(Udp, Some("127.0.0.1"), 5002, 6002),
            port(Tcp, Some("127.0.0.1"), 5003, 6003),
        ];
        assert_eq!(
            told(&published),
            [
                "10.0.0.1:8080->80/tcp",
                "10.0.0.1:8081->82/tcp",
                "[::1]:8082->83/tcp",
                "127.0.0.1:5000-5002->6000-6002/udp",
                "127.0.0.1:5003->6003/tcp",
            ]
        );
    }

    #[test]
    fn the_last_port_is_followed_by_none() {
        let published = [port(Tcp, None, 65534, 65534), port(Tcp, None, 65535, 65535), port(Tcp, None, 1, 1)];
        assert_eq!(
            told(&published),
            [
                "0.0.0.0:65534-65535->65534-65535/tcp, [::]:65534-65535->65534-65535/tcp",
                "0.0.0.0:1->1/tcp, [::]:1->1/tcp"
            ]
        );
    }
}
