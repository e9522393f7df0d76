use pontoon_tests::Host;

use super::{finish, pontoon, script};

/// Two neighbours, `x` behind the port `a0` and `y` behind `b0` of the bridge `br0`, who speak only when they are asked
/// to.
const NEIGHBOURS: &str = "set -e
    neighbour() { # name, port, number
        ip netns add $1; ip netns exec $1 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
        ip link add $2 type veth peer name eth0 address 02:00:00:00:01:0$3 netns $1
        ip -n $1 addr add 10.9.0.$3/24 dev eth0; ip -n $1 link set eth0 up
        echo 1 >/proc/sys/net/ipv6/conf/$2/disable_ipv6; ip link set $2 up
    }
    neighbour x a0 1; neighbour y b0 2";

fn neighbours() -> Host {
    let host = Host::new();
    host.sh(NEIGHBOURS).ok();
    for words in ["addbr br0", "addif br0 a0 b0"] {
        pontoon(&host, words);
    }
    host.sh("echo 1 >/proc/sys/net/ipv6/conf/br0/disable_ipv6; ip link set br0 up").ok();
    host
}

fn away(host: Host) {
    host.sh("ip netns del x; ip netns del y; umount /run/netns").ok();
    finish(host);
}

fn pings(host: &Host, from: &str, to: &str) -> bool {
    host.sh(&format!("ip netns exec {from} ping -c 1 -W 1 {to}")).run().status == 0
}

/// The rows of `showmacs`.
fn macs(host: &Host, tool: &str) -> Vec<String> {
    let out = script(host, &format!("{tool} showmacs br0"));
    assert_eq!((out.stderr.as_str(), out.status), ("", 0));
    out.stdout.lines().map(str::to_owned).collect()
}

/// A row of one who was heard, without the time, and the time.
fn split(row: &str) -> (&str, f64) {
    let (start, age) = row.rsplit_once('\t').expect("columns");
    (start, age.trim().parse().expect("a time"))
}

#[test]
fn who_was_heard_is_shown_as_brctl_shows_it() {
    let host = neighbours();
    host.wait_for("an answer", || pings(&host, "x", "10.9.0.2"));
    // Whoever speaks again in between is younger then.
    host.wait_for("ages between two of brctl's", || {
        let [first, ours, last] = ["brctl", "pontoon bridge", "brctl"].map(|tool| macs(&host, tool));
        assert!(ours.iter().any(|row| row.starts_with("  1\t02:00:00:00:01:01\tno\t\t")), "{ours:?}");
        assert!(ours.iter().any(|row| row.starts_with("  2\t02:00:00:00:01:02\tno\t\t")), "{ours:?}");
        assert_eq!((first.len(), ours[0].as_str()), (ours.len(), first[0].as_str()));
        first[1..].iter().zip(&ours[1..]).zip(&last[1..]).all(|((first, ours), last)| {
            let (first, ours, last) = (split(first), split(ours), split(last));
            assert_eq!(first.0, ours.0);
            first.1 <= ours.1 && ours.1 <= last.1
        })
    });
    // Who was not heard for that long is forgotten, even while the entry is still there.
    host.pontoon(&["bridge", "setageing", "br0", "0.5"]).ok();
    let heard = |tool: &str| macs(&host, tool).iter().any(|row| row.contains("\tno\t"));
    host.wait_for("brctl to forget", || !heard("brctl"));
    assert!(!heard("pontoon bridge"));
    away(host);
}

/// Two machines behind one port, who speak to each other only by way of what is beyond (VEPA).
#[test]
fn a_hairpin_sends_back_what_came_in() {
    let host = neighbours();
    host.sh("set -e
        ip -n x addr flush dev eth0; ip -n y link set eth0 down
        ip -n x link add link eth0 name m0 type macvlan mode vepa
        ip -n x link add link eth0 name m1 netns y type macvlan mode vepa
        ip -n x addr add 10.8.0.1/24 dev m0; ip -n x link set m0 up
        ip -n y addr add 10.8.0.2/24 dev m1; ip -n y link set m1 up")
        .ok();
    assert!(!pings(&host, "x", "10.8.0.2"));
    pontoon(&host, "hairpin br0 a0 on");
    host.wait_for("an answer through the hairpin", || pings(&host, "x", "10.8.0.2"));
    pontoon(&host, "hairpin br0 a0 off");
    assert!(!pings(&host, "x", "10.8.0.2"));
    away(host);
}
