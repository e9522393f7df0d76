//! The network devices of a namespace: numbers for names, and names for numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use netlink_raw::Socket;
use netlink_raw::kernel::IFLA_VRF_TABLE;
use netlink_raw::route::{Kind, Link};

use crate::explain;
use crate::ip::attributes::Table;
use crate::ip::words::{Result, no_device, number};

/// Attributes up to `IFLA_VRF_TABLE`.
type VrfTable<'a> = Table<'a, { IFLA_VRF_TABLE as usize + 1 }>;

/// What is known of a device.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    name: [u8; libc::IFNAMSIZ],
    /// `IFF_*`; `None` where there is no such device.
    pub flags: Option<u32>,
    /// How many packets may wait to be sent.
    pub tx_queue_len: u32,
}

impl Known {
    fn new(name: &[u8], flags: Option<u32>, tx_queue_len: u32) -> Self {
        let mut room = [0; libc::IFNAMSIZ];
        for (place, byte) in room.iter_mut().zip(name) {
            *place = *byte;
        }
        Self { name: room, flags, tx_queue_len }
    }

    /// Its name, as the kernel has it; `if7` where there is no such device.
    pub fn name(&self) -> &[u8] {
        self.name.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

/// The number in a name such as `if7`, which each device has beside its own.
pub fn numbered(name: &str) -> Option<u32> {
    name.strip_prefix("if").and_then(number).filter(|index| *index != 0)
}

/// What was asked of devices so far, and a socket to ask by.
#[derive(Debug)]
pub struct Links {
    socket: Socket,
    known: HashMap<u32, Known, BuildHasherDefault<Spread>>,
}

/// Hashes the number of a device by one multiplication (Knuth's). The kernel counts them: nobody chooses them to collide.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32((*byte).into());
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Links {
    /// Of the namespace of `socket`.
    pub fn new(socket: Socket) -> Self {
        Self { socket, known: HashMap::default() }
    }

    /// The socket, to ask other things by.
    pub const fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    /// The number of the device called `name`, also by another name that it has.
    ///
    /// # Errors
    /// There is none: `Cannot find device "x"`.
    pub fn index(&mut self, name: &str) -> Result<u32> {
        let found = Link { name: Some(name.into()), ..Link::default() }.get();
        let found = found.and_then(|request| self.socket.get::<Link>(&request));
        // It is taken for its number whether there is such a device or not.
        let index =
            found.ok().map(|link| link.index).or_else(|| numbered(name)).ok_or_else(|| no_device(name))?;
        // It may be elsewhere, or gone, when the message is told that moves or deletes it.
        explain::link_is(explain::actor(), index, name);
        Ok(index)
    }

    /// Keeps what was told of device `index`, so that it need not be asked for.
    pub fn remember(&mut self, index: u32, name: &[u8], flags: u32, tx_queue_len: u32) {
        self.known.insert(index, Known::new(name, Some(flags), tx_queue_len));
    }

    /// Whether device `index` need not be asked for.
    pub fn knows(&self, index: u32) -> bool {
        self.known.contains_key(&index)
    }

    /// The name of device `index`; `if7` where there is none.
    pub fn name(&mut self, index: u32) -> &[u8] {
        self.of(index).name()
    }

    /// What is known of device `index`, which is asked for if that is nothing.
    pub fn of(&mut self, index: u32) -> &Known {
        let Self { socket, known } = self;
        known.entry(index).or_insert_with(|| {
            let found = Link { index, ..Link::default() }.get();
            let found = found.and_then(|request| socket.get::<Link>(&request)).ok();
            let flags = found.as_ref().map(|link| link.flags);
            let link = found.unwrap_or_default();
            let name = link.name.unwrap_or_else(|| format!("if{index}").into());
            Known::new(name.as_bytes(), flags, link.tx_queue_len.unwrap_or(0))
        })
    }

    /// How many bytes the hardware address of device `index` has; `None` where there is no such device.
    pub fn address_length(&mut self, index: u32) -> Option<usize> {
        let found = self.ask(&Link { index, ..Link::default() })?;
        Some(found.address.map_or(0, |address| address.len()))
    }

    /// The kind of device `index`, as its driver is called; `None` where there is none.
    pub fn kind(&mut self, index: u32) -> Option<String> {
        let found = self.ask(&Link { index, ..Link::default() })?;
        found.kind.map(|kind| kind.name().to_owned())
    }

    /// The number of the routing table of the vrf called `name`; `None` where there is none such.
    pub fn vrf_table(&mut self, name: &str) -> Option<u32> {
        match self.ask(&Link { name: Some(name.into()), ..Link::default() })?.kind? {
            Kind::Other { name, data } if name == "vrf" => VrfTable::new(&data).u32(IFLA_VRF_TABLE),
            _ => None,
        }
    }

    fn ask(&mut self, link: &Link) -> Option<Link> {
        link.get().and_then(|request| self.socket.get(&request)).ok()
    }
}
