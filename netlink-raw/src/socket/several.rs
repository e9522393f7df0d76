//! Transactions, and several questions at once.

use std::time::Instant;

use super::observe::Observer;
use super::transport::{Kernel, Transport};
use super::{Socket, fitting, join, operation};
use crate::kernel::{NFNL_BATCH_GENID, NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, NLMSG_NOOP};
use crate::nft::Generation;
use crate::wire::{Acknowledgement, Message, Messages, Writer};
use crate::{Error, Operation, Request};

/// Questions in one datagram.
const TOGETHER: usize = 50;

/// `NFNL_SUBSYS_NFTABLES`, in the last byte of the `struct nfgenmsg` of a batch.
const NF_TABLES: u8 = 10;

impl Socket {
    /// Sends all `requests` in one datagram, of which the kernel takes all or none. (For nf_tables, on a
    /// [`netfilter`](Socket::netfilter) socket.) Nothing is sent when there are none.
    ///
    /// Only the last request asks for an acknowledgement: errors come unasked, and a thousand acknowledgements would
    /// not fit the receive buffer. The kernel has answered before it takes the datagram from us, so that this
    /// never waits.
    ///
    /// # Errors
    /// That of the first request that failed, and nothing was changed; [`Error::NoReply`] when the kernel has not said
    /// that anything was; [`Error::Malformed`]; [`Error::Io`] (`EMSGSIZE`: the datagram is longer than this
    /// process may send, which without CAP_NET_ADMIN is about 400 KiB).
    pub fn transaction(&mut self, requests: &[Request]) -> Result<(), Error> {
        self.transact(requests, None)
    }

    /// A [`transaction`](Socket::transaction) that fails with `ERESTART` when somebody has changed any table since
    /// `generation` was read.
    ///
    /// # Errors
    /// As [`transaction`](Socket::transaction).
    pub fn transaction_since(&mut self, generation: Generation, requests: &[Request]) -> Result<(), Error> {
        self.transact(requests, Some(generation))
    }

    fn transact(&mut self, requests: &[Request], since: Option<Generation>) -> Result<(), Error> {
        let Some((last, others)) = requests.split_last() else { return Ok(()) };
        let first = self.seq.wrapping_add(1);
        let count = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        let mut messages = vec![mark(NFNL_MSG_BATCH_BEGIN, first, since)?];
        let numbers = (1..).map(|number| first.wrapping_add(number));
        messages.extend(numbers.zip(others).map(|(seq, request)| request.encode_asking(seq, false)));
        messages.push(last.encode_asking(first.wrapping_add(count), true));
        messages.push(mark(NFNL_MSG_BATCH_END, first.wrapping_add(count).wrapping_add(1), None)?);
        self.seq = first.wrapping_add(count).wrapping_add(1);
        let started = self.observer.begin();
        let Transport::Kernel(kernel) = &mut self.transport else {
            for message in &messages {
                self.observer.rehearsed(message, started);
            }
            return Ok(());
        };
        let datagram = join(&messages);
        let result = kernel
            .make_room(datagram.len(), operation(requests))
            .and_then(|()| kernel.send(&datagram, operation(requests)))
            .map_err(Failed::from)
            .and_then(|()| outcome(kernel, requests, first));
        tell(&self.observer, &messages, result.as_ref().err(), started);
        result.map_err(|Failed(_, error)| error)
    }

    /// Asks `questions` for one object each, and returns the answers in their order: whole messages, to be decoded.
    /// A question without an answer is an error. Fifty go together in one datagram. The kernel has answered before it
    /// takes the datagram from us, so that no acknowledgements are asked for, and this never waits.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Malformed`]; a refused question is an error in its own place. In a
    /// [rehearsal](Socket::rehearsal) each is [`Error::NoReply`].
    pub fn get_each(&mut self, questions: &[Request]) -> Result<Vec<Result<Vec<u8>, Error>>, Error> {
        let mut answers = Vec::with_capacity(questions.len());
        let mut rest = questions;
        while !rest.is_empty() {
            // Answers take more of the receive buffer than acknowledgements.
            let (together, later) = rest.split_at(fitting(&rest[..rest.len().min(TOGETHER)]));
            answers.extend(self.ask_each(together)?);
            rest = later;
        }
        Ok(answers)
    }

    /// Asks in one datagram.
    fn ask_each(&mut self, questions: &[Request]) -> Result<Vec<Result<Vec<u8>, Error>>, Error> {
        let first = self.seq.wrapping_add(1);
        let numbered = (0..)
            .zip(questions)
            .map(|(count, question)| question.encode_asking(first.wrapping_add(count), false));
        let messages: Vec<Vec<u8>> = numbered.collect();
        self.seq = self.seq.wrapping_add(u32::try_from(questions.len()).unwrap_or(u32::MAX));
        let unanswered = |question: &Request| Error::NoReply { operation: question.operation.to_string() };
        let mut answers: Vec<Result<Vec<u8>, Error>> =
            questions.iter().map(|question| Err(unanswered(question))).collect();
        let started = self.observer.begin();
        let Transport::Kernel(kernel) = &mut self.transport else {
            for message in &messages {
                self.observer.rehearsed(message, started);
            }
            return Ok(answers);
        };
        let read = kernel
            .send(&join(&messages), operation(questions))
            .and_then(|()| read(kernel, questions, first, &mut answers));
        for (message, answer) in messages.iter().zip(&answers) {
            match answer {
                Ok(_) => self.observer.replied(message, 1, started),
                Err(error) => self.observer.failed(message, error, started),
            }
        }
        read.map(|()| answers)
    }
}

/// The first or last message of a transaction.
fn mark(kind: u16, seq: u32, since: Option<Generation>) -> Result<Vec<u8>, Error> {
    let mut body = Writer::with_header(&[0, 0, 0, NF_TABLES]);
    if let Some(generation) = since {
        body.put_u32_be(NFNL_BATCH_GENID, generation.id);
    }
    let mark = Request { kind, flags: 0, body: body.finish()?, operation: Operation::default() };
    Ok(mark.encode_asking(seq, false))
}

/// What came of a transaction that was sent: the place of the first message that failed, and its error.
fn outcome(kernel: &mut Kernel, requests: &[Request], first: u32) -> Result<(), Failed> {
    let (mut failed, mut done, mut lost): (Option<Failed>, bool, Option<Error>) = (None, false, None);
    loop {
        let datagram = match kernel.receive_now(operation(requests)) {
            Ok(Some(datagram)) => datagram,
            Ok(None) => break,
            // More errors than the buffer holds: the first of them are there.
            Err(error) if error.errno() == Some(libc::ENOBUFS) => {
                lost = Some(error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        for message in Messages::new(&datagram) {
            let message = message?;
            let Some(answer) = Acknowledgement::parse(&message)? else { continue };
            let place = usize::try_from(message.header.seq.wrapping_sub(first)).unwrap_or(usize::MAX);
            if place > requests.len() {
                continue;
            }
            // An error of the first message is one of all.
            let from = requests.get(place.saturating_sub(1)..).unwrap_or_default();
            match answer.into_result(operation(from)) {
                Ok(()) => done |= place == requests.len(),
                Err(error) if failed.as_ref().is_none_or(|failed| place < failed.0) => {
                    failed = Some(Failed(place, error));
                }
                Err(_) => {}
            }
        }
        kernel.reuse(datagram);
    }
    match (failed, lost, done) {
        (Some(failed), ..) => Err(failed),
        (None, Some(lost), _) => Err(lost.into()),
        (None, None, true) => Ok(()),
        (None, None, false) => Err(Error::NoReply { operation: operation(requests).to_string() }.into()),
    }
}

/// The place of a message in the datagram, and its error.
struct Failed(usize, Error);

impl From<Error> for Failed {
    /// An error of all messages.
    fn from(error: Error) -> Self {
        Self(0, error)
    }
}

/// Reads the answers that are there.
fn read(
    kernel: &mut Kernel,
    questions: &[Request],
    first: u32,
    answers: &mut [Result<Vec<u8>, Error>],
) -> Result<(), Error> {
    while let Some(datagram) = kernel.receive_now(operation(questions))? {
        for message in Messages::new(&datagram) {
            let message: Message<'_> = message?;
            let place = usize::try_from(message.header.seq.wrapping_sub(first)).unwrap_or(usize::MAX);
            let (Some(answer), Some(question)) = (answers.get_mut(place), questions.get(place)) else {
                continue;
            };
            match Acknowledgement::parse(&message)? {
                Some(refusal) => {
                    if let Err(error) = refusal.into_result(&question.operation) {
                        *answer = Err(error);
                    }
                }
                None if message.header.kind != NLMSG_NOOP => *answer = Ok(message.bytes.to_vec()),
                None => {}
            }
        }
        kernel.reuse(datagram);
    }
    Ok(())
}

/// Each message with what came of it: the one that failed has its error, and the others too, as none was done.
fn tell(observer: &Observer, messages: &[Vec<u8>], failed: Option<&Failed>, started: Instant) {
    for message in messages {
        match failed {
            Some(Failed(_, error)) => observer.failed(message, error, started),
            None => observer.acknowledged(message, &Ok(()), started),
        }
    }
}
