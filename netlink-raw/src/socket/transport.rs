//! The descriptor: the only place that uses `netlink-sys`.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io;

use netlink_sys::SocketAddr;
use netlink_sys::protocols::{NETLINK_NETFILTER, NETLINK_ROUTE};
use nix::sys::socket::{setsockopt, sockopt};

use super::failed;
use crate::wire::ATTRIBUTE_MAX;
use crate::{Error, Protocol};

/// How much of a list the kernel puts into a datagram at most (`netlink_recvmsg` in `net/netlink/af_netlink.c`).
const LONGEST: usize = 32 * 1024;

/// Where messages go.
pub(super) enum Transport {
    /// To the kernel.
    Kernel(Kernel),
    /// Nowhere.
    Rehearsal,
}

/// A bound socket.
///
/// `netlink_sys::Socket` can be cloned though each clone closes the one descriptor: this one never is.
pub(super) struct Kernel {
    pub(super) socket: netlink_sys::Socket,
    /// Messages to groups that came while an answer was waited for.
    pub(super) announced: VecDeque<Vec<u8>>,
    spare: Vec<u8>,
}

impl Transport {
    pub(super) fn open(protocol: Protocol) -> Result<Self, Error> {
        let open = |source| failed(&"open a netlink socket", source);
        let number = match protocol {
            Protocol::Route => NETLINK_ROUTE,
            Protocol::Netfilter => NETLINK_NETFILTER,
        };
        let mut socket = netlink_sys::Socket::new(number).map_err(open)?;
        // Each of these is a comfort that older kernels lack (4.12, 4.3, 4.20): EXT_ACK, CAP_ACK, GET_STRICT_CHK.
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_cap_ack(true);
        let _ = socket.set_netlink_get_strict_chk(true);
        // Without a port of its own the socket would hear no group: the kernel's port is 0 too.
        socket.bind(&SocketAddr::new(0, 0)).map_err(open)?;
        let (announced, spare) = (VecDeque::new(), Vec::new());
        Ok(Self::Kernel(Kernel { socket, announced, spare }))
    }
}

impl Kernel {
    pub(super) fn send(&self, datagram: &[u8], operation: &dyn Display) -> Result<(), Error> {
        let kernel = SocketAddr::new(0, 0);
        let sent = again(|| self.socket.send_to(datagram, &kernel, 0))
            .map_err(|source| failed(operation, source))?;
        if sent == datagram.len() {
            return Ok(());
        }
        Err(failed(operation, io::ErrorKind::WriteZero.into()))
    }

    /// Makes sure that a datagram of `length` bytes can be sent.
    pub(super) fn make_room(&self, length: usize, operation: &dyn Display) -> Result<(), Error> {
        /// What a socket has unless configured otherwise, less what the kernel keeps of it.
        const USUAL: usize = 200_000;
        if length <= USUAL {
            return Ok(());
        }
        // The kernel doubles what it is given, for its own bookkeeping.
        let forced = setsockopt(&self.socket, sockopt::SndBufForce, &length);
        // Without CAP_NET_ADMIN it gives what it may, and refuses to send what is more.
        forced
            .or_else(|_| setsockopt(&self.socket, sockopt::SndBuf, &length))
            .map_err(|errno| failed(operation, errno.into()))
    }

    /// The next datagram that is there already; `None` when there is none. It must be an answer to one message, which
    /// the kernel makes no longer than a page, or an acknowledgement, which repeats at most a message.
    pub(super) fn receive_now(&mut self, operation: &dyn Display) -> Result<Option<Vec<u8>>, Error> {
        loop {
            let mut buffer = std::mem::take(&mut self.spare);
            buffer.clear();
            buffer.reserve(ATTRIBUTE_MAX * 2);
            match self.take(&mut buffer, libc::MSG_DONTWAIT) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.spare = buffer;
                    return Ok(None);
                }
                Err(error) => return Err(failed(operation, error)),
                Ok(sender) if sender.port_number() != 0 => self.spare = buffer,
                Ok(sender) if sender.multicast_groups() != 0 => self.keep(&buffer)?,
                Ok(_) => return Ok(Some(buffer)),
            }
        }
    }

    /// Reads all datagrams that are there already, and keeps none. Returns whether there were any, read or lost.
    pub(super) fn discard(&self) -> io::Result<bool> {
        let (mut came, mut start) = (false, [0; 16]);
        loop {
            // Of a datagram that is longer than the buffer the rest is gone.
            match again(|| self.socket.recv_from(&mut &mut start[..], libc::MSG_DONTWAIT)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(came),
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {}
                Err(error) => return Err(error),
            }
            came = true;
        }
    }

    /// The next datagram of the kernel that is no announcement to a group.
    pub(super) fn receive(&mut self, operation: &dyn Display) -> Result<Vec<u8>, Error> {
        loop {
            let (datagram, announced) = self.any(operation)?;
            if !announced {
                return Ok(datagram);
            }
            self.keep(&datagram)?;
            self.reuse(datagram);
        }
    }

    /// The next datagram of the kernel, and whether it was announced to a group.
    pub(super) fn any(&mut self, operation: &dyn Display) -> Result<(Vec<u8>, bool), Error> {
        let mut buffer = std::mem::take(&mut self.spare);
        loop {
            buffer.clear();
            let sender = self.fill(&mut buffer).map_err(|source| failed(operation, source))?;
            // Other processes may send to this socket too; only the kernel's port is 0.
            if sender.port_number() == 0 {
                return Ok((buffer, sender.multicast_groups() != 0));
            }
        }
    }

    /// Keeps the memory of a datagram that was read for the next one.
    pub(super) fn reuse(&mut self, datagram: Vec<u8>) {
        self.spare = datagram;
    }

    /// Asks for the length first, and for nothing else: the kernel copies as much as there is room for. Whoever has room
    /// for more gets a list in longer datagrams: the kernel fills them as far as the longest read before had room, up to
    /// 32 KiB, or else to a page.
    fn fill(&self, buffer: &mut Vec<u8>) -> io::Result<SocketAddr> {
        let peek = libc::MSG_PEEK | libc::MSG_TRUNC;
        let mut nothing: &mut [u8] = &mut [];
        let (length, _) = again(|| self.socket.recv_from(&mut nothing, peek))?;
        buffer.reserve(length.max(LONGEST));
        self.take(buffer, 0)
    }

    fn take(&self, buffer: &mut Vec<u8>, flags: i32) -> io::Result<SocketAddr> {
        let (received, sender) = again(|| self.socket.recv_from(buffer, libc::MSG_TRUNC | flags))?;
        if received > buffer.len() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "datagram longer than announced"));
        }
        Ok(sender)
    }
}

/// Calls until it is not interrupted by a signal.
fn again<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
