//! Kinds of link, ports of a bridge, and traffic control.

use netlink_raw::kernel::{
    IN6_ADDR_GEN_MODE_NONE, MACVLAN_FLAG_NODST, MACVLAN_MODE_PRIVATE, TC_H_INGRESS, TC_H_ROOT,
};
use netlink_raw::route::{Bridge, BridgePort, Ipvlan, Kind, Link, Macvlan, SpanningTree, Tun, Vlan, Vxlan};
use netlink_raw::tc::{Action, Classifier, Discipline, Filter, Mirred, Qdisc, Tbf};
use netlink_raw::{Error, Socket};

use super::{bridge, find, inside, named, pair};

/// Where the filters of the ingress qdisc stand.
const INGRESS: u32 = 0xffff_0000;

/// The kernel brings no peer up while it makes the pair.
fn down(name: &str) -> Link {
    Link { name: Some(name.into()), ..Link::default() }
}

fn on(link: u32, name: &str, kind: Kind) -> Link {
    Link { link: Some(link), kind: Some(kind), ..named(name) }
}

#[test]
fn kinds_are_made_and_read_back() {
    if !inside("kinds::kinds_are_made_and_read_back") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[pair("vethA", down("vethB")).create().unwrap()]).unwrap();
    let below = find(&mut socket, "vethA").index;
    let macvlan = Macvlan {
        mode: Some(MACVLAN_MODE_PRIVATE),
        flags: Some(MACVLAN_FLAG_NODST),
        broadcast_queue_len: Some(321),
        sources: None,
    };
    let vxlan = Vxlan {
        id: Some(4242),
        group: Some("192.0.2.7".parse().unwrap()),
        local: Some("192.0.2.1".parse().unwrap()),
        link: Some(below),
        ttl: Some(9),
        port: Some(4789),
        learning: Some(false),
        ageing: Some(77),
        ..Vxlan::default()
    };
    let vxlan_link = Link { kind: Some(Kind::Vxlan(vxlan.clone().into())), ..named("vx0") };
    let requests = [
        on(below, "mv0", Kind::Macvlan(macvlan.clone())).create().unwrap(),
        vxlan_link.create().unwrap(),
        Link { kind: Some(Kind::Ifb), ..named("ifb7") }.create().unwrap(),
        Link { addr_gen_mode: Some(IN6_ADDR_GEN_MODE_NONE), ..named("mv0") }.set().unwrap(),
    ];
    socket.execute(&requests).unwrap();
    let found = find(&mut socket, "mv0");
    assert_eq!((found.link, found.addr_gen_mode), (Some(below), Some(IN6_ADDR_GEN_MODE_NONE)));
    assert_eq!(found.kind, Some(Kind::Macvlan(macvlan)));
    assert_eq!(find(&mut socket, "ifb7").kind, Some(Kind::Ifb));
    let Some(Kind::Vxlan(found)) = find(&mut socket, "vx0").kind else { panic!("no vxlan") };
    let asked = |vxlan: &Vxlan| (vxlan.id, vxlan.group, vxlan.local, vxlan.link, vxlan.ttl, vxlan.port);
    assert_eq!(asked(&found), asked(&vxlan));
    assert_eq!((found.learning, found.ageing), (Some(false), Some(77)));
}

/// Kernels without these kinds say so, and in no other way.
#[test]
fn kinds_that_this_kernel_lacks_are_not_supported() {
    if !inside("kinds::kinds_that_this_kernel_lacks_are_not_supported") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[pair("vethA", down("vethB")).create().unwrap()]).unwrap();
    let below = find(&mut socket, "vethA").index;
    let kinds = [
        Kind::Ipvlan(Ipvlan { mode: Some(0), flags: Some(0) }),
        Kind::Vlan(Vlan { id: Some(100), ..Vlan::default() }),
        Kind::Dummy,
    ];
    for kind in kinds {
        let below = (kind != Kind::Dummy).then_some(below);
        let link = Link { link: below, kind: Some(kind.clone()), ..named("x0") };
        match socket.execute(&[link.create().unwrap()]) {
            Ok(()) => {
                let found = find(&mut socket, "x0");
                assert_eq!(found.kind.as_ref().map(Kind::name), Some(kind.name()));
                socket.execute(&[found.delete().unwrap()]).unwrap();
            }
            Err(Error::Kernel { errno: 95, .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_tap_is_told() {
    if !inside("kinds::a_tap_is_told") {
        return;
    }
    let made = std::process::Command::new("ip")
        .args(["tuntap", "add", "tap0", "mode", "tap", "user", "1000", "multi_queue"])
        .status();
    assert!(made.unwrap().success());
    let mut socket = Socket::route().unwrap();
    let Some(Kind::Tun(tun)) = find(&mut socket, "tap0").kind else { panic!("no tun") };
    let expected = Tun {
        owner: Some(1000),
        mode: Some(2),
        packet_information: Some(false),
        vnet_header: Some(false),
        persist: Some(true),
        multi_queue: Some(true),
        queues: Some(0),
        disabled_queues: Some(0),
        ..Tun::default()
    };
    assert_eq!(tun, expected);
    let refused = Link { kind: Some(Kind::Tun(tun)), ..named("tap1") }.create();
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

#[test]
fn all_settings_of_a_bridge_and_its_port_are_set_while_it_runs() {
    if !inside("kinds::all_settings_of_a_bridge_and_its_port_are_set_while_it_runs") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap(), pair("p0", down("q0")).create().unwrap()]).unwrap();
    let master = find(&mut socket, "br0").index;
    let settings = Bridge {
        forward_delay: Some(400),
        hello_time: Some(100),
        max_age: Some(700),
        ageing_time: Some(12_300),
        stp_state: Some(1),
        priority: Some(4096),
        multicast_snooping: Some(false),
        ..Bridge::default()
    };
    let port = BridgePort {
        cost: Some(17),
        priority: Some(9),
        hairpin: Some(true),
        isolated: Some(true),
        learning: Some(false),
        unicast_flood: Some(false),
        multicast_flood: Some(false),
        broadcast_flood: Some(false),
        ..BridgePort::default()
    };
    socket
        .execute(&[
            Link { master: Some(master), ..named("p0") }.set().unwrap(),
            Link { index: master, kind: Some(Kind::Bridge(settings.clone().into())), ..Link::default() }
                .set()
                .unwrap(),
            Link { port: Some(port.clone()), ..named("p0") }.set().unwrap(),
        ])
        .unwrap();
    let Some(Kind::Bridge(found)) = find(&mut socket, "br0").kind else { panic!("no bridge") };
    let all = found.words();
    for word in settings.words() {
        assert!(all.contains(&word), "{word:?} is not in {all:?}");
    }
    let all = find(&mut socket, "p0").port.unwrap().words();
    for word in port.words() {
        assert!(all.contains(&word), "{word:?} is not in {all:?}");
    }
}

#[test]
fn a_spanning_tree_is_told() {
    if !inside("kinds::a_spanning_tree_is_told") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap(), pair("p0", down("q0")).create().unwrap()]).unwrap();
    let master = find(&mut socket, "br0").index;
    let settings = Bridge { stp_state: Some(1), priority: Some(0x1234), ..Bridge::default() };
    socket
        .execute(&[
            Link { kind: Some(Kind::Bridge(settings.into())), ..named("br0") }.set().unwrap(),
            Link { master: Some(master), ..named("p0") }.set().unwrap(),
        ])
        .unwrap();
    let mut tell = |name: &str| socket.get::<SpanningTree>(&named(name).get().unwrap()).unwrap();
    let (told, port) = (tell("br0"), tell("p0"));
    let (tree, id) = (told.bridge.unwrap(), port.link.address.unwrap());
    assert_eq!((tree.bridge_id.priority, &tree.bridge_id.address[..]), (0x1234, &id[..]));
    assert_eq!((tree.root_id, tree.root_port, tree.root_path_cost), (tree.bridge_id, 0, 0));
    assert_eq!((told.port, port.bridge), (None, None));
    let port = port.port.unwrap();
    assert_eq!((port.number, port.id, port.designated_port), (1, 0x8001, 0x8001));
    assert_eq!((port.bridge_id, port.root_id), (tree.bridge_id, tree.bridge_id));
    assert_eq!(tell("q0").port, None);
}

#[test]
fn traffic_control_is_set_and_read() {
    if !inside("kinds::traffic_control_is_set_and_read") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    let ifb = Link { kind: Some(Kind::Ifb), ..named("ifb7") };
    socket.execute(&[pair("vethA", down("vethB")).create().unwrap(), ifb.create().unwrap()]).unwrap();
    let (index, ifb) = (find(&mut socket, "vethA").index, find(&mut socket, "ifb7").index);
    let tbf = Tbf { rate: 2_500_000, burst: 62_500, limit: 250_000 };
    let wide = Tbf { rate: 12_500_000_000, burst: 12_500_000, limit: 80_000_000 };
    let redirect = Filter {
        index,
        parent: INGRESS,
        priority: 1,
        classifier: Some(Classifier::every()),
        actions: vec![Action::Mirred(Mirred { index: ifb, incoming: false, copy: false })],
        ..Filter::default()
    };
    socket
        .execute(&[
            Qdisc::root(index, Discipline::Tbf(tbf)).add().unwrap(),
            Qdisc::root(ifb, Discipline::Tbf(wide)).replace().unwrap(),
            Qdisc::ingress(index).add().unwrap(),
            redirect.add().unwrap(),
        ])
        .unwrap();
    let all: Vec<Qdisc> = socket.dump(&Qdisc::dump().unwrap()).unwrap();
    let at = |index, parent| {
        let found = all.iter().find(|qdisc| qdisc.index == index && qdisc.parent == parent);
        found.unwrap_or_else(|| panic!("{all:?}")).discipline.clone()
    };
    assert_eq!(at(index, TC_H_ROOT), Some(Discipline::Tbf(tbf)));
    // The kernel tells the burst as the time it takes, in ticks.
    let Some(Discipline::Tbf(found)) = at(ifb, TC_H_ROOT) else { panic!("{all:?}") };
    assert_eq!(Tbf { burst: wide.burst, ..found }, wide);
    assert!(found.burst.abs_diff(wide.burst) < wide.burst / 1000, "{found:?}");
    assert_eq!(at(index, TC_H_INGRESS), Some(Discipline::Ingress));
    let filters: Vec<Filter> = socket.dump(&Filter::dump(index, INGRESS).unwrap()).unwrap();
    let found = filters.iter().find(|filter| !filter.actions.is_empty()).unwrap();
    assert_eq!((&found.actions, &found.classifier), (&redirect.actions, &redirect.classifier));
    socket
        .execute(&[
            Filter { classifier: None, actions: Vec::new(), ..redirect }.delete().unwrap(),
            Qdisc::ingress(index).delete().unwrap(),
            Qdisc { index, parent: TC_H_ROOT, ..Qdisc::default() }.delete().unwrap(),
        ])
        .unwrap();
    let left: Vec<Qdisc> = socket.dump(&Qdisc::dump().unwrap()).unwrap();
    assert!(left.iter().all(|qdisc| qdisc.index != index || qdisc.parent != TC_H_INGRESS), "{left:?}");
}
