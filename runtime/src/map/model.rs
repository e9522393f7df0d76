//! What is drawn, as plain values: namespaces, their links, and what leads from one link to another.

use std::fmt;
use std::net::IpAddr;

use netlink_raw::kernel::{
    AF_INET6, RTN_BLACKHOLE, RTN_PROHIBIT, RTN_THROW, RTN_UNICAST, RTN_UNREACHABLE, RTPROT_KERNEL,
};

use crate::plan::network::ports::Published;

/// A picture. The first namespace is the one that it is drawn around.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    /// The namespaces.
    pub namespaces: Vec<Namespace>,
    /// What leads from one link to another.
    pub edges: Vec<Edge>,
}

/// Which network namespace: the file that stands for it is on this device, with this number (stat(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id {
    /// The device.
    pub device: u64,
    /// The number, as in `net:[4026531840]`.
    pub inode: u64,
}

/// A network namespace, under all of its names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespace {
    /// Which it is.
    pub id: Id,
    /// What it is called, the best name first.
    pub names: Vec<Name>,
    /// The containers that are in it.
    pub containers: Vec<Container>,
    /// Its links, by their numbers.
    pub links: Vec<Link>,
    /// How many links of it are left out of the picture.
    pub hidden: usize,
    /// Its routes, but those of the table `local`.
    pub routes: Vec<Route>,
    /// Why nothing is known of it, in the kernel's words.
    pub problem: Option<String>,
}

/// A name of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// It is the one that Pontoon was started in.
    Host,
    /// It is a container's: its name, or the beginning of its id.
    Container(String),
    /// `ip netns` knows it by this.
    Named(String),
    /// It is mounted here.
    Path(String),
    /// A process is in it.
    Process {
        /// Its number.
        pid: i32,
        /// Its name.
        command: String,
    },
}

/// A container, as far as the picture has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is doing, in the OCI specification's word.
    pub status: &'static str,
    /// Its first process.
    pub pid: i32,
    /// Its published ports.
    pub published: Vec<Published>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Its number in its namespace.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Its driver, as in `ip link add … type KIND`; `loopback`, or `device` for what has none.
    pub kind: String,
    /// Hardware address, as it is written.
    pub mac: Option<String>,
    /// Whether it was brought up.
    pub up: bool,
    /// Its state by RFC 2863, as `ip` writes it.
    pub state: &'static str,
    /// Longest packet, in bytes.
    pub mtu: u32,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// Number of the bridge, or of another master, that it is a port of.
    pub master: Option<u32>,
    /// The Pontoon network whose bridge it is.
    pub network: Option<String>,
    /// What its driver says of it: `id 42`, `mode bridge`.
    pub notes: Vec<String>,
    /// What its maker wrote on it.
    pub alias: Option<String>,
    /// What it leads to, where that is not in the picture.
    pub lost: Option<Lost>,
}

/// The other end of a link, where it is not in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Its number there.
    pub index: u32,
    /// The namespace, if that is in the picture.
    pub namespace: Option<usize>,
}

/// An address of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub address: IpAddr,
    /// Length of the network's prefix in bits.
    pub prefix_len: u8,
    /// The other end, on a point-to-point link.
    pub peer: Option<IpAddr>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// `AF_INET` or `AF_INET6`.
    pub family: u8,
    /// Where it leads; `None` is everywhere.
    pub destination: Option<(IpAddr, u8)>,
    /// `RTN_*`.
    pub kind: u8,
    /// The next hops: by which neighbour, through which link.
    pub hops: Vec<(Option<IpAddr>, Option<u32>)>,
    /// The table; 254 is main.
    pub table: u32,
    /// `RTPROT_*`: who made it.
    pub protocol: u8,
    /// Of several, the one with the lowest is taken.
    pub metric: Option<u32>,
    /// The source address that packets get.
    pub source: Option<IpAddr>,
}

/// A link, anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// Its namespace, by its place in the picture.
    pub namespace: usize,
    /// Its number there.
    pub index: u32,
}

/// What leads from one link to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// How.
    pub kind: EdgeKind,
    /// The one; of two that are not alike, the upper.
    pub from: End,
    /// The other.
    pub to: End,
}

/// How links belong together, besides ports that have a master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// The two ends of a pair: what goes in at the one comes out at the other.
    Pair,
    /// The one lies on the other, as a macvlan, a VLAN or a tunnel does.
    Upper,
}

impl EdgeKind {
    /// Its word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Upper => "upper",
        }
    }
}

impl Map {
    /// The link at `end`, if it is in the picture.
    pub fn link(&self, end: End) -> Option<&Link> {
        self.namespaces.get(end.namespace)?.link(end.index)
    }

    /// The edges that touch `end`, with their other ends.
    pub fn edges_of(&self, end: End) -> impl Iterator<Item = (EdgeKind, End)> {
        self.edges.iter().filter_map(move |edge| match edge {
            Edge { kind, from, to } if *from == end => Some((*kind, *to)),
            Edge { kind, from, to } if *to == end => Some((*kind, *from)),
            _ => None,
        })
    }
}

impl Namespace {
    /// The link with this number.
    pub fn link(&self, index: u32) -> Option<&Link> {
        self.links.binary_search_by_key(&index, |link| link.index).ok().map(|place| &self.links[place])
    }

    /// All names, each once: `host`, `web`.
    pub fn title(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in &self.names {
            let name = name.to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() { format!("net:[{}]", self.id.inode) } else { names.join(" · ") }
    }

    /// What kind of namespace it is, in a word or two; nothing for the host's.
    pub fn role(&self) -> String {
        match (self.names.first(), self.containers.first()) {
            (Some(Name::Host) | None, _) => String::new(),
            (_, Some(container)) if container.status == "running" => "container".to_owned(),
            (_, Some(container)) => format!("container, {}", container.status),
            (Some(Name::Process { .. }), _) => "process".to_owned(),
            _ => "namespace".to_owned(),
        }
    }

    /// The ports of the host that lead here.
    pub fn published(&self) -> impl Iterator<Item = &Published> {
        self.containers.iter().flat_map(|container| &container.published)
    }

    /// The name of the link with this number; `if7` for one that is not in the picture.
    pub fn link_name(&self, index: u32) -> String {
        self.link(index).map_or_else(|| format!("if{index}"), |link| link.name.clone())
    }
}

impl Link {
    /// Whether it connects its ports as a bridge does.
    pub fn is_bridge(&self) -> bool {
        self.kind == "bridge"
    }

    /// Whether packets can pass: it is up, and so is what it is connected to.
    pub fn passes(&self) -> bool {
        self.up && matches!(self.state, "UP" | "UNKNOWN")
    }

    /// What keeps packets from passing, if anything does.
    pub const fn trouble(&self) -> Option<&'static str> {
        match (self.up, self.state.as_bytes()) {
            (false, _) => Some("down"),
            (true, b"UP" | b"UNKNOWN") => None,
            (true, b"DORMANT") => Some("dormant"),
            (true, _) => Some("no carrier"),
        }
    }
}

impl Route {
    /// Whether it follows from an address, and tells nothing new.
    pub fn is_evident(&self) -> bool {
        let connected = self.hops.iter().all(|(gateway, _)| gateway.is_none());
        self.protocol == RTPROT_KERNEL && connected && self.kind == RTN_UNICAST
    }

    /// Its type where that is not the usual one.
    pub fn kind_word(&self) -> Option<String> {
        match self.kind {
            RTN_UNICAST => None,
            RTN_BLACKHOLE => Some("blackhole".to_owned()),
            RTN_UNREACHABLE => Some("unreachable".to_owned()),
            RTN_PROHIBIT => Some("prohibit".to_owned()),
            RTN_THROW => Some("throw".to_owned()),
            other => Some(format!("type {other}")),
        }
    }

    /// Where it leads, as `ip route` writes it.
    pub fn destination_word(&self) -> String {
        match self.destination {
            None if self.family == AF_INET6 => "default (IPv6)".to_owned(),
            None => "default".to_owned(),
            Some((address, length)) if length == if address.is_ipv4() { 32 } else { 128 } => {
                address.to_string()
            }
            Some((address, length)) => format!("{address}/{length}"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer {
            Some(peer) => write!(f, "{} peer {peer}/{}", self.address, self.prefix_len),
            None => write!(f, "{}/{}", self.address, self.prefix_len),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("host"),
            Self::Container(name) | Self::Named(name) | Self::Path(name) => f.write_str(name),
            Self::Process { pid, command } => write!(f, "{command} ({pid})"),
        }
    }
}
