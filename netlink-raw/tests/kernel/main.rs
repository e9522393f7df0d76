//! On the real kernel. Each test runs itself again in a network namespace of its own, which takes root and
//! the programs `unshare` and `nsenter` (util-linux) and `ip` (iproute2). Without root they pass unseen.

#[path = "../support/inside.rs"]
mod inside;

mod answers;
mod kinds;

use std::net::IpAddr;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use inside::inside;
use netlink_raw::kernel::{
    AF_BRIDGE, AF_INET, IFF_UP, NTF_MASTER, NUD_NOARP, NUD_REACHABLE, RT_SCOPE_LINK, RTNH_F_LINKDOWN,
};
use netlink_raw::route::{Address, BridgePort, Kind, Link, Neighbour, Netns, Nsid, Route};
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Error, HardwareAddress, Outcome, Request, Socket, describe};

/// A process in another network namespace; killed when dropped.
struct Other(Child);

impl Other {
    fn start() -> Self {
        let child = Command::new("unshare").args(["--net", "sleep", "100"]).spawn().unwrap();
        let net = |pid: &str| std::fs::read_link(format!("/proc/{pid}/ns/net")).ok();
        let until = Instant::now() + Duration::from_secs(10);
        while net(&child.id().to_string()) == net("self") {
            assert!(Instant::now() < until, "unshare did not unshare");
            std::thread::sleep(Duration::from_millis(2));
        }
        Self(child)
    }

    fn netns(&self) -> Netns {
        Netns::Pid(self.0.id())
    }

    /// What `ip` says in there.
    fn ip(&self, arguments: &str) -> String {
        let output = Command::new("nsenter")
            .args(["--net", "--target", &self.0.id().to_string(), "ip"])
            .args(arguments.split(' '))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn named(name: &str) -> Link {
    Link { name: Some(name.into()), flags: IFF_UP, change: IFF_UP, ..Link::default() }
}

fn bridge(name: &str) -> Link {
    Link { kind: Some(Kind::Bridge(Box::default())), ..named(name) }
}

fn pair(name: &str, peer: Link) -> Link {
    Link { kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }), ..named(name) }
}

fn find(socket: &mut Socket, name: &str) -> Link {
    socket.get(&named(name).get().unwrap()).unwrap()
}

/// Messages sent, as the socket's observer is told: datagram and outcome.
type Told = Arc<Mutex<Vec<(u64, String)>>>;

fn observe(socket: &mut Socket) -> Told {
    let told = Told::default();
    let into = Arc::clone(&told);
    socket.set_observer(move |exchange| {
        let outcome = match exchange.outcome {
            Outcome::Failed(error) => error.to_string(),
            outcome => format!("{outcome:?}"),
        };
        into.lock().unwrap().push((exchange.datagram, outcome));
    });
    told
}

#[test]
fn a_pair_is_made_by_one_message() {
    if !inside("a_pair_is_made_by_one_message") {
        return;
    }
    let other = Other::start();
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap()]).unwrap();
    let master = find(&mut socket, "br0").index;
    let mac = HardwareAddress::from([0x02, 0x42, 0x0a, 0x01, 0x00, 0x02]);
    let peer = Link {
        name: Some("eth0".into()),
        address: Some(mac),
        mtu: Some(1400),
        netns: Some(other.netns()),
        ..Link::default()
    };
    let host = Link { master: Some(master), mtu: Some(1400), ..pair("veth0", peer) };
    let told = observe(&mut socket);
    socket.execute(&[host.create().unwrap()]).unwrap();
    assert_eq!(*told.lock().unwrap(), [(3, "Acknowledged".to_owned())]);

    let made = find(&mut socket, "veth0");
    assert_eq!(
        (made.master, made.mtu, made.kind),
        (Some(master), Some(1400), Some(Kind::Veth { peer: None }))
    );
    assert_ne!(made.flags & IFF_UP, 0);
    let inside = other.ip("-o link show eth0");
    assert!(inside.contains("mtu 1400") && inside.contains("02:42:0a:01:00:02"), "{inside}");

    let ports: Vec<Link> = socket.dump(&Link::dump_ports(master).unwrap()).unwrap();
    assert_eq!(ports.len(), 1);
    socket.execute(&[Link { index: made.index, ..Link::default() }.delete().unwrap()]).unwrap();
    assert_eq!(other.ip("-o link show eth0"), "");
}

#[test]
fn one_datagram_carries_a_whole_configuration() {
    if !inside("one_datagram_carries_a_whole_configuration") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    // A peer cannot be brought up by the message that makes it; and then nothing is made.
    let error = socket.execute(&[pair("eth0", named("peer0")).create().unwrap()]).unwrap_err();
    assert_eq!(error.errno(), Some(libc::ENOTCONN));
    let peer = Link { name: Some("peer0".into()), ..Link::default() };
    socket.execute(&[pair("eth0", peer).create().unwrap()]).unwrap();
    let index = find(&mut socket, "eth0").index;
    let up = Link { index, flags: IFF_UP, change: IFF_UP, ..Link::default() };
    let lo = Link { index: 1, ..up.clone() };
    let local: IpAddr = [10, 1, 0, 2].into();
    let address = Address {
        index,
        prefix_len: 16,
        local: Some(local),
        address: Some(local),
        broadcast: Some([10, 1, 255, 255].into()),
        ..Address::default()
    };
    let gateway = Some([10, 1, 0, 1].into());
    let route = Route { gateway, ..Route::default() };
    let told = observe(&mut socket);
    let requests = [lo.set(), up.set(), address.add(), route.add()].map(Result::unwrap);
    socket.execute(&requests).unwrap();
    let datagrams: Vec<u64> = told.lock().unwrap().iter().map(|(datagram, _)| *datagram).collect();
    assert_eq!(datagrams, [4; 4]);

    let addresses: Vec<Address> = socket.dump(&Address::dump_of(index).unwrap()).unwrap();
    assert!(
        addresses.iter().any(|a| a.local == Some(local) && a.broadcast == address.broadcast),
        "{addresses:?}"
    );
    let routes: Vec<Route> = socket.dump(&Route::dump().unwrap()).unwrap();
    assert!(routes.iter().any(|r| r.gateway == gateway && r.output_interface == Some(index)), "{routes:?}");
    let out: Route = socket.get(&Route::towards([192, 0, 0, 8].into()).unwrap()).unwrap();
    assert_eq!(
        (out.gateway, out.output_interface, out.preferred_source),
        (gateway, Some(index), Some(local))
    );
    socket.execute(&[route.delete().unwrap(), address.delete().unwrap()]).unwrap();
    let nowhere = socket.get::<Route>(&Route::towards([192, 0, 0, 8].into()).unwrap()).unwrap_err();
    assert_eq!(nowhere.to_string(), "get route to 192.0.0.8/32: Network is unreachable");
}

#[test]
fn ports_and_forwarding_entries_are_set_and_read() {
    if !inside("ports_and_forwarding_entries_are_set_and_read") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap()]).unwrap();
    let master = find(&mut socket, "br0").index;
    let quiet = Link { name: Some("peer0".into()), ..Link::default() };
    socket.execute(&[Link { master: Some(master), ..pair("veth0", quiet) }.create().unwrap()]).unwrap();
    let index = find(&mut socket, "veth0").index;
    let port =
        BridgePort { hairpin: Some(true), isolated: Some(true), cost: Some(7), ..BridgePort::default() };
    let alias = Some("pontoon:3f2a".into());
    let mac = Some([0x02, 0x42, 0, 0, 0, 9].into());
    let entry = Neighbour {
        family: AF_BRIDGE,
        index,
        state: NUD_NOARP | NUD_REACHABLE,
        flags: NTF_MASTER,
        link_address: mac.clone(),
        ..Neighbour::default()
    };
    let change = Link { index, alias: alias.clone(), group: Some(77), port: Some(port), ..Link::default() };
    socket.execute(&[change.set().unwrap(), entry.add().unwrap()]).unwrap();

    let found = find(&mut socket, "veth0");
    let port = found.port.unwrap();
    assert_eq!((port.hairpin, port.isolated, port.cost), (Some(true), Some(true), Some(7)));
    assert_eq!((found.alias, found.group), (alias, Some(77)));
    let entries: Vec<Neighbour> = socket.dump(&Neighbour::dump(AF_BRIDGE).unwrap()).unwrap();
    assert!(entries.iter().any(|e| e.link_address == mac && e.master == Some(master)), "{entries:?}");

    socket
        .execute(&[entry.delete().unwrap(), Link { group: Some(77), ..Link::default() }.delete().unwrap()])
        .unwrap();
    assert_eq!(socket.dump::<Link>(&Link::dump().unwrap()).unwrap().len(), 2);
}

/// A message as it came.
struct Raw(Vec<u8>);

impl Decode for Raw {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        Ok(Self(message.bytes.to_vec()))
    }
}

#[test]
fn every_answer_can_be_described() {
    if !inside("every_answer_can_be_described") {
        return;
    }
    let other = Other::start();
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap()]).unwrap();
    let master = Some(find(&mut socket, "br0").index);
    let peer = Link { name: Some("eth0".into()), netns: Some(other.netns()), ..Link::default() };
    let lo = Link { index: 1, flags: IFF_UP, change: IFF_UP, ..Link::default() };
    let pair = Link { master, ..pair("veth0", peer) };
    socket.execute(&[pair.create().unwrap(), lo.set().unwrap()]).unwrap();
    let lists = [
        (Link::dump(), "RTM_NEWLINK"),
        (Address::dump(), "RTM_NEWADDR"),
        (Route::dump(), "RTM_NEWROUTE"),
        (Neighbour::dump(AF_BRIDGE), "RTM_NEWNEIGH"),
        (Nsid::dump(), "RTM_NEWNSID"),
    ];
    for (request, name) in lists {
        let answers: Vec<Raw> = socket.dump(&request.unwrap()).unwrap();
        assert!(!answers.is_empty(), "{name}");
        for answer in answers {
            let description = describe::message(&answer.0, &()).unwrap();
            assert_eq!((description.name.as_str(), description.command), (name, None));
            assert!(!description.attributes.is_empty());
        }
    }
}

#[test]
fn namespaces_have_numbers() {
    if !inside("namespaces_have_numbers") {
        return;
    }
    let other = Other::start();
    let mut socket = Socket::route().unwrap();
    let ask = Nsid { netns: Some(other.netns()), ..Nsid::default() };
    assert_eq!(socket.get::<Nsid>(&ask.get().unwrap()).unwrap().id, Some(-1));
    let mark = Nsid { id: Some(5), ..ask.clone() };
    socket.execute(&[mark.set().unwrap()]).unwrap();
    assert_eq!(socket.get::<Nsid>(&ask.get().unwrap()).unwrap().id, Some(5));
    assert_eq!(socket.dump::<Nsid>(&Nsid::dump().unwrap()).unwrap().len(), 1);
    // As the other one sees it, which has numbers for nobody yet.
    let target = Nsid { target: Some(5), ..Nsid::default() };
    assert_eq!(socket.dump::<Nsid>(&target.dump_alike().unwrap()).unwrap(), []);
    let itself = Nsid { id: Some(5), target: Some(5), ..Nsid::default() };
    let seen = socket.get::<Nsid>(&itself.get().unwrap()).unwrap();
    assert_eq!((seen.id, seen.current), (Some(-1), Some(5)));
}

#[test]
fn a_dump_longer_than_one_datagram_is_read_to_its_end() {
    if !inside("a_dump_longer_than_one_datagram_is_read_to_its_end") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    let links: Vec<Request> = (0..60)
        .map(|n| {
            let peer = Link { name: Some(format!("p{n}").into()), ..Link::default() };
            Link { group: Some(9), ..pair(&format!("v{n}"), peer) }.create().unwrap()
        })
        .collect();
    socket.execute(&links).unwrap();
    assert_eq!(socket.dump::<Link>(&Link::dump().unwrap()).unwrap().len(), 121);
    // An end that links directly, found by a route of its own scope.
    let index = find(&mut socket, "v0").index;
    let route = Route {
        destination: Some(([10, 7, 0, 0].into(), 16)),
        output_interface: Some(index),
        scope: RT_SCOPE_LINK,
        table: 1000,
        ..Route::default()
    };
    socket.execute(&[route.add().unwrap()]).unwrap();
    let routes: Vec<Route> = socket.dump(&Route::dump().unwrap()).unwrap();
    // Its other end is down, which the kernel marks it with.
    let marked = Route { family: AF_INET, flags: RTNH_F_LINKDOWN, ..route };
    assert!(routes.contains(&marked), "{routes:?}");
}
