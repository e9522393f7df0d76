use pontoon_tests::Host;

use super::{PAIRS, finish, made, pontoon, script};

/// What both show, without how far the timers have run.
fn trees(host: &Host, bridge: &str) -> [String; 2] {
    ["brctl", "pontoon bridge"].map(|tool| {
        let text = script(host, &format!("{tool} showstp {bridge}")).stdout;
        let mut parts = text.split("timer\t");
        let first = parts.next().unwrap_or_default().to_owned();
        // A timer's number follows, behind white space.
        parts.fold(first, |masked, part| {
            let number = part.split_whitespace().next().unwrap_or_default();
            assert!(number.parse::<f64>().is_ok(), "{part:?}");
            let rest = part.split_once(number).map_or("", |(_, rest)| rest);
            masked + "timer\t#" + rest
        })
    })
}

/// The state of a port.
fn state(host: &Host, bridge: &str, port: &str) -> String {
    let text = host.pontoon(&["bridge", "showstp", bridge]).ok().stdout;
    let (_, block) = text.split_once(&format!("\n{port} (")).expect("a port");
    let (_, behind) = block.split_once("\tstate\t").expect("a state");
    behind.split_whitespace().next().expect("a word").to_owned()
}

#[test]
fn a_port_listens_and_learns_before_it_forwards() {
    let host = Host::new();
    host.sh(&format!("set -e; {PAIRS}; ip link set a1 up")).ok();
    for words in ["addbr br0", "stp br0 on", "setfd br0 2", "addif br0 a0"] {
        pontoon(&host, words);
    }
    assert_eq!(state(&host, "br0", "a0"), "disabled");
    host.sh("ip link set br0 up; ip link set a0 up").ok();
    let mut seen = Vec::new();
    host.wait_for("a port that forwards", || {
        let now = state(&host, "br0", "a0");
        if seen.last() != Some(&now) {
            seen.push(now);
        }
        seen.last().is_some_and(|last| last == "forwarding")
    });
    // A carrier may come a moment after the device is up.
    seen.retain(|state| state != "disabled");
    assert_eq!(seen, ["listening", "learning", "forwarding"]);
    finish(host);
}

/// Two bridges with two ways between them, of which one must be closed.
#[test]
fn a_loop_is_shown_as_brctl_shows_it() {
    let host = Host::new();
    let all = "for bridge in br0 br1; do
            brctl addbr $bridge; brctl stp $bridge on; brctl setfd $bridge 2; ip link set $bridge up
        done
        brctl setbridgeprio br0 100; brctl setmaxage br0 7; brctl setageing br0 1234567.89; brctl sethello br0 1
        brctl addif br0 a0 b0; brctl addif br1 a1 b1
        for port in a0 a1 b0 b1; do ip link set $port up; done";
    made(&host, &format!("{PAIRS}; {all}"));
    host.wait_for("a closed way", || state(&host, "br1", "b1") == "blocking");
    host.wait_for("an open way", || state(&host, "br1", "a1") == "forwarding");
    for bridge in ["br0", "br1"] {
        let mut last = Default::default();
        // Flags come and go.
        host.wait_for(&format!("a tree that both see alike: {bridge}"), || {
            last = trees(&host, bridge);
            last[0] == last[1]
        });
        assert!(last[0].contains(" hello timer\t#\t\t\ttcn timer\t#\n"), "{}", last[0]);
        assert!(last[0].contains("\tmessage age timer\t#\n"), "{}", last[0]);
    }
    let other = host.pontoon(&["bridge", "showstp", "br1"]).ok().stdout;
    assert!(
        other.contains(" designated root\t0064.0200000000a0\n root port\t\t   1\t\t\tpath cost\t\t   2\n"),
        "{other}"
    );
    assert!(other.contains(" max age\t\t   7.00\t\t\tbridge max age\t\t   7.00\n"), "{other}");
    finish(host);
}

/// Timers that both read at once are the same; what is read between two readings of the other lies between them.
#[test]
fn timers_run_as_brctl_sees_them() {
    let host = Host::new();
    made(
        &host,
        &format!("{PAIRS}; brctl addbr br0; brctl stp br0 on; brctl sethello br0 10; ip link set br0 up"),
    );
    let timer = |tool: &str| -> f64 {
        let text = script(&host, &format!("{tool} showstp br0")).stdout;
        let line = text.lines().find(|line| line.starts_with(" hello timer")).expect("a timer");
        line.split_whitespace().nth(2).and_then(|number| number.parse().ok()).expect("a number")
    };
    // It may begin again in between.
    host.wait_for("a timer that runs down", || {
        let (first, ours, last) = (timer("brctl"), timer("pontoon bridge"), timer("brctl"));
        first >= ours && ours >= last && last > 0.0
    });
    finish(host);
}
