//! Limits to the rate of a card, and devices of other kinds: by the functions that commands use, in a host of the
//! test's own, with real traffic.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::Path;
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use netlink_raw::route::{Ipvlan, Kind, Link, Vlan};
use netlink_raw::{Error, Socket};
use nix::sched::{CloneFlags, setns};
use pontoon::network::{Place, driver, rate, tap};
use pontoon::plan::network::{Rate, TapOptions};
use pontoon_tests::Host;

const HOST: &str = "10.99.0.1";
const INSIDE: &str = "10.99.0.2";
const HOST6: &str = "fd99::1";
const INSIDE6: &str = "fd99::2";

/// Does `act` in a thread of its own, in the network namespace that this file of the host stands for.
fn within<T: Send + 'static>(
    host: &Host,
    namespace: &str,
    act: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let path = format!("/proc/{}/root{namespace}", host.init_pid());
    let namespace = File::open(Path::new(&path)).expect("a namespace");
    spawn(move || {
        setns(namespace, CloneFlags::CLONE_NEWNET).expect("let in");
        act()
    })
}

/// The namespace of the host itself, and of what stands for a container.
const OUTSIDE: &str = "/proc/1/ns/net";
const CONTAINER: &str = "/run/netns/c";

/// A pair as a card's, `veth0` here and `eth0` in a namespace `c`.
fn host_with_card() -> Host {
    let host = Host::new();
    let script = format!(
        "set -e
         ip netns add c
         ip link add veth0 type veth peer name eth0 netns c
         ip addr add {HOST}/24 dev veth0; ip addr add {HOST6}/64 dev veth0 nodad; ip link set veth0 up
         ip -n c addr add {INSIDE}/24 dev eth0; ip -n c addr add {INSIDE6}/64 dev eth0 nodad
         ip -n c link set eth0 up"
    );
    host.sh(&script).ok();
    host
}

fn finish(host: Host) {
    host.sh("ip netns del c; umount /run/netns").ok();
    host.finish();
}

/// Bits a second that TCP gets from one namespace to `address`, in the other.
fn transfer(host: &Host, from: &str, (to, address): (&str, &str), megabytes: usize) -> f64 {
    let address: IpAddr = address.parse().expect("an address");
    let (port, ready) = std::sync::mpsc::channel();
    let receiver = within(host, to, move || {
        let listener = TcpListener::bind((address, 0)).expect("a listener");
        port.send(listener.local_addr().expect("its address").port()).expect("somebody waits");
        let mut stream = listener.accept().expect("a connection").0;
        let (begun, mut buffer, mut bytes) = (Instant::now(), vec![0; 1 << 16], 0_u32);
        loop {
            match stream.read(&mut buffer).expect("more") {
                0 => break f64::from(bytes) * 8.0 / begun.elapsed().as_secs_f64(),
                count => bytes += u32::try_from(count).expect("a small number"),
            }
        }
    });
    let port = ready.recv().expect("a port");
    let sender = within(host, from, move || {
        let mut stream = TcpStream::connect((address, port)).expect("a connection");
        stream.write_all(&vec![7; megabytes << 20]).expect("all sent");
    });
    sender.join().expect("sent");
    receiver.join().expect("received")
}

/// Both ways, over IPv4 and back over IPv6: to the container, and from it.
fn both(host: &Host, megabytes: usize) -> [f64; 4] {
    [
        transfer(host, OUTSIDE, (CONTAINER, INSIDE), megabytes),
        transfer(host, CONTAINER, (OUTSIDE, HOST), megabytes),
        transfer(host, OUTSIDE, (CONTAINER, INSIDE6), megabytes),
        transfer(host, CONTAINER, (OUTSIDE, HOST6), megabytes),
    ]
}

fn limit(host: &Host, rate: &'static str) {
    let rate: Rate = rate.parse().expect("a rate");
    within(host, OUTSIDE, move || {
        let mut socket = Socket::route().expect("a socket");
        let index = index(&mut socket);
        rate::limit(&mut socket, ("veth0", index), "pontoon:c1:eth0 /run/pontoon", rate).expect("limited");
    })
    .join()
    .expect("done");
}

fn index(socket: &mut Socket) -> u32 {
    let link = Link { name: Some("veth0".into()), ..Link::default() };
    socket.get::<Link>(&link.get().expect("a question")).expect("the pair").index
}

#[test]
fn tcp_gets_the_rate_and_no_more_both_ways() {
    let host = host_with_card();
    limit(&host, "up=20mbit,down=40mbit");
    let ifb = host.sh("ip -d link show ifb0").ok();
    assert!(ifb.stdout.contains("alias pontoon:c1:eth0 /run/pontoon"), "{ifb}");
    assert!(ifb.stdout.contains("addrgenmode none"), "{ifb}");
    let [down, up, down6, up6] = both(&host, 3);
    for (name, got, limit) in
        [("down", down, 40e6), ("up", up, 20e6), ("down, IPv6", down6, 40e6), ("up, IPv6", up6, 20e6)]
    {
        println!("{name}: {:.0} % of the limit", got / limit * 100.0);
        assert!((0.4..=1.3).contains(&(got / limit)), "{name}: {got} of {limit}");
    }
    host.sh("ip netns del c; umount /run/netns").ok();
    // The pair is gone with the namespace: only this is left, and a second time nothing.
    for _ in 0..2 {
        within(&host, OUTSIDE, || rate::delete(&mut Socket::route().expect("a socket"), "veth0"))
            .join()
            .expect("done")
            .expect("deleted");
    }
    host.finish();
}

#[test]
fn limits_are_taken_away_and_one_way_is_left_alone() {
    let host = host_with_card();
    limit(&host, "up=1mbit");
    let down = transfer(&host, OUTSIDE, (CONTAINER, INSIDE), 3);
    assert!(down > 5e6, "{down}");
    let unlimit = || {
        within(&host, OUTSIDE, || {
            let mut socket = Socket::route().expect("a socket");
            let index = index(&mut socket);
            rate::unlimit(&mut socket, ("veth0", index)).expect("unlimited");
        })
        .join()
        .expect("done");
    };
    unlimit();
    unlimit();
    let left = host.sh("ip -o link; tc qdisc show dev veth0").ok();
    assert!(!left.stdout.contains("ifb") && !left.stdout.contains("tbf"), "{left}");
    assert!(!left.stdout.contains("ingress"), "{left}");
    limit(&host, "down=1mbit");
    let up = transfer(&host, CONTAINER, (OUTSIDE, HOST), 3);
    assert!(up > 5e6, "{up}");
    finish(host);
}

/// On a kernel that lacks one of these, the error names it; on another they are made.
#[test]
fn a_missing_driver_is_named() {
    let host = host_with_card();
    let told = within(&host, OUTSIDE, || {
        let mut socket = Socket::route().expect("a socket");
        let below = Some(index(&mut socket));
        let kinds = [
            (Kind::Ipvlan(Ipvlan { mode: Some(0), flags: Some(0) }), below, "CONFIG_IPVLAN"),
            (Kind::Vlan(Vlan { id: Some(7), ..Vlan::default() }), below, "CONFIG_VLAN_8021Q"),
            (Kind::Dummy, None, "CONFIG_DUMMY"),
        ];
        let mut told = Vec::new();
        for (kind, link, option) in kinds {
            let name = Some("x0".into());
            let link = Link { name, link, kind: Some(kind.clone()), ..Link::default() };
            match socket.execute(&[link.create().expect("a request")]) {
                Ok(()) => {
                    let gone = Link { kind: None, link: None, ..link }.delete().expect("a request");
                    socket.execute(&[gone]).expect("deleted");
                }
                Err(error @ Error::Kernel { .. }) => {
                    told.push((driver::missing(error, &kind).to_string(), option));
                }
                Err(error) => panic!("{error}"),
            }
        }
        told
    });
    for (error, option) in told.join().expect("done") {
        assert!(error.contains("the kernel has no") && error.contains(option), "{error}");
    }
    finish(host);
}

#[test]
fn a_tap_stays_and_belongs_to_whom_it_is_given() {
    let host = host_with_card();
    let path = format!("/proc/{}/root{CONTAINER}", host.init_pid());
    let make = |path: String| {
        within(&host, OUTSIDE, move || {
            let options = TapOptions {
                owner: Some(54_321),
                group: Some(54_322),
                multi_queue: Some(true),
                vnet_header: Some(true),
            };
            let namespace = File::open(&path).expect("a namespace");
            let place = Place::Open(namespace.as_fd(), Path::new(&path));
            let here = namespace.as_fd();
            setns(here, CloneFlags::CLONE_NEWNET).expect("let in");
            let mut inside = Socket::route().expect("a socket");
            tap::make(place, &mut inside, "blue", ("tap0", 7), &options).map_err(|error| error.to_string())
        })
        .join()
        .expect("done")
    };
    assert_eq!(make(path.clone()), Ok(()));
    let tap0 = host.sh("ip -n c -d link show tap0").ok();
    for word in
        ["tun type tap pi off vnet_hdr on multi_queue", "persist on user 54321 group 54322", " group 7 "]
    {
        assert!(tap0.stdout.contains(word), "{word}: {tap0}");
    }
    let again = make(path).expect_err("it is there");
    assert_eq!(again, "network blue: the container has a device tap0 already");
    finish(host);
}
