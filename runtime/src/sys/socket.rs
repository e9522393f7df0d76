//! Local sockets whose messages keep their bounds: pairs, which may carry a descriptor, and sockets with a name.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::socket::{
    AddressFamily, Backlog, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, UnixAddr,
    accept4, bind, connect as nix_connect, listen as nix_listen, recv, recvmsg, sendmsg, socket, socketpair,
};
use nix::sys::stat::Mode;

use super::gate::{About, Error, Result, pass};

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
            // The other end went with something unread: that is said once, before what it had sent itself.
            Err(Errno::EINTR | Errno::ECONNRESET) => {}
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

/// Sends one message of a pair by write(2) alone. Where the other end is gone, SIGPIPE comes unless it is ignored.
///
/// # Errors
/// write(2)'s.
pub fn write(socket: BorrowedFd<'_>, message: &[u8]) -> Result<()> {
    loop {
        match nix::unistd::write(socket, message) {
            Err(Errno::EINTR) => {}
            written => return named("write", written.map(drop)),
        }
    }
}

/// Receives one message of a pair by read(2) alone; an empty one means that the other end is gone.
///
/// # Errors
/// read(2)'s.
pub fn read(socket: BorrowedFd<'_>) -> Result<Vec<u8>> {
    let mut buffer = vec![0; LONGEST];
    let length = loop {
        match nix::unistd::read(socket, &mut buffer) {
            Err(Errno::EINTR) => {}
            read => break named("read", read)?,
        }
    };
    buffer.truncate(length);
    Ok(buffer)
}

fn first_descriptor(message: &nix::sys::socket::RecvMsg<'_, '_, ()>) -> Option<OwnedFd> {
    let descriptors = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    })?;
    // SAFETY: the kernel made these descriptors for this process with this message; nobody owns them yet.
    descriptors.first().map(|&descriptor| unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// A path to `name` in `directory` that fits into an address, which has room for 107 bytes: it leads through
/// the directory's descriptor, and is good as long as that is held.
///
/// # Errors
/// open(2)'s.
pub fn short_path(directory: &Path, name: &str) -> nix::Result<(OwnedFd, String)> {
    let opened = open(directory, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
    let path = format!("/proc/self/fd/{}/{name}", opened.as_raw_fd());
    Ok((opened, path))
}

fn packets(flags: SockFlag) -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::SeqPacket, SockFlag::SOCK_CLOEXEC | flags, None)
}

/// A socket that listens as `name` in `directory`, and never waits.
///
/// # Errors
/// bind(2)'s: EADDRINUSE where something has the name.
pub fn listen(directory: &Path, name: &str) -> Result<OwnedFd> {
    let about = || About::new(format!("AF_UNIX SOCK_SEQPACKET {:?}", directory.join(name)));
    pass("bind", about, || {
        let listener = packets(SockFlag::SOCK_NONBLOCK)?;
        let (_directory, path) = short_path(directory, name)?;
        bind(listener.as_raw_fd(), &UnixAddr::new(path.as_str())?)?;
        nix_listen(&listener, Backlog::new(16)?)?;
        Ok(listener)
    })
}

/// Connects to `name` in `directory`.
///
/// # Errors
/// connect(2)'s: ENOENT and ECONNREFUSED where nobody listens.
pub fn connect(directory: &Path, name: &str) -> Result<OwnedFd> {
    let about = || About::new(format!("AF_UNIX SOCK_SEQPACKET {:?}", directory.join(name)));
    pass("connect", about, || {
        let client = packets(SockFlag::empty())?;
        let (_directory, path) = short_path(directory, name)?;
        nix_connect(client.as_raw_fd(), &UnixAddr::new(path.as_str())?)?;
        Ok(client)
    })
}

/// Connects to the stream socket at `path`.
///
/// # Errors
/// connect(2)'s.
pub fn connect_stream(path: &Path) -> Result<OwnedFd> {
    let about = || About::new(format!("AF_UNIX SOCK_STREAM {path:?}"));
    pass("connect", about, || {
        let (Some(name), directory) = (path.file_name(), path.parent()) else { return Err(Errno::EINVAL) };
        let directory = directory.filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let client = socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
        let (_directory, path) = short_path(directory, &name.to_string_lossy())?;
        nix_connect(client.as_raw_fd(), &UnixAddr::new(path.as_str())?)?;
        Ok(client)
    })
}

/// Takes a connection, which never waits either.
///
/// # Errors
/// accept(2)'s: EAGAIN where nobody asks for one.
pub fn accept(listener: BorrowedFd<'_>) -> nix::Result<OwnedFd> {
    let number = accept4(listener.as_raw_fd(), SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK)?;
    // SAFETY: accept4 returned a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Sends one packet without waiting. It changes nothing anywhere, so it does not pass the gate.
///
/// # Errors
/// send(2)'s: EAGAIN where the other end is slow, EPIPE where it is gone.
pub fn send_now(socket: BorrowedFd<'_>, packet: &[u8]) -> nix::Result<()> {
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
    loop {
        match nix::sys::socket::send(socket.as_raw_fd(), packet, flags) {
            Err(Errno::EINTR) => {}
            sent => return sent.map(drop),
        }
    }
}

/// Receives one packet without waiting; returns its length, 0 where the other end is gone.
///
/// # Errors
/// recv(2)'s: EAGAIN where there is none.
pub fn receive_now(socket: BorrowedFd<'_>, packet: &mut [u8]) -> nix::Result<usize> {
    loop {
        match recv(socket.as_raw_fd(), packet, MsgFlags::MSG_DONTWAIT) {
            Err(Errno::EINTR) => {}
            Err(Errno::ECONNRESET) => return Ok(0),
            received => return received,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn last_words_are_heard_from_one_who_did_not_listen() {
        let (parent, child) = pair().expect("a pair");
        send(parent.as_fd(), b"unread", None).expect("sent");
        send(child.as_fd(), b"failed", None).expect("sent");
        drop(child);
        assert_eq!(receive(parent.as_fd()).expect("received").0, b"failed");
        assert_eq!(receive(parent.as_fd()).expect("the end").0, b"");
    }
}
