//! Making the bridge of a network.

use std::net::IpAddr;
use std::os::fd::AsFd;

use ipnet::IpNet;
use netlink_raw::kernel::{IFA_F_NODAD, IFF_UP};
use netlink_raw::route::{Address, Bridge as Settings, Kind, Link};
use netlink_raw::{Request, Socket};

use super::definitions::definition;
use super::driver::missing;
use super::facts::facts;
use super::socket::{On, changing, rehearsed};
use super::{find, kernel_parameters, tunnel};
use crate::error::{Doing, Result};
use crate::explain::{Actor, link_is};
use crate::plan::network::define::of_link;
use crate::plan::network::device::{DEFAULT_MTU, Found, device, gateways};
use crate::plan::network::subnets::user;
use crate::plan::network::{DeviceFacts, LinkOptions, problem};
use crate::plan::{Definition, Endpoint, MacAddress};
use crate::state::{State, lock};
use crate::sys::gate::rehearsing;
use crate::sys::netdevice;

/// Makes the bridge of `network` for `card`, or what it lacks. Many commands may come here at once: the first one makes
/// it.
///
/// # Errors
/// The kernel's; the host has come to use the subnet; the bridge has got another since `network` was decided.
pub(super) fn complete(state: &State, network: &Definition, card: &mut Endpoint) -> Result<()> {
    let _lock = if rehearsing() { None } else { Some(lock(&state.network(&network.name))?) };
    // Nobody makes the device of a network that was removed meanwhile.
    let network = &if network.is_default() { network.clone() } else { definition(state, &network.name)? };
    let facts = if network.is_default() { unchanged(state, network)? } else { facts(network)? };
    for subnet in network.subnets.iter().filter(|_| facts.device.is_none()) {
        if let Some((_, user)) = user(subnet.subnet, &facts.subnets) {
            return Err(problem(&network.name, format!("subnet {} is in use ({user})", subnet.subnet)));
        }
    }
    card.device = device(network, &facts)?;
    if card.device.ready {
        return Ok(());
    }
    let whole = |found: &Found| found.up && (!network.is_default() || found.address.is_some());
    let mtu = if let Some(found) = facts.device.filter(whole) {
        adopt(network, found.index)?;
        found.mtu
    } else {
        let mtu = network.mtu().or(facts.uplink_mtu).unwrap_or(DEFAULT_MTU);
        card.device.index = Some(make(network, mtu)?);
        mtu
    };
    card.device.ready = true;
    card.mtu = card.mtu.or(Some(mtu));
    Ok(())
}

/// Gives the bridge of `network` back what it lacks, of which `facts` were read a moment ago. Returns its index.
///
/// # Errors
/// The kernel's; there is another device of its name.
pub(super) fn restore(state: &State, network: &Definition, facts: &DeviceFacts) -> Result<u32> {
    let _lock = if rehearsing() { None } else { Some(lock(&state.network(&network.name))?) };
    device(network, facts)?;
    let now = facts.device.as_ref().map(|device| device.mtu);
    make(network, network.mtu().or(now).or(facts.uplink_mtu).unwrap_or(DEFAULT_MTU))
}

/// The facts about the default bridge, whose subnet was decided a moment ago, if they still are such.
fn unchanged(state: &State, network: &Definition) -> Result<DeviceFacts> {
    let (now, facts, _) = find(state, &network.name)?;
    if now.subnets == network.subnets {
        return Ok(facts);
    }
    let there = now.subnets.first().map(|subnet| subnet.subnet.to_string()).unwrap_or_default();
    let problem_text =
        format!("{} has got the subnet {there} meanwhile: try again", network.network_interface);
    Err(problem(&network.name, problem_text))
}

/// Makes a bridge that somebody else has made known to the firewall, and leaves it as it is otherwise.
fn adopt(network: &Definition, index: u32) -> Result<()> {
    let link = Link { index, group: Some(network.group()), ..Link::default() };
    let mut request = link.set().on(&network.name)?;
    request.operation = format!("set group of {}", network.network_interface).into();
    changing(Actor::Host).and_then(|mut host| host.execute(&[request])).on(&network.name)
}

/// Makes the bridge, where it is missing, and gives it what it lacks. Returns its index.
fn make(network: &Definition, mtu: u32) -> Result<u32> {
    let (name, device) = (&network.name, &network.network_interface);
    let mut socket = changing(Actor::Host).on(name)?;
    let kind = Kind::Bridge(settings(network)?.into());
    let create = create(network, kind.clone()).on(name)?;
    tolerant(&mut socket, create, libc::EEXIST).map_err(|error| missing(error, &kind)).on(name)?;
    let index = match socket.descriptor() {
        Some(socket) => netdevice::index(socket.as_fd(), device).doing(|| format!("network {name}"))?,
        None => rehearsed(device),
    };
    link_is(Actor::Host, index, device);
    kernel_parameters::of_device(network)?;
    // Up comes last: a bridge that is up is whole.
    tunnel::complete(&mut socket, network, index, mtu)?;
    for request in set_up(network, index, mtu).on(name)? {
        tolerant(&mut socket, request, libc::EEXIST).on(name)?;
    }
    Ok(index)
}

/// The bridge itself. A hardware address of its own: otherwise it would take the lowest of its ports', and change it as
/// containers come and go.
fn create(network: &Definition, kind: Kind) -> std::result::Result<Request, netlink_raw::Error> {
    Link {
        name: Some(network.network_interface.as_str().into()),
        address: gateways(network).next().map(|gateway| MacAddress::of(gateway.addr()).into()),
        group: Some(network.group()),
        kind: Some(kind),
        ..Link::default()
    }
    .create()
}

/// What its options say of it. No spanning tree and no delay, unless they ask for them: a port forwards at once.
fn settings(network: &Definition) -> Result<Settings> {
    let options = of_link(network.driver, &network.options).map_err(|text| problem(&network.name, text))?;
    let (LinkOptions::Bridge { mut bridge, .. } | LinkOptions::Vxlan { mut bridge, .. }) = options else {
        return Ok(Settings::default());
    };
    if bridge.stp_state.is_none_or(|state| state == 0) {
        bridge.stp_state = Some(0);
        bridge.forward_delay = bridge.forward_delay.or(Some(0));
    }
    Ok(bridge)
}

/// Its addresses, its MTU, and up. An MTU given while creating would be forgotten with the last port.
fn set_up(
    network: &Definition,
    index: u32,
    mtu: u32,
) -> std::result::Result<Vec<Request>, netlink_raw::Error> {
    let mut requests = Vec::new();
    for gateway in gateways(network) {
        requests.push(address(index, gateway).add()?);
    }
    let link = Link {
        name: Some(network.network_interface.as_str().into()),
        mtu: Some(mtu),
        group: Some(network.group()),
        flags: IFF_UP,
        change: IFF_UP,
        ..Link::default()
    };
    requests.push(link.set()?);
    Ok(requests)
}

/// An address, its prefix and its broadcast address, on the link with this index. Nobody else can have it, so an IPv6
/// address is not first looked for on the network (which takes a second).
pub(super) fn address(index: u32, address: IpNet) -> Address {
    let broadcast = match address {
        IpNet::V4(four) if four.prefix_len() < 31 => Some(four.broadcast()),
        _ => None,
    };
    let flags = if matches!(address.addr(), IpAddr::V6(_)) { IFA_F_NODAD } else { 0 };
    Address {
        index,
        prefix_len: address.prefix_len(),
        flags,
        local: Some(address.addr()),
        address: Some(address.addr()),
        broadcast,
        ..Address::default()
    }
}

/// One request, for which one answer is as good as success.
pub(super) fn tolerant(
    socket: &mut Socket,
    request: Request,
    errno: i32,
) -> std::result::Result<(), netlink_raw::Error> {
    match socket.execute(&[request]) {
        Err(error) if error.errno() == Some(errno) => Ok(()),
        result => result,
    }
}
