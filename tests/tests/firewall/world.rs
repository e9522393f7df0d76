//! What the tests of the firewall take place in.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use nix::sched::{CloneFlags, setns};
use pontoon::network::firewall;
use pontoon::plan::network::firewall::{Everything, Forward, Zone};
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
pub(crate) fn finish(host: Host) {
    host.sh("! nft list table inet pontoon >/dev/null 2>&1 || nft delete table inet pontoon").ok();
    host.finish();
}

/// The host with its networks.
pub(crate) struct Net(pub(crate) Host);

impl Net {
    pub(crate) fn new() -> Self {
        Self::with_filtered_bridges(false)
    }

    /// `filtered`: what stays on a bridge passes the firewall too (`br_netfilter`, where the kernel has it).
    pub(crate) fn with_filtered_bridges(filtered: bool) -> Self {
        let host = Host::new();
        host.sh(&SETUP.replace("FILTERED", if filtered { "1" } else { "0" })).ok();
        Self(host)
    }

    pub(crate) fn finish(self) {
        self.0.sh(TEARDOWN).ok();
        finish(self.0);
    }

    /// Does `work` in a named namespace; `host` is the host's own.
    pub(crate) fn at<T: Send>(&self, name: &str, work: impl FnOnce() -> T + Send) -> T {
        self.0.inside(|| {
            if name != "host" {
                let namespace = std::fs::File::open(format!("/run/netns/{name}")).expect("a namespace");
                setns(namespace, CloneFlags::CLONE_NEWNET).expect("setns");
            }
            work()
        })
    }

    /// A server on all addresses, which says its name and who asks. It ends with the test.
    pub(crate) fn serve(&self, name: &'static str, port: u16) {
        let listener = self.at(name, || TcpListener::bind(("::", port)).expect("bind"));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let peer = stream.peer_addr().expect("a peer").ip().to_canonical();
                let _ = write!(stream, "{name} {peer}");
            }
        });
    }

    /// What a server says that is asked from `name`; nothing when it isn't reached.
    pub(crate) fn ask(&self, name: &str, target: &str) -> Option<String> {
        self.ask_within(Duration::from_secs(10), name, target)
    }

    pub(crate) fn ask_within(&self, patience: Duration, name: &str, target: &str) -> Option<String> {
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
    pub(crate) fn reaches(&self, name: &str, target: &str, says: &str) {
        assert_eq!(self.ask(name, target).as_deref(), Some(says), "{name} to {target}: {}", self.ruleset());
    }

    #[track_caller]
    pub(crate) fn fails(&self, name: &str, target: &str) {
        let said = self.ask_within(Duration::from_millis(500), name, target);
        assert_eq!(said, None, "{name} to {target}: {}", self.ruleset());
    }

    pub(crate) fn ruleset(&self) -> String {
        self.0.sh("nft list ruleset").ok().stdout
    }

    pub(crate) fn complete(&self, zones: &[Zone], forwards: &[Forward]) {
        let nothing = || Ok(Everything::default());
        self.0.inside(|| firewall::complete(zones, forwards, nothing)).expect("complete");
    }

    pub(crate) fn owners(&self) -> Vec<Forward> {
        self.0.inside(firewall::owners).expect("owners")
    }
}
