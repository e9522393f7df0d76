//! A network namespace that is captured in: its devices, and how it ends.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use netlink_raw::Socket;
use netlink_raw::kernel::{GROUPS, IFF_UP, RTNLGRP_LINK};
use netlink_raw::route::Link as Device;
use nix::unistd::Pid;

use super::link::{self, Link};
use super::wanted::Wanted;
use crate::cli::CaptureArgs;
use crate::error::{Doing, Error, Result};
use crate::explain::Actor;
use crate::netns::Place;
use crate::network::monitor::Monitor;
use crate::network::socket::asking;
use crate::sys::process::pidfd_open;

/// A network namespace.
#[derive(Debug)]
pub(super) struct Ground {
    /// How to get there, by a descriptor that stays the same namespace's; `None` for the one we are in.
    place: Option<Place>,
    /// That descriptor.
    #[allow(dead_code)] // held open alone
    held: Option<OwnedFd>,
    /// The process by which it was found, whose end is the end.
    process: Option<OwnedFd>,
    /// Whether devices that come later are wanted too.
    pub(super) all: bool,
    /// Where the kernel announces devices; or whatever it announces, where netlink messages are wanted and can't be had
    /// otherwise.
    announcements: Option<Socket>,
    /// The device that netlink messages are taken from, if they are.
    monitor: Option<Monitor>,
}

/// What there is to know of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) link: Link,
    /// What goes out comes in again.
    pub(super) loopback: bool,
    pub(super) up: bool,
    /// Its kind and its address, for people.
    pub(super) description: String,
}

impl Ground {
    /// Goes there, and has a look.
    ///
    /// # Errors
    /// It is gone, or not for this user. With `--netlink`: the kernel can't tell of netlink messages.
    pub(super) fn of(wanted: &Wanted, arguments: &CaptureArgs) -> Result<Self> {
        let mut ground =
            Self { place: None, held: None, process: None, all: false, announcements: None, monitor: None };
        if let Some(place) = &wanted.place {
            // First who it is, then where: a number that has become another's would be seen.
            let process = place.pid.map(|pid| pidfd_open(Pid::from_raw(pid)));
            ground.process = process.transpose().doing(|| format!("container {}", place.name))?;
            let held = place.open()?;
            let path = if crate::sys::gate::rehearsing() {
                place.path.clone()
            } else {
                PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()))
            };
            ground.place = Some(Place { path, ..place.clone() });
            ground.held = Some(held);
        }
        let (mut monitor, mut announcements) = (None, None);
        ground.inside(|who| {
            if arguments.netlink {
                monitor = Monitor::begin(who)?;
            }
            announcements = match (arguments.netlink, &monitor) {
                // What is announced to this process too would be seen once more.
                (true, Some(_)) => None,
                (true, None) => Some(hearing(who)?),
                (false, _) => Some(listening(who)?),
            };
            Ok(())
        })?;
        ground.all = wanted.devices.is_none() && !arguments.netlink;
        (ground.monitor, ground.announcements) = (monitor, announcements);
        Ok(ground)
    }

    /// Does something there.
    ///
    /// # Errors
    /// It can't be entered; or what `act` fails with.
    pub(super) fn inside<T>(&self, act: impl FnOnce(Actor) -> Result<T>) -> Result<T> {
        let Some(place) = &self.place else { return act(Actor::Host) };
        let visit = place.visit()?;
        let done = act(Actor::Container);
        visit.leave();
        done
    }

    /// What people call a device of it: `web:eth0`, and of the namespace we are in `eth0`.
    pub(super) fn label(&self, device: &str) -> String {
        self.place.as_ref().map_or_else(|| device.to_owned(), |place| format!("{}:{device}", place.name))
    }

    /// What people call it.
    pub(super) fn name(&self) -> &str {
        self.place.as_ref().map_or("this network namespace", |place| &place.name)
    }

    /// The devices that are wanted.
    ///
    /// # Errors
    /// One is not there.
    pub(super) fn devices(&self, wanted: &Wanted, arguments: &CaptureArgs) -> Result<Vec<Found>> {
        if arguments.netlink {
            return Ok(vec![of_netlink(self.monitor.as_ref())]);
        }
        let all = self.all()?;
        let Some(names) = &wanted.devices else { return Ok(all) };
        let find = |name: &String| {
            all.iter().find(|device| device.name == *name).cloned().ok_or_else(|| {
                Error::Usage(format!("capture: {}: no such device in {}", self.label(name), self.name()))
            })
        };
        names.iter().map(find).collect()
    }

    /// All its devices that carry packets.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn all(&self) -> Result<Vec<Found>> {
        self.inside(|who| {
            let devices: Vec<Device> = asking(who)
                .and_then(|mut socket| socket.dump(&Device::dump()?))
                .map_err(|error| refused(&error))?;
            let carries = |device: &Device| device.device_type != link::NETLINK;
            Ok(devices.into_iter().filter(carries).map(found).collect())
        })
    }

    /// Where its end, and where new devices can be heard.
    pub(super) fn ears(&self) -> (Option<BorrowedFd<'_>>, Option<BorrowedFd<'_>>) {
        let announcements = self.announcements.as_ref().and_then(Socket::descriptor);
        (self.process.as_ref().map(AsFd::as_fd), announcements)
    }

    /// The socket that hears whatever the kernel announces, which is then the caller's.
    pub(super) fn hand_over(&mut self) -> Option<Socket> {
        self.announcements.take()
    }

    /// Takes what was announced. It is not read: who is woken looks at all devices, as announcements
    /// may be lost.
    pub(super) fn take_announcement(&mut self) {
        if let Some(socket) = &mut self.announcements {
            let _ = socket.announcements();
        }
    }

    /// Has nothing more to do with it: what was made there is taken away, and nothing keeps it alive.
    ///
    /// # Errors
    /// The kernel's, which did not delete a device.
    pub(super) fn leave(&mut self) -> Result<()> {
        self.process = None;
        self.announcements = None;
        self.held = None;
        self.monitor.take().map_or(Ok(()), Monitor::end)
    }
}

pub(super) fn refused(error: &netlink_raw::Error) -> Error {
    Error::Usage(format!("capture: {error}"))
}

fn found(device: Device) -> Found {
    let kind = device.kind.as_ref().map_or("device", |kind| kind.name()).to_owned();
    let address = device.address.filter(|address| !address.is_empty());
    let loopback = device.device_type == link::LOOPBACK;
    Found {
        index: device.index,
        name: device.name.unwrap_or_default().into(),
        link: Link::of(device.device_type),
        loopback,
        up: device.flags & IFF_UP != 0,
        description: match (loopback, address) {
            (true, _) => "loopback".to_owned(),
            (_, Some(address)) => format!("{kind} {address}"),
            (_, None) => kind,
        },
    }
}

/// What netlink messages are taken from. Without a monitor the kernel's announcements are, which have no device.
fn of_netlink(monitor: Option<&Monitor>) -> Found {
    let description = match monitor {
        Some(monitor) => format!("netlink messages, by {}", monitor.name),
        None => "what rtnetlink announces".to_owned(),
    };
    let index = monitor.map_or(0, |monitor| monitor.index);
    Found { index, name: "netlink".to_owned(), link: Link::Netlink, loopback: false, up: true, description }
}

/// A socket that hears of devices.
fn listening(who: Actor) -> Result<Socket> {
    let mut socket = asking(who).map_err(|error| refused(&error))?;
    socket.join(RTNLGRP_LINK).map_err(|error| refused(&error))?;
    Ok(socket)
}

/// A socket that hears whatever rtnetlink announces to those who want to know.
fn hearing(who: Actor) -> Result<Socket> {
    eprintln!(
        "pontoon: this kernel has no nlmon devices (CONFIG_NLMON): of netlink only what rtnetlink announces is captured"
    );
    let mut socket = asking(who).map_err(|error| refused(&error))?;
    for (group, _) in GROUPS {
        // An older kernel does not have them all.
        let _ = socket.join(*group);
    }
    Ok(socket)
}
