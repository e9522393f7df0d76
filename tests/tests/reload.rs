//! What others take away from networks that are used, `network reload` and the next start put back.

use pontoon_tests::{Container, Host, Server};

/// The network without a bridge comes last.
const NETWORKS: [&str; 3] = [
    "blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64",
    "red --subnet 10.102.0.0/24",
    "dot --driver ptp --subnet 10.103.0.0/24",
];

/// A port for everybody, and one for the host alone.
const PORTS: [&str; 2] = ["8080:80", "127.0.0.1:81:80"];

struct Harbour<'h> {
    host: &'h Host,
    containers: Vec<Container<'h>>,
    servers: Vec<Server>,
}

impl<'h> Harbour<'h> {
    fn new(host: &'h Host) -> Self {
        host.neighbours();
        let bundle = host.bundle();
        for network in NETWORKS {
            let words: Vec<&str> = network.split_whitespace().collect();
            host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
        }
        let ports: Vec<String> = PORTS
            .iter()
            .flat_map(|port| ["-p".to_owned(), (*port).to_owned(), "-p".to_owned(), format!("{port}/udp")])
            .collect();
        let flags: Vec<&str> = ["--net=blue"].into_iter().chain(ports.iter().map(String::as_str)).collect();
        let containers = vec![
            host.start("web", &flags, &bundle, ""),
            host.start("other", &["--net=red"], &bundle, ""),
            host.start("lone", &["--net=dot"], &bundle, ""),
        ];
        let servers = ["web", "other", "lone", "far"].map(|name| host.serve(name, 80)).into();
        Self { host, containers, servers }
    }

    /// Fails unless all is as it should be: who is reached, and who is not.
    #[track_caller]
    fn holds(&self) {
        let Self { host, .. } = self;
        host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
        host.reaches("out", "[2001:db8:2::1]:8080", "web 2001:db8:2::2");
        host.reaches("host", "127.0.0.1:81", "web 10.101.0.1");
        host.reaches("host", "[::1]:8080", "web fd01::1");
        host.reaches("web", "192.0.3.2:80", "far 192.0.3.1");
        host.reaches("lone", "192.0.3.2:80", "far 192.0.3.1");
        host.fails_to_reach("out", "192.0.2.1:81");
        host.fails_to_reach("out", "10.101.0.2:80");
        host.fails_to_reach("web", "10.102.0.2:80");
        host.fails_to_reach("lone", "10.101.0.2:80");
        host.fails_to_reach("other", "10.103.0.2:80");
    }

    fn end(self) {
        drop(self.servers);
        for container in self.containers {
            container.end();
        }
        self.host.pontoon(&["network", "prune", "-f"]).ok();
        self.host.no_neighbours();
    }
}

/// What reloading a firewall does to the table.
const FLUSHED: [&str; 5] = [
    "nft flush ruleset",
    "nft flush table inet pontoon",
    "nft flush chain inet pontoon filter_forward",
    "nft flush chain inet pontoon raw_prerouting; nft delete chain inet pontoon raw_prerouting",
    "nft delete table inet pontoon",
];

/// CVE-2025-54388, CVE-2025-54410: ports of the loopback were everybody's, and networks open to each other, after a firewall
/// had reloaded.
#[test]
fn a_reload_puts_back_what_a_firewall_flushed() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.holds();
    for flush in FLUSHED {
        host.sh(flush).ok();
        host.pontoon(&["network", "reload"]).ok();
        host.sh("nft list chain inet pontoon raw_prerouting | grep drop").ok();
    }
    harbour.holds();
    harbour.end();
    host.finish();
}

#[test]
fn the_next_start_puts_back_what_a_firewall_flushed() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    let bundle = host.bundle();
    for flush in FLUSHED {
        host.sh(flush).ok();
        host.pontoon(&["run", "--rm", "--net=red", bundle.path(), "true"]).ok();
        host.sh("nft list chain inet pontoon raw_prerouting | grep drop").ok();
    }
    harbour.holds();
    harbour.end();
    host.finish();
}

#[test]
fn a_reload_puts_back_bridges_addresses_routes_and_parameters() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    let routed = "$(ip -o link | awk -F'[ :@]+' '/veth/ && !/master/ { print $2 }')";
    for damage in [
        "ip addr flush dev pontoon1; ip link set pontoon1 down".to_owned(),
        "ip link del pontoon1; ip link del pontoon2".to_owned(),
        "for f in pontoon1 pontoon2; do ip link set $f group 0; done".to_owned(),
        "for f in $(ls -d /proc/sys/net/ipv4/conf/*); do echo 0 > $f/forwarding; echo 0 > $f/route_localnet; done
        echo 0 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv6/conf/all/forwarding"
            .to_owned(),
        format!("ip route flush dev {routed}; ip addr flush dev {routed}; ip link set {routed} down"),
        "for v in $(ip -o link show master pontoon1 | awk -F'[ :@]+' '{ print $2 }'); do ip link set $v nomaster; done"
            .to_owned(),
    ] {
        host.sh(&damage).ok();
        host.pontoon(&["network", "reload"]).ok();
        harbour.holds();
    }
    harbour.end();
    host.finish();
}

#[test]
fn a_reload_of_nothing_does_nothing() {
    let host = Host::new();
    host.pontoon(&["network", "reload"]).ok();
    host.pontoon(&["network", "create", "blue"]).ok();
    host.pontoon(&["network", "reload"]).ok();
    assert_eq!(host.sh("nft list ruleset").ok().stdout, "");
    host.pontoon(&["network", "rm", "blue"]).ok();
    host.finish();
}
