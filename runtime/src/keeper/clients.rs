//! Those who are attached to a detached container.

use std::collections::VecDeque;
use std::fs::{Permissions, set_permissions};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFlags, PollTimeout};

use super::entry::Stream;
use super::frame::{MOST, Told};
use crate::error::{Doing, Result};
use crate::relay::{Came, Place, Wait};
use crate::sys::socket::{accept, listen, receive_now, send_now};

/// The socket in a container's directory.
pub const SOCKET: &str = "attach.sock";

/// How many there may be.
const MANY: usize = 64;

/// How much may wait for a client, in bytes. One that is slower is dropped: the container does not wait.
const PATIENCE: usize = 1024 * 1024;

/// How long clients may still take what waits for them when the container has ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// The socket, and who is connected to it.
#[derive(Debug)]
pub(super) struct Clients {
    listener: OwnedFd,
    hello: Vec<u8>,
    connected: Vec<Client>,
}

#[derive(Debug)]
struct Client {
    socket: OwnedFd,
    /// Packets that it has not taken yet.
    waiting: VecDeque<Vec<u8>>,
    /// Their lengths together.
    length: usize,
    gone: bool,
}

/// Where the answers about sockets are.
#[derive(Debug)]
pub(super) struct Places {
    listener: Place,
    clients: Vec<Place>,
}

impl Clients {
    /// Listens in the container's directory. Whoever comes is greeted with `hello`.
    ///
    /// # Errors
    /// bind(2)'s.
    pub(super) fn listen(directory: &Path, hello: &Told<'_>) -> Result<Self> {
        let listener = listen(directory, SOCKET).doing(|| "attach socket".to_owned())?;
        let mode = set_permissions(directory.join(SOCKET), Permissions::from_mode(0o600));
        mode.doing(|| "attach socket".to_owned())?;
        Ok(Self { listener, hello: hello.encode(), connected: Vec::new() })
    }

    /// Waits for newcomers, for those who can take more, and, if `listening`, for what they ask.
    pub(super) fn wait_in<'w>(&'w self, wait: &mut Wait<'w>, listening: bool) -> Places {
        let listener = wait.reading(self.listener.as_fd());
        let mut on = |client: &'w Client| {
            let mut flags = PollFlags::POLLHUP;
            flags.set(PollFlags::POLLIN, listening);
            flags.set(PollFlags::POLLOUT, client.length > 0);
            wait.on(client.socket.as_fd(), flags)
        };
        let clients = self.connected.iter().map(&mut on).collect();
        Places { listener, clients }
    }

    /// Takes newcomers, sends what waits, and hands every packet that came to `ask`.
    pub(super) fn serve(&mut self, came: &Came, places: &Places, mut ask: impl FnMut(&[u8])) {
        for (client, place) in self.connected.iter_mut().zip(&places.clients) {
            let flags = came.at(*place);
            if flags.contains(PollFlags::POLLOUT) {
                client.flush();
            }
            if flags.contains(PollFlags::POLLIN) {
                client.hear(&mut ask);
            } else if flags.intersects(PollFlags::POLLHUP | PollFlags::POLLERR) {
                client.gone = true;
            }
        }
        if came.any(places.listener)
            && let Ok(socket) = accept(self.listener.as_fd())
            && self.connected.len() < MANY
        {
            let mut client = Client { socket, waiting: VecDeque::new(), length: 0, gone: false };
            client.send(&self.hello);
            self.connected.push(client);
        }
        self.connected.retain(|client| !client.gone);
    }

    /// Passes on what the program wrote.
    pub(super) fn tell(&mut self, stream: Stream, bytes: &[u8]) {
        if self.connected.is_empty() {
            return;
        }
        for piece in bytes.chunks(MOST) {
            self.send(&Told::Output(stream, piece));
        }
    }

    fn send(&mut self, told: &Told<'_>) {
        let packet = told.encode();
        for client in &mut self.connected {
            client.send(&packet);
        }
        self.connected.retain(|client| !client.gone);
    }

    /// Tells everybody how it ended, and waits a little for those who are behind.
    ///
    /// # Errors
    /// poll(2)'s.
    pub(super) fn farewell(mut self, status: u8) -> Result<()> {
        self.send(&Told::Ended(status));
        let end = Instant::now() + FAREWELL;
        loop {
            self.connected.retain(|client| client.length > 0 && !client.gone);
            let left = end.saturating_duration_since(Instant::now());
            if self.connected.is_empty() || left.is_zero() {
                return Ok(());
            }
            let mut wait = Wait::new();
            for client in &self.connected {
                wait.writing_if(true, client.socket.as_fd());
            }
            wait.poll(PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO))?;
            self.connected.iter_mut().for_each(Client::flush);
        }
    }
}

impl Client {
    fn send(&mut self, packet: &[u8]) {
        self.waiting.push_back(packet.to_vec());
        self.length += packet.len();
        self.flush();
        self.gone |= self.length > PATIENCE;
    }

    fn flush(&mut self) {
        while let Some(packet) = self.waiting.front() {
            match send_now(self.socket.as_fd(), packet) {
                Ok(()) => {
                    self.length -= packet.len();
                    self.waiting.pop_front();
                }
                Err(Errno::EAGAIN) => return,
                Err(_) => {
                    self.gone = true;
                    return;
                }
            }
        }
        self.waiting = VecDeque::new();
    }

    fn hear(&mut self, ask: &mut impl FnMut(&[u8])) {
        let mut packet = [0; 1 + MOST];
        match receive_now(self.socket.as_fd(), &mut packet) {
            Err(Errno::EAGAIN) => {}
            Ok(length) if length > 0 => ask(&packet[..length]),
            Ok(_) | Err(_) => self.gone = true,
        }
    }
}
