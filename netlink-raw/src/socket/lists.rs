//! Questions: a list, read to its end, or one object.

use std::fmt::Display;
use std::ops::ControlFlow;

use super::transport::{Kernel, Transport};
use super::{Socket, ahead};
use crate::kernel::{NLM_F_DUMP_INTR, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP};
use crate::wire::{Acknowledgement, Message, Messages};
use crate::{Decode, Error, Request};

/// How often a dump is begun again when the table changed while it was read.
const DUMP_ATTEMPTS: u32 = 16;

/// How many datagrams of a list are read before it is worth a thread: a megabyte. The kernel is faster with a list of
/// routes that long than a thread is made, and links are not so many on most hosts.
const ALONE: usize = 32;

impl Socket {
    /// Asks for a list and reads it to its end; again from the start when it changed meanwhile.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses; [`Error::Interrupted`] when the list changed each of 16
    /// times; [`Error::Malformed`] or [`Error::Unexpected`] when the answer is; [`Error::Io`].
    pub fn dump<T: Decode>(&mut self, request: &Request) -> Result<Vec<T>, Error> {
        for _ in 0..DUMP_ATTEMPTS {
            if let (list, true) = self.ask(request)? {
                return Ok(list);
            }
        }
        Err(Error::Interrupted { operation: request.operation.to_string() })
    }

    /// Asks for a list, and lets `each` have its messages as they come, those of a datagram together: none is kept.
    /// Nothing is decoded; [`Message::split`] and [`Decode`] do that.
    ///
    /// Of a list longer than a megabyte the rest is read by another thread, at most two megabytes ahead of `each`. The
    /// thread has ended when this returns.
    ///
    /// Continues with whether the list is whole. If it changed while it was read, what was told may lack something, or
    /// have it twice. Breaks when `each` does, with its value. The rest of the list is unread then, and the kernel
    /// refuses to begin another by this socket (`EBUSY`).
    ///
    /// # Errors
    /// As [`dump`](Socket::dump), but for what it decodes.
    pub fn dump_each<B>(
        &mut self,
        request: &Request,
        each: impl FnMut(&[Message<'_>]) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B, bool>, Error> {
        self.tell(request, ALONE, each)
    }

    /// Lets `each` have the answer, of which this thread reads so many datagrams at most.
    fn tell<B>(
        &mut self,
        request: &Request,
        alone: usize,
        each: impl FnMut(&[Message<'_>]) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B, bool>, Error> {
        self.seq = self.seq.wrapping_add(1);
        let message = request.encode(self.seq);
        let started = self.observer.begin();
        let Transport::Kernel(kernel) = &mut self.transport else {
            self.observer.rehearsed(&message, started);
            return Ok(ControlFlow::Continue(true));
        };
        let mut replies = Replies { each, count: 0, whole: true };
        let answer = kernel
            .send(&message, &request.operation)
            .and_then(|()| replies.read(kernel, &request.operation, self.seq, alone));
        match &answer {
            Ok(_) => self.observer.replied(&message, replies.count, started),
            Err(error) => self.observer.failed(&message, error, started),
        }
        answer
    }

    /// Asks for one object.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses, [`Error::NoReply`] when it acknowledges without an answer
    /// and always in a [rehearsal](Socket::rehearsal); otherwise as [`dump`](Socket::dump).
    pub fn get<T: Decode>(&mut self, request: &Request) -> Result<T, Error> {
        let (mut list, whole) = self.ask(request)?;
        let answer = list.pop().filter(|_| whole);
        answer.ok_or_else(|| Error::NoReply { operation: request.operation.to_string() })
    }

    /// Asks once. The list, and whether it is whole.
    fn ask<T: Decode>(&mut self, request: &Request) -> Result<(Vec<T>, bool), Error> {
        let (mut list, mut damage) = (Vec::new(), None);
        let told = self.tell(request, usize::MAX, |messages| {
            for message in messages {
                // After an answer that cannot be read the rest is still taken from the socket.
                match T::decode(message) {
                    Ok(object) => list.push(object),
                    Err(error) => damage = damage.take().or(Some(error)),
                }
            }
            ControlFlow::<()>::Continue(())
        })?;
        damage.map_or(Ok((list, told == ControlFlow::Continue(true))), Err)
    }
}

/// The reading of what answers a question.
struct Replies<F> {
    each: F,
    /// How many there were.
    count: usize,
    /// Whether the list did not change while it was told.
    whole: bool,
}

impl<B, F: FnMut(&[Message<'_>]) -> ControlFlow<B>> Replies<F> {
    /// Reads what answers the request numbered `seq`, to its end: so many datagrams `alone`, the rest ahead.
    fn read(
        &mut self,
        kernel: &mut Kernel,
        operation: &dyn Display,
        seq: u32,
        alone: usize,
    ) -> Result<ControlFlow<B, bool>, Error> {
        let mut read = 0;
        loop {
            if read == alone {
                let take = |datagram: &[u8]| self.take(datagram, operation, seq);
                if let Some(end) = ahead::read(kernel, &operation.to_string(), |it| has_end(it, seq), take)? {
                    return Ok(end);
                }
            }
            let datagram = kernel.receive(operation)?;
            if let Some(end) = self.take(&datagram, operation, seq)? {
                return Ok(end);
            }
            kernel.reuse(datagram);
            read += 1;
        }
    }

    /// Lets `each` have what `datagram` tells. Returns how the answer ends, if it does.
    fn take(
        &mut self,
        datagram: &[u8],
        operation: &dyn Display,
        seq: u32,
    ) -> Result<Option<ControlFlow<B, bool>>, Error> {
        let mut told = Vec::new();
        let end = self.split(datagram, seq, &mut told)?;
        self.count += told.len();
        if !told.is_empty()
            && let ControlFlow::Break(value) = (self.each)(&told)
        {
            return Ok(Some(ControlFlow::Break(value)));
        }
        let Some(end) = end else { return Ok(None) };
        end.into_result(operation).map(|()| Some(ControlFlow::Continue(self.whole)))
    }

    /// Puts what `datagram` tells in answer to the request numbered `seq` into `told`. Returns how the answer ends, if it
    /// does.
    fn split<'a>(
        &mut self,
        datagram: &'a [u8],
        seq: u32,
        told: &mut Vec<Message<'a>>,
    ) -> Result<Option<Acknowledgement>, Error> {
        for message in Messages::new(datagram) {
            let message = message?;
            if message.header.seq != seq {
                continue;
            }
            self.whole &= message.header.flags & NLM_F_DUMP_INTR == 0;
            if is_end(&message) {
                return Acknowledgement::parse(&message);
            }
            if message.header.kind != NLMSG_NOOP {
                told.push(message);
            }
        }
        Ok(None)
    }
}

const fn is_end(message: &Message<'_>) -> bool {
    matches!(message.header.kind, NLMSG_ERROR | NLMSG_DONE)
}

/// Whether nothing comes after `datagram` in answer to the request numbered `seq`: it ends it, or cannot be read.
fn has_end(datagram: &[u8], seq: u32) -> bool {
    Messages::new(datagram).any(|it| it.map_or(true, |message| message.header.seq == seq && is_end(&message)))
}
