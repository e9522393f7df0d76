//! Devices of the host's that become a container's (`linux.netDevices`): moved, with another name if that is
//! wanted, and as they were otherwise, their lasting addresses included.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use netlink_raw::kernel::{
    IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR, IFA_F_MCAUTOJOIN, IFA_F_NODAD, IFA_F_NOPREFIXROUTE,
    IFA_F_PERMANENT, IFF_UP, RT_SCOPE_UNIVERSE,
};
use netlink_raw::route::{Address, Link, Netns};
use netlink_raw::{Error as Refusal, Socket};
use nix::fcntl::OFlag;

use super::card::index_of;
use super::namespace::Place;
use super::socket::{On, asking, changing, rehearsed};
use crate::error::{Doing, Error, Result};
use crate::explain::{Actor, link_is};
use crate::plan::NetDevice;
use crate::sys::file;

/// Flags of an address that are somebody's wish, not the kernel's knowledge.
const WISHES: u32 =
    IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

/// A device as it is on the host.
#[derive(Debug)]
struct Found<'p> {
    planned: &'p NetDevice,
    index: u32,
    up: bool,
    addresses: Vec<Address>,
}

/// Devices that have been moved into a container, until that is sure to run. They are not lost with it meanwhile:
/// the sockets keep its network namespace.
#[derive(Debug)]
pub struct Moved<'p> {
    inside: Socket,
    host: Socket,
    home: OwnedFd,
    /// Each, and its name inside.
    devices: Vec<(Found<'p>, &'p str)>,
}

/// Moves the devices into the namespace at `place`, gives them back the addresses that the move took from them,
/// and brings them up. When the container ends, the kernel moves hardware back, and deletes what is virtual.
/// `None` where there is none to move.
///
/// # Errors
/// A device that is not there, or that can't be moved; then those moved already are moved back.
pub fn move_in<'p>(place: Place<'_>, devices: &'p [NetDevice]) -> Result<Option<Moved<'p>>> {
    if devices.is_empty() {
        return Ok(None);
    }
    let mut asked = asking(Actor::Host).on("netDevices")?;
    // All of them are looked at before the first is touched.
    let found: Vec<Found<'_>> =
        devices.iter().map(|device| find(&mut asked, device)).collect::<Result<_>>()?;
    let home = file::open(Path::new("/proc/self/ns/net"), OFlag::O_RDONLY)
        .doing(|| "netDevices: the host's network namespace".to_owned())?;
    let inside = place.enter(|| changing(Actor::Container).on("netDevices"))?;
    let host = changing(Actor::Host).on("netDevices")?;
    let mut moved = Moved { inside, host, home, devices: Vec::new() };
    for device in found {
        let what = format!("netDevices: {}", device.planned.host_name);
        if let Err(error) = moved.one(place.netns(), device) {
            // The first failure is the one to tell.
            let _ = moved.take_back();
            return Err(error).on(&what);
        }
    }
    Ok(Some(moved))
}

impl<'p> Moved<'p> {
    fn one(&mut self, to: Netns, device: Found<'p>) -> std::result::Result<(), Refusal> {
        let NetDevice { host_name, name } = device.planned;
        let sent = send(&mut self.host, device.index, to, name);
        if let Err(error) = sent {
            // The kernel renames after it has moved: one that could not be renamed is in there all the same.
            if index_of(&self.host, Actor::Host, host_name).is_none() {
                self.devices.push((device, host_name));
            } else {
                let _ = raise(&mut self.host, device.index, device.up);
            }
            return Err(error);
        }
        let completed = complete(&mut self.inside, Actor::Container, name, &device, true);
        self.devices.push((device, name));
        completed
    }

    /// Gives the host back what has been taken from it.
    ///
    /// # Errors
    /// The first failure; the rest is done all the same.
    pub fn take_back(mut self) -> Result<()> {
        let mut first = Ok(());
        for (device, name) in self.devices.iter().rev() {
            let host_name = &device.planned.host_name;
            let Some(index) = index_of(&self.inside, Actor::Container, name) else { continue };
            let home = Netns::Fd(self.home.as_raw_fd());
            let back = send(&mut self.inside, index, home, host_name)
                .and_then(|()| complete(&mut self.host, Actor::Host, host_name, device, device.up));
            first = first.and(back.on(&format!("netDevices: {host_name}")));
        }
        first
    }
}

fn find<'p>(host: &mut Socket, planned: &'p NetDevice) -> Result<Found<'p>> {
    let name = &planned.host_name;
    let what = format!("netDevices: {name}");
    if name == "lo" {
        let problem = "the loopback device stays where it is".to_owned();
        return Err(Error::Address { network: what, problem });
    }
    let wanted = Link { name: Some(name.as_str().into()), ..Link::default() };
    let link: Link = wanted.get().and_then(|request| host.get(&request)).on(&what)?;
    link_is(Actor::Host, link.index, name);
    let all: Vec<Address> = Address::dump_of(link.index).and_then(|request| host.dump(&request)).on(&what)?;
    let lasting = |address: &Address| {
        address.index == link.index
            && address.scope == RT_SCOPE_UNIVERSE
            && address.flags & IFA_F_PERMANENT != 0
    };
    let addresses = all.into_iter().filter(lasting).collect();
    Ok(Found { planned, index: link.index, up: link.flags & IFF_UP != 0, addresses })
}

/// Takes a device down, so that nothing is sent to it half-way, and moves it; it gets `name` there.
fn send(socket: &mut Socket, index: u32, to: Netns, name: &str) -> std::result::Result<(), Refusal> {
    let link = Link { index, ..Link::default() };
    let down = Link { change: IFF_UP, ..link.clone() };
    let away = Link { netns: Some(to), name: Some(name.into()), ..link };
    socket.execute(&[down.set()?, away.set()?])
}

/// Makes a device that has been moved to where `socket` is what it was before.
fn complete(
    socket: &mut Socket,
    who: Actor,
    name: &str,
    device: &Found<'_>,
    up: bool,
) -> std::result::Result<(), Refusal> {
    let index = index_of(socket, who, name).unwrap_or_else(|| rehearsed(name));
    link_is(who, index, name);
    let mut requests = Vec::with_capacity(device.addresses.len());
    for address in &device.addresses {
        // A label begins with the name that the device had.
        let label = address.label.clone().filter(|_| device.planned.host_name == name);
        let address = Address { index, flags: address.flags & WISHES, label, ..address.clone() };
        requests.push(address.add()?);
    }
    socket.execute(&requests)?;
    raise(socket, index, up)
}

/// Brings a device up, if it is to be.
fn raise(socket: &mut Socket, index: u32, up: bool) -> std::result::Result<(), Refusal> {
    if !up {
        return Ok(());
    }
    socket.execute(&[Link { index, flags: IFF_UP, change: IFF_UP, ..Link::default() }.set()?])
}
