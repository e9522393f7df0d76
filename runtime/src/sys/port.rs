//! Ports of the host: whether a program could listen there now.

use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use nix::sys::socket::sockopt::{Ipv6V6Only, ReuseAddr};
use nix::sys::socket::{
    AddressFamily, SockFlag, SockProtocol, SockType, SockaddrStorage, bind, getsockname, setsockopt, socket,
};

use super::gate::{About, Error, Rehearse, Result, pass, rehearsing};

/// Binds a socket to `address`, with `both` to `::` for IPv4 as well, and closes it at once. Returns the port,
/// which the kernel chooses where 0 is asked for.
///
/// It does not listen: bind(2) tells of everyone who does, and a peer that calls just then would be answered.
/// A rehearsal looks too, for nothing is left of it.
///
/// # Errors
/// EADDRINUSE; EADDRNOTAVAIL where the host has no such address; EACCES; EAFNOSUPPORT and EPROTONOSUPPORT
/// where the kernel has no such sockets.
pub fn probe(protocol: SockProtocol, address: SocketAddr, both: bool) -> Result<u16> {
    let looked = rehearsing().then(|| bound(protocol, address, both));
    let about = || {
        let both = if both { ", IPV6_V6ONLY=0" } else { "" };
        About::new(format!("{}, {address}{both}", name(protocol)))
            .command(format!("ss -ln 'sport = :{}'", address.port()))
    };
    let told = pass("bind", about, || bound(protocol, address, both));
    match looked {
        Some(looked) => looked.map_err(|errno| Error { call: "bind", arguments: about().arguments, errno }),
        None => told,
    }
    .map(|Port(port)| port)
}

fn name(protocol: SockProtocol) -> &'static str {
    match protocol {
        SockProtocol::Tcp => "IPPROTO_TCP",
        SockProtocol::Udp => "IPPROTO_UDP",
        SockProtocol::Sctp => "IPPROTO_SCTP",
        _ => "another protocol",
    }
}

fn bound(protocol: SockProtocol, address: SocketAddr, both: bool) -> nix::Result<Port> {
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let kind = if protocol == SockProtocol::Udp { SockType::Datagram } else { SockType::Stream };
    let socket = socket(family, kind, SockFlag::SOCK_CLOEXEC, protocol)?;
    // Connections that have ended are no hindrance (TIME_WAIT); those who listen still are. The kernel chooses
    // better without: it would share a port of another who allows it.
    if kind == SockType::Stream && address.port() != 0 {
        setsockopt(&socket, ReuseAddr, &true)?;
    }
    if address.is_ipv6() {
        setsockopt(&socket, Ipv6V6Only, &!both)?;
    }
    bind(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
    if address.port() != 0 {
        return Ok(Port(address.port()));
    }
    let chosen: SockaddrStorage = getsockname(socket.as_raw_fd())?;
    let four = chosen.as_sockaddr_in().map(nix::sys::socket::SockaddrIn::port);
    let six = chosen.as_sockaddr_in6().map(nix::sys::socket::SockaddrIn6::port);
    Ok(Port(four.or(six).unwrap_or_default()))
}

/// The port that a socket was bound to.
struct Port(u16);

impl Rehearse for Port {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self(0))
    }

    fn returned(&self) -> Option<i64> {
        Some(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream, UdpSocket};

    use nix::errno::Errno;

    use super::*;

    fn errno(result: Result<u16>) -> Option<Errno> {
        result.err().map(|error| error.errno)
    }

    #[test]
    fn who_listens_is_in_the_way_in_each_family() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let port = listener.local_addr().expect("its address").port();
        let tcp = |address: SocketAddr, both| errno(probe(SockProtocol::Tcp, address, both));
        assert_eq!(tcp((Ipv4Addr::UNSPECIFIED, port).into(), false), Some(Errno::EADDRINUSE));
        assert_eq!(tcp((Ipv6Addr::UNSPECIFIED, port).into(), true), Some(Errno::EADDRINUSE));
        assert_eq!(tcp((Ipv6Addr::UNSPECIFIED, port).into(), false), None);
        assert_eq!(tcp((Ipv4Addr::new(127, 0, 0, 2), port).into(), false), None);
        let udp = |address: SocketAddr| errno(probe(SockProtocol::Udp, address, false));
        assert_eq!(udp((Ipv4Addr::LOCALHOST, port).into()), None);
        assert_eq!(udp((Ipv4Addr::new(192, 0, 2, 1), 0).into()), Some(Errno::EADDRNOTAVAIL));
    }

    #[test]
    fn connections_that_have_ended_are_not_in_the_way() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let address = listener.local_addr().expect("its address");
        let client = TcpStream::connect(address).expect("a connection");
        let (server, _) = listener.accept().expect("its other end");
        drop(listener);
        // The server closes first, and its end keeps the port for a minute.
        drop(server);
        drop(client);
        assert_eq!(errno(probe(SockProtocol::Tcp, address, false)), None);
    }

    #[test]
    fn the_kernel_chooses_a_port_that_is_free() {
        let port = probe(SockProtocol::Udp, (Ipv6Addr::UNSPECIFIED, 0).into(), true).expect("a port");
        assert_ne!(port, 0);
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).expect("it is free");
    }

    #[test]
    fn a_rehearsal_looks_and_is_told() {
        use std::cell::RefCell;
        use std::rc::Rc;

        let steps = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&steps);
        let teller =
            move |step: &crate::sys::gate::Step<'_>| heard.borrow_mut().push(step.about.arguments.clone());
        crate::sys::gate::install(Rc::new(teller), true);
        let listener = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("its address");
        let refused = errno(probe(SockProtocol::Udp, address, false));
        crate::sys::gate::uninstall();
        assert_eq!(refused, Some(Errno::EADDRINUSE));
        assert_eq!(*steps.borrow(), [format!("IPPROTO_UDP, {address}")]);
    }
}
