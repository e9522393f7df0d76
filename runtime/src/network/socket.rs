//! The sockets that everything here goes through.

use netlink_raw::Socket;

use crate::error::{Error, Result};
use crate::sys::gate::rehearsing;

/// Says which network was worked on when the kernel refused.
pub(super) trait On<T> {
    /// The same result, with the network's name in the error.
    fn on(self, network: &str) -> Result<T>;
}

impl<T> On<T> for std::result::Result<T, netlink_raw::Error> {
    fn on(self, network: &str) -> Result<T> {
        self.map_err(|source| Error::Network { network: network.to_owned(), source })
    }
}

/// A socket of the namespace that this process is in, to change something by. In a rehearsal it only tells.
pub(super) fn changing() -> std::result::Result<Socket, netlink_raw::Error> {
    if rehearsing() { Ok(Socket::rehearsal()) } else { Socket::route() }
}

/// A socket of the host's, to ask by: a rehearsal decides by the same facts.
pub(super) fn asking() -> std::result::Result<Socket, netlink_raw::Error> {
    Socket::route()
}
