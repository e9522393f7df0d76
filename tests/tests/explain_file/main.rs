//! `pontoon explain`: what other programs were seen to say to the kernel.

mod again;

use pontoon_tests::{Host, Output};

/// A capture of an nlmon device by tcpdump, on a kernel 6.1: see the commands below. Dumps of links were left out.
const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explain_file/nlmon.pcap");

/// Devices for commands to act on.
const DEVICES: &str = "set -e
    ip link add br0 type bridge
    ip link set br0 up
    ip link add vethA type veth peer name vethB
    ip link set vethA master br0 up
    ip address add 10.9.0.1/16 dev br0";

/// Commands, and what is printed for them: nothing, if it is the same.
const COMMANDS: [(&str, &str); 17] = [
    ("ip link add vethX mtu 1400 type veth peer name eth0", ""),
    ("ip link set vethA mtu 1300", ""),
    ("ip address add 10.1.0.2/16 broadcast 10.1.255.255 dev vethA", ""),
    ("ip address add fd00::8/64 nodad dev br0", ""),
    ("ip route add 10.3.0.0/16 nexthop via 10.9.0.4 weight 2 nexthop via 10.9.0.5 dev br0 onlink", ""),
    ("ip route add 10.5.0.0/16 via 10.9.0.3 dev br0 metric 5 mtu lock 1400 advmss 1300", ""),
    ("ip rule add from 10.0.0.0/8 fwmark 0x1/0xff iif br0 pref 1000 table 100", ""),
    ("ip neighbour add 10.9.0.9 lladdr 02:42:0a:01:00:09 dev br0 nud permanent", ""),
    ("bridge fdb add 02:42:0a:01:00:0a dev vethA master static", ""),
    ("bridge link set dev vethA cost 7 hairpin on flood off isolated on", ""),
    ("bridge vlan add dev vethA vid 10 pvid untagged", ""),
    ("tc qdisc add dev vethA root handle 1: htb default 30", ""),
    (
        "tc class add dev vethA parent 1: classid 1:10 htb rate 5mbit ceil 10mbit",
        "tc class add dev vethA parent 1: classid 1:10 htb rate 5mbit ceil 10mbit burst 1600 cburst 1600",
    ),
    ("tc qdisc add dev vethB root tbf rate 20mbit burst 65536 limit 190000", ""),
    ("nft add table inet t", ""),
    ("nft add chain inet t in '{ type filter hook input priority 0; policy accept; }'", ""),
    ("nft add rule inet t in tcp dport '{ 22, 80 }' accept", ""),
];

fn commands(output: &Output) -> Vec<&str> {
    output.stdout.lines().filter_map(|line| line.trim_start().strip_prefix("$ ")).collect()
}

/// What a command says, by strace with these options.
fn traced(host: &Host, options: &str, command: &str) -> String {
    let script =
        format!("strace -o trace {options} -e trace=network,sendmsg,openat,write {command}; cat trace");
    host.sh(&script).ok().stdout
}

#[test]
fn what_strace_prints_of_a_command_is_told_by_the_command() {
    let host = Host::new();
    host.sh(DEVICES).ok();
    for (command, printed) in COMMANDS {
        let trace = traced(&host, "-v -s 100000", command);
        let told = host.pontoon(&["explain", "-"]).stdin(trace.clone()).ok();
        let printed = if printed.is_empty() { command } else { printed };
        assert_eq!(
            commands(&told).iter().filter(|told| **told == printed).count(),
            1,
            "{command}: {told}\n{trace}"
        );
        for line in told.stdout.lines() {
            assert!(!line.contains("_?("), "an attribute has no name: {line}");
        }
    }
    host.sh("ip link del br0; ip link del vethA; ip link del vethX 2>/dev/null; true").ok();
    host.finish();
}

/// What a command says in order to change something, and the commands that are printed for it. Sequence numbers are the
/// time, and what nft leaves between attributes is whatever was in its memory.
fn changes(host: &Host, command: &str) -> (Vec<String>, Vec<String>) {
    std::fs::write(host.dir().join("command"), format!("exec {command}")).expect("a script");
    // Each in a network of its own, so that none meets what another has left.
    let dumped = host
        .sh("unshare --net sh -ec '. ./setup; exec strace -f -v -s 100000 -e trace=network,sendmsg \
             -e write=3,4,5,6 -o trace sh ./command' >output 2>&1; cat trace")
        .ok()
        .stdout;
    let told = host.pontoon(&["explain", "--json", "-"]).stdin(dumped).ok();
    let (mut sent, mut printed) = (Vec::new(), Vec::new());
    for line in told.stdout.lines() {
        let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let kind = message["type"].as_str().unwrap_or_default();
        let asks = ["_GET", "_BATCH_", "CTRL_"].iter().any(|part| kind.contains(part));
        // An empty RTM_NEWLINK is how `ip` finds out what the kernel can do.
        let empty = message["attributes"].as_array().is_none_or(Vec::is_empty)
            && message["header"]["ifi_index"] == "0";
        if message["role"] != "request" || asks || empty {
            continue;
        }
        let bytes = message["bytes"].as_str().expect("bytes");
        sent.push(if message["protocol"] == "route" {
            format!("{}{}", &bytes[..16], &bytes[32..])
        } else {
            let mut attributes = message["attributes"].clone();
            without_numbers(&mut attributes);
            format!("{kind} {} {} {attributes}", message["flags"], message["header"])
        });
        printed.extend(message["command"].as_str().map(str::to_owned));
    }
    (sent, printed)
}

/// Leaves out the numbers of sets, which nft counts.
fn without_numbers(attributes: &mut serde_json::Value) {
    let Some(list) = attributes.as_array_mut() else { return };
    list.retain(|attribute| !attribute["name"].as_str().is_some_and(|name| name.ends_with("SET_ID")));
    for attribute in list {
        without_numbers(&mut attribute["attributes"]);
    }
}

/// Each of these is printed as a command that says the same again, where `setup` was run before.
fn say_the_same_again(setup: &str, commands: &[&str]) {
    let host = Host::new();
    std::fs::write(host.dir().join("setup"), setup).expect("a script");
    let mut wrong = Vec::new();
    for command in commands {
        let (sent, printed) = changes(&host, command);
        let again: Vec<String> = printed.iter().flat_map(|command| changes(&host, command).0).collect();
        if sent.is_empty() || sent != again {
            wrong.push(format!("{command}\n  printed {printed:?}\n  sent {sent:?}\n  then {again:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    host.finish();
}

#[test]
fn what_is_printed_of_ip_and_bridge_sends_the_same_bytes_again() {
    say_the_same_again(DEVICES, again::IP_AND_BRIDGE);
}

#[test]
fn what_is_printed_of_tc_sends_the_same_bytes_again() {
    say_the_same_again(DEVICES, again::TC);
}

fn ruleset() -> String {
    format!("{DEVICES}\nnft -f - <<'END'\n{}END", again::RULESET)
}

#[test]
fn what_is_printed_of_nft_says_the_same_again() {
    say_the_same_again(&ruleset(), again::NFT);
}

#[test]
fn what_is_printed_of_rules_of_nft_says_the_same_again() {
    say_the_same_again(&ruleset(), again::RULES);
}

#[test]
fn a_capture_of_an_nlmon_device_is_told_with_the_names_it_tells() {
    let host = Host::new();
    let told = host.pontoon(&["explain", CAPTURE]).ok();
    for command in [
        "ip link add br0 type bridge vlan_filtering 1",
        "ip link add vethA type veth peer name vethB",
        "ip link set vethA master br0 up",
        "ip address add 10.9.0.1/16 dev br0",
        "ip route add 10.77.0.0/16 via 10.9.0.3 dev br0",
        "bridge vlan add dev vethA vid 10 pvid untagged",
        "bridge fdb add 02:42:0a:01:00:0a dev vethA master static",
        "ip link del vethA",
    ] {
        assert!(commands(&told).contains(&command), "{command}: {told}");
    }
    assert!(told.stdout.contains("✗ EEXIST: File exists"), "{told}");
    assert!(told.stdout.contains("2026-11-28T20:20:1"), "{told}");
    assert!(told.stdout.contains("[netfilter, ") && told.stdout.contains("NFT_MSG_GETGEN"), "{told}");
    host.finish();
}

#[test]
fn a_capture_made_here_is_told_where_the_kernel_can_make_one() {
    let host = Host::new();
    if host.sh("ip link add nl0 type nlmon && ip link set nl0 up").run().status != 0 {
        eprintln!("skipped: this kernel has no nlmon");
        return host.finish();
    }
    let capture = host.sh("exec tcpdump -Z root -i nl0 -U -w here.pcap").spawn();
    host.wait_for("tcpdump to listen", || {
        host.sh("ip link show lo; test -s here.pcap && [ $(stat -c %s here.pcap) -gt 1000 ]").run().status
            == 0
    });
    host.sh("ip address add 10.77.0.1/24 dev lo").ok();
    host.wait_for("the packet", || {
        let told = host.pontoon(&["explain", "here.pcap"]).run();
        commands(&told).iter().any(|command| command.starts_with("ip address add 10.77.0.1/24"))
    });
    host.sh("kill -INT $(pidof tcpdump); ip link del nl0").ok();
    drop(capture);
    host.finish();
}

#[test]
fn the_same_message_is_told_in_whatever_form_it_comes() {
    let host = Host::new();
    // RTM_GETLINK for "lo", as `ip` asks it.
    let hex =
        "28000000120001000100000000000000000000000000000000000000000000000700030 06c6f0000".replace(' ', "");
    host.sh(&format!(
        "set -e; echo {hex} | xxd -r -p >message; xxd message >xxd; xxd -p message >plain; hexdump -C message >hexdump; \
         od -tx1 message >od; od -An -tx1 -v message >bare"
    ))
    .ok();
    let expected = host.pontoon(&["explain", "message"]).ok().stdout;
    assert!(expected.contains("IFLA_IFNAME: \"lo\"") && expected.contains("$ ip link show lo"), "{expected}");
    for file in ["xxd", "plain", "hexdump", "od", "bare"] {
        assert_eq!(host.pontoon(&["explain", file]).ok().stdout, expected, "{file}");
        let text = std::fs::read(host.dir().join(file)).expect("a dump");
        assert_eq!(host.pontoon(&["explain", "-"]).stdin(text).ok().stdout, expected, "{file} as input");
    }
    assert_eq!(host.pontoon(&["explain", &hex]).ok().stdout, expected, "as an argument");
    let nobody = format!(
        "chmod 755 . ; cp {} ./p; setpriv --reuid=65534 --regid=65534 --clear-groups env -u XDG_RUNTIME_DIR ./p explain {hex}",
        host.pontoon_path().display()
    );
    assert_eq!(host.sh(&nobody).ok().stdout, expected, "by nobody");
    host.finish();
}

#[test]
fn flags_may_stand_behind_what_is_read() {
    let host = Host::new();
    let message = "2000000010000500000000000000000000000000010000000100000001000000";
    let before = host.pontoon(&["explain", "--json", "--as", "hex", message]).ok().stdout;
    assert!(before.starts_with('{') && before.contains("RTM_NEWLINK"), "{before}");
    assert_eq!(host.pontoon(&["explain", message, "--json", "--as", "hex"]).ok().stdout, before);
    assert_eq!(host.pontoon(&["explain", "-", "--json"]).stdin(message).ok().stdout, before);
    host.finish();
}

#[test]
fn what_is_damaged_or_something_else_is_said_in_one_line() {
    let host = Host::new();
    host.sh(&format!(
        "head -c 1000 {CAPTURE} >cut; printf 'hello\\nworld\\n' >text; : >empty; head -c 64 /dev/zero >zeros"
    ))
    .ok();
    for (words, complaint) in [
        (&["explain", "cut"][..], "explain cut: truncated: it ends in a packet"),
        (&["explain", "text"], "explain text: neither a netlink message, nor one in hexadecimal"),
        (&["explain", "empty"], "explain empty: it is empty"),
        (&["explain", "nowhere"], "no such file, and no bytes in hexadecimal"),
        (&["explain", "--as", "pcap", "text"], "it does not begin as a capture does"),
        (&["explain", "--as", "strace", "text"], "there is no netlink message in it"),
        (&["explain", "--as", "hex", "text"], "line 1 is not hexadecimal"),
    ] {
        let out = host.pontoon(words).fails(1);
        assert!(out.stderr.contains(complaint) && out.stderr.lines().count() == 1, "{out}");
    }
    let short = host.pontoon(&["explain", "28000000120001000100000000000000"]).fails(1);
    assert!(short.stdout.contains("malformed netlink message: message needs 40 bytes and has 16"), "{short}");
    let usage = host.pontoon(&["explain", "--protocol", "nonsense", "empty"]).fails(125);
    assert!(usage.stderr.contains("no family of netlink"), "{usage}");
    host.finish();
}
