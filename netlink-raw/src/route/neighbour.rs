//! Neighbours: entries of the ARP and NDP tables, and, with family `AF_BRIDGE`, of forwarding databases:
//! `struct ndmsg` and `NDA_*`.
//!
//! Sources: rtnetlink(7), bridge(8), `include/uapi/linux/neighbour.h`, `net/core/neighbour.c`,
//! `net/core/rtnetlink.c` (the forwarding database).

use std::net::IpAddr;

use super::{family_of, invalid, open, put_ip, request};
use crate::kernel::{
    AF_BRIDGE, AF_UNSPEC, NDA_DST, NDA_FLAGS_EXT, NDA_IFINDEX, NDA_LLADDR, NDA_MASTER, NDA_PORT,
    NDA_PROTOCOL, NDA_VLAN, NDA_VNI, NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE,
    RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH,
};
use crate::wire::{Message, Writer, field};
use crate::{Decode, Error, HardwareAddress, Request};

/// Bytes of `struct ndmsg`.
const HEADER: usize = 12;

/// An entry of a neighbour table or of a forwarding database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Neighbour {
    /// `AF_INET`, `AF_INET6`, or `AF_BRIDGE` for forwarding databases; 0 takes that of `destination`.
    pub family: u8,
    /// Index of the link.
    pub index: u32,
    /// `NUD_*`: `NUD_PERMANENT`, `NUD_REACHABLE`, …
    pub state: u16,
    /// `NTF_*`: in a forwarding database `NTF_SELF` (the link's own) or `NTF_MASTER` (its bridge's).
    pub flags: u8,
    /// `RTN_*`. Told by the kernel; 0 in requests.
    pub kind: u8,
    /// The neighbour's address; in a forwarding database where VXLAN sends to.
    pub destination: Option<IpAddr>,
    /// The neighbour's hardware address.
    pub link_address: Option<HardwareAddress>,
    /// VLAN of a forwarding entry.
    pub vlan: Option<u16>,
    /// UDP port that VXLAN sends to.
    pub port: Option<u16>,
    /// VXLAN network that VXLAN sends with.
    pub vni: Option<u32>,
    /// Index of the link that VXLAN sends by.
    pub output_interface: Option<u32>,
    /// Index of the bridge. Told by the kernel.
    pub master: Option<u32>,
    /// Who made it (`RTPROT_*`).
    pub protocol: Option<u8>,
    /// `NTF_EXT_*`: `NTF_EXT_MANAGED` lets the kernel keep the entry fresh.
    pub more_flags: Option<u32>,
}

impl Neighbour {
    /// Adds the entry, and fails when there is one: RTM_NEWNEIGH as `ip neighbour add` or `bridge fdb add`
    /// sends it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the family is neither given nor to be seen from the destination, or when
    /// they differ.
    pub fn add(&self) -> Result<Request, Error> {
        self.request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, "add")
    }

    /// Adds the entry, or takes the place of the one that is there.
    ///
    /// # Errors
    /// As [`add`](Neighbour::add).
    pub fn replace(&self) -> Result<Request, Error> {
        self.request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, "replace")
    }

    /// Takes the place of the entry that is there, and fails when there is none.
    ///
    /// # Errors
    /// As [`add`](Neighbour::add).
    pub fn change(&self) -> Result<Request, Error> {
        self.request(RTM_NEWNEIGH, NLM_F_REPLACE, "change")
    }

    /// Asks for the entry of this destination on this link, or with `NTF_PROXY` for what is answered for it.
    ///
    /// # Errors
    /// As [`add`](Neighbour::add).
    pub fn get(&self) -> Result<Request, Error> {
        self.request(RTM_GETNEIGH, 0, "get")
    }

    /// Adds another destination to a forwarding entry, as `bridge fdb append` does.
    ///
    /// # Errors
    /// As [`add`](Neighbour::add).
    pub fn append(&self) -> Result<Request, Error> {
        self.request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_APPEND, "append")
    }

    /// Deletes the entry.
    ///
    /// # Errors
    /// As [`add`](Neighbour::add).
    pub fn delete(&self) -> Result<Request, Error> {
        self.request(RTM_DELNEIGH, 0, "delete")
    }

    /// Asks for all entries of a family: `AF_BRIDGE` for forwarding databases, 0 for ARP and NDP.
    ///
    /// # Errors
    /// None so far.
    pub fn dump(family: u8) -> Result<Request, Error> {
        let body = Writer::with_header(&Self::default().header(family));
        let table = if family == AF_BRIDGE { "list forwarding entries" } else { "list neighbours" };
        request(RTM_GETNEIGH, NLM_F_DUMP, body, table.to_owned())
    }

    /// Asks for the forwarding entries of the bridge with index `bridge`, those of its ports among them, as
    /// `bridge fdb show br` does.
    ///
    /// # Errors
    /// None so far.
    pub fn dump_forwarding(bridge: u32) -> Result<Request, Error> {
        let mut body = Writer::with_header(&Self::default().header(AF_BRIDGE));
        body.put_u32(NDA_MASTER, bridge);
        let operation = format!("list forwarding entries of link number {bridge}");
        request(RTM_GETNEIGH, NLM_F_DUMP, body, operation)
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let operation = format!("{verb} {}", self.label());
        let seen = self.destination.map(family_of);
        let Some(family) = (self.family != AF_UNSPEC).then_some(self.family).or(seen) else {
            return Err(invalid(&operation, "the family is not said"));
        };
        if family != AF_BRIDGE && seen.is_some_and(|seen| seen != family) {
            return Err(invalid(&operation, "IPv4 and IPv6 mixed"));
        }
        let mut body = Writer::with_header(&self.header(family));
        let link_address = self.link_address.as_deref();
        // In the order in which `bridge` and `ip` send them.
        if let Some(address) = link_address.filter(|_| family == AF_BRIDGE) {
            body.put_bytes(NDA_LLADDR, address);
        }
        if let Some(protocol) = self.protocol {
            body.put_u8(NDA_PROTOCOL, protocol);
        }
        if let Some(destination) = self.destination {
            put_ip(&mut body, NDA_DST, destination);
        }
        if let Some(flags) = self.more_flags {
            body.put_u32(NDA_FLAGS_EXT, flags);
        }
        if let Some(address) = link_address.filter(|_| family != AF_BRIDGE) {
            body.put_bytes(NDA_LLADDR, address);
        }
        if let Some(vlan) = self.vlan {
            body.put_u16(NDA_VLAN, vlan);
        }
        if let Some(port) = self.port {
            body.put_u16_be(NDA_PORT, port);
        }
        for (kind, number) in
            [(NDA_VNI, self.vni), (NDA_IFINDEX, self.output_interface), (NDA_MASTER, self.master)]
        {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        }
        request(kind, flags, body, operation)
    }

    /// `struct ndmsg`: family, padding, index, state, flags, type.
    fn header(&self, family: u8) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0] = family;
        bytes[4..8].copy_from_slice(&self.index.to_ne_bytes());
        bytes[8..10].copy_from_slice(&self.state.to_ne_bytes());
        bytes[10..].copy_from_slice(&[self.flags, self.kind]);
        bytes
    }

    fn label(&self) -> String {
        let table = if self.family == AF_BRIDGE { "forwarding entry" } else { "neighbour" };
        match (self.destination, &self.link_address) {
            (_, Some(address)) if self.family == AF_BRIDGE => format!("{table} {address}"),
            (Some(destination), _) => format!("{table} {destination}"),
            _ => format!("{table} on link number {}", self.index),
        }
    }
}

impl Decode for Neighbour {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH];
        let (header, attributes) = open::<HEADER>(message, &kinds, "neighbour")?;
        let [family, .., flags, kind] = header;
        let index = u32::from_ne_bytes(field(&header, 4));
        let state = u16::from_ne_bytes(field(&header, 8));
        let mut found = Self { family, index, state, flags, kind, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                // Proxies of other families have addresses of other lengths.
                NDA_DST => found.destination = attribute.ip().ok(),
                NDA_LLADDR => found.link_address = Some(attribute.payload.into()),
                NDA_VLAN => found.vlan = Some(attribute.u16()?),
                NDA_PORT => found.port = Some(attribute.u16_be()?),
                NDA_VNI => found.vni = Some(attribute.u32()?),
                NDA_IFINDEX => found.output_interface = Some(attribute.u32()?),
                NDA_MASTER => found.master = Some(attribute.u32()?),
                NDA_PROTOCOL => found.protocol = Some(attribute.u8()?),
                NDA_FLAGS_EXT => found.more_flags = Some(attribute.u32()?),
                _ => {}
            }
        }
        Ok(found)
    }
}
