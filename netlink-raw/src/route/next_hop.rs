//! Next hops: gateways, and `struct rtnexthop` where a route has several.

use std::net::IpAddr;

use super::{family_of, put_ip};
use crate::Error;
use crate::kernel::{RTA_FLOW, RTA_GATEWAY, RTA_MULTIPATH, RTA_VIA};
use crate::wire::{Attribute, Attributes, Writer, align, field, ip, take};

/// Bytes of `struct rtnexthop`: a length of 16 bits, flags, the weight less one, the index of a link.
const HEADER: usize = 8;

/// One of several next hops of a route.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NextHop {
    /// Its address; of the other family it goes as `RTA_VIA`.
    pub gateway: Option<IpAddr>,
    /// Index of the link to send by; 0 leaves it to the kernel.
    pub output_interface: u32,
    /// How many more than one of the packets go here: the weight less one.
    pub hops: u8,
    /// `RTNH_F_*`.
    pub flags: u8,
    /// As [`Route::realms`](super::Route::realms).
    pub realms: Option<u32>,
}

/// Writes a gateway of a route of `family`.
pub(super) fn put_gateway(body: &mut Writer, gateway: IpAddr, family: u8) {
    if family_of(gateway) == family {
        put_ip(body, RTA_GATEWAY, gateway);
    } else {
        body.put_bytes(RTA_VIA, &via(gateway));
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

/// `None` for a gateway that is neither IPv4 nor IPv6.
pub(super) fn read_via(attribute: &Attribute<'_>) -> Option<IpAddr> {
    let family = u16::from_ne_bytes(take(attribute.payload)?);
    let address = ip(attribute.payload.get(2..)?)?;
    (u16::from(family_of(address)) == family).then_some(address)
}

/// Writes them, if there are any.
pub(super) fn put(body: &mut Writer, hops: &[NextHop], family: u8) {
    if hops.is_empty() {
        return;
    }
    let encoded: Result<Vec<_>, Error> = hops.iter().map(|hop| encode(hop, family)).collect();
    match encoded {
        Ok(encoded) => body.put_bytes(RTA_MULTIPATH, &encoded.concat()),
        Err(error) => body.fail(error),
    }
}

fn encode(hop: &NextHop, family: u8) -> Result<Vec<u8>, Error> {
    let [a, b, c, d] = hop.output_interface.to_ne_bytes();
    let mut body = Writer::with_header(&[0, 0, hop.flags, hop.hops, a, b, c, d]);
    if let Some(gateway) = hop.gateway {
        put_gateway(&mut body, gateway, family);
    }
    if let Some(realms) = hop.realms {
        body.put_u32(RTA_FLOW, realms);
    }
    let mut bytes = body.finish()?;
    // A header, an address and a number: far below 64 KiB.
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    bytes[..2].copy_from_slice(&length.to_ne_bytes());
    Ok(bytes)
}

/// Reads them.
pub(super) fn read(attribute: &Attribute<'_>) -> Result<Vec<NextHop>, Error> {
    let mut hops = Vec::new();
    let mut rest = attribute.payload;
    while !rest.is_empty() {
        let length = usize::from(u16::from_ne_bytes(field(rest, 0)));
        let Some(attributes) = rest.get(HEADER..length) else {
            let (needed, found) = (length.max(HEADER), rest.len().min(length));
            return Err(Error::Malformed {
                what: "next hop",
                attribute: Some(attribute.kind),
                needed,
                found,
            });
        };
        let [_, _, flags, more, a, b, c, d] = field(rest, 0);
        let output_interface = u32::from_ne_bytes([a, b, c, d]);
        let mut hop = NextHop { output_interface, hops: more, flags, ..NextHop::default() };
        for attribute in Attributes::new(attributes) {
            let attribute = attribute?;
            match attribute.kind {
                RTA_GATEWAY => hop.gateway = Some(attribute.ip()?),
                RTA_VIA => hop.gateway = read_via(&attribute).or(hop.gateway),
                RTA_FLOW => hop.realms = Some(attribute.u32()?),
                _ => {}
            }
        }
        hops.push(hop);
        rest = rest.get(align(length)..).unwrap_or_default();
    }
    Ok(hops)
}
