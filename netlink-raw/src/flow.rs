//! Flows: what the kernel remembers of connections, and of what has none (`CTA_*`), over a
//! [`Socket::netfilter`](crate::Socket::netfilter).
//!
//! Sources: `include/uapi/linux/netfilter/nfnetlink_conntrack.h`, `net/netfilter/nf_conntrack_netlink.c`,
//! conntrack(8).

use std::net::IpAddr;

use crate::kernel::{
    CTA_FILTER, CTA_FILTER_ORIG_FLAGS, CTA_ID, CTA_IP_V4_DST, CTA_IP_V4_SRC, CTA_IP_V6_DST, CTA_IP_V6_SRC,
    CTA_PROTO_DST_PORT, CTA_PROTO_NUM, CTA_PROTO_SRC_PORT, CTA_STATUS, CTA_TUPLE_IP, CTA_TUPLE_ORIG,
    CTA_TUPLE_PROTO, CTA_TUPLE_REPLY, IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_CT_GET, IPCTNL_MSG_CT_NEW, NLM_F_DUMP,
};
use crate::wire::{Attribute, Message, Writer};
use crate::{Decode, Error, Request};

/// A flow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// `AF_INET` or `AF_INET6`.
    pub family: u8,
    /// The packets of who began.
    pub original: Tuple,
    /// The packets that answer, as they come: where the source is not the original's destination, that was translated.
    pub reply: Tuple,
    /// `IPS_*`.
    pub status: u32,
    /// The kernel's number for it.
    pub id: Option<u32>,
}

/// From where to where packets go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tuple {
    /// Their source.
    pub source: Option<IpAddr>,
    /// Their destination.
    pub destination: Option<IpAddr>,
    /// `IPPROTO_*`.
    pub protocol: u8,
    /// The port they come from.
    pub source_port: u16,
    /// The port they go to.
    pub destination_port: u16,
}

impl Flow {
    /// Asks for the flows of a family and protocol to this port. Kernels before 5.8 tell all.
    ///
    /// # Errors
    /// None so far.
    pub fn dump(family: u8, protocol: u8, destination_port: u16) -> Result<Request, Error> {
        /// The protocol and the destination's port (`CTA_FILTER_F_*`).
        const FLAGS: u32 = 1 << 3 | 1 << 5;
        let mut body = Writer::with_header(&[family, 0, 0, 0]);
        let tuple = Tuple { protocol, destination_port, ..Tuple::default() };
        tuple.put(&mut body, CTA_TUPLE_ORIG);
        body.nest_flagged(CTA_FILTER, |writer| writer.put_u32(CTA_FILTER_ORIG_FLAGS, FLAGS));
        let operation = "list flows".into();
        Ok(Request { kind: IPCTNL_MSG_CT_GET, flags: NLM_F_DUMP, body: body.finish()?, operation })
    }

    /// Deletes the flow.
    ///
    /// # Errors
    /// None so far.
    pub fn delete(&self) -> Result<Request, Error> {
        let mut body = Writer::with_header(&[self.family, 0, 0, 0]);
        self.original.put(&mut body, CTA_TUPLE_ORIG);
        if let Some(id) = self.id {
            body.put_u32_be(CTA_ID, id);
        }
        let operation = "delete a flow".into();
        Ok(Request { kind: IPCTNL_MSG_CT_DELETE, flags: 0, body: body.finish()?, operation })
    }
}

impl Tuple {
    fn put(&self, writer: &mut Writer, kind: u16) {
        writer.nest_flagged(kind, |writer| {
            if self.source.is_some() || self.destination.is_some() {
                writer.nest_flagged(CTA_TUPLE_IP, |writer| {
                    address(writer, CTA_IP_V4_SRC, CTA_IP_V6_SRC, self.source);
                    address(writer, CTA_IP_V4_DST, CTA_IP_V6_DST, self.destination);
                });
            }
            writer.nest_flagged(CTA_TUPLE_PROTO, |writer| {
                writer.put_u8(CTA_PROTO_NUM, self.protocol);
                writer.put_u16_be(CTA_PROTO_SRC_PORT, self.source_port);
                writer.put_u16_be(CTA_PROTO_DST_PORT, self.destination_port);
            });
        });
    }

    fn read(tuple: &Attribute<'_>) -> Result<Self, Error> {
        let mut found = Self::default();
        for part in tuple.nested() {
            let part = part?;
            for attribute in part.nested() {
                let attribute = attribute?;
                match (part.kind, attribute.kind) {
                    (CTA_TUPLE_IP, CTA_IP_V4_SRC | CTA_IP_V6_SRC) => found.source = Some(attribute.ip()?),
                    (CTA_TUPLE_IP, CTA_IP_V4_DST | CTA_IP_V6_DST) => {
                        found.destination = Some(attribute.ip()?);
                    }
                    (CTA_TUPLE_PROTO, CTA_PROTO_NUM) => found.protocol = attribute.u8()?,
                    (CTA_TUPLE_PROTO, CTA_PROTO_SRC_PORT) => found.source_port = attribute.u16_be()?,
                    (CTA_TUPLE_PROTO, CTA_PROTO_DST_PORT) => found.destination_port = attribute.u16_be()?,
                    _ => {}
                }
            }
        }
        Ok(found)
    }
}

fn address(writer: &mut Writer, four: u16, six: u16, address: Option<IpAddr>) {
    match address {
        Some(IpAddr::V4(address)) => writer.put_bytes(four, &address.octets()),
        Some(IpAddr::V6(address)) => writer.put_bytes(six, &address.octets()),
        None => {}
    }
}

impl Decode for Flow {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kind = message.header.kind;
        if ![IPCTNL_MSG_CT_NEW, IPCTNL_MSG_CT_GET, IPCTNL_MSG_CT_DELETE].contains(&kind) {
            return Err(Error::Unexpected { kind, wanted: "flow" });
        }
        let ([family, ..], attributes) = message.split::<4>("flow")?;
        let mut found = Self { family, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                CTA_TUPLE_ORIG => found.original = Tuple::read(&attribute)?,
                CTA_TUPLE_REPLY => found.reply = Tuple::read(&attribute)?,
                CTA_STATUS => found.status = attribute.u32_be()?,
                CTA_ID => found.id = Some(attribute.u32_be()?),
                _ => {}
            }
        }
        Ok(found)
    }
}
