//! Between a program's terminal and Pontoon's own standard streams.

mod outlet;
pub mod terminal;
mod wait;

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::unistd::{isatty, read};

pub use outlet::Outlet;
pub use wait::{Came, Place, Wait};

use crate::error::{Doing, Result};
use crate::supervise::Forwarder;
use crate::sys::clone::Child;
use crate::sys::process::{self, Ended};
use crate::sys::signals::Signals;
use crate::sys::stream::{INPUT, OUTPUT, Sink, never_wait};
use crate::sys::terminal::{end_of_input, open_slave};
use terminal::{OwnTerminal, fit};

/// How much is copied at once.
const CHUNK: usize = 16 * 1024;

/// The most that is still read once the program has ended. Its terminal holds less; but another process may
/// have it too, and write to it for ever.
pub const LAST: usize = 1024 * 1024;

/// Copies between a program's terminal, whose master is `master`, and Pontoon's own streams until `child`
/// ends; forwards signals, and the size of the window. With `input`, what is typed goes to the program.
///
/// # Errors
/// poll(2)'s and waitid(2)'s.
pub fn foreground(child: &Child, master: &OwnedFd, input: bool, signals: &Signals) -> Result<Ended> {
    let mut forwarder = Forwarder::new(child);
    let mut relay = Relay::new(master, input)?;
    loop {
        let mut wait = Wait::new();
        let ended = wait.reading(child.pidfd.as_fd());
        let signalled = wait.reading(signals.as_fd());
        let places = relay.wait_in(&mut wait);
        let came = wait.poll(PollTimeout::NONE)?;
        if came.any(signalled) {
            while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
                relay.signalled(signal, &mut forwarder);
            }
        }
        relay.copy(&came, &places, &mut forwarder);
        if came.any(ended) {
            let ended = process::wait(child.pidfd.as_fd()).doing(|| "wait".to_owned())?;
            relay.finish(signals)?;
            return Ok(forwarder.meant(ended));
        }
    }
}

struct Relay<'a> {
    master: &'a OwnedFd,
    /// The other end, held so that it is never closed for good: a program may close its terminal and open it
    /// again later.
    _slave: Option<OwnedFd>,
    own: OwnTerminal,
    /// Whether standard input is still read.
    input: bool,
    /// The last byte that went to the program.
    last: u8,
    to_program: Outlet,
    to_reader: Outlet,
}

struct Places {
    input: Place,
    output: Place,
    to_program: Place,
    to_reader: Place,
}

impl<'a> Relay<'a> {
    fn new(master: &'a OwnedFd, input: bool) -> Result<Self> {
        let doing = || "terminal".to_owned();
        never_wait(master.as_fd()).map_err(std::io::Error::from).doing(doing)?;
        let to_reader = Sink::inherited(OUTPUT).map_err(std::io::Error::from).doing(doing)?;
        Ok(Self {
            _slave: open_slave(master.as_fd()).ok(),
            own: OwnTerminal::lend(input),
            input,
            last: b'\n',
            to_program: Outlet::new(Sink::ready(master.try_clone().doing(doing)?)),
            to_reader: Outlet::new(to_reader),
            master,
        })
    }

    /// Each side is read only when the other has taken what was read before.
    fn wait_in<'w>(&'w self, wait: &mut Wait<'w>) -> Places {
        let (to_program, to_reader) = (self.to_program.pending() > 0, self.to_reader.pending() > 0);
        Places {
            input: wait.reading_if(self.input && !to_program, INPUT),
            output: wait.reading_if(!to_reader, self.master.as_fd()),
            to_program: wait.writing_if(to_program, self.to_program.as_fd()),
            to_reader: wait.writing_if(to_reader, self.to_reader.as_fd()),
        }
    }

    fn copy(&mut self, came: &Came, places: &Places, forwarder: &mut Forwarder<'_>) {
        if came.any(places.to_program) {
            self.to_program.flush();
        }
        if came.any(places.to_reader) {
            self.to_reader.flush();
        }
        if came.any(places.input) {
            self.take_input();
        }
        let was_closed = self.to_reader.is_closed();
        if came.any(places.output) {
            self.take_output();
        }
        if self.to_reader.is_closed() && !was_closed {
            // Who reads has gone: to the program it is a terminal that hung up.
            forwarder.forward(libc::SIGHUP);
        }
    }

    fn take_input(&mut self) {
        let mut chunk = [0; CHUNK];
        match read(INPUT, &mut chunk) {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Ok(length) if length > 0 => {
                self.last = chunk[length - 1];
                self.to_program.put(&chunk[..length]);
            }
            // A terminal has no end, but a key for it. Within a line, the key only sends the line off.
            Ok(_) | Err(_) => {
                self.input = false;
                if !isatty(INPUT).unwrap_or(false) {
                    let key = end_of_input(self.master.as_fd());
                    let times = if self.last == b'\n' { 1 } else { 2 };
                    self.to_program.put(&[key; 2][..times]);
                }
            }
        }
    }

    /// Copies what the program wrote; returns how much, which is nothing when all has been read.
    fn take_output(&mut self) -> usize {
        let mut chunk = [0; CHUNK];
        // EIO is how a terminal tells that nobody has its other end.
        let length = read(self.master, &mut chunk).unwrap_or(0);
        self.to_reader.put(&chunk[..length]);
        length
    }

    fn signalled(&mut self, signal: i32, forwarder: &mut Forwarder<'_>) {
        match signal {
            // The kernel tells the program.
            libc::SIGWINCH => return fit(self.master.as_fd()),
            libc::SIGCONT => {
                self.own.again();
                fit(self.master.as_fd());
            }
            _ => {}
        }
        forwarder.forward(signal);
    }

    /// The program has ended: what it had written still goes to the reader, unless a signal asks to give up.
    fn finish(&mut self, signals: &Signals) -> Result<()> {
        let mut left = LAST;
        while left > 0 {
            match self.take_output() {
                0 => break,
                length => left = left.saturating_sub(length),
            }
        }
        flush([&mut self.to_reader], signals)
    }
}

/// Writes what waits, until all is written or a signal asks to give up.
///
/// # Errors
/// poll(2)'s.
pub fn flush<const N: usize>(mut outlets: [&mut Outlet; N], signals: &Signals) -> Result<()> {
    while outlets.iter().any(|outlet| outlet.pending() > 0) {
        let mut wait = Wait::new();
        let signalled = wait.reading(signals.as_fd());
        for outlet in &outlets {
            wait.writing_if(outlet.pending() > 0, outlet.as_fd());
        }
        if wait.poll(PollTimeout::NONE)?.any(signalled)
            && signals.next().doing(|| "signals".to_owned())?.is_some_and(gives_up)
        {
            break;
        }
        for outlet in &mut outlets {
            outlet.flush();
        }
    }
    Ok(())
}

/// Whether a signal asks to leave off.
pub fn gives_up(signal: i32) -> bool {
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT].contains(&signal)
}
