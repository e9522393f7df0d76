//! Routes as `netlink-packet-route` reads them.

use std::net::IpAddr;

use netlink_packet_core::Nla;
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteMetric, RouteNextHop, RouteRealm, RouteVia,
};
use netlink_raw::route::{NextHop, Route};

fn ip(address: RouteAddress) -> IpAddr {
    match address {
        RouteAddress::Inet(four) => four.into(),
        RouteAddress::Inet6(six) => six.into(),
        other => panic!("{other:?}"),
    }
}

fn via(gateway: RouteVia) -> IpAddr {
    match gateway {
        RouteVia::Inet(four) => four.into(),
        RouteVia::Inet6(six) => six.into(),
        other => panic!("{other:?}"),
    }
}

fn realms(realm: RouteRealm) -> u32 {
    u32::from(realm.source) << 16 | u32::from(realm.destination)
}

/// The number and the value of a metric that is a number.
fn metric(metric: &RouteMetric) -> (u16, u32) {
    let mut value = [0; 4];
    assert_eq!(metric.value_len(), value.len(), "{metric:?}");
    metric.emit_value(&mut value);
    (metric.kind(), u32::from_ne_bytes(value))
}

fn next_hop(hop: RouteNextHop) -> NextHop {
    let mut found = NextHop {
        output_interface: hop.interface_index,
        hops: hop.hops,
        flags: hop.flags.bits(),
        ..NextHop::default()
    };
    for attribute in hop.attributes {
        match attribute {
            RouteAttribute::Gateway(address) => found.gateway = Some(ip(address)),
            RouteAttribute::Via(address) => found.gateway = Some(via(address)),
            RouteAttribute::Realm(realm) => found.realms = Some(realms(realm)),
            other => panic!("{other:?}"),
        }
    }
    found
}

/// The route that `message` tells of.
pub(crate) fn route(message: RouteMessage) -> Route {
    let header = message.header;
    let mut route = Route {
        family: header.address_family.into(),
        tos: header.tos,
        table: header.table.into(),
        protocol: header.protocol.into(),
        scope: header.scope.into(),
        kind: header.kind.into(),
        flags: header.flags.bits(),
        ..Route::default()
    };
    for attribute in message.attributes {
        match attribute {
            RouteAttribute::Destination(address) => {
                route.destination = Some((ip(address), header.destination_prefix_length));
            }
            RouteAttribute::Source(address) => {
                route.source = Some((ip(address), header.source_prefix_length));
            }
            RouteAttribute::Gateway(address) => route.gateway = Some(ip(address)),
            RouteAttribute::Via(address) => route.gateway = Some(via(address)),
            RouteAttribute::PrefSource(address) => route.preferred_source = Some(ip(address)),
            RouteAttribute::Oif(index) => route.output_interface = Some(index),
            RouteAttribute::Iif(index) => route.input_interface = Some(index),
            RouteAttribute::Priority(priority) => route.priority = Some(priority),
            RouteAttribute::Table(table) => route.table = table,
            RouteAttribute::Mark(mark) => route.mark = Some(mark),
            RouteAttribute::Uid(user) => route.user = Some(user),
            RouteAttribute::NhId(id) => route.next_hop_id = Some(id),
            RouteAttribute::Realm(realm) => route.realms = Some(realms(realm)),
            RouteAttribute::Preference(preference) => route.preference = Some(preference.into()),
            RouteAttribute::IpProto(protocol) => route.ip_protocol = Some(protocol),
            RouteAttribute::Sport(port) => route.source_port = Some(port),
            RouteAttribute::Dport(port) => route.destination_port = Some(port),
            RouteAttribute::TtlPropagate(propagate) => route.ttl_propagate = Some(u8::from(propagate) != 0),
            RouteAttribute::Expires(seconds) => route.expires = Some(seconds),
            RouteAttribute::Metrics(metrics) => {
                for each in metrics {
                    match each {
                        RouteMetric::CcAlgo(name) => route.congestion = Some(name),
                        number => route.metrics.push(metric(&number)),
                    }
                }
            }
            RouteAttribute::MultiPath(hops) => {
                route.next_hops = hops.into_iter().map(next_hop).collect();
            }
            other => panic!("{other:?}"),
        }
    }
    route
}
