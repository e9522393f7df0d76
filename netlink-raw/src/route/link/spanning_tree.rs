//! What the kernel tells of the spanning tree (IEEE 802.1D): of a bridge, and of a bridge's port.
//!
//! Sources: `net/bridge/br_netlink.c` (`br_fill_info()`, `br_port_fill_attrs()`), `struct ifla_bridge_id`.

use std::fmt;

use super::Link;
use crate::kernel::{
    IFLA_BR_BRIDGE_ID, IFLA_BR_GC_TIMER, IFLA_BR_HELLO_TIMER, IFLA_BR_ROOT_ID, IFLA_BR_ROOT_PATH_COST,
    IFLA_BR_ROOT_PORT, IFLA_BR_TCN_TIMER, IFLA_BR_TOPOLOGY_CHANGE, IFLA_BR_TOPOLOGY_CHANGE_DETECTED,
    IFLA_BR_TOPOLOGY_CHANGE_TIMER, IFLA_BRPORT_BRIDGE_ID, IFLA_BRPORT_CONFIG_PENDING,
    IFLA_BRPORT_DESIGNATED_COST, IFLA_BRPORT_DESIGNATED_PORT, IFLA_BRPORT_FORWARD_DELAY_TIMER,
    IFLA_BRPORT_HOLD_TIMER, IFLA_BRPORT_ID, IFLA_BRPORT_MESSAGE_AGE_TIMER, IFLA_BRPORT_NO,
    IFLA_BRPORT_ROOT_ID, IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, IFLA_INFO_DATA, IFLA_INFO_KIND,
    IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_LINKINFO,
};
use crate::wire::{Attribute, Attributes, Message};
use crate::{Decode, Error};

/// A link, with what it is in a spanning tree. Its settings are in the [link](Link) itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpanningTree {
    /// The link.
    pub link: Link,
    /// What it is as a bridge, if it is one.
    pub bridge: Option<TreeBridge>,
    /// What it is as a bridge's port, if it is one.
    pub port: Option<TreePort>,
}

/// A bridge or a root in a spanning tree: the lowest is the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BridgeId {
    /// Its priority.
    pub priority: u16,
    /// Its hardware address.
    pub address: [u8; 6],
}

/// A bridge in its spanning tree. Timers are in hundredths of a second (`USER_HZ`) until they run out, 0 when they
/// do not run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreeBridge {
    /// The bridge itself.
    pub bridge_id: BridgeId,
    /// The tree's root.
    pub root_id: BridgeId,
    /// Number of the port that leads to the root; 0 where the bridge is the root.
    pub root_port: u16,
    /// What the way to the root costs.
    pub root_path_cost: u32,
    /// The root has told of a change.
    pub topology_change: bool,
    /// The bridge has seen a change.
    pub topology_change_detected: bool,
    /// Until the next hello packet.
    pub hello_timer: u64,
    /// Until a change is told once more.
    pub tcn_timer: u64,
    /// Until a change is told no longer.
    pub topology_change_timer: u64,
    /// Until forwarding entries that have aged are looked for.
    pub gc_timer: u64,
}

/// A port in its bridge's spanning tree. Timers as those of a [bridge](TreeBridge).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreePort {
    /// Its number, from 1.
    pub number: u16,
    /// Its number below its priority, by which packets of the protocol name it.
    pub id: u16,
    /// The root that is told of on its segment.
    pub root_id: BridgeId,
    /// The bridge that leads its segment to the root.
    pub bridge_id: BridgeId,
    /// That bridge's port, by its id.
    pub designated_port: u16,
    /// What the way from there to the root costs.
    pub designated_cost: u16,
    /// A change that was heard here is acknowledged with the next packet.
    pub topology_change_ack: bool,
    /// A packet waits until one may be sent again.
    pub config_pending: bool,
    /// Until what was heard here is believed no longer.
    pub message_age_timer: u64,
    /// Until the port goes on from listening to learning, or from learning to forwarding.
    pub forward_delay_timer: u64,
    /// Until a packet may be sent again.
    pub hold_timer: u64,
}

impl Decode for SpanningTree {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let link = Link::decode(message)?;
        let (_, attributes) = message.split::<{ super::encode::HEADER }>("link")?;
        let mut found = Self { link, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            if attribute.kind == IFLA_LINKINFO {
                found.read_info(attribute.nested())?;
            }
        }
        Ok(found)
    }
}

impl SpanningTree {
    fn read_info(&mut self, info: Attributes<'_>) -> Result<(), Error> {
        let (mut kind, mut port_kind) = (None, None);
        let (mut data, mut port_data) = (Attributes::new(&[]), Attributes::new(&[]));
        for attribute in info {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_INFO_KIND => kind = Some(attribute.str()),
                IFLA_INFO_DATA => data = attribute.nested(),
                IFLA_INFO_SLAVE_KIND => port_kind = Some(attribute.str()),
                IFLA_INFO_SLAVE_DATA => port_data = attribute.nested(),
                _ => {}
            }
        }
        if kind.as_deref() == Some("bridge") {
            self.bridge = Some(TreeBridge::read(data)?);
        }
        if port_kind.as_deref() == Some("bridge") {
            self.port = Some(TreePort::read(port_data)?);
        }
        Ok(())
    }
}

impl TreeBridge {
    fn read(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut found = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_BR_BRIDGE_ID => found.bridge_id = BridgeId::read(&attribute)?,
                IFLA_BR_ROOT_ID => found.root_id = BridgeId::read(&attribute)?,
                IFLA_BR_ROOT_PORT => found.root_port = attribute.u16()?,
                IFLA_BR_ROOT_PATH_COST => found.root_path_cost = attribute.u32()?,
                IFLA_BR_TOPOLOGY_CHANGE => found.topology_change = attribute.u8()? != 0,
                IFLA_BR_TOPOLOGY_CHANGE_DETECTED => found.topology_change_detected = attribute.u8()? != 0,
                IFLA_BR_HELLO_TIMER => found.hello_timer = attribute.u64()?,
                IFLA_BR_TCN_TIMER => found.tcn_timer = attribute.u64()?,
                IFLA_BR_TOPOLOGY_CHANGE_TIMER => found.topology_change_timer = attribute.u64()?,
                IFLA_BR_GC_TIMER => found.gc_timer = attribute.u64()?,
                _ => {}
            }
        }
        Ok(found)
    }
}

impl TreePort {
    fn read(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut found = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_BRPORT_NO => found.number = attribute.u16()?,
                IFLA_BRPORT_ID => found.id = attribute.u16()?,
                IFLA_BRPORT_ROOT_ID => found.root_id = BridgeId::read(&attribute)?,
                IFLA_BRPORT_BRIDGE_ID => found.bridge_id = BridgeId::read(&attribute)?,
                IFLA_BRPORT_DESIGNATED_PORT => found.designated_port = attribute.u16()?,
                IFLA_BRPORT_DESIGNATED_COST => found.designated_cost = attribute.u16()?,
                IFLA_BRPORT_TOPOLOGY_CHANGE_ACK => found.topology_change_ack = attribute.u8()? != 0,
                IFLA_BRPORT_CONFIG_PENDING => found.config_pending = attribute.u8()? != 0,
                IFLA_BRPORT_MESSAGE_AGE_TIMER => found.message_age_timer = attribute.u64()?,
                IFLA_BRPORT_FORWARD_DELAY_TIMER => found.forward_delay_timer = attribute.u64()?,
                IFLA_BRPORT_HOLD_TIMER => found.hold_timer = attribute.u64()?,
                _ => {}
            }
        }
        Ok(found)
    }
}

impl BridgeId {
    /// `struct ifla_bridge_id`: the priority, big-endian, and the address.
    fn read(attribute: &Attribute<'_>) -> Result<Self, Error> {
        attribute.at_least(8, "bridge id")?;
        let mut id = Self { priority: attribute.u16_be()?, ..Self::default() };
        id.address.copy_from_slice(&attribute.payload[2..8]);
        Ok(id)
    }
}

impl fmt::Display for BridgeId {
    /// As `brctl` and sysfs have it: `8000.02420a010001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}.", self.priority)?;
        self.address.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
