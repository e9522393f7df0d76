//! Traffic: who is where, who serves, who asks.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sched::{CloneFlags, setns};
use nix::sys::socket::{Shutdown, shutdown};

use crate::host::Host;

/// How long one waits for an answer that should come, and for one that should not.
const PATIENCE: [Duration; 2] = [Duration::from_secs(5), Duration::from_millis(250)];

/// A neighbour on the host's other side (`out`), whose routes to everywhere lead through the host, and a machine beyond
/// (`far`), which passes by the host too. The host is 192.0.2.1 and 2001:db8:2::1 to the one, 192.0.3.1 and
/// 2001:db8:3::1 to the other; they are .2 and ::2.
const NEIGHBOURS: &str = "
    set -e
    neighbour() { # name, number
        ip netns add $1; ip link add v$1 type veth peer name eth0 netns $1
        echo 0 > /proc/sys/net/ipv6/conf/v$1/accept_dad
        ip -n $1 link set lo up; ip netns exec $1 sh -c 'echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad'
        ip link set v$1 up; ip -n $1 link set eth0 up
        ip addr add 192.0.$2.1/24 dev v$1; ip addr add 2001:db8:$2::1/64 dev v$1 nodad
        ip -n $1 addr add 192.0.$2.2/24 dev eth0; ip -n $1 addr add 2001:db8:$2::2/64 dev eth0 nodad
        ip -n $1 route add default via 192.0.$2.1; ip -n $1 route add default via 2001:db8:$2::1
    }
    neighbour out 2; neighbour far 3
";

const AWAY: &str = "for n in out far; do ip link del v$n; ip netns del $n; done; umount /run/netns";

/// A server, until it is dropped.
#[must_use]
pub struct Server {
    sockets: Vec<i32>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        for &socket in &self.sockets {
            // It wakes up who waits at it; a datagram socket says that it has no other end.
            let _ = shutdown(socket, Shutdown::Both);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Host {
    /// Makes the neighbours `out` and `far`.
    pub fn neighbours(&self) {
        self.sh(NEIGHBOURS).ok();
    }

    /// Takes them away.
    pub fn no_neighbours(&self) {
        self.sh(AWAY).ok();
    }

    /// Does `work` in the network of `place`: `host`, a named namespace's, or a container's.
    pub fn at<T: Send>(&self, place: &str, work: impl FnOnce() -> T + Send) -> T {
        let named = format!("/run/netns/{place}");
        let path = match place {
            "host" => None,
            _ if self.inside(|| std::path::Path::new(&named).exists()) => Some(named),
            _ => {
                let pid = &self.pontoon(&["inspect", place]).ok().json()[0]["pid"];
                Some(format!("/proc/{pid}/ns/net"))
            }
        };
        self.inside(|| {
            if let Some(path) = path {
                setns(File::open(&path).expect("a namespace"), CloneFlags::CLONE_NEWNET).expect("setns");
            }
            work()
        })
    }

    /// Serves at `place` on all addresses, by TCP and UDP: says who it is and who asks, as `web 192.0.2.2`.
    pub fn serve(&self, place: &str, port: u16) -> Server {
        let (stream, datagram) = self.at(place, || {
            let stream = TcpListener::bind(("::", port)).expect("bind");
            (stream, UdpSocket::bind(("::", port)).expect("bind"))
        });
        let sockets = vec![stream.as_raw_fd(), datagram.as_raw_fd()];
        let (name, also) = (place.to_owned(), place.to_owned());
        let answer = |name: &str, peer: SocketAddr| format!("{name} {}", peer.ip().to_canonical());
        let streams = move || {
            while let Ok((mut stream, peer)) = stream.accept() {
                let _ = stream.write_all(answer(&name, peer).as_bytes());
            }
        };
        let datagrams = move || {
            let mut asked = [0; 16];
            // One of no bytes is the end.
            while let Ok((1.., peer)) = datagram.recv_from(&mut asked) {
                let _ = datagram.send_to(answer(&also, peer).as_bytes(), peer);
            }
        };
        Server { sockets, threads: vec![std::thread::spawn(streams), std::thread::spawn(datagrams)] }
    }

    /// What is said at `target` to who asks by TCP from `place`; nothing where nobody is reached.
    pub fn ask(&self, place: &str, target: &str) -> Option<String> {
        self.ask_within(PATIENCE[0], place, target)
    }

    fn ask_within(&self, patience: Duration, place: &str, target: &str) -> Option<String> {
        let address: SocketAddr = target.parse().expect("an address and a port");
        self.at(place, || {
            let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
            stream.set_read_timeout(Some(patience)).expect("a limit");
            let mut said = String::new();
            stream.read_to_string(&mut said).ok()?;
            Some(said)
        })
    }

    /// As [`Host::ask`], by UDP, and from a port of one's own where that is not 0.
    pub fn ask_by_udp(&self, place: &str, from: u16, target: &str) -> Option<String> {
        self.ask_by_udp_within(PATIENCE[0], place, from, target)
    }

    fn ask_by_udp_within(&self, patience: Duration, place: &str, from: u16, target: &str) -> Option<String> {
        let address: SocketAddr = target.parse().expect("an address and a port");
        self.at(place, || {
            let any = if address.is_ipv4() { "0.0.0.0" } else { "::" };
            let socket = UdpSocket::bind((any, from)).expect("bind");
            // Connected, it hears only one who answers from where it was asked.
            socket.connect(address).ok()?;
            socket.set_read_timeout(Some(patience)).expect("a limit");
            socket.send(b"?").ok()?;
            let mut said = [0; 128];
            let length = socket.recv(&mut said).ok()?;
            Some(String::from_utf8_lossy(&said[..length]).into_owned())
        })
    }

    /// Fails unless `place` reaches `target` by TCP and UDP, and is told `says`.
    #[track_caller]
    pub fn reaches(&self, place: &str, target: &str, says: &str) {
        assert_eq!(
            self.ask(place, target).as_deref(),
            Some(says),
            "{place} to {target}:\n{}",
            self.packets()
        );
        let by_udp = self.ask_by_udp(place, 0, target);
        assert_eq!(by_udp.as_deref(), Some(says), "{place} to {target} by UDP:\n{}", self.packets());
    }

    /// Fails if `place` reaches `target` by TCP or UDP.
    #[track_caller]
    pub fn fails_to_reach(&self, place: &str, target: &str) {
        assert_eq!(
            self.ask_within(PATIENCE[1], place, target),
            None,
            "{place} to {target}:\n{}",
            self.packets()
        );
        assert_eq!(
            self.ask_by_udp_within(PATIENCE[1], place, 0, target),
            None,
            "{place} to {target} by UDP:\n{}",
            self.packets()
        );
    }

    /// Where published ports lead, for who has to find out why.
    fn packets(&self) -> String {
        self.sh("nft list ruleset | grep -A4 'map publish'").run().stdout
    }
}
