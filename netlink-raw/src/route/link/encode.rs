//! A link as a request.

use super::{Bridge, Kind, Link, Netns};
use crate::kernel::{
    IFLA_ADDRESS, IFLA_BROADCAST, IFLA_EXT_MASK, IFLA_GROUP, IFLA_IFALIAS, IFLA_IFNAME, IFLA_INFO_DATA,
    IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_LINK, IFLA_LINK_NETNSID, IFLA_LINKINFO,
    IFLA_MASTER, IFLA_MTU, IFLA_NET_NS_FD, IFLA_NET_NS_PID, IFLA_NUM_RX_QUEUES, IFLA_NUM_TX_QUEUES,
    IFLA_OPERSTATE, IFLA_TXQLEN, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, RTEXT_FILTER_SKIP_STATS, RTM_DELLINK,
    RTM_GETLINK, RTM_NEWLINK, VETH_INFO_PEER,
};
use crate::route::{invalid, request};
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
    /// [`Error::Invalid`] when there is no kind, or when the peer of a veth has a kind or port settings of
    /// its own; [`Error::TooLong`]; [`Error::Nul`].
    pub fn create(&self) -> Result<Request, Error> {
        let operation = format!("add link {}", self.label());
        if self.kind.is_none() {
            return Err(invalid(operation, "it needs a kind"));
        }
        self.with_attributes(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, operation)
    }

    /// Changes the link with this `index`, or with this `name` when `index` is 0: RTM_NEWLINK as
    /// `ip link set` sends it. With both, the link is renamed.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has neither; otherwise as [`create`](Link::create).
    pub fn set(&self) -> Result<Request, Error> {
        let operation = format!("set link {}", self.label());
        if self.index == 0 && self.name.is_none() {
            return Err(invalid(operation, "it needs an index or a name"));
        }
        self.with_attributes(RTM_NEWLINK, 0, operation)
    }

    /// Deletes the link with this `index`, or else this `name`, or else all links of this `group`.
    /// The other end of a veth goes with it. Nothing else of the link is sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is none of the three; [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        let operation = format!("delete link {}", self.label());
        let mut body = Writer::with_header(&header(self.index, 0, 0, 0));
        match (self.index, &self.name, self.group) {
            (0, Some(name), _) => body.put_str(IFLA_IFNAME, name),
            (0, None, Some(group)) => body.put_u32(IFLA_GROUP, group),
            (0, None, None) => return Err(invalid(operation, "it needs an index, a name or a group")),
            _ => {}
        }
        request(RTM_DELLINK, 0, body, operation)
    }

    /// Asks for the link with this `index`, or else this `name`, without statistics where the
    /// kernel can leave them out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is neither; [`Error::Nul`].
    pub fn get(&self) -> Result<Request, Error> {
        let operation = format!("get link {}", self.label());
        let mut body = Writer::with_header(&header(self.index, 0, 0, 0));
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        match (self.index, &self.name) {
            (0, Some(name)) => body.put_str(IFLA_IFNAME, name),
            (0, None) => return Err(invalid(operation, "it needs an index or a name")),
            _ => {}
        }
        request(RTM_GETLINK, 0, body, operation)
    }

    /// Asks for all links, without statistics where the kernel can leave them out.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        let mut body = Writer::with_header(&[0; HEADER]);
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        request(RTM_GETLINK, NLM_F_DUMP, body, "list links".to_owned())
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

    fn with_attributes(&self, kind: u16, flags: u16, operation: String) -> Result<Request, Error> {
        if let Some(Kind::Veth { peer: Some(peer) }) = &self.kind
            && (peer.kind.is_some() || peer.port.is_some())
        {
            return Err(invalid(operation, "the peer of a veth is a veth, and no port yet"));
        }
        let mut body = Writer::with_header(&self.header());
        self.put_attributes(&mut body);
        request(kind, flags, body, operation)
    }

    fn header(&self) -> [u8; HEADER] {
        header(self.index, self.device_type, self.flags, self.change)
    }

    /// In the order in which `ip` sends them, and the kernel documents none.
    fn put_attributes(&self, body: &mut Writer) {
        let numbers = [
            (IFLA_MTU, self.mtu),
            (IFLA_TXQLEN, self.tx_queue_len),
            (IFLA_MASTER, self.master),
            (IFLA_GROUP, self.group),
            (IFLA_LINK, self.link),
            (IFLA_NUM_TX_QUEUES, self.tx_queues),
            (IFLA_NUM_RX_QUEUES, self.rx_queues),
        ];
        for (kind, bytes) in [(IFLA_ADDRESS, &self.address), (IFLA_BROADCAST, &self.broadcast)] {
            if let Some(bytes) = bytes {
                body.put_bytes(kind, bytes);
            }
        }
        for (kind, number) in numbers {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        }
        if let Some(state) = self.operstate {
            body.put_u8(IFLA_OPERSTATE, state);
        }
        if let Some(id) = self.link_netnsid {
            body.put_i32(IFLA_LINK_NETNSID, id);
        }
        if let Some(alias) = &self.alias {
            body.put_text(IFLA_IFALIAS, alias);
        }
        match self.netns {
            Some(Netns::Fd(fd)) => body.put_i32(IFLA_NET_NS_FD, fd),
            Some(Netns::Pid(pid)) => body.put_u32(IFLA_NET_NS_PID, pid),
            None => {}
        }
        if let Some(name) = &self.name {
            body.put_str(IFLA_IFNAME, name);
        }
        if self.kind.is_some() || self.port.is_some() {
            body.nest(IFLA_LINKINFO, |info| self.put_info(info));
        }
    }

    fn put_info(&self, info: &mut Writer) {
        match &self.kind {
            Some(Kind::Veth { peer }) => {
                info.put_text(IFLA_INFO_KIND, "veth");
                if let Some(peer) = peer {
                    info.nest(IFLA_INFO_DATA, |data| {
                        data.nest(VETH_INFO_PEER, |end| {
                            end.put_header(&peer.header());
                            peer.put_attributes(end);
                        });
                    });
                }
            }
            Some(Kind::Bridge(bridge)) => {
                info.put_text(IFLA_INFO_KIND, "bridge");
                if *bridge != Bridge::default() {
                    info.nest(IFLA_INFO_DATA, |data| bridge.encode(data));
                }
            }
            Some(Kind::Other { name, data }) => {
                info.put_text(IFLA_INFO_KIND, name);
                if !data.is_empty() {
                    info.put_bytes(IFLA_INFO_DATA, data);
                }
            }
            None => {}
        }
        if let Some(port) = &self.port {
            info.put_text(IFLA_INFO_SLAVE_KIND, "bridge");
            info.nest(IFLA_INFO_SLAVE_DATA, |data| port.encode(data));
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
