use pontoon_tests::Host;

use super::{PAIRS, finish};

#[test]
fn all_of_it_is_done_in_another_namespace() {
    let host = Host::new();
    host.sh("ip netns add x; ip -n x link add a0 type veth peer name a1").ok();
    for words in ["addbr br0", "addif br0 a0", "setfd br0 7", "hairpin br0 a0 on", "stp br0 on"] {
        let words: Vec<&str> = words.split(' ').collect();
        host.pontoon(&[&["bridge", "--in", "x"], &words[..]].concat()).ok();
    }
    for words in [&["show"][..], &["showstp", "br0"], &["showmacs", "br0"]] {
        let brctl = host.sh(&format!("ip netns exec x brctl {}", words.join(" "))).ok().stdout;
        let first = host.pontoon(&[&["bridge", "--in", "/run/netns/x"], words].concat()).ok().stdout;
        let last = host.pontoon(&[&["bridge"], words, &["--in", "x"]].concat()).ok().stdout;
        assert_eq!((first, last), (brctl.clone(), brctl), "{words:?}");
    }
    assert_eq!(host.pontoon(&["bridge", "show"]).ok().stdout, "");
    let refused = host.pontoon(&["bridge", "--in", "nowhere", "show"]).fails(125);
    assert!(refused.stderr.contains("\"nowhere\" is no running container"), "{}", refused.stderr);
    host.sh("ip netns del x; umount /run/netns").ok();
    host.finish();
}

#[test]
fn each_step_is_told_with_the_command_of_ip_that_does_the_same() {
    let host = Host::new();
    host.sh(&format!("set -e; {PAIRS}")).ok();
    for (words, command) in [
        ("addbr br0", "ip link add br0 type bridge"),
        ("addif br0 a0", "ip link set a0 master br0"),
        ("stp br0 on", "ip link set br0 type bridge stp_state 1"),
        ("setfd br0 4", "ip link set br0 type bridge forward_delay 400"),
        ("sethello br0 1.5", "ip link set br0 type bridge hello_time 150"),
        ("setmaxage br0 10", "ip link set br0 type bridge max_age 1000"),
        ("setageing br0 123.45", "ip link set br0 type bridge ageing_time 12345"),
        ("setbridgeprio br0 4096", "ip link set br0 type bridge priority 4096"),
        ("setpathcost br0 a0 7", "ip link set a0 type bridge_slave cost 7"),
        ("setportprio br0 a0 9", "ip link set a0 type bridge_slave priority 9"),
        ("hairpin br0 a0 on", "ip link set a0 type bridge_slave hairpin on"),
        ("showmacs br0", "bridge fdb show br br0"),
        ("showstp br0", "ip link show master br0"),
        ("delif br0 a0", "ip link set a0 nomaster"),
        ("delbr br0", "ip link del br0"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let told = || host.sh("ip -d link show | grep -v timer").ok().stdout;
        let before = told();
        let rehearsed = host.pontoon(&[&["--dry-run", "bridge"], &words[..]].concat()).ok().stdout;
        assert_eq!(told(), before, "{words:?}");
        let explained = host.pontoon(&[&["--explain", "bridge"], &words[..]].concat()).ok().stderr;
        for told in [rehearsed, explained] {
            assert!(told.lines().any(|line| line.trim() == format!("$ {command}")), "{command}: {told}");
        }
    }
    finish(host);
}
