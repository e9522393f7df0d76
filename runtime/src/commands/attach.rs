//! `pontoon attach`.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::unistd::read;

use crate::cli::AttachArgs;
use crate::error::{Doing, Error, Result};
use crate::keeper::{Asked, MOST, SOCKET, Stream, Told};
use crate::relay::terminal::{OwnTerminal, own_size};
use crate::relay::{Outlet, Wait, flush, gives_up};
use crate::state::{Container, State};
use crate::sys::signals::Signals;
use crate::sys::socket::{connect, receive_now, send_now};
use crate::sys::stream::{ERROR, INPUT, OUTPUT, Sink};
use crate::sys::terminal::WindowSize;

/// How much may wait for who reads this, in bytes, before no more is taken from the keeper. Who reads even
/// slower than that loses the connection, because the container does not wait.
const PATIENCE: usize = 16 * 1024 * 1024;

/// How many packets are taken before anything else is looked at.
const AT_ONCE: usize = 32;

/// Connects the standard streams to a detached container until its end; returns its exit status.
///
/// # Errors
/// It does not run, or has no keeper.
pub(super) fn attach(state: &State, arguments: &AttachArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    let id = &container.record.id;
    if !container.record.detached {
        return Err(Error::Usage(format!(
            "container {id} runs in the foreground: attach needs one of run -d"
        )));
    }
    container.running("be attached to")?;
    let socket = match connect(&container.directory, SOCKET) {
        Err(error) if matches!(error.errno, Errno::ECONNREFUSED | Errno::ENOENT) => {
            return Err(Error::Usage(format!("container {id} can't be attached to: its keeper is gone")));
        }
        connected => connected.doing(|| format!("attach to container {id}"))?,
    };
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let mut attached = Attached::greeted(socket, &container, arguments.no_stdin)?;
    let end = attached.run(&signals)?;
    flush([&mut attached.output, &mut attached.error], &signals)?;
    // The terminal is the shell's again before anything else is said.
    drop(attached);
    match end {
        End::Ended(status) => Ok(status),
        End::Left => Ok(0),
        End::Signal(signal) => Ok(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        End::Detached => {
            eprintln!("\npontoon: detached from container {id}, which runs on");
            Ok(0)
        }
        End::Lost => Err(Error::Usage(format!(
            "container {id}: its keeper closed the connection: it was killed, or output was not taken fast enough"
        ))),
    }
}

/// Why a connection ended.
enum End {
    /// With the program.
    Ended(u8),
    /// By the keys for it.
    Detached,
    /// Nobody reads any more.
    Left,
    /// A signal asked this process to end, where it is not the program's.
    Signal(i32),
    /// By the keeper.
    Lost,
}

/// A connection to a keeper.
struct Attached {
    socket: OwnedFd,
    /// What the keeper has not taken yet.
    asked: VecDeque<Vec<u8>>,
    own: OwnTerminal,
    keys: DetachKeys,
    /// Whether the program has a terminal.
    terminal: bool,
    /// Whether standard input is still read.
    input: bool,
    output: Outlet,
    error: Outlet,
}

impl Attached {
    /// Waits for the keeper's greeting, which says what the program has.
    fn greeted(socket: OwnedFd, container: &Container, no_stdin: bool) -> Result<Self> {
        let doing = || format!("attach to container {}", container.record.id);
        let mut wait = Wait::new();
        wait.reading(socket.as_fd());
        wait.poll(PollTimeout::NONE)?;
        let mut packet = [0; 1 + MOST];
        let length = receive_now(socket.as_fd(), &mut packet).map_err(std::io::Error::from).doing(doing)?;
        let Some(Told::Hello { terminal, input }) = Told::parse(&packet[..length]) else {
            return Err(Error::Usage(format!("{}: its keeper takes nobody in", doing())));
        };
        let outlet =
            |stream| Sink::inherited(stream).map(Outlet::new).map_err(std::io::Error::from).doing(doing);
        let input = input && !no_stdin;
        let mut attached = Self {
            output: outlet(OUTPUT)?,
            error: outlet(ERROR)?,
            own: OwnTerminal::lend(terminal && input),
            socket,
            asked: VecDeque::new(),
            keys: DetachKeys::default(),
            terminal,
            input,
        };
        attached.fit(true);
        Ok(attached)
    }

    fn run(&mut self, signals: &Signals) -> Result<End> {
        loop {
            let mut wait = Wait::new();
            let signalled = wait.reading(signals.as_fd());
            let behind = self.output.pending() + self.error.pending();
            let told = wait.reading_if(behind < PATIENCE, self.socket.as_fd());
            let taken = wait.writing_if(!self.asked.is_empty(), self.socket.as_fd());
            let typed = wait.reading_if(self.input && self.asked.is_empty(), INPUT);
            let output = wait.writing_if(self.output.pending() > 0, self.output.as_fd());
            let error = wait.writing_if(self.error.pending() > 0, self.error.as_fd());
            let came = wait.poll(PollTimeout::NONE)?;
            if came.any(output) {
                self.output.flush();
            }
            if came.any(error) {
                self.error.flush();
            }
            if came.any(taken) {
                self.send();
            }
            if came.any(signalled)
                && let Some(signal) = signals.next().doing(|| "signals".to_owned())?
                && let Some(end) = self.signalled(signal)
            {
                return Ok(end);
            }
            if came.any(typed)
                && let Some(end) = self.typed()
            {
                return Ok(end);
            }
            if came.any(told)
                && let Some(end) = self.told()
            {
                return Ok(end);
            }
            if self.output.is_closed() {
                return Ok(End::Left);
            }
        }
    }

    /// Takes what the keeper has sent.
    fn told(&mut self) -> Option<End> {
        (0..AT_ONCE).find_map(|_| self.told_once())
    }

    fn told_once(&mut self) -> Option<End> {
        let mut packet = [0; 1 + MOST];
        let length = match receive_now(self.socket.as_fd(), &mut packet) {
            Err(Errno::EAGAIN) => return None,
            received => received.unwrap_or(0),
        };
        match Told::parse(&packet[..length]) {
            Some(Told::Output(Stream::Output, bytes)) => self.output.put(bytes),
            Some(Told::Output(Stream::Error, bytes)) => self.error.put(bytes),
            Some(Told::Ended(status)) => return Some(End::Ended(status)),
            Some(Told::Hello { .. }) | None if length > 0 => {}
            _ => return Some(End::Lost),
        }
        None
    }

    /// Passes on what was typed. The end of the input is this connection's alone: another may follow, as with
    /// docker.
    fn typed(&mut self) -> Option<End> {
        let mut chunk = [0; MOST];
        match read(INPUT, &mut chunk) {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Ok(length) if length > 0 && self.own.is_lent() => {
                let (bytes, detach) = self.keys.pass(&chunk[..length]);
                self.ask_input(&bytes);
                return detach.then_some(End::Detached);
            }
            Ok(length) if length > 0 => self.ask_input(&chunk[..length]),
            Ok(_) | Err(_) => self.input = false,
        }
        None
    }

    /// A signal is the program's, unless that has a terminal, to which keys are sent instead.
    fn signalled(&mut self, signal: i32) -> Option<End> {
        match signal {
            libc::SIGWINCH => self.fit(false),
            libc::SIGCONT => {
                self.own.again();
                self.fit(false);
            }
            _ if !self.terminal => {
                self.ask(&Asked::Signal(u8::try_from(signal).unwrap_or(0)));
            }
            _ if gives_up(signal) => return Some(End::Signal(signal)),
            _ => {}
        }
        None
    }

    /// Tells the size of the window. A program draws its screen again when the size changes, so for a
    /// newcomer it changes in any case.
    fn fit(&mut self, redraw: bool) {
        let Some(size) = own_size().filter(|_| self.terminal) else { return };
        if redraw {
            self.ask(&Asked::Size(WindowSize { rows: size.rows.saturating_add(1), ..size }));
        }
        self.ask(&Asked::Size(size));
    }

    fn ask_input(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(MOST) {
            self.ask(&Asked::Input(piece));
        }
    }

    fn ask(&mut self, asked: &Asked<'_>) {
        self.asked.push_back(asked.encode());
        self.send();
    }

    fn send(&mut self) {
        while let Some(packet) = self.asked.front() {
            match send_now(self.socket.as_fd(), packet) {
                Err(Errno::EAGAIN) => return,
                // A keeper that has gone is noticed where it is read.
                _ => drop(self.asked.pop_front()),
            }
        }
    }
}

/// Ctrl-P Ctrl-Q, docker's keys for leaving a container alone. A Ctrl-P is held back until the next key.
#[derive(Debug, Default)]
struct DetachKeys {
    held: bool,
}

impl DetachKeys {
    const FIRST: u8 = 0x10;
    const SECOND: u8 = 0x11;

    /// What goes on to the program, and whether the keys were pressed.
    fn pass(&mut self, typed: &[u8]) -> (Vec<u8>, bool) {
        let mut passed = Vec::with_capacity(typed.len() + 1);
        for &byte in typed {
            let held = std::mem::replace(&mut self.held, false);
            if held && byte == Self::SECOND {
                return (passed, true);
            }
            if held {
                passed.push(Self::FIRST);
            }
            if byte == Self::FIRST {
                self.held = true;
            } else {
                passed.push(byte);
            }
        }
        (passed, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_both_keys_in_a_row_detach() {
        let mut keys = DetachKeys::default();
        assert_eq!(keys.pass(b"a\x10"), (b"a".to_vec(), false));
        assert_eq!(keys.pass(b"b"), (b"\x10b".to_vec(), false));
        assert_eq!(keys.pass(b"\x11\x10\x10"), (b"\x11\x10".to_vec(), false));
        assert_eq!(keys.pass(b"\x11rest"), (Vec::new(), true));
    }
}
