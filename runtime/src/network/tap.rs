//! Tap devices for containers.

use std::os::fd::AsFd;

use netlink_raw::Socket;
use netlink_raw::route::Link;
use nix::errno::Errno;

use super::namespace::Place;
use super::socket::On;
use crate::error::{Doing, Error, Result};
use crate::plan::network::TapOptions;
use crate::sys::tun::{self, Tap};

/// Makes a tap device `name` in the network namespace at `place`, for a card of `network`, where `inside` is a socket. It
/// ends with the namespace. It bears the number `group` before it stays when this process ends.
///
/// # Errors
/// The kernel's; it has no tun (CONFIG_TUN), or the container has a device of this name.
pub fn make(
    place: Place<'_>,
    inside: &mut Socket,
    network: &str,
    (name, group): (&str, u32),
    options: &TapOptions,
) -> Result<()> {
    let tap = Tap {
        name,
        owner: options.owner,
        group: options.group,
        multi_queue: options.multi_queue.unwrap_or_default(),
        vnet_header: options.vnet_header.unwrap_or_default(),
        ..Tap::default()
    };
    let made = place.enter(|| match tun::make(&tap) {
        Err(error) if error.call == "ioctl" && error.errno == Errno::EBUSY => {
            Err(told(network, format!("the container has a device {name} already")))
        }
        // ENXIO and ENODEV are what opening a device node says where no driver has its number.
        Err(error) if [Errno::ENOENT, Errno::ENXIO, Errno::ENODEV].contains(&error.errno) => {
            Err(told(network, "the kernel has no tun (CONFIG_TUN), or no /dev/net/tun".to_owned()))
        }
        made => made.doing(|| format!("network {network}")),
    })?;
    let marked = Link { name: Some(name.into()), group: Some(group), ..Link::default() }.set();
    marked.and_then(|request| inside.execute(&[request])).on(network)?;
    tun::keep(made.as_fd(), &tap).doing(|| format!("network {network}"))
}

fn told(network: &str, problem: String) -> Error {
    Error::Address { network: network.to_owned(), problem }
}
