//! Networks as a whole: made, used, shown, changed, removed.

use pontoon_tests::{Host, Output};
use serde_json::Value;

/// `pontoon network ARGS`, which must succeed.
fn network(host: &Host, args: &[&str]) -> Output {
    host.pontoon(&[&["network"], args].concat()).ok()
}

/// `pontoon network create blue …`, with these words behind.
fn create(host: &Host, words: &str) {
    let words: Vec<&str> = words.split_whitespace().collect();
    network(host, &[&["create"], &words[..]].concat());
}

/// What `network inspect` shows of a network.
fn shown(host: &Host, name: &str) -> Value {
    let out = network(host, &["inspect", name]);
    let all: Value = serde_json::from_str(&out.stdout).expect("JSON");
    all[0].clone()
}

/// The lines of a script's output in a container that is run with these flags.
fn said(host: &Host, flags: &[&str], script: &str) -> Vec<String> {
    let bundle = host.bundle();
    let run = [&["run", "--rm"], flags, &[bundle.path(), "sh", "-c", script]].concat();
    host.pontoon(&run).ok().stdout.lines().map(str::to_owned).collect()
}

/// Removes networks, and sees that nothing is left of them; the harness looks for devices.
fn remove(host: &Host, names: &[&str]) {
    network(host, &[&["rm"], names].concat());
    for name in names {
        host.sh(&format!("! ls -d /run/pontoon/networks/{name} /etc/pontoon/networks/{name}.json /etc/pontoon/networks/.*.[0-9]*")).ok();
    }
}

const FOUR: &str = "ip -4 -o addr show eth0 | awk '{ print $4 }'";
const SIX: &str = "ip -6 -o addr show eth0 scope global | awk '{ print $4 }'";

#[test]
fn containers_of_one_network_reach_each_other_by_both_families() {
    let host = Host::new();
    create(&host, "blue --ipv6 --subnet 10.101.0.0/24");
    assert!(host.sh("ip link show pontoon1").run().status != 0, "its device is made for the first container");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, &format!("{FOUR}; {SIX}"));
    let addresses: Vec<String> =
        web.said().lines().map(|line| line.split('/').next().unwrap().to_owned()).collect();
    assert_eq!(addresses[0], "10.101.0.2");
    assert!(addresses[1].starts_with("fd"), "{addresses:?}");
    for address in &addresses {
        said(&host, &["--net=blue"], &format!("ping -c 1 -W 2 {address}"));
        host.sh(&format!("ping -c 1 -W 2 {address}")).ok();
    }
    web.end();
    remove(&host, &["blue"]);
    host.finish();
}

#[test]
fn a_network_that_nobody_describes_gets_a_subnet_and_a_device_of_its_own() {
    let host = Host::new().bridge_may_stay();
    host.sh(
        "ip link add pontoon1 type bridge; ip addr add 10.89.0.7/24 dev pontoon1; ip link set pontoon1 up",
    )
    .ok();
    create(&host, "blue");
    create(&host, "red --internal --label a=b");
    let (blue, red) = (shown(&host, "blue"), shown(&host, "red"));
    assert_eq!(
        (&blue["network_interface"], &blue["subnets"][0]["subnet"]),
        (&"pontoon2".into(), &"10.89.1.0/24".into())
    );
    assert_eq!(
        (&red["network_interface"], &red["subnets"][0]["subnet"]),
        (&"pontoon3".into(), &"10.89.2.0/24".into())
    );
    assert_eq!(
        said(
            &host,
            &["--net=blue", "--net=red"],
            "ip -4 -o addr | awk '/eth/ { print $2, $4 }'; ip route | grep default"
        ),
        ["eth0 10.89.1.2/24", "eth1 10.89.2.2/24", "default via 10.89.1.1 dev eth0 "]
    );
    assert_eq!(network(&host, &["ls", "-q", "--filter", "label=a"]).stdout, "red\n");
    let table = network(&host, &["ls"]).stdout;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["NAME", "DRIVER", "DEVICE", "MADE", "SUBNETS", "CONTAINERS"]);
    assert_eq!(rows[2], ["blue", "bridge", "pontoon2", "yes", "10.89.1.0/24", "0"]);
    remove(&host, &["blue", "red"]);
    host.sh("ip link del pontoon1").ok();
    host.finish();
}

#[test]
fn networks_keep_to_themselves() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    create(&host, "red --subnet 10.102.0.0/24");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, FOUR);
    assert_eq!(web.said(), "10.101.0.2/24");
    assert_eq!(said(&host, &["--net=red"], FOUR), ["10.102.0.2/24"]);
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(out.stderr.contains("network blue is in use by container web"), "{out}");
    let out = host.pontoon(&["network", "prune"]).ok();
    assert_eq!(out.stdout, "red\n");
    network(&host, &["rm", "-f", "blue"]);
    assert_eq!(web.exec("ip -o link | wc -l").stdout, "1\n", "its card is gone");
    web.end();
    host.finish();
}

#[test]
fn cards_come_in_the_order_of_the_command_line_with_what_is_asked_for() {
    let host = Host::new();
    for (name, subnet) in [("blue", "10.101.0.0/24"), ("red", "10.102.0.0/24"), ("green", "10.103.0.0/24")] {
        create(&host, &format!("{name} --subnet {subnet}"));
    }
    let nets = [
        "--net=red:ip=10.102.0.9",
        "--net=blue:mac=02:00:00:00:00:2a,ifname=lan",
        "--net=green:gw-priority=1",
    ];
    let script = "ip -4 -o addr | awk '!/ lo / { print $2, $4 }'; ip route | awk '/default/ { print $3 }'; cat /sys/class/net/lan/address";
    let expected =
        ["eth0 10.102.0.9/24", "lan 10.101.0.2/24", "eth1 10.103.0.2/24", "10.103.0.1", "02:00:00:00:00:2a"];
    assert_eq!(said(&host, &nets, script), expected);
    remove(&host, &["blue", "red", "green"]);
    host.finish();
}

#[test]
fn addresses_are_chosen_from_the_range_and_not_from_what_is_kept() {
    let host = Host::new();
    create(
        &host,
        "blue --subnet 10.101.0.0/24 --ip-range 10.101.0.16/29 --exclude 10.101.0.16-10.101.0.17 --exclude 10.101.0.19 --aux-address db=10.101.0.18 --gateway 10.101.0.254",
    );
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, FOUR);
    assert_eq!(web.said(), "10.101.0.20/24");
    let db = host.start("db", &["--net=blue"], &bundle, FOUR);
    assert_eq!(db.said(), "10.101.0.18/24");
    assert_eq!(said(&host, &["--net=blue"], "ip route | awk '/default/ { print $3 }'"), ["10.101.0.254"]);
    assert_eq!(
        said(&host, &["--net=blue:ip=10.101.0.99"], FOUR),
        ["10.101.0.99/24"],
        "one may ask for others"
    );
    for (ip, error) in [
        ("10.101.0.19", "10.101.0.19 is reserved"),
        ("10.101.0.20", "10.101.0.20 is in use by container"),
        ("10.101.0.254", "10.101.0.254 is the gateway's address"),
        ("10.9.9.9", "10.9.9.9 is not in the subnet 10.101.0.0/24"),
    ] {
        let out =
            host.pontoon(&["run", "--rm", &format!("--net=blue:ip={ip}"), bundle.path(), "true"]).fails(125);
        assert!(out.stderr.contains(&format!("network blue: {error}")), "{out}");
    }
    let leases = &shown(&host, "blue")["state"]["leases"];
    let holders: Vec<_> = leases
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (it["address"].as_str().unwrap(), it["name"].as_str().unwrap(), it["status"].as_str().unwrap())
        })
        .collect();
    assert_eq!(holders, [("10.101.0.18", "db", "running"), ("10.101.0.20", "web", "running")]);
    web.end();
    db.end();
    remove(&host, &["blue"]);
    host.finish();
}

/// As podman 4.3 writes it.
const PODMANS: &str = r#"{
     "name": "sea",
     "id": "e4a8ba8a0a5e7f2cd8a2e3e30cba11b63a6f6a2a9f2ab4a1a3d97d5a4a9bd0aa",
     "driver": "bridge",
     "network_interface": "podman7",
     "created": "2023-05-04T10:20:30.123456789+02:00",
     "subnets": [
          {"subnet": "10.105.0.0/24", "gateway": "10.105.0.1",
           "lease_range": {"start_ip": "10.105.0.10", "end_ip": "10.105.0.20"}},
          {"subnet": "fd12:3456:789a::/64", "gateway": "fd12:3456:789a::1"}
     ],
     "ipv6_enabled": true,
     "internal": false,
     "dns_enabled": false,
     "options": {"mtu": "1400"},
     "ipam_options": {"driver": "host-local"}
}"#;

#[test]
fn a_file_of_podmans_is_a_network() {
    let host = Host::new();
    let directory = host.dir().join("networks");
    std::fs::create_dir(&directory).expect("a directory");
    std::fs::write(directory.join("sea.json"), PODMANS).expect("a file");
    let at = format!("--network-config-dir={}", directory.display());
    let bundle = host.bundle();
    let script = format!("{FOUR}; {SIX}; cat /sys/class/net/eth0/mtu");
    let run = [&at, "run", "--rm", "--net=sea", bundle.path(), "sh", "-c", &script];
    let out = host.pontoon(&run).ok();
    assert_eq!(out.stdout, "10.105.0.10/24\nfd12:3456:789a::2/64\n1400\n");
    let made = host.pontoon(&[&at, "network", "inspect", "sea"]).ok();
    let made: Value = serde_json::from_str(&made.stdout).expect("JSON");
    assert_eq!(made[0]["state"]["device"]["name"], "podman7");
    assert_eq!(made[0]["id"], "e4a8ba8a0a5e7f2cd8a2e3e30cba11b63a6f6a2a9f2ab4a1a3d97d5a4a9bd0aa");
    // A network of its own beside it does not touch its subnet or its device.
    let out = host.pontoon(&[&at, "network", "create", "--subnet", "10.105.0.128/25", "own"]).fails(125);
    assert_eq!(
        out.stderr,
        "pontoon: network own: subnet 10.105.0.128/25 is in use (10.105.0.0/24, network sea)\n"
    );
    host.pontoon(&[&at, "network", "rm", "sea"]).ok();
    assert_eq!(std::fs::read_dir(directory).expect("a directory").count(), 0);
    host.finish();
}

#[test]
fn what_cannot_be_is_one_clear_line_and_leaves_nothing() {
    let host = Host::new();
    host.sh("ip link add wan type bridge; ip addr add 10.110.0.1/16 dev wan; ip link set wan up").ok();
    create(&host, "red --subnet 10.101.0.0/24");
    for (words, error) in [
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
        ("blue -d macvlan", "network blue: driver macvlan needs a device of the host's"),
        ("blue -d macvlan -o parent=none0", "network blue: the host has no device none0"),
        (
            "blue -d vxlan -o id=16777216",
            "network blue: option id=16777216: it takes a number from 0 to 16777215",
        ),
        ("blue --mtu 67", "network blue: MTU 67"),
        ("blue --mtu 1000 --ipv6", "network blue: MTU 1000: IPv6 needs 1280 bytes"),
        ("blue -o colour=red", "network blue: driver bridge has no option colour"),
        ("blue -o max_age=1", "network blue: option max_age=1: it takes a time from 6s to 40s"),
    ] {
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

#[test]
fn many_at_once_get_a_subnet_and_a_device_each() {
    let host = Host::new();
    let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
    let making: Vec<_> =
        names.iter().map(|name| host.pontoon(&["network", "create", name]).spawn()).collect();
    for out in making {
        assert_eq!(out.wait().status, 0);
    }
    let same: Vec<_> = (0..4).map(|_| host.pontoon(&["network", "create", "same"]).spawn()).collect();
    let made =
        same.into_iter().filter(|_| true).map(|running| running.wait().status).filter(|&status| status == 0);
    assert_eq!(made.count(), 1);
    let all: Value = serde_json::from_str(&network(&host, &["ls", "--format", "json"]).stdout).expect("JSON");
    let all = all.as_array().expect("an array");
    let distinct =
        |of: &dyn Fn(&Value) -> String| all.iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(distinct(&|it| it["network_interface"].to_string()), 14);
    assert_eq!(distinct(&|it| it["subnets"][0]["subnet"].to_string()), 14);
    assert_eq!(network(&host, &["prune", "-f"]).stdout.lines().count(), 13);
    host.finish();
}

#[test]
fn a_bridge_is_changed_while_it_is_used() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24 -o ageing_time=100 -o cost=7");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    let db = host.start("db", &["--net=blue"], &bundle, "");
    let bridge = || host.sh("ip -d link show pontoon1").ok().stdout;
    assert!(bridge().contains("ageing_time 10000 stp_state 0 "), "{}", bridge());
    let settings = |place: usize| shown(&host, "blue")["state"]["ports"][place]["settings"].clone();
    assert_eq!((&settings(0)["cost"], &settings(1)["cost"]), (&"7".into(), &"7".into()));
    network(
        &host,
        &["update", "-o", "stp=on", "-o", "ageing_time=200s", "-o", "hairpin=on", "--label", "x=y", "blue"],
    );
    assert!(bridge().contains("ageing_time 20000 stp_state 1 "), "{}", bridge());
    assert!(host.sh("brctl showstp pontoon1").ok().stdout.contains("ageing time\t\t 200"));
    let blue = shown(&host, "blue");
    assert_eq!((&blue["options"]["stp"], &blue["labels"]["x"]), (&"on".into(), &"y".into()));
    assert_eq!(blue["state"]["device"]["settings"]["ageing_time"], "200s");
    assert_eq!((&settings(0)["hairpin"], &settings(1)["hairpin"]), (&"true".into(), &"true".into()));
    // What is taken back is as it was before anybody said anything.
    network(&host, &["update", "-o", "stp=", "-o", "ageing_time=", "-o", "hairpin=", "blue"]);
    assert!(bridge().contains("ageing_time 30000 stp_state 0 "), "{}", bridge());
    // One port alone.
    network(&host, &["update", "--port", "web", "-o", "isolated=on", "blue"]);
    let isolated: Vec<_> = (0..2).map(settings).map(|it| it["isolated"].clone()).collect();
    assert!(isolated.contains(&"true".into()) && isolated.contains(&"false".into()), "{isolated:?}");
    assert_eq!(shown(&host, "blue")["options"].get("isolated"), None);
    // A container that comes later finds what is noted.
    network(&host, &["update", "-o", "cost=9", "blue"]);
    let late = host.start("late", &["--net=blue"], &bundle, "");
    assert!((0..3).all(|place| settings(place)["cost"] == "9"));
    for container in [web, db, late] {
        container.end();
    }
    remove(&host, &["blue"]);
    host.finish();
}

#[test]
fn a_rehearsal_tells_and_does_nothing() {
    let host = Host::new();
    let out = host.pontoon(&["--dry-run", "network", "create", "blue"]).ok();
    assert!(out.stdout.contains("/etc/pontoon/networks/blue.json"), "{out}");
    assert_eq!(network(&host, &["ls", "-q"]).stdout, "bridge\n");
    create(&host, "blue --subnet 10.101.0.0/24");
    said(&host, &["--net=blue"], "true");
    let out = host.pontoon(&["--dry-run", "network", "update", "-o", "stp=on", "blue"]).ok();
    assert!(out.stdout.contains("ip link set pontoon1 type bridge stp_state 1"), "{out}");
    let out = host.pontoon(&["--dry-run", "network", "rm", "blue"]).ok();
    assert!(out.stdout.contains("ip link del") && out.stdout.contains("pontoon1"), "{out}");
    let out = host.pontoon(&["--explain", "network", "rm", "blue"]).ok();
    assert!(out.stderr.contains("ip link del") && out.stdout == "blue\n", "{out}");
    host.finish();
}

#[test]
fn pruning_takes_the_device_of_the_default_bridge_when_nobody_uses_it() {
    let host = Host::new();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "");
    network(&host, &["prune"]);
    web.exec("ping -c 1 -W 2 $(ip route | awk '/default/ { print $3 }')");
    web.end();
    assert_eq!(network(&host, &["prune"]).stdout, "", "the network itself stays");
    host.finish();
}

#[test]
fn what_podman_makes_is_a_network() {
    let host = Host::new();
    if host.sh("command -v podman").run().status != 0 {
        return;
    }
    let dir = host.dir().display().to_string();
    let podman = format!(
        "podman --root {dir}/storage --runroot {dir}/run --tmpdir {dir}/tmp --network-backend netavark \
        --network-config-dir {dir}/networks network"
    );
    host.sh(&format!("{podman} create --subnet 10.106.0.0/24 --ip-range 10.106.0.128/25 --ipv6 sea")).ok();
    let at = format!("--network-config-dir={dir}/networks");
    let bundle = host.bundle();
    let script = format!("{FOUR}; {SIX}");
    let out = host.pontoon(&[&at, "run", "--rm", "--net=sea", bundle.path(), "sh", "-c", &script]).ok();
    assert!(out.stdout.starts_with("10.106.0.129/24\nfd"), "{out}");
    // And podman reads what Pontoon makes.
    host.pontoon(&[&at, "network", "create", "--subnet", "10.107.0.0/24", "--exclude", "10.107.0.9", "own"])
        .ok();
    let own = host.sh(&format!("{podman} inspect own")).ok();
    assert!(own.stdout.contains("10.107.0.0/24") && own.stdout.contains("pontoon"), "{own}");
    host.pontoon(&[&at, "network", "rm", "sea", "own"]).ok();
    host.finish();
}

#[test]
fn force_takes_cards_and_addresses_from_those_who_have_them() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    create(&host, "red --subnet 10.102.0.0/24");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue", "--net=red"], &bundle, "");
    host.pontoon(&["run", "--name", "old", "--net=blue", bundle.path(), "true"]).ok();
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue is in use by containers old, web (disconnect them, or use -f)"),
        "{out}"
    );
    assert_eq!(network(&host, &["prune"]).stdout, "", "a container that has ended counts");
    assert_eq!(web.exec("ip route | awk '/default/ { print $5 }'").stdout, "eth0\n");
    assert_eq!(network(&host, &["rm", "-f", "blue"]).stdout, "blue\n");
    assert_eq!(
        web.exec("ip route | awk '/default/ { print $5 }'").stdout,
        "eth1\n",
        "the other card leads on"
    );
    host.sh("! ls -d /run/pontoon/networks/blue /run/pontoon/containers/*/card.eth0.json").ok();
    host.pontoon(&["rm", "old"]).ok();
    web.end();
    remove(&host, &["red"]);
    host.finish();
}

#[test]
fn routed_cards_have_a_network_without_a_bridge() {
    let host = Host::new();
    create(&host, "blue -d ptp --subnet 10.101.0.0/24 --subnet fd07::/64 --route 10.9.0.0/16,10.101.0.1,7");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    said(&host, &["--net=blue"], "ping -c 1 -W 2 10.101.0.2 && ping -c 1 -W 2 fd07::2");
    assert_eq!(web.exec("ip route | grep -c '10.9.0.0/16 via 10.101.0.1 .*metric 7'").stdout, "1\n");
    let blue = shown(&host, "blue");
    assert_eq!(blue["state"]["ports"][0]["interface"], "eth0");
    assert_eq!(blue["state"]["device"], Value::Null);
    web.end();
    remove(&host, &["blue"]);
    host.finish();
}

#[test]
fn another_programs_bridge_is_left_alone() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    host.sh("ip link add pontoon1 type bridge").ok();
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue is in use: the host has its device pontoon1, which is not"),
        "{out}"
    );
    assert_eq!(network(&host, &["prune"]).stdout, "");
    network(&host, &["rm", "-f", "blue"]);
    host.sh("ip link del pontoon1").ok();
    host.finish();
}

#[test]
fn the_default_bridge_can_be_changed_too() {
    let host = Host::new().bridge_may_stay();
    network(&host, &["update", "-o", "ageing_time=100s", "-o", "mtu=1400", "bridge"]);
    assert_eq!(said(&host, &[], "cat /sys/class/net/eth0/mtu"), ["1400"]);
    let bridge = host.sh("ip -d link show pontoon0").ok().stdout;
    assert!(bridge.contains("ageing_time 10000 ") && bridge.contains("mtu 1400 "), "{bridge}");
    assert_eq!(shown(&host, "bridge")["subnets"][0]["subnet"], "10.87.0.0/16");
    let out = host.pontoon(&["network", "create", "--subnet", "10.87.9.0/24", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue: subnet 10.87.9.0/24 is in use (10.87.0.0/16, route via pontoon0)"),
        "{out}"
    );
    host.finish();
}
