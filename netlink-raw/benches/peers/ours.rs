//! As netlink-raw does it.

use std::borrow::Cow;

use netlink_raw::kernel::{
    IFF_UP, IFLA_ADDRESS, IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINK, IFLA_LINKINFO, IFLA_MASTER,
    IFLA_MTU, IFLA_NET_NS_FD, IFLA_OPERSTATE, NLM_F_CREATE, NLM_F_EXCL, NLMSG_DONE, RTM_NEWLINK,
    VETH_INFO_PEER,
};
use netlink_raw::route::{Kind, Link, Netns};
use netlink_raw::wire::{Message, Messages, Writer};
use netlink_raw::{Decode, Error, Operation, Request};

use crate::said::{Pair, Shown, Total};

pub(crate) fn encode(pair: &Pair<'_>, message: &mut Vec<u8>) -> Result<(), Error> {
    let inside = Link {
        name: Some(pair.inside.into()),
        mtu: Some(pair.mtu),
        address: Some(pair.address.into()),
        netns: Some(Netns::Fd(pair.namespace)),
        ..Link::default()
    };
    let host = Link {
        name: Some(pair.host.into()),
        mtu: Some(pair.mtu),
        master: Some(pair.bridge),
        flags: IFF_UP,
        change: IFF_UP,
        kind: Some(Kind::Veth { peer: Some(Box::new(inside)) }),
        ..Link::default()
    };
    message.clear();
    host.create()?.encode_onto(pair.seq, message);
    Ok(())
}

/// Writes the attributes one by one, as [`Link`] does it, and as with neli.
pub(crate) fn encode_by_hand(pair: &Pair<'_>, message: &mut Vec<u8>) -> Result<(), Error> {
    let mut body = Writer::with_header(&header(IFF_UP));
    body.put_u32(IFLA_MTU, pair.mtu);
    body.put_u32(IFLA_MASTER, pair.bridge);
    body.put_str(IFLA_IFNAME, pair.host);
    body.nest(IFLA_LINKINFO, |info| {
        info.put_text(IFLA_INFO_KIND, "veth");
        info.nest(IFLA_INFO_DATA, |data| {
            data.nest(VETH_INFO_PEER, |inside| {
                inside.put_header(&header(0));
                inside.put_bytes(IFLA_ADDRESS, &pair.address);
                inside.put_u32(IFLA_MTU, pair.mtu);
                inside.put_i32(IFLA_NET_NS_FD, pair.namespace);
                inside.put_str(IFLA_IFNAME, pair.inside);
            });
        });
    });
    let flags = NLM_F_CREATE | NLM_F_EXCL;
    let request = Request { kind: RTM_NEWLINK, flags, body: body.finish()?, operation: Operation::default() };
    message.clear();
    request.encode_onto(pair.seq, message);
    Ok(())
}

/// `struct ifinfomsg` of a new link, with these flags to be set.
fn header(flags: u32) -> [u8; 16] {
    let mut header = [0; 16];
    header[8..12].copy_from_slice(&flags.to_ne_bytes());
    header[12..].copy_from_slice(&flags.to_ne_bytes());
    header
}

/// Reads the attributes in place.
pub(crate) fn parse(dump: &[Vec<u8>]) -> Result<Total, Error> {
    walk(dump, |message, total| {
        total.add(&shown(message)?);
        Ok(())
    })
}

/// Makes a [`Link`] of each message, with all that there is to know.
pub(crate) fn parse_owned(dump: &[Vec<u8>]) -> Result<Total, Error> {
    walk(dump, |message, total| {
        let link = Link::decode(message)?;
        total.add(&Shown {
            index: link.index,
            flags: link.flags,
            name: link.name.as_deref().unwrap_or_default().into(),
            mtu: link.mtu.unwrap_or_default(),
            master: link.master.unwrap_or_default(),
            link: link.link.unwrap_or_default(),
            address: link.address.as_deref().unwrap_or_default().into(),
            operstate: link.operstate.unwrap_or_default(),
            kind: link.kind.as_ref().map_or("", Kind::name).into(),
        });
        Ok(())
    })
}

fn walk(
    dump: &[Vec<u8>],
    mut each: impl FnMut(&Message<'_>, &mut Total) -> Result<(), Error>,
) -> Result<Total, Error> {
    let mut total = Total::default();
    for datagram in dump {
        for message in Messages::new(datagram) {
            let message = message?;
            if message.header.kind == NLMSG_DONE {
                total.done = true;
            } else {
                each(&message, &mut total)?;
            }
        }
    }
    Ok(total)
}

fn shown<'a>(message: &Message<'a>) -> Result<Shown<'a>, Error> {
    let (header, attributes) = message.split::<16>("link")?;
    let [_, _, _, _, i0, i1, i2, i3, f0, f1, f2, f3, ..] = header;
    let mut shown = Shown {
        index: u32::from_ne_bytes([i0, i1, i2, i3]),
        flags: u32::from_ne_bytes([f0, f1, f2, f3]),
        ..Shown::default()
    };
    for attribute in attributes {
        let attribute = attribute?;
        match attribute.kind {
            IFLA_IFNAME => shown.name = attribute.str(),
            IFLA_MTU => shown.mtu = attribute.u32()?,
            IFLA_MASTER => shown.master = attribute.u32()?,
            IFLA_LINK => shown.link = attribute.u32()?,
            IFLA_ADDRESS => shown.address = Cow::Borrowed(attribute.payload),
            IFLA_OPERSTATE => shown.operstate = attribute.u8()?,
            IFLA_LINKINFO => {
                for inner in attribute.nested() {
                    let inner = inner?;
                    if inner.kind == IFLA_INFO_KIND {
                        shown.kind = inner.str();
                    }
                }
            }
            _ => {}
        }
    }
    Ok(shown)
}
