//! The firewall: who reaches whom through the host, with real packets and without containers.

mod world;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use pontoon::network::firewall;
use pontoon::plan::network::Isolation;
use pontoon::plan::network::firewall::{Everything, Forward, Zone};
use pontoon::plan::network::ports::Protocol;
use pontoon_tests::Host;

use crate::world::{Net, finish};

fn zone(group: u32) -> Zone {
    Zone { group, masquerade: true, internal: false, isolation: Isolation::Usual }
}

fn forward(host: Option<&str>, host_port: u16, to: &str) -> Forward {
    Forward {
        protocol: Protocol::Tcp,
        host: host.map(|host| host.parse().expect("an address")),
        host_port,
        to: to.parse().expect("an address and a port"),
        owner: "pontoon:one /run/pontoon".to_owned(),
    }
}

#[test]
fn nft_prints_the_table_as_it_is_meant() {
    let host = Host::new();
    let zones = [
        Zone { isolation: Isolation::Open, ..zone(7) },
        Zone { internal: true, isolation: Isolation::Strict, ..zone(8) },
    ];
    let forwards = [forward(None, 8080, "10.1.0.2:80"), forward(Some("::1"), 53, "[fd00::2]:5353")];
    host.inside(|| firewall::complete(&zones, &forwards, || Ok(Everything::default()))).expect("complete");
    let expected = include_str!("table.nft");
    assert_eq!(host.sh("nft list table inet pontoon").ok().stdout, expected);
    // What nft prints it reads again, and then prints the same.
    host.sh("nft list ruleset > saved; nft flush ruleset; nft -f saved").ok();
    assert_eq!(host.sh("nft list table inet pontoon").ok().stdout, expected);
    finish(host);
}

#[test]
fn a_published_port_is_reached_from_everywhere() {
    let net = Net::new();
    net.serve("c1", 80);
    net.complete(
        &[zone(101), zone(102)],
        &[forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")],
    );
    // From a neighbour, whose real address the server sees.
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("out", "[2001:db8:2::1]:8080", "c1 2001:db8:2::2");
    // From the host, by its addresses and by loopback.
    net.reaches("host", "192.0.2.1:8080", "c1 192.0.2.1");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.reaches("host", "[::1]:8080", "c1 fd71::1");
    net.reaches("host", "[fd71::1]:8080", "c1 fd71::1");
    // From itself, from its neighbour, and from a container of another network.
    net.reaches("c1", "192.0.2.1:8080", "c1 10.71.0.1");
    net.reaches("d1", "10.71.0.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "[2001:db8:2::1]:8080", "c1 fd71::1");
    net.reaches("c2", "192.0.2.1:8080", "c1 10.72.0.2");
    // Not without the port, and not on it when it is withdrawn.
    net.fails("out", "10.71.0.2:80");
    net.fails("c2", "10.71.0.2:80");
    let owned = net.owners();
    net.0.inside(|| firewall::withdraw(&owned)).expect("withdraw");
    net.0.inside(|| firewall::withdraw(&[forward(None, 8080, "10.71.0.2:80")])).expect("again");
    net.fails("out", "192.0.2.1:8080");
    net.fails("host", "127.0.0.1:8080");
    net.finish();
}

#[test]
fn filtered_bridges_change_nothing_but_the_hosts_own_loopback_of_ipv6() {
    let net = Net::with_filtered_bridges(true);
    net.serve("c1", 80);
    net.serve("c2", 80);
    let ports = [forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")];
    net.complete(&[zone(101), zone(102)], &ports);
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("out", "[2001:db8:2::1]:8080", "c1 2001:db8:2::2");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "192.0.2.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "[2001:db8:2::1]:8080", "c1 fd71::1");
    assert!(net.ask("d1", "10.71.0.1:8080").is_some_and(|said| said.starts_with("c1 ")));
    assert!(net.ask("d1", "[fd71::1]:8080").is_some_and(|said| said.starts_with("c1 ")));
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    net.reaches("d1", "[fd71::2]:80", "c1 fd71::3");
    net.fails("c1", "10.72.0.2:80");
    net.finish();
}

#[test]
fn a_port_of_one_address_is_that_addresss() {
    let net = Net::new();
    net.serve("c1", 80);
    let forwards = [
        forward(Some("127.0.0.1"), 81, "10.71.0.2:80"),
        forward(Some("::1"), 81, "[fd71::2]:80"),
        forward(Some("192.0.2.1"), 82, "10.71.0.2:80"),
    ];
    net.complete(&[zone(101)], &forwards);
    net.reaches("host", "127.0.0.1:81", "c1 10.71.0.1");
    net.reaches("host", "[::1]:81", "c1 fd71::1");
    net.reaches("out", "192.0.2.1:82", "c1 192.0.2.2");
    net.fails("out", "192.0.2.1:81");
    net.fails("out", "[2001:db8:2::1]:81");
    net.fails("host", "127.0.0.1:82");
    // A neighbour that routes loopback addresses through the host reaches nothing by them, nor does a container.
    for name in ["out", "c1"] {
        let via = if name == "out" { "192.0.2.1" } else { "10.71.0.1" };
        net.0.sh(&format!(
            "ip -n {name} route del local 127.0.0.1 dev lo table local; ip -n {name} route del local 127.0.0.0/8 dev lo table local
             ip netns exec {name} sh -c 'echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet'
             ip -n {name} route add 127.0.0.0/8 via {via} src $(ip -n {name} -4 -o addr show eth0 | awk '{{ sub(\"/.*\", \"\", $4); print $4 }}')"
        )).ok();
        net.fails(name, "127.0.0.1:81");
    }
    net.fails("out", "10.71.0.2:80");
    net.finish();
}

#[test]
fn what_passes_through_the_host_is_left_alone() {
    let net = Net::new();
    net.serve("far", 8080);
    net.serve("far", 80);
    net.serve("c1", 80);
    net.complete(
        &[zone(101), zone(102)],
        &[forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")],
    );
    // To the number of a published port, elsewhere: with its own address.
    net.reaches("out", "192.0.3.2:8080", "far 192.0.2.2");
    net.reaches("out", "[2001:db8:3::2]:8080", "far 2001:db8:2::2");
    // From a container it has the host's.
    net.reaches("c1", "192.0.3.2:8080", "far 192.0.3.1");
    net.reaches("c1", "[2001:db8:3::2]:80", "far 2001:db8:3::1");
    // Within a network nothing is changed.
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    // The host's own rules come first.
    net.0.sh("nft 'add table ip nat; add chain ip nat prerouting { type nat hook prerouting priority dstnat; }; \
        add rule ip nat prerouting iifname vout tcp dport 8080 dnat to 192.0.3.2:80'").ok();
    net.reaches("out", "192.0.2.1:8080", "far 192.0.2.2");
    net.finish();
}

#[test]
fn networks_are_isolated_as_they_say() {
    let net = Net::new();
    net.serve("c1", 80);
    net.serve("c2", 80);
    net.serve("far", 80);
    let with = |one, two| {
        let zones = vec![Zone { isolation: one, ..zone(101) }, Zone { isolation: two, ..zone(102) }];
        let forwards = vec![forward(None, 8080, "10.71.0.2:80")];
        let all = Everything { zones, forwards, root: "/run/pontoon".into() };
        net.0.inside(|| firewall::reload(&all)).expect("reload");
    };
    with(Isolation::Usual, Isolation::Open);
    net.fails("c1", "10.72.0.2:80");
    net.reaches("c2", "10.72.0.1:8080", "c1 10.72.0.2");
    with(Isolation::Open, Isolation::Open);
    net.reaches("c1", "10.72.0.2:80", "c2 10.71.0.2");
    net.reaches("c2", "10.71.0.2:80", "c1 10.72.0.2");
    net.fails("out", "10.71.0.2:80");
    with(Isolation::Strict, Isolation::Usual);
    net.fails("c1", "10.72.0.2:80");
    net.fails("c2", "10.72.0.1:8080");
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("c1", "192.0.3.2:80", "far 192.0.3.1");
    // An internal one reaches itself and the host, and its ports are the host's only.
    let internal = Zone { internal: true, ..zone(101) };
    let all = Everything {
        zones: vec![internal, zone(102)],
        forwards: vec![forward(None, 8080, "10.71.0.2:80")],
        root: "/run/pontoon".into(),
    };
    net.0.inside(|| firewall::reload(&all)).expect("reload");
    net.fails("c1", "192.0.3.2:80");
    net.fails("out", "192.0.2.1:8080");
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.finish();
}

#[test]
fn what_was_flushed_is_put_back() {
    let net = Net::new();
    net.serve("c1", 80);
    let forwards = [forward(None, 8080, "10.71.0.2:80")];
    let all = Everything {
        zones: vec![zone(101), zone(102)],
        forwards: forwards.to_vec(),
        root: "/run/pontoon".into(),
    };
    let complete = |forwards: &[Forward]| {
        net.0.inside(|| firewall::complete(&[zone(102)], forwards, || Ok(all.clone()))).expect("complete");
    };
    complete(&[]);
    let whole = net.ruleset();
    for damage in [
        "nft flush ruleset",
        "nft flush table inet pontoon",
        "nft flush chain inet pontoon filter_forward",
        "nft flush chain inet pontoon raw_prerouting; nft delete chain inet pontoon raw_prerouting",
        "nft add rule inet pontoon filter_forward accept",
        "nft flush set inet pontoon networks",
        "nft delete table inet pontoon; nft 'add table inet pontoon { comment \"pontoon: older\"; }'",
    ] {
        net.0.sh(damage).ok();
        complete(&[]);
        if !damage.contains("set") || damage.contains("ruleset") {
            assert_eq!(net.ruleset(), whole, "{damage}");
        }
    }
    net.0.inside(|| firewall::reload(&all)).expect("reload");
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.fails("c2", "10.71.0.2:80");
    net.finish();
}

#[test]
fn a_port_has_one_owner() {
    let host = Host::new();
    let complete = |forward: &Forward| {
        host.inside(|| {
            firewall::complete(&[zone(7)], std::slice::from_ref(forward), || Ok(Everything::default()))
        })
    };
    let first = forward(None, 8080, "10.1.0.2:80");
    complete(&first).expect("published");
    complete(&first).expect("it is there already");
    let second =
        Forward { owner: "pontoon:two /elsewhere".into(), ..forward(Some("0.0.0.0"), 8080, "10.1.0.3:80") };
    let refused = complete(&second).expect_err("another's").to_string();
    assert_eq!(
        refused,
        "firewall: port 0.0.0.0:8080/tcp is published already, to 10.1.0.2:80, by pontoon:one /run/pontoon"
    );
    host.inside(|| firewall::withdraw(std::slice::from_ref(&second))).expect("not theirs");
    assert_eq!(host.inside(firewall::owners).expect("owners"), std::slice::from_ref(&first));
    // Another root's port stays when all is made anew.
    let all = Everything { root: "/elsewhere".into(), ..Everything::default() };
    host.inside(|| firewall::reload(&all)).expect("reload");
    assert_eq!(host.inside(firewall::owners).expect("owners"), std::slice::from_ref(&first));
    let all = Everything { root: "/run/pontoon".into(), ..all };
    host.inside(|| firewall::reload(&all)).expect("reload");
    assert_eq!(host.inside(firewall::owners).expect("owners"), []);
    complete(&second).expect("free now");
    finish(host);
}

#[test]
fn the_table_goes_with_the_last_network() {
    let host = Host::new();
    let forget = |groups: &[u32]| {
        let zones: Vec<Zone> = groups.iter().map(|group| zone(*group)).collect();
        host.inside(|| firewall::forget(&zones)).expect("forget");
    };
    forget(&[7]);
    host.inside(|| firewall::withdraw(&[forward(None, 1, "10.1.0.2:80")])).expect("nothing there");
    assert_eq!(host.inside(firewall::owners).expect("none"), []);
    host.inside(|| firewall::complete(&[zone(7), zone(8)], &[], || Ok(Everything::default())))
        .expect("complete");
    forget(&[8, 9]);
    forget(&[8]);
    assert_eq!(host.inside(firewall::groups).expect("groups"), [7]);
    forget(&[7]);
    assert_eq!(host.sh("nft list tables").ok().stdout, "");
    finish(host);
}

#[test]
fn many_ports_are_put_back_at_once() {
    let host = Host::new();
    let address: IpAddr = [10, 1, 0, 2].into();
    let port =
        |number| Forward { to: SocketAddr::new(address, number), ..forward(None, number, "10.1.0.2:80") };
    let forwards: Vec<Forward> = (1..=10_000).map(port).collect();
    let all = Everything { zones: vec![zone(7)], forwards, root: "/run/pontoon".into() };
    host.inside(|| firewall::complete(&[zone(7)], &[port(10_001)], || Ok(all.clone()))).expect("complete");
    assert_eq!(host.inside(firewall::owners).expect("owners").len(), 10_001);
    host.inside(|| firewall::withdraw(&all.forwards)).expect("withdraw");
    assert_eq!(host.inside(firewall::owners).expect("owners"), [port(10_001)]);
    finish(host);
}

#[test]
fn a_client_of_udp_reaches_the_new_container() {
    let net = Net::new();
    let bind = |name: &'static str, address: &str| {
        let address: SocketAddr = address.parse().expect("an address and a port");
        let socket = net.at(name, || UdpSocket::bind(address).expect("bind"));
        socket.set_read_timeout(Some(Duration::from_millis(500))).expect("a limit");
        socket
    };
    let (client, one, two) =
        (bind("out", "192.0.2.2:9"), bind("c1", "10.71.0.2:53"), bind("d1", "10.71.0.3:53"));
    let udp = |to: &str| Forward { protocol: Protocol::Udp, ..forward(None, 5353, to) };
    let comes_to = |server: &UdpSocket| {
        client.send_to(b"x", "192.0.2.1:5353").expect("send");
        server.recv(&mut [0; 9]).is_ok()
    };
    net.complete(&[zone(101)], &[]);
    // Sent before anybody listens: the kernel remembers where it went.
    assert!(!comes_to(&one));
    for (server, forward) in [(&one, udp("10.71.0.2:53")), (&two, udp("10.71.0.3:53"))] {
        let published = [forward];
        net.complete(&[zone(101)], &published);
        assert!(!comes_to(server), "where it went before");
        net.0.inside(|| firewall::forget_flows(&published)).expect("forget");
        assert!(comes_to(server));
        net.0.inside(|| firewall::withdraw(&published)).expect("withdraw");
    }
    net.finish();
}

#[test]
fn fifty_at_once_make_one_table_with_fifty_ports() {
    let host = Host::new();
    let port = |number: u16| forward(None, number, "10.1.0.2:80");
    let publish = |number| {
        let all = || Ok(Everything { root: "/run/pontoon".into(), ..Everything::default() });
        firewall::complete(&[zone(7)], &[port(number)], all)
    };
    let results = std::thread::scope(|threads| {
        let running: Vec<_> = (1..=50)
            .map(|number| {
                threads.spawn({
                    let (host, publish) = (&host, &publish);
                    move || host.inside(|| publish(number))
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().expect("a thread")).collect::<Vec<_>>()
    });
    for result in results {
        result.expect("complete");
    }
    assert_eq!(host.inside(firewall::owners).expect("owners").len(), 50);
    finish(host);
}
