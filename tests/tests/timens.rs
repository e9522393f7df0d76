//! Time namespaces: clocks that differ from the host's.

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// A bundle with a time namespace of these offsets.
fn with_clocks(host: &Host, offsets: Value) -> Bundle {
    let bundle = host.bundle();
    bundle.namespace("time", None).config(|config| config["linux"]["timeOffsets"] = offsets);
    bundle
}

/// The first number of a file like /proc/uptime, in seconds.
fn seconds(text: &str) -> i64 {
    text.split('.').next().unwrap().parse().unwrap()
}

fn uptime(host: &Host) -> i64 {
    seconds(&host.sh("cat /proc/uptime").ok().stdout)
}

#[test]
fn clocks_differ_as_asked() {
    let host = Host::new();
    let offsets = json!({"boottime": {"secs": 10 * DAY, "nanosecs": 5}, "monotonic": {"secs": -1}});
    let bundle = with_clocks(&host, offsets);
    let before = uptime(&host);
    let container = host.start("c1", &["--net=none"], &bundle, "cat /proc/uptime /proc/self/timens_offsets");
    let after = uptime(&host);
    let said = container.said();
    let inside = seconds(&said);
    assert!((before..=after + 1).contains(&(inside - 10 * DAY)), "{before} {inside} {after}");
    let offsets: Vec<&str> = said.split_whitespace().skip(2).collect();
    assert_eq!(offsets, ["monotonic", "-1", "0", "boottime", "864000", "5"]);
    // Who comes later has the same clocks.
    assert!(seconds(&container.exec("cat /proc/uptime").stdout) >= inside);
    assert_eq!(
        container.exec("readlink /proc/self/ns/time").stdout,
        container.exec("readlink /proc/1/ns/time").stdout
    );
    container.end();
    host.finish();
}

#[test]
fn a_namespace_without_offsets_is_the_hosts_in_all_but_name() {
    let host = Host::new();
    let bundle = with_clocks(&host, json!({}));
    let run = [
        "run",
        "--rm",
        "--net=none",
        bundle.path(),
        "sh",
        "-c",
        "readlink /proc/self/ns/time; cat /proc/uptime",
    ];
    let before = uptime(&host);
    let said = host.pontoon(&run).ok().stdout;
    let (name, inside) = said.split_once('\n').unwrap();
    assert_ne!(name, host.sh("readlink /proc/self/ns/time").ok().line());
    assert!((before..=uptime(&host) + 1).contains(&seconds(inside)));
    host.finish();
}

#[test]
fn a_container_has_the_clocks_of_another() {
    let host = Host::new();
    let first = with_clocks(&host, json!({"boottime": {"secs": 10 * DAY}}));
    let first = host.start("c1", &["--net=none"], &first, "");
    let pid = &host.pontoon(&["inspect", "c1"]).ok().json()[0]["pid"];
    let second = host.bundle();
    second.namespace("time", Some(&format!("/proc/{pid}/ns/time")));
    let run = ["run", "--rm", "--net=none", second.path(), "cat", "/proc/uptime"];
    assert!(seconds(&host.pontoon(&run).ok().stdout) >= uptime(&host) + 9 * DAY);
    first.end();
    host.finish();
}

#[test]
fn offsets_that_cannot_be_are_refused() {
    let host = Host::new();
    let refused = |bundle: Bundle, expected: &str| {
        let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
        assert!(out.error().contains(expected), "{expected:?} is not in {out}");
    };
    let without = host.bundle();
    without.config(|config| config["linux"]["timeOffsets"] = json!({"boottime": {"secs": 1}}));
    refused(without, "without a new time namespace");
    refused(with_clocks(&host, json!({"realtime": {"secs": 1}})), "realtime");
    // The kernel's own word: no clock runs from before the beginning.
    refused(with_clocks(&host, json!({"boottime": {"secs": -1_000_000_000_i64}})), "timens_offsets");
    host.finish();
}
