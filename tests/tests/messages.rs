//! `--explain`: the messages to the kernel, beside the calls.

use pontoon_tests::Host;

#[test]
fn every_step_is_told() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let out = host.pontoon(&["run", "--rm", "--explain", bundle.path(), "echo", "hello"]).ok();
    assert_eq!(out.stdout, "hello\n", "the explanation is no output of the program");
    for word in [
        "clone3",
        "CLONE_NEWNET",
        "RTM_NEWLINK",
        "IFLA_LINKINFO",
        "VETH_INFO_PEER",
        "IFLA_MASTER",
        "pivot_root",
    ] {
        assert!(out.stderr.contains(word), "{word} is not in {out}");
    }
    for command in ["ip link add", "ip address add", "mount "] {
        assert!(out.stderr.contains(command), "{command:?} is not in {out}");
    }
    host.finish();
}

#[test]
fn the_bytes_are_told_on_demand() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // The name eth0 as the kernel reads it.
    let bytes = "[65 74 68 30 00]";
    let plain = host.pontoon(&["run", "--rm", "--explain", bundle.path(), "true"]).ok();
    assert!(!plain.stderr.contains(bytes), "{plain}");
    let hex = host.pontoon(&["run", "--rm", "--explain=hex", bundle.path(), "true"]).ok();
    assert!(hex.stderr.contains(bytes), "{hex}");
    host.finish();
}

#[test]
fn the_network_is_two_datagrams() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // The bridge is there from the first run on.
    host.pontoon(&["run", "--rm", bundle.path(), "true"]).ok();
    let out = host.pontoon(&["run", "--rm", "--explain=json", bundle.path(), "true"]).ok();
    let steps: Vec<serde_json::Value> = out
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    assert!(steps.len() > 10, "{out}");
    let with = |text: &str| steps.iter().filter(|step| step.to_string().contains(text)).count();
    assert_eq!(with("VETH_INFO_PEER"), 1, "one message makes the pair: {out}");
    host.finish();
}
