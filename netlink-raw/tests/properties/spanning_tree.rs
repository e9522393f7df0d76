//! What others write of a spanning tree is read as they meant it, damaged or not.

use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BridgeId as TheirId, InfoBridge, InfoBridgePort, InfoData, InfoKind, InfoPortData, InfoPortKind,
    LinkAttribute, LinkInfo, LinkMessage,
};
use netlink_raw::Decode;
use netlink_raw::route::{BridgeId, SpanningTree, TreeBridge, TreePort};
use netlink_raw::wire::Message;
use proptest::prelude::*;

fn id() -> impl Strategy<Value = BridgeId> {
    any::<(u16, [u8; 6])>().prop_map(|(priority, address)| BridgeId { priority, address })
}

fn bridge() -> impl Strategy<Value = TreeBridge> {
    (id(), id(), any::<(u16, u32, bool, bool)>(), any::<[u64; 4]>()).prop_map(
        |(bridge_id, root_id, numbers, timers)| TreeBridge {
            bridge_id,
            root_id,
            root_port: numbers.0,
            root_path_cost: numbers.1,
            topology_change: numbers.2,
            topology_change_detected: numbers.3,
            hello_timer: timers[0],
            tcn_timer: timers[1],
            topology_change_timer: timers[2],
            gc_timer: timers[3],
        },
    )
}

fn port() -> impl Strategy<Value = TreePort> {
    (id(), id(), any::<[u16; 4]>(), any::<[bool; 2]>(), any::<[u64; 3]>()).prop_map(
        |(root_id, bridge_id, numbers, flags, timers)| TreePort {
            number: numbers[0],
            id: numbers[1],
            root_id,
            bridge_id,
            designated_port: numbers[2],
            designated_cost: numbers[3],
            topology_change_ack: flags[0],
            config_pending: flags[1],
            message_age_timer: timers[0],
            forward_delay_timer: timers[1],
            hold_timer: timers[2],
        },
    )
}

fn theirs(id: BridgeId) -> TheirId {
    TheirId { priority: id.priority, address: id.address }
}

fn bridge_info(tree: &TreeBridge) -> Vec<InfoBridge> {
    vec![
        InfoBridge::RootId(theirs(tree.root_id)),
        InfoBridge::BridgeId(theirs(tree.bridge_id)),
        InfoBridge::RootPort(tree.root_port),
        InfoBridge::RootPathCost(tree.root_path_cost),
        InfoBridge::TopologyChange(tree.topology_change.into()),
        InfoBridge::TopologyChangeDetected(tree.topology_change_detected.into()),
        InfoBridge::HelloTimer(tree.hello_timer),
        InfoBridge::TcnTimer(tree.tcn_timer),
        InfoBridge::TopologyChangeTimer(tree.topology_change_timer),
        InfoBridge::GcTimer(tree.gc_timer),
    ]
}

fn port_info(tree: &TreePort) -> Vec<InfoBridgePort> {
    vec![
        InfoBridgePort::RootId(theirs(tree.root_id)),
        InfoBridgePort::BridgeId(theirs(tree.bridge_id)),
        InfoBridgePort::DesignatedPort(tree.designated_port),
        InfoBridgePort::DesignatedCost(tree.designated_cost),
        InfoBridgePort::PortId(tree.id),
        InfoBridgePort::PortNumber(tree.number),
        InfoBridgePort::TopologyChangeAck(tree.topology_change_ack),
        InfoBridgePort::ConfigPending(tree.config_pending),
        InfoBridgePort::MessageAgeTimer(tree.message_age_timer),
        InfoBridgePort::ForwardDelayTimer(tree.forward_delay_timer),
        InfoBridgePort::HoldTimer(tree.hold_timer),
    ]
}

/// A message about a link with this information, as others write it.
fn written(info: Vec<LinkInfo>) -> Vec<u8> {
    let mut link = LinkMessage::default();
    link.attributes = vec![LinkAttribute::IfName("x0".to_owned()), LinkAttribute::LinkInfo(info)];
    let payload = NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link));
    let mut message = NetlinkMessage::new(NetlinkHeader::default(), payload);
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn read(bytes: &[u8]) -> SpanningTree {
    SpanningTree::decode(&Message::parse(bytes).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_bridge_is_read(meant in bridge()) {
        let data = InfoData::Bridge(bridge_info(&meant));
        let found = read(&written(vec![LinkInfo::Kind(InfoKind::Bridge), LinkInfo::Data(data)]));
        prop_assert_eq!((found.bridge, found.port), (Some(meant), None));
        prop_assert_eq!(found.link.name.as_deref(), Some("x0"));
    }

    #[test]
    fn a_port_is_read(meant in port()) {
        let data = InfoPortData::BridgePort(port_info(&meant));
        let info = vec![
            LinkInfo::Kind(InfoKind::Dummy),
            LinkInfo::PortKind(InfoPortKind::Bridge),
            LinkInfo::PortData(data),
        ];
        let found = read(&written(info));
        prop_assert_eq!((found.bridge, found.port), (None, Some(meant)));
    }

    #[test]
    fn damage_is_an_error_at_worst(
        meant in bridge(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let data = InfoData::Bridge(bridge_info(&meant));
        let mut bytes = written(vec![LinkInfo::Kind(InfoKind::Bridge), LinkInfo::Data(data)]);
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(message) = Message::parse(&bytes) {
            let _ = SpanningTree::decode(&message);
        }
    }
}

#[test]
fn a_bridge_id_is_written_as_brctl_writes_it() {
    let id = BridgeId { priority: 0x8000, address: [2, 0x42, 0x0a, 1, 0, 0xff] };
    assert_eq!(id.to_string(), "8000.02420a0100ff");
}
