//! Links, that is network interfaces: `struct ifinfomsg` and `IFLA_*`.
//!
//! Sources: rtnetlink(7), `include/uapi/linux/if_link.h`, `net/core/rtnetlink.c` of the kernel.

mod bridge;
mod decode;
mod encode;
mod kinds;
mod settings;
mod spanning_tree;
#[cfg(test)]
mod tests;
mod vxlan;

pub use bridge::{Bridge, BridgePort};
pub use encode::name_attribute;
pub use kinds::{Ipvlan, Macvlan, Sources, Tun, Vlan, VlanFlags};
pub use settings::{BridgeSwitches, EtherType};
pub use spanning_tree::{BridgeId, SpanningTree, TreeBridge, TreePort};
pub use vxlan::Vxlan;

use crate::route::invalid;
use crate::{Error, HardwareAddress, Name, Operation};

/// A link, wholly or in part: what is `None` is left as it is, or was not told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Its number in its network namespace; 0 leaves the choice to the kernel, or to the name.
    pub index: u32,
    /// What it is by its hardware (`ARPHRD_*`): 1 Ethernet, 772 loopback. Told by the kernel; 0 in requests.
    pub device_type: u16,
    /// `IFF_*`, of which a request sets those that `change` names.
    pub flags: u32,
    /// Which of `flags` a request is about: `IFF_UP` in both brings a link up. In answers it says nothing.
    pub change: u32,
    /// Its name, at most 15 bytes.
    pub name: Option<Name>,
    /// Longest packet, in bytes, without the link's own header.
    pub mtu: Option<u32>,
    /// Hardware address: 6 bytes for Ethernet.
    pub address: Option<HardwareAddress>,
    /// Hardware address that all hear.
    pub broadcast: Option<HardwareAddress>,
    /// Index of the bridge (or bond, …) it is a port of; 0 in a request takes it out.
    pub master: Option<u32>,
    /// Index of the link it is tied to: a veth's peer, a VLAN's parent. In the namespace `link_netnsid` says,
    /// if it says one.
    pub link: Option<u32>,
    /// Free text, at most 255 bytes: for a mark of who made the link. Empty takes it away.
    pub alias: Option<Name>,
    /// Number of the group it belongs to; all links of a group can be deleted at once.
    pub group: Option<u32>,
    /// Packets that wait to be sent, at most.
    pub tx_queue_len: Option<u32>,
    /// Transmit queues. Only while creating.
    pub tx_queues: Option<u32>,
    /// Receive queues. Only while creating.
    pub rx_queues: Option<u32>,
    /// `IF_OPER_*`; 6 is up. Told by the kernel.
    pub operstate: Option<u8>,
    /// How `operstate` follows the carrier (`IF_LINK_MODE_*`).
    pub link_mode: Option<u8>,
    /// Whether there is a carrier. Some drivers let it be set.
    pub carrier: Option<bool>,
    /// Whether a program keeps it down. Some drivers let it be set.
    pub proto_down: Option<bool>,
    /// Why it is kept down: bits, and those of them that a request is about.
    pub proto_down_reason: Option<(u32, u32)>,
    /// Longest packet that is left to the card to cut, in bytes.
    pub gso_max_size: Option<u32>,
    /// Pieces that it is cut into, at most.
    pub gso_max_segs: Option<u32>,
    /// Longest packet that is put together from what comes, in bytes.
    pub gro_max_size: Option<u32>,
    /// Other names for it ([`add_names`](Link::add_names)). Told by the kernel, and not sent but for these.
    pub alternative_names: Vec<Name>,
    /// The device that it is made for, which is none of the network (`IFLA_PARENT_DEV_NAME`).
    pub parent_device: Option<Name>,
    /// Namespace to be made in, or to be moved to. Only in requests.
    pub netns: Option<Netns>,
    /// The number to have in the namespace it is moved to. Only in requests.
    pub new_index: Option<u32>,
    /// The number ([`Nsid`](super::Nsid)) of the namespace that `link` is in. Told by the kernel.
    pub link_netnsid: Option<i32>,
    /// How it gets its IPv6 link-local address (`IN6_ADDR_GEN_MODE_*`). In a request to create a link it is ignored.
    pub addr_gen_mode: Option<u8>,
    /// What it is by its driver.
    pub kind: Option<Kind>,
    /// As port of a bridge. The kernel ignores this while creating: [`set`](Link::set) it, in the same
    /// datagram if need be.
    pub port: Option<BridgePort>,
}

/// What a link is by its driver (`IFLA_INFO_KIND`, `IFLA_INFO_DATA`). Settings that are many lie in a box, so that all
/// other links have no room for them to be moved about with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One end of a pair. `peer` describes the other while creating, and is not told later. It may have
    /// a namespace of its own, but not be brought up: the kernel fails with `ENOTCONN`.
    Veth {
        /// The other end.
        peer: Option<Box<Link>>,
    },
    /// A bridge.
    Bridge(Box<Bridge>),
    /// A link with a hardware address of its own on another, which is [`link`](Link::link).
    Macvlan(Macvlan),
    /// The same, with a character device in place of a link to hear and speak by.
    Macvtap(Macvlan),
    /// A link that shares the hardware address of another, which is [`link`](Link::link).
    Ipvlan(Ipvlan),
    /// The same, with a character device in place of a link to hear and speak by.
    Ipvtap(Ipvlan),
    /// A VLAN of another link, which is [`link`](Link::link).
    Vlan(Vlan),
    /// Ethernet in UDP.
    Vxlan(Box<Vxlan>),
    /// A tun or tap device. Only told: a program makes it by `/dev/net/tun`.
    Tun(Tun),
    /// Swallows what is sent to it.
    Dummy,
    /// What is redirected to it goes through its queueing discipline, and then on as if it had not left.
    Ifb,
    /// Any other kind.
    Other {
        /// The driver's name: `vrf`.
        name: Name,
        /// Its attributes as they are.
        data: Vec<u8>,
    },
}

/// Which network namespace is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Netns {
    /// That of an open file, such as `/proc/PID/ns/net`.
    Fd(i32),
    /// That of a process, in the caller's pid namespace.
    Pid(u32),
}

impl Kind {
    /// The driver's name, as in `ip link add … type NAME`.
    pub fn name(&self) -> &str {
        match self {
            Self::Veth { .. } => "veth",
            Self::Bridge(_) => "bridge",
            Self::Macvlan(_) => "macvlan",
            Self::Macvtap(_) => "macvtap",
            Self::Ipvlan(_) => "ipvlan",
            Self::Ipvtap(_) => "ipvtap",
            Self::Vlan(_) => "vlan",
            Self::Vxlan(_) => "vxlan",
            Self::Tun(_) => "tun",
            Self::Dummy => "dummy",
            Self::Ifb => "ifb",
            Self::Other { name, .. } => name,
        }
    }
}

impl Link {
    /// What is done to it, in words: by its name, else its index, else its group.
    fn operation(&self, words: &'static str) -> Operation {
        match (&self.name, self.index, self.group) {
            (Some(name), ..) => Operation::on(words, name.clone()),
            (None, 0, Some(group)) => format!("{words} group {group}").into(),
            (None, 0, None) => format!("{words} without a name").into(),
            (None, index, _) => format!("{words} number {index}").into(),
        }
    }

    #[cold]
    fn invalid(&self, words: &'static str, reason: &'static str) -> Error {
        invalid(&self.operation(words), reason)
    }
}
