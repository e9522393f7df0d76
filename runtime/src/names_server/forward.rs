//! A question on its way to other servers: asked of one after another, in the way it came (by datagram or by TCP),
//! so that what is too long for a datagram is cut by the one who answers, and asked again by the one who asks.

use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::listener::PORT;
use super::stream::Stream;
use super::wire;
use crate::sys::inet;

/// How long one server may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often servers are asked, all in all: within the ten seconds that resolvers wait.
const ATTEMPTS: usize = 4;

/// The longest datagram that is taken, in bytes: four times what resolvers say they take.
const LONGEST: usize = 16 << 10;

/// Who asked, and is to be answered.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// From where.
    pub(super) peer: SocketAddr,
    /// By which way.
    pub(super) way: Way,
}

/// The way that a question came by.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// A datagram to this socket.
    Datagram(Rc<UdpSocket>),
    /// The connection with this token.
    Stream(u64),
}

impl Origin {
    /// Whether it asks by a connection.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.way, Way::Stream(_))
    }
}

/// A question that others are asked.
#[derive(Debug)]
pub(super) struct Query {
    /// Who asked.
    pub(super) origin: Origin,
    /// The question as it came.
    pub(super) asked: Vec<u8>,
    /// Until when the present server has time.
    pub(super) deadline: Instant,
    /// The question as it is asked of the present server.
    sent: Vec<u8>,
    servers: Vec<IpAddr>,
    attempts: usize,
    line: Option<Line>,
    /// The failure that a server answered.
    failure: Option<Vec<u8>>,
}

#[derive(Debug)]
enum Line {
    Datagrams(UdpSocket),
    Stream(Stream),
}

impl Query {
    /// A question that nobody has been asked yet.
    pub(super) fn new(origin: Origin, asked: Vec<u8>, servers: Vec<IpAddr>) -> Self {
        Self {
            origin,
            sent: asked.clone(),
            asked,
            deadline: Instant::now(),
            servers,
            attempts: 0,
            line: None,
            failure: None,
        }
    }

    /// Asks the next server, whose descriptor is to be listened to then; `None` where all have been asked.
    pub(super) fn ask_next(&mut self, random: &mut File) -> Option<BorrowedFd<'_>> {
        let most = if self.servers.len() == 1 { 2 } else { ATTEMPTS };
        loop {
            if self.attempts == most {
                self.line = None;
                break;
            }
            let server = SocketAddr::new(self.servers[self.attempts % self.servers.len()], PORT);
            self.attempts += 1;
            if let Ok(line) = self.ask(server, random) {
                self.line = Some(line);
                self.deadline = Instant::now() + PATIENCE;
                break;
            }
        }
        self.line.as_ref().map(Line::descriptor)
    }

    /// Each time with another number, from another port: neither can be guessed.
    fn ask(&mut self, server: SocketAddr, random: &mut File) -> io::Result<Line> {
        let mut number = [0; 2];
        random.read_exact(&mut number)?;
        wire::renumber(&mut self.sent, u16::from_ne_bytes(number));
        if self.origin.is_stream() {
            let mut stream = Stream::new(inet::stream_to(server).map_err(|error| error.errno)?);
            stream.send(&self.sent)?;
            return Ok(Line::Stream(stream));
        }
        let socket = inet::datagrams_to(server).map_err(|error| error.errno)?;
        socket.send(&self.sent)?;
        Ok(Line::Datagrams(socket))
    }

    /// Takes what has come from the present server: its answer, with the number of the one who asked.
    ///
    /// # Errors
    /// It is not there, or has failed: the next is to be asked.
    pub(super) fn hear(&mut self) -> io::Result<Option<Vec<u8>>> {
        let heard = match &mut self.line {
            None => return Err(io::ErrorKind::NotConnected.into()),
            Some(Line::Datagrams(socket)) => datagram(socket)?,
            Some(Line::Stream(stream)) => {
                stream.flush()?;
                let (messages, ended) = stream.receive()?;
                if messages.is_empty() && ended {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                messages.into_iter().next()
            }
        };
        // What does not answer this question is somebody's attempt to.
        let Some(mut answer) = heard.filter(|answer| wire::answers(answer, &self.sent)) else {
            return Ok(None);
        };
        wire::renumber(&mut answer, wire::number(&self.asked));
        if wire::is_failure(&answer) {
            self.failure = Some(answer);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(Some(answer))
    }

    /// What is left to say when all servers have been asked: the failure that one answered.
    pub(super) fn failure(&mut self) -> Option<Vec<u8>> {
        self.failure.take()
    }

    /// Whether something waits to be sent to the present server.
    pub(super) fn is_sending(&self) -> bool {
        matches!(&self.line, Some(Line::Stream(stream)) if stream.is_sending())
    }

    /// The descriptor of the present server's line.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.line.as_ref().map(Line::descriptor)
    }
}

impl Line {
    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Self::Datagrams(socket) => socket.as_fd(),
            Self::Stream(stream) => stream.socket().as_fd(),
        }
    }
}

fn datagram(socket: &UdpSocket) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; LONGEST];
    match socket.recv(&mut buffer) {
        Ok(length) => {
            buffer.truncate(length);
            Ok(Some(buffer))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
