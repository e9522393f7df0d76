//! What can't be had of a network by `run` and `network connect`: one clear line, and nothing left.

use pontoon_tests::Host;

const NETWORKS: [&str; 4] = [
    "blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64",
    "red --subnet 10.102.0.0/24",
    "tiny --subnet 10.103.0.0/30",
    "wide --subnet 10.104.0.0/16 --subnet fd04::/64",
];

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn what_cannot_be_had_is_one_clear_line_and_leaves_nothing() {
    let host = Host::new();
    for network in NETWORKS {
        host.pontoon(&[&["network", "create"], &words(network)[..]].concat()).ok();
    }
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue", "--net=tiny"], &bundle, "");
    let late = host.start("late", &["--net=none"], &bundle, "");
    let state = || {
        host.sh("find /run/pontoon '(' -type f -o -type l ')' -not -path '*/seccomp*' -not -path '*/names*' | sort; ip -o link | cut -d' ' -f2; nft list ruleset")
            .ok()
            .stdout
    };
    // What is made for the first that comes is there.
    host.pontoon(&["run", "--rm", "--net=red", "--net=wide", bundle.path(), "true"]).ok();
    // Its cards go in the kernel's own time: web has two.
    let pairs = || host.sh("ip -o link show type veth | wc -l").ok().line().trim() == "2";
    host.wait_for("the cards of the first that came", pairs);
    let before = state();
    for (network, error) in [
        ("nosuch", "no such network: nosuch (pontoon network ls shows those there are)"),
        ("../blue", "\"../blue\" "),
        ("blue:ip=10.9.9.9", "network blue: 10.9.9.9 is not in the subnet 10.101.0.0/24"),
        ("blue:ip6=fd09::9", "network blue: fd09::9 is not in the subnet fd01::/64"),
        ("red:ip6=fd09::9", "network red: "),
        ("blue:ip=10.101.0.2", "network blue: 10.101.0.2 is in use by container web"),
        ("blue:ip=10.101.0.1", "network blue: 10.101.0.1 is the gateway's address"),
        ("blue:ip=10.101.0.255", "network blue: 10.101.0.255 "),
        ("blue:ip=10.101.0", ""),
        ("blue:ifname=abcdefghijklmnop", ""),
        ("blue:ifname=a/b", ""),
        ("blue:ifname=lo", ""),
        ("blue:mac=01:00:00:00:00:01", ""),
        ("blue:mac=02:00", ""),
        ("blue:alias=-x", ""),
        ("blue:alias=", ""),
        ("blue:colour=red", ""),
        ("blue:ip=10.101.0.7,ip=10.101.0.8", "ip is given twice"),
        ("tiny", "network tiny: "),
    ] {
        let run =
            host.pontoon(&["run", "--rm", &format!("--net={network}"), bundle.path(), "true"]).fails(125);
        let connect = host.pontoon(&["network", "connect", network, "late"]).fails(125);
        eprintln!("{network}:\n  {}\n  {}", run.error(), connect.error());
        for out in [run, connect] {
            let told = out.error().strip_prefix("pontoon: ").expect("its name");
            assert!(told.contains(error), "{network}: {told}");
        }
        assert_eq!(state(), before, "{network}");
    }
    for (flags, error) in [
        ("--net=blue:ifname=a --net=red:ifname=a", ""),
        ("--net=blue --net=none", ""),
        ("--net=blue --ip 10.101.0.2", "10.101.0.2 is in use by container web"),
        ("--net=blue --mac-address 02", ""),
        ("--net=container:nobody", ""),
        ("--net=blue --dns 1.2.3", ""),
        ("--net=blue --add-host nobody", ""),
        ("--net=none --add-host box:host-gateway", ""),
    ] {
        let run = [&["run", "--rm"], &words(flags)[..], &[bundle.path(), "true"]].concat();
        let out = host.pontoon(&run).run();
        eprintln!("{flags}:\n  {}", out.stderr);
        assert!(out.status != 0 && out.stderr.contains(error), "{flags}: {out}");
        assert_eq!(state(), before, "{flags}");
    }
    web.end();
    late.end();
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}

#[test]
fn a_full_bridge_is_one_clear_line_and_leaves_nothing() {
    let host = Host::new();
    host.pontoon(&["network", "create", "wide", "--subnet", "10.104.0.0/16"]).ok();
    let bundle = host.bundle();
    host.pontoon(&["run", "--rm", "--net=wide", bundle.path(), "true"]).ok();
    host.wait_for("a bridge without ports", || !host.sh("ip -o link").ok().stdout.contains("veth"));
    // Both ends of a pair are ports; the 1,023rd is one's other end.
    host.sh(
        "for n in $(seq 1 512); do echo link add a$n group 7 master pontoon1 type veth peer name b$n
            echo link set b$n group 7; [ $n = 512 ] || echo link set b$n master pontoon1; done | ip -batch -",
    )
    .ok();
    let state = || {
        host.sh("find /run/pontoon '(' -type f -o -type l ')' -not -path '*/seccomp*'; ip -o link | wc -l; nft list ruleset").ok().stdout
    };
    let before = state();
    let out = host.pontoon(&["run", "--rm", "--net=wide", bundle.path(), "true"]).fails(125);
    assert!(
        out.error().starts_with("pontoon: network wide: ")
            && out.error().contains("a bridge takes 1,023 ports"),
        "{out}"
    );
    assert_eq!(state(), before);
    host.sh("ip link del group 7").ok();
    host.pontoon(&["network", "rm", "wide"]).ok();
    host.finish();
}
