//! The keeper's life: one loop over the program's streams, those who are attached, the program's end, and
//! signals.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::unistd::read;

use super::clients::{self, Clients};
use super::entry::Stream;
use super::frame::Asked;
use super::log::Log;
use super::streams::Streams;
use crate::error::{Doing, Result};
use crate::relay::{Came, LAST, Outlet, Place, Wait};
use crate::supervise::Forwarder;
use crate::sys::clone::Child;
use crate::sys::process::{self, Ended};
use crate::sys::signals::Signals;
use crate::sys::terminal::set_window_size;

/// How much is read at once.
const CHUNK: usize = 8 * 1024;

/// How much input may wait for the program before no more is taken from those who are attached.
const AHEAD: usize = 64 * 1024;

/// What a keeper keeps.
#[derive(Debug)]
pub(super) struct Watch {
    /// The streams.
    pub(super) streams: Streams,
    /// What is written down.
    pub(super) log: Log,
    /// Who looks on.
    pub(super) clients: Clients,
}

struct Places {
    ended: Place,
    signalled: Place,
    outputs: Vec<Place>,
    input: Place,
    clients: clients::Places,
}

impl Watch {
    /// Until the program has ended and all that it had written is written down.
    ///
    /// # Errors
    /// poll(2)'s and waitid(2)'s.
    pub(super) fn keep(&mut self, program: &Child, signals: &Signals) -> Result<Ended> {
        let mut forwarder = Forwarder::new(program);
        loop {
            let mut wait = Wait::new();
            let places = self.wait_in(&mut wait, program, signals);
            let came = wait.poll(PollTimeout::NONE)?;
            if came.any(places.signalled) {
                while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
                    forwarder.forward(signal);
                }
            }
            self.copy(&came, &places, &mut forwarder);
            if came.any(places.ended) {
                let ended = process::wait(program.pidfd.as_fd()).doing(|| "wait".to_owned())?;
                self.drain();
                return Ok(forwarder.meant(ended));
            }
        }
    }

    fn wait_in<'w>(&'w self, wait: &mut Wait<'w>, program: &'w Child, signals: &'w Signals) -> Places {
        let Streams { outputs, input, .. } = &self.streams;
        let behind = input.as_ref().map_or(0, Outlet::pending);
        Places {
            ended: wait.reading(program.pidfd.as_fd()),
            signalled: wait.reading(signals.as_fd()),
            outputs: outputs.iter().map(|(_, output)| wait.reading(output.as_fd())).collect(),
            input: input.as_ref().map_or(Place::NOWHERE, |input| wait.writing_if(behind > 0, input.as_fd())),
            clients: self.clients.wait_in(wait, behind < AHEAD),
        }
    }

    fn copy(&mut self, came: &Came, places: &Places, forwarder: &mut Forwarder<'_>) {
        if came.any(places.input)
            && let Some(input) = &mut self.streams.input
        {
            input.flush();
        }
        let Self { streams: Streams { outputs, input, terminal, .. }, log, clients } = self;
        let mut place = places.outputs.iter();
        outputs.retain(|(stream, output)| {
            let ready = place.next().is_some_and(|place| came.any(*place));
            !ready || take(*stream, output, log, clients) != Taken::End
        });
        clients.serve(came, &places.clients, |packet| match Asked::parse(packet) {
            Some(Asked::Input(bytes)) => {
                if let Some(input) = input {
                    input.put(bytes);
                }
            }
            Some(Asked::Size(size)) => {
                if let Some(terminal) = terminal {
                    // The program may have gone, and its terminal with it.
                    let _ = set_window_size(terminal.as_fd(), size);
                }
            }
            Some(Asked::Signal(signal)) => forwarder.forward(signal.into()),
            None => {}
        });
    }

    /// What is there already is still read. It is not waited for more: a process in another namespace may
    /// hold the other end for ever.
    fn drain(&mut self) {
        for (stream, output) in &self.streams.outputs {
            let mut left = LAST;
            while left > 0 {
                match take(*stream, output, &mut self.log, &mut self.clients) {
                    Taken::Bytes(length) => left = left.saturating_sub(length),
                    Taken::Nothing | Taken::End => break,
                }
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Taken {
    Bytes(usize),
    Nothing,
    /// Nobody has the other end any more.
    End,
}

/// Reads once what the program wrote, writes it down and passes it on.
fn take(stream: Stream, output: &OwnedFd, log: &mut Log, clients: &mut Clients) -> Taken {
    let mut chunk = [0; CHUNK];
    match read(output, &mut chunk) {
        Ok(length) if length > 0 => {
            log.write(stream, &chunk[..length]);
            clients.tell(stream, &chunk[..length]);
            Taken::Bytes(length)
        }
        Err(Errno::EAGAIN | Errno::EINTR) => Taken::Nothing,
        Ok(_) | Err(_) => Taken::End,
    }
}
