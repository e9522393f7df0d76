//! What the kernel tells of a namespace, as the picture has it.

use std::net::IpAddr;

use netlink_raw::kernel::{IFF_UP, RT_TABLE_LOCAL, RTM_F_CLONED};
use netlink_raw::route::{self, Kind};

use crate::map::model::{Address, Link, Route};

/// `IFF_TAP` of linux/if_tun.h.
const TAP: u8 = 2;
/// `ARPHRD_LOOPBACK`.
const LOOPBACK: u16 = 772;
/// `IF_OPER_*`, as `ip` writes them.
const STATES: [&str; 7] = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
/// `MACVLAN_MODE_*`.
const MACVLAN: [(u32, &str); 5] =
    [(1, "private"), (2, "vepa"), (4, "bridge"), (8, "passthru"), (16, "source")];
/// `IPVLAN_MODE_*`.
const IPVLAN: [&str; 3] = ["l2", "l3", "l3s"];

/// A link without its addresses.
pub(super) fn link(told: &route::Link) -> Link {
    let (kind, notes) = kind(told);
    let state = told.operstate.and_then(|state| STATES.get(usize::from(state))).copied();
    let mac = told.address.as_ref().filter(|mac| !mac.is_empty() && told.device_type != LOOPBACK);
    Link {
        index: told.index,
        name: told.name.clone().map_or_else(|| format!("if{}", told.index), Into::into),
        kind,
        mac: mac.map(ToString::to_string),
        up: told.flags & IFF_UP != 0,
        state: state.unwrap_or("UNKNOWN"),
        mtu: told.mtu.unwrap_or(0),
        master: told.master.filter(|master| *master != 0),
        notes,
        alias: told.alias.clone().map(Into::into),
        ..Link::default()
    }
}

/// The driver's name, and what is worth saying of its settings.
fn kind(told: &route::Link) -> (String, Vec<String>) {
    let Some(kind) = &told.kind else {
        let kind = if told.device_type == LOOPBACK { "loopback" } else { "device" };
        return (kind.to_owned(), Vec::new());
    };
    let mut notes = Vec::new();
    let mut note = |text: Option<String>| notes.extend(text);
    match kind {
        Kind::Tun(tun) => {
            note(tun.owner.map(|owner| format!("user {owner}")));
            let name = if tun.mode == Some(TAP) { "tap" } else { "tun" };
            return (name.to_owned(), notes);
        }
        Kind::Vlan(vlan) => note(vlan.id.map(|id| format!("id {id}"))),
        Kind::Vxlan(vxlan) => {
            note(vxlan.id.map(|id| format!("id {id}")));
            note(vxlan.group.map(|remote| format!("to {remote}")));
            note(vxlan.port.map(|port| format!("port {port}")));
        }
        Kind::Macvlan(macvlan) => {
            let mode = MACVLAN.iter().find(|(mode, _)| macvlan.mode == Some(*mode));
            note(mode.map(|(_, word)| format!("mode {word}")));
        }
        Kind::Ipvlan(ipvlan) => {
            let mode = ipvlan.mode.and_then(|mode| IPVLAN.get(usize::from(mode)));
            note(mode.map(|word| format!("mode {word}")));
        }
        _ => {}
    }
    (kind.name().to_owned(), notes)
}

/// The number of the link that another lies on, or is paired with.
pub(super) fn leads_to(told: &route::Link) -> Option<u32> {
    let lies_on = match &told.kind {
        Some(Kind::Vxlan(vxlan)) => vxlan.link,
        _ => None,
    };
    told.link.or(lies_on).filter(|index| *index != 0)
}

/// An address. The kernel tells the other end of a point-to-point link as `address`, and its own as `local`.
pub(super) fn address(told: &route::Address) -> Option<Address> {
    let address = told.local.or(told.address)?;
    let peer = told.address.filter(|peer| *peer != address);
    Some(Address { address, prefix_len: told.prefix_len, peer })
}

/// A route; `None` for what the kernel keeps for itself.
pub(super) fn route(told: &route::Route) -> Option<Route> {
    if told.table == RT_TABLE_LOCAL || told.flags & RTM_F_CLONED != 0 {
        return None;
    }
    let multicast = |(address, _): (IpAddr, u8)| address.is_multicast();
    if told.destination.is_some_and(multicast) {
        return None;
    }
    let several = told.next_hops.iter();
    let several = several.map(|hop| (hop.gateway, Some(hop.output_interface).filter(|index| *index != 0)));
    let mut hops: Vec<_> = several.collect();
    if hops.is_empty() && (told.gateway.is_some() || told.output_interface.is_some()) {
        hops.push((told.gateway, told.output_interface));
    }
    Some(Route {
        family: told.family,
        destination: told.destination,
        kind: told.kind,
        hops,
        table: told.table,
        protocol: told.protocol,
        metric: told.priority,
        source: told.preferred_source,
    })
}

#[cfg(test)]
mod tests {
    use netlink_raw::route::{Tun, Vxlan};

    use super::*;

    #[test]
    fn a_link_says_what_it_is() {
        let with = |kind: Option<Kind>| link(&route::Link { index: 7, kind, ..route::Link::default() });
        let said = |link: Link| (link.kind, link.notes.join(" "));
        assert_eq!(said(with(None)), ("device".into(), String::new()));
        let tap = Kind::Tun(Tun { mode: Some(TAP), owner: Some(1000), ..Tun::default() });
        assert_eq!(said(with(Some(tap))), ("tap".into(), "user 1000".into()));
        let group = Some("192.0.2.7".parse().expect("an address"));
        let vxlan = Kind::Vxlan(
            Vxlan { id: Some(42), group, port: Some(4789), link: Some(3), ..Vxlan::default() }.into(),
        );
        assert_eq!(said(with(Some(vxlan.clone()))), ("vxlan".into(), "id 42 to 192.0.2.7 port 4789".into()));
        assert_eq!(with(None).name, "if7");
        assert_eq!(leads_to(&route::Link { kind: Some(vxlan), ..route::Link::default() }), Some(3));
    }

    #[test]
    fn the_other_end_of_a_point_to_point_link_is_told_apart() {
        let ip = |text: &str| Some(text.parse().expect("an address"));
        let told = route::Address {
            prefix_len: 32,
            address: ip("10.0.0.2"),
            local: ip("10.0.0.1"),
            ..route::Address::default()
        };
        assert_eq!(address(&told).expect("an address").to_string(), "10.0.0.1 peer 10.0.0.2/32");
        let told = route::Address { prefix_len: 64, address: ip("fe80::1"), ..route::Address::default() };
        assert_eq!(address(&told).expect("an address").to_string(), "fe80::1/64");
    }

    #[test]
    fn the_kernels_own_routes_are_left_out() {
        let own = route::Route { table: 255, ..route::Route::default() };
        let group = Some(("ff00::".parse().expect("an address"), 8));
        let multicast = route::Route { destination: group, ..route::Route::default() };
        assert_eq!((route(&own), route(&multicast)), (None, None));
        assert!(route(&route::Route::default()).is_some());
    }
}
