//! The objects of rtnetlink(7): a plain struct each, how it is encoded and how it is decoded.
//!
//! Constructors of requests fail only with [`Error::Invalid`], [`Error::TooLong`] and [`Error::Nul`].

mod address;
mod link;
mod metrics;
mod neighbour;
mod next_hop;
mod nsid;
#[expect(clippy::module_inception, reason = "it is the kernel's name for the object")]
mod route;
mod stats;

use std::fmt::Display;
use std::net::IpAddr;

pub use address::{Address, Lifetime};
pub use link::{
    Bridge, BridgeId, BridgePort, BridgeSwitches, EtherType, Ipvlan, Kind, Link, Macvlan, Netns, Sources,
    SpanningTree, TreeBridge, TreePort, Tun, Vlan, VlanFlags, Vxlan, name_attribute,
};
pub use neighbour::Neighbour;
pub use next_hop::NextHop;
pub use nsid::Nsid;
pub use route::Route;
pub use stats::{Stats, Traffic};

use crate::kernel::{AF_INET, AF_INET6};
use crate::wire::{Attributes, Message, Writer};
use crate::{Error, Operation, Request};

/// Finishes a request of type `kind`.
pub(crate) fn request(
    kind: u16,
    flags: u16,
    body: Writer,
    operation: impl Into<Operation>,
) -> Result<Request, Error> {
    Ok(Request { kind, flags, body: body.finish()?, operation: operation.into() })
}

#[cold]
fn invalid(operation: &dyn Display, reason: &'static str) -> Error {
    Error::Invalid { operation: operation.to_string(), reason }
}

/// Checks that `message` is one of `kinds` and splits it.
pub(crate) fn open<'a, const N: usize>(
    message: &Message<'a>,
    kinds: &[u16],
    wanted: &'static str,
) -> Result<([u8; N], Attributes<'a>), Error> {
    if !kinds.contains(&message.header.kind) {
        return Err(Error::Unexpected { kind: message.header.kind, wanted });
    }
    message.split(wanted)
}

const fn family_of(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => AF_INET,
        IpAddr::V6(_) => AF_INET6,
    }
}

/// Writes an address as its 4 or 16 bytes.
fn put_ip(writer: &mut Writer, kind: u16, address: IpAddr) {
    match address {
        IpAddr::V4(four) => writer.put_bytes(kind, &four.octets()),
        IpAddr::V6(sixteen) => writer.put_bytes(kind, &sixteen.octets()),
    }
}
