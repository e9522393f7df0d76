//! Where the server listens: on port 53 of each gateway, for datagrams and for connections.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::AsFd;
use std::rc::Rc;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollEvent, EpollFlags};

use super::table::Table;
use crate::sys::{self, inet};

/// The port of name servers.
pub(super) const PORT: u16 = 53;

/// One socket that listens for a network.
#[derive(Debug)]
pub(super) struct Listener {
    /// The network.
    pub(super) network: String,
    /// The socket.
    pub(super) socket: Socket,
}

/// Its kind.
#[derive(Debug)]
pub(super) enum Socket {
    /// For datagrams.
    Datagrams(Rc<UdpSocket>),
    /// For connections.
    Streams(TcpListener),
}

/// Numbers by which sockets are known, each given once.
#[derive(Debug)]
pub(super) struct Tokens(pub(super) u64);

impl Tokens {
    /// The next one.
    pub(super) fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0 - 1
    }
}

/// All sockets that listen, by token.
#[derive(Debug)]
pub(super) struct Listeners {
    epoll: Rc<Epoll>,
    by_token: HashMap<u64, Listener>,
    by_place: HashMap<(String, IpAddr), [u64; 2]>,
}

impl Listeners {
    /// None yet; what comes is told by `epoll`.
    pub(super) fn new(epoll: Rc<Epoll>) -> Self {
        Self { epoll, by_token: HashMap::new(), by_place: HashMap::new() }
    }

    /// The one with a token.
    pub(super) fn get(&self, token: u64) -> Option<&Listener> {
        self.by_token.get(&token)
    }

    /// Listens where a network's containers ask, and nowhere else for it; nowhere at all where it has none.
    ///
    /// # Errors
    /// What is wrong, as its user is told it.
    pub(super) fn settle(&mut self, network: &str, table: &Table, tokens: &mut Tokens) -> Result<(), String> {
        let wanted = table.addresses_to_listen_on(network);
        let gone: Vec<(String, IpAddr)> =
            self.by_place.keys().filter(|(of, at)| of == network && !wanted.contains(at)).cloned().collect();
        for place in gone {
            for token in self.by_place.remove(&place).into_iter().flatten() {
                // One who is yet to be answered may hold it: that alone does not close it.
                let _ = match self.by_token.remove(&token).map(|gone| gone.socket) {
                    Some(Socket::Datagrams(socket)) => self.epoll.delete(socket.as_fd()),
                    _ => Ok(()),
                };
            }
        }
        for address in wanted {
            let place = (network.to_owned(), *address);
            if !self.by_place.contains_key(&place) {
                let tokens = self.listen(network, *address, tokens)?;
                self.by_place.insert(place, tokens);
            }
        }
        Ok(())
    }

    fn listen(&mut self, network: &str, address: IpAddr, tokens: &mut Tokens) -> Result<[u64; 2], String> {
        let place = SocketAddr::new(address, PORT);
        let refused = |error: &sys::Error| {
            let hint = match error.errno {
                Errno::EADDRINUSE => " by another name server (a network made with --disable-dns needs none)",
                _ => "",
            };
            format!("its name server can't listen on {address} port {PORT}: {}{hint}", error.errno.desc())
        };
        let sockets = [
            Socket::Datagrams(Rc::new(inet::datagrams(place).map_err(|error| refused(&error))?)),
            Socket::Streams(inet::streams(place).map_err(|error| refused(&error))?),
        ];
        let mut made = [0; 2];
        for (socket, made) in sockets.into_iter().zip(&mut made) {
            *made = tokens.next();
            let event = EpollEvent::new(EpollFlags::EPOLLIN, *made);
            let added = match &socket {
                Socket::Datagrams(socket) => self.epoll.add(socket.as_fd(), event),
                Socket::Streams(socket) => self.epoll.add(socket.as_fd(), event),
            };
            added.map_err(|errno| format!("its name server can't wait for questions: {}", errno.desc()))?;
            self.by_token.insert(*made, Listener { network: network.to_owned(), socket });
        }
        Ok(made)
    }
}
