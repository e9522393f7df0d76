//! What we encode is, byte for byte, what iproute2 was recorded to send; and what it sent is described by
//! the very command that sent it.

#[path = "../support/recorded.rs"]
mod recorded;

mod kinds;
mod more;
mod settings;
mod traffic;

use std::collections::HashMap;
use std::net::IpAddr;

use netlink_raw::describe::{self, Names};
use netlink_raw::kernel::{
    AF_BRIDGE, AF_INET, IFA_F_NODAD, IFA_F_NOPREFIXROUTE, IFF_NOARP, IFF_PROMISC, IFF_UP, NTF_MASTER,
    NTF_SELF, NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE, RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_NOWHERE,
    RTN_BLACKHOLE, RTNH_F_ONLINK, RTPROT_STATIC,
};
use netlink_raw::route::{Address, Bridge, BridgePort, Kind, Link, Neighbour, Netns, Nsid, Route};
use netlink_raw::{Error, HardwareAddress, Request};
use recorded::recorded;

/// The recorded messages; `capture.py` beside it made it.
const RECORDED: &str = include_str!("iproute2.txt");

/// The process in the other namespace while it was recorded.
const OTHER: u32 = 6176;

/// The links and the namespace that were there.
struct There;

impl Names for There {
    fn link(&self, index: u32) -> Option<String> {
        let name = match index {
            1 => "lo",
            2 => "br0",
            3 => "vethX",
            4 => "vethZ",
            10 => "vethA",
            _ => return None,
        };
        Some(name.to_owned())
    }

    fn netns(&self, _fd: i32) -> Option<String> {
        Some("tt".to_owned())
    }
}

type Ours = Vec<(&'static str, Result<Request, Error>)>;

#[expect(clippy::unnecessary_wraps, reason = "as the fields want it")]
fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields want it")]
fn mac(last: u8) -> Option<HardwareAddress> {
    Some([0x02, 0x42, 0x0a, 0x01, 0x00, last].into())
}

fn named(name: &str) -> Link {
    Link { name: Some(name.into()), ..Link::default() }
}

fn veth(link: Link, peer: Link) -> Result<Request, Error> {
    Link { kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }), ..link }.create()
}

fn new_links() -> Ours {
    let host = Link {
        flags: IFF_UP,
        change: IFF_UP,
        address: mac(1),
        mtu: Some(1500),
        master: Some(2),
        ..named("vethX")
    };
    let inside = Link { address: mac(2), mtu: Some(1500), netns: Some(Netns::Pid(OTHER)), ..named("eth0") };
    let queues =
        Link { index: 50, tx_queue_len: Some(500), tx_queues: Some(1), rx_queues: Some(1), ..named("vethQ") };
    let bridge = Bridge {
        forward_delay: Some(200),
        hello_time: Some(300),
        max_age: Some(700),
        ageing_time: Some(1000),
        stp_state: Some(1),
        priority: Some(100),
        group_forward_mask: Some(8),
        multicast_snooping: Some(false),
        nf_call_iptables: Some(true),
        ..Bridge::default()
    };
    let bridge =
        Link { flags: IFF_UP, change: IFF_UP, kind: Some(Kind::Bridge(bridge.into())), ..named("br1") };
    vec![
        (
            "ip link add vethX address 02:42:0a:01:00:01 mtu 1500 master br0 up type veth peer name eth0 \
             address 02:42:0a:01:00:02 mtu 1500 netns 6176",
            veth(host, inside),
        ),
        (
            "ip link add vethZ type veth peer name eth0 netns tt",
            veth(named("vethZ"), Link { netns: Some(Netns::Fd(4)), ..named("eth0") }),
        ),
        (
            "ip link add vethQ index 50 txqueuelen 500 numtxqueues 1 numrxqueues 1 type veth peer name eth7 \
             index 60",
            veth(queues, Link { index: 60, ..named("eth7") }),
        ),
        (
            "ip link add br1 up type bridge forward_delay 200 hello_time 300 max_age 700 ageing_time 1000 \
             stp_state 1 priority 100 group_fwd_mask 8 mcast_snooping 0 nf_call_iptables 1",
            bridge.create(),
        ),
    ]
}

fn changed_links() -> Ours {
    let a = || Link { index: 10, ..Link::default() };
    let flags = IFF_PROMISC | IFF_NOARP;
    let hardware = Link {
        address: mac(0x77),
        broadcast: Some([0xff; 6].into()),
        tx_queue_len: Some(100),
        group: Some(9),
        ..a()
    };
    vec![
        ("ip link set lo up", Link { index: 1, flags: IFF_UP, change: IFF_UP, ..Link::default() }.set()),
        ("ip link set vethA up", Link { flags: IFF_UP, change: IFF_UP, ..a() }.set()),
        ("ip link set vethA down", Link { change: IFF_UP, ..a() }.set()),
        ("ip link set vethA mtu 1400 master br0", Link { mtu: Some(1400), master: Some(2), ..a() }.set()),
        ("ip link set vethA nomaster", Link { master: Some(0), ..a() }.set()),
        (
            "ip link set vethA alias 'made by pontoon'",
            Link { alias: Some("made by pontoon".into()), ..a() }.set(),
        ),
        ("ip link set vethA name vethC", Link { index: 10, ..named("vethC") }.set()),
        (
            "ip link set vethA address 02:42:0a:01:00:77 broadcast ff:ff:ff:ff:ff:ff txqueuelen 100 group 9",
            hardware.set(),
        ),
        ("ip link set vethA promisc on arp off", Link { flags, change: flags, ..a() }.set()),
        (
            "ip link set vethZ netns 6176",
            Link { index: 4, netns: Some(Netns::Pid(OTHER)), ..Link::default() }.set(),
        ),
        ("ip link del vethX", Link { index: 3, ..Link::default() }.delete()),
        ("ip link del group 77", Link { group: Some(77), ..Link::default() }.delete()),
    ]
}

fn addresses() -> Ours {
    let both = |index, text: &str, prefix_len| Address {
        index,
        prefix_len,
        local: ip(text),
        address: ip(text),
        ..Address::default()
    };
    let host = Address { scope: RT_SCOPE_HOST, label: Some("lo:x".to_owned()), ..both(1, "127.0.0.1", 8) };
    let broadcast = Some([10, 1, 255, 255].into());
    let flags = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
    vec![
        (
            "ip address add 10.1.0.2/16 broadcast 10.1.255.255 dev vethA",
            Address { broadcast, ..both(10, "10.1.0.2", 16) }.add(),
        ),
        ("ip address add ::1/128 dev lo", both(1, "::1", 128).add()),
        ("ip address add 127.0.0.1/8 label lo:x dev lo", host.add()),
        ("ip address add 127.0.0.2/8 scope global dev lo", both(1, "127.0.0.2", 8).add()),
        (
            "ip address add 10.3.0.1 peer 10.3.0.2/32 dev vethA",
            Address { address: ip("10.3.0.2"), ..both(10, "10.3.0.1", 32) }.add(),
        ),
        (
            "ip address add fd00::8/64 nodad noprefixroute dev br0",
            Address { flags, ..both(2, "fd00::8", 64) }.add(),
        ),
        ("ip address replace 10.9.0.1/16 dev br0", both(2, "10.9.0.1", 16).replace()),
        ("ip address del 127.0.0.1/8 dev lo", both(1, "127.0.0.1", 8).delete()),
        ("ip address show", Address::dump()),
    ]
}

fn routes() -> Ours {
    let to =
        |text: &str, length| Route { destination: Some((text.parse().unwrap(), length)), ..Route::default() };
    let via = |text| Route { gateway: ip(text), ..Route::default() };
    let any = || Route { kind: 0, protocol: 0, scope: RT_SCOPE_NOWHERE, ..Route::default() };
    let br0 = Some(2);
    let far = Route {
        gateway: ip("10.9.0.3"),
        output_interface: br0,
        preferred_source: ip("10.9.0.1"),
        priority: Some(20),
        table: 1000,
        ..to("10.77.0.0", 16)
    };
    let fixed =
        Route { output_interface: br0, protocol: RTPROT_STATIC, flags: RTNH_F_ONLINK, ..via("10.9.0.1") };
    let six = Route { gateway: ip("fd00::1"), output_interface: br0, ..to("10.80.0.0", 16) };
    vec![
        ("ip route add default via 10.9.0.2", via("10.9.0.2").add()),
        ("ip route del default", Route { family: AF_INET, ..any() }.delete()),
        ("ip route add 10.77.0.0/16 via 10.9.0.3 dev br0 src 10.9.0.1 metric 20 table 1000", far.add()),
        (
            "ip route add 10.78.0.0/16 dev br0",
            Route { output_interface: br0, scope: RT_SCOPE_LINK, ..to("10.78.0.0", 16) }.add(),
        ),
        ("ip route add blackhole 10.79.0.0/16", Route { kind: RTN_BLACKHOLE, ..to("10.79.0.0", 16) }.add()),
        ("ip route add 10.80.0.0/16 via inet6 fd00::1 dev br0", six.add()),
        (
            "ip -6 route add default via fd00::1 dev br0",
            Route { gateway: ip("fd00::1"), output_interface: br0, ..to("::", 0) }.add(),
        ),
        ("ip -6 route add fd01::/64 dev br0", Route { output_interface: br0, ..to("fd01::", 64) }.add()),
        ("ip route replace default via 10.9.0.1 dev br0 proto static onlink", fixed.replace()),
        (
            "ip route del 10.78.0.0/16",
            Route { destination: to("10.78.0.0", 16).destination, ..any() }.delete(),
        ),
        ("ip route show table all", Route::dump()),
    ]
}

fn neighbours() -> Ours {
    let arp = |text, state| Neighbour {
        index: 2,
        state,
        destination: ip(text),
        link_address: mac(9),
        ..Neighbour::default()
    };
    let fdb = |last, state, flags| Neighbour {
        family: AF_BRIDGE,
        index: 10,
        state,
        flags,
        link_address: mac(last),
        ..Neighbour::default()
    };
    let local = NUD_NOARP | NUD_PERMANENT;
    let vxlan = Neighbour {
        link_address: Some([0; 6].into()),
        destination: ip("192.0.2.1"),
        port: Some(4789),
        vni: Some(42),
        output_interface: Some(2),
        ..fdb(0, local, NTF_SELF)
    };
    vec![
        (
            "ip neighbour add 10.9.0.9 lladdr 02:42:0a:01:00:09 dev br0 nud permanent",
            arp("10.9.0.9", NUD_PERMANENT).add(),
        ),
        (
            "ip neighbour replace fd00::9 lladdr 02:42:0a:01:00:09 dev br0 nud reachable",
            arp("fd00::9", NUD_REACHABLE).replace(),
        ),
        (
            "ip neighbour del 10.9.0.9 dev br0",
            Neighbour { link_address: None, ..arp("10.9.0.9", NUD_PERMANENT) }.delete(),
        ),
        ("ip neighbour show", Neighbour::dump(0)),
        (
            "bridge fdb add 02:42:0a:01:00:0a dev vethA master static",
            fdb(0x0a, NUD_NOARP | NUD_REACHABLE, NTF_MASTER).add(),
        ),
        ("bridge fdb add 02:42:0a:01:00:0b dev vethA self permanent", fdb(0x0b, local, NTF_SELF).add()),
        (
            "bridge fdb append 00:00:00:00:00:00 dev vethA dst 192.0.2.1 port 4789 vni 42 via br0 self permanent",
            vxlan.append(),
        ),
        ("bridge fdb del 02:42:0a:01:00:0a dev vethA self", fdb(0x0a, local, NTF_SELF).delete()),
        ("bridge fdb show", Neighbour::dump(AF_BRIDGE)),
        ("bridge fdb show br br0", Neighbour::dump_forwarding(2)),
    ]
}

fn nsids() -> Ours {
    let five = Nsid { id: Some(5), netns: Some(Netns::Fd(6)), ..Nsid::default() };
    let of_five = Nsid { target: Some(5), ..Nsid::default() };
    vec![
        ("ip netns set tt 5", five.set()),
        ("ip netns list-id", Nsid::dump()),
        ("ip netns list-id target-nsid 5", of_five.dump_alike()),
    ]
}

#[test]
fn we_send_what_iproute2_sends() {
    let recorded: HashMap<_, _> = recorded(RECORDED).into_iter().collect();
    let links = [
        new_links(),
        changed_links(),
        kinds::on_links(),
        kinds::vxlans(),
        kinds::others(),
        kinds::of_a_bridge(),
    ];
    let others = [addresses(), routes(), neighbours(), nsids(), traffic::disciplines(), traffic::filters()];
    let more = [settings::links(), settings::kinds(), settings::addresses(), settings::neighbours()];
    for (command, request) in links.into_iter().chain(others).chain(more).flatten() {
        let theirs = recorded.get(command).unwrap_or_else(|| panic!("not recorded: {command}"));
        assert_eq!(request.unwrap().encode(0), *theirs, "{command}");
    }
}

/// `ip` names the port's driver in another place than the kernel does; the settings are the same bytes.
#[test]
fn settings_of_a_port_are_those_of_iproute2() {
    let four = BridgePort {
        cost: Some(7),
        hairpin: Some(true),
        unicast_flood: Some(false),
        isolated: Some(true),
        ..BridgePort::default()
    };
    let none = BridgePort { backup_port: Some(0), ..BridgePort::default() };
    for (command, port, length) in [
        ("ip link set vethA type bridge_slave cost 7 hairpin on flood off isolated on", four, 0x24),
        (settings::PORT, settings::port(), 0x38),
        ("ip link set vethA type bridge_slave nobackup_port", none, 0x0c),
    ] {
        let ours = Link { index: 10, port: Some(port), ..Link::default() }.set().unwrap().encode(0);
        let (_, theirs) = recorded(RECORDED).into_iter().find(|(each, _)| *each == command).unwrap();
        assert_eq!(ours[ours.len() - length..], theirs[theirs.len() - length..], "{command}");
    }
}

#[test]
fn what_iproute2_sends_is_described_by_its_command() {
    let recorded = recorded(RECORDED);
    assert!(recorded.len() > 90);
    for (command, message) in recorded {
        let description = describe::message(&message, &There).unwrap();
        let other_name = command.replace("set vethC name vethA", "set vethA name vethA");
        assert_eq!(description.command, Some(other_name), "{description}");
        assert!(!description.to_string().contains('?'), "a number has no name: {description}");
    }
}
