//! A link as a request.

use super::{Bridge, Ipvlan, Kind, Link, Macvlan, Netns, Tun, Vlan, Vxlan};
use crate::kernel::{
    AF_INET6, IFLA_ADDRESS, IFLA_AF_SPEC, IFLA_ALT_IFNAME, IFLA_BROADCAST, IFLA_CARRIER, IFLA_EXT_MASK,
    IFLA_GRO_MAX_SIZE, IFLA_GROUP, IFLA_GSO_MAX_SEGS, IFLA_GSO_MAX_SIZE, IFLA_IFALIAS, IFLA_IFNAME,
    IFLA_INET6_ADDR_GEN_MODE, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND,
    IFLA_LINK, IFLA_LINK_NETNSID, IFLA_LINKINFO, IFLA_LINKMODE, IFLA_MASTER, IFLA_MTU, IFLA_NET_NS_FD,
    IFLA_NET_NS_PID, IFLA_NEW_IFINDEX, IFLA_NUM_RX_QUEUES, IFLA_NUM_TX_QUEUES, IFLA_OPERSTATE,
    IFLA_PARENT_DEV_NAME, IFLA_PROP_LIST, IFLA_PROTO_DOWN, IFLA_PROTO_DOWN_REASON,
    IFLA_PROTO_DOWN_REASON_MASK, IFLA_PROTO_DOWN_REASON_VALUE, IFLA_TXQLEN, NLM_F_APPEND, NLM_F_CREATE,
    NLM_F_DUMP, NLM_F_EXCL, RTEXT_FILTER_SKIP_STATS, RTM_DELLINK, RTM_DELLINKPROP, RTM_GETLINK, RTM_NEWLINK,
    RTM_NEWLINKPROP, VETH_INFO_PEER,
};
use crate::route::request;
use crate::wire::Writer;
use crate::{Error, Request};

/// Bytes of `struct ifinfomsg`.
pub(super) const HEADER: usize = 16;

impl Link {
    /// Makes the link, and fails when it exists: RTM_NEWLINK as `ip link add` sends it.
    ///
    /// A veth pair is one message: the host's end with its master and `IFF_UP`, the peer with its name,
    /// namespace, address and MTU.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no kind, or one that the kernel makes otherwise, or when the peer of a veth has a kind or port settings of
    /// its own; [`Error::TooLong`]; [`Error::Nul`].
    pub fn create(&self) -> Result<Request, Error> {
        let words = "add link";
        match self.kind {
            None => Err(self.invalid(words, "it needs a kind")),
            Some(Kind::Tun(_)) => Err(self.invalid(words, "it is made by /dev/net/tun")),
            _ => self.with_attributes(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, words),
        }
    }

    /// Changes the link with this `index`, or with this `name` when `index` is 0, or else all links of this `group`:
    /// RTM_NEWLINK as `ip link set` sends it. With both index and name, the link is renamed.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has none of these; otherwise as [`create`](Link::create).
    pub fn set(&self) -> Result<Request, Error> {
        let words = "set link";
        if self.index == 0 && self.name.is_none() && self.group.is_none() {
            return Err(self.invalid(words, "it needs an index, a name or a group"));
        }
        self.with_attributes(RTM_NEWLINK, 0, words)
    }

    /// Gives the link with this `index` its `alternative_names`, in addition to those it has: RTM_NEWLINKPROP as
    /// `ip link property add` sends it. Nothing else of the link is sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has no index; [`Error::TooLong`]; [`Error::Nul`].
    pub fn add_names(&self) -> Result<Request, Error> {
        self.names(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, "add names of link")
    }

    /// Takes its `alternative_names` from the link with this `index`.
    ///
    /// # Errors
    /// As [`add_names`](Link::add_names).
    pub fn delete_names(&self) -> Result<Request, Error> {
        self.names(RTM_DELLINKPROP, 0, "delete names of link")
    }

    fn names(&self, kind: u16, flags: u16, words: &'static str) -> Result<Request, Error> {
        if self.index == 0 {
            return Err(self.invalid(words, "it needs an index"));
        }
        let mut body = Writer::with_header(&header(self.index, 0, 0, 0));
        body.nest_flagged(IFLA_PROP_LIST, |list| {
            for name in &self.alternative_names {
                list.put_str(IFLA_ALT_IFNAME, name);
            }
        });
        request(kind, flags, body, self.operation(words))
    }

    /// Deletes the link with this `index`, or else this `name`, or else all links of this `group`.
    /// The other end of a veth goes with it. Nothing else of the link is sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is none of the three; [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        let words = "delete link";
        let mut body = Writer::with_header(&header(self.index, 0, 0, 0));
        match (self.index, &self.name, self.group) {
            (0, Some(name), _) => body.put_str(IFLA_IFNAME, name),
            (0, None, Some(group)) => body.put_u32(IFLA_GROUP, group),
            (0, None, None) => return Err(self.invalid(words, "it needs an index, a name or a group")),
            _ => {}
        }
        request(RTM_DELLINK, 0, body, self.operation(words))
    }

    /// Asks for the link with this `index`, or else this `name`, without statistics where the
    /// kernel can leave them out. A name of more than 15 bytes is one of its alternative names.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is neither; [`Error::Nul`].
    pub fn get(&self) -> Result<Request, Error> {
        let words = "get link";
        let mut body = Writer::with_header(&header(self.index, 0, 0, 0));
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        match (self.index, &self.name) {
            (0, Some(name)) => body.put_str(name_attribute(name), name),
            (0, None) => return Err(self.invalid(words, "it needs an index or a name")),
            _ => {}
        }
        request(RTM_GETLINK, 0, body, self.operation(words))
    }

    /// Asks for all links, without statistics where the kernel can leave them out.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        let mut body = Writer::with_header(&[0; HEADER]);
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        request(RTM_GETLINK, NLM_F_DUMP, body, "list links")
    }

    /// Asks for the links whose master is the link with index `master`: the ports of a bridge.
    ///
    /// # Errors
    /// None so far.
    pub fn dump_ports(master: u32) -> Result<Request, Error> {
        let mut body = Writer::with_header(&[0; HEADER]);
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        body.put_u32(IFLA_MASTER, master);
        request(RTM_GETLINK, NLM_F_DUMP, body, format!("list ports of link number {master}"))
    }

    fn with_attributes(&self, kind: u16, flags: u16, words: &'static str) -> Result<Request, Error> {
        if let Some(Kind::Veth { peer: Some(peer) }) = &self.kind
            && (peer.kind.is_some() || peer.port.is_some())
        {
            return Err(self.invalid(words, "the peer of a veth is a veth, and no port yet"));
        }
        let operation = self.operation(words);
        let mut body = Writer::with_header(&self.header());
        self.put_attributes(&mut body);
        request(kind, flags, body, operation)
    }

    fn header(&self) -> [u8; HEADER] {
        header(self.index, self.device_type, self.flags, self.change)
    }

    /// In the order in which `ip` sends them, and the kernel documents none.
    fn put_attributes(&self, body: &mut Writer) {
        for (kind, bytes) in [(IFLA_ADDRESS, &self.address), (IFLA_BROADCAST, &self.broadcast)] {
            if let Some(bytes) = bytes {
                body.put_bytes(kind, bytes);
            }
        }
        let mut number = |kind, number| {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        };
        number(IFLA_MTU, self.mtu);
        number(IFLA_TXQLEN, self.tx_queue_len);
        number(IFLA_MASTER, self.master);
        number(IFLA_GROUP, self.group);
        number(IFLA_LINK, self.link);
        number(IFLA_NUM_TX_QUEUES, self.tx_queues);
        number(IFLA_NUM_RX_QUEUES, self.rx_queues);
        number(IFLA_GSO_MAX_SIZE, self.gso_max_size);
        number(IFLA_GSO_MAX_SEGS, self.gso_max_segs);
        number(IFLA_GRO_MAX_SIZE, self.gro_max_size);
        let mut byte = |kind, byte| {
            if let Some(byte) = byte {
                body.put_u8(kind, byte);
            }
        };
        byte(IFLA_CARRIER, self.carrier.map(u8::from));
        byte(IFLA_LINKMODE, self.link_mode);
        byte(IFLA_OPERSTATE, self.operstate);
        byte(IFLA_PROTO_DOWN, self.proto_down.map(u8::from));
        if let Some((reasons, mask)) = self.proto_down_reason {
            body.nest_flagged(IFLA_PROTO_DOWN_REASON, |reason| {
                reason.put_u32(IFLA_PROTO_DOWN_REASON_MASK, mask);
                reason.put_u32(IFLA_PROTO_DOWN_REASON_VALUE, reasons);
            });
        }
        if let Some(id) = self.link_netnsid {
            body.put_i32(IFLA_LINK_NETNSID, id);
        }
        if let Some(mode) = self.addr_gen_mode {
            body.nest(IFLA_AF_SPEC, |families| {
                families.nest(AF_INET6.into(), |six| six.put_u8(IFLA_INET6_ADDR_GEN_MODE, mode));
            });
        }
        if let Some(alias) = &self.alias {
            body.put_text(IFLA_IFALIAS, alias);
        }
        match self.netns {
            Some(Netns::Fd(fd)) => body.put_i32(IFLA_NET_NS_FD, fd),
            Some(Netns::Pid(pid)) => body.put_u32(IFLA_NET_NS_PID, pid),
            None => {}
        }
        if let Some(index) = self.new_index {
            body.put_u32(IFLA_NEW_IFINDEX, index);
        }
        if let Some(name) = &self.parent_device {
            body.put_str(IFLA_PARENT_DEV_NAME, name);
        }
        if let Some(name) = &self.name {
            body.put_name(IFLA_IFNAME, name);
        }
        if self.kind.is_some() || self.port.is_some() {
            body.nest(IFLA_LINKINFO, |info| self.put_info(info));
        }
    }

    fn put_info(&self, info: &mut Writer) {
        if let Some(kind) = &self.kind {
            info.put_text(IFLA_INFO_KIND, kind.name());
            match kind {
                Kind::Other { data, .. } if !data.is_empty() => info.put_bytes(IFLA_INFO_DATA, data),
                _ if kind.has_data() => info.nest(IFLA_INFO_DATA, |data| kind.put_data(data)),
                _ => {}
            }
        }
        if let Some(port) = &self.port {
            info.put_text(IFLA_INFO_SLAVE_KIND, "bridge");
            info.nest(IFLA_INFO_SLAVE_DATA, |data| port.encode(data));
        }
    }
}

impl Kind {
    /// Whether there are settings.
    fn has_data(&self) -> bool {
        match self {
            Self::Veth { peer } => peer.is_some(),
            Self::Bridge(bridge) => **bridge != Bridge::default(),
            Self::Macvlan(macvlan) | Self::Macvtap(macvlan) => *macvlan != Macvlan::default(),
            Self::Ipvlan(ipvlan) | Self::Ipvtap(ipvlan) => *ipvlan != Ipvlan::default(),
            Self::Vlan(vlan) => *vlan != Vlan::default(),
            Self::Vxlan(vxlan) => **vxlan != Vxlan::default(),
            Self::Tun(tun) => *tun != Tun::default(),
            Self::Dummy | Self::Ifb | Self::Other { .. } => false,
        }
    }

    fn put_data(&self, data: &mut Writer) {
        match self {
            Self::Veth { peer: Some(peer) } => data.nest(VETH_INFO_PEER, |end| {
                end.put_header(&peer.header());
                peer.put_attributes(end);
            }),
            Self::Bridge(bridge) => bridge.encode(data),
            Self::Macvlan(macvlan) | Self::Macvtap(macvlan) => macvlan.encode(data),
            Self::Ipvlan(ipvlan) | Self::Ipvtap(ipvlan) => ipvlan.encode(data),
            Self::Vlan(vlan) => vlan.encode(data),
            Self::Vxlan(vxlan) => vxlan.encode(data),
            Self::Tun(tun) => tun.encode(data),
            Self::Veth { peer: None } | Self::Dummy | Self::Ifb | Self::Other { .. } => {}
        }
    }
}

/// `struct ifinfomsg`: family, padding, type, index, flags, change.
fn header(index: u32, device_type: u16, flags: u32, change: u32) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[2..4].copy_from_slice(&device_type.to_ne_bytes());
    bytes[4..8].copy_from_slice(&index.to_ne_bytes());
    bytes[8..12].copy_from_slice(&flags.to_ne_bytes());
    bytes[12..].copy_from_slice(&change.to_ne_bytes());
    bytes
}

/// The attribute that a question for the link called `name` puts it in: the kernel looks for a short one among all names,
/// and for one that no link's own name can be (`IFNAMSIZ` in `linux/if.h`) among the alternative ones.
pub const fn name_attribute(name: &str) -> u16 {
    /// Bytes of a link's name, with the NUL behind it (`linux/if.h`).
    const IFNAMSIZ: usize = 16;
    if name.len() < IFNAMSIZ { IFLA_IFNAME } else { IFLA_ALT_IFNAME }
}
