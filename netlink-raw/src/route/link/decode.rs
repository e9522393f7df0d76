//! A link as the kernel tells it.

use std::borrow::Cow;

use super::encode::HEADER;
use super::{Bridge, BridgePort, Ipvlan, Kind, Link, Macvlan, Netns, Tun, Vlan, Vxlan};
use crate::kernel::{
    AF_BRIDGE, AF_INET6, IFLA_ADDRESS, IFLA_AF_SPEC, IFLA_ALT_IFNAME, IFLA_BROADCAST, IFLA_CARRIER,
    IFLA_GRO_MAX_SIZE, IFLA_GROUP, IFLA_GSO_MAX_SEGS, IFLA_GSO_MAX_SIZE, IFLA_IFALIAS, IFLA_IFNAME,
    IFLA_INET6_ADDR_GEN_MODE, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND,
    IFLA_LINK, IFLA_LINK_NETNSID, IFLA_LINKINFO, IFLA_LINKMODE, IFLA_MASTER, IFLA_MTU, IFLA_NET_NS_FD,
    IFLA_NET_NS_PID, IFLA_NEW_IFINDEX, IFLA_NUM_RX_QUEUES, IFLA_NUM_TX_QUEUES, IFLA_OPERSTATE,
    IFLA_PARENT_DEV_NAME, IFLA_PROP_LIST, IFLA_PROTINFO, IFLA_PROTO_DOWN, IFLA_PROTO_DOWN_REASON,
    IFLA_PROTO_DOWN_REASON_MASK, IFLA_PROTO_DOWN_REASON_VALUE, IFLA_TXQLEN, RTM_DELLINK, RTM_DELLINKPROP,
    RTM_GETLINK, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK, VETH_INFO_PEER,
};
use crate::route::open;
use crate::wire::{Attribute, Attributes, Message, align, field, take};
use crate::{Decode, Error};

impl Decode for Link {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP];
        let (header, attributes) = open::<HEADER>(message, &kinds, "link")?;
        let mut link = Self::from_header(header);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_LINKINFO => link.read_info(attribute.nested())?,
                // In other families it holds other things.
                IFLA_PROTINFO if header[0] == AF_BRIDGE => {
                    link.port = Some(BridgePort::decode(attribute.nested())?);
                }
                IFLA_AF_SPEC if header[0] == AF_BRIDGE => {}
                _ => link.read(&attribute)?,
            }
        }
        Ok(link)
    }
}

impl Link {
    fn from_header(header: [u8; HEADER]) -> Self {
        Self {
            device_type: u16::from_ne_bytes(field(&header, 2)),
            index: u32::from_ne_bytes(field(&header, 4)),
            flags: u32::from_ne_bytes(field(&header, 8)),
            change: u32::from_ne_bytes(field(&header, 12)),
            ..Self::default()
        }
    }

    fn read(&mut self, attribute: &Attribute<'_>) -> Result<(), Error> {
        match attribute.kind {
            IFLA_ADDRESS => self.address = Some(attribute.payload.into()),
            IFLA_BROADCAST => self.broadcast = Some(attribute.payload.into()),
            IFLA_IFNAME => self.name = Some(attribute.str().into()),
            IFLA_IFALIAS => self.alias = Some(attribute.str().into()),
            IFLA_MTU => self.mtu = Some(attribute.u32()?),
            IFLA_MASTER => self.master = Some(attribute.u32()?),
            IFLA_LINK => self.link = Some(attribute.u32()?),
            IFLA_GROUP => self.group = Some(attribute.u32()?),
            IFLA_TXQLEN => self.tx_queue_len = Some(attribute.u32()?),
            IFLA_NUM_TX_QUEUES => self.tx_queues = Some(attribute.u32()?),
            IFLA_NUM_RX_QUEUES => self.rx_queues = Some(attribute.u32()?),
            IFLA_LINKMODE => self.link_mode = Some(attribute.u8()?),
            IFLA_CARRIER => self.carrier = Some(attribute.u8()? != 0),
            IFLA_PROTO_DOWN => self.proto_down = Some(attribute.u8()? != 0),
            IFLA_PROTO_DOWN_REASON => self.read_reasons(attribute.nested())?,
            IFLA_GSO_MAX_SIZE => self.gso_max_size = Some(attribute.u32()?),
            IFLA_GSO_MAX_SEGS => self.gso_max_segs = Some(attribute.u32()?),
            IFLA_GRO_MAX_SIZE => self.gro_max_size = Some(attribute.u32()?),
            IFLA_NEW_IFINDEX => self.new_index = Some(attribute.u32()?),
            IFLA_PARENT_DEV_NAME => self.parent_device = Some(attribute.str().into()),
            IFLA_PROP_LIST => {
                for name in attribute.nested() {
                    let name = name?;
                    if name.kind == IFLA_ALT_IFNAME {
                        self.alternative_names.push(name.str().into());
                    }
                }
            }
            IFLA_OPERSTATE => self.operstate = Some(attribute.u8()?),
            IFLA_LINK_NETNSID => self.link_netnsid = Some(attribute.i32()?),
            IFLA_NET_NS_FD => self.netns = Some(Netns::Fd(attribute.i32()?)),
            IFLA_NET_NS_PID => self.netns = Some(Netns::Pid(attribute.u32()?)),
            IFLA_AF_SPEC => self.read_families(attribute.nested())?,
            _ => {}
        }
        Ok(())
    }

    fn read_reasons(&mut self, attributes: Attributes<'_>) -> Result<(), Error> {
        // Told, all of them are meant.
        let (mut bits, mut mask) = (0, u32::MAX);
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_PROTO_DOWN_REASON_VALUE => bits = attribute.u32()?,
                IFLA_PROTO_DOWN_REASON_MASK => mask = attribute.u32()?,
                _ => {}
            }
        }
        self.proto_down_reason = Some((bits, mask));
        Ok(())
    }

    /// What the protocols have to say of the link.
    fn read_families(&mut self, families: Attributes<'_>) -> Result<(), Error> {
        for family in families {
            let family = family?;
            if family.kind != AF_INET6.into() {
                continue;
            }
            for attribute in family.nested() {
                let attribute = attribute?;
                if attribute.kind == IFLA_INET6_ADDR_GEN_MODE {
                    self.addr_gen_mode = Some(attribute.u8()?);
                }
            }
        }
        Ok(())
    }

    fn read_info(&mut self, info: Attributes<'_>) -> Result<(), Error> {
        let (mut kind, mut data) = (None, None);
        let (mut port_kind, mut port_data) = (None, None);
        for attribute in info {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_INFO_KIND => kind = Some(attribute.str()),
                IFLA_INFO_DATA => data = Some(attribute),
                IFLA_INFO_SLAVE_KIND => port_kind = Some(attribute.str()),
                IFLA_INFO_SLAVE_DATA => port_data = Some(attribute),
                _ => {}
            }
        }
        // `ip` names the port's driver like this; no link is of such a kind.
        if kind.as_deref() == Some("bridge_slave") {
            (kind, port_kind) = (None, Some("bridge".into()));
        }
        if let Some(name) = kind {
            self.kind = Some(Kind::read(name, data)?);
        }
        if let (Some("bridge"), Some(data)) = (port_kind.as_deref(), port_data) {
            self.port = Some(BridgePort::decode(data.nested())?);
        }
        Ok(())
    }

    /// The other end of a veth. Its own `IFLA_LINKINFO` is not read, so nothing can nest without end.
    fn read_peer(data: Attribute<'_>) -> Result<Option<Box<Self>>, Error> {
        let mut peer = None;
        for attribute in data.nested() {
            let attribute = attribute?;
            if attribute.kind != VETH_INFO_PEER {
                continue;
            }
            let found = attribute.payload.len();
            let header = take(attribute.payload).ok_or(Error::Malformed {
                what: "peer of a veth",
                attribute: Some(VETH_INFO_PEER),
                needed: HEADER,
                found,
            })?;
            let mut link = Self::from_header(header);
            for inner in Attributes::new(attribute.payload.get(align(HEADER)..).unwrap_or_default()) {
                link.read(&inner?)?;
            }
            peer = Some(Box::new(link));
        }
        Ok(peer)
    }
}

impl Kind {
    fn read(name: Cow<'_, str>, data: Option<Attribute<'_>>) -> Result<Self, Error> {
        // No data is data without attributes.
        let settings = data.map_or(Attributes::new(&[]), |data| data.nested());
        Ok(match &*name {
            "veth" => Self::Veth { peer: data.map_or(Ok(None), Link::read_peer)? },
            "bridge" => Self::Bridge(Bridge::decode(settings)?.into()),
            "macvlan" => Self::Macvlan(Macvlan::decode(settings)?),
            "macvtap" => Self::Macvtap(Macvlan::decode(settings)?),
            "ipvlan" => Self::Ipvlan(Ipvlan::decode(settings)?),
            "ipvtap" => Self::Ipvtap(Ipvlan::decode(settings)?),
            "vlan" => Self::Vlan(Vlan::decode(settings)?),
            "vxlan" => Self::Vxlan(Vxlan::decode(settings)?.into()),
            "tun" => Self::Tun(Tun::decode(settings)?),
            "dummy" => Self::Dummy,
            "ifb" => Self::Ifb,
            _ => Self::Other {
                name: name.into(),
                data: data.map_or_else(Vec::new, |data| data.payload.to_vec()),
            },
        })
    }
}
