use pontoon_tests::Host;

/// Two namespaces joined by a pair of devices and a router between two networks, all by Pontoon alone.
#[test]
fn packets_pass_what_was_made_by_pontoon_alone() {
    let host = Host::new();
    let pontoon = |line: &str| host.sh(&format!("{} {line}", host.pontoon_path().display())).ok();
    host.sh("set -e; ip netns add red; ip netns add blue; ip netns add green
        ip netns exec blue sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'")
        .ok();
    for line in [
        "link add r0 netns red type veth peer name b0 netns blue",
        "link add --in blue b1 type veth peer name g0 netns green",
        "addr add 10.1.0.1/24 dev r0 --in red",
        "addr add 10.1.0.2/24 brd + dev b0 --in blue",
        "addr add 10.2.0.2/24 brd + dev b1 --in blue",
        "addr add 10.2.0.1/24 dev g0 --in green",
        "link set r0 up --in red",
        "link set b0 up --in blue",
        "link set --in blue dev b1 up",
        "link set g0 up --in green",
        "route add 10.2.0.0/24 via 10.1.0.2 --in red",
        "route add --in green default via 10.2.0.2",
    ] {
        pontoon(line);
    }
    host.sh("ip netns exec red ping -c1 -W5 10.1.0.2").ok();
    host.sh("ip netns exec red ping -c1 -W5 10.2.0.1").ok();
    // What is said inside is told as it would be typed outside.
    let told = pontoon("link set --in red r0 alias x --explain").stderr;
    assert!(told.contains("$ nsenter --net=/run/netns/red ip link set r0 alias x\n"), "{told}");
    let told = pontoon("link set --in blue b1 netns red --explain --dry-run").stdout;
    assert!(told.contains("ip link set b1 netns red\n"), "{told}");
    // A neighbour that was said wrong hears nothing, and one that is forgotten is found again.
    pontoon("neigh replace 10.1.0.2 lladdr 02:00:00:00:00:99 dev r0 --in red");
    assert_ne!(host.sh("ip netns exec red ping -c1 -W1 10.1.0.2").run().status, 0);
    pontoon("neigh flush dev r0 nud permanent --in red");
    host.sh("ip netns exec red ping -c1 -W5 10.1.0.2").ok();
    host.sh("for name in red blue green; do ip netns del $name; done; umount /run/netns").ok();
    host.finish();
}
