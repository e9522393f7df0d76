//! Networks: what a container finds, and what it reaches.

use pontoon_tests::{Bundle, Host, Output};

fn host() -> Host {
    Host::new().bridge_may_stay()
}

/// Runs a script in a container with this network.
fn run(host: &Host, net: &str, bundle: &Bundle, script: &str) -> Output {
    host.pontoon(&["run", "--rm", &format!("--net={net}"), bundle.path(), "sh", "-c", script]).ok()
}

const ADDRESS: &str = "ip -4 -o addr show eth0 | awk '{ print $4 }'";
const GATEWAY: &str = "ip route | awk '/^default/ { print $3 }'";

#[test]
fn none_is_a_loopback_that_is_up() {
    let host = Host::new();
    let out =
        run(&host, "none", &host.bundle(), "ip -o link; ping -c 1 -W 1 127.0.0.1 && ping -c 1 -W 1 ::1");
    let links = out.stdout.lines().filter(|line| line.contains("link/")).count();
    assert!(links == 1 && out.stdout.contains("lo: <LOOPBACK,UP,LOWER_UP>"), "{out}");
    host.finish();
}

#[test]
fn a_bridge_gives_an_address_a_route_and_a_name() {
    let host = host();
    let out = run(
        &host,
        "bridge",
        &host.bundle(),
        &format!("{ADDRESS}; {GATEWAY}; hostname -i; ip -o link | wc -l"),
    );
    let said: Vec<&str> = out.stdout.lines().collect();
    let [address, gateway, own, links] = said[..] else { panic!("{out}") };
    assert_eq!(address.split('/').next().unwrap(), own.trim(), "its name is its address in /etc/hosts");
    assert_eq!(links, "2");
    let bridge = host.sh("ip -4 -o addr show pontoon0").ok();
    assert!(bridge.stdout.contains(&format!(" {gateway}/")), "{bridge}");
    host.finish();
}

#[test]
fn the_default_network_is_the_bridge() {
    let host = host();
    let bundle = host.bundle();
    host.pontoon(&["run", "--rm", bundle.path(), "ip", "link", "show", "eth0"]).ok();
    host.finish();
}

#[test]
fn the_gateway_and_neighbours_are_reached_at_once() {
    let host = host();
    let bundle = host.bundle();
    let neighbour = host.start("neighbour", &["--net=bridge"], &bundle, ADDRESS);
    let address = neighbour.said();
    let address = address.split('/').next().unwrap();
    // One packet each: no time is needed for anything to settle.
    let script = format!("ping -c 1 -W 10 $({GATEWAY}) && ping -c 1 -W 10 {address}");
    let out = run(&host, "bridge", &bundle, &script);
    assert_eq!(out.stdout.matches("1 packets received").count(), 2, "{out}");
    host.sh(&format!("ping -c 1 -W 10 {address}")).ok();
    neighbour.end();
    host.finish();
}

#[test]
fn the_files_of_etc_are_bound_in() {
    let host = host();
    let bundle = host.bundle();
    let flags = ["run", "--rm", "--hostname", "boat", bundle.path(), "sh", "-c"];
    let script = "cat /etc/hostname; grep -c localhost /etc/hosts; grep boat /etc/hosts; cat /proc/mounts";
    let out = host.pontoon(&[&flags[..], &[script]].concat()).ok();
    assert!(out.stdout.starts_with("boat\n"), "{out}");
    for file in ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"] {
        assert!(out.stdout.contains(&format!(" {file} ")), "{file} is not mounted: {out}");
    }
    assert_eq!(std::fs::read(bundle.rootfs().join("etc/hostname")).unwrap(), b"", "the bundle is as it was");
    host.finish();
}

#[test]
fn host_is_the_hosts_network() {
    let host = Host::new();
    let out = run(&host, "host", &host.bundle(), "readlink /proc/self/ns/net");
    assert_eq!(out.stdout, host.sh("readlink /proc/self/ns/net").ok().stdout);
    // And it goes by the host's names.
    host.sh("echo 192.0.2.7 tower >> /etc/hosts").ok();
    let flags = ["run", "--rm", "--net=host", "--add-host", "db:192.0.2.8"];
    let hosts = host.pontoon(&[&flags[..], &[host.bundle().path(), "cat", "/etc/hosts"]].concat()).ok();
    assert_eq!(hosts.stdout, format!("{}192.0.2.8\tdb\n", host.sh("cat /etc/hosts").ok().stdout));
    host.finish();
}

#[test]
fn a_containers_network_can_be_shared() {
    let host = host();
    let bundle = host.bundle();
    let namespace = "readlink /proc/self/ns/net";
    let first = host.start("first", &["--net=bridge"], &bundle, namespace);
    assert_eq!(run(&host, "container:first", &bundle, namespace).line(), first.said());
    first.end();
    host.finish();
}

#[test]
fn a_pinned_namespace_can_be_joined() {
    let host = Host::new();
    host.sh("ip netns add n").ok();
    let out = run(&host, "ns:/run/netns/n", &host.bundle(), "readlink /proc/self/ns/net");
    let inode = host.sh("stat -L -c 'net:[%i]' /run/netns/n").ok();
    assert_eq!(out.stdout, inode.stdout);
    host.sh("ip netns del n; umount /run/netns").ok();
    host.finish();
}

#[test]
fn fifty_at_once_have_fifty_addresses() {
    let host = host();
    let bundle = host.bundle();
    let script = format!("{ADDRESS}; ping -c 1 -W 5 $({GATEWAY}) >/dev/null || echo unreachable");
    let command = ["run", "--rm", bundle.path(), "sh", "-c", &script];
    let running: Vec<_> = (0..50).map(|_| host.pontoon(&command).spawn()).collect();
    let mut addresses = Vec::new();
    for container in running {
        let out = container.wait();
        assert!(out.status == 0 && out.stdout.lines().count() == 1, "{out}");
        addresses.push(out.stdout);
    }
    assert_eq!(addresses.len(), 50);
    host.finish();
}

#[test]
fn a_taken_subnet_is_avoided() {
    let host = host();
    let bundle = host.bundle();
    run(&host, "bridge", &bundle, "true");
    let first = host.sh("ip -4 -o addr show pontoon0 | awk '{ print $4 }'").ok();
    host.sh(&format!(
        "ip link del pontoon0; rm -r /run/pontoon; ip link add other type bridge
        ip addr add {} dev other; ip link set other up",
        first.line()
    ))
    .ok();
    let out = run(&host, "bridge", &bundle, GATEWAY);
    let second = host.sh("ip -4 -o addr show pontoon0 | awk '{ print $4 }'").ok();
    assert_ne!(first.line(), second.line());
    assert!(
        out.stderr.contains(second.line().split('/').next().unwrap().rsplit_once('.').unwrap().0),
        "it is said: {out}"
    );
    host.sh("ip link del other").ok();
    host.finish();
}

#[test]
fn a_bridge_that_was_there_before_is_used_as_it_is() {
    let host = host();
    let bundle = host.bundle();
    host.sh(
        "ip link add pontoon0 type bridge; ip addr add 10.9.0.1/24 dev pontoon0; ip link set pontoon0 mtu 1400 up
        ip netns add outside; ip link add uplink type veth peer name in netns outside
        ip addr add 192.0.2.1/24 dev uplink; ip link set uplink up
        ip -n outside addr add 192.0.2.2/24 dev in; ip -n outside link set in up",
    )
    .ok();
    // The neighbour outside knows no way to 10.9.0.0/24: it answers the host, whose address the packet bears.
    run(
        &host,
        "bridge",
        &bundle,
        "ip -4 addr show eth0 | grep 'inet 10.9.0.2/24' && ping -c 1 -W 5 192.0.2.2",
    );
    let after = host.sh("ip -o link show pontoon0; ip -4 -o addr show pontoon0").ok();
    assert!(after.stdout.contains("mtu 1400 ") && after.stdout.contains("10.9.0.1/24"), "{after}");
    host.sh("ip netns del outside; umount /run/netns").ok();
    host.finish();
}
