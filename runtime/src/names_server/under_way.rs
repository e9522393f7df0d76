//! What is under way: questions that other servers have been asked, connections of those who ask, and callers who have
//! something to be looked at. There are never too many of them, of all together or of one asker.

use std::collections::HashMap;
use std::fs::File;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollEvent, EpollFlags};

use super::decide::Decision;
use super::forward::{Origin, Query, Way};
use super::stream::Stream;
use super::wire;
use crate::sys::socket;

/// How many questions others are asked at a time: of all askers, and of one.
const QUESTIONS: (usize, usize) = (512, 128);

/// How many connections there are at a time: of all askers, and of one.
const CONNECTIONS: (usize, usize) = (128, 16);

/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(15);

/// The longest message of a caller, in bytes.
const LONGEST: usize = 1024;

/// A connection of one who asks.
#[derive(Debug)]
struct Client {
    network: String,
    stream: Stream,
    peer: SocketAddr,
    deadline: Instant,
}

/// What came by a connection: the network it is about, and the questions.
pub(super) type Questions = (String, Vec<(Origin, Vec<u8>)>);

/// All of it, by token.
#[derive(Debug)]
pub(super) struct UnderWay {
    queries: HashMap<u64, Query>,
    clients: HashMap<u64, Client>,
    callers: HashMap<u64, OwnedFd>,
    random: File,
    epoll: Rc<Epoll>,
}

impl UnderWay {
    /// Nothing yet. The numbers of questions come from `random`, and what comes is told by `epoll`.
    pub(super) fn new(random: File, epoll: Rc<Epoll>) -> Self {
        Self { queries: HashMap::new(), clients: HashMap::new(), callers: HashMap::new(), random, epoll }
    }

    /// When something must be looked after although nothing came.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let queries = self.queries.values().map(|query| query.deadline);
        queries.chain(self.clients.values().map(|client| client.deadline)).min()
    }

    /// Asks the next server for those whose server takes too long, and lets go of silent connections.
    pub(super) fn expire(&mut self) {
        let now = Instant::now();
        self.clients.retain(|_, client| client.deadline > now);
        let late = self.queries.iter().filter(|(_, query)| query.deadline <= now);
        let late: Vec<u64> = late.map(|(token, _)| *token).collect();
        for token in late {
            self.ask_next(token);
        }
    }

    /// A caller: it is heard when it has spoken.
    pub(super) fn add_caller(&mut self, token: u64, caller: OwnedFd) {
        if self.epoll.add(&caller, EpollEvent::new(EpollFlags::EPOLLIN, token)).is_ok() {
            self.callers.insert(token, caller);
        }
    }

    /// What a caller says; `None` where it is none, or says nothing.
    pub(super) fn hear_caller(&mut self, token: u64) -> Option<Vec<u8>> {
        let caller = self.callers.get(&token)?;
        let mut message = vec![0; LONGEST];
        let length = socket::receive_now(caller.as_fd(), &mut message).unwrap_or(0);
        if length == 0 {
            self.callers.remove(&token);
            return None;
        }
        message.truncate(length);
        Some(message)
    }

    /// Answers a caller, who has no more to say.
    pub(super) fn answer_caller(&mut self, token: u64, answer: &[u8]) {
        if let Some(caller) = self.callers.remove(&token) {
            // If it is gone, it needs no answer.
            let _ = socket::send_now(caller.as_fd(), answer);
        }
    }

    /// A connection. One too many is closed.
    pub(super) fn add_client(&mut self, token: u64, network: String, socket: TcpStream, peer: SocketAddr) {
        let its = self.clients.values().filter(|client| client.peer.ip() == peer.ip()).count();
        if self.clients.len() >= CONNECTIONS.0 || its >= CONNECTIONS.1 {
            return;
        }
        if self.epoll.add(socket.as_fd(), EpollEvent::new(EpollFlags::EPOLLIN, token)).is_ok() {
            let deadline = Instant::now() + SILENCE;
            self.clients.insert(token, Client { network, stream: Stream::new(socket), peer, deadline });
        }
    }

    /// The questions that came by a connection, and the network they are about; `None` where it is none.
    pub(super) fn hear_client(&mut self, token: u64) -> Option<Questions> {
        let client = self.clients.get_mut(&token)?;
        // One who does not take its answers is asked nothing more.
        let sent = client.stream.flush();
        let heard =
            if client.stream.is_sending() { Ok((Vec::new(), false)) } else { client.stream.receive() };
        let (Ok(()), Ok((messages, false))) = (sent, heard) else {
            self.clients.remove(&token);
            return Some((String::new(), Vec::new()));
        };
        if !messages.is_empty() {
            client.deadline = Instant::now() + SILENCE;
        }
        let origin = Origin { peer: client.peer, way: Way::Stream(token) };
        let network = client.network.clone();
        await_client(&self.epoll, token, client);
        Some((network, messages.into_iter().map(|message| (origin.clone(), message)).collect()))
    }

    /// Answers one who asked.
    pub(super) fn answer(&mut self, origin: &Origin, answer: &[u8]) {
        let token = match &origin.way {
            Way::Datagram(socket) => {
                // It may be lost; who asked asks again.
                let _ = socket.send_to(answer, origin.peer);
                return;
            }
            Way::Stream(token) => *token,
        };
        let Some(client) = self.clients.get_mut(&token) else { return };
        if client.stream.send(answer).is_err() {
            self.clients.remove(&token);
        } else {
            await_client(&self.epoll, token, client);
        }
    }

    /// Asks other servers; false where too much is being asked already.
    pub(super) fn ask(
        &mut self,
        token: u64,
        origin: Origin,
        question: Vec<u8>,
        servers: Vec<IpAddr>,
    ) -> bool {
        let its = self.queries.values().filter(|query| query.origin.peer.ip() == origin.peer.ip()).count();
        if self.queries.len() >= QUESTIONS.0 || its >= QUESTIONS.1 {
            return false;
        }
        self.queries.insert(token, Query::new(origin, question, servers));
        self.ask_next(token);
        true
    }

    /// Something came from a server that was asked.
    pub(super) fn hear_server(&mut self, token: u64) {
        let Some(query) = self.queries.get_mut(&token) else { return };
        match query.hear() {
            Ok(None) => await_server(&self.epoll, token, query),
            Ok(Some(answer)) => {
                let origin = query.origin.clone();
                self.queries.remove(&token);
                self.answer(&origin, &answer);
            }
            Err(_) => self.ask_next(token),
        }
    }

    /// Asks the next server, or says that none has answered.
    fn ask_next(&mut self, token: u64) {
        let Some(query) = self.queries.get_mut(&token) else { return };
        let asked = query.ask_next(&mut self.random);
        let waited_for = asked.is_some_and(|line| {
            self.epoll.add(line, EpollEvent::new(EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT, token)).is_ok()
        });
        if waited_for {
            await_server(&self.epoll, token, query);
        } else if let Some(mut query) = self.queries.remove(&token) {
            let failure = query.failure();
            let answer =
                failure.or_else(|| wire::answer(&query.asked, &Decision::Failed, query.origin.is_stream()));
            if let Some(answer) = answer {
                self.answer(&query.origin, &answer);
            }
        }
    }
}

/// What is waited for: that more can be sent, or else that more comes.
fn wanted(sending: bool) -> EpollFlags {
    if sending { EpollFlags::EPOLLOUT } else { EpollFlags::EPOLLIN }
}

fn await_client(epoll: &Epoll, token: u64, client: &Client) {
    let mut event = EpollEvent::new(wanted(client.stream.is_sending()), token);
    // Its descriptor was added when it came.
    let _ = epoll.modify(client.stream.socket().as_fd(), &mut event);
}

fn await_server(epoll: &Epoll, token: u64, query: &Query) {
    let mut event = EpollEvent::new(wanted(query.is_sending()), token);
    if let Some(line) = query.descriptor() {
        // It was added when it was asked.
        let _ = epoll.modify(line, &mut event);
    }
}
