//! Cards of every driver, with real traffic: macvlan, ipvlan, VLAN, vxlan, tap, ptp.

mod killed;
mod macvlan;
mod others;
mod pairs;
mod vxlan;

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
    container.exec(&format!("ping -c 1 -W 10 {address}"));
}

/// Whether the kernel makes devices of this kind.
fn kernel_has(host: &Host, kind: &str) -> bool {
    host.sh(&format!("ip link add probe0 link lan0 type {kind} && ip link del probe0")).run().status == 0
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
