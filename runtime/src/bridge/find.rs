//! Devices: which are bridges, and which are ports of what.

use std::io;

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Bridge, BridgePort, Kind, Link, SpanningTree, TreeBridge, TreePort};
use netlink_raw::{Error as Refusal, Request, Socket};

use super::failed;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::network::socket::{asking, changing};
use crate::sys::clone::words;

/// The longest name of a device. `brctl` cuts off what is longer.
const LONGEST: usize = 15;

/// A device that is there.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Whether it is up.
    pub up: bool,
    /// The number of the bridge that it is a port of, or of another device that has taken it.
    pub master: Option<u32>,
    /// As a bridge: its settings, and its place in the spanning tree.
    pub bridge: Option<(Bridge, TreeBridge)>,
    /// As a port of a bridge: its settings, and its place in the spanning tree.
    pub port: Option<(BridgePort, TreePort)>,
}

impl From<SpanningTree> for Device {
    fn from(told: SpanningTree) -> Self {
        let link = told.link;
        let settings = match link.kind {
            Some(Kind::Bridge(settings)) => Some(*settings),
            _ => None,
        };
        Self {
            index: link.index,
            name: link.name.unwrap_or_default().into(),
            up: link.flags & IFF_UP != 0,
            master: link.master.filter(|master| *master != 0),
            bridge: settings.zip(told.bridge),
            port: link.port.zip(told.port),
        }
    }
}

/// The devices of a namespace, to ask for and to change.
#[derive(Debug)]
pub struct Devices {
    who: Actor,
    socket: Socket,
}

impl Devices {
    /// Those of the namespace that this process is in, which is `who`'s.
    ///
    /// # Errors
    /// A socket that can't be had.
    pub fn of(who: Actor) -> Result<Self> {
        Ok(Self { who, socket: asking(who).map_err(|error| unasked(&error))? })
    }

    /// The device called `name`, if there is one.
    ///
    /// # Errors
    /// The kernel can't be asked.
    pub fn find(&mut self, name: &str) -> Result<Option<Device>> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = Link { name: Some(short(name).into()), ..Link::default() }.get();
        match found.and_then(|request| self.socket.get::<SpanningTree>(&request)) {
            Ok(told) => Ok(Some(told.into())),
            Err(Refusal::Kernel { errno: libc::ENODEV, .. }) => Ok(None),
            Err(error) => Err(unasked(&error)),
        }
    }

    /// The bridge called `name`.
    ///
    /// # Errors
    /// There is none: `bridge x does not exist!`, `device x is not a bridge!`.
    pub fn bridge(&mut self, name: &str) -> Result<Device> {
        match self.find(name)? {
            None => Err(failed(format!("bridge {name} does not exist!"))),
            Some(Device { bridge: None, .. }) => Err(failed(format!("device {name} is not a bridge!"))),
            Some(bridge) => Ok(bridge),
        }
    }

    /// All devices, by their names.
    ///
    /// # Errors
    /// The kernel can't be asked.
    pub fn all(&mut self) -> Result<Vec<Device>> {
        self.list(Link::dump())
    }

    /// The ports of the bridge numbered `bridge`, by their names.
    ///
    /// # Errors
    /// The kernel can't be asked.
    pub fn ports(&mut self, bridge: u32) -> Result<Vec<Device>> {
        let mut ports = self.list(Link::dump_ports(bridge))?;
        ports.retain(|device| device.master == Some(bridge));
        Ok(ports)
    }

    fn list(&mut self, question: std::result::Result<Request, Refusal>) -> Result<Vec<Device>> {
        let list = question.and_then(|request| self.socket.dump::<SpanningTree>(&request));
        let list = list.map_err(|error| unasked(&error))?;
        let mut devices: Vec<Device> = list.into_iter().map(Device::from).collect();
        devices.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(devices)
    }

    /// Asks for a list of anything else.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn ask<T: netlink_raw::Decode>(
        &mut self,
        question: std::result::Result<Request, Refusal>,
    ) -> std::result::Result<Vec<T>, Refusal> {
        self.socket.dump(&question?)
    }

    /// Sends a request that changes something.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn change(&self, request: std::result::Result<Request, Refusal>) -> std::result::Result<(), Refusal> {
        request.and_then(|request| changing(self.who)?.execute(&[request]))
    }
}

/// As much of a name as a device can have.
pub fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(LONGEST)]
}

/// The kernel's words for a refusal, without its reasons: `brctl` knows its number only.
pub fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Kernel { errno, .. } => strerror(*errno),
        other => other.to_string(),
    }
}

/// The kernel's words for `errno`.
pub fn strerror(errno: i32) -> String {
    words(&io::Error::from_raw_os_error(errno))
}

fn unasked(refusal: &Refusal) -> Error {
    failed(refusal.to_string())
}
