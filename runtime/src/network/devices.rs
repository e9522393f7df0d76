//! Devices of the host's that become a container's (`linux.netDevices`): moved, with another name if that is
//! wanted, and as they were otherwise, their lasting addresses included.

use std::os::fd::{AsFd, AsRawFd};
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
use super::socket::{On, REHEARSED, asking, changing};
use crate::error::{Doing, Error, Result};
use crate::explain::{Actor, link_is};
use crate::plan::NetDevice;
use crate::sys::file;

/// Flags of an address that are somebody's wish, not the kernel's knowledge.
const WISHES: u32 =
    IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

/// A device as it is on the host.
struct Found<'p> {
    planned: &'p NetDevice,
    index: u32,
    addresses: Vec<Address>,
}

/// Moves the devices into the namespace at `place`, gives them back the addresses that the move took from them,
/// and brings them up. When the container ends, the kernel moves hardware back, and deletes what is virtual.
///
/// # Errors
/// A device that is not there, or that can't be moved; then those moved already are moved back, down and without
/// addresses.
pub fn move_in(place: Place<'_>, devices: &[NetDevice]) -> Result<()> {
    if devices.is_empty() {
        return Ok(());
    }
    let mut asked = asking(Actor::Host).on("netDevices")?;
    // All of them are looked at before the first is touched.
    let found: Vec<Found<'_>> =
        devices.iter().map(|device| find(&mut asked, device)).collect::<Result<_>>()?;
    let home = file::open(Path::new("/proc/self/ns/net"), OFlag::O_RDONLY)
        .doing(|| "netDevices: the host's network namespace".to_owned())?;
    let mut inside = place.enter(|| changing(Actor::Container).on("netDevices"))?;
    let mut host = changing(Actor::Host).on("netDevices")?;
    for (place_in_list, device) in found.iter().enumerate() {
        let name = &device.planned.host_name;
        let moved = send(&mut host, place.netns(), device)
            .and_then(|()| complete(&mut inside, device))
            .on(&format!("netDevices: {name}"));
        moved.inspect_err(|_| {
            for device in found[..=place_in_list].iter().rev() {
                // The first failure is the one to tell.
                let _ = send_back(&mut inside, Netns::Fd(home.as_fd().as_raw_fd()), device);
            }
        })?;
    }
    Ok(())
}

fn find<'p>(host: &mut Socket, planned: &'p NetDevice) -> Result<Found<'p>> {
    let name = &planned.host_name;
    let wanted = Link { name: Some(name.clone()), ..Link::default() };
    let what = format!("netDevices: {name}");
    let link: Link = wanted.get().and_then(|request| host.get(&request)).on(&what)?;
    link_is(Actor::Host, link.index, name);
    let all: Vec<Address> = Address::dump_of(link.index).and_then(|request| host.dump(&request)).on(&what)?;
    if planned.host_name == "lo" {
        let problem = "the loopback device stays where it is".to_owned();
        return Err(Error::Address { network: what, problem });
    }
    let lasting = |address: &Address| {
        address.index == link.index
            && address.scope == RT_SCOPE_UNIVERSE
            && address.flags & IFA_F_PERMANENT != 0
    };
    let addresses = all.into_iter().filter(lasting).collect();
    Ok(Found { planned, index: link.index, addresses })
}

/// Takes the device down, so that nothing is sent to it half-way, and moves it.
fn send(host: &mut Socket, netns: Netns, device: &Found<'_>) -> std::result::Result<(), Refusal> {
    let link = Link { index: device.index, ..Link::default() };
    let down = Link { change: IFF_UP, ..link.clone() };
    let away = Link { netns: Some(netns), name: Some(device.planned.name.clone()), ..link };
    host.execute(&[down.set()?, away.set()?])
}

/// Makes the device inside what it was outside.
fn complete(inside: &mut Socket, device: &Found<'_>) -> std::result::Result<(), Refusal> {
    let name = &device.planned.name;
    let index = index_of(inside, Actor::Container, name).unwrap_or(REHEARSED);
    link_is(Actor::Container, index, name);
    let mut requests = Vec::with_capacity(1 + device.addresses.len());
    for address in &device.addresses {
        // A label begins with the name that the device had.
        let label = address.label.clone().filter(|_| device.planned.host_name == *name);
        let address = Address { index, flags: address.flags & WISHES, label, ..address.clone() };
        requests.push(address.add()?);
    }
    requests.push(Link { index, flags: IFF_UP, change: IFF_UP, ..Link::default() }.set()?);
    inside.execute(&requests)
}

/// Moves a device back that has come in.
fn send_back(inside: &mut Socket, home: Netns, device: &Found<'_>) -> std::result::Result<(), Refusal> {
    let Some(index) = index_of(inside, Actor::Container, &device.planned.name) else { return Ok(()) };
    let down = Link { index, change: IFF_UP, ..Link::default() };
    let name = Some(device.planned.host_name.clone());
    let back = Link { index, netns: Some(home), name, ..Link::default() };
    inside.execute(&[down.set()?, back.set()?])
}
