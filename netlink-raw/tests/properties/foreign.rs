//! What we send is understood alike by `netlink-packet-route`, field by field: its reading of our bytes, put
//! into our structs, is what we meant.

mod route;

use std::net::IpAddr;

use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    AfSpecInet6, AfSpecUnspec, InfoBridge, InfoBridgePort, InfoData, InfoKind, InfoPortData, InfoVeth,
    LinkAttribute, LinkInfo, LinkMessage,
};
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage};
use netlink_packet_route::nsid::{NsidAttribute, NsidMessage};
use netlink_raw::kernel::RTN_MULTICAST;
use netlink_raw::route::{Address, Bridge, BridgePort, Kind, Link, Neighbour, Netns, Nsid, Route};
use netlink_raw::{Error, Request};
use proptest::prelude::*;

use crate::objects;
use route::route;

fn understood(request: Result<Request, Error>) -> RouteNetlinkMessage {
    let bytes = request.unwrap().encode(7);
    let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&bytes).unwrap();
    assert_eq!(message.header.sequence_number, 7);
    let NetlinkPayload::InnerMessage(message) = message.payload else { panic!("{message:?}") };
    message
}

macro_rules! understood_as {
    ($request:expr, $kind:ident) => {
        match understood($request) {
            RouteNetlinkMessage::$kind(message) => message,
            other => panic!("{other:?}"),
        }
    };
}

fn link(message: LinkMessage) -> Link {
    let header = message.header;
    let mut link = Link {
        index: header.index,
        device_type: header.link_layer_type.into(),
        flags: header.flags.bits(),
        change: header.change_mask.bits(),
        ..Link::default()
    };
    for attribute in message.attributes {
        match attribute {
            LinkAttribute::IfName(name) => link.name = Some(name.into()),
            LinkAttribute::IfAlias(alias) => link.alias = Some(alias.into()),
            LinkAttribute::Address(address) => link.address = Some(address.into()),
            LinkAttribute::Broadcast(address) => link.broadcast = Some(address.into()),
            LinkAttribute::Mtu(mtu) => link.mtu = Some(mtu),
            LinkAttribute::Controller(master) => link.master = Some(master),
            LinkAttribute::Link(parent) => link.link = Some(parent),
            LinkAttribute::Group(group) => link.group = Some(group),
            LinkAttribute::TxQueueLen(length) => link.tx_queue_len = Some(length),
            LinkAttribute::NumTxQueues(queues) => link.tx_queues = Some(queues),
            LinkAttribute::NumRxQueues(queues) => link.rx_queues = Some(queues),
            LinkAttribute::OperState(state) => link.operstate = Some(state.into()),
            LinkAttribute::NetNsFd(fd) => link.netns = Some(Netns::Fd(fd)),
            LinkAttribute::NetNsPid(pid) => link.netns = Some(Netns::Pid(pid)),
            LinkAttribute::LinkNetNsId(id) => link.link_netnsid = Some(id),
            LinkAttribute::AfSpecUnspec(families) => {
                link.addr_gen_mode = families.into_iter().find_map(addr_gen_mode);
            }
            LinkAttribute::LinkInfo(info) => link_info(&mut link, info),
            other => panic!("{other:?}"),
        }
    }
    link
}

fn addr_gen_mode(family: AfSpecUnspec) -> Option<u8> {
    let AfSpecUnspec::Inet6(attributes) = family else { return None };
    attributes.iter().find_map(|attribute| match attribute {
        AfSpecInet6::AddrGenMode(mode) => Some(mode.into()),
        _ => None,
    })
}

fn link_info(link: &mut Link, info: Vec<LinkInfo>) {
    for attribute in info {
        match attribute {
            LinkInfo::Kind(kind) => {
                link.kind = Some(match kind {
                    InfoKind::Veth => Kind::Veth { peer: None },
                    InfoKind::Bridge => Kind::Bridge(Box::default()),
                    other => crate::kinds::named(&other.to_string()),
                });
            }
            LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))) => {
                link.kind = Some(Kind::Veth { peer: Some(Box::new(self::link(peer))) });
            }
            LinkInfo::Data(InfoData::Bridge(settings)) => {
                link.kind = Some(Kind::Bridge(bridge(settings).into()));
            }
            data @ LinkInfo::Data(_) => link.kind = Some(crate::kinds::read(data)),
            LinkInfo::PortKind(kind) => assert_eq!(kind.to_string(), "bridge"),
            LinkInfo::PortData(InfoPortData::BridgePort(settings)) => link.port = Some(port(settings)),
            other => panic!("{other:?}"),
        }
    }
}

fn bridge(settings: Vec<InfoBridge>) -> Bridge {
    let mut bridge = Bridge::default();
    for setting in settings {
        match setting {
            InfoBridge::ForwardDelay(time) => bridge.forward_delay = Some(time),
            InfoBridge::HelloTime(time) => bridge.hello_time = Some(time),
            InfoBridge::MaxAge(time) => bridge.max_age = Some(time),
            InfoBridge::AgeingTime(time) => bridge.ageing_time = Some(time),
            InfoBridge::StpState(state) => bridge.stp_state = Some(state.into()),
            InfoBridge::Priority(priority) => bridge.priority = Some(priority),
            InfoBridge::VlanFiltering(on) => bridge.vlan_filtering = Some(on),
            InfoBridge::GroupFwdMask(mask) => bridge.group_forward_mask = Some(mask),
            InfoBridge::MulticastSnooping(on) => bridge.multicast_snooping = Some(on),
            InfoBridge::MulticastQuerier(on) => bridge.multicast_querier = Some(on),
            InfoBridge::NfCallIpTables(on) => bridge.nf_call_iptables = Some(on),
            InfoBridge::NfCallIp6Tables(on) => bridge.nf_call_ip6tables = Some(on),
            InfoBridge::NfCallArpTables(on) => bridge.nf_call_arptables = Some(on),
            InfoBridge::VlanDefaultPvid(vlan) => bridge.vlan_default_pvid = Some(vlan),
            other => panic!("{other:?}"),
        }
    }
    bridge
}

fn port(settings: Vec<InfoBridgePort>) -> BridgePort {
    let mut port = BridgePort::default();
    for setting in settings {
        match setting {
            InfoBridgePort::State(state) => port.state = Some(state.into()),
            InfoBridgePort::Priority(priority) => port.priority = Some(priority),
            InfoBridgePort::Cost(cost) => port.cost = Some(cost),
            InfoBridgePort::HairpinMode(on) => port.hairpin = Some(on),
            InfoBridgePort::Guard(on) => port.guard = Some(on),
            InfoBridgePort::Protect(on) => port.root_block = Some(on),
            InfoBridgePort::FastLeave(on) => port.fast_leave = Some(on),
            InfoBridgePort::Learning(on) => port.learning = Some(on),
            InfoBridgePort::UnicastFlood(on) => port.unicast_flood = Some(on),
            InfoBridgePort::MulticastFlood(on) => port.multicast_flood = Some(on),
            InfoBridgePort::BroadcastFlood(on) => port.broadcast_flood = Some(on),
            InfoBridgePort::ProxyARP(on) => port.proxy_arp = Some(on),
            InfoBridgePort::NeighSupress(on) => port.neighbour_suppress = Some(on),
            InfoBridgePort::Isolated(on) => port.isolated = Some(on),
            InfoBridgePort::Locked(on) => port.locked = Some(on),
            other => panic!("{other:?}"),
        }
    }
    port
}

fn address(message: AddressMessage) -> Address {
    let header = message.header;
    let mut address = Address {
        index: header.index,
        prefix_len: header.prefix_len,
        scope: header.scope.into(),
        flags: header.flags.bits().into(),
        ..Address::default()
    };
    for attribute in message.attributes {
        match attribute {
            AddressAttribute::Address(ip) => address.address = Some(ip),
            AddressAttribute::Local(ip) => address.local = Some(ip),
            AddressAttribute::Broadcast(ip) => address.broadcast = Some(ip),
            AddressAttribute::Label(label) => address.label = Some(label),
            AddressAttribute::Flags(flags) => address.flags = flags.bits(),
            other => panic!("{other:?}"),
        }
    }
    address
}

fn neighbour(message: NeighbourMessage) -> Neighbour {
    let header = message.header;
    let mut entry = Neighbour {
        family: header.family.into(),
        index: header.ifindex,
        state: header.state.into(),
        flags: header.flags.bits(),
        kind: header.kind.into(),
        ..Neighbour::default()
    };
    for attribute in message.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(four)) => {
                entry.destination = Some(four.into());
            }
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(six)) => {
                entry.destination = Some(six.into());
            }
            // In a forwarding database it leaves the bytes as they are.
            NeighbourAttribute::Destination(NeighbourAddress::Other(bytes)) => {
                entry.destination = <[u8; 4]>::try_from(&bytes[..])
                    .map(IpAddr::from)
                    .or_else(|_| <[u8; 16]>::try_from(&bytes[..]).map(IpAddr::from))
                    .ok();
            }
            NeighbourAttribute::LinkLayerAddress(address) => entry.link_address = Some(address.into()),
            NeighbourAttribute::Vlan(vlan) => entry.vlan = Some(vlan),
            NeighbourAttribute::Port(port) => entry.port = Some(port),
            NeighbourAttribute::Vni(vni) => entry.vni = Some(vni),
            NeighbourAttribute::IfIndex(index) => entry.output_interface = Some(index),
            NeighbourAttribute::Controller(master) => entry.master = Some(master),
            other => panic!("{other:?}"),
        }
    }
    entry
}

fn nsid(message: NsidMessage) -> Nsid {
    let mut nsid = Nsid::default();
    for attribute in message.attributes {
        match attribute {
            NsidAttribute::Id(id) => nsid.id = Some(id),
            NsidAttribute::Pid(pid) => nsid.netns = Some(Netns::Pid(pid)),
            NsidAttribute::Fd(fd) => nsid.netns = Some(Netns::Fd(i32::try_from(fd).unwrap())),
            NsidAttribute::TargetNsid(id) => nsid.target = Some(id),
            other => panic!("{other:?}"),
        }
    }
    nsid
}

proptest! {
    #[test]
    fn links_are_understood(meant in objects::known_link()) {
        prop_assert_eq!(link(understood_as!(meant.create(), NewLink)), meant);
    }

    #[test]
    fn addresses_are_understood(meant in objects::known_address()) {
        prop_assert_eq!(address(understood_as!(meant.add(), NewAddress)), meant.clone());
        prop_assert_eq!(address(understood_as!(meant.delete(), DelAddress)), meant);
    }

    #[test]
    fn routes_are_understood(meant in objects::route()) {
        // Of a multicast route the kernel alone tells when it expires, in 64 bits, and that is what others read.
        let expires = meant.expires.filter(|_| meant.kind != RTN_MULTICAST);
        let meant = Route { expires, ..meant };
        prop_assert_eq!(route(understood_as!(meant.add(), NewRoute)), meant.clone());
        prop_assert_eq!(route(understood_as!(meant.delete(), DelRoute)), meant);
    }

    #[test]
    fn neighbours_are_understood(meant in objects::known_neighbour()) {
        prop_assert_eq!(neighbour(understood_as!(meant.add(), NewNeighbour)), meant.clone());
        prop_assert_eq!(neighbour(understood_as!(meant.delete(), DelNeighbour)), meant);
    }

    #[test]
    fn namespace_numbers_are_understood(meant in objects::nsid()) {
        prop_assert_eq!(nsid(understood_as!(meant.set(), NewNsId)), meant);
    }
}

#[test]
fn questions_are_understood() {
    let index = Link { index: 7, ..Link::default() };
    assert_eq!(understood_as!(index.get(), GetLink).header.index, 7);
    assert_eq!(understood_as!(index.delete(), DelLink).header.index, 7);
    understood_as!(Link::dump(), GetLink);
    let ports = understood_as!(Link::dump_ports(9), GetLink);
    assert!(ports.attributes.contains(&LinkAttribute::Controller(9)));
    assert_eq!(understood_as!(Address::dump_of(7), GetAddress).header.index, 7);
    understood_as!(Route::dump(), GetRoute);
    assert_eq!(u8::from(understood_as!(Neighbour::dump(7), GetNeighbour).header.family), 7);
    let forwarding = understood_as!(Neighbour::dump_forwarding(9), GetNeighbour);
    assert!(forwarding.attributes.contains(&NeighbourAttribute::Controller(9)));
    understood_as!(Nsid::dump(), GetNsId);
    let pid = Nsid { netns: Some(Netns::Pid(5)), ..Nsid::default() };
    assert_eq!(nsid(understood_as!(pid.get(), GetNsId)), pid);
}
