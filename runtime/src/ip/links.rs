//! The network devices of a namespace: numbers for names, and names for numbers.

use std::collections::BTreeMap;

use netlink_raw::Socket;
use netlink_raw::route::Link;

use crate::ip::words::{Result, no_device};

/// What was asked of devices so far, and a socket to ask by.
#[derive(Debug)]
pub struct Links {
    socket: Socket,
    names: BTreeMap<u32, String>,
    masters: BTreeMap<u32, u32>,
}

impl Links {
    /// Of the namespace of `socket`.
    pub const fn new(socket: Socket) -> Self {
        Self { socket, names: BTreeMap::new(), masters: BTreeMap::new() }
    }

    /// The number of the device called `name`.
    ///
    /// # Errors
    /// There is none: `Cannot find device "x"`.
    pub fn index(&mut self, name: &str) -> Result<u32> {
        let found = Link { name: Some(name.to_owned()), ..Link::default() }.get();
        let found = found.and_then(|request| self.socket.get::<Link>(&request));
        found.map(|link| link.index).map_err(|_| no_device(name))
    }

    /// The name of device `index`; `if7` where there is none.
    pub fn name(&mut self, index: u32) -> &str {
        if !self.names.contains_key(&index) {
            self.ask(index);
        }
        self.names.get(&index).map_or("*", String::as_str)
    }

    /// The number of the bridge, or of another master, of device `index`; 0 for none.
    pub fn master(&mut self, index: u32) -> u32 {
        if !self.masters.contains_key(&index) {
            self.ask(index);
        }
        self.masters.get(&index).copied().unwrap_or(0)
    }

    fn ask(&mut self, index: u32) {
        let link =
            Link { index, ..Link::default() }.get().and_then(|request| self.socket.get::<Link>(&request));
        let link = link.unwrap_or_default();
        self.names.insert(index, link.name.unwrap_or_else(|| format!("if{index}")));
        self.masters.insert(index, link.master.unwrap_or(0));
    }
}
