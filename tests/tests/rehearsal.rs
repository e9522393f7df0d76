//! A start with networks and a port, told: by `--dry-run` before anything is done, by `--explain` as it is.

use pontoon_tests::Host;

/// The commands that do the same, in this order among others.
const TOLD: [&str; 24] = [
    "$ ip link add pontoon1 address 02:42:0a:65:00:01 group ",
    "$ ip address add 10.101.0.1/24 broadcast 10.101.0.255 dev pontoon1\n",
    "$ ip address add fd01::1/64 nodad dev pontoon1\n",
    "$ echo 1 > /proc/sys/net/ipv4/ip_forward\n",
    "$ ln -s ",
    "$ ip link add pontoon2 address 02:42:0a:66:00:01 group ",
    "$ nft add table inet pontoon ",
    "$ nft add map inet pontoon publish4 ",
    "$ nft add rule inet pontoon filter_forward ct state established,related accept\n",
    "$ nft add element inet pontoon networks ",
    "$ nft add element inet pontoon publish4 '{ tcp . 8080 comment \"pontoon:",
    " : fd01::2 . 80 }'\n",
    " master pontoon1 up type veth peer name eth0 address 02:42:0a:65:00:02 ",
    " master pontoon2 up type veth peer name eth1 address 02:42:0a:66:00:02 ",
    " addrgenmode none alias 'pontoon:",
    "ip link set lo up\n",
    "ip address add 10.101.0.2/24 broadcast 10.101.0.255 dev eth0\n",
    "ip address add fd01::2/64 nodad dev eth0\n",
    "ip address add 10.102.0.2/24 broadcast 10.102.0.255 dev eth1\n",
    "ip route add default via 10.101.0.1 dev eth0",
    "ip -6 route add default via fd01::1 dev eth0",
    "$ echo 1 > /proc/sys/net/ipv4/conf/pontoon1/route_localnet\n",
    "$ ip -6 route add local ::1/128 dev pontoon1 ",
    "/dns/blue/containers/",
];

fn told(host: &Host, flag: &str) -> String {
    let bundle = host.bundle();
    let run = ["run", "--rm", flag, "--net=blue", "--net=red", "-p", "8080:80", bundle.path(), "true"];
    let out = host.pontoon(&run).ok();
    out.stdout + &out.stderr
}

#[test]
fn a_start_with_networks_and_a_port_is_told_as_it_is_done() {
    let host = Host::new();
    for network in ["blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64", "red --subnet 10.102.0.0/24"] {
        let words: Vec<&str> = network.split_whitespace().collect();
        host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
    }
    let state = || {
        host.sh("find /run/pontoon /etc/pontoon | sort; ip -o link; ip addr; ip route show table all; nft list ruleset
            sysctl -a 2>/dev/null | grep -E '^net.*(forwarding|ip_forward|localnet|bridge-nf|disable_ipv6|accept_)' | sort; ps ax -o args | grep pontoon-[n]ames")
            .run()
            .stdout
    };
    let before = state();
    let rehearsed = told(&host, "--dry-run");
    assert_eq!(state(), before, "nothing was changed");
    let explained = told(&host, "--explain");
    for text in [&rehearsed, &explained] {
        for line in TOLD {
            let commands = || text.lines().filter(|line| line.contains("$ ")).collect::<Vec<_>>().join("\n");
            assert!(text.contains(line), "{line}: {}", commands());
        }
    }
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}
