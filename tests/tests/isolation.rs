//! Who reaches whom: containers of one network each other, those of others only where they are asked to, and the outside
//! none of them.

use std::net::{Ipv6Addr, SocketAddrV6};

use nix::net::if_::if_nametoindex;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn6, sendto, setsockopt, socket,
    sockopt,
};
use pontoon_tests::{Bundle, Container, Host};
use std::os::fd::AsRawFd;

fn host(networks: &[&str]) -> Host {
    let host = Host::new();
    host.neighbours();
    for network in networks {
        let words: Vec<&str> = network.split_whitespace().collect();
        host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
    }
    host
}

fn finish(host: Host) {
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.no_neighbours();
    host.finish();
}

fn start<'h>(host: &'h Host, name: &str, flags: &str, bundle: &Bundle) -> Container<'h> {
    let flags: Vec<&str> = flags.split_whitespace().collect();
    host.start(name, &flags, bundle, "")
}

/// Whether an echo comes back. (One that should is waited for longer than one that should not.)
fn pings(container: &Container<'_>, address: &str) -> bool {
    echoes(container, address, 10)
}

/// Whether none does.
fn is_silent(container: &Container<'_>, address: &str) -> bool {
    !echoes(container, address, 1)
}

fn echoes(container: &Container<'_>, address: &str, seconds: u32) -> bool {
    let script = format!("ping -c 1 -W {seconds} {address} >/dev/null 2>&1 && echo yes || echo no");
    container.exec(&script).stdout == "yes\n"
}

const BLUE: &str = "blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64";
const RED: &str = "red --ipv6 --subnet 10.102.0.0/24 --subnet fd02::/64";

#[test]
fn containers_of_other_networks_are_not_reached_but_by_their_ports() {
    let host =
        host(&[BLUE, RED, "dot -d ptp --subnet 10.103.0.0/24", "cell --isolate --subnet 10.104.0.0/24"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let near = start(&host, "near", "--net=blue", &bundle);
    let other = start(&host, "other", "--net=red", &bundle);
    let lone = start(&host, "lone", "--net=dot", &bundle);
    let monk = start(&host, "monk", "--net=cell -p 8081:80 -p 8081:80/udp", &bundle);
    let servers = ["web", "monk", "far"].map(|name| host.serve(name, 80));
    assert!(pings(&near, "10.101.0.2") && pings(&near, "fd01::2"));
    for container in [&other, &lone, &monk] {
        assert!(is_silent(container, "10.101.0.2"));
        assert!(pings(container, "192.0.3.2"), "all of them reach the outside");
    }
    assert!(is_silent(&other, "fd01::2") && pings(&other, "2001:db8:3::2"));
    host.fails_to_reach("other", "[fd01::2]:80");
    host.reaches("other", "192.0.2.1:8080", "web 10.102.0.2");
    host.reaches("lone", "192.0.2.1:8080", "web 10.103.0.2");
    // Who is isolated has nothing to do with other networks, not even by ports, but with the outside.
    for target in ["192.0.2.1:8081", "10.104.0.2:80"] {
        host.fails_to_reach("web", target);
        host.fails_to_reach("lone", target);
    }
    host.fails_to_reach("monk", "192.0.2.1:8080");
    host.reaches("out", "192.0.2.1:8081", "monk 192.0.2.2");
    host.reaches("monk", "192.0.3.2:80", "far 192.0.3.1");
    // From outside, nobody by their own addresses.
    for target in ["10.101.0.2:80", "[fd01::2]:80", "10.104.0.2:80"] {
        host.fails_to_reach("out", target);
    }
    drop(servers);
    for container in [web, near, other, lone, monk] {
        container.end();
    }
    finish(host);
}

#[test]
fn two_open_networks_are_as_one() {
    let blue = format!("{BLUE} --opt isolate=false");
    let host =
        host(&[&blue, "red --ipv6 --subnet 10.102.0.0/24 --subnet fd02::/64 --opt isolate=false", "shut"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue", &bundle);
    let other = start(&host, "other", "--net=red", &bundle);
    let third = start(&host, "third", "--net=shut", &bundle);
    let server = host.serve("web", 80);
    host.reaches("other", "10.101.0.2:80", "web 10.102.0.2");
    host.reaches("other", "[fd01::2]:80", "web fd02::2");
    assert!(pings(&web, "10.102.0.2") && pings(&web, "fd02::2"));
    host.fails_to_reach("third", "10.101.0.2:80");
    host.fails_to_reach("out", "10.101.0.2:80");
    drop(server);
    for container in [web, other, third] {
        container.end();
    }
    finish(host);
}

#[test]
fn an_internal_network_ends_at_the_host() {
    let host = host(&["dark --internal --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64", RED]);
    let bundle = host.bundle();
    let cave = start(&host, "cave", "--net=dark", &bundle);
    let den = start(&host, "den", "--net=dark", &bundle);
    let red = start(&host, "red", "--net=red", &bundle);
    let servers = ["cave", "far"].map(|name| host.serve(name, 80));
    assert!(pings(&den, "10.101.0.2") && pings(&den, "fd01::2") && pings(&den, "10.101.0.1"));
    assert!(
        is_silent(&cave, "192.0.3.2") && is_silent(&cave, "2001:db8:3::2") && is_silent(&cave, "10.102.0.2")
    );
    // Not even with a way that nobody gave.
    host.at("cave", || {
        let way = "ip route add default via 10.101.0.1; ip route add default via fd01::1";
        assert!(std::process::Command::new("sh").args(["-c", way]).status().expect("a shell").success());
    });
    host.fails_to_reach("cave", "192.0.3.2:80");
    host.fails_to_reach("cave", "[2001:db8:3::2]:80");
    host.fails_to_reach("red", "10.101.0.2:80");
    host.fails_to_reach("out", "10.101.0.2:80");
    host.fails_to_reach("out", "[fd01::2]:80");
    drop(servers);
    for container in [cave, den, red] {
        container.end();
    }
    finish(host);
}

#[test]
fn unique_local_addresses_are_used_at_once_and_leave_as_the_hosts() {
    let host = host(&["blue --ipv6"]);
    let bundle = host.bundle();
    let server = host.serve("far", 80);
    // The first thing that it does: nothing has to settle, or there would be no address to send from.
    let script = "ping -6 -c 1 -W 10 2001:db8:3::2 >/dev/null && ip -6 -o addr show eth0 | awk '{ print $4, $6, $7, $8 }'";
    let web = host.start("web", &["--net=blue"], &bundle, script);
    let said = web.said();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("fd") && lines[1].starts_with("fe80::"), "{said}");
    assert!(!said.contains("tentative"), "{said}");
    host.reaches("web", "[2001:db8:3::2]:80", "far 2001:db8:3::1");
    host.reaches("web", "192.0.3.2:80", "far 192.0.3.1");
    drop(server);
    web.end();
    finish(host);
}

/// What `place` says to all on its `eth0`: that it leads to everywhere, and that they are on 2001:db8:`NET`::/64.
fn advertise(host: &Host, place: &str, net: u16) {
    let mut words = vec![134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];
    words.extend([3, 4, 64, 0xc0, 0, 0, 0x38, 0x40, 0, 0, 0x38, 0x40, 0, 0, 0, 0]);
    words.extend(Ipv6Addr::new(0x2001, 0xdb8, net, 0, 0, 0, 0, 0).octets());
    host.at(place, || {
        let (family, raw) = (AddressFamily::Inet6, SockType::Raw);
        let socket = socket(family, raw, SockFlag::SOCK_CLOEXEC, SockProtocol::IcmpV6).expect("a socket");
        // Who is further away is not believed.
        setsockopt(&socket, sockopt::Ipv6MulticastHops, &255).expect("hops");
        let index = if_nametoindex("eth0").expect("eth0");
        let all = SocketAddrV6::new(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1), 0, 0, index);
        sendto(socket.as_raw_fd(), &words, &SockaddrIn6::from(all), MsgFlags::empty()).expect("sent");
    });
}

/// CVE-2020-13401, CVE-2020-10749.
#[test]
fn the_host_believes_no_router_in_a_container() {
    let host = host(&[BLUE, "dot -d ptp --ipv6 --subnet 10.103.0.0/24 --subnet fd03::/64"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue", &bundle);
    let near = start(&host, "near", "--net=blue", &bundle);
    let lone = start(&host, "lone", "--net=dot", &bundle);
    // What an advertisement brings. (All else may change meanwhile: devices come up in the kernel's own time.)
    let learnt = "ip -6 route show table all | grep -e ^default -e 2001:db8:bad: -e 'proto ra';
        ip -6 addr | grep -e 2001:db8:bad: -e dynamic; true";
    let known = || host.sh(learnt).ok().stdout;
    let inside = || near.exec("ip -6 route | grep default; ip -6 addr | grep 2001:db8:bad: ; true").stdout;
    let beside = inside();
    assert_eq!((known().as_str(), beside.lines().count()), ("", 1));
    for place in ["web", "lone"] {
        advertise(&host, place, 0xbad);
    }
    // What came after it has been received, and so has that.
    assert!(pings(&web, "fd01::1") && pings(&lone, "fd03::1"));
    assert_eq!(known(), "");
    assert_eq!(inside(), beside, "nor does a neighbour");
    for container in [web, near, lone] {
        container.end();
    }
    finish(host);
}

#[test]
fn a_host_that_has_its_own_way_by_a_router_keeps_it() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    host.sh("echo 0 > /proc/sys/net/ipv6/conf/all/forwarding; cat /proc/sys/net/ipv6/conf/vout/accept_ra")
        .ok();
    let route =
        |net: &str| host.sh(&format!("ip -6 route show dev vout | grep -e '{net}'")).run().status == 0;
    advertise(&host, "out", 0x77);
    host.wait_for("a way", || route("^default.*proto ra") && route("^2001:db8:77::/64"));
    let web = start(&host, "web", "--net=blue", &bundle);
    assert_eq!(host.sh("cat /proc/sys/net/ipv6/conf/all/forwarding").ok().line(), "1");
    assert!(route("^default.*proto ra"), "it keeps the way");
    advertise(&host, "out", 0x78);
    host.wait_for("more of it", || route("^2001:db8:78::/64"));
    web.end();
    finish(host);
}
