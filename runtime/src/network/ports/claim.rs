//! One claim of ports: what is in the way of each, and what is taken and perhaps given back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use nix::errno::Errno;
use nix::sys::socket::SockProtocol;

use super::{give_back, link, listener, remove, text_of};
use crate::error::{Doing, Error, Result};
use crate::plan::network::ports::{PortRequest, Protocol, Published, addresses, conflict};
use crate::state::{Container, State, entries, make_directories};
use crate::sys::{self, file, port};

/// How often the kernel is asked for a port before its range is gone through. Another container has what it
/// offers only where most of its range is published.
const OFFERS: usize = 64;

/// A claim that is being made.
pub(super) struct Claim<'a> {
    state: &'a State,
    id: &'a str,
    /// What the container has, and keeps.
    kept: &'a [Published],
    /// What it has got so far.
    had: HashMap<(Protocol, u16), Vec<IpAddr>>,
}

/// Why a port can't be had.
enum Obstacle {
    /// A container has it, on this address.
    Container(String, IpAddr),
    /// The host has it.
    Host,
}

impl<'a> Claim<'a> {
    /// A claim of container `id` that has nothing yet. The lock is held as long as it lasts.
    pub(super) fn of(state: &'a State, id: &'a str, kept: &'a [Published]) -> Self {
        Self { state, id, kept, had: HashMap::new() }
    }

    /// Claims the port that one request asks for.
    ///
    /// # Errors
    /// It can't be had.
    pub(super) fn serve(&mut self, request: &PortRequest) -> Result<Published> {
        let host_port = match request.host_ports {
            Some((first, last)) => self.first_of(request, first, last)?,
            None => self.any(request)?,
        };
        let PortRequest { protocol, host_ip, port, .. } = *request;
        Ok(Published { protocol, host_ip, host_port, port })
    }

    /// The first port of a range that is free.
    fn first_of(&mut self, request: &PortRequest, first: u16, last: u16) -> Result<u16> {
        let mut obstacle = None;
        for host_port in first..=last {
            let met = match self.holder(request, host_port)? {
                None => probe(request, host_port)?.err(),
                held => held,
            };
            let Some(met) = met else {
                self.take(request, host_port)?;
                return Ok(host_port);
            };
            obstacle.get_or_insert(met);
        }
        let told = obstacle.map(|obstacle| self.told(request, first, obstacle)).unwrap_or_default();
        Err(Error::Port(if first == last {
            told
        } else {
            format!("ports {first}-{last}/{} are all in use: {told}", request.protocol)
        }))
    }

    /// A port that the kernel chooses.
    fn any(&mut self, request: &PortRequest) -> Result<u16> {
        for _ in 0..OFFERS {
            let Ok(offer) = probe(request, 0)? else { break };
            if self.holder(request, offer)?.is_none() {
                self.take(request, offer)?;
                return Ok(offer);
            }
        }
        let path = "/proc/sys/net/ipv4/ip_local_port_range";
        let text = std::fs::read_to_string(path).doing(|| format!("read {path}"))?;
        let mut ends = text.split_whitespace().filter_map(|end| end.parse().ok());
        let (first, last) = (ends.next().unwrap_or(32768), ends.next().unwrap_or(60999));
        self.first_of(request, first, last)
    }

    /// Who has a port already among those that publish. What this container left behind in an earlier life
    /// is removed.
    fn holder(&self, request: &PortRequest, host_port: u16) -> Result<Option<Obstacle>> {
        let wanted = addresses(request.host_ip);
        let in_the_way = |address: IpAddr| wanted.iter().any(|&wanted| conflict(wanted, address));
        let is_kept = |port: &&Published| port.protocol == request.protocol && port.host_port == host_port;
        let kept = self.kept.iter().filter(is_kept).flat_map(Published::addresses);
        let had = self.had.get(&(request.protocol, host_port)).into_iter().flatten().copied();
        if let Some(address) = had.chain(kept).find(|&address| in_the_way(address)) {
            return Ok(Some(Obstacle::Container(self.id.to_owned(), address)));
        }
        let any = link(self.state, request.protocol, host_port, wanted[0]);
        let held = entries(any.parent().unwrap_or(&any)).into_iter().filter_map(|name| name.parse().ok());
        for address in held.filter(|&address| in_the_way(address)) {
            let link = link(self.state, request.protocol, host_port, address);
            match text_of(&link) {
                Some(id) if id == self.id => remove(&link)?,
                Some(id) => return Ok(Some(Obstacle::Container(id, address))),
                None => {}
            }
        }
        Ok(None)
    }

    /// Writes that a port is this container's.
    pub(super) fn take(&mut self, request: &PortRequest, host_port: u16) -> Result<()> {
        let doing = || format!("port {host_port}/{}: claim it", request.protocol);
        for address in addresses(request.host_ip) {
            let link = link(self.state, request.protocol, host_port, address);
            make_directories(link.parent().unwrap_or(&link))?;
            // Noted first: giving back what was not claimed is no harm.
            self.had.entry((request.protocol, host_port)).or_default().push(address);
            file::link_to(Path::new(self.id), &link).doing(doing)?;
        }
        Ok(())
    }

    /// Undoes it.
    pub(super) fn give_back(&self) {
        for (&(protocol, host_port), addresses) in &self.had {
            for &address in addresses {
                // The error that is told is the first one; what stays is found by the id.
                let _ = give_back(self.state, self.id, protocol, host_port, address);
            }
        }
    }

    /// The sentence about an obstacle.
    fn told(&self, request: &PortRequest, host_port: u16, obstacle: Obstacle) -> String {
        let port = format!("port {host_port}/{}", request.protocol);
        match obstacle {
            Obstacle::Container(id, address) => {
                let container = Container::read(self.state, &id).ok().flatten();
                let name = container.and_then(|container| container.record.name).unwrap_or(id);
                let on = if address.is_unspecified() { String::new() } else { format!(" on {address}") };
                format!("{port}{on} is in use by container {name}")
            }
            Obstacle::Host => match listener::find(request.protocol, request.host_ip, host_port) {
                Some(listener) => format!("{port} on {} is in use by {}", listener.address, listener.who),
                None => format!("{port} is in use by a process"),
            },
        }
    }
}

/// Whether the host has room for a port; 0 lets the kernel choose. Returns the port.
fn probe(request: &PortRequest, host_port: u16) -> Result<std::result::Result<u16, Obstacle>> {
    let protocol = match request.protocol {
        Protocol::Tcp => SockProtocol::Tcp,
        Protocol::Udp => SockProtocol::Udp,
        Protocol::Sctp => SockProtocol::Sctp,
    };
    let probe = |address: IpAddr, both| port::probe(protocol, SocketAddr::new(address, host_port), both);
    let probed = match request.host_ip {
        Some(address) => probe(address, false),
        None => match probe(Ipv6Addr::UNSPECIFIED.into(), true) {
            // The kernel has no IPv6.
            Err(error) if error.errno == Errno::EAFNOSUPPORT => probe(Ipv4Addr::UNSPECIFIED.into(), false),
            probed => probed,
        },
    };
    match probed {
        Ok(port) => Ok(Ok(port)),
        Err(error) if error.errno == Errno::EADDRINUSE => Ok(Err(Obstacle::Host)),
        Err(error) => Err(refused(request, host_port, error)),
    }
}

pub(super) fn refused(request: &PortRequest, host_port: u16, error: sys::Error) -> Error {
    let port = if host_port == 0 { request.port } else { host_port };
    let port = format!("port {port}/{}", request.protocol);
    match (error.errno, request.host_ip) {
        (Errno::EADDRNOTAVAIL, Some(address)) => {
            Error::Port(format!("{port}: {address} is no address of this host"))
        }
        (Errno::EPROTONOSUPPORT, _) if request.protocol == Protocol::Sctp => {
            Error::Port(format!("{port}: the kernel has no SCTP (CONFIG_IP_SCTP)"))
        }
        (Errno::EAFNOSUPPORT, Some(address)) => {
            Error::Port(format!("{port} on {address}: the kernel has no IPv6"))
        }
        _ => Error::System { doing: port, source: error },
    }
}
