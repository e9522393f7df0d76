//! What the firewall is to know of networks and published ports.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// A network, as packets are told apart: by the group of the host's devices that they pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// The group (`IFLA_GROUP`) of its devices; not 0, which every device has.
    pub group: u32,
    /// Whether what leaves it for the outside gets the host's address.
    pub masquerade: bool,
    /// Whether it reaches itself and the host only.
    pub internal: bool,
    /// What it has to do with other networks.
    pub isolation: Isolation,
}

/// What a network has to do with the other ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// Nothing, but for ports published on the host.
    #[default]
    Usual,
    /// It and other open ones reach each other.
    Open,
    /// Nothing at all, published ports included.
    Strict,
}

/// A protocol that has ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

/// A port of the host's that leads to a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The protocol.
    pub protocol: Protocol,
    /// The host's address; none, 0.0.0.0 and :: stand for all of the family that `to` has.
    pub host: Option<IpAddr>,
    /// The host's port.
    pub host_port: u16,
    /// The container's address and port.
    pub to: SocketAddr,
    /// Whose it is: `pontoon:ID ROOT`. At most 253 bytes.
    pub owner: String,
}

/// All networks, and all published ports of containers that run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Everything {
    /// The networks.
    pub zones: Vec<Zone>,
    /// The ports.
    pub forwards: Vec<Forward>,
    /// The state root that this is everything of: ports whose owner ends with it, and that are not here, go.
    pub root: String,
}

impl Protocol {
    /// Its number, `IPPROTO_TCP` and so on.
    pub const fn number(self) -> u8 {
        match self {
            Self::Tcp => 6,
            Self::Udp => 17,
            Self::Sctp => 132,
        }
    }

    /// The protocol with this number, if it has ports.
    pub const fn of_number(number: u8) -> Option<Self> {
        match number {
            6 => Some(Self::Tcp),
            17 => Some(Self::Udp),
            132 => Some(Self::Sctp),
            _ => None,
        }
    }

    /// As it is written behind a port.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

impl Forward {
    /// The one address of the host's, if it is not all of them.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.filter(|address| !address.is_unspecified())
    }

    /// Whether both are the same port of the host's.
    pub fn meets(&self, other: &Self) -> bool {
        let key =
            |forward: &Self| (forward.protocol, forward.address(), forward.host_port, forward.to.is_ipv4());
        key(self) == key(other)
    }
}

impl std::fmt::Display for Forward {
    /// `0.0.0.0:8080/tcp`: the host's side.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let any = if self.to.is_ipv4() { IpAddr::from([0_u8; 4]) } else { IpAddr::from([0_u8; 16]) };
        let address = SocketAddr::new(self.address().unwrap_or(any), self.host_port);
        write!(f, "{address}/{}", self.protocol.word())
    }
}
