//! Routes: `struct rtmsg` and `RTA_*`.
//!
//! Sources: rtnetlink(7), `include/uapi/linux/rtnetlink.h`, `net/ipv4/fib_frontend.c`, `net/ipv6/route.c`.

use std::net::IpAddr;

use super::{family_of, invalid, open, put_ip, request};
use crate::kernel::{
    AF_UNSPEC, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, RT_TABLE_MAIN, RTA_DST, RTA_GATEWAY,
    RTA_OIF, RTA_PREFSRC, RTA_PRIORITY, RTA_TABLE, RTA_VIA, RTM_DELROUTE, RTM_F_LOOKUP_TABLE, RTM_GETROUTE,
    RTM_NEWROUTE, RTN_UNICAST, RTPROT_BOOT,
};
use crate::wire::{Attribute, Message, Writer, field, ip, take};
use crate::{Decode, Error, Request};

/// Bytes of `struct rtmsg`.
const HEADER: usize = 12;

/// A route with one next hop. [`Default`] is what `ip route add` begins with: unicast, table main, made by
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

    /// Asks by which route packets to `address` would leave now: RTM_GETROUTE as `ip route get` sends it.
    ///
    /// # Errors
    /// None so far.
    pub fn towards(address: IpAddr) -> Result<Request, Error> {
        let length = if address.is_ipv4() { 32 } else { 128 };
        let destination = Some((address, length));
        let nothing = Self { table: 0, protocol: 0, kind: 0, ..Self::default() };
        Self { destination, flags: RTM_F_LOOKUP_TABLE, ..nothing }.request(RTM_GETROUTE, 0, "get")
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let operation = format!("{verb} {}", self.label());
        let destination = self.destination.map(|(address, _)| address);
        let seen = destination.or(self.preferred_source).or(self.gateway).map(family_of);
        let Some(family) = (self.family != AF_UNSPEC).then_some(self.family).or(seen) else {
            return Err(invalid(operation, "IPv4 or IPv6 is not said"));
        };
        if [destination, self.preferred_source].into_iter().flatten().any(|a| family_of(a) != family) {
            return Err(invalid(operation, "IPv4 and IPv6 mixed"));
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
        match self.gateway {
            Some(gateway) if family_of(gateway) == family => put_ip(body, RTA_GATEWAY, gateway),
            Some(gateway) => body.put_bytes(RTA_VIA, &via(gateway)),
            None => {}
        }
        if let Some(source) = self.preferred_source {
            put_ip(body, RTA_PREFSRC, source);
        }
        for (kind, number) in [
            (RTA_PRIORITY, self.priority),
            (RTA_TABLE, (self.table > 255).then_some(self.table)),
            (RTA_OIF, self.output_interface),
        ] {
            if let Some(number) = number {
                body.put_u32(kind, number);
            }
        }
    }

    /// `struct rtmsg`: family, lengths of destination and source, type of service, table, protocol, scope,
    /// type, flags. A table with a number above 255 goes into an attribute.
    fn header(&self, family: u8) -> [u8; HEADER] {
        let length = self.destination.map_or(0, |(_, length)| length);
        let table = u8::try_from(self.table).unwrap_or(0);
        let [a, b, c, d] = self.flags.to_ne_bytes();
        [family, length, 0, 0, table, self.protocol, self.scope, self.kind, a, b, c, d]
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

/// `struct rtvia`: a family of 16 bits, then the address.
fn via(gateway: IpAddr) -> Vec<u8> {
    let mut bytes = u16::from(family_of(gateway)).to_ne_bytes().to_vec();
    match gateway {
        IpAddr::V4(four) => bytes.extend(four.octets()),
        IpAddr::V6(sixteen) => bytes.extend(sixteen.octets()),
    }
    bytes
}

impl Decode for Route {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE];
        let (header, attributes) = open::<HEADER>(message, &kinds, "route")?;
        let [family, length, _, _, table, protocol, scope, kind, ..] = header;
        let flags = u32::from_ne_bytes(field(&header, 8));
        let mut found = Self { family, table: table.into(), protocol, scope, kind, flags, ..Self::default() };
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
                _ => {}
            }
        }
        Ok(found)
    }
}

/// `None` for a gateway that is neither IPv4 nor IPv6.
fn read_via(attribute: &Attribute<'_>) -> Option<IpAddr> {
    let family = u16::from_ne_bytes(take(attribute.payload)?);
    let address = ip(attribute.payload.get(2..)?)?;
    (u16::from(family_of(address)) == family).then_some(address)
}
