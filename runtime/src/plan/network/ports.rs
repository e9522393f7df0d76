//! Published ports: what `-p` and `-P` ask for, and what is had.

mod span;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
pub use span::{Span, spans};

use crate::error::{Error, Result};

/// The annotation that says which ports an image's programs listen on (image-spec, conversion.md): `80/tcp,443`.
pub const EXPOSED: &str = "org.opencontainers.image.exposedPorts";

/// A protocol that has ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// Its name, as in /etc/protocols.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }

    /// Its number in an IP header (`IPPROTO_*`).
    pub const fn number(self) -> u8 {
        match self {
            Self::Tcp => 6,
            Self::Udp => 17,
            Self::Sctp => 132,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let named = Self::ALL.into_iter().find(|protocol| text.eq_ignore_ascii_case(protocol.name()));
        named.ok_or_else(|| format!("{text:?} is no protocol; there are tcp, udp and sctp"))
    }
}

/// A port of a container that is to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortRequest {
    /// The protocol.
    pub protocol: Protocol,
    /// The address of the host; every one of both families where there is none.
    pub host_ip: Option<IpAddr>,
    /// The ports of the host, first and last, of which the first free one is taken; any where there are none.
    pub host_ports: Option<(u16, u16)>,
    /// The port in the container.
    pub port: u16,
}

/// A port of a container that is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Published {
    /// The protocol.
    pub protocol: Protocol,
    /// The address of the host; every one of both families where there is none.
    pub host_ip: Option<IpAddr>,
    /// The port of the host.
    pub host_port: u16,
    /// The port in the container.
    pub port: u16,
}

impl Published {
    /// The addresses of the host that it is published on: one, or the wildcards of both families.
    pub fn addresses(&self) -> Vec<IpAddr> {
        addresses(self.host_ip)
    }
}

/// The address, or the wildcards of both families.
pub fn addresses(host_ip: Option<IpAddr>) -> Vec<IpAddr> {
    let both = || vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    host_ip.map_or_else(both, |address| vec![address])
}

/// Whether two addresses of the host can't both have the same port: they are the same, or one of them stands
/// for all of the family.
pub fn conflict(one: IpAddr, other: IpAddr) -> bool {
    let wild = one.is_unspecified() || other.is_unspecified();
    one == other || (wild && one.is_ipv4() == other.is_ipv4())
}

impl fmt::Display for Published {
    /// As docker prints it: `0.0.0.0:8080->80/tcp`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.alone().fmt(f)
    }
}

/// What the arguments of `-p` ask for, in their order; with the value of [`EXPOSED`] also what `-P` does: the
/// ports in it that no `-p` publishes, each on a port that the kernel chooses.
///
/// # Errors
/// One can't be read, or two publish the same port of the host.
pub fn requests(published: &[String], exposed: Option<&str>) -> Result<Vec<PortRequest>> {
    let mut requests = Vec::new();
    let mut fixed: BTreeMap<(Protocol, u16), Vec<(PortRequest, &str)>> = BTreeMap::new();
    for text in published {
        for request in parse(text).map_err(|problem| Error::Usage(format!("-p {text}: {problem}")))? {
            requests.push(request);
            let Some((port, last)) = request.host_ports else { continue };
            if port != last {
                continue;
            }
            let others = fixed.entry((request.protocol, port)).or_default();
            if let Some((_, other)) = others.iter().find(|(other, _)| overlap(other, &request)) {
                return Err(Error::Usage(format!(
                    "-p {other} and -p {text} both publish port {port}/{} of the host",
                    request.protocol
                )));
            }
            others.push((request, text));
        }
    }
    let is_new = |request: &PortRequest, requests: &[PortRequest]| {
        !requests.iter().any(|it| (it.protocol, it.port) == (request.protocol, request.port))
    };
    for text in exposed.unwrap_or_default().split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let in_container = container_ports(text)
            .map_err(|problem| Error::Usage(format!("-P: {EXPOSED} has {text:?}: {problem}")))?;
        for request in in_container {
            if is_new(&request, &requests) {
                requests.push(request);
            }
        }
    }
    Ok(requests)
}

fn overlap(one: &PortRequest, other: &PortRequest) -> bool {
    let others = addresses(other.host_ip);
    addresses(one.host_ip).into_iter().any(|address| others.iter().any(|&other| conflict(address, other)))
}

type Parsed<T> = std::result::Result<T, String>;
/// The first and the last.
type Ports = (u16, u16);

/// `[[HOSTIP:][HOSTPORT[-END]]:]PORT[-END][/PROTOCOL]`.
fn parse(text: &str) -> Parsed<Vec<PortRequest>> {
    let Some((host, container)) = text.rsplit_once(':') else { return container_ports(text) };
    let mut requests = container_ports(container)?;
    let (host_ip, host_ports) = host_side(host)?;
    let count = requests.len();
    for request in &mut requests {
        (request.host_ip, request.host_ports) = (host_ip, host_ports);
    }
    let Some((first, last)) = host_ports else { return Ok(requests) };
    let host_count = usize::from(last - first) + 1;
    if count == 1 {
        return Ok(requests);
    }
    if count != host_count {
        return Err(format!("the ranges are of unequal length: {host_count} and {count}"));
    }
    for (request, port) in requests.iter_mut().zip(first..=last) {
        request.host_ports = Some((port, port));
    }
    Ok(requests)
}

/// `PORT[-END][/PROTOCOL]`, each on any port of the host.
fn container_ports(text: &str) -> Parsed<Vec<PortRequest>> {
    let (ports, protocol) = match text.split_once('/') {
        Some((ports, protocol)) => (ports, protocol.parse()?),
        None => (text, Protocol::Tcp),
    };
    let (first, last) = range(ports)?;
    let request = |port| PortRequest { protocol, host_ip: None, host_ports: None, port };
    Ok((first..=last).map(request).collect())
}

/// `[HOSTIP:][HOSTPORT[-END]]`.
fn host_side(text: &str) -> Parsed<(Option<IpAddr>, Option<Ports>)> {
    let (address, ports) = match (text.strip_prefix('['), text.rsplit_once(':')) {
        (Some(bracketed), _) => match bracketed.split_once("]:") {
            Some((address, ports)) => (Some(address), ports),
            None => return Err("it is [ADDRESS]:HOSTPORT:PORT, or [ADDRESS]::PORT for any".to_owned()),
        },
        (None, Some((address, _))) if address.contains(':') => {
            return Err("an IPv6 address is written in brackets: [::1]:8080:80".to_owned());
        }
        (None, Some((address, ports))) => (Some(address), ports),
        (None, None) => (None, text),
    };
    let ports = if ports.is_empty() { None } else { Some(range(ports)?) };
    Ok((address.filter(|it| !it.is_empty()).map(host_address).transpose()?, ports))
}

/// An address that a host can have.
fn host_address(text: &str) -> Parsed<IpAddr> {
    let address = text.parse::<IpAddr>().map_err(|_| format!("{text:?} is no address"))?.to_canonical();
    match address {
        IpAddr::V6(six) if six.is_unicast_link_local() => {
            Err(format!("{address} is good on one link only, and can't be published"))
        }
        _ if address.is_multicast() || address == Ipv4Addr::BROADCAST => {
            Err(format!("{address} is not the address of a host"))
        }
        _ => Ok(address),
    }
}

/// `PORT[-END]`.
fn range(text: &str) -> Parsed<Ports> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (port(first)?, port(last)?) {
        (first, last) if first <= last => Ok((first, last)),
        (first, last) => Err(format!("the range {first}-{last} ends before it begins")),
    }
}

fn port(text: &str) -> Parsed<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse().ok().filter(|&port| digits && port != 0) {
        Some(port) => Ok(port),
        None => Err(format!("{text:?} is no port; there are 1 to 65535")),
    }
}

#[cfg(test)]
mod tests;
