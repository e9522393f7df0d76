//! What `--explain` and `--dry-run` tell of networks.

use pontoon_tests::Host;
use serde_json::Value;

use crate::{create, network, remove};

/// Every step of a command, which must succeed. It tells them to a file, which may stay open with who is started.
fn steps(host: &Host, words: &[&str]) -> Vec<Value> {
    host.sh(&format!("exec pontoon --explain=json {} > told 2>&1", words.join(" "))).ok();
    let text = std::fs::read_to_string(host.dir().join("told")).expect("what was told");
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn call(step: &Value) -> &str {
    step["call"].as_str().expect("a call")
}

fn count(steps: &[Value], name: &str) -> usize {
    steps.iter().filter(|step| call(step) == name).count()
}

/// Whether it is a message of netlink's that changes something.
fn changes(step: &Value) -> bool {
    let call = call(step);
    let netlink = call.starts_with("RTM_") || call.starts_with("NFT_MSG_");
    netlink && ["_NEW", "_DEL", "_SET"].iter().any(|verb| call.contains(verb))
}

/// Sees that each message comes with the command that would send it. Returns those commands.
fn commands(steps: &[Value]) -> String {
    let told = |step: &&Value| step["command"].as_str().is_none();
    let silent: Vec<&str> = steps.iter().filter(|step| changes(step)).filter(told).map(call).collect();
    assert_eq!(silent, [""; 0], "no command");
    let words =
        steps.iter().filter(|step| changes(step)).map(|step| step["command"].as_str().expect("a command"));
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_first_start_makes_the_table_at_once_and_others_add_elements_and_no_rules() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    create(&host, "red --ipv6 --subnet 10.102.0.0/24 --isolate");
    let bundle = host.bundle();
    let start = |name: &str, net: &str, port: &str| {
        steps(&host, &["run", "-d", "--name", name, net, "-p", port, bundle.path(), "sleep", "1000"])
    };
    // All but the elements, with the handles by which the kernel tells a rule from one made anew.
    let rules = || {
        let mut all = host.sh("nft -j -a list ruleset").ok().json();
        for it in all["nftables"].as_array_mut().expect("a list") {
            for kind in ["set", "map"] {
                if let Some(it) = it.get_mut(kind).and_then(Value::as_object_mut) {
                    it.remove("elem");
                }
            }
        }
        all
    };
    let first = start("web", "--net=blue", "8080:80");
    assert_eq!((count(&first, "NFT_MSG_NEWTABLE"), count(&first, "NFNL_MSG_BATCH_BEGIN")), (2, 1));
    assert!(count(&first, "NFT_MSG_NEWRULE") > 10);
    let made = rules();
    for (name, net, port) in
        [("db", "--net=blue", "127.0.0.1:81:80"), ("api", "--net=red", "8000-8009:80-89")]
    {
        let next = start(name, net, port);
        assert_eq!((count(&next, "NFT_MSG_NEWRULE"), count(&next, "NFNL_MSG_BATCH_BEGIN")), (0, 1), "{name}");
        assert_eq!(rules(), made, "{name}");
    }
    host.pontoon(&["rm", "-f", "web", "db", "api"]).ok();
    assert_eq!(rules(), made, "nor does an end");
    remove(&host, &["blue", "red"]);
    host.finish();
}

#[test]
fn every_message_comes_with_the_command_that_would_send_it() {
    let host = Host::new();
    host.sh("ip link add lan0 type veth peer name lan1; ip link set lan0 up; ip link set lan1 up").ok();
    let options = "-o stp=true -o forward_delay=4 -o cost=5";
    create(&host, &format!("blue --ipv6 --subnet 10.101.0.0/24 {options}"));
    create(&host, "dot -d ptp --ipv6 --subnet 10.102.0.0/24 --route 10.9.0.0/16,10.102.0.1");
    create(&host, "far -d vxlan -o id=7 -o remote=192.0.2.9 --subnet 10.103.0.0/24");
    create(&host, "vm -d tap --subnet 10.104.0.0/24");
    create(&host, "lan -d macvlan -o parent=lan0 --subnet 10.105.0.0/24");
    let bundle = host.bundle();
    let told = |words: &[&str]| {
        let rehearsed = commands(&steps(&host, &[&["--dry-run"], words].concat()));
        let done = commands(&steps(&host, words));
        // In a rehearsal what would be looked at is not there yet, so it may tell less.
        for command in ["ip link add", "nft add rule", "tc qdisc add", "ip link del", "bridge_slave"] {
            assert!(done.contains(command) || !rehearsed.contains(command), "{words:?}: {rehearsed}\n{done}");
        }
        (rehearsed, done)
    };
    let run = ["run", "-d", "--name", "web", "--net=blue:rate-up=10mbit,rate-down=20mbit", "-p", "8080:80"];
    let (rehearsed, done) = told(&[&run[..], &[bundle.path(), "sleep", "1000"]].concat());
    for command in [
        "ip link add pontoon1 address 02:42:0a:65:00:01 ",
        "type bridge forward_delay 400 stp_state 1",
        "ip address add 10.101.0.1/24 ",
        "ip address add 10.101.0.2/24 ",
        "route add default via 10.101.0.1 dev eth0",
        " type veth peer name eth0 ",
        "type bridge_slave ",
        "nft add chain inet pontoon filter_forward ",
        "nft add rule inet pontoon nat_prerouting dnat ip to ",
        " inet pontoon publish4 '{ tcp . 8080 ",
        "tc qdisc add dev veth",
        "tc filter add dev veth",
    ] {
        assert!(rehearsed.contains(command) && done.contains(command), "{command}: {rehearsed}\n\n{done}");
    }
    for (net, command) in [
        ("dot", "ip route add 10.102.0.2/32 dev veth"),
        ("far", "type vxlan id 7 remote 192.0.2.9 dstport 4789"),
        ("vm", "link set eth3"),
        ("lan", "link lan0 netns "),
    ] {
        let (rehearsed, done) = told(&["network", "connect", net, "web"]);
        assert!(rehearsed.contains(command) && done.contains(command), "{command}: {rehearsed}\n\n{done}");
    }
    host.sh("nft flush ruleset").ok();
    let (rehearsed, done) = told(&["network", "reload"]);
    assert!(rehearsed.contains("nft add rule") && done.contains("nft add rule"), "{rehearsed}\n\n{done}");
    for words in [
        &["network", "update", "-o", "stp=", "-o", "hairpin=true", "blue"][..],
        &["network", "update", "--port", "web", "-o", "isolated=true", "blue"],
        &["network", "disconnect", "far", "web"],
        &["network", "disconnect", "blue", "web"],
        &["network", "rm", "-f", "dot", "vm"],
    ] {
        let (rehearsed, done) = told(words);
        assert!(!rehearsed.is_empty() && !done.is_empty(), "{words:?}");
    }
    host.pontoon(&["rm", "-f", "web"]).ok();
    network(&host, &["prune"]);
    host.sh("ip link del lan0").ok();
    host.finish();
}
