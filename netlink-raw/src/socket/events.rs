//! What the kernel announces unasked.

use super::transport::Transport;
use super::{Socket, failed};
use crate::wire::{Message, Messages};
use crate::{Decode, Error};

/// One announcement of the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<T> {
    /// The message's type: `RTM_NEWLINK` for what is new or changed, `RTM_DELLINK` for what is gone.
    pub kind: u16,
    /// What it is about.
    pub object: T,
}

impl Socket {
    /// Subscribes to a multicast group, one of [`kernel::GROUPS`](crate::kernel::GROUPS) such as
    /// `RTNLGRP_LINK`. What is announced from now on is kept until it is read. Does nothing in a rehearsal.
    ///
    /// # Errors
    /// [`Error::Io`]: there is no such group, or it takes a privilege.
    pub fn join(&mut self, group: u32) -> Result<(), Error> {
        match &mut self.transport {
            Transport::Kernel(kernel) => {
                kernel.socket.add_membership(group).map_err(|source| failed(&"join a netlink group", source))
            }
            Transport::Rehearsal => Ok(()),
        }
    }

    /// Waits for the next announcement of the groups that were [joined](Socket::join). What arrived while
    /// an answer was awaited comes first, so look here before polling the [descriptor](Socket::descriptor).
    ///
    /// # Errors
    /// [`Error::Io`] with `ENOBUFS` when announcements came faster than they were read and some are lost:
    /// ask for the whole list again. [`Error::Unexpected`] for an announcement of another object (join only
    /// groups of one). [`Error::NoReply`] in a rehearsal.
    pub fn next_event<T: Decode>(&mut self) -> Result<Event<T>, Error> {
        const OPERATION: &str = "wait for an event";
        let Transport::Kernel(kernel) = &mut self.transport else {
            return Err(Error::NoReply { operation: OPERATION.to_owned() });
        };
        loop {
            if let Some(bytes) = kernel.announced.pop_front() {
                let message = Message::parse(&bytes)?;
                return Ok(Event { kind: message.header.kind, object: T::decode(&message)? });
            }
            let (datagram, announced) = kernel.any(&OPERATION)?;
            if announced {
                kernel.keep(&datagram)?;
            }
            kernel.reuse(datagram);
        }
    }

    /// Forgets what has been announced so far, for who only needs to know that something was, and asks for the whole list
    /// again. Returns whether there was anything, also what was lost. Never waits.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn drain(&mut self) -> Result<bool, Error> {
        let Transport::Kernel(kernel) = &mut self.transport else { return Ok(false) };
        let kept = !kernel.announced.is_empty();
        kernel.announced.clear();
        let came = kernel.discard().map_err(|source| failed(&"read announcements", source))?;
        Ok(kept || came)
    }

    /// What was announced so far, each message as it came, without waiting. None in a rehearsal.
    ///
    /// # Errors
    /// As [`next_event`](Socket::next_event): after `ENOBUFS` there may be more. [`Error::Malformed`].
    pub fn announcements(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let Transport::Kernel(kernel) = &mut self.transport else { return Ok(Vec::new()) };
        // What is no announcement answers nothing that was asked.
        while let Some(datagram) = kernel.receive_now(&"read announcements")? {
            kernel.reuse(datagram);
        }
        Ok(kernel.announced.drain(..).collect())
    }

    /// [`next_event`](Socket::next_event) for ever.
    pub fn events<T: Decode>(&mut self) -> impl Iterator<Item = Result<Event<T>, Error>> {
        std::iter::repeat_with(|| self.next_event())
    }
}

impl super::transport::Kernel {
    /// Keeps announcements until they are asked for.
    pub(super) fn keep(&mut self, datagram: &[u8]) -> Result<(), Error> {
        for message in Messages::new(datagram) {
            self.announced.push_back(message?.bytes.to_vec());
        }
        Ok(())
    }
}
