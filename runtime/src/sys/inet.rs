//! Sockets of IPv4 and IPv6 that a server of names listens on and asks others by. None of them waits.

use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrStorage, bind, connect, listen, setsockopt, socket,
    sockopt,
};

use super::gate::{About, Result, pass};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 64;

/// A socket for datagrams to `address`, which the host need not have yet.
///
/// # Errors
/// bind(2)'s: EADDRINUSE where another server has the port.
pub fn datagrams(address: SocketAddr) -> Result<UdpSocket> {
    let about = || About::new(format!("SOCK_DGRAM, {address}, IP_FREEBIND"));
    pass("bind", about, || bound(address, SockType::Datagram)).map(UdpSocket::from)
}

/// A socket that listens for connections to `address`, which the host need not have yet.
///
/// # Errors
/// bind(2)'s: EADDRINUSE where another server has the port.
pub fn streams(address: SocketAddr) -> Result<TcpListener> {
    let about = || About::new(format!("SOCK_STREAM, {address}, IP_FREEBIND, SO_REUSEADDR"));
    pass("bind", about, || {
        let socket = bound(address, SockType::Stream)?;
        listen(&socket, Backlog::new(BACKLOG)?)?;
        Ok(socket)
    })
    .map(TcpListener::from)
}

/// A socket, on a port of the kernel's choice, that sends to `address` and hears nobody else.
///
/// # Errors
/// connect(2)'s: ENETUNREACH where no way leads there.
pub fn datagrams_to(address: SocketAddr) -> Result<UdpSocket> {
    let about = || About::new(format!("SOCK_DGRAM, {address}"));
    pass("connect", about, || {
        let socket = open(address.ip(), SockType::Datagram)?;
        connect(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
        Ok(socket)
    })
    .map(UdpSocket::from)
}

/// A connection to `address`, which may not be there yet.
///
/// # Errors
/// connect(2)'s, where it fails at once.
pub fn stream_to(address: SocketAddr) -> Result<TcpStream> {
    let about = || About::new(format!("SOCK_STREAM, {address}"));
    pass("connect", about, || {
        let socket = open(address.ip(), SockType::Stream)?;
        match connect(socket.as_raw_fd(), &SockaddrStorage::from(address)) {
            Err(errno) if errno != Errno::EINPROGRESS => Err(errno),
            _ => Ok(socket),
        }
    })
    .map(TcpStream::from)
}

fn open(address: IpAddr, kind: SockType) -> nix::Result<OwnedFd> {
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    socket(family, kind, SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK, None)
}

fn bound(address: SocketAddr, kind: SockType) -> nix::Result<OwnedFd> {
    let socket = open(address.ip(), kind)?;
    if address.is_ipv4() {
        setsockopt(&socket, sockopt::IpFreebind, &true)?;
    } else {
        setsockopt(&socket, sockopt::Ipv6V6Only, &true)?;
        freebind_v6(&socket)?;
    }
    if kind == SockType::Stream {
        // Connections of the server before this one may still be fading.
        setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    }
    bind(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
    Ok(socket)
}

/// `IPV6_FREEBIND` (linux/in6.h), which nix and libc lack.
fn freebind_v6(socket: &impl AsFd) -> nix::Result<()> {
    const IPV6_FREEBIND: libc::c_int = 78;
    let on: libc::c_int = 1;
    let length = libc::socklen_t::try_from(size_of_val(&on)).expect("the size of an int");
    // SAFETY: the option is an int, which outlives the call, and `length` is its size.
    let result = unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            libc::IPPROTO_IPV6,
            IPV6_FREEBIND,
            (&raw const on).cast(),
            length,
        )
    };
    Errno::result(result).map(drop)
}
