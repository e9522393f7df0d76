//! Words of the picture: what the text and the SVG say of a link, a route, a port, and how wide that is.

use std::net::IpAddr;

use super::model::{Link, Namespace, Route};
use crate::plan::network::ports::{Span, spans};

/// Beyond so many routes a box says how many more there are.
const ROUTES: usize = 4;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Detail {
    /// Hardware addresses, MTUs, what makers wrote on links, all routes.
    pub all: bool,
    /// An arrow.
    pub arrow: &'static str,
}

/// Text that may have come from anybody, with what acts on a terminal or can't be seen made visible.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown
}

/// How many cells of a terminal `text` takes: two for each letter of East Asia and each picture.
pub fn columns(text: &str) -> usize {
    let wide = |letter: char| {
        matches!(u32::from(letter),
            0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
    };
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}

/// What stands behind a link's name, one line or several: its addresses, and what is special about it.
pub fn of_link(link: &Link, namespace: &Namespace, detail: Detail) -> Vec<String> {
    let mut words = Vec::new();
    match link.kind.as_str() {
        "loopback" | "device" | "veth" => {}
        kind => words.push(shown(kind)),
    }
    words.extend(link.notes.iter().map(|note| shown(note)));
    words.extend(link.network.iter().map(|network| format!("of network {}", shown(network))));
    words.extend(link.trouble().map(str::to_owned));
    if let Some(lost) = link.lost {
        let arrow = detail.arrow;
        words.push(match lost.namespace {
            Some(_) => format!("{arrow} if{}", lost.index),
            None => format!("{arrow} if{} in a namespace out of sight", lost.index),
        });
    }
    if let (Some(master), None) = (link.master, link.master.and_then(|master| namespace.link(master))) {
        words.push(format!("port of if{master}"));
    }
    let mut lines: Vec<String> = link.addresses.iter().map(ToString::to_string).collect();
    if !words.is_empty() {
        let words = words.join(" ");
        match lines.first_mut() {
            Some(first) => *first = format!("{first}  {words}"),
            None => lines.push(words),
        }
    }
    if detail.all {
        lines.extend(rest(link));
    }
    lines
}

/// What is said with `--details` only.
pub fn rest(link: &Link) -> Vec<String> {
    let mac = link.mac.iter().map(|mac| format!("{mac} "));
    let mut lines = vec![format!("{}mtu {}", mac.collect::<String>(), link.mtu)];
    lines.extend(link.alias.iter().map(|alias| shown(alias)));
    lines
}

/// The routes that are worth a line, and how many more there are.
pub fn routes(namespace: &Namespace, detail: Detail) -> Vec<String> {
    if detail.all {
        return namespace.routes.iter().map(|route| of_route(route, namespace, detail)).collect();
    }
    let told: Vec<&Route> = namespace.routes.iter().filter(|route| !route.is_evident()).collect();
    // One more line takes as much room as saying that there is one more.
    let count = if told.len() == ROUTES + 1 { told.len() } else { ROUTES };
    let mut lines: Vec<String> =
        told.iter().take(count).map(|route| of_route(route, namespace, detail)).collect();
    if told.len() > count {
        lines.push(format!("and {} more routes", told.len() - count));
    }
    lines
}

fn of_route(route: &Route, namespace: &Namespace, detail: Detail) -> String {
    let hop = |(gateway, device): &(Option<IpAddr>, Option<u32>)| {
        let gateway = gateway.map(|gateway| format!("via {gateway}"));
        let device = device.map(|index| format!("dev {}", shown(&namespace.link_name(index))));
        gateway.into_iter().chain(device).collect::<Vec<_>>().join(" ")
    };
    let hops = route.hops.iter().map(hop).collect::<Vec<_>>().join(", ");
    let mut words: Vec<String> = route.kind_word().into_iter().collect();
    words.push(route.destination_word());
    words.push(hops);
    words.extend((route.table != 254).then(|| format!("table {}", route.table)));
    if detail.all {
        words.extend(route.metric.map(|metric| format!("metric {metric}")));
        words.extend(route.source.map(|source| format!("src {source}")));
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Published ports, outside and inside: `:8080` and `80/tcp`. Those that follow each other on both sides are one range.
pub fn ports(namespace: &Namespace) -> Vec<(String, String)> {
    spans(namespace.published()).iter().map(|span| (outside(span), span.container_ports())).collect()
}

/// Of the host's: `:8080`, with the address where it is one alone.
fn outside(span: &Span) -> String {
    let ports = span.host_ports();
    match span.first.host_ip {
        None => format!(":{ports}"),
        Some(IpAddr::V4(address)) => format!("{address}:{ports}"),
        Some(IpAddr::V6(address)) => format!("[{address}]:{ports}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_made_visible() {
        assert_eq!(shown("e\x1b[31m\u{202e}th\n0'\\"), "e\\u{1b}[31m\\u{202e}th\\n0'\\");
        assert_eq!(shown("网-é"), "网-é");
    }

    #[test]
    fn wide_letters_take_two_cells() {
        assert_eq!((columns("eth0"), columns("网络"), columns("é")), (4, 4, 1));
    }

    #[test]
    fn ports_that_follow_each_other_on_both_sides_are_one_range() {
        use crate::plan::network::ports::Protocol::{Tcp, Udp};
        use crate::plan::network::ports::Published;
        let port = |protocol, host_ip: Option<&str>, host_port, port| Published {
            protocol,
            host_ip: host_ip.map(|text| text.parse().expect("an address")),
            host_port,
            port,
        };
        let mut map = crate::map::example::bridge(1);
        map.namespaces[1].containers[0].published = vec![
            port(Tcp, None, 8080, 80),
            port(Tcp, None, 8081, 82),
            port(Tcp, Some("::1"), 8082, 83),
            port(Udp, Some("127.0.0.1"), 5000, 6000),
            port(Udp, Some("127.0.0.1"), 5001, 6001),
            port(Udp, Some("127.0.0.1"), 5002, 6002),
            port(Tcp, Some("127.0.0.1"), 5003, 6003),
            port(Tcp, None, 65534, 65534),
            port(Tcp, None, 65535, 65535),
        ];
        let told: Vec<String> =
            ports(&map.namespaces[1]).iter().map(|(outside, inside)| format!("{outside} {inside}")).collect();
        assert_eq!(
            told,
            [
                ":8080 80/tcp",
                ":8081 82/tcp",
                "[::1]:8082 83/tcp",
                "127.0.0.1:5000-5002 6000-6002/udp",
                "127.0.0.1:5003 6003/tcp",
                ":65534-65535 65534-65535/tcp",
            ]
        );
    }
}
