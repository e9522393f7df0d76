//! What the firewall is to know of networks and published ports.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::ports::Protocol;
use super::{Definition, Isolation};

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

impl Zone {
    /// The network as the firewall knows it; `None` for one that the host does not route for.
    pub fn of(network: &Definition) -> Option<Self> {
        network.is_routed().then(|| Self {
            group: network.group(),
            masquerade: network.masquerades(),
            internal: network.internal,
            isolation: network.isolation(),
        })
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
        write!(f, "{address}/{}", self.protocol)
    }
}
