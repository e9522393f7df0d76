//! Cards with an end on the host: routed, limited, removed together.

use std::io::Write;
use std::net::{Shutdown, TcpListener};
use std::time::Instant;

use pontoon_tests::Host;

use super::{addresses, lan, network, pings, reaches, unlan};

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
    host.sh("ip route add default via 192.168.7.1; ip link set lan0 mtu 1400").ok();
    network(&host, "create deep -d ptp --subnet 10.37.0.0/24 --subnet fd37::/64 --internal");
    let bundle = host.bundle();
    for (name, leads_out) in [("wide", true), ("deep", false)] {
        let net = format!("--net={name}");
        let one = host.start("one", &[&net], &bundle, "cat /sys/class/net/eth0/mtu");
        assert_eq!(one.said(), if leads_out { "1400" } else { "1500" });
        let two = host.start("two", &["--net=none"], &bundle, "");
        network(&host, &format!("connect {name} two"));
        let theirs = addresses(&two);
        assert_eq!(theirs.len(), 2);
        for address in &theirs {
            reaches(&one, address);
            host.sh(&format!("ping -c 1 -W 10 {address}")).ok();
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

#[test]
fn a_rehearsal_tells_the_commands_that_limit_a_card() {
    let host = Host::new();
    network(&host, "create wide -d ptp --subnet 10.40.0.0/24");
    let bundle = host.bundle();
    let run = ["--dry-run", "run", "--net-rate", "up=10mbit,down=5mbit", "--net=wide", bundle.path(), "true"];
    let told = host.pontoon(&run).ok();
    let told = told.stdout.clone() + &told.stderr;
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    let dev = |begins: &str| {
        let line = lines.iter().find(|line| line.starts_with(begins)).expect(begins);
        line.split(" dev ").nth(1).unwrap_or_default().chars().take(4).collect::<String>()
    };
    assert_eq!(dev("$ tc filter add"), "veth", "{told}");
    assert_eq!(dev("$ ip address add 10.40.0.1/32"), "veth", "{told}");
    assert!(told.contains("action mirred egress redirect dev ifb"), "{told}");
    network(&host, "rm wide");
    host.finish();
}

#[test]
fn removing_a_network_takes_all_its_cards_at_once() {
    let host = Host::new();
    network(&host, "create wide -d ptp --subnet 10.40.0.0/24");
    let bundle = host.bundle();
    let names: Vec<String> = (0..8).map(|number| format!("c{number}")).collect();
    let running: Vec<_> = names.iter().map(|name| host.start(name, &["--net=wide"], &bundle, "")).collect();
    let told = host.pontoon(&["--explain", "network", "rm", "-f", "wide"]).ok().stderr;
    assert_eq!(told.matches("RTM_DELLINK").count(), 1, "{told}");
    assert!(told.contains("$ ip link del group "), "{told}");
    assert_eq!(host.sh("ip -o link | wc -l").ok().line(), "1");
    for container in running {
        assert_eq!(container.exec("ip -o link | wc -l").line(), "1");
        container.end();
    }
    host.finish();
}

#[test]
fn what_nobody_owns_is_found_and_removed_together() {
    let host = Host::new();
    host.sh("set -e
        for number in 1 2 3; do
            ip link add veth0123abcd$number type veth peer name x$number
            ip link set veth0123abcd$number alias 'pontoon:gone:eth0 /run/pontoon'
        done
        ip link add ifb0123abcd1 type ifb
        ip link set ifb0123abcd1 alias 'pontoon:gone:eth0 /run/pontoon'")
        .ok();
    let said = host.pontoon(&["doctor", "--check"]).fails(1).stdout;
    assert_eq!(said.matches(" of container gone").count(), 4, "{said}");
    assert!(host.pontoon(&["doctor"]).ok().stdout.contains("mended"));
    assert_eq!(host.sh("ip -o link | wc -l").ok().line(), "1");
    host.finish();
}
