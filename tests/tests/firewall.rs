//! The firewall: who reaches whom through the host, with real packets and without containers.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use nix::sched::{CloneFlags, setns};
use pontoon::network::firewall;
use pontoon::plan::network::Isolation;
use pontoon::plan::network::firewall::{Everything, Forward, Zone};
use pontoon::plan::network::ports::Protocol;
use pontoon_tests::Host;

/// Two networks with a server each (`c1` on br1, `c2` on br2) and another container on the first (`d1`); a neighbour on
/// the host's other side (`out`), whose routes to all of it lead through the host; and a machine beyond (`far`).
const SETUP: &str = "
    set -e
    echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
    # What the host forwards waits for its own link-local address, so that must not wait for others to claim it.
    echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
    if [ -e /proc/sys/net/bridge ]; then
        echo FILTERED > /proc/sys/net/bridge/bridge-nf-call-iptables; echo FILTERED > /proc/sys/net/bridge/bridge-nf-call-ip6tables
    fi
    for n in c1 d1 c2 out far; do ip netns add $n; ip -n $n link set lo up; done
    for i in 1 2; do
        ip link add br$i group 10$i type bridge; ip link set br$i up
        ip addr add 10.7$i.0.1/24 dev br$i; ip addr add fd7$i::1/64 dev br$i nodad
        echo 1 > /proc/sys/net/ipv4/conf/br$i/route_localnet
        ip -6 route add local ::1 dev br$i table local metric 409$i
    done
    card() { # name, bridge, number
        ip link add v$1 type veth peer name eth0 netns $1; ip link set v$1 up
        ip -n $1 link set eth0 up
        if [ $2 -gt 0 ]; then
            ip link set v$1 master br$2; bridge link set dev v$1 hairpin on
            ip -n $1 addr add 10.7$2.0.$3/24 dev eth0; ip -n $1 addr add fd7$2::$3/64 dev eth0 nodad
            ip -n $1 route add default via 10.7$2.0.1; ip -n $1 route add default via fd7$2::1
        else
            ip addr add 192.0.$3.1/24 dev v$1; ip addr add 2001:db8:$3::1/64 dev v$1 nodad
            ip -n $1 addr add 192.0.$3.2/24 dev eth0; ip -n $1 addr add 2001:db8:$3::2/64 dev eth0 nodad
            ip -n $1 route add default via 192.0.$3.1; ip -n $1 route add default via 2001:db8:$3::1
        fi
    }
    card c1 1 2; card d1 1 3; card c2 2 2; card out 0 2; card far 0 3
";

const TEARDOWN: &str = "
    # A server holds its namespace, and with it the card, until the test ends.
    for n in c1 d1 c2 out far; do ip link del v$n; ip netns del $n; done; umount /run/netns
    ip link del br1; ip link del br2
";

/// Ends with the table gone, which these tests fill without any container.
fn finish(host: Host) {
    host.sh("! nft list table inet pontoon >/dev/null 2>&1 || nft delete table inet pontoon").ok();
    host.finish();
}

/// The host with its networks.
struct Net(Host);

impl Net {
    fn new() -> Self {
        Self::with_filtered_bridges(false)
    }

    /// `filtered`: what stays on a bridge passes the firewall too (`br_netfilter`, where the kernel has it).
    fn with_filtered_bridges(filtered: bool) -> Self {
        let host = Host::new();
        host.sh(&SETUP.replace("FILTERED", if filtered { "1" } else { "0" })).ok();
        Self(host)
    }

    fn finish(self) {
        self.0.sh(TEARDOWN).ok();
        finish(self.0);
    }

    /// Does `work` in a named namespace; `host` is the host's own.
    fn at<T: Send>(&self, name: &str, work: impl FnOnce() -> T + Send) -> T {
        self.0.inside(|| {
            if name != "host" {
                let namespace = std::fs::File::open(format!("/run/netns/{name}")).expect("a namespace");
                setns(namespace, CloneFlags::CLONE_NEWNET).expect("setns");
            }
            work()
        })
    }

    /// A server on all addresses, which says its name and who asks. It ends with the test.
    fn serve(&self, name: &'static str, port: u16) {
        let listener = self.at(name, || TcpListener::bind(("::", port)).expect("bind"));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let peer = stream.peer_addr().expect("a peer").ip().to_canonical();
                let _ = write!(stream, "{name} {peer}");
            }
        });
    }

    /// What a server says that is asked from `name`; nothing when it isn't reached.
    fn ask(&self, name: &str, target: &str) -> Option<String> {
        self.ask_within(Duration::from_secs(10), name, target)
    }

    fn ask_within(&self, patience: Duration, name: &str, target: &str) -> Option<String> {
        let address: SocketAddr = target.parse().expect("an address and a port");
        self.at(name, || {
            let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a limit");
            let mut said = String::new();
            stream.read_to_string(&mut said).ok()?;
            Some(said)
        })
    }

    #[track_caller]
    fn reaches(&self, name: &str, target: &str, says: &str) {
        assert_eq!(self.ask(name, target).as_deref(), Some(says), "{name} to {target}: {}", self.ruleset());
    }

    #[track_caller]
    fn fails(&self, name: &str, target: &str) {
        let said = self.ask_within(Duration::from_millis(500), name, target);
        assert_eq!(said, None, "{name} to {target}: {}", self.ruleset());
    }

    fn ruleset(&self) -> String {
        self.0.sh("nft list ruleset").ok().stdout
    }

    fn complete(&self, zones: &[Zone], forwards: &[Forward]) {
        let nothing = || Ok(Everything::default());
        self.0.inside(|| firewall::complete(zones, forwards, nothing)).expect("complete");
    }

    fn owners(&self) -> Vec<Forward> {
        self.0.inside(firewall::owners).expect("owners")
    }
}

fn zone(group: u32) -> Zone {
    Zone { group, masquerade: true, internal: false, isolation: Isolation::Usual }
}

fn forward(host: Option<&str>, host_port: u16, to: &str) -> Forward {
    Forward {
        protocol: Protocol::Tcp,
        host: host.map(|host| host.parse().expect("an address")),
        host_port,
        to: to.parse().expect("an address and a port"),
        owner: "pontoon:one /run/pontoon".to_owned(),
    }
}

#[test]
fn nft_prints_the_table_as_it_is_meant() {
    let host = Host::new();
    let zones = [
        Zone { isolation: Isolation::Open, ..zone(7) },
        Zone { internal: true, isolation: Isolation::Strict, ..zone(8) },
    ];
    let forwards = [forward(None, 8080, "10.1.0.2:80"), forward(Some("::1"), 53, "[fd00::2]:5353")];
    host.inside(|| firewall::complete(&zones, &forwards, || Ok(Everything::default()))).expect("complete");
    let expected = include_str!("firewall.nft");
    assert_eq!(host.sh("nft list table inet pontoon").ok().stdout, expected);
    // What nft prints it reads again, and then prints the same.
    host.sh("nft list ruleset > saved; nft flush ruleset; nft -f saved").ok();
    assert_eq!(host.sh("nft list table inet pontoon").ok().stdout, expected);
    finish(host);
}

#[test]
fn a_published_port_is_reached_from_everywhere() {
    let net = Net::new();
    net.serve("c1", 80);
    net.complete(
        &[zone(101), zone(102)],
        &[forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")],
    );
    // From a neighbour, whose real address the server sees.
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("out", "[2001:db8:2::1]:8080", "c1 2001:db8:2::2");
    // From the host, by its addresses and by loopback.
    net.reaches("host", "192.0.2.1:8080", "c1 192.0.2.1");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.reaches("host", "[::1]:8080", "c1 fd71::1");
    net.reaches("host", "[fd71::1]:8080", "c1 fd71::1");
    // From itself, from its neighbour, and from a container of another network.
    net.reaches("c1", "192.0.2.1:8080", "c1 10.71.0.1");
    net.reaches("d1", "10.71.0.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "[2001:db8:2::1]:8080", "c1 fd71::1");
    net.reaches("c2", "192.0.2.1:8080", "c1 10.72.0.2");
    // Not without the port, and not on it when it is withdrawn.
    net.fails("out", "10.71.0.2:80");
    net.fails("c2", "10.71.0.2:80");
    let owned = net.owners();
    net.0.inside(|| firewall::withdraw(&owned)).expect("withdraw");
    net.0.inside(|| firewall::withdraw(&[forward(None, 8080, "10.71.0.2:80")])).expect("again");
    net.fails("out", "192.0.2.1:8080");
    net.fails("host", "127.0.0.1:8080");
    net.finish();
}

#[test]
fn filtered_bridges_change_nothing_but_the_hosts_own_loopback_of_ipv6() {
    let net = Net::with_filtered_bridges(true);
    net.serve("c1", 80);
    net.serve("c2", 80);
    let ports = [forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")];
    net.complete(&[zone(101), zone(102)], &ports);
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("out", "[2001:db8:2::1]:8080", "c1 2001:db8:2::2");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "192.0.2.1:8080", "c1 10.71.0.1");
    net.reaches("c1", "[2001:db8:2::1]:8080", "c1 fd71::1");
    assert!(net.ask("d1", "10.71.0.1:8080").is_some_and(|said| said.starts_with("c1 ")));
    assert!(net.ask("d1", "[fd71::1]:8080").is_some_and(|said| said.starts_with("c1 ")));
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    net.reaches("d1", "[fd71::2]:80", "c1 fd71::3");
    net.fails("c1", "10.72.0.2:80");
    net.finish();
}

#[test]
fn a_port_of_one_address_is_that_addresss() {
    let net = Net::new();
    net.serve("c1", 80);
    let forwards = [
        forward(Some("127.0.0.1"), 81, "10.71.0.2:80"),
        forward(Some("::1"), 81, "[fd71::2]:80"),
        forward(Some("192.0.2.1"), 82, "10.71.0.2:80"),
    ];
    net.complete(&[zone(101)], &forwards);
    net.reaches("host", "127.0.0.1:81", "c1 10.71.0.1");
    net.reaches("host", "[::1]:81", "c1 fd71::1");
    net.reaches("out", "192.0.2.1:82", "c1 192.0.2.2");
    net.fails("out", "192.0.2.1:81");
    net.fails("out", "[2001:db8:2::1]:81");
    net.fails("host", "127.0.0.1:82");
    // A neighbour that routes loopback addresses through the host reaches nothing by them, nor does a container.
    for name in ["out", "c1"] {
        let via = if name == "out" { "192.0.2.1" } else { "10.71.0.1" };
        net.0.sh(&format!(
            "ip -n {name} route del local 127.0.0.1 dev lo table local; ip -n {name} route del local 127.0.0.0/8 dev lo table local
             ip netns exec {name} sh -c 'echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet'
             ip -n {name} route add 127.0.0.0/8 via {via} src $(ip -n {name} -4 -o addr show eth0 | awk '{{ sub(\"/.*\", \"\", $4); print $4 }}')"
        )).ok();
        net.fails(name, "127.0.0.1:81");
    }
    net.fails("out", "10.71.0.2:80");
    net.finish();
}

#[test]
fn what_passes_through_the_host_is_left_alone() {
    let net = Net::new();
    net.serve("far", 8080);
    net.serve("far", 80);
    net.serve("c1", 80);
    net.complete(
        &[zone(101), zone(102)],
        &[forward(None, 8080, "10.71.0.2:80"), forward(None, 8080, "[fd71::2]:80")],
    );
    // To the number of a published port, elsewhere: with its own address.
    net.reaches("out", "192.0.3.2:8080", "far 192.0.2.2");
    net.reaches("out", "[2001:db8:3::2]:8080", "far 2001:db8:2::2");
    // From a container it has the host's.
    net.reaches("c1", "192.0.3.2:8080", "far 192.0.3.1");
    net.reaches("c1", "[2001:db8:3::2]:80", "far 2001:db8:3::1");
    // Within a network nothing is changed.
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    // The host's own rules come first.
    net.0.sh("nft 'add table ip nat; add chain ip nat prerouting { type nat hook prerouting priority dstnat; }; \
        add rule ip nat prerouting iifname vout tcp dport 8080 dnat to 192.0.3.2:80'").ok();
    net.reaches("out", "192.0.2.1:8080", "far 192.0.2.2");
    net.finish();
}

#[test]
fn networks_are_isolated_as_they_say() {
    let net = Net::new();
    net.serve("c1", 80);
    net.serve("c2", 80);
    net.serve("far", 80);
    let with = |one, two| {
        let zones = vec![Zone { isolation: one, ..zone(101) }, Zone { isolation: two, ..zone(102) }];
        let forwards = vec![forward(None, 8080, "10.71.0.2:80")];
        let all = Everything { zones, forwards, root: "/run/pontoon".into() };
        net.0.inside(|| firewall::reload(&all)).expect("reload");
    };
    with(Isolation::Usual, Isolation::Open);
    net.fails("c1", "10.72.0.2:80");
    net.reaches("c2", "10.72.0.1:8080", "c1 10.72.0.2");
    with(Isolation::Open, Isolation::Open);
    net.reaches("c1", "10.72.0.2:80", "c2 10.71.0.2");
    net.reaches("c2", "10.71.0.2:80", "c1 10.72.0.2");
    net.fails("out", "10.71.0.2:80");
    with(Isolation::Strict, Isolation::Usual);
    net.fails("c1", "10.72.0.2:80");
    net.fails("c2", "10.72.0.1:8080");
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.reaches("c1", "192.0.3.2:80", "far 192.0.3.1");
    // An internal one reaches itself and the host, and its ports are the host's only.
    let internal = Zone { internal: true, ..zone(101) };
    let all = Everything {
        zones: vec![internal, zone(102)],
        forwards: vec![forward(None, 8080, "10.71.0.2:80")],
        root: "/run/pontoon".into(),
    };
    net.0.inside(|| firewall::reload(&all)).expect("reload");
    net.fails("c1", "192.0.3.2:80");
    net.fails("out", "192.0.2.1:8080");
    net.reaches("d1", "10.71.0.2:80", "c1 10.71.0.3");
    net.reaches("host", "127.0.0.1:8080", "c1 10.71.0.1");
    net.finish();
}

#[test]
fn what_was_flushed_is_put_back() {
    let net = Net::new();
    net.serve("c1", 80);
    let forwards = [forward(None, 8080, "10.71.0.2:80")];
    let all = Everything {
        zones: vec![zone(101), zone(102)],
        forwards: forwards.to_vec(),
        root: "/run/pontoon".into(),
    };
    let complete = |forwards: &[Forward]| {
        net.0.inside(|| firewall::complete(&[zone(102)], forwards, || Ok(all.clone()))).expect("complete");
    };
    complete(&[]);
    let whole = net.ruleset();
    for damage in [
        "nft flush ruleset",
        "nft flush table inet pontoon",
        "nft flush chain inet pontoon filter_forward",
        "nft flush chain inet pontoon raw_prerouting; nft delete chain inet pontoon raw_prerouting",
        "nft add rule inet pontoon filter_forward accept",
        "nft flush set inet pontoon networks",
        "nft delete table inet pontoon; nft 'add table inet pontoon { comment \"pontoon: older\"; }'",
    ] {
        net.0.sh(damage).ok();
        complete(&[]);
        if !damage.contains("set") || damage.contains("ruleset") {
            assert_eq!(net.ruleset(), whole, "{damage}");
        }
    }
    net.0.inside(|| firewall::reload(&all)).expect("reload");
    net.reaches("out", "192.0.2.1:8080", "c1 192.0.2.2");
    net.fails("c2", "10.71.0.2:80");
    net.finish();
}

#[test]
fn a_port_has_one_owner() {
    let host = Host::new();
    let complete = |forward: &Forward| {
        host.inside(|| {
            firewall::complete(&[zone(7)], std::slice::from_ref(forward), || Ok(Everything::default()))
        })
    };
    let first = forward(None, 8080, "10.1.0.2:80");
    complete(&first).expect("published");
    complete(&first).expect("it is there already");
    let second =
        Forward { owner: "pontoon:two /elsewhere".into(), ..forward(Some("0.0.0.0"), 8080, "10.1.0.3:80") };
    let refused = complete(&second).expect_err("another's").to_string();
    assert_eq!(
        refused,
        "firewall: port 0.0.0.0:8080/tcp is published already, to 10.1.0.2:80, by pontoon:one /run/pontoon"
    );
    host.inside(|| firewall::withdraw(std::slice::from_ref(&second))).expect("not theirs");
    assert_eq!(host.inside(firewall::owners).expect("owners"), std::slice::from_ref(&first));
    // Another root's port stays when all is made anew.
    let all = Everything { root: "/elsewhere".into(), ..Everything::default() };
    host.inside(|| firewall::reload(&all)).expect("reload");
    assert_eq!(host.inside(firewall::owners).expect("owners"), std::slice::from_ref(&first));
    let all = Everything { root: "/run/pontoon".into(), ..all };
    host.inside(|| firewall::reload(&all)).expect("reload");
    assert_eq!(host.inside(firewall::owners).expect("owners"), []);
    complete(&second).expect("free now");
    finish(host);
}

#[test]
fn the_table_goes_with_the_last_network() {
    let host = Host::new();
    let forget = |groups: &[u32]| {
        let zones: Vec<Zone> = groups.iter().map(|group| zone(*group)).collect();
        host.inside(|| firewall::forget(&zones)).expect("forget");
    };
    forget(&[7]);
    host.inside(|| firewall::withdraw(&[forward(None, 1, "10.1.0.2:80")])).expect("nothing there");
    assert_eq!(host.inside(firewall::owners).expect("none"), []);
    host.inside(|| firewall::complete(&[zone(7), zone(8)], &[], || Ok(Everything::default())))
        .expect("complete");
    forget(&[8, 9]);
    forget(&[8]);
    assert_eq!(host.inside(firewall::groups).expect("groups"), [7]);
    forget(&[7]);
    assert_eq!(host.sh("nft list tables").ok().stdout, "");
    finish(host);
}

#[test]
fn many_ports_are_put_back_at_once() {
    let host = Host::new();
    let address: IpAddr = [10, 1, 0, 2].into();
    let port =
        |number| Forward { to: SocketAddr::new(address, number), ..forward(None, number, "10.1.0.2:80") };
    let forwards: Vec<Forward> = (1..=10_000).map(port).collect();
    let all = Everything { zones: vec![zone(7)], forwards, root: "/run/pontoon".into() };
    host.inside(|| firewall::complete(&[zone(7)], &[port(10_001)], || Ok(all.clone()))).expect("complete");
    assert_eq!(host.inside(firewall::owners).expect("owners").len(), 10_001);
    host.inside(|| firewall::withdraw(&all.forwards)).expect("withdraw");
    assert_eq!(host.inside(firewall::owners).expect("owners"), [port(10_001)]);
    finish(host);
}

#[test]
fn a_client_of_udp_reaches_the_new_container() {
    let net = Net::new();
    let bind = |name: &'static str, address: &str| {
        let address: SocketAddr = address.parse().expect("an address and a port");
        let socket = net.at(name, || UdpSocket::bind(address).expect("bind"));
        socket.set_read_timeout(Some(Duration::from_millis(500))).expect("a limit");
        socket
    };
    let (client, one, two) =
        (bind("out", "192.0.2.2:9"), bind("c1", "10.71.0.2:53"), bind("d1", "10.71.0.3:53"));
    let udp = |to: &str| Forward { protocol: Protocol::Udp, ..forward(None, 5353, to) };
    let comes_to = |server: &UdpSocket| {
        client.send_to(b"x", "192.0.2.1:5353").expect("send");
        server.recv(&mut [0; 9]).is_ok()
    };
    net.complete(&[zone(101)], &[]);
    // Sent before anybody listens: the kernel remembers where it went.
    assert!(!comes_to(&one));
    for (server, forward) in [(&one, udp("10.71.0.2:53")), (&two, udp("10.71.0.3:53"))] {
        let published = [forward];
        net.complete(&[zone(101)], &published);
        assert!(!comes_to(server), "where it went before");
        net.0.inside(|| firewall::forget_flows(&published)).expect("forget");
        assert!(comes_to(server));
        net.0.inside(|| firewall::withdraw(&published)).expect("withdraw");
    }
    net.finish();
}

#[test]
fn fifty_at_once_make_one_table_with_fifty_ports() {
    let host = Host::new();
    let port = |number: u16| forward(None, number, "10.1.0.2:80");
    let publish = |number| {
        let all = || Ok(Everything { root: "/run/pontoon".into(), ..Everything::default() });
        firewall::complete(&[zone(7)], &[port(number)], all)
    };
    let results = std::thread::scope(|threads| {
        let running: Vec<_> = (1..=50)
            .map(|number| {
                threads.spawn({
                    let (host, publish) = (&host, &publish);
                    move || host.inside(|| publish(number))
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().expect("a thread")).collect::<Vec<_>>()
    });
    for result in results {
        result.expect("complete");
    }
    assert_eq!(host.inside(firewall::owners).expect("owners").len(), 50);
    finish(host);
}
