//! What can't be.

use pontoon_tests::Host;

use crate::{create, network, remove};

/// What `network create` is asked for, and how its answer begins, on a host with the network `red` (10.101.0.0/24) and a
/// device `wan` (10.110.0.1/16).
const REFUSED: [(&str, &str); 20] = [
    ("../evil", "\"../evil\" is no name of a network"),
    ("host", "host is taken"),
    ("bridge", "there is a network bridge already"),
    ("red", "there is a network red already"),
    (
        "blue --subnet 10.101.0.0/16",
        "network blue: subnet 10.101.0.0/16 is in use (10.101.0.0/24, network red)",
    ),
    (
        "blue --subnet 10.110.3.0/24",
        "network blue: subnet 10.110.3.0/24 is in use (10.110.0.0/16, route via wan)",
    ),
    ("blue --subnet 10.102.0.7/24", "network blue: 10.102.0.7/24 is no subnet: it has host bits"),
    (
        "blue --subnet 10.102.0.0/24 --gateway 10.103.0.1",
        "network blue: gateway 10.103.0.1 is in none of the network's subnets",
    ),
    (
        "blue --subnet 10.102.0.0/24 --ip-range 10.103.0.0/25",
        "network blue: range 10.103.0.0-10.103.0.127 is in none",
    ),
    (
        "blue --interface-name sixteen-bytes-xx",
        "network blue: \"sixteen-bytes-xx\" can't be the name of a device",
    ),
    ("blue --interface-name wan", "network blue: the device wan is in use"),
    ("blue --interface-name lo", "network blue: \"lo\" can't be the name of a device: it is the loopback's"),
    ("blue -d macvlan", "network blue: driver macvlan needs a device of the host's"),
    ("blue -d macvlan -o parent=none0", "network blue: the host has no device none0"),
    (
        "blue -d vxlan -o id=16777216",
        "network blue: option id=16777216: it takes a number from 0 to 16777215",
    ),
    ("blue --mtu 67", "network blue: MTU 67"),
    ("blue --mtu 1000 --ipv6", "network blue: MTU 1000: IPv6 needs 1280 bytes"),
    ("blue -o colour=red", "network blue: driver bridge has no option colour"),
    ("blue -o stp=true -o forward_delay=1", "network blue: with stp, forward_delay is 2s to 30s"),
    ("blue -o max_age=1", "network blue: option max_age=1: it takes a time from 6s to 40s"),
];

/// Among it a name that leads elsewhere (CVE-2021-20206).
#[test]
fn what_cannot_be_is_one_clear_line_and_leaves_nothing() {
    let host = Host::new();
    host.sh("ip link add wan type bridge; ip addr add 10.110.0.1/16 dev wan; ip link set wan up").ok();
    create(&host, "red --subnet 10.101.0.0/24");
    for (words, error) in REFUSED {
        let args: Vec<&str> = ["network", "create"].into_iter().chain(words.split(' ')).collect();
        let out = host.pontoon(&args).fails(125);
        assert!(out.stderr.starts_with(&format!("pontoon: {error}")), "{words}: {out}");
        assert_eq!(out.stderr.lines().count(), 1, "{out}");
    }
    for (args, error) in [
        (&["rm", "blue"][..], "no such network: blue"),
        (&["rm", "bridge"], "network bridge is always there"),
        (&["inspect", "blue"], "no such network: blue"),
        (&["update", "red"], "network red: nothing is to be changed"),
        (&["update", "red", "-o", "id=7"], "network red: id is nothing that can be changed"),
        (&["ls", "--filter", "colour=red"], "--filter colour=red: there are"),
    ] {
        let out = host.pontoon(&[&["network"], args].concat()).fails(125);
        assert!(out.stderr.starts_with(&format!("pontoon: {error}")), "{out}");
    }
    create(&host, "red --ignore");
    assert_eq!(network(&host, &["ls", "-q"]).stdout, "bridge\nred\n");
    assert_eq!(host.sh("ls -A /etc/pontoon/networks").ok().stdout, "red.json\n");
    remove(&host, &["red"]);
    host.sh("ip link del wan").ok();
    host.finish();
}

#[test]
fn a_driver_that_the_kernel_lacks_is_told_at_once() {
    let host = Host::new();
    host.sh("ip link add wan type bridge").ok();
    for (driver, probe, option) in [
        ("ipvlan", "ip link add probe link wan type ipvlan", "CONFIG_IPVLAN"),
        ("macvlan", "ip link add probe link wan type macvlan", "CONFIG_MACVLAN"),
        ("vlan", "ip link add probe link wan type vlan id 7", "CONFIG_VLAN_8021Q"),
    ] {
        let there = host.sh(&format!("{probe} && ip link del probe")).run().status == 0;
        let id = if driver == "vlan" { "id=7" } else { "mtu=1400" };
        let create = ["network", "create", "-d", driver, "-o", "parent=wan", "-o", id, driver];
        let out = host.pontoon(&create).run();
        assert_eq!(out.status == 0, there, "{out}");
        assert!(there || out.stderr.contains(option), "{out}");
        if there {
            remove(&host, &[driver]);
        }
    }
    let there =
        host.sh("ip link add probe type bridge vlan_filtering 1 && ip link del probe").run().status == 0;
    let out = host.pontoon(&["network", "create", "-o", "vlan_filtering=on", "filtered"]).run();
    assert_eq!(out.status == 0, there, "{out}");
    assert!(there || out.stderr.contains("CONFIG_BRIDGE_VLAN_FILTERING"), "{out}");
    host.sh("ip link del wan").ok();
    host.finish();
}
