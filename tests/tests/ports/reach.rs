//! Who reaches a published port, and as whom.

use pontoon_tests::Host;

use crate::{address, finish, host, start};

const BOTH: [&str; 2] = [
    "blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64",
    "red --ipv6 --subnet 10.102.0.0/24 --subnet fd02::/64",
];

/// Sees everybody reach what `web` publishes on 8080, whatever the kernel does with what stays on a bridge; and the
/// server see who they are (CVE-2021-20199: all were 127.0.0.1).
fn everybody_reaches(host: &Host) {
    let bundle = host.bundle();
    let ports = "--net=blue -p 8080:80 -p 8080:80/udp";
    let web = start(host, "web", ports, &bundle);
    let near = start(host, "near", "--net=blue", &bundle);
    let other = start(host, "other", "--net=red", &bundle);
    let server = host.serve("web", 80);
    // From a neighbour, whose real address the server sees.
    host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
    host.reaches("out", "[2001:db8:2::1]:8080", "web 2001:db8:2::2");
    // By another address of the host than the one that is near.
    host.reaches("out", "192.0.3.1:8080", "web 192.0.2.2");
    // From the host, by its addresses and by loopback.
    host.reaches("host", "192.0.2.1:8080", "web 192.0.2.1");
    host.reaches("host", "[2001:db8:2::1]:8080", "web 2001:db8:2::1");
    host.reaches("host", "127.0.0.1:8080", "web 10.101.0.1");
    host.reaches("host", "127.9.9.9:8080", "web 10.101.0.1");
    host.reaches("host", "[::1]:8080", "web fd01::1");
    // From itself.
    for target in ["192.0.2.1:8080", "10.101.0.1:8080"] {
        host.reaches("web", target, "web 10.101.0.1");
    }
    for target in ["[2001:db8:2::1]:8080", "[fd01::1]:8080"] {
        host.reaches("web", target, "web fd01::1");
    }
    // From a container of the same network, and of another.
    let said = host.ask("near", "192.0.2.1:8080").expect("an answer");
    assert!(["web 10.101.0.1", "web 10.101.0.3"].contains(&said.as_str()), "{said}");
    assert!(host.ask("near", "[2001:db8:2::1]:8080").is_some());
    host.reaches("other", "192.0.2.1:8080", "web 10.102.0.2");
    host.reaches("other", "[2001:db8:2::1]:8080", "web fd02::2");
    // Nobody past the port.
    for place in ["out", "other"] {
        host.fails_to_reach(place, "10.101.0.2:80");
        host.fails_to_reach(place, "[fd01::2]:80");
    }
    drop(server);
    for container in [web, near, other] {
        container.end();
    }
    host.fails_to_reach("out", "192.0.2.1:8080");
}

#[test]
fn a_published_port_is_reached_from_everywhere() {
    let host = host(&BOTH);
    host.sh("for f in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo 0 > $f; done").run();
    everybody_reaches(&host);
    finish(host);
}

#[test]
fn a_published_port_is_reached_from_everywhere_where_bridges_are_filtered() {
    let host = host(&BOTH);
    let filtered = "cat /proc/sys/net/bridge/bridge-nf-call-ip*tables";
    if host.sh(filtered).run().stdout == "1\n1\n" {
        everybody_reaches(&host);
        assert_eq!(host.sh(filtered).ok().stdout, "0\n1\n", "IPv6 alone, for [::1]");
    }
    finish(host);
}

#[test]
fn a_port_of_a_routed_card_is_reached_from_everywhere() {
    let host = host(&["blue -d ptp --subnet 10.101.0.0/24 --subnet fd01::/64"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let near = start(&host, "near", "--net=blue", &bundle);
    let server = host.serve("web", 80);
    host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
    host.reaches("out", "[2001:db8:2::1]:8080", "web 2001:db8:2::2");
    host.reaches("host", "127.0.0.1:8080", "web 10.101.0.1");
    host.reaches("host", "[::1]:8080", "web fd01::1");
    host.reaches("web", "192.0.2.1:8080", "web 10.101.0.1");
    host.reaches("near", "192.0.2.1:8080", "web 10.101.0.1");
    host.reaches("near", "10.101.0.2:80", "web 10.101.0.3");
    host.fails_to_reach("out", "10.101.0.2:80");
    drop(server);
    web.end();
    near.end();
    finish(host);
}

/// Neither a neighbour's nor a container's that routes 127.0.0.0/8 through the host (CVE-2020-8558).
#[test]
fn a_port_of_the_hosts_loopback_is_nobody_elses() {
    let host = host(&BOTH);
    let bundle = host.bundle();
    let flags = "--net=blue -p 127.0.0.1:81:80 -p 127.0.0.1:81:80/udp -p [::1]:81:80 -p [::1]:81:80/udp
        -p 192.0.2.1:82:80 -p 192.0.2.1:82:80/udp";
    let web = start(&host, "web", flags, &bundle);
    let near = start(&host, "near", "--net=blue", &bundle);
    let server = host.serve("web", 80);
    host.reaches("host", "127.0.0.1:81", "web 10.101.0.1");
    host.reaches("host", "[::1]:81", "web fd01::1");
    host.reaches("out", "192.0.2.1:82", "web 192.0.2.2");
    host.fails_to_reach("host", "127.0.0.1:82");
    host.fails_to_reach("out", "192.0.3.1:82");
    for target in ["192.0.2.1:81", "[2001:db8:2::1]:81", "10.101.0.2:80", "[fd01::2]:80"] {
        host.fails_to_reach("out", target);
    }
    // Who routes loopback addresses through the host reaches nothing by them.
    for (place, via, own) in [("out", "192.0.2.1", "192.0.2.2"), ("near", "10.101.0.1", "10.101.0.3")] {
        let script = format!(
            "ip route del local 127.0.0.1 dev lo table local; ip route del local 127.0.0.0/8 dev lo table local
            echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet; ip route add 127.0.0.0/8 via {via} src {own}"
        );
        host.at(place, || {
            let done = std::process::Command::new("unshare")
                .args(["-m", "sh", "-c", &format!("mount -t sysfs sysfs /sys; {script}")])
                .status();
            assert!(done.expect("a shell").success());
        });
        host.fails_to_reach(place, "127.0.0.1:81");
    }
    drop(server);
    web.end();
    near.end();
    finish(host);
}

/// CVE-2025-67499: packets in transit were taken for those to a published port. CVE-2019-9946: the rule for one came
/// before the host's own.
#[test]
fn what_passes_through_the_host_is_left_alone_and_the_hosts_rules_come_first() {
    let host = host(&BOTH);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let (inner, outer, other) = (host.serve("web", 80), host.serve("far", 8080), host.serve("far", 80));
    // To the number of a published port, elsewhere: with its own address.
    host.reaches("out", "192.0.3.2:8080", "far 192.0.2.2");
    host.reaches("out", "[2001:db8:3::2]:8080", "far 2001:db8:2::2");
    host.reaches("web", "192.0.3.2:8080", "far 192.0.3.1");
    host.reaches("web", "[2001:db8:3::2]:8080", "far 2001:db8:3::1");
    // A rule of the host's, from before or after.
    host.sh(
        "nft 'add table ip nat; add chain ip nat prerouting { type nat hook prerouting priority dstnat; }
        add rule ip nat prerouting iifname vout meta l4proto { tcp, udp } th dport 8080 dnat to 192.0.3.2:80'",
    )
    .ok();
    host.reaches("out", "192.0.2.1:8080", "far 192.0.2.2");
    // And a drop of the host's holds.
    host.sh("nft 'delete table ip nat; add table inet own
        add chain inet own forward { type filter hook forward priority filter; }
        add rule inet own forward iifname vout drop'")
        .ok();
    host.fails_to_reach("out", "192.0.2.1:8080");
    host.sh("nft delete table inet own").ok();
    drop((inner, outer, other));
    web.end();
    finish(host);
}

#[test]
fn each_port_of_a_range_leads_to_its_own() {
    let host = host(&["blue --subnet 10.101.0.0/24"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue -p8000-8002:80-82 -p=8000-8002:80-82/udp", &bundle);
    let servers = [host.serve("web", 80), host.serve("web", 82)];
    assert_eq!(address(&host, "web", "address"), "10.101.0.2");
    host.reaches("out", "192.0.2.1:8000", "web 192.0.2.2");
    host.fails_to_reach("out", "192.0.2.1:8001");
    host.reaches("out", "192.0.2.1:8002", "web 192.0.2.2");
    host.fails_to_reach("out", "192.0.2.1:8003");
    drop(servers);
    web.end();
    finish(host);
}
