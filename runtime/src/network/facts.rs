//! What the decisions about a network start from, as the kernel and the state tell it now.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use netlink_raw::kernel::{AF_INET, AF_INET6, IFF_UP, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTN_UNICAST};
use netlink_raw::route::{Address, Kind, Link, Route};
use netlink_raw::{Error as Refusal, Socket};

use super::card::index_of;
use super::socket::{On, asking};
use crate::error::Result;
use crate::explain::Actor;
use crate::plan::network::DeviceFacts;
use crate::plan::network::device::{DEFAULT_MTU, Found};
use crate::plan::network::tunnel::Tunnel;
use crate::plan::{Definition, Driver};

/// An address that is nobody's and has no route of its own (RFC 7600): packets to it leave by the default route.
const ANYBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 0, 8));

/// Reads the facts about the device of `network`; those that matter only before it is there, only then.
///
/// # Errors
/// The kernel's.
pub fn facts(network: &Definition) -> Result<DeviceFacts> {
    match network.driver {
        Driver::Tap => Ok(DeviceFacts::default()),
        Driver::Ptp => {
            Ok(DeviceFacts { uplink_mtu: way_out(network).on(&network.name)?, ..DeviceFacts::default() })
        }
        _ => kernel_facts(network).on(&network.name),
    }
}

/// The largest packet of the device that leads out, where it matters. The routes are not read for that: there is one for
/// each container.
fn way_out(network: &Definition) -> Answer<Option<u32>> {
    if network.internal || network.mtu().is_some() {
        return Ok(None);
    }
    let mut host = asking(Actor::Host)?;
    let route: Route = match host.get(&Route::towards(ANYBODY)?) {
        Err(Refusal::Kernel { .. }) => return Ok(None),
        route => route?,
    };
    let Some(index) = route.output_interface else { return Ok(None) };
    let link: Link = host.get(&Link { index, ..Link::default() }.get()?)?;
    Ok(link.mtu)
}

type Answer<T> = std::result::Result<T, netlink_raw::Error>;

/// Subnets, and who uses each.
pub(super) type Used = Vec<(IpNet, String)>;

fn kernel_facts(network: &Definition) -> Answer<DeviceFacts> {
    let mut socket = asking(Actor::Host)?;
    // The subnet of the one is what its device has; the others' are defined.
    let by_device = network.has_bridge() && network.subnets.is_empty() && network.gives_addresses();
    let mut device = device(&mut socket, &network.network_interface, by_device)?;
    let tunnel = Tunnel::of(network);
    if let (Some(device), Some(tunnel)) = (&mut device, &tunnel) {
        // It goes with the device that it sends by.
        device.up &= index_of(&socket, Actor::Host, &tunnel.name).is_some();
    }
    let whole = |device: &Found| device.up && (!by_device || device.address.is_some());
    if !network.has_bridge() || device.as_ref().is_some_and(whole) {
        // Every start comes this way: what the choice of a subnet needs is not asked for.
        return Ok(DeviceFacts { device, ..DeviceFacts::default() });
    }
    let around = Around::read(&mut socket)?;
    let uplink_mtu = tunnel.map_or_else(|| around.uplink_mtu(), |tunnel| around.tunnel_mtu(&tunnel));
    Ok(DeviceFacts { device, subnets: around.subnets(&network.network_interface), uplink_mtu })
}

/// The subnets that the host uses, apart from those of `device`, and the largest packet of its uplink.
///
/// # Errors
/// The kernel's.
pub fn host_subnets(network: &str, device: &str) -> Result<(Used, Option<u32>)> {
    let around = asking(Actor::Host).and_then(|mut socket| Around::read(&mut socket)).on(network)?;
    Ok((around.subnets(device), around.uplink_mtu()))
}

/// What is around a network that is to be made.
struct Around {
    routes: Vec<Route>,
    addresses: Vec<Address>,
    links: BTreeMap<u32, Link>,
}

impl Around {
    fn read(socket: &mut Socket) -> Answer<Self> {
        let routes = socket.dump(&Route::dump()?)?;
        let addresses = socket.dump(&Address::dump()?)?;
        // The links come last, so that each route's is among them.
        let links: Vec<Link> = socket.dump(&Link::dump()?)?;
        Ok(Self { routes, addresses, links: links.into_iter().map(|link| (link.index, link)).collect() })
    }

    /// The subnets that the host uses, apart from those of `own`, which another command may be making just now.
    fn subnets(&self, own: &str) -> Used {
        subnets(&self.routes, &self.addresses, &self.links, own)
    }

    fn uplink_mtu(&self) -> Option<u32> {
        uplink_mtu(&self.routes, &self.links)
    }

    /// The largest packet that a tunnel carries: what the device that it sends by does, less what is around it.
    fn tunnel_mtu(&self, tunnel: &Tunnel) -> Option<u32> {
        let named = |name: &String| {
            let link = self.links.values().find(|link| link.name.as_deref() == Some(name));
            link.and_then(|link| link.mtu)
        };
        let towards = || tunnel.remote().and_then(|to| mtu_towards(to, &self.routes, &self.links));
        let by_device = tunnel.parent.as_ref().and_then(named);
        let outside = by_device.or_else(towards).or_else(|| self.uplink_mtu()).unwrap_or(DEFAULT_MTU);
        outside.checked_sub(tunnel.around())
    }
}

/// The device called `name`.
fn device(socket: &mut Socket, name: &str, with_address: bool) -> Answer<Option<Found>> {
    let request = Link { name: Some(name.into()), ..Link::default() }.get()?;
    let link: Link = match socket.get(&request) {
        Err(error) if error.errno() == Some(libc::ENODEV) => return Ok(None),
        link => link?,
    };
    let is_bridge = matches!(link.kind, Some(Kind::Bridge(_)));
    let addresses: Vec<Address> =
        if is_bridge && with_address { socket.dump(&Address::dump_of(link.index)?)? } else { Vec::new() };
    let four = |address: &Address| match address_of(address) {
        Some(IpNet::V4(four)) if address.index == link.index => Some(four),
        _ => None,
    };
    Ok(Some(Found {
        index: link.index,
        is_bridge,
        up: link.flags & IFF_UP != 0,
        mtu: link.mtu.unwrap_or_default(),
        group: link.group.unwrap_or_default(),
        address: addresses.iter().find_map(four),
    }))
}

/// An address with its prefix.
fn address_of(address: &Address) -> Option<IpNet> {
    IpNet::new(address.local.or(address.address)?, address.prefix_len).ok()
}

/// The subnets that the host uses, apart from those of `own`, which another command may be making just now.
fn subnets(
    routes: &[Route],
    addresses: &[Address],
    links: &BTreeMap<u32, Link>,
    own: &str,
) -> Vec<(IpNet, String)> {
    let name = |index: u32| links.get(&index).and_then(|link| link.name.as_deref()).unwrap_or("a device");
    let by_route = routes.iter().filter(|route| route.table != RT_TABLE_LOCAL).filter_map(|route| {
        let (destination, prefix_len) = route.destination?;
        Some((IpNet::new(destination, prefix_len).ok()?, "route", route.output_interface))
    });
    let by_address = addresses
        .iter()
        .filter_map(|address| Some((address_of(address)?.trunc(), "address", Some(address.index))));
    by_route
        .chain(by_address)
        // fe80::/10 and ff00::/8 are every device's.
        .filter(|(subnet, ..)| !matches!(subnet, IpNet::V6(six) if !is_global(six.network())))
        .map(|(subnet, what, index)| (subnet, what, index.map(name)))
        .filter(|(_, _, device)| *device != Some(own))
        .map(|(subnet, what, device)| match (what, device) {
            (what, None) => (subnet, what.to_owned()),
            ("route", Some(device)) => (subnet, format!("route via {device}")),
            (what, Some(device)) => (subnet, format!("{what} of {device}")),
        })
        .collect()
}

fn is_global(address: Ipv6Addr) -> bool {
    !address.is_unicast_link_local() && !address.is_multicast() && !address.is_loopback()
}

/// The largest packet of the device that packets for an address leave by.
fn mtu_towards(to: IpAddr, routes: &[Route], links: &BTreeMap<u32, Link>) -> Option<u32> {
    let family = if to.is_ipv6() { AF_INET6 } else { AF_INET };
    let prefix = |route: &Route| match route.destination {
        None => Some(0),
        Some((net, length)) => {
            IpNet::new(net, length).ok().filter(|net| net.contains(&to)).map(|net| net.prefix_len())
        }
    };
    let usable =
        |route: &&Route| route.table == RT_TABLE_MAIN && route.kind == RTN_UNICAST && route.family == family;
    let leading = routes.iter().filter(usable).filter_map(|route| Some((prefix(route)?, route)));
    let (_, best) =
        leading.max_by_key(|(length, route)| (*length, Reverse(route.priority.unwrap_or_default())))?;
    links.get(&best.output_interface?)?.mtu
}

/// The largest packet of the device that the best default route leads through.
fn uplink_mtu(routes: &[Route], links: &BTreeMap<u32, Link>) -> Option<u32> {
    let defaults = routes.iter().filter(|route| {
        route.destination.is_none()
            && route.table == RT_TABLE_MAIN
            && route.kind == RTN_UNICAST
            && route.family == AF_INET
    });
    let best = defaults.min_by_key(|route| route.priority.unwrap_or_default())?;
    links.get(&best.output_interface?)?.mtu
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::network::DEVICE;

    fn link(index: u32, name: &str, mtu: u32) -> (u32, Link) {
        (index, Link { index, name: Some(name.into()), mtu: Some(mtu), ..Link::default() })
    }

    fn route(to: Option<([u8; 4], u8)>, device: Option<u32>, priority: Option<u32>) -> Route {
        let destination = to.map(|(octets, length)| (IpAddr::from(octets), length));
        Route { family: AF_INET, destination, output_interface: device, priority, ..Route::default() }
    }

    #[test]
    fn the_host_s_subnets_are_those_of_its_routes_and_addresses_but_the_bridge_s() {
        let links = BTreeMap::from([link(2, "eth0", 1500), link(3, DEVICE, 1500)]);
        let local = Route { table: RT_TABLE_LOCAL, ..route(Some(([10, 1, 0, 7], 32)), Some(2), None) };
        let routes = [
            route(None, Some(2), None),
            route(Some(([10, 1, 0, 0], 24)), Some(2), None),
            route(Some(([10, 2, 0, 0], 16)), None, None),
            route(Some(([10, 87, 0, 0], 16)), Some(3), None),
            local,
        ];
        let address = |index, octets: [u8; 4]| Address {
            index,
            prefix_len: 24,
            local: Some(octets.into()),
            ..Address::default()
        };
        let net = |text: &str| text.parse::<IpNet>().expect("a subnet");
        assert_eq!(
            subnets(&routes, &[address(2, [10, 1, 0, 7]), address(3, [10, 87, 0, 1])], &links, DEVICE),
            [
                (net("10.1.0.0/24"), "route via eth0".to_owned()),
                (net("10.2.0.0/16"), "route".to_owned()),
                (net("10.1.0.0/24"), "address of eth0".to_owned()),
            ]
        );
    }

    #[test]
    fn the_uplink_is_where_the_best_default_route_leads() {
        let links = BTreeMap::from([link(2, "eth0", 1500), link(3, "wg0", 1420), link(4, "six", 1280)]);
        let worse = route(None, Some(2), Some(100));
        let best = route(None, Some(3), Some(50));
        let other = Route { family: AF_INET6, ..route(None, Some(4), None) };
        assert_eq!(uplink_mtu(&[worse.clone(), best, other], &links), Some(1420));
        assert_eq!(uplink_mtu(&[worse], &links), Some(1500));
        assert_eq!(uplink_mtu(&[], &links), None);
    }

    #[test]
    fn packets_leave_by_the_longest_prefix() {
        let links = BTreeMap::from([link(2, "eth0", 1500), link(3, "wg0", 1420), link(4, "six", 1280)]);
        let routes = [
            route(None, Some(2), None),
            route(Some(([10, 1, 0, 0], 16)), Some(3), Some(9)),
            route(Some(([10, 1, 0, 0], 16)), Some(4), Some(10)),
        ];
        let towards = |to: &str| mtu_towards(to.parse().unwrap(), &routes, &links);
        assert_eq!(
            [towards("10.1.2.3"), towards("10.2.2.3"), towards("fd00::1")],
            [Some(1420), Some(1500), None]
        );
    }
}
