//! Networks and ports as elements of sets and maps, and back.

use std::net::{IpAddr, SocketAddr};

use netlink_raw::kernel::NFPROTO_INET;
use netlink_raw::nft::{Data, Element, Elements};

use super::layout::TABLE;
use crate::plan::network::Isolation;
use crate::plan::network::firewall::{Forward, Zone};
use crate::plan::network::ports::Protocol;

/// These elements of a set.
pub(super) fn list(set: &str, elements: Vec<Element>) -> Elements {
    Elements { family: NFPROTO_INET, table: TABLE.into(), set: set.into(), id: 0, elements }
}

/// All sets that a network is in, each with its element.
pub(super) fn of_zone(zone: Zone) -> Vec<(&'static str, Element)> {
    let group = zone.group.to_ne_bytes();
    let is_in = [
        ("networks", true),
        ("masqueraded", zone.masquerade && !zone.internal),
        ("internal", zone.internal),
        ("isolated", zone.isolation == Isolation::Strict),
        ("open", zone.isolation == Isolation::Open),
    ];
    let mut found: Vec<_> = is_in
        .into_iter()
        .filter(|(_, is_in)| *is_in)
        .map(|(set, _)| (set, Element { key: group.to_vec(), ..Element::default() }))
        .collect();
    found.push(("same", Element { key: [group, group].concat(), ..Element::default() }));
    found
}

/// The map that a port is in, and its element.
pub(super) fn of_forward(forward: &Forward) -> (&'static str, Element) {
    let set = match (forward.to, forward.address()) {
        (SocketAddr::V4(_), None) => "publish4",
        (SocketAddr::V4(_), Some(_)) => "publish4_at",
        (SocketAddr::V6(_), None) => "publish6",
        (SocketAddr::V6(_), Some(_)) => "publish6_at",
    };
    // Each part is padded to four bytes.
    let port = |number: u16| [&number.to_be_bytes()[..], &[0; 2]].concat();
    let protocol = [forward.protocol.number(), 0, 0, 0].to_vec();
    let host = forward.address().map(octets).unwrap_or_default();
    let key = [host, protocol, port(forward.host_port)].concat();
    let data = [octets(forward.to.ip()), port(forward.to.port())].concat();
    let comment = (!forward.owner.is_empty()).then(|| forward.owner.clone());
    (set, Element { key, data: Some(Data::Value(data)), comment, ..Element::default() })
}

/// The set by which a port's container is known on its way to itself, and its element there.
pub(super) fn hairpin(forward: &Forward) -> (&'static str, Element) {
    let address = octets(forward.to.ip());
    let set = if forward.to.is_ipv4() { "hairpin4" } else { "hairpin6" };
    (set, Element { key: [&address[..], &address].concat(), ..Element::default() })
}

/// The port that an element of the map `set` is; `None` when it is no such.
pub(super) fn forward(set: &str, element: &Element) -> Option<Forward> {
    let Some(Data::Value(data)) = &element.data else { return None };
    let length = if set.contains('6') { 16 } else { 4 };
    let (host, key) = if set.ends_with("_at") {
        element.key.split_at_checked(length).map(|(host, key)| (Some(host), key))?
    } else {
        (None, &element.key[..])
    };
    let (to, to_port) = data.split_at_checked(length)?;
    Some(Forward {
        protocol: Protocol::ALL.into_iter().find(|known| Some(&known.number()) == key.first())?,
        host: host.and_then(address),
        host_port: number(key.get(4..)?)?,
        to: SocketAddr::new(address(to)?, number(to_port)?),
        owner: element.comment.clone().unwrap_or_default(),
    })
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(sixteen) => sixteen.octets().to_vec(),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
    }
}

fn number(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_found_again_in_its_element() {
        for (host, to) in [
            (None, "10.1.0.2:80"),
            (Some("127.0.0.1"), "10.1.0.2:80"),
            (None, "[fd00::2]:80"),
            (Some("::1"), "[fd00::2]:65535"),
        ] {
            let asked = Forward {
                protocol: Protocol::Udp,
                host: host.map(|host| host.parse().expect("an address")),
                host_port: 8080,
                to: to.parse().expect("an address and a port"),
                owner: "pontoon:c1 /run/pontoon".into(),
            };
            let (set, element) = of_forward(&asked);
            let (key, data) = super::super::layout::types(TABLE, set).expect("a map");
            assert_eq!(element.key.len(), usize::try_from(key.length).expect("few"));
            let Some(Data::Value(bytes)) = &element.data else { panic!("{element:?}") };
            assert_eq!(bytes.len(), usize::try_from(data.expect("a map").length).expect("few"));
            assert_eq!(forward(set, &element), Some(asked));
        }
        let any = Forward { host: Some("0.0.0.0".parse().expect("an address")), ..wild() };
        assert_eq!(of_forward(&any), of_forward(&wild()));
        assert!(any.meets(&wild()));
        assert_eq!(any.to_string(), "0.0.0.0:53/sctp");
    }

    fn wild() -> Forward {
        let to = "10.1.0.2:53".parse().expect("an address and a port");
        Forward { protocol: Protocol::Sctp, host: None, host_port: 53, to, owner: String::new() }
    }

    #[test]
    fn an_internal_network_is_never_masqueraded() {
        let zone = Zone { group: 7, masquerade: true, internal: true, isolation: Isolation::Strict };
        let sets: Vec<&str> = of_zone(zone).into_iter().map(|(set, _)| set).collect();
        assert_eq!(sets, ["networks", "internal", "isolated", "same"]);
    }
}
