//! Networks that containers use.

use pontoon_tests::Host;
use serde_json::Value;

use crate::{FOUR, SIX, create, network, remove, said, shown};

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
        said(&host, &["--net=blue"], &format!("ping -c 1 -W 10 {address}"));
        host.sh(&format!("ping -c 1 -W 10 {address}")).ok();
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

#[test]
fn routed_cards_have_a_network_without_a_bridge() {
    let host = Host::new();
    create(&host, "blue -d ptp --subnet 10.101.0.0/24 --subnet fd07::/64 --route 10.9.0.0/16,10.101.0.1,7");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    said(&host, &["--net=blue"], "ping -c 1 -W 10 10.101.0.2 && ping -c 1 -W 10 fd07::2");
    assert_eq!(web.exec("ip route | grep -c '10.9.0.0/16 via 10.101.0.1 .*metric 7'").stdout, "1\n");
    let blue = shown(&host, "blue");
    assert_eq!(blue["state"]["ports"][0]["interface"], "eth0");
    assert_eq!(blue["state"]["device"], Value::Null);
    web.end();
    remove(&host, &["blue"]);
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
fn a_second_subnet_gives_once_the_first_is_full() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/30 --subnet 10.102.0.0/24 --gateway 10.102.0.9");
    let bundle = host.bundle();
    let routes = format!("{FOUR}; ip route | awk '/default/ {{ print $3 }}'");
    let web = host.start("web", &["--net=blue"], &bundle, &routes);
    assert_eq!(web.said(), "10.101.0.2/30\n10.101.0.1");
    let db = host.start("db", &["--net=blue"], &bundle, &routes);
    assert_eq!(db.said(), "10.102.0.1/24\n10.102.0.9");
    // They reach each other, by name too, whichever subnet they are in.
    for (one, other, address) in [(&web, "db", "10.102.0.1"), (&db, "web", "10.101.0.2")] {
        one.exec(&format!("ping -c 1 -W 10 {other} && nslookup {other} | grep {address}"));
    }
    web.end();
    assert_eq!(said(&host, &["--net=blue"], FOUR), ["10.101.0.2/30"], "what was given back is given again");
    db.end();
    remove(&host, &["blue"]);
    host.finish();
}

#[test]
fn an_address_is_kept_while_its_container_is_merely_stopped() {
    let host = Host::new();
    create(&host, "blue --ipv6 --subnet 10.101.0.0/29 --subnet fd01::/64");
    let bundle = host.bundle();
    host.pontoon(&["run", "--name", "web", "--net=blue", bundle.path(), "true"]).ok();
    let leases = || shown(&host, "blue")["state"]["leases"].clone();
    let kept = leases();
    for (place, address) in ["10.101.0.2", "fd01::2"].iter().enumerate() {
        assert_eq!(kept[place]["address"], *address);
        assert_eq!((&kept[place]["name"], &kept[place]["status"]), (&"web".into(), &"stopped".into()));
    }
    // All others in turn, and never that one.
    for _ in 0..6 {
        assert_ne!(said(&host, &["--net=blue"], FOUR), ["10.101.0.2/29"]);
    }
    let asked = ["run", "--rm", "--net=blue:ip=10.101.0.2", bundle.path(), "true"];
    let out = host.pontoon(&asked).fails(125);
    assert_eq!(out.error(), "pontoon: network blue: 10.101.0.2 is in use by container web");
    host.pontoon(&["rm", "web"]).ok();
    assert_eq!(leases(), serde_json::json!([]));
    host.pontoon(&asked).ok();
    remove(&host, &["blue"]);
    host.finish();
}
