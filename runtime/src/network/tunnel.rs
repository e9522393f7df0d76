//! The tunnel of a network with the driver `vxlan`: one more port of its bridge, which goes with it.

use netlink_raw::Socket;
use netlink_raw::route::{Kind, Link};

use super::card::{index_of, up};
use super::driver::missing;
use super::kernel_parameters::no_own_address;
use super::socket::{On, asking};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::Definition;
use crate::plan::network::problem;
use crate::plan::network::tunnel::Tunnel;

/// Makes the tunnel of `network`, where it has one and it is missing, a port of the bridge with this index.
///
/// # Errors
/// The kernel's; the device to send by is not there.
pub(super) fn complete(host: &mut Socket, network: &Definition, bridge: u32, mtu: u32) -> Result<()> {
    let Some(Tunnel { name, parent, mut settings }) = Tunnel::of(network) else { return Ok(()) };
    if index_of(host, Actor::Host, &name).is_none() {
        settings.link = parent.map(|parent| below(network, &parent)).transpose()?;
        let kind = Kind::Vxlan(settings.into());
        let tunnel = Link {
            name: Some(name.as_str().into()),
            mtu: Some(mtu),
            master: Some(bridge),
            group: Some(network.group()),
            kind: Some(kind.clone()),
            ..Link::default()
        };
        let made = tunnel.create().and_then(|create| host.execute(&[create]));
        made.map_err(|error| missing(error, &kind)).on(&network.name)?;
    }
    let settings = Link {
        name: Some(name.as_str().into()),
        // IPv6 of its own it needs none. (With the flag in one message, it would be up before it hears that.)
        addr_gen_mode: no_own_address(),
        alias: Some(format!("pontoon network {}", network.name).into()),
        ..Link::default()
    };
    let requests = settings.set().and_then(|settings| Ok([settings, up(&name)?]));
    requests.and_then(|requests| host.execute(&requests)).on(&network.name)
}

/// The index of the device to send by.
fn below(network: &Definition, parent: &str) -> Result<u32> {
    let host = asking(Actor::Host).on(&network.name)?;
    let missing = || problem(&network.name, format!("the host has no device {parent} to send by"));
    index_of(&host, Actor::Host, parent).ok_or_else(missing)
}
