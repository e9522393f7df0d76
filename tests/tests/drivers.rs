//! Cards of every driver, with real traffic: macvlan, ipvlan, VLAN, vxlan, tap, ptp.

use std::io::Write;
use std::net::{Shutdown, TcpListener};
use std::time::Instant;

use nix::sys::signal::Signal;
use pontoon_tests::{Container, Host, Output};

/// `pontoon network ARGS`, which must succeed.
fn network(host: &Host, args: &str) -> Output {
    let words: Vec<&str> = args.split_whitespace().collect();
    host.pontoon(&[&["network"], &words[..]].concat()).ok()
}

/// A LAN: the host's device `lan0`, and behind it a namespace `router` with 192.168.7.1 and fd07::1 on a bridge's place.
fn lan(host: &Host) {
    host.sh("set -e
        ip netns add router
        # A link-local address is there at once, so that a router can ask for its neighbours.
        no_dad='echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
        sh -c \"$no_dad\"; nsenter --net=/run/netns/router sh -c \"$no_dad\"
        ip link add lan0 type veth peer name up0 netns router
        ip link set lan0 up
        ip -n router link set lo up
        ip -n router addr add 192.168.7.1/24 dev up0
        ip -n router addr add fd07::1/64 dev up0 nodad
        ip -n router addr add 203.0.113.9/32 dev lo
        ip -n router addr add 2001:db8::9/128 dev lo
        ip -n router link set up0 up")
        .ok();
}

fn unlan(host: Host) {
    host.sh("ip netns del router; umount /run/netns").ok();
    host.finish();
}

/// The addresses of `eth0`, each without its prefix: IPv4's, then IPv6's.
const ADDRESSES: &str = "ip -o addr show dev eth0 scope global | awk '{ sub(\"/.*\", \"\", $4); print $4 }'";

fn addresses(container: &Container<'_>) -> Vec<String> {
    container.exec(ADDRESSES).stdout.lines().map(str::to_owned).collect()
}

/// A script with the host's own tools, in the network namespace of a container.
#[track_caller]
fn within(host: &Host, container: &str, script: &str) -> String {
    host.sh(&format!("nsenter --net=/proc/{}/ns/net sh -c '{script}'", pid(host, container))).ok().stdout
}

/// A container's first process, as the host numbers it.
fn pid(host: &Host, container: &str) -> u64 {
    let shown = host.pontoon(&["inspect", container]).ok().json();
    let pid = shown.pointer("/0/pid").or(shown.pointer("/pid")).expect("its process");
    pid.as_u64().expect("a number")
}

fn pings(container: &Container<'_>, address: &str) -> bool {
    let script = format!("ping -c 1 -W 1 {address} >/dev/null && echo yes || echo no");
    container.exec(&script).line() == "yes"
}

#[track_caller]
fn reaches(container: &Container<'_>, address: &str) {
    container.exec(&format!("ping -c 1 -W 2 {address}"));
}

/// Whether the kernel makes devices of this kind.
fn kernel_has(host: &Host, kind: &str) -> bool {
    host.sh(&format!("ip link add probe0 link lan0 type {kind} && ip link del probe0")).run().status == 0
}

#[test]
fn macvlans_are_on_the_lan_and_reach_each_other() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24 --subnet fd07::/64");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "ip route; ip -6 route");
    let two = host.start("two", &["--net=lan"], &bundle, "");
    assert!(one.said().contains("default via 192.168.7.1 dev eth0"), "{}", one.said());
    assert!(one.said().contains("default via fd07::1 dev eth0"), "{}", one.said());
    for address in addresses(&two) {
        reaches(&one, &address);
    }
    // The router, and what lies behind it.
    for address in ["192.168.7.1", "fd07::1", "203.0.113.9", "2001:db8::9"] {
        reaches(&one, address);
    }
    for address in addresses(&one) {
        host.sh(&format!("ip netns exec router ping -c 1 -W 2 {address}")).ok();
    }
    let shown = within(&host, "one", "ip -d link show eth0");
    assert!(shown.contains("02:42:c0:a8:07:") && shown.contains("macvlan mode bridge"), "{shown}");
    // Only what is there already: nothing on the host.
    assert!(!host.sh("ip -o link").ok().stdout.contains("veth"), "no pair");
    one.end();
    two.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn private_macvlans_reach_the_lan_alone() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 -o mode=private --subnet 192.168.7.0/24");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=lan"], &bundle, "");
    reaches(&one, "192.168.7.1");
    assert!(!pings(&one, &addresses(&two)[0]), "private");
    one.end();
    two.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn a_macvlan_comes_and_goes_with_connect_and_disconnect() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24 --ip-range 192.168.7.64/26");
    let one = host.start("one", &["--net=none"], &host.bundle(), "");
    network(&host, "connect lan one");
    reaches(&one, "203.0.113.9");
    network(&host, "connect --ip 192.168.7.99 --mac-address 02:00:00:00:00:07 --ifname lan lan one");
    let shown = one.exec("ip addr show lan").stdout;
    assert!(shown.contains("192.168.7.99/24") && shown.contains("02:00:00:00:00:07"), "{shown}");
    network(&host, "disconnect --ifname eth0 lan one");
    reaches(&one, "203.0.113.9");
    network(&host, "disconnect lan one");
    assert_eq!(one.exec("ip -o link | wc -l; ip route").stdout.trim(), "1");
    one.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn without_a_parent_it_is_the_device_of_the_default_route() {
    let host = Host::new();
    lan(&host);
    let file = |name: &str, ipam: &str| {
        let json = format!(
            r#"{{"name": "{name}", "id": "1", "driver": "macvlan", "ipam_options": {{"driver": "{ipam}"}}}}"#
        );
        host.sh(&format!("mkdir -p /etc/pontoon/networks; echo '{json}' >/etc/pontoon/networks/{name}.json"))
            .ok();
    };
    file("lan", "none");
    file("asks", "dhcp");
    let bundle = host.bundle();
    let refused = |net: &str| host.pontoon(&["run", "--rm", net, bundle.path(), "true"]).fails(125).stderr;
    let error = refused("--net=lan");
    assert!(error.contains("names no device") && error.contains("no default route"), "{error}");
    host.sh("ip addr add 192.168.7.9/24 dev lan0; ip route add default via 192.168.7.1").ok();
    let error = refused("--net=asks");
    assert!(error.contains("asks no DHCP server"), "{error}");
    let one = host.start("one", &["--net=lan"], &bundle, "");
    assert_eq!(addresses(&one), [""; 0]);
    within(&host, "one", "ip addr add 192.168.7.50/24 dev eth0 && ping -c 1 -W 2 192.168.7.1");
    one.end();
    host.sh("rm /etc/pontoon/networks/*.json").ok();
    unlan(host);
}

#[test]
fn what_a_parent_can_not_give_is_told() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    network(&host, "create whole -d macvlan -o parent=lan0 -o mode=passthru --subnet 192.168.8.0/24");
    let bundle = host.bundle();
    let refused = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let run = [&["run", "--rm"], &words[..], &[bundle.path(), "true"]].concat();
        host.pontoon(&run).fails(125).stderr
    };
    let error = refused("--net=lan --net-rate up=1mbit");
    assert!(error.contains("network lan: a card of the driver macvlan has no end on the host"), "{error}");
    let error = refused("--net=whole:mac=02:00:00:00:00:01");
    assert!(error.contains("have the hardware address of the device below"), "{error}");
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let error = refused("--net=whole");
    assert!(error.contains("passthru takes the whole of lan0"), "{error}");
    one.end();
    host.sh("ip link set lan0 down").ok();
    let error = refused("--net=lan");
    assert!(error.contains("the host's device lan0 is down"), "{error}");
    host.sh("ip link set lan0 up; ip link add br9 type bridge; ip link set lan0 master br9").ok();
    let error = refused("--net=lan");
    assert!(error.contains("lan0 is a port of a bridge"), "{error}");
    host.sh("ip link del br9; ip link del lan0").ok();
    let error = refused("--net=lan");
    assert!(error.contains("the host has no device lan0"), "{error}");
    network(&host, "rm lan whole");
    unlan(host);
}

/// The other end of a tunnel, made by hand: a namespace `far` that is reached by `lan0`, with 10.33.0.9 and fd33::9 in
/// the tunnel.
fn far_end(host: &Host, tunnel: &str) {
    lan(host);
    let script = format!(
        "set -e
        ip addr add 192.168.7.2/24 dev lan0; ip addr add fd07::2/64 dev lan0 nodad
        ip -n router link add tun0 type vxlan {tunnel} dev up0
        ip -n router addr add 10.33.0.9/24 dev tun0
        ip -n router addr add fd33::9/64 dev tun0 nodad
        ip -n router link set tun0 up"
    );
    host.sh(&script).ok();
}

#[test]
fn a_vxlan_leads_to_the_other_host_and_carries_what_fits() {
    let host = Host::new();
    far_end(&host, "id 42 dstport 4789 remote 192.168.7.2 local 192.168.7.1");
    network(
        &host,
        "create far -d vxlan -o id=42 -o remote=192.168.7.1 -o local=192.168.7.2 --subnet 10.33.0.0/24 --subnet fd33::/64",
    );
    let bundle = host.bundle();
    let one = host.start("one", &["--net=far"], &bundle, "");
    let two = host.start("two", &["--net=far"], &bundle, "cat /sys/class/net/eth0/mtu");
    assert_eq!(two.said(), "1450");
    for address in addresses(&two).iter().map(String::as_str).chain(["10.33.0.9", "fd33::9"]) {
        reaches(&one, address);
    }
    // The largest packet passes whole.
    one.exec("ping -c 1 -W 2 -s 1422 10.33.0.9");
    let shown = host.sh("ip -d link show type vxlan").ok().stdout;
    for word in
        ["vxlan id 42", "dstport 4789", "alias pontoon network far", "addrgenmode none", "master pontoon1"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Gone with the device that it sends by, or by hand: the next start makes it again.
    host.sh("ip link del $(ip -o link show type vxlan | awk -F': ' '{ print $2 }')").ok();
    let three = host.start("three", &["--net=far"], &bundle, "");
    reaches(&three, "10.33.0.9");
    for container in [one, two, three] {
        container.end();
    }
    network(&host, "rm far");
    unlan(host);
}

#[test]
fn a_vxlan_over_ipv6_and_by_a_group_has_its_mtu() {
    let host = Host::new();
    far_end(&host, "id 43 dstport 4790 group ff05::43");
    network(
        &host,
        "create far -d vxlan -o vni=43 -o dstport=4790 -o group=ff05::43 -o dev=lan0 --subnet 10.33.0.0/24",
    );
    let one = host.start("one", &["--net=far"], &host.bundle(), "cat /sys/class/net/eth0/mtu");
    assert_eq!(one.said(), "1430");
    reaches(&one, "10.33.0.9");
    one.end();
    network(&host, "rm far");
    unlan(host);
}

#[test]
fn two_hosts_of_one_vxlan_reach_each_other_s_containers() {
    let host = Host::new();
    lan(&host);
    host.sh("ip addr add 192.168.7.2/24 dev lan0").ok();
    network(
        &host,
        "create far -d vxlan -o id=44 -o remote=192.168.7.1 --subnet 10.34.0.0/24 --ip-range 10.34.0.64/26",
    );
    let bundle = host.bundle();
    let one = host.start("one", &["--net=far"], &bundle, "");
    let pontoon = host.pontoon_path();
    let pontoon = format!("nsenter --net=/run/netns/router {} --root /run/other", pontoon.display());
    host.sh(&format!(
        "{pontoon} network create far -d vxlan -o id=44 -o remote=192.168.7.2 --subnet 10.34.0.0/24 \
         --gateway 10.34.0.2 --ip-range 10.34.0.128/26"
    ))
    .ok();
    let address = &addresses(&one)[0];
    host.sh(&format!("{pontoon} run --rm --net=far {} ping -c 1 -W 2 {address}", bundle.path())).ok();
    host.sh(&format!("{pontoon} network rm far; rm -rf /run/other")).ok();
    one.end();
    network(&host, "rm far");
    unlan(host);
}

#[test]
fn a_tap_carries_packets_to_the_program_that_holds_it() {
    let host = Host::new();
    network(&host, "create vm -d tap --subnet 10.35.0.0/24 --subnet fd35::/64 --mtu 1400 -o owner=54321");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=vm"], &bundle, "");
    let shown = within(&host, "one", "ip -d addr show eth0");
    for word in ["tun type tap", "user 54321", "mtu 1400", "10.35.0.1/24", "fd35::1/64", "persist on", "UP"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Who holds the tap is the wire: what the container sends comes out of it.
    let holder = host.pontoon_path().with_file_name("tap");
    let script = format!("nsenter --net=/proc/{}/ns/net {} eth0", pid(&host, "one"), holder.display());
    let holder = host.sh(&script).spawn();
    holder.wait_for_stdout("ready\n");
    one.exec("ping -c 1 -W 1 10.35.0.77 || true");
    let said = holder.wait();
    let frame = said.stdout.lines().nth(1).expect("a frame");
    // An ARP request of the container's: who has 10.35.0.77?
    let (kind, asks) = (&frame[24..28], "0a23004d");
    assert!(kind == "0806" && frame[..84].ends_with(asks) && frame[56..64] == *"0a230001", "{frame}");
    network(&host, "disconnect vm one");
    assert_eq!(one.exec("ip -o link | wc -l").line(), "1");
    network(&host, "connect vm one");
    one.end();
    network(&host, "rm vm");
    host.finish();
}

#[test]
fn routed_containers_reach_each_other_and_the_host_and_what_the_host_reaches() {
    let host = Host::new();
    lan(&host);
    host.sh("ip addr add 192.168.7.2/24 dev lan0; ip addr add fd07::2/64 dev lan0 nodad").ok();
    host.sh(
        "ip -n router route add 10.36.0.0/24 via 192.168.7.2; ip -n router route add fd36::/64 via fd07::2",
    )
    .ok();
    network(&host, "create wide -d ptp --subnet 10.36.0.0/24 --subnet fd36::/64 -o masquerade=false");
    network(&host, "create deep -d ptp --subnet 10.37.0.0/24 --subnet fd37::/64 --internal");
    let bundle = host.bundle();
    for (name, leads_out) in [("wide", true), ("deep", false)] {
        let net = format!("--net={name}");
        let one = host.start("one", &[&net], &bundle, "");
        let two = host.start("two", &["--net=none"], &bundle, "");
        network(&host, &format!("connect {name} two"));
        let theirs = addresses(&two);
        assert_eq!(theirs.len(), 2);
        for address in &theirs {
            reaches(&one, address);
            host.sh(&format!("ping -c 1 -W 2 {address}")).ok();
        }
        for address in addresses(&one) {
            reaches(&two, &address);
        }
        for address in ["192.168.7.1", "fd07::1"] {
            if leads_out {
                reaches(&one, address);
            }
        }
        network(&host, &format!("disconnect {name} two"));
        for address in &theirs {
            assert!(!pings(&one, address), "{address} is gone");
            host.sh(&format!("! ip route get {address} | grep veth")).ok();
        }
        assert_eq!(two.exec("ip -o link | wc -l; ip route").stdout.trim(), "1");
        one.end();
        two.end();
        network(&host, &format!("rm {name}"));
    }
    unlan(host);
}

/// A test that the kernel lacks the driver for ends here, with the words for that.
fn lacks(host: &Host, kind: &str, create: &str, option: &str) -> bool {
    if kernel_has(host, kind) {
        return false;
    }
    let words: Vec<&str> = create.split_whitespace().collect();
    let said = host.pontoon(&[&["network"], &words[..]].concat()).fails(125).stderr;
    assert!(said.contains("the kernel has no") && said.contains(option), "{said}");
    true
}

#[test]
fn ipvlans_share_the_hardware_address_of_their_parent() {
    let host = Host::new();
    lan(&host);
    let create = "create lan -d ipvlan -o parent=lan0 --subnet 192.168.7.0/24 --subnet fd07::/64";
    if lacks(&host, "ipvlan", create, "CONFIG_IPVLAN") {
        return unlan(host);
    }
    network(&host, create);
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=none"], &bundle, "");
    network(&host, "connect lan two");
    let address = "ip -o link show $0 | sed \"s/.*ether \\([^ ]*\\).*/\\1/\"";
    let of_parent = host.sh(&address.replace("$0", "lan0")).ok();
    assert_eq!(within(&host, "one", &address.replace("$0", "eth0")), of_parent.stdout);
    assert!(within(&host, "two", "ip -d link show eth0").contains("mode l2"));
    for address in addresses(&two).iter().map(String::as_str).chain(["203.0.113.9", "2001:db8::9"]) {
        reaches(&one, address);
    }
    // Another driver can't have the parent meanwhile.
    network(&host, "create other -d macvlan -o parent=lan0 --subnet 192.168.8.0/24");
    let said = host.pontoon(&["run", "--rm", "--net=other", bundle.path(), "true"]).fails(125).stderr;
    assert!(said.contains("macvlan and ipvlan exclude each other"), "{said}");
    network(&host, "disconnect lan two");
    assert_eq!(two.exec("ip -o link | wc -l").line(), "1");
    one.end();
    two.end();
    network(&host, "rm lan other");
    unlan(host);
}

#[test]
fn ipvlans_that_route_need_no_gateway() {
    let host = Host::new();
    lan(&host);
    let create = "create lan -d ipvlan -o parent=lan0 -o mode=l3 --subnet 10.38.0.0/24 --subnet fd38::/64";
    if lacks(&host, "ipvlan", create, "CONFIG_IPVLAN") {
        return unlan(host);
    }
    network(&host, create);
    // The host's routes lead them out, and routers need one to them.
    host.sh("set -e
        ip addr add 192.168.7.2/24 dev lan0; ip addr add fd07::2/64 dev lan0 nodad
        ip route add default via 192.168.7.1
        ip -n router route add 10.38.0.0/24 via 192.168.7.2; ip -n router route add fd38::/64 via fd07::2")
        .ok();
    let one = host.start("one", &["--net=lan"], &host.bundle(), "ip route; ip -6 route");
    assert!(one.said().contains("default dev eth0"), "{}", one.said());
    for address in ["192.168.7.1", "203.0.113.9", "fd07::1"] {
        reaches(&one, address);
    }
    one.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn a_vlan_is_the_card_of_one_container() {
    let host = Host::new();
    lan(&host);
    let create = "create seven -d vlan -o parent=lan0 -o id=7 --subnet 10.39.0.0/24 --gateway 10.39.0.1";
    if lacks(&host, "vlan id 9", create, "CONFIG_VLAN_8021Q") {
        return unlan(host);
    }
    network(&host, create);
    host.sh("ip -n router link add up0.7 link up0 type vlan id 7
        ip -n router addr add 10.39.0.1/24 dev up0.7; ip -n router link set up0.7 up")
        .ok();
    let bundle = host.bundle();
    let one = host.start("one", &["--net=seven"], &bundle, "");
    for address in ["10.39.0.1", "203.0.113.9"] {
        reaches(&one, address);
    }
    let said = host.pontoon(&["run", "--rm", "--net=seven", bundle.path(), "true"]).fails(125).stderr;
    assert!(said.contains("VLAN 7 of lan0 has a device already"), "{said}");
    network(&host, "disconnect seven one");
    network(&host, "connect seven one");
    reaches(&one, "10.39.0.1");
    one.end();
    network(&host, "rm seven");
    unlan(host);
}

/// Bits a second that a container receives from the host.
fn received(host: &Host, container: &str) -> f64 {
    const BYTES: u32 = 2 << 20;
    let listener = host.inside(|| TcpListener::bind("0.0.0.0:0")).expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let script = format!("nc $(ip route | awk '/^default/ {{ print $3 }}') {port} | wc -c");
    let receiver = host.pontoon(&["exec", container, "sh", "-c", &script]).spawn();
    let mut stream = listener.accept().expect("a connection").0;
    let begun = Instant::now();
    stream.write_all(&vec![7; BYTES as usize]).expect("all sent");
    stream.shutdown(Shutdown::Write).expect("no more");
    let said = receiver.wait();
    assert_eq!(said.line(), BYTES.to_string());
    f64::from(BYTES) * 8.0 / begun.elapsed().as_secs_f64()
}

#[test]
fn a_rate_holds_and_leaves_nothing() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let one = host.start("one", &["--net-rate", "up=20mbit,down=10mbit", "--net=bridge"], &bundle, "");
    let two = host.start("two", &["--net=none"], &bundle, "");
    network(&host, "connect --net-rate up=20mbit,down=10mbit bridge two");
    for container in ["one", "two"] {
        let rate = received(&host, container);
        assert!((2e6..15e6).contains(&rate), "{rate}");
    }
    let ifbs = || host.sh("ip -o link show type ifb | wc -l").ok().line().to_owned();
    assert_eq!(ifbs(), "2");
    let shaped = host.sh("tc qdisc show | grep -c tbf").ok();
    assert_eq!(shaped.line(), "4");
    // By disconnecting, by removing, and by ending of itself.
    network(&host, "disconnect bridge two");
    assert_eq!(ifbs(), "1");
    one.end();
    assert_eq!(ifbs(), "0");
    two.end();
    host.pontoon(&[
        "run",
        "-d",
        "--name",
        "three",
        "--net=bridge:rate-up=1gbit",
        bundle.path(),
        "sleep",
        "0",
    ])
    .ok();
    host.wait_for("its end", || ifbs() == "0");
    host.pontoon(&["wait", "three"]).ok();
    host.pontoon(&["rm", "three"]).ok();
    let said = host.pontoon(&["run", "--rm", "--net=none", "--net-rate", "up=1mbit", bundle.path(), "true"]);
    assert!(said.fails(125).stderr.contains("--net-rate needs --net=NETWORK"));
    host.finish();
}

/// Whether what is inside, what is noted and what is claimed is one and the same: a card, or none.
#[track_caller]
fn whole(host: &Host, name: &str, network: &str) -> bool {
    let inside = within(host, name, "ip -o link | grep -vc LOOPBACK || true");
    let leases = host.sh(&format!("ls /run/pontoon/networks/{network}/leases | wc -l")).ok();
    let noted = host.sh("ls /run/pontoon/containers/*/ | grep -c ^card || true").ok();
    assert_eq!([leases.line(), noted.line()], [inside.trim(); 2], "leases, notes");
    inside.trim() == "1"
}

/// A change that is killed at any moment is whole or undone after the next command.
fn killed(host: &Host, name: &str) {
    let asked = name;
    let name = name.split(':').next().unwrap_or(name);
    let one = host.start("one", &["--net=none"], &host.bundle(), "");
    for microseconds in (0..24_000).step_by(1_500) {
        for verb in ["connect", "disconnect"] {
            let begun = Instant::now();
            let network_of = if verb == "connect" { asked } else { name };
            let running = host.pontoon(&["network", verb, network_of, "one"]).spawn();
            while begun.elapsed().as_micros() < microseconds {
                std::hint::spin_loop();
            }
            running.signal(Signal::SIGKILL);
            running.wait();
            host.pontoon(&["ps", "-q"]).ok();
            let connected = whole(host, "one", name);
            if verb == "connect" && !connected {
                network(host, &format!("connect {asked} one"));
            } else if verb == "disconnect" && connected {
                network(host, &format!("disconnect {name} one"));
            }
        }
    }
    one.end();
    network(host, &format!("rm {name}"));
}

#[test]
fn killed_at_any_moment_a_macvlan_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    killed(&host, "lan");
    unlan(host);
}

#[test]
fn killed_at_any_moment_a_tap_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    network(&host, "create vm -d tap --subnet 192.168.7.0/24");
    killed(&host, "vm");
    host.finish();
}

#[test]
fn killed_at_any_moment_a_limited_card_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    network(&host, "create wide -d ptp --subnet 192.168.7.0/24");
    killed(&host, "wide:rate-up=1gbit");
    host.finish();
}

#[test]
fn a_lent_macvlan_goes_with_the_address_of_its_owner() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=container:one"], &bundle, "");
    reaches(&two, "192.168.7.1");
    one.end();
    assert_eq!(two.exec("ip -o link | wc -l").line(), "1");
    two.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn removing_a_network_takes_all_its_cards_at_once() {
    let host = Host::new();
    network(&host, "create wide -d ptp --subnet 10.40.0.0/24");
    let bundle = host.bundle();
    let names: Vec<String> = (0..8).map(|number| format!("c{number}")).collect();
    let running: Vec<_> = names.iter().map(|name| host.start(name, &["--net=wide"], &bundle, "")).collect();
    network(&host, "rm -f wide");
    assert_eq!(host.sh("ip -o link | wc -l").ok().line(), "1");
    for container in running {
        assert_eq!(container.exec("ip -o link | wc -l").line(), "1");
        container.end();
    }
    host.finish();
}
