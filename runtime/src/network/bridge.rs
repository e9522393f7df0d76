//! Making the bridge.

use std::os::fd::AsFd;
use std::path::PathBuf;

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Address, Bridge as Settings, Kind, Link};
use netlink_raw::{Request, Socket};
use nix::errno::Errno;

use super::facts::facts;
use super::socket::{On, REHEARSED, changing};
use crate::error::{Doing, Error, Result};
use crate::explain::{Actor, link_is};
use crate::plan::{Bridge, MacAddress, network};
use crate::state::{State, lock};
use crate::sys::gate::rehearsing;
use crate::sys::{file, netdevice};

/// Makes the bridge, or what it lacks. Many commands may come here at once: the first one makes it.
///
/// # Errors
/// The kernel's; the bridge has got another subnet since `bridge` was decided.
pub(super) fn complete(state: &State, network: &str, bridge: &mut Bridge) -> Result<()> {
    if rehearsing() {
        return make(network, bridge);
    }
    let _lock = lock(&state.network(network))?;
    let (now, _) = network::bridge(&facts(state, network, None)?)?;
    if now.gateway != bridge.gateway {
        let problem = format!("{} has got the subnet {} meanwhile: try again", now.name, now.gateway.trunc());
        return Err(Error::Address { network: network.to_owned(), problem });
    }
    *bridge = now;
    if bridge.ready { Ok(()) } else { make(network, bridge) }
}

fn make(network: &str, bridge: &mut Bridge) -> Result<()> {
    let mut socket = changing(Actor::Host).on(network)?;
    tolerant(&mut socket, create(bridge).on(network)?, libc::EEXIST).on(network)?;
    let index = match socket.descriptor() {
        Some(socket) => {
            netdevice::index(socket.as_fd(), &bridge.name).doing(|| format!("network {network}"))?
        }
        None => REHEARSED,
    };
    link_is(Actor::Host, index, &bridge.name);
    disable_ipv6(&bridge.name).doing(|| format!("network {network}"))?;
    for request in set_up(bridge, index).on(network)? {
        tolerant(&mut socket, request, libc::EEXIST).on(network)?;
    }
    *bridge = Bridge { index: Some(index), ready: true, ..bridge.clone() };
    Ok(())
}

/// The bridge itself. No spanning tree and no delay: a port forwards at once. A hardware address of its
/// own: otherwise it would take the lowest of its ports', and change it as containers come and go.
fn create(bridge: &Bridge) -> std::result::Result<Request, netlink_raw::Error> {
    let settings = Settings { stp_state: Some(0), forward_delay: Some(0), ..Settings::default() };
    Link {
        name: Some(bridge.name.clone()),
        address: Some(MacAddress::of(bridge.address()).0.to_vec()),
        kind: Some(Kind::Bridge(settings)),
        ..Link::default()
    }
    .create()
}

/// Its MTU, its address, and up. An MTU given while creating would be forgotten with the last port.
fn set_up(bridge: &Bridge, index: u32) -> std::result::Result<[Request; 2], netlink_raw::Error> {
    let link = Link {
        name: Some(bridge.name.clone()),
        mtu: Some(bridge.mtu),
        flags: IFF_UP,
        change: IFF_UP,
        ..Link::default()
    };
    Ok([address(index, bridge.gateway).add()?, link.set()?])
}

/// An address, its prefix and its broadcast address, on the link with this index.
pub(super) fn address(index: u32, address: ipnet::Ipv4Net) -> Address {
    Address {
        index,
        prefix_len: address.prefix_len(),
        local: Some(address.addr().into()),
        address: Some(address.addr().into()),
        broadcast: (address.prefix_len() < 31).then(|| address.broadcast()),
        ..Address::default()
    }
}

/// One request, for which one answer is as good as success.
fn tolerant(
    socket: &mut Socket,
    request: Request,
    errno: i32,
) -> std::result::Result<(), netlink_raw::Error> {
    match socket.execute(&[request]) {
        Err(error) if error.errno() == Some(errno) => Ok(()),
        result => result,
    }
}

/// Turns IPv6 off on a device of this process's network namespace, or by the name `default` on those that
/// are made from now on, which the kernel does without the lock that every other change of a device
/// waits for (since Linux 6.9). These networks have no IPv6 addresses
/// yet; left on, the kernel would make some, and believe a router advertisement that a container sends
/// (CVE-2020-13401, CVE-2024-32473).
///
/// # Errors
/// write(2)'s; none where the kernel has no IPv6.
pub(super) fn disable_ipv6(device: &str) -> crate::sys::Result<()> {
    let path: PathBuf = ["/proc/sys/net/ipv6/conf", device, "disable_ipv6"].iter().collect();
    match file::write(&path, "1") {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        written => written,
    }
}
