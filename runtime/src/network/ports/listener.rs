//! Which process has a port of the host: from the kernel's tables of sockets to the descriptors of processes.
//! It is looked for only where somebody has to be told.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use procfs::net::TcpState;
use procfs::process::{FDTarget, Process, all_processes};

use crate::plan::network::ports::{Protocol, addresses, conflict};

/// A socket that is in the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listener {
    /// Its address.
    pub(super) address: IpAddr,
    /// Whose it is.
    pub(super) who: Who,
}

/// Whose a socket is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A process's: its name and number.
    Process(String, i32),
    /// Nobody's any more: a connection that is ending.
    Ending,
    /// The kernel's, or a process's that can't be seen.
    Unseen,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(name, pid) => write!(f, "{name} (pid {pid})"),
            Self::Ending => f.write_str("a connection that is ending"),
            Self::Unseen => f.write_str("a process that can't be seen"),
        }
    }
}

/// A socket of the host: its address, its inode (0 where it is ending), and whether it listens.
type Socket = (SocketAddr, u64, bool);

/// The socket that keeps others from `port` on `address`, or on any.
pub(super) fn find(protocol: Protocol, address: Option<IpAddr>, port: u16) -> Option<Listener> {
    let wanted = addresses(address);
    // A socket on :: may take IPv4 as well; the table does not tell.
    let meets = |its: IpAddr| its.is_ipv6() && its.is_unspecified();
    let in_the_way = |its: IpAddr| meets(its) || wanted.iter().any(|&wanted| conflict(wanted, its));
    let (its, inode, _) = sockets(protocol)
        .into_iter()
        .filter(|(its, ..)| its.port() == port && in_the_way(its.ip().to_canonical()))
        .max_by_key(|&(_, inode, listens)| (listens, inode != 0))?;
    let who = match inode {
        0 => Who::Ending,
        inode => owner(inode).map_or(Who::Unseen, |(name, pid)| Who::Process(name, pid)),
    };
    Some(Listener { address: its.ip().to_canonical(), who })
}

fn sockets(protocol: Protocol) -> Vec<Socket> {
    match protocol {
        Protocol::Tcp => {
            let both = procfs::net::tcp().into_iter().chain(procfs::net::tcp6()).flatten();
            both.map(|it| (it.local_address, it.inode, it.state == TcpState::Listen)).collect()
        }
        Protocol::Udp => {
            let both = procfs::net::udp().into_iter().chain(procfs::net::udp6()).flatten();
            both.map(|it| (it.local_address, it.inode, true)).collect()
        }
        // Its table is of another form.
        Protocol::Sctp => Vec::new(),
    }
}

/// The process that has a socket open.
fn owner(inode: u64) -> Option<(String, i32)> {
    let has = |process: &Process| {
        let opened = process.fd().into_iter().flatten().flatten();
        opened.into_iter().any(|fd| matches!(fd.target, FDTarget::Socket(its) if its == inode))
    };
    let process = all_processes().ok()?.flatten().find(has)?;
    Some((process.stat().ok()?.comm, process.pid()))
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn the_process_that_has_a_port_is_found() {
        let here: IpAddr = Ipv4Addr::LOCALHOST.into();
        let tcp = TcpListener::bind((here, 0)).expect("a listener");
        let udp = UdpSocket::bind((here, 0)).expect("a socket");
        let tcp_port = tcp.local_addr().expect("its address").port();
        let udp_port = udp.local_addr().expect("its address").port();
        for (protocol, port) in [(Protocol::Tcp, tcp_port), (Protocol::Udp, udp_port)] {
            let found = find(protocol, None, port).expect("the socket");
            assert_eq!(found.address, here);
            let Who::Process(name, pid) = &found.who else { panic!("{found:?}") };
            assert_eq!(*pid, std::process::id().cast_signed());
            assert_eq!(found.who.to_string(), format!("{name} (pid {pid})"));
            let elsewhere = Some(Ipv4Addr::new(127, 0, 0, 2).into());
            assert_eq!(find(protocol, elsewhere, port), None);
        }
    }

    #[test]
    fn a_wildcard_of_ipv6_is_in_the_way_of_ipv4() {
        let listener = TcpListener::bind("[::]:0").expect("a listener");
        let port = listener.local_addr().expect("its address").port();
        let found = find(Protocol::Tcp, Some(Ipv4Addr::LOCALHOST.into()), port).expect("the socket");
        assert_eq!(found.address.to_string(), "::");
    }
}
