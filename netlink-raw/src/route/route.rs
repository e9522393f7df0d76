//! Routes: `struct rtmsg` and `RTA_*`.
//!
//! Sources: rtnetlink(7), `include/uapi/linux/rtnetlink.h`, `net/ipv4/fib_frontend.c`, `net/ipv6/route.c`.

use std::net::IpAddr;

use super::next_hop::{self, NextHop, put_gateway, read_via};
use super::{family_of, invalid, metrics, open, put_ip, request};
use crate::kernel::{
    AF_UNSPEC, NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, RT_TABLE_MAIN, RTA_DPORT,
    RTA_DST, RTA_EXPIRES, RTA_FLOW, RTA_GATEWAY, RTA_IIF, RTA_IP_PROTO, RTA_MARK, RTA_METRICS, RTA_MULTIPATH,
    RTA_NH_ID, RTA_OIF, RTA_PREF, RTA_PREFSRC, RTA_PRIORITY, RTA_SPORT, RTA_SRC, RTA_TABLE,
    RTA_TTL_PROPAGATE, RTA_UID, RTA_VIA, RTM_DELROUTE, RTM_F_LOOKUP_TABLE, RTM_GETROUTE, RTM_NEWROUTE,
    RTN_UNICAST, RTPROT_BOOT,
};
use crate::wire::{Message, Writer, field};
use crate::{Decode, Error, Request};

/// Bytes of `struct rtmsg`.
const HEADER: usize = 12;

/// A route. [`Default`] is what `ip route add` begins with: unicast, table main, made by
/// `boot`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `AF_INET` or `AF_INET6`; 0 takes that of the addresses.
    pub family: u8,
    /// Where it leads to and the length of its prefix in bits; `None` is the default route.
    pub destination: Option<(IpAddr, u8)>,
    /// The next hop. An IPv6 gateway for IPv4 goes as `RTA_VIA`.
    pub gateway: Option<IpAddr>,
    /// Index of the link to send by.
    pub output_interface: Option<u32>,
    /// The source address that the host's own packets get.
    pub preferred_source: Option<IpAddr>,
    /// The routing table, `RT_TABLE_*` or any number.
    pub table: u32,
    /// Who made it, `RTPROT_*`.
    pub protocol: u8,
    /// How far the destination is, `RT_SCOPE_*`; a route without a gateway has 253, link.
    pub scope: u8,
    /// `RTN_*`.
    pub kind: u8,
    /// Metric: the lowest is taken. None is 0 for IPv4 and 1024 for IPv6.
    pub priority: Option<u32>,
    /// `RTNH_F_*` and `RTM_F_*`.
    pub flags: u32,
    /// Where packets must come from, and the length of its prefix in bits; in a question the source address.
    pub source: Option<(IpAddr, u8)>,
    /// The type of service that packets must have.
    pub tos: u8,
    /// In a question: index of the link that the packet came in by.
    pub input_interface: Option<u32>,
    /// In a question: the packet's mark.
    pub mark: Option<u32>,
    /// In a question: the user who sends the packet.
    pub user: Option<u32>,
    /// In a question: the packet's protocol, `IPPROTO_*`.
    pub ip_protocol: Option<u8>,
    /// In a question: the packet's source port.
    pub source_port: Option<u16>,
    /// In a question: the packet's destination port.
    pub destination_port: Option<u16>,
    /// `RTAX_*` that are numbers, and what they are. Times have the kernel's units.
    pub metrics: Vec<(u16, u32)>,
    /// How TCP answers congestion (`RTAX_CC_ALGO`).
    pub congestion: Option<String>,
    /// The next hops, where there are several, instead of `gateway` and `output_interface`.
    pub next_hops: Vec<NextHop>,
    /// A next hop that was made before, by its number.
    pub next_hop_id: Option<u32>,
    /// The realms that it leads from (the upper 16 bits) and to.
    pub realms: Option<u32>,
    /// IPv6: how it compares with other default routes, `ICMPV6_ROUTER_PREF_*`.
    pub preference: Option<u8>,
    /// IPv6: for how many seconds it holds.
    pub expires: Option<u32>,
    /// Whether the time to live of an MPLS packet becomes that of the IP packet in it.
    pub ttl_propagate: Option<bool>,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            family: AF_UNSPEC,
            destination: None,
            gateway: None,
            output_interface: None,
            preferred_source: None,
            table: RT_TABLE_MAIN,
            protocol: RTPROT_BOOT,
            scope: 0,
            kind: RTN_UNICAST,
            priority: None,
            flags: 0,
            source: None,
            tos: 0,
            input_interface: None,
            mark: None,
            user: None,
            ip_protocol: None,
            source_port: None,
            destination_port: None,
            metrics: Vec::new(),
            congestion: None,
            next_hops: Vec::new(),
            next_hop_id: None,
            realms: None,
            preference: None,
            expires: None,
            ttl_propagate: None,
        }
    }
}

impl Route {
    /// Adds the route, and fails when there is one: RTM_NEWROUTE as `ip route add` sends it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the family is neither given nor to be seen from an address, or when the
    /// addresses are of other families.
    pub fn add(&self) -> Result<Request, Error> {
        self.request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "add")
    }

    /// Adds the route, or takes the place of the one with this destination, table and priority.
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn replace(&self) -> Result<Request, Error> {
        self.request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, "replace")
    }

    /// Changes the route with this destination, table and priority, and fails when there is none.
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn change(&self) -> Result<Request, Error> {
        self.request(RTM_NEWROUTE, NLM_F_REPLACE, "change")
    }

    /// Adds the route behind those with this destination, table and priority.
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn append(&self) -> Result<Request, Error> {
        self.request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, "append")
    }

    /// Adds the route before those with this destination, table and priority.
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn prepend(&self) -> Result<Request, Error> {
        self.request(RTM_NEWROUTE, NLM_F_CREATE, "prepend")
    }

    /// Deletes the first route that has all of this. (A scope of 0 is a scope: give 255,
    /// `RT_SCOPE_NOWHERE`, for any.)
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn delete(&self) -> Result<Request, Error> {
        self.request(RTM_DELROUTE, 0, "delete")
    }

    /// Asks for all routes of all tables, IPv4 and IPv6.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        let body = Writer::with_header(&[0; HEADER]);
        request(RTM_GETROUTE, NLM_F_DUMP, body, "list routes".to_owned())
    }

    /// Asks for the routes of this family (0: of any), table (0: of any), protocol (0), type (0) and output interface. A kernel
    /// before 4.20 tells of all.
    ///
    /// # Errors
    /// None so far.
    pub fn dump_alike(&self) -> Result<Request, Error> {
        let header = Self { destination: None, source: None, scope: 0, tos: 0, ..self.clone() };
        let mut body = Writer::with_header(&header.header(self.family));
        for (kind, number) in
            [(RTA_TABLE, (self.table != 0).then_some(self.table)), (RTA_OIF, self.output_interface)]
        {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        }
        request(RTM_GETROUTE, NLM_F_DUMP, body, "list routes".to_owned())
    }

    /// Asks by which route a packet like this would leave now: to its destination, from its source, with its input or output
    /// interface, its mark, its user, its type of service. With `RTM_F_FIB_MATCH` the answer is the route itself.
    ///
    /// # Errors
    /// As [`add`](Route::add).
    pub fn get(&self) -> Result<Request, Error> {
        // IPv6 tells the table unasked, and refuses to be asked.
        let six = self.destination.is_some_and(|(address, _)| address.is_ipv6());
        let flags = if six { self.flags } else { self.flags | RTM_F_LOOKUP_TABLE };
        Self { table: 0, protocol: 0, kind: 0, flags, ..self.clone() }.request(RTM_GETROUTE, 0, "get")
    }

    /// Asks by which route packets to `address` would leave now: RTM_GETROUTE as `ip route get` sends it.
    ///
    /// # Errors
    /// None so far.
    pub fn towards(address: IpAddr) -> Result<Request, Error> {
        let length = if address.is_ipv4() { 32 } else { 128 };
        let destination = Some((address, length));
        Self { destination, ..Self::default() }.get()
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let operation = format!("{verb} {}", self.label());
        let destination = self.destination.map(|(address, _)| address);
        let source = self.source.map(|(address, _)| address);
        let seen = destination.or(source).or(self.preferred_source).or(self.gateway).map(family_of);
        let Some(family) = (self.family != AF_UNSPEC).then_some(self.family).or(seen) else {
            return Err(invalid(&operation, "IPv4 or IPv6 is not said"));
        };
        if [destination, source, self.preferred_source].into_iter().flatten().any(|a| family_of(a) != family)
        {
            return Err(invalid(&operation, "IPv4 and IPv6 mixed"));
        }
        let mut body = Writer::with_header(&self.header(family));
        self.put_attributes(&mut body, family);
        request(kind, flags, body, operation)
    }

    /// In the order in which `ip` sends them.
    fn put_attributes(&self, body: &mut Writer, family: u8) {
        if let Some((address, _)) = self.destination {
            put_ip(body, RTA_DST, address);
        }
        if let Some((address, _)) = self.source {
            put_ip(body, RTA_SRC, address);
        }
        if let Some(gateway) = self.gateway {
            put_gateway(body, gateway, family);
        }
        if let Some(source) = self.preferred_source {
            put_ip(body, RTA_PREFSRC, source);
        }
        for (kind, number) in [
            (RTA_PRIORITY, self.priority),
            (RTA_TABLE, (self.table > 255).then_some(self.table)),
            (RTA_OIF, self.output_interface),
            (RTA_IIF, self.input_interface),
            (RTA_MARK, self.mark),
            (RTA_UID, self.user),
            (RTA_NH_ID, self.next_hop_id),
            (RTA_FLOW, self.realms),
            (RTA_EXPIRES, self.expires),
        ] {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        }
        for (kind, number) in [
            (RTA_PREF, self.preference),
            (RTA_TTL_PROPAGATE, self.ttl_propagate.map(u8::from)),
            (RTA_IP_PROTO, self.ip_protocol),
        ] {
            if let Some(number) = number {
                body.put_u8(kind, number);
            }
        }
        for (kind, port) in [(RTA_SPORT, self.source_port), (RTA_DPORT, self.destination_port)] {
            if let Some(port) = port {
                body.put_u16_be(kind, port);
            }
        }
        metrics::put(body, &self.metrics, self.congestion.as_deref());
        next_hop::put(body, &self.next_hops, family);
    }

    /// `struct rtmsg`: family, lengths of destination and source, type of service, table, protocol, scope,
    /// type, flags. A table with a number above 255 goes into an attribute.
    fn header(&self, family: u8) -> [u8; HEADER] {
        let length = self.destination.map_or(0, |(_, length)| length);
        let source = self.source.map_or(0, |(_, length)| length);
        let table = u8::try_from(self.table).unwrap_or(0);
        let [a, b, c, d] = self.flags.to_ne_bytes();
        [family, length, source, self.tos, table, self.protocol, self.scope, self.kind, a, b, c, d]
    }

    fn label(&self) -> String {
        let words = match self.destination {
            Some((address, length)) => format!("route to {address}/{length}"),
            None => "default route".to_owned(),
        };
        match self.gateway {
            Some(gateway) => format!("{words} via {gateway}"),
            None => words,
        }
    }
}

impl Decode for Route {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE];
        let (header, attributes) = open::<HEADER>(message, &kinds, "route")?;
        let [family, length, source, tos, table, protocol, scope, kind, ..] = header;
        let flags = u32::from_ne_bytes(field(&header, 8));
        let mut found =
            Self { family, tos, table: table.into(), protocol, scope, kind, flags, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                RTA_DST => found.destination = Some((attribute.ip()?, length)),
                RTA_GATEWAY => found.gateway = Some(attribute.ip()?),
                RTA_VIA => found.gateway = read_via(&attribute).or(found.gateway),
                RTA_OIF => found.output_interface = Some(attribute.u32()?),
                RTA_PREFSRC => found.preferred_source = Some(attribute.ip()?),
                RTA_PRIORITY => found.priority = Some(attribute.u32()?),
                RTA_TABLE => found.table = attribute.u32()?,
                RTA_SRC => found.source = Some((attribute.ip()?, source)),
                RTA_IIF => found.input_interface = Some(attribute.u32()?),
                RTA_MARK => found.mark = Some(attribute.u32()?),
                RTA_UID => found.user = Some(attribute.u32()?),
                RTA_NH_ID => found.next_hop_id = Some(attribute.u32()?),
                RTA_FLOW => found.realms = Some(attribute.u32()?),
                RTA_EXPIRES => found.expires = Some(attribute.u32()?),
                RTA_PREF => found.preference = Some(attribute.u8()?),
                RTA_TTL_PROPAGATE => found.ttl_propagate = Some(attribute.u8()? != 0),
                RTA_IP_PROTO => found.ip_protocol = Some(attribute.u8()?),
                RTA_SPORT => found.source_port = Some(attribute.u16_be()?),
                RTA_DPORT => found.destination_port = Some(attribute.u16_be()?),
                RTA_METRICS => (found.metrics, found.congestion) = metrics::read(&attribute)?,
                RTA_MULTIPATH => found.next_hops = next_hop::read(&attribute)?,
                _ => {}
            }
        }
        Ok(found)
    }
}
