//! As netlink-packet-route does it, with netlink-packet-core.

use netlink_packet_core::{
    DecodeError, NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
};

use crate::said::{Pair, Shown, Total};

pub(crate) fn encode(pair: &Pair<'_>, message: &mut Vec<u8>) {
    let mut inside = LinkMessage::default();
    inside.attributes = vec![
        LinkAttribute::Address(pair.address.to_vec()),
        LinkAttribute::Mtu(pair.mtu),
        LinkAttribute::NetNsFd(pair.namespace),
        LinkAttribute::IfName(pair.inside.to_owned()),
    ];
    let mut host = LinkMessage::default();
    host.header.flags = LinkFlags::Up;
    host.header.change_mask = LinkFlags::Up;
    host.attributes = vec![
        LinkAttribute::Mtu(pair.mtu),
        LinkAttribute::Controller(pair.bridge),
        LinkAttribute::IfName(pair.host.to_owned()),
        LinkAttribute::LinkInfo(vec![
            LinkInfo::Kind(InfoKind::Veth),
            LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(inside))),
        ]),
    ];
    let mut whole = NetlinkMessage::from(RouteNetlinkMessage::NewLink(host));
    whole.header.flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    whole.header.sequence_number = pair.seq;
    whole.finalize();
    message.clear();
    message.resize(whole.header.length as usize, 0);
    whole.serialize(message);
}

pub(crate) fn parse(dump: &[Vec<u8>]) -> Result<Total, DecodeError> {
    let mut total = Total::default();
    for datagram in dump {
        let mut rest = &datagram[..];
        while !rest.is_empty() {
            let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(rest)?;
            rest = &rest[message.header.length as usize..];
            match &message.payload {
                NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) => total.add(&shown(link)),
                NetlinkPayload::Done(_) => total.done = true,
                other => panic!("{other:?} in a dump"),
            }
        }
    }
    Ok(total)
}

fn shown(link: &LinkMessage) -> Shown<'_> {
    let mut shown = Shown { index: link.header.index, flags: link.header.flags.bits(), ..Shown::default() };
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::IfName(name) => shown.name = name.into(),
            LinkAttribute::Mtu(mtu) => shown.mtu = *mtu,
            LinkAttribute::Controller(master) => shown.master = *master,
            LinkAttribute::Link(link) => shown.link = *link,
            LinkAttribute::Address(address) => shown.address = address.into(),
            LinkAttribute::OperState(state) => shown.operstate = u8::from(*state),
            LinkAttribute::LinkInfo(info) => {
                for part in info {
                    if let LinkInfo::Kind(kind) = part {
                        shown.kind =
                            if *kind == InfoKind::Veth { "veth".into() } else { kind.to_string().into() };
                    }
                }
            }
            _ => {}
        }
    }
    shown
}
