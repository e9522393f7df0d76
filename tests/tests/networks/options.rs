//! Every option of a bridge and of its ports, as the kernel and as `network inspect` have it.

use pontoon_tests::{Container, Host};
use serde_json::{Value, json};

use crate::{create, network, remove, shown};

/// An option; what it is at first and what it is changed to, each as it is said, as it is shown, and as `ip -j` has it.
struct Case {
    key: &'static str,
    /// Its name in `ip -d -j link show`.
    ip: &'static str,
    values: [(&'static str, &'static str, Value); 2],
    /// What it is shown as when nobody says anything.
    usual: &'static str,
}

fn bridges(filtering: bool) -> Vec<Case> {
    let case = |key, ip, one, two, usual| Case { key, ip, values: [one, two], usual };
    let mut cases = vec![
        case("stp", "stp_state", ("true", "true", json!(1)), ("false", "false", json!(0)), "false"),
        case("hello_time", "hello_time", ("1", "1s", json!(100)), ("1500ms", "1500ms", json!(150)), "2s"),
        case("max_age", "max_age", ("10s", "10s", json!(1000)), ("11", "11s", json!(1100)), "20s"),
        case(
            "forward_delay",
            "forward_delay",
            ("4", "4s", json!(400)),
            ("12.5", "12500ms", json!(1250)),
            "0s",
        ),
        case("priority", "priority", ("4096", "4096", json!(4096)), ("0", "0", json!(0)), "32768"),
        case("ageing_time", "ageing_time", ("60", "60s", json!(6000)), ("0", "0s", json!(0)), "300s"),
        case(
            "mcast_snooping",
            "mcast_snooping",
            ("false", "false", json!(0)),
            ("true", "true", json!(1)),
            "true",
        ),
    ];
    if filtering {
        let (on, off) = (("true", "true", json!(1)), ("false", "false", json!(0)));
        cases.push(case("vlan_filtering", "vlan_filtering", on, off, "false"));
    }
    cases
}

fn ports() -> Vec<Case> {
    let switch = |key, ip, usual: &'static str| {
        let (on, off) = (("true", "true", json!(true)), ("false", "false", json!(false)));
        Case { key, ip, values: if usual == "true" { [off, on] } else { [on, off] }, usual }
    };
    vec![
        Case {
            key: "cost",
            ip: "cost",
            values: [("7", "7", json!(7)), ("65535", "65535", json!(65535))],
            usual: "2",
        },
        Case {
            key: "port_priority",
            ip: "priority",
            values: [("3", "3", json!(3)), ("63", "63", json!(63))],
            usual: "32",
        },
        switch("hairpin", "hairpin", "false"),
        switch("isolated", "isolated", "false"),
        switch("learning", "learning", "true"),
        switch("flood", "flood", "true"),
        switch("mcast_flood", "mcast_flood", "true"),
        switch("bcast_flood", "bcast_flood", "true"),
    ]
}

/// What `ip` says of the bridge, or of its port.
fn by_ip(host: &Host, port: bool) -> Value {
    let (which, data) =
        if port { ("master pontoon1", "info_slave_data") } else { ("dev pontoon1", "info_data") };
    let told = host.sh(&format!("ip -d -j link show {which}")).ok().json();
    told.as_array().expect("links").last().expect("a link")["linkinfo"][data].clone()
}

/// Whether all is as in this round of `values`, or as usual.
fn check(host: &Host, cases: &[Case], port: bool, round: Option<usize>) {
    let (state, ip) = (shown(host, "blue")["state"].clone(), by_ip(host, port));
    let settings = if port { &state["ports"][0]["settings"] } else { &state["device"]["settings"] };
    for Case { key, ip: name, values, usual } in cases {
        let shown = round.map_or(*usual, |round| values[round].1);
        assert_eq!(settings[key], shown, "{key}: {settings}");
        if let Some(round) = round {
            assert_eq!(ip[name], values[round].2, "{key}: {ip}");
        }
    }
}

fn words(cases: &[&Case], value: impl Fn(&Case) -> String) -> Vec<String> {
    cases.iter().flat_map(|case| ["-o".to_owned(), format!("{}={}", case.key, value(case))]).collect()
}

fn update(host: &Host, more: &[&str], words: &[String]) {
    let words = words.iter().map(String::as_str);
    let all: Vec<&str> = ["update"].iter().chain(more).copied().chain(words).chain(["blue"]).collect();
    network(host, &all);
}

#[test]
fn every_option_is_set_at_creation_and_by_update_and_shown() {
    let host = Host::new();
    let probe = "ip link add probe type bridge vlan_filtering 1 && ip link del probe";
    let (bridges, ports) = (bridges(host.sh(probe).run().status == 0), ports());
    let all: Vec<&Case> = bridges.iter().chain(&ports).collect();
    let bundle = host.bundle();
    let start = || -> Container<'_> { host.start("web", &["--net=blue"], &bundle, "") };
    // At creation, and for a container that comes later.
    let said = words(&all, |case| case.values[0].0.to_owned());
    create(&host, &format!("blue --subnet 10.101.0.0/24 {}", said.join(" ")));
    let web = start();
    check(&host, &bridges, false, Some(0));
    check(&host, &ports, true, Some(0));
    // All at once while it is used; the spanning tree goes first, whose times it bounds.
    update(&host, &[], &words(&all, |case| case.values[1].0.to_owned()));
    check(&host, &bridges, false, Some(1));
    check(&host, &ports, true, Some(1));
    // One port's, and each option by itself.
    for case in &ports {
        update(&host, &["--port", "web"], &words(&[case], |case| case.values[0].0.to_owned()));
    }
    check(&host, &ports, true, Some(0));
    for case in &bridges {
        update(&host, &[], &words(&[case], |case| case.values[0].0.to_owned()));
    }
    check(&host, &bridges, false, Some(0));
    // Taken back.
    update(&host, &[], &words(&all, |_| String::new()));
    check(&host, &bridges, false, None);
    assert_eq!(shown(&host, "blue").get("options"), None);
    // A spanning tree brings its delay with it.
    for (stp, delay) in [("true", "15s"), ("", "0s")] {
        update(&host, &[], &["-o".to_owned(), format!("stp={stp}")]);
        assert_eq!(shown(&host, "blue")["state"]["device"]["settings"]["forward_delay"], delay);
    }
    web.end();
    let web = start();
    check(&host, &ports, true, None);
    web.end();
    remove(&host, &["blue"]);
    host.finish();
}
