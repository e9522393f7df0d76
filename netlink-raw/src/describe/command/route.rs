//! `ip route`.

use std::net::IpAddr;

use super::address::scope;
use super::found::{self, Found};
use super::{Words, last_word, link_name, verb};
use crate::Decode;
use crate::describe::Names;
use crate::describe::shape::known;
#[allow(clippy::wildcard_imports, reason = "forty names")]
use crate::kernel::*;
use crate::route::Route;
use crate::wire::Message;

/// The attributes that have words here.
const KNOWN: &[u16] = &[
    RTA_DST,
    RTA_SRC,
    RTA_IIF,
    RTA_OIF,
    RTA_GATEWAY,
    RTA_PRIORITY,
    RTA_PREFSRC,
    RTA_METRICS,
    RTA_MULTIPATH,
    RTA_FLOW,
    RTA_TABLE,
    RTA_MARK,
    RTA_VIA,
    RTA_PREF,
    RTA_EXPIRES,
    RTA_UID,
    RTA_TTL_PROPAGATE,
    RTA_IP_PROTO,
    RTA_SPORT,
    RTA_DPORT,
    RTA_NH_ID,
];

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let route = Route::decode(message).ok()?;
    // Labels and multicast have families and words of their own.
    matches!(route.family, AF_UNSPEC | AF_INET | AF_INET6).then_some(())?;
    found::knows::<12>(message, KNOWN)?;
    let program = if route.family == AF_INET6 { "ip -6 route" } else { "ip route" };
    let mut words = Words::new(program);
    match message.header.kind {
        RTM_GETROUTE => match route.destination {
            Some((address, _)) => get(&route, address, message, &mut words, names)?,
            None => return Some(show(&route, message, names)),
        },
        RTM_DELROUTE => {
            words.word("del");
            change(&route, &mut words, &Usual::when_deleting(), names)?;
        }
        _ => {
            words.word(verb(message.header.flags));
            change(&route, &mut words, &Usual::when_adding(&route), names)?;
            let found = Found::of(message.split::<12>("route").ok()?.1)?;
            if let Some(propagate) = found.u8(RTA_TTL_PROPAGATE) {
                words.option("ttl-propagate", if propagate == 0 { "disabled" } else { "enabled" });
            }
        }
    }
    Some(words)
}

/// `ip route get`.
fn get(
    route: &Route,
    address: IpAddr,
    message: &Message<'_>,
    words: &mut Words,
    names: &dyn Names,
) -> Option<()> {
    words.word("get");
    match route.flags & !RTM_F_LOOKUP_TABLE {
        0 => {}
        RTM_F_FIB_MATCH => words.word("fibmatch"),
        _ => return None,
    }
    words.word(&address.to_string());
    words.some("from", route.source.map(|(source, _)| source));
    words.some("iif", route.input_interface.map(|index| link_name(index, names)));
    words.some("oif", route.output_interface.map(|index| link_name(index, names)));
    if route.tos != 0 {
        words.option("tos", format!("{:#x}", route.tos));
    }
    words.some("mark", route.mark.map(|mark| format!("{mark:#x}")));
    words.some("uid", route.user);
    let found = Found::of(message.split::<12>("route").ok()?.1)?;
    words.some("ipproto", found.u8(RTA_IP_PROTO).map(crate::nft::types::protocol));
    words.some("sport", found.u16_be(RTA_SPORT));
    words.some("dport", found.u16_be(RTA_DPORT));
    Some(())
}

/// `ip route show`, of the one table that the kernel is asked for, if it is asked for one.
fn show(route: &Route, message: &Message<'_>, names: &dyn Names) -> Words {
    let asked = message.split::<12>("route").ok().into_iter().flat_map(|(_, attributes)| attributes);
    let table = asked.map_while(Result::ok).find(|attribute| attribute.kind == RTA_TABLE);
    let table = table.and_then(|attribute| attribute.u32().ok()).unwrap_or(0);
    let program = match (route.family, table) {
        (AF_INET6, _) => "ip -6 route show",
        (AF_INET, 0) => "ip -4 route show",
        _ => "ip route show",
    };
    let mut words = Words::new(program);
    match table {
        0 => words.word("table all"),
        RT_TABLE_MAIN => {}
        table => words.option("table", named(table, known(ROUTE_TABLES, table))),
    }
    words.some("dev", route.output_interface.map(|index| link_name(index, names)));
    words
}

/// Realms, from and to, as `ip` writes them.
pub(super) fn realms(realms: u32) -> String {
    match (realms >> 16, realms & 0xffff) {
        (0, to) => to.to_string(),
        (from, to) => format!("{from}/{to}"),
    }
}

/// `RTAX_*`, the words for them, and how many of the kernel's units are a millisecond (0: it is no time).
const METRICS: [(u16, &str, u32); 15] = [
    (RTAX_MTU, "mtu", 0),
    (RTAX_WINDOW, "window", 0),
    (RTAX_RTT, "rtt", 8),
    (RTAX_RTTVAR, "rttvar", 4),
    (RTAX_SSTHRESH, "ssthresh", 0),
    (RTAX_CWND, "cwnd", 0),
    (RTAX_ADVMSS, "advmss", 0),
    (RTAX_REORDERING, "reordering", 0),
    (RTAX_HOPLIMIT, "hoplimit", 0),
    (RTAX_INITCWND, "initcwnd", 0),
    (RTAX_RTO_MIN, "rto_min", 1),
    (RTAX_INITRWND, "initrwnd", 0),
    (RTAX_QUICKACK, "quickack", 0),
    (RTAX_FASTOPEN_NO_COOKIE, "fastopen_no_cookie", 0),
    (RTAX_FEATURES, "features", 0),
];

/// What holds for connections over it. Those that the kernel may not change are in a mask of their own.
fn metrics(route: &Route, words: &mut Words) -> Option<()> {
    let mask = route.metrics.iter().find(|(kind, _)| *kind == RTAX_LOCK).map_or(0, |(_, mask)| *mask);
    // `ip` locks the round-trip times that it is told in milliseconds.
    for (kind, value) in route.metrics.iter().filter(|(kind, _)| *kind != RTAX_LOCK) {
        let (_, word, unit) = METRICS.iter().find(|(known, ..)| known == kind)?;
        words.word(word);
        let locked = u16::try_from(mask.checked_shr((*kind).into()).unwrap_or_default() & 1).ok()? == 1;
        if locked && *kind != RTAX_RTO_MIN {
            words.word("lock");
        }
        match (*kind, unit) {
            (RTAX_FEATURES, _) if *value == 1 => words.word("ecn"),
            (RTAX_FEATURES, _) => return None,
            (_, 0) => words.word(&value.to_string()),
            (_, unit) if value % unit == 0 => words.word(&format!("{}ms", value / unit)),
            _ => return None,
        }
    }
    words.some("congctl", route.congestion.as_ref());
    Some(())
}

fn next_hops(route: &Route, words: &mut Words, names: &dyn Names) -> Option<()> {
    for hop in &route.next_hops {
        words.word("nexthop");
        match hop.gateway {
            Some(gateway @ IpAddr::V6(_)) if route.family == AF_INET => words.option("via inet6", gateway),
            gateway => words.some("via", gateway),
        }
        if hop.output_interface != 0 {
            words.option("dev", link_name(hop.output_interface, names));
        }
        if hop.hops != 0 {
            words.option("weight", u32::from(hop.hops) + 1);
        }
        words.some("realms", hop.realms.map(realms));
        match u32::from(hop.flags) {
            0 => {}
            RTNH_F_ONLINK => words.word("onlink"),
            _ => return None,
        }
    }
    Some(())
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
            RTN_UNICAST | RTN_UNSPEC
                if route.gateway.is_none() && route.next_hops.is_empty() && route.next_hop_id.is_none() =>
            {
                RT_SCOPE_LINK
            }
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
    words.some("from", route.source.map(|(source, length)| format!("{source}/{length}")));
    if route.tos != 0 {
        words.option("tos", format!("{:#x}", route.tos));
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
    words.some("nhid", route.next_hop_id);
    words.some("realms", route.realms.map(realms));
    if let Some(preference) = route.preference {
        words.option(
            "pref",
            match preference {
                0 => "medium",
                1 => "high",
                3 => "low",
                _ => return None,
            },
        );
    }
    words.some("expires", route.expires);
    metrics(route, words)?;
    next_hops(route, words, names)?;
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
