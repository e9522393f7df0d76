//! Networks that are changed, or only in rehearsal.

use pontoon_tests::Host;

use crate::{create, network, remove, said, shown};

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

#[test]
fn a_rehearsal_tells_and_does_nothing() {
    let host = Host::new();
    let out = host.pontoon(&["--dry-run", "network", "create", "blue"]).ok();
    assert!(out.stdout.contains("/etc/pontoon/networks/blue.json"), "{out}");
    assert_eq!(network(&host, &["ls", "-q"]).stdout, "bridge\n");
    create(&host, "blue --subnet 10.101.0.0/24");
    said(&host, &["--net=blue"], "true");
    let out = host.pontoon(&["--dry-run", "network", "update", "-o", "stp=on", "blue"]).ok();
    assert!(out.stdout.contains("ip link set pontoon1 type bridge forward_delay 1500 stp_state 1"), "{out}");
    let out = host.pontoon(&["--dry-run", "network", "rm", "blue"]).ok();
    assert!(out.stdout.contains("ip link del") && out.stdout.contains("pontoon1"), "{out}");
    let out = host.pontoon(&["--explain", "network", "rm", "blue"]).ok();
    assert!(out.stderr.contains("ip link del") && out.stdout == "blue\n", "{out}");
    host.finish();
}

#[test]
fn isolation_is_changed_for_those_who_run() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24 -o isolate=false");
    create(&host, "red --subnet 10.102.0.0/24 -o isolate=false");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    let red = host.start("red", &["--net=red"], &bundle, "");
    let reaches = "ping -c 1 -W 10 10.101.0.2 >/dev/null && echo yes || echo no";
    let is_cut_off = "ping -c 1 -W 1 10.101.0.2 >/dev/null && echo yes || echo no";
    assert_eq!(red.exec(reaches).stdout, "yes\n", "both are open");
    network(&host, &["update", "--isolate", "blue"]);
    assert_eq!(red.exec(is_cut_off).stdout, "no\n");
    network(&host, &["update", "--isolate=false", "blue"]);
    assert_eq!(red.exec(reaches).stdout, "yes\n");
    network(&host, &["update", "--isolate=", "blue"]);
    assert_eq!(red.exec(is_cut_off).stdout, "no\n", "what is usual is not open");
    web.end();
    red.end();
    remove(&host, &["blue"]);
    assert!(host.sh("nft list ruleset").ok().stdout.contains("table inet pontoon"), "red is there still");
    remove(&host, &["red"]);
    network(&host, &["prune"]);
    assert_eq!(host.sh("nft list ruleset").ok().stdout, "", "nobody needs the table any more");
    host.finish();
}

#[test]
fn servers_for_other_names_are_changed() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24 --dns 192.0.2.1");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    network(&host, &["update", "--dns-add", "192.0.2.2,192.0.2.3", "--dns-drop", "192.0.2.1", "blue"]);
    assert_eq!(shown(&host, "blue")["network_dns_servers"], serde_json::json!(["192.0.2.2", "192.0.2.3"]));
    assert_eq!(web.exec("nslookup web | grep -c 10.101.0.2").stdout, "1\n");
    let out = host.pontoon(&["network", "update", "--dns-drop", "192.0.2.9", "blue"]).fails(125);
    assert!(out.stderr.contains("network blue: 192.0.2.9 is none of its servers"), "{out}");
    web.end();
    remove(&host, &["blue"]);
    host.finish();
}
