//! As neli does it.

use std::error::Error;
use std::io::Cursor;

use neli::attr::Attribute as _;
use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Iff, Ifla, IflaInfo, RtAddrFamily, RtaType, Rtm};
use neli::nl::{NlPayload, Nlmsghdr, NlmsghdrBuilder};
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder, Rtattr, RtattrBuilder, RtattrBuilderError};
use neli::types::{Buffer, RtBuffer};
use neli::{FromBytes, Size, ToBytes};

use crate::said::{Pair, Shown, Total};

/// neli has no name for it.
const VETH_INFO_PEER: u16 = 1;

pub(crate) fn encode(pair: &Pair<'_>, message: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    let inside = [
        attribute(Ifla::Address, pair.address)?,
        attribute(Ifla::Mtu, pair.mtu)?,
        attribute(Ifla::NetNsFd, pair.namespace)?,
        attribute(Ifla::Ifname, pair.inside)?,
    ];
    let inside = IfinfomsgBuilder::default()
        .ifi_family(RtAddrFamily::Unspecified)
        .rtattrs(RtBuffer::from_iter(inside))
        .build()?;
    let data = RtBuffer::from_iter([attribute(VETH_INFO_PEER, inside)?]);
    let info = RtBuffer::from_iter([
        // Of a text it would send a NUL too.
        attribute(IflaInfo::Kind, *b"veth")?,
        attribute(IflaInfo::Data, data)?,
    ]);
    let host = [
        attribute(Ifla::Mtu, pair.mtu)?,
        attribute(Ifla::Master, pair.bridge)?,
        attribute(Ifla::Ifname, pair.host)?,
        attribute(Ifla::Linkinfo, info)?,
    ];
    let host = IfinfomsgBuilder::default()
        .ifi_family(RtAddrFamily::Unspecified)
        .ifi_flags(Iff::UP)
        .ifi_change(Iff::UP)
        .rtattrs(RtBuffer::from_iter(host))
        .build()?;
    let whole = NlmsghdrBuilder::default()
        .nl_type(Rtm::Newlink)
        .nl_flags(NlmF::REQUEST | NlmF::ACK | NlmF::CREATE | NlmF::EXCL)
        .nl_seq(pair.seq)
        .nl_payload(NlPayload::Payload(host))
        .build()?;
    message.clear();
    let mut cursor = Cursor::new(std::mem::take(message));
    whole.to_bytes(&mut cursor)?;
    *message = cursor.into_inner();
    Ok(())
}

fn attribute<T: RtaType, P: Size + ToBytes>(
    kind: T,
    value: P,
) -> Result<Rtattr<T, Buffer>, RtattrBuilderError> {
    RtattrBuilder::default().rta_type(kind).rta_payload(value).build()
}

/// One message after another, as the iterator does that `NlSocketHandle::recv` returns.
pub(crate) fn parse(dump: &[Vec<u8>]) -> Result<Total, Box<dyn Error>> {
    let mut total = Total::default();
    for datagram in dump {
        let mut cursor = Cursor::new(&datagram[..]);
        while cursor.position() < datagram.len() as u64 {
            let message = Nlmsghdr::<Rtm, Ifinfomsg>::from_bytes(&mut cursor)?;
            match message.nl_payload() {
                NlPayload::Payload(link) => total.add(&shown(link)?),
                NlPayload::DumpExtAck(_) => total.done = true,
                other => panic!("{other:?} in a dump"),
            }
        }
    }
    Ok(total)
}

fn shown(link: &Ifinfomsg) -> Result<Shown<'_>, Box<dyn Error>> {
    let mut shown =
        Shown { index: link.ifi_index().cast_unsigned(), flags: link.ifi_flags().bits(), ..Shown::default() };
    for attribute in link.rtattrs().as_ref() {
        match attribute.rta_type() {
            Ifla::Ifname => {
                let name = attribute.get_payload_as_with_len_borrowed::<&str>()?;
                shown.name = name.trim_end_matches('\0').into();
            }
            Ifla::Mtu => shown.mtu = attribute.get_payload_as()?,
            Ifla::Master => shown.master = attribute.get_payload_as()?,
            Ifla::Link => shown.link = attribute.get_payload_as()?,
            Ifla::Address => shown.address = attribute.rta_payload().as_ref().into(),
            Ifla::Operstate => shown.operstate = attribute.get_payload_as()?,
            Ifla::Linkinfo => {
                for inner in attribute.get_attr_handle::<IflaInfo>()?.iter() {
                    if *inner.rta_type() == IflaInfo::Kind {
                        shown.kind = inner.get_payload_as_with_len::<String>()?.into();
                    }
                }
            }
            _ => {}
        }
    }
    Ok(shown)
}
