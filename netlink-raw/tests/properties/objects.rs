//! Random objects, each of them valid.

use std::net::IpAddr;

use netlink_raw::kernel::{AF_BRIDGE, AF_INET, AF_INET6};
use netlink_raw::route::{
    Address, Bridge, BridgePort, Kind, Lifetime, Link, Neighbour, Netns, NextHop, Nsid, Route,
};
use netlink_raw::tc::{Action, Classifier, Discipline, Filter, Mirred, Police, Qdisc, Tbf, U32Key};
use netlink_raw::{HardwareAddress, Name};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn text(longest: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[^\\x00]{{0,{longest}}}")).unwrap()
}

fn name(longest: usize) -> impl Strategy<Value = Name> {
    text(longest).prop_map(Name::from)
}

fn hardware() -> impl Strategy<Value = HardwareAddress> {
    any::<[u8; 6]>().prop_map(HardwareAddress::from)
}

fn netns() -> impl Strategy<Value = Netns> {
    prop_oneof![(0..i32::MAX).prop_map(Netns::Fd), any::<u32>().prop_map(Netns::Pid)]
}

/// A link without a kind.
fn bare_link() -> BoxedStrategy<Link> {
    // The other decoder knows only some types of device.
    let device = proptest::sample::select(vec![0_u16, 1, 772]);
    let header = (1..u32::MAX, device, any::<u32>(), any::<u32>());
    let texts = (of(name(15)), of(name(60)), of(hardware()), of(hardware()));
    let numbers = (of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()));
    let more =
        (of(any::<u32>()), of(any::<u32>()), of(0..=6_u8), of(netns()), of(any::<i32>()), of(0..=3_u8));
    (header, texts, numbers, more)
        .prop_map(|(header, texts, numbers, more)| Link {
            index: header.0,
            device_type: header.1,
            flags: header.2,
            change: header.3,
            name: texts.0,
            alias: texts.1,
            address: texts.2,
            broadcast: texts.3,
            mtu: numbers.0,
            master: numbers.1,
            link: numbers.2,
            group: numbers.3,
            tx_queue_len: numbers.4,
            tx_queues: more.0,
            rx_queues: more.1,
            operstate: more.2,
            netns: more.3,
            link_netnsid: more.4,
            addr_gen_mode: more.5,
            ..Link::default()
        })
        .boxed()
}

fn bridge() -> BoxedStrategy<Bridge> {
    let times = (of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(0..=2_u32));
    let shorts = (of(any::<u16>()), of(any::<u16>()), of(any::<u16>()));
    let switches = proptest::array::uniform6(of(any::<bool>()));
    (times, shorts, switches)
        .prop_map(|(times, shorts, switches)| Bridge {
            forward_delay: times.0,
            hello_time: times.1,
            max_age: times.2,
            ageing_time: times.3,
            stp_state: times.4,
            priority: shorts.0,
            group_forward_mask: shorts.1,
            vlan_default_pvid: shorts.2,
            vlan_filtering: switches[0],
            multicast_snooping: switches[1],
            multicast_querier: switches[2],
            nf_call_iptables: switches[3],
            nf_call_ip6tables: switches[4],
            nf_call_arptables: switches[5],
            ..Bridge::default()
        })
        .boxed()
}

fn port() -> BoxedStrategy<BridgePort> {
    let numbers = (of(0..=4_u8), of(any::<u16>()), of(any::<u32>()));
    let switches = proptest::array::uniform12(of(any::<bool>()));
    (numbers, switches)
        .prop_map(|(numbers, switches)| BridgePort {
            state: numbers.0,
            priority: numbers.1,
            cost: numbers.2,
            hairpin: switches[0],
            guard: switches[1],
            root_block: switches[2],
            fast_leave: switches[3],
            learning: switches[4],
            unicast_flood: switches[5],
            multicast_flood: switches[6],
            broadcast_flood: switches[7],
            proxy_arp: switches[8],
            neighbour_suppress: switches[9],
            isolated: switches[10],
            locked: switches[11],
            ..BridgePort::default()
        })
        .boxed()
}

/// A kind of which others know the data too.
fn known_kind() -> BoxedStrategy<Kind> {
    prop_oneof![
        of(bare_link().prop_map(Box::new)).prop_map(|peer| Kind::Veth { peer }),
        bridge().prop_map(|bridge| Kind::Bridge(bridge.into())),
        crate::kinds::kind(),
    ]
    .boxed()
}

fn any_kind() -> BoxedStrategy<Kind> {
    let data = proptest::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        known_kind(),
        crate::kinds::whole_kind(),
        crate::bridges::bridge(bridge()).prop_map(|bridge| Kind::Bridge(bridge.into())),
        // Of a kind that nothing here knows, so that these need not be attributes.
        data.prop_map(|data| Kind::Other { name: "nlmon".into(), data })
    ]
    .boxed()
}

/// A link with what others do not read.
fn whole_link() -> BoxedStrategy<Link> {
    let states = (of(0..3_u8), of(any::<bool>()), of(any::<bool>()), of(any::<(u32, u32)>()));
    let sizes = (of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()), of(name(20)));
    (bare_link(), states, sizes)
        .prop_map(|(link, states, sizes)| Link {
            link_mode: states.0,
            carrier: states.1,
            proto_down: states.2,
            proto_down_reason: states.3,
            gso_max_size: sizes.0,
            gso_max_segs: sizes.1,
            gro_max_size: sizes.2,
            new_index: sizes.3,
            parent_device: sizes.4,
            ..link
        })
        .boxed()
}

/// A link with a kind that `kind` makes, to be created or set.
fn link_of(
    link: BoxedStrategy<Link>,
    kind: impl Strategy<Value = Kind> + 'static,
    port: BoxedStrategy<BridgePort>,
) -> BoxedStrategy<Link> {
    (link, kind, of(port)).prop_map(|(link, kind, port)| Link { kind: Some(kind), port, ..link }).boxed()
}

/// A link with any kind.
pub(crate) fn link() -> BoxedStrategy<Link> {
    link_of(whole_link(), any_kind(), crate::bridges::port(port()))
}

/// A link with other names.
pub(crate) fn named_link() -> impl Strategy<Value = Link> {
    (1..u32::MAX, vec(name(127), 0..4)).prop_map(|(index, alternative_names)| Link {
        index,
        alternative_names,
        ..Link::default()
    })
}

/// A link with a kind of which others know the data too.
pub(crate) fn known_link() -> BoxedStrategy<Link> {
    link_of(bare_link(), known_kind(), port())
}

/// An address that others read.
pub(crate) fn known_address() -> impl Strategy<Value = Address> {
    let header = (any::<u32>(), any::<u8>(), any::<u8>(), any::<u32>(), of(text(15)));
    let four = (any::<[u8; 4]>(), of(any::<[u8; 4]>()), of(any::<[u8; 4]>()))
        .prop_map(|(a, b, c)| (IpAddr::from(a), b.map(IpAddr::from), c.map(Into::into)));
    let six = (any::<[u8; 16]>(), of(any::<[u8; 16]>()))
        .prop_map(|(a, b)| (IpAddr::from(a), b.map(IpAddr::from), None));
    (header, prop_oneof![four, six]).prop_map(|(header, addresses)| Address {
        index: header.0,
        prefix_len: header.1,
        scope: header.2,
        flags: header.3,
        label: header.4,
        local: Some(addresses.0),
        address: addresses.1,
        broadcast: addresses.2,
        ..Address::default()
    })
}

/// An address.
pub(crate) fn address() -> impl Strategy<Value = Address> {
    let lifetime = any::<(u32, u32)>().prop_map(|(valid, preferred)| Lifetime { valid, preferred });
    (known_address(), of(ip_of(AF_INET)), of(any::<u32>()), of(lifetime))
        .prop_map(|(address, anycast, metric, lifetime)| Address { anycast, metric, lifetime, ..address })
}

fn ip_of(family: u8) -> BoxedStrategy<IpAddr> {
    if family == AF_INET {
        any::<[u8; 4]>().prop_map(IpAddr::from).boxed()
    } else {
        any::<[u8; 16]>().prop_map(IpAddr::from).boxed()
    }
}

/// An address of either family.
pub(crate) fn ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![ip_of(AF_INET), ip_of(AF_INET6)]
}

fn next_hop() -> impl Strategy<Value = NextHop> {
    (of(ip()), any::<u32>(), any::<u8>(), any::<u8>(), of(any::<u32>())).prop_map(
        |(gateway, output_interface, hops, flags, realms)| NextHop {
            gateway,
            output_interface,
            hops,
            flags,
            realms,
        },
    )
}

/// A route.
pub(crate) fn route() -> impl Strategy<Value = Route> {
    prop_oneof![Just(AF_INET), Just(AF_INET6)].prop_flat_map(|family| {
        let header = (any::<u32>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u32>());
        let links = (of(any::<u32>()), of(any::<u32>()));
        let addresses = (of((ip_of(family), any::<u8>())), of(ip()), of(ip_of(family)));
        let numbers = (
            any::<u8>(),
            of(any::<u32>()),
            of(any::<u32>()),
            of(any::<u32>()),
            of(any::<u32>()),
            of(any::<u32>()),
            of(any::<u8>()),
            of(any::<u32>()),
        );
        let metrics = (vec((1_u16..=15, any::<u32>()), 0..4), of(text(15)), vec(next_hop(), 0..4));
        let source = of((ip_of(family), any::<u8>()));
        let packet = (of(any::<u8>()), of(any::<u16>()), of(any::<u16>()), of(any::<bool>()));
        let more = (numbers, metrics, source, packet);
        (header, links, addresses, more).prop_map(
            move |(header, links, addresses, (numbers, metrics, source, packet))| Route {
                family,
                source,
                tos: numbers.0,
                input_interface: numbers.1,
                mark: numbers.2,
                user: numbers.3,
                next_hop_id: numbers.4,
                realms: numbers.5,
                preference: numbers.6,
                expires: numbers.7,
                ip_protocol: packet.0,
                source_port: packet.1,
                destination_port: packet.2,
                ttl_propagate: packet.3,
                metrics: metrics.0,
                congestion: metrics.1,
                next_hops: metrics.2,
                table: header.0,
                protocol: header.1,
                scope: header.2,
                kind: header.3,
                flags: header.4,
                output_interface: links.0,
                priority: links.1,
                destination: addresses.0,
                gateway: addresses.1,
                preferred_source: addresses.2,
            },
        )
    })
}

/// An entry of a neighbour table or a forwarding database.
pub(crate) fn neighbour() -> impl Strategy<Value = Neighbour> {
    (known_neighbour(), of(any::<u8>()), of(any::<u32>()))
        .prop_map(|(entry, protocol, more_flags)| Neighbour { protocol, more_flags, ..entry })
}

/// An entry that others read.
pub(crate) fn known_neighbour() -> impl Strategy<Value = Neighbour> {
    prop_oneof![Just(AF_INET), Just(AF_INET6), Just(AF_BRIDGE)].prop_flat_map(|family| {
        let header = (any::<u32>(), any::<u16>(), any::<u8>(), any::<u8>(), of(hardware()));
        let numbers =
            (of(any::<u16>()), of(any::<u16>()), of(any::<u32>()), of(any::<u32>()), of(any::<u32>()));
        let destination = if family == AF_BRIDGE { ip().boxed() } else { ip_of(family) };
        (header, numbers, of(destination)).prop_map(move |(header, numbers, destination)| Neighbour {
            family,
            index: header.0,
            state: header.1,
            flags: header.2,
            kind: header.3,
            link_address: header.4,
            vlan: numbers.0,
            port: numbers.1,
            vni: numbers.2,
            output_interface: numbers.3,
            master: numbers.4,
            destination,
            ..Neighbour::default()
        })
    })
}

/// A namespace and its number.
pub(crate) fn nsid() -> impl Strategy<Value = Nsid> {
    let numbers = (any::<i32>(), of(any::<i32>()));
    (numbers, netns()).prop_map(|((id, target), netns)| Nsid {
        id: Some(id),
        netns: Some(netns),
        target,
        current: None,
    })
}

/// A queueing discipline.
pub(crate) fn qdisc() -> impl Strategy<Value = Qdisc> {
    let tbf = (1..u64::MAX, any::<u32>(), any::<u32>())
        .prop_map(|(rate, burst, limit)| Discipline::Tbf(Tbf { rate, burst, limit }));
    let discipline = prop_oneof![tbf, Just(Discipline::Ingress), Just(Discipline::Clsact)];
    let header = (any::<u32>(), any::<u32>(), any::<u32>());
    (header, of(discipline)).prop_map(|((index, handle, parent), discipline)| Qdisc {
        index,
        handle,
        parent,
        discipline,
    })
}

/// A filter.
pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let key = (any::<u32>(), any::<u32>(), any::<i32>()).prop_map(|(mask, value, offset)| U32Key {
        mask,
        value,
        offset,
    });
    let keys = proptest::collection::vec(key, 0..4).prop_map(Classifier::U32);
    let mirred = (any::<u32>(), any::<bool>(), any::<bool>())
        .prop_map(|(index, incoming, copy)| Action::Mirred(Mirred { index, incoming, copy }));
    // Bursts that the ticks hold exactly: whole microseconds, of 64 ns ticks.
    let police = (1..5000_u32, 0..5_u32, of(0..5_u32)).prop_map(|(milliseconds, exceeding, conforming)| {
        Action::Police(Police { rate: 1_000_000, burst: milliseconds * 1000, exceeding, conforming })
    });
    let actions = proptest::collection::vec(prop_oneof![mirred, police], 0..3);
    let header = (any::<u32>(), any::<u32>(), any::<u32>(), any::<u16>(), any::<u16>());
    let classifier = prop_oneof![Just(Classifier::Matchall), keys];
    (header, classifier, of(any::<u32>()), actions).prop_map(|(header, classifier, class, actions)| Filter {
        index: header.0,
        parent: header.1,
        handle: header.2,
        priority: header.3,
        protocol: header.4,
        classifier: Some(classifier),
        class,
        actions,
    })
}
