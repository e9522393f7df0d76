//! Addresses of links: `struct ifaddrmsg` and `IFA_*`.
//!
//! Sources: rtnetlink(7), `include/uapi/linux/if_addr.h`, `net/ipv4/devinet.c`, `net/ipv6/addrconf.c`.

use std::net::{IpAddr, Ipv4Addr};

use super::{family_of, invalid, open, put_ip, request};
use crate::kernel::{
    AF_INET, IFA_ADDRESS, IFA_ANYCAST, IFA_BROADCAST, IFA_CACHEINFO, IFA_FLAGS, IFA_LABEL, IFA_LOCAL,
    IFA_RT_PRIORITY, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, RTM_DELADDR, RTM_GETADDR,
    RTM_NEWADDR,
};
use crate::wire::{Message, Writer, field};
use crate::{Decode, Error, Request};

/// Bytes of `struct ifaddrmsg`.
const HEADER: usize = 8;

/// An IPv4 or IPv6 address of a link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Index of the link.
    pub index: u32,
    /// Length of the network's prefix in bits.
    pub prefix_len: u8,
    /// `RT_SCOPE_*`: 0 universe, 253 link, 254 host.
    pub scope: u8,
    /// `IFA_F_*`: `IFA_F_NODAD` makes an IPv6 address usable at once.
    pub flags: u32,
    /// The prefix's address: the same as `local`, except on a point-to-point link, where it is the other end.
    pub address: Option<IpAddr>,
    /// The address itself. The kernel tells it for IPv4, and for IPv6 only on a point-to-point link.
    pub local: Option<IpAddr>,
    /// IPv4 broadcast address.
    pub broadcast: Option<Ipv4Addr>,
    /// IPv4 label: the link's name, perhaps with `:` and a word behind.
    pub label: Option<String>,
    /// Anycast address. The kernel takes it, and does nothing.
    pub anycast: Option<IpAddr>,
    /// Metric of the route to the network, which comes with the address.
    pub metric: Option<u32>,
    /// How long it holds; without one for ever.
    pub lifetime: Option<Lifetime>,
}

/// How long an address holds, in seconds; `u32::MAX` is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Then it is deleted.
    pub valid: u32,
    /// Then nothing new is begun with it. At most `valid`.
    pub preferred: u32,
}

impl Address {
    /// Adds the address, and fails when the link has it: RTM_NEWADDR as `ip address add` sends it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has neither `local` nor `address`, or two of different families;
    /// [`Error::TooLong`] and [`Error::Nul`] for the label.
    pub fn add(&self) -> Result<Request, Error> {
        self.request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "add address")
    }

    /// Adds the address, or changes its flags when the link has it.
    ///
    /// # Errors
    /// As [`add`](Address::add).
    pub fn replace(&self) -> Result<Request, Error> {
        self.request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, "replace address")
    }

    /// Changes the address that the link has.
    ///
    /// # Errors
    /// As [`add`](Address::add).
    pub fn change(&self) -> Result<Request, Error> {
        self.request(RTM_NEWADDR, NLM_F_REPLACE, "change address")
    }

    /// Deletes the address.
    ///
    /// # Errors
    /// As [`add`](Address::add).
    pub fn delete(&self) -> Result<Request, Error> {
        self.request(RTM_DELADDR, 0, "delete address")
    }

    /// Asks for the addresses of all links, IPv4 and IPv6.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        let body = Writer::with_header(&[0; HEADER]);
        request(RTM_GETADDR, NLM_F_DUMP, body, "list addresses".to_owned())
    }

    /// Asks for the addresses of the link with this `index`. Kernels before 4.20 tell those of all links.
    ///
    /// # Errors
    /// None so far.
    pub fn dump_of(index: u32) -> Result<Request, Error> {
        let body = Writer::with_header(&Self { index, ..Self::default() }.header(0));
        request(RTM_GETADDR, NLM_F_DUMP, body, format!("list addresses of link number {index}"))
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let Some(address) = self.local.or(self.address) else {
            return Err(invalid(&verb, "there is none"));
        };
        let operation = format!("{verb} {address}/{} on link number {}", self.prefix_len, self.index);
        let family = family_of(address);
        if self.address.is_some_and(|other| family_of(other) != family)
            || (self.broadcast.is_some() && family != AF_INET)
        {
            return Err(invalid(&operation, "IPv4 and IPv6 mixed"));
        }
        let mut body = Writer::with_header(&self.header(family));
        // In the order in which `ip` sends them.
        if let Some(local) = self.local {
            put_ip(&mut body, IFA_LOCAL, local);
        }
        if let Some(broadcast) = self.broadcast {
            put_ip(&mut body, IFA_BROADCAST, broadcast.into());
        }
        if let Some(label) = &self.label {
            body.put_str(IFA_LABEL, label);
        }
        if let Some(metric) = self.metric {
            body.put_u32(IFA_RT_PRIORITY, metric);
        }
        if let Some(anycast) = self.anycast {
            put_ip(&mut body, IFA_ANYCAST, anycast);
        }
        if u8::try_from(self.flags).is_err() {
            body.put_u32(IFA_FLAGS, self.flags);
        }
        if let Some(address) = self.address {
            put_ip(&mut body, IFA_ADDRESS, address);
        }
        if let Some(Lifetime { valid, preferred }) = self.lifetime {
            // `struct ifa_cacheinfo`; when it was made and changed is the kernel's to tell.
            let numbers = [preferred, valid, 0, 0].map(u32::to_ne_bytes);
            body.put_bytes(IFA_CACHEINFO, numbers.as_flattened());
        }
        request(kind, flags, body, operation)
    }

    /// `struct ifaddrmsg`: family, prefix, flags, scope, index. Flags that need more than its 8 bits go into
    /// an attribute, all of them.
    fn header(&self, family: u8) -> [u8; HEADER] {
        let flags = u8::try_from(self.flags).unwrap_or(0);
        let [a, b, c, d] = self.index.to_ne_bytes();
        [family, self.prefix_len, flags, self.scope, a, b, c, d]
    }
}

impl Decode for Address {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR];
        let (header, attributes) = open::<HEADER>(message, &kinds, "address")?;
        let [_family, prefix_len, flags, scope, ..] = header;
        let index = u32::from_ne_bytes(field(&header, 4));
        let mut found = Self { index, prefix_len, scope, flags: flags.into(), ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                IFA_ADDRESS => found.address = Some(attribute.ip()?),
                IFA_LOCAL => found.local = Some(attribute.ip()?),
                IFA_BROADCAST => {
                    if let IpAddr::V4(four) = attribute.ip()? {
                        found.broadcast = Some(four);
                    }
                }
                IFA_LABEL => found.label = Some(attribute.str().into_owned()),
                IFA_FLAGS => found.flags = attribute.u32()?,
                IFA_RT_PRIORITY => found.metric = Some(attribute.u32()?),
                IFA_ANYCAST => found.anycast = Some(attribute.ip()?),
                IFA_CACHEINFO => {
                    attribute.u64()?;
                    let number = |at| u32::from_ne_bytes(field(attribute.payload, at));
                    found.lifetime = Some(Lifetime { preferred: number(0), valid: number(4) });
                }
                _ => {}
            }
        }
        Ok(found)
    }
}
