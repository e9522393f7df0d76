//! A VXLAN's settings (`IFLA_VXLAN_*`).
//!
//! Sources: ip-link(8), `drivers/net/vxlan/vxlan_core.c`.

use std::net::IpAddr;

use crate::Error;
use crate::kernel::{
    IFLA_VXLAN_AGEING, IFLA_VXLAN_COLLECT_METADATA, IFLA_VXLAN_DF, IFLA_VXLAN_GBP, IFLA_VXLAN_GPE,
    IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, IFLA_VXLAN_ID, IFLA_VXLAN_L2MISS, IFLA_VXLAN_L3MISS,
    IFLA_VXLAN_LABEL, IFLA_VXLAN_LEARNING, IFLA_VXLAN_LIMIT, IFLA_VXLAN_LINK, IFLA_VXLAN_LOCAL,
    IFLA_VXLAN_LOCAL6, IFLA_VXLAN_PORT, IFLA_VXLAN_PORT_RANGE, IFLA_VXLAN_PROXY, IFLA_VXLAN_REMCSUM_RX,
    IFLA_VXLAN_REMCSUM_TX, IFLA_VXLAN_RSC, IFLA_VXLAN_TOS, IFLA_VXLAN_TTL, IFLA_VXLAN_TTL_INHERIT,
    IFLA_VXLAN_UDP_CSUM, IFLA_VXLAN_UDP_ZERO_CSUM6_RX, IFLA_VXLAN_UDP_ZERO_CSUM6_TX, IFLA_VXLAN_VNIFILTER,
};
use crate::route::put_ip;
use crate::wire::{Attribute, Attributes, Writer, field};

/// A VXLAN's settings: Ethernet packets of one network number in UDP.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vxlan {
    /// The network's number (VNI), of 24 bits.
    pub id: Option<u32>,
    /// Where to send what has no entry in the forwarding database: a multicast group or one remote.
    pub group: Option<IpAddr>,
    /// The source address.
    pub local: Option<IpAddr>,
    /// Index of the link to send by.
    pub link: Option<u32>,
    /// Time to live of the outer packets; 0 takes the kernel's.
    pub ttl: Option<u8>,
    /// Take the inner packet's time to live.
    pub ttl_inherit: bool,
    /// Whether outer packets may be cut on their way (`VXLAN_DF_*`).
    pub df: Option<u8>,
    /// Flow label of outer packets over IPv6, of 20 bits.
    pub label: Option<u32>,
    /// Type of service of the outer packets; 1 takes the inner one's.
    pub tos: Option<u8>,
    /// Source ports, first and last.
    pub source_ports: Option<(u16, u16)>,
    /// Seconds that a learnt hardware address is remembered.
    pub ageing: Option<u32>,
    /// Entries in the forwarding database, at most.
    pub limit: Option<u32>,
    /// Answer ARP from the table.
    pub proxy: Option<bool>,
    /// Route between networks of different numbers at once.
    pub short_circuit: Option<bool>,
    /// Tell of hardware addresses that are not in the table.
    pub l2_miss: Option<bool>,
    /// Tell of addresses that are not in the table.
    pub l3_miss: Option<bool>,
    /// Checksums in outer packets over IPv4.
    pub udp_checksum: Option<bool>,
    /// Send outer packets over IPv6 without checksums.
    pub udp_zero_checksum6_tx: Option<bool>,
    /// Accept outer packets over IPv6 without checksums.
    pub udp_zero_checksum6_rx: Option<bool>,
    /// Leave checksums of inner packets to who gets them: offer it, and accept it.
    pub remote_checksum_tx: Option<bool>,
    /// Accept packets of those who leave checksums to us.
    pub remote_checksum_rx: Option<bool>,
    /// Carry the mark of packets along (Group Based Policy). Only while creating.
    pub group_policy: bool,
    /// Carry other protocols than Ethernet, too (Generic Protocol Extension). Only while creating.
    pub generic_protocol: bool,
    /// Take only the network numbers of a list. Only while creating.
    pub vni_filter: Option<bool>,
    /// Take numbers and addresses from each packet's metadata.
    pub external: Option<bool>,
    /// Learn hardware addresses from what comes.
    pub learning: Option<bool>,
    /// The UDP port to send to, and to hear on: IANA's is 4789, and the kernel's own default is not.
    pub port: Option<u16>,
}

impl Vxlan {
    /// In an order that `ip` sends too.
    pub(super) fn encode(&self, writer: &mut Writer) {
        let numbers = [(IFLA_VXLAN_AGEING, self.ageing), (IFLA_VXLAN_LIMIT, self.limit)];
        put(writer, [(IFLA_VXLAN_LINK, self.link)], Writer::put_u32);
        put(writer, [(IFLA_VXLAN_TTL, self.ttl)], Writer::put_u8);
        put_flag(writer, IFLA_VXLAN_TTL_INHERIT, self.ttl_inherit);
        put(writer, [(IFLA_VXLAN_TOS, self.tos), (IFLA_VXLAN_DF, self.df)], Writer::put_u8);
        put(writer, [(IFLA_VXLAN_LABEL, self.label)], Writer::put_u32_be);
        if let Some((first, last)) = self.source_ports {
            let bytes = [first.to_be_bytes(), last.to_be_bytes()].concat();
            writer.put_bytes(IFLA_VXLAN_PORT_RANGE, &bytes);
        }
        put(writer, numbers, Writer::put_u32);
        for (kind, on) in self.switches() {
            put(writer, [(kind, on.map(u8::from))], Writer::put_u8);
        }
        put_flag(writer, IFLA_VXLAN_GBP, self.group_policy);
        put_flag(writer, IFLA_VXLAN_GPE, self.generic_protocol);
        for (kind, on) in
            [(IFLA_VXLAN_VNIFILTER, self.vni_filter), (IFLA_VXLAN_COLLECT_METADATA, self.external)]
        {
            put(writer, [(kind, on.map(u8::from))], Writer::put_u8);
        }
        put(writer, [(IFLA_VXLAN_ID, self.id)], Writer::put_u32);
        let pairs = [
            (IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6, self.local),
            (IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, self.group),
        ];
        for (four, six, address) in pairs {
            if let Some(address) = address {
                put_ip(writer, if address.is_ipv4() { four } else { six }, address);
            }
        }
        put(writer, [(IFLA_VXLAN_LEARNING, self.learning.map(u8::from))], Writer::put_u8);
        put(writer, [(IFLA_VXLAN_PORT, self.port)], Writer::put_u16_be);
    }

    /// What is on or off by itself.
    const fn switches(&self) -> [(u16, Option<bool>); 9] {
        [
            (IFLA_VXLAN_PROXY, self.proxy),
            (IFLA_VXLAN_RSC, self.short_circuit),
            (IFLA_VXLAN_L2MISS, self.l2_miss),
            (IFLA_VXLAN_L3MISS, self.l3_miss),
            (IFLA_VXLAN_UDP_CSUM, self.udp_checksum),
            (IFLA_VXLAN_UDP_ZERO_CSUM6_TX, self.udp_zero_checksum6_tx),
            (IFLA_VXLAN_UDP_ZERO_CSUM6_RX, self.udp_zero_checksum6_rx),
            (IFLA_VXLAN_REMCSUM_TX, self.remote_checksum_tx),
            (IFLA_VXLAN_REMCSUM_RX, self.remote_checksum_rx),
        ]
    }

    pub(super) fn decode(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut vxlan = Self::default();
        for attribute in attributes {
            vxlan.read(&attribute?)?;
        }
        Ok(vxlan)
    }

    fn read(&mut self, attribute: &Attribute<'_>) -> Result<(), Error> {
        let on = || attribute.u8().map(|byte| Some(byte != 0));
        // `ip` says it by the attribute alone, and the kernel tells it in a byte.
        let said = || attribute.payload.first().is_none_or(|byte| *byte != 0);
        match attribute.kind {
            IFLA_VXLAN_ID => self.id = Some(attribute.u32()?),
            IFLA_VXLAN_GROUP | IFLA_VXLAN_GROUP6 => self.group = Some(attribute.ip()?),
            IFLA_VXLAN_LOCAL | IFLA_VXLAN_LOCAL6 => self.local = Some(attribute.ip()?),
            IFLA_VXLAN_LINK => self.link = Some(attribute.u32()?),
            IFLA_VXLAN_TTL => self.ttl = Some(attribute.u8()?),
            IFLA_VXLAN_TOS => self.tos = Some(attribute.u8()?),
            IFLA_VXLAN_TTL_INHERIT => self.ttl_inherit = said(),
            IFLA_VXLAN_GBP => self.group_policy = said(),
            IFLA_VXLAN_GPE => self.generic_protocol = said(),
            IFLA_VXLAN_DF => self.df = Some(attribute.u8()?),
            IFLA_VXLAN_LABEL => self.label = Some(attribute.u32_be()?),
            IFLA_VXLAN_REMCSUM_TX => self.remote_checksum_tx = on()?,
            IFLA_VXLAN_REMCSUM_RX => self.remote_checksum_rx = on()?,
            IFLA_VXLAN_VNIFILTER => self.vni_filter = on()?,
            IFLA_VXLAN_AGEING => self.ageing = Some(attribute.u32()?),
            IFLA_VXLAN_LIMIT => self.limit = Some(attribute.u32()?),
            IFLA_VXLAN_PORT => self.port = Some(attribute.u16_be()?),
            IFLA_VXLAN_PORT_RANGE => {
                attribute.u32()?;
                let port = |at| u16::from_be_bytes(field(attribute.payload, at));
                self.source_ports = Some((port(0), port(2)));
            }
            IFLA_VXLAN_PROXY => self.proxy = on()?,
            IFLA_VXLAN_RSC => self.short_circuit = on()?,
            IFLA_VXLAN_L2MISS => self.l2_miss = on()?,
            IFLA_VXLAN_L3MISS => self.l3_miss = on()?,
            IFLA_VXLAN_UDP_CSUM => self.udp_checksum = on()?,
            IFLA_VXLAN_UDP_ZERO_CSUM6_TX => self.udp_zero_checksum6_tx = on()?,
            IFLA_VXLAN_UDP_ZERO_CSUM6_RX => self.udp_zero_checksum6_rx = on()?,
            IFLA_VXLAN_COLLECT_METADATA => self.external = on()?,
            IFLA_VXLAN_LEARNING => self.learning = on()?,
            _ => {}
        }
        Ok(())
    }
}

fn put_flag(writer: &mut Writer, kind: u16, on: bool) {
    if on {
        writer.put_flag(kind);
    }
}

/// Writes those of `attributes` that have a value.
fn put<T, const N: usize>(
    writer: &mut Writer,
    attributes: [(u16, Option<T>); N],
    write: fn(&mut Writer, u16, T),
) {
    for (kind, value) in attributes {
        if let Some(value) = value {
            write(writer, kind, value);
        }
    }
}
