//! A socket pair whose messages keep their bounds and may carry a descriptor.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg, sendmsg,
    socketpair,
};

use super::gate::{Error, Result};

/// The longest message of a pair, in bytes.
pub const LONGEST: usize = 4096;

fn named<T>(call: &'static str, result: nix::Result<T>) -> Result<T> {
    result.map_err(|errno| Error { call, arguments: String::new(), errno })
}

/// Two connected ends (`AF_UNIX`, `SOCK_SEQPACKET`). What passes between a parent and its own child changes
/// nothing anywhere, so it does not pass the gate.
///
/// # Errors
/// socketpair(2)'s.
pub fn pair() -> Result<(OwnedFd, OwnedFd)> {
    let ends = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC);
    named("socketpair", ends)
}

/// Sends one message, with a descriptor or without.
///
/// # Errors
/// sendmsg(2)'s: EPIPE where the other end is gone.
pub fn send(socket: BorrowedFd<'_>, message: &[u8], descriptor: Option<BorrowedFd<'_>>) -> Result<()> {
    let descriptors = descriptor.map(|descriptor| [descriptor.as_raw_fd()]);
    let rights: Vec<ControlMessage<'_>> =
        descriptors.iter().map(|fds| ControlMessage::ScmRights(fds)).collect();
    let parts = [IoSlice::new(message)];
    let sent = loop {
        match sendmsg::<()>(socket.as_raw_fd(), &parts, &rights, MsgFlags::MSG_NOSIGNAL, None) {
            Err(Errno::EINTR) => {}
            sent => break sent,
        }
    };
    named("sendmsg", sent.map(drop))
}

/// Receives one message; an empty one means that the other end is gone.
///
/// # Errors
/// recvmsg(2)'s; EMSGSIZE for a message longer than [`LONGEST`].
pub fn receive(socket: BorrowedFd<'_>) -> Result<(Vec<u8>, Option<OwnedFd>)> {
    let mut buffer = vec![0; LONGEST];
    let mut space = nix::cmsg_space!([std::os::fd::RawFd; 1]);
    let (length, descriptor) = loop {
        let mut parts = [IoSliceMut::new(&mut buffer)];
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        match recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags) {
            Err(Errno::EINTR) => {}
            Err(Errno::ECONNRESET) => break (0, None),
            Err(errno) => return named("recvmsg", Err(errno)),
            Ok(message) if message.flags.contains(MsgFlags::MSG_TRUNC) => {
                return named("recvmsg", Err(Errno::EMSGSIZE));
            }
            Ok(message) => break (message.bytes, first_descriptor(&message)),
        }
    };
    buffer.truncate(length);
    Ok((buffer, descriptor))
}

fn first_descriptor(message: &nix::sys::socket::RecvMsg<'_, '_, ()>) -> Option<OwnedFd> {
    let descriptors = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    })?;
    // SAFETY: the kernel made these descriptors for this process with this message; nobody owns them yet.
    descriptors.first().map(|&descriptor| unsafe { OwnedFd::from_raw_fd(descriptor) })
}
