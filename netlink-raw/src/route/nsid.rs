//! Numbers by which one network namespace knows another: `struct rtgenmsg` and `NETNSA_*`.
//!
//! Sources: ip-netns(8), `include/uapi/linux/net_namespace.h`, `net/core/net_namespace.c`.

use super::{Netns, invalid, open, request};
use crate::kernel::{
    NETNSA_CURRENT_NSID, NETNSA_FD, NETNSA_NSID, NETNSA_PID, NETNSA_TARGET_NSID, NLM_F_DUMP, RTM_DELNSID,
    RTM_GETNSID, RTM_NEWNSID,
};
use crate::wire::{Message, Writer};
use crate::{Decode, Error, Request};

/// Bytes of `struct rtgenmsg`, padded.
const HEADER: usize = 4;

/// The number that the socket's network namespace has for another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nsid {
    /// The number; -1 in answers when there is none, -1 in requests lets the kernel choose.
    pub id: Option<i32>,
    /// The other namespace. Only in requests.
    pub netns: Option<Netns>,
    /// The number of a third namespace: its numbers are asked for, not those of the socket's. Only in requests.
    pub target: Option<i32>,
    /// The number that the socket's namespace has for the other, where `id` is the third's; -1 when there is none. Only
    /// in answers.
    pub current: Option<i32>,
}

impl Nsid {
    /// Gives `netns` the number `id`: RTM_NEWNSID as `ip netns set` sends it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when one of the two is not given.
    pub fn set(&self) -> Result<Request, Error> {
        let operation = "number a network namespace";
        if self.id.is_none() || self.netns.is_none() {
            return Err(invalid(&operation, "it needs a namespace and a number"));
        }
        request(RTM_NEWNSID, 0, self.body(), operation)
    }

    /// Asks for the number of `netns`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not given.
    pub fn get(&self) -> Result<Request, Error> {
        let operation = "get the number of a network namespace";
        if self.netns.is_none() && self.id.is_none() {
            return Err(invalid(&operation, "it needs a namespace"));
        }
        request(RTM_GETNSID, 0, self.body(), operation)
    }

    /// Asks for all numbers.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        Self::default().dump_alike()
    }

    /// Asks for all numbers: those of the [`target`](Self::target), if one is given (Linux 4.20).
    ///
    /// # Errors
    /// None so far.
    pub fn dump_alike(&self) -> Result<Request, Error> {
        let body = Self { target: self.target, ..Self::default() }.body();
        request(RTM_GETNSID, NLM_F_DUMP, body, "list numbers of network namespaces".to_owned())
    }

    fn body(&self) -> Writer {
        let mut body = Writer::with_header(&[0; HEADER]);
        match self.netns {
            Some(Netns::Fd(fd)) => body.put_i32(NETNSA_FD, fd),
            Some(Netns::Pid(pid)) => body.put_u32(NETNSA_PID, pid),
            None => {}
        }
        if let Some(id) = self.id {
            body.put_i32(NETNSA_NSID, id);
        }
        if let Some(target) = self.target {
            body.put_i32(NETNSA_TARGET_NSID, target);
        }
        body
    }
}

impl Decode for Nsid {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [RTM_NEWNSID, RTM_DELNSID, RTM_GETNSID];
        let (_, attributes) = open::<HEADER>(message, &kinds, "namespace number")?;
        let mut found = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NETNSA_CURRENT_NSID => found.current = Some(attribute.i32()?),
                NETNSA_TARGET_NSID => found.target = Some(attribute.i32()?),
                NETNSA_NSID => found.id = Some(attribute.i32()?),
                NETNSA_FD => found.netns = Some(Netns::Fd(attribute.i32()?)),
                NETNSA_PID => found.netns = Some(Netns::Pid(attribute.u32()?)),
                _ => {}
            }
        }
        Ok(found)
    }
}
