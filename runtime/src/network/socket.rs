//! The sockets that everything here goes through.

use netlink_raw::Socket;

use crate::error::{Error, Result};
use crate::explain::{Actor, observer};
use crate::sys::gate::rehearsing;

/// The index that stands for a device that a rehearsal does not make: it is told by its name, and so is no other's.
pub(super) fn rehearsed(name: &str) -> u32 {
    let fold = |number: u32, byte: u8| number.wrapping_mul(16_777_619) ^ u32::from(byte);
    // Far above what the kernel gives, and no more than it could.
    name.bytes().fold(2_166_136_261, fold) & (u32::MAX >> 2) | 1 << 30
}

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

/// A socket of the namespace that this process is in, which is `who`'s, to change something by. In a
/// rehearsal it only tells.
pub(crate) fn changing(who: Actor) -> std::result::Result<Socket, netlink_raw::Error> {
    if rehearsing() { Ok(told(Socket::rehearsal(), who)) } else { asking(who) }
}

/// A socket of the namespace that this process is in, which is `who`'s, to ask by: a rehearsal decides by
/// the same facts.
pub(crate) fn asking(who: Actor) -> std::result::Result<Socket, netlink_raw::Error> {
    Ok(told(Socket::route()?, who))
}

/// A socket of netfilter on the host to ask by, and where this is no rehearsal to change something by.
pub(super) fn netfilter() -> std::result::Result<Socket, netlink_raw::Error> {
    Ok(told(Socket::netfilter()?, Actor::Host))
}

/// In a rehearsal a socket of netfilter to tell changes by.
pub(super) fn netfilter_rehearsal() -> Option<Socket> {
    rehearsing().then(|| told(Socket::netfilter_rehearsal(), Actor::Host))
}

/// The same socket, with what it sends told to whoever listens.
fn told(mut socket: Socket, who: Actor) -> Socket {
    if let Some(observer) = observer(who) {
        socket.set_observer(observer);
    }
    socket
}
