//! Links that lie on another link, and tap devices: macvlan, ipvlan, VLAN, tun.
//!
//! Sources: ip-link(8), `drivers/net/macvlan.c`, `drivers/net/ipvlan/ipvlan_main.c`,
//! `net/8021q/vlan_netlink.c`, `drivers/net/tun.c`.

use super::settings::settings;
use crate::Error;
use crate::kernel::{
    IFLA_IPVLAN_FLAGS, IFLA_IPVLAN_MODE, IFLA_MACVLAN_BC_QUEUE_LEN, IFLA_MACVLAN_FLAGS, IFLA_MACVLAN_MODE,
    IFLA_TUN_GROUP, IFLA_TUN_MULTI_QUEUE, IFLA_TUN_NUM_DISABLED_QUEUES, IFLA_TUN_NUM_QUEUES, IFLA_TUN_OWNER,
    IFLA_TUN_PERSIST, IFLA_TUN_PI, IFLA_TUN_TYPE, IFLA_TUN_VNET_HDR, IFLA_VLAN_FLAGS, IFLA_VLAN_ID,
    IFLA_VLAN_PROTOCOL,
};
use crate::wire::{Attributes, Writer, field};

settings! {
    /// A macvlan's settings: a link with a hardware address of its own on another Ethernet link.
    Macvlan {
        /// Broadcasts that wait to be copied, at most.
        broadcast_queue_len: u32 = IFLA_MACVLAN_BC_QUEUE_LEN, "bcqueuelen";
        /// `MACVLAN_MODE_*`: who of those on the same link reach each other.
        mode: u32 = IFLA_MACVLAN_MODE, "mode";
        /// `MACVLAN_FLAG_*`. `ip` sends them behind a mode only.
        flags: u16 = IFLA_MACVLAN_FLAGS, "flags";
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
                IFLA_VLAN_FLAGS => {
                    attribute.u64()?;
                    let number = |at| u32::from_ne_bytes(field(attribute.payload, at));
                    vlan.flags = Some(VlanFlags { flags: number(0), mask: number(4) });
                }
                _ => {}
            }
        }
        Ok(vlan)
    }
}
