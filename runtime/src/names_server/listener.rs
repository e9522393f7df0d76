//! Where the server listens: on port 53 of each gateway, for datagrams and for connections.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::AsFd;

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
    Datagrams(UdpSocket),
    /// For connections.
    Streams(TcpListener),
}

/// All sockets that listen, by token.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    by_token: HashMap<u64, Listener>,
    by_place: HashMap<(String, IpAddr), [u64; 2]>,
}

impl Listeners {
    /// The one with a token.
    pub(super) fn get(&self, token: u64) -> Option<&Listener> {
        self.by_token.get(&token)
    }

    /// Listens where a network's containers ask, and nowhere else for it; nowhere at all where it has none.
    ///
    /// # Errors
    /// What is wrong, as its user is told it.
    pub(super) fn settle(
        &mut self,
        network: &str,
        table: &Table,
        epoll: &Epoll,
        tokens: &mut impl FnMut() -> u64,
    ) -> Result<(), String> {
        let wanted = table.addresses_to_listen_on(network);
        let gone: Vec<(String, IpAddr)> =
            self.by_place.keys().filter(|(of, at)| of == network && !wanted.contains(at)).cloned().collect();
        for place in gone {
            for token in self.by_place.remove(&place).into_iter().flatten() {
                // Closed, it is no longer waited for.
                self.by_token.remove(&token);
            }
        }
        for address in wanted {
            let place = (network.to_owned(), *address);
            if !self.by_place.contains_key(&place) {
                let tokens = self.listen(network, *address, epoll, tokens)?;
                self.by_place.insert(place, tokens);
            }
        }
        Ok(())
    }

    fn listen(
        &mut self,
        network: &str,
        address: IpAddr,
        epoll: &Epoll,
        tokens: &mut impl FnMut() -> u64,
    ) -> Result<[u64; 2], String> {
        let place = SocketAddr::new(address, PORT);
        let refused = |error: &sys::Error| {
            let hint = match error.errno {
                Errno::EADDRINUSE => " by another name server (a network made with --disable-dns needs none)",
                _ => "",
            };
            format!("its name server can't listen on {address} port {PORT}: {}{hint}", error.errno.desc())
        };
        let sockets = [
            Socket::Datagrams(inet::datagrams(place).map_err(|error| refused(&error))?),
            Socket::Streams(inet::streams(place).map_err(|error| refused(&error))?),
        ];
        let mut made = [0; 2];
        for (socket, made) in sockets.into_iter().zip(&mut made) {
            *made = tokens();
            let event = EpollEvent::new(EpollFlags::EPOLLIN, *made);
            let added = match &socket {
                Socket::Datagrams(socket) => epoll.add(socket.as_fd(), event),
                Socket::Streams(socket) => epoll.add(socket.as_fd(), event),
            };
            added.map_err(|errno| format!("its name server can't wait for questions: {}", errno.desc()))?;
            self.by_token.insert(*made, Listener { network: network.to_owned(), socket });
        }
        Ok(made)
    }
}
