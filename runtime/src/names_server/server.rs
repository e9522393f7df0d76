//! The server: one thread, one loop, nothing that waits but the loop itself.

use std::ffi::CString;
use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};

use super::contact::{DONE, PROGRAM, SOCKET};
use super::decide::{Asker, Decision, decide};
use super::detach;
use super::forward::{Origin, Way};
use super::listener::{Listeners, Socket, Tokens};
use super::outside::Host;
use super::store::Store;
use super::table::Table;
use super::under_way::UnderWay;
use super::wire;
use crate::error::{Doing, Result};
use crate::state::{State, try_lock};
use crate::sys::{file, inherited, process, socket};

/// Where callers come in.
const CONTROL: u64 = 0;
/// Where it is heard that the state directory goes.
const WATCH: u64 = 1;
/// The first number that is free for others.
const FIRST: u64 = 2;

/// How soon one who could not end, because somebody was about to register, tries again.
const SOON: Duration = Duration::from_millis(100);

/// How many events are taken at a time, and how many datagrams of one socket.
const BATCH: usize = 32;

/// The longest question, in bytes: a name of 255 and what may be said beside it.
const LONGEST: usize = 4096;

/// The server's state of mind.
struct Server {
    store: Store,
    host: Host,
    table: Table,
    epoll: Rc<Epoll>,
    control: OwnedFd,
    watch: Inotify,
    /// The inode of the socket in the state directory: another, or none, means that nobody finds this server.
    inode: u64,
    listeners: Listeners,
    under_way: UnderWay,
    tokens: Tokens,
    turn: usize,
}

/// Serves the names of a state until there are none; returns the exit status. Standard input is the line on which it
/// says that it listens.
pub(super) fn serve(state: &State) -> u8 {
    let line = std::io::stdin();
    let begun = begin(state).and_then(|server| {
        let doing = || "name server".to_owned();
        let null = file::open(std::path::Path::new("/dev/null"), nix::fcntl::OFlag::O_RDWR).doing(doing)?;
        socket::send(line.as_fd(), DONE, None).doing(doing)?;
        process::dup_onto_stream(null.as_fd(), 0).doing(doing)?;
        Ok(server)
    });
    let mut server = match begun {
        Ok(server) => server,
        Err(error) => {
            // If nobody listens any more, nobody needs to know.
            let _ = socket::send(line.as_fd(), error.to_string().as_bytes(), None);
            return 1;
        }
    };
    detach::leave_cgroups();
    // It has what it needs; the next steps make it weaker, and a host that refuses them is served all the same.
    let _ = detach::give_up_rights();
    inherited::trim_memory();
    server.run();
    0
}

/// Makes ready what callers need.
fn begin(state: &State) -> Result<Server> {
    let doing = || "name server".to_owned();
    process::set_name(&CString::new(PROGRAM).expect("no zero byte")).doing(doing)?;
    // Who started this may have blocked what should end it.
    let io = |errno: Errno| std::io::Error::from(errno);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None).map_err(io).doing(doing)?;
    // Four sockets a network: more than a soft limit allows may be needed, and nothing here minds large numbers.
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        process::setrlimit(Resource::RLIMIT_NOFILE, hard, hard).doing(doing)?;
    }
    let store = Store::of(state);
    let path = store.directory().join(SOCKET);
    // A killed server's, whom nobody reaches: only the one who holds the lock has another started.
    let _ = file::unlink(&path);
    let control = socket::listen(store.directory(), SOCKET).doing(doing)?;
    let inode = fs::metadata(&path).doing(doing)?.ino();
    let watch = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK).map_err(io).doing(doing)?;
    let gone = AddWatchFlags::IN_DELETE | AddWatchFlags::IN_DELETE_SELF | AddWatchFlags::IN_MOVE_SELF;
    watch.add_watch(store.directory(), gone).map_err(io).doing(doing)?;
    let epoll = Rc::new(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(io).doing(doing)?);
    epoll.add(&control, EpollEvent::new(EpollFlags::EPOLLIN, CONTROL)).map_err(io).doing(doing)?;
    epoll.add(&watch, EpollEvent::new(EpollFlags::EPOLLIN, WATCH)).map_err(io).doing(doing)?;
    let random = File::open("/dev/urandom").doing(doing)?;
    let mut server = Server {
        table: Table::default(),
        host: Host::of(state),
        under_way: UnderWay::new(random, Rc::clone(&epoll)),
        listeners: Listeners::new(Rc::clone(&epoll)),
        store,
        epoll,
        control,
        watch,
        inode,
        tokens: Tokens(FIRST),
        turn: 0,
    };
    server.read_all();
    Ok(server)
}

impl Server {
    fn run(&mut self) {
        let mut events = [EpollEvent::empty(); BATCH];
        loop {
            if self.table.is_empty() && self.end() {
                return;
            }
            let soon = self.table.is_empty().then_some(SOON);
            let limit = self.under_way.next_deadline().map(|at| at.saturating_duration_since(Instant::now()));
            let limit = [soon, limit].into_iter().flatten().min();
            // Rounded up: a moment too early would mean to look again and again.
            let timeout =
                limit.and_then(|limit| EpollTimeout::try_from(limit + Duration::from_millis(1)).ok());
            let count = self.epoll.wait(&mut events, timeout.unwrap_or(EpollTimeout::NONE)).unwrap_or(0);
            for event in &events[..count] {
                match event.data() {
                    CONTROL => self.take_caller(),
                    WATCH if self.is_lost() => return,
                    WATCH => self.look_at_deleted(),
                    token => self.came(token),
                }
            }
            self.under_way.expire();
        }
    }

    /// Whether nobody finds this server any more, because its directory or its socket is gone.
    fn is_lost(&self) -> bool {
        let path = self.store.directory().join(SOCKET);
        fs::metadata(path).map_or(true, |found| found.ino() != self.inode)
    }

    /// Ends if there is nobody to serve; false where somebody comes just now.
    fn end(&mut self) -> bool {
        let Some(_lock) = try_lock(self.store.directory()) else { return self.is_lost() };
        if self.store.is_empty() {
            self.store.tidy();
            let _ = file::unlink(&self.store.directory().join(SOCKET));
            return true;
        }
        self.read_all();
        false
    }

    /// Begins with what is written down.
    fn read_all(&mut self) {
        for network in self.store.networks() {
            self.watch(&network);
        }
        self.table = self.store.read_all();
        for network in self.table.networks() {
            // Whose network it is will ask, and be told.
            let _ = self.settle(&network);
        }
    }

    /// Has the kernel say when a container of a network is forgotten: who forgets it may be killed before it tells.
    fn watch(&self, network: &str) {
        // Where there is no such directory, nobody is on the network.
        let _ = self.watch.add_watch(&self.store.containers(network), AddWatchFlags::IN_DELETE);
    }

    /// Looks at the containers that were forgotten.
    fn look_at_deleted(&mut self) {
        while let Ok(events) = self.watch.read_events() {
            let names = events.iter().filter_map(|event| event.name.as_ref()?.to_str());
            for id in names.filter_map(|name| name.strip_suffix(".json")) {
                for network in self.table.networks() {
                    self.store.look(&mut self.table, &network, id);
                    let _ = self.settle(&network);
                }
            }
        }
    }

    fn settle(&mut self, network: &str) -> std::result::Result<(), String> {
        self.listeners.settle(network, &self.table, &mut self.tokens)
    }

    /// One who has something to be looked at: it says what at once, so that there is no waiting for it.
    fn take_caller(&mut self) {
        let Ok(caller) = socket::accept(self.control.as_fd()) else { return };
        let token = self.tokens.next();
        self.under_way.add_caller(token, caller);
    }

    /// Something came by one of the sockets.
    fn came(&mut self, token: u64) {
        if let Some(listener) = self.listeners.get(token) {
            let network = listener.network.clone();
            match &listener.socket {
                Socket::Datagrams(socket) => {
                    let questions = datagrams(socket);
                    for (origin, question) in questions {
                        self.question(&network, &origin, &question);
                    }
                }
                Socket::Streams(socket) => {
                    let accepted = accept(socket);
                    for (socket, peer) in accepted {
                        let token = self.tokens.next();
                        self.under_way.add_client(token, network.clone(), socket, peer);
                    }
                }
            }
        } else if let Some(message) = self.under_way.hear_caller(token) {
            let answer = self.look(&message);
            self.under_way.answer_caller(token, answer.as_bytes());
        } else if let Some((network, questions)) = self.under_way.hear_client(token) {
            for (origin, question) in questions {
                self.question(&network, &origin, &question);
            }
        } else {
            self.under_way.hear_server(token);
        }
    }

    /// Looks at a container on a network.
    fn look(&mut self, message: &[u8]) -> String {
        let text = String::from_utf8_lossy(message);
        let Some((network, id)) = text.split_once(' ') else { return "not understood".to_owned() };
        // First: what is deleted after it was read is heard of.
        self.watch(network);
        self.store.look(&mut self.table, network, id);
        match self.settle(network) {
            Ok(()) => String::from_utf8_lossy(DONE).into_owned(),
            Err(problem) => problem,
        }
    }

    /// Answers a question, or asks others.
    fn question(&mut self, network: &str, origin: &Origin, question: &[u8]) {
        let decision = match wire::read(question) {
            Err(None) => return,
            Err(Some(answer)) => return self.under_way.answer(origin, &answer),
            Ok(read) => {
                self.host.refresh();
                self.turn = self.turn.wrapping_add(1);
                let asker = Asker { network, address: origin.peer.ip() };
                self.host.with(|outside| decide(&self.table, outside, asker, &read, self.turn))
            }
        };
        if let Decision::Forward(servers) = &decision {
            let token = self.tokens.next();
            let servers = servers.clone();
            if self.under_way.ask(token, origin.clone(), question.to_vec(), servers) {
                return;
            }
        }
        if let Some(answer) = wire::answer(question, &decision, origin.is_stream()) {
            self.under_way.answer(origin, &answer);
        }
    }
}

/// The questions that came by datagrams.
fn datagrams(socket: &Rc<UdpSocket>) -> Vec<(Origin, Vec<u8>)> {
    let mut buffer = [0; LONGEST];
    let mut questions = Vec::new();
    while questions.len() < BATCH {
        let Ok((length, peer)) = socket.recv_from(&mut buffer) else { break };
        questions.push((Origin { peer, way: Way::Datagram(Rc::clone(socket)) }, buffer[..length].to_vec()));
    }
    questions
}

/// The connections that came.
fn accept(socket: &TcpListener) -> Vec<(std::net::TcpStream, std::net::SocketAddr)> {
    let accepted = std::iter::from_fn(|| socket.accept().ok()).take(BATCH);
    accepted.filter(|(socket, _)| socket.set_nonblocking(true).is_ok()).collect()
}
