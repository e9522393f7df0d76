//! Telling an observer what is sent.

use std::time::{Duration, Instant};

use crate::describe::{self, Description, Names};
use crate::{Error, Protocol};

/// One message sent and what came of it, as an observer is told.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The protocol of the socket: the same types mean other things in each.
    pub protocol: Protocol,
    /// Which datagram of this socket carried it, counted from 1: messages that travelled together share it.
    pub datagram: u64,
    /// The whole message.
    pub message: &'a [u8],
    /// What came of it.
    pub outcome: Outcome<'a>,
    /// From before the datagram was sent to when this message's outcome was known.
    pub elapsed: Duration,
}

impl Exchange<'_> {
    /// The message in words.
    ///
    /// # Errors
    /// As [`describe::message`].
    pub fn describe(&self, names: &dyn Names) -> Result<Description, Error> {
        describe::of(self.protocol, self.message, names)
    }
}

/// What came of a message.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// It was not sent: the socket is a rehearsal's.
    Rehearsed,
    /// The kernel did what was asked.
    Acknowledged,
    /// The kernel answered with so many objects.
    Replies(usize),
    /// The kernel refused, or the socket failed.
    Failed(&'a Error),
}

/// An observer.
type Tell = dyn Fn(&Exchange<'_>) + Send;

/// Counts datagrams, and tells the observer if there is one.
#[derive(Default)]
pub(super) struct Observer {
    pub(super) tell: Option<Box<Tell>>,
    pub(super) protocol: Protocol,
    datagram: u64,
}

impl Observer {
    /// Tells nobody yet.
    pub(super) fn new(protocol: Protocol) -> Self {
        Self { protocol, ..Self::default() }
    }

    /// A datagram is about to be sent.
    pub(super) fn begin(&mut self) -> Instant {
        self.datagram += 1;
        Instant::now()
    }

    pub(super) fn rehearsed(&self, message: &[u8], started: Instant) {
        self.tell(message, Outcome::Rehearsed, started);
    }

    pub(super) fn acknowledged(&self, message: &[u8], result: &Result<(), Error>, started: Instant) {
        self.tell(message, result.as_ref().map_or_else(Outcome::Failed, |()| Outcome::Acknowledged), started);
    }

    pub(super) fn replied(&self, message: &[u8], count: usize, started: Instant) {
        self.tell(message, Outcome::Replies(count), started);
    }

    pub(super) fn failed(&self, message: &[u8], error: &Error, started: Instant) {
        self.tell(message, Outcome::Failed(error), started);
    }

    fn tell(&self, message: &[u8], outcome: Outcome<'_>, started: Instant) {
        if let Some(tell) = &self.tell {
            let (protocol, datagram) = (self.protocol, self.datagram);
            tell(&Exchange { protocol, datagram, message, outcome, elapsed: started.elapsed() });
        }
    }
}
