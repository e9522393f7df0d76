//! `ip route`.

use std::net::IpAddr;

use super::address::scope;
use super::{Words, last_word, link_name, verb};
use crate::Decode;
use crate::describe::Names;
use crate::describe::shape::known;
use crate::kernel::{
    AF_INET, AF_INET6, ROUTE_KINDS, ROUTE_PROTOCOLS, ROUTE_TABLES, RT_SCOPE_HOST, RT_SCOPE_LINK,
    RT_SCOPE_NOWHERE, RT_SCOPE_UNIVERSE, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTM_DELROUTE, RTM_GETROUTE,
    RTN_ANYCAST, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST, RTN_NAT, RTN_UNICAST, RTN_UNSPEC, RTNH_F_ONLINK,
    RTPROT_BOOT, RTPROT_UNSPEC,
};
use crate::route::Route;
use crate::wire::Message;

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let route = Route::decode(message).ok()?;
    let program = match (route.family, message.header.kind) {
        (AF_INET6, _) => "ip -6 route",
        (AF_INET, RTM_GETROUTE) => "ip -4 route",
        _ => "ip route",
    };
    let mut words = Words::new(program);
    match message.header.kind {
        RTM_GETROUTE => match route.destination {
            Some((address, _)) => words.option("get", address),
            None => words.word("show table all"),
        },
        RTM_DELROUTE => {
            words.word("del");
            change(&route, &mut words, &Usual::when_deleting(), names)?;
        }
        _ => {
            words.word(verb(message.header.flags));
            change(&route, &mut words, &Usual::when_adding(&route), names)?;
        }
    }
    Some(words)
}

/// What `ip` sends of what it is not told, besides the table.
struct Usual {
    kind: u8,
    protocol: u8,
    scope: u8,
}

impl Usual {
    const fn when_deleting() -> Self {
        Self { kind: RTN_UNSPEC, protocol: RTPROT_UNSPEC, scope: RT_SCOPE_NOWHERE }
    }

    const fn when_adding(route: &Route) -> Self {
        let scope = match route.kind {
            _ if route.family == AF_INET6 => RT_SCOPE_UNIVERSE,
            RTN_LOCAL | RTN_NAT => RT_SCOPE_HOST,
            RTN_BROADCAST | RTN_MULTICAST | RTN_ANYCAST => RT_SCOPE_LINK,
            RTN_UNICAST | RTN_UNSPEC if route.gateway.is_none() => RT_SCOPE_LINK,
            _ => RT_SCOPE_UNIVERSE,
        };
        Self { kind: RTN_UNICAST, protocol: RTPROT_BOOT, scope }
    }
}

fn change(route: &Route, words: &mut Words, usual: &Usual, names: &dyn Names) -> Option<()> {
    if route.kind != usual.kind {
        words.word(&last_word(known(ROUTE_KINDS, route.kind)?));
    }
    match route.destination {
        // `ip` sends the address of an IPv6 default route, and none of an IPv4 one.
        Some((address, length)) if length != 0 || !address.is_unspecified() => {
            words.word(&format!("{address}/{length}"));
        }
        _ => words.word("default"),
    }
    match route.gateway {
        Some(gateway @ IpAddr::V6(_)) if route.family == AF_INET => words.option("via inet6", gateway),
        Some(gateway @ IpAddr::V4(_)) if route.family == AF_INET6 => words.option("via inet", gateway),
        gateway => words.some("via", gateway),
    }
    words.some("dev", route.output_interface.map(|index| link_name(index, names)));
    words.some("src", route.preferred_source);
    words.some("metric", route.priority);
    let local = matches!(route.kind, RTN_LOCAL | RTN_BROADCAST | RTN_NAT | RTN_ANYCAST);
    if route.table != if local { RT_TABLE_LOCAL } else { RT_TABLE_MAIN } {
        words.option("table", named(route.table, known(ROUTE_TABLES, route.table)));
    }
    if route.protocol != usual.protocol {
        words.option("proto", protocol(route.protocol));
    }
    if route.scope != usual.scope {
        words.option("scope", scope(route.scope));
    }
    match route.flags {
        0 => {}
        RTNH_F_ONLINK => words.word("onlink"),
        _ => return None,
    }
    Some(())
}

/// What `ip` calls who made a route.
pub(super) fn protocol(protocol: u8) -> String {
    named(protocol.into(), known(ROUTE_PROTOCOLS, protocol))
}

fn named(number: u32, name: Option<&str>) -> String {
    name.map_or_else(|| number.to_string(), last_word)
}
