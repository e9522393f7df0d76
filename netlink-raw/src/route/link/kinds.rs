//! Links that lie on another link, and tap devices: macvlan, ipvlan, VLAN, tun.
//!
//! Sources: ip-link(8), `drivers/net/macvlan.c`, `drivers/net/ipvlan/ipvlan_main.c`,
//! `net/8021q/vlan_netlink.c`, `drivers/net/tun.c`.

use super::settings::settings;
use crate::kernel::{
    IFLA_IPVLAN_FLAGS, IFLA_IPVLAN_MODE, IFLA_MACVLAN_BC_QUEUE_LEN, IFLA_MACVLAN_FLAGS, IFLA_MACVLAN_MACADDR,
    IFLA_MACVLAN_MACADDR_DATA, IFLA_MACVLAN_MACADDR_MODE, IFLA_MACVLAN_MODE, IFLA_TUN_GROUP,
    IFLA_TUN_MULTI_QUEUE, IFLA_TUN_NUM_DISABLED_QUEUES, IFLA_TUN_NUM_QUEUES, IFLA_TUN_OWNER,
    IFLA_TUN_PERSIST, IFLA_TUN_PI, IFLA_TUN_TYPE, IFLA_TUN_VNET_HDR, IFLA_VLAN_EGRESS_QOS, IFLA_VLAN_FLAGS,
    IFLA_VLAN_ID, IFLA_VLAN_INGRESS_QOS, IFLA_VLAN_PROTOCOL, IFLA_VLAN_QOS_MAPPING, MACVLAN_MACADDR_ADD,
    MACVLAN_MACADDR_DEL, MACVLAN_MACADDR_FLUSH, MACVLAN_MACADDR_SET,
};
use crate::wire::{Attribute, Attributes, Writer, field};
use crate::{Error, HardwareAddress};

/// A macvlan's settings: a link with a hardware address of its own on another Ethernet link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Macvlan {
    /// Broadcasts that wait to be copied, at most.
    pub broadcast_queue_len: Option<u32>,
    /// The addresses that it takes packets from in the mode `source`: those that there are, or a change of them.
    pub sources: Option<Sources>,
    /// `MACVLAN_MODE_*`: who of those on the same link reach each other.
    pub mode: Option<u32>,
    /// `MACVLAN_FLAG_*`.
    pub flags: Option<u16>,
}

/// Hardware addresses that a macvlan in the mode `source` takes packets from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sources {
    /// One more.
    Add(HardwareAddress),
    /// One less.
    Delete(HardwareAddress),
    /// These, and no others.
    Set(Vec<HardwareAddress>),
    /// None.
    Flush,
}

impl Macvlan {
    pub(super) fn encode(&self, writer: &mut Writer) {
        if let Some(length) = self.broadcast_queue_len {
            writer.put_u32(IFLA_MACVLAN_BC_QUEUE_LEN, length);
        }
        if let Some(sources) = &self.sources {
            sources.encode(writer);
        }
        if let Some(mode) = self.mode {
            writer.put_u32(IFLA_MACVLAN_MODE, mode);
        }
        if let Some(flags) = self.flags {
            writer.put_u16(IFLA_MACVLAN_FLAGS, flags);
        }
    }

    pub(super) fn decode(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut macvlan = Self::default();
        let (mut change, mut one, mut all) = (None, HardwareAddress::default(), None);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_MACVLAN_BC_QUEUE_LEN => macvlan.broadcast_queue_len = Some(attribute.u32()?),
                IFLA_MACVLAN_MODE => macvlan.mode = Some(attribute.u32()?),
                IFLA_MACVLAN_FLAGS => macvlan.flags = Some(attribute.u16()?),
                IFLA_MACVLAN_MACADDR_MODE => change = Some(attribute.u32()?),
                IFLA_MACVLAN_MACADDR => one = attribute.payload.into(),
                IFLA_MACVLAN_MACADDR_DATA => {
                    let addresses = attribute.nested().map(|each| each.map(|each| each.payload.into()));
                    all = Some(addresses.collect::<Result<Vec<_>, _>>()?);
                }
                _ => {}
            }
        }
        macvlan.sources = match change {
            Some(MACVLAN_MACADDR_ADD) => Some(Sources::Add(one)),
            Some(MACVLAN_MACADDR_DEL) => Some(Sources::Delete(one)),
            Some(MACVLAN_MACADDR_FLUSH) => Some(Sources::Flush),
            // The kernel tells them without saying that they are all.
            _ => all.map(Sources::Set),
        };
        Ok(macvlan)
    }
}

impl Sources {
    fn encode(&self, writer: &mut Writer) {
        let change = match self {
            Self::Add(_) => MACVLAN_MACADDR_ADD,
            Self::Delete(_) => MACVLAN_MACADDR_DEL,
            Self::Set(_) => MACVLAN_MACADDR_SET,
            Self::Flush => MACVLAN_MACADDR_FLUSH,
        };
        writer.put_u32(IFLA_MACVLAN_MACADDR_MODE, change);
        match self {
            Self::Add(address) | Self::Delete(address) => writer.put_bytes(IFLA_MACVLAN_MACADDR, address),
            Self::Set(addresses) => writer.nest(IFLA_MACVLAN_MACADDR_DATA, |list| {
                for address in addresses {
                    list.put_bytes(IFLA_MACVLAN_MACADDR, address);
                }
            }),
            Self::Flush => {}
        }
    }
}

settings! {
    /// An ipvlan's settings: a link with the hardware address of the link it lies on.
    Ipvlan {
        /// `IPVLAN_MODE_*`: whether it bridges or routes.
        mode: u16 = IFLA_IPVLAN_MODE, "mode";
        /// `IPVLAN_F_*`: 0 lets those on the same link reach each other.
        flags: u16 = IFLA_IPVLAN_FLAGS, "flags";
    }
}

settings! {
    /// What the kernel tells of a tun or tap device. It is made by `/dev/net/tun`, not by a message.
    Tun {
        /// The user who may attach to it.
        owner: u32 = IFLA_TUN_OWNER, "user";
        /// The group who may attach to it.
        group: u32 = IFLA_TUN_GROUP, "group";
        /// `IFF_TUN` or `IFF_TAP`.
        mode: u8 = IFLA_TUN_TYPE, "mode";
        /// Four bytes stand before each packet.
        packet_information: bool = IFLA_TUN_PI, "pi";
        /// A `struct virtio_net_hdr` stands before each packet.
        vnet_header: bool = IFLA_TUN_VNET_HDR, "vnet_hdr";
        /// It stays when nobody is attached.
        persist: bool = IFLA_TUN_PERSIST, "persist";
        /// Several may be attached at once.
        multi_queue: bool = IFLA_TUN_MULTI_QUEUE, "multi_queue";
        /// How many are attached and at work.
        queues: u32 = IFLA_TUN_NUM_QUEUES, "numqueues";
        /// How many are attached and idle.
        disabled_queues: u32 = IFLA_TUN_NUM_DISABLED_QUEUES, "numdisabled";
    }
}

/// A VLAN's settings: the packets of one tag on another link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vlan {
    /// `ETH_P_8021Q` or `ETH_P_8021AD`. Only while creating.
    pub protocol: Option<u16>,
    /// The tag, 1 to 4094. Only while creating.
    pub id: Option<u16>,
    /// Which priority packets get here (second) that come with another in the tag (first). Of a VLAN that is there
    /// these are told, and added to in requests.
    pub ingress: Vec<(u32, u32)>,
    /// Which priority is written into the tag (second) of packets that have another here (first).
    pub egress: Vec<(u32, u32)>,
    /// `VLAN_FLAG_*`, and which of them a request is about. The kernel tells all.
    pub flags: Option<VlanFlags>,
}

/// `struct ifla_vlan_flags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VlanFlags {
    /// `VLAN_FLAG_*`.
    pub flags: u32,
    /// Those of them that are meant.
    pub mask: u32,
}

impl Vlan {
    pub(super) fn encode(&self, writer: &mut Writer) {
        if let Some(protocol) = self.protocol {
            writer.put_u16_be(IFLA_VLAN_PROTOCOL, protocol);
        }
        if let Some(id) = self.id {
            writer.put_u16(IFLA_VLAN_ID, id);
        }
        for (kind, map) in [(IFLA_VLAN_INGRESS_QOS, &self.ingress), (IFLA_VLAN_EGRESS_QOS, &self.egress)] {
            if !map.is_empty() {
                writer.nest(kind, |list| {
                    for (from, to) in map {
                        let bytes = [from.to_ne_bytes(), to.to_ne_bytes()].concat();
                        list.put_bytes(IFLA_VLAN_QOS_MAPPING, &bytes);
                    }
                });
            }
        }
        if let Some(VlanFlags { flags, mask }) = self.flags {
            let bytes = [flags.to_ne_bytes(), mask.to_ne_bytes()].concat();
            writer.put_bytes(IFLA_VLAN_FLAGS, &bytes);
        }
    }

    pub(super) fn decode(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut vlan = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_VLAN_PROTOCOL => vlan.protocol = Some(attribute.u16_be()?),
                IFLA_VLAN_ID => vlan.id = Some(attribute.u16()?),
                IFLA_VLAN_INGRESS_QOS => vlan.ingress = mappings(attribute.nested())?,
                IFLA_VLAN_EGRESS_QOS => vlan.egress = mappings(attribute.nested())?,
                IFLA_VLAN_FLAGS => {
                    let (flags, mask) = pair(&attribute)?;
                    vlan.flags = Some(VlanFlags { flags, mask });
                }
                _ => {}
            }
        }
        Ok(vlan)
    }
}

/// `struct ifla_vlan_qos_mapping`, each.
fn mappings(attributes: Attributes<'_>) -> Result<Vec<(u32, u32)>, Error> {
    attributes.map(|each| pair(&each?)).collect()
}

fn pair(attribute: &Attribute<'_>) -> Result<(u32, u32), Error> {
    attribute.u64()?;
    let number = |at| u32::from_ne_bytes(field(attribute.payload, at));
    Ok((number(0), number(4)))
}
