//! Parameters of the kernel (sysctl) that networks need. Each is set only where it is needed, and only if it differs.

use std::fs;
use std::path::PathBuf;

use netlink_raw::kernel::{IN6_ADDR_GEN_MODE_NONE, RTPROT_RA};
use netlink_raw::route::{Link, Route};
use nix::errno::Errno;

use super::socket::{On, asking};
use crate::error::{Doing, Result};
use crate::explain::Actor;
use crate::plan::{Definition, Endpoint};
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// Turns IPv6 off on a device of this process's network namespace, or by the name `default` on those that
/// are made from now on, which the kernel does without the lock that every other change of a device
/// waits for (since Linux 6.9). On a network without IPv6 there is none at all: left on, the kernel would make
/// addresses, and believe a router advertisement that a container sends (CVE-2020-13401, CVE-2024-32473).
///
/// # Errors
/// write(2)'s; none where the kernel has no IPv6.
pub(super) fn disable_ipv6(device: &str) -> crate::sys::Result<()> {
    set(&["ipv6", "conf", device, "disable_ipv6"], "1")
}

/// Gives a card in this process's network namespace IPv6, with the addresses that it is given and no others: it
/// believes no router, and its addresses are not first looked for on the network, which would take a second.
///
/// # Errors
/// write(2)'s; none where the kernel has no IPv6.
pub(super) fn enable_ipv6(device: &str) -> crate::sys::Result<()> {
    for (name, value) in [("accept_ra", "0"), ("accept_dad", "0"), ("disable_ipv6", "0")] {
        set(&["ipv6", "conf", device, name], value)?;
    }
    Ok(())
}

/// What keeps the kernel from making an address of its own for a device that needs no IPv6 but leaves it to others (a
/// port of a bridge), and from sending what goes with that: said before it has a carrier. `None` where the kernel has no IPv6,
/// and so refuses the word.
pub(super) fn no_own_address() -> Option<u8> {
    std::path::Path::new("/proc/sys/net/ipv6").exists().then_some(IN6_ADDR_GEN_MODE_NONE)
}

/// What the host's device of a network needs before it comes up.
///
/// # Errors
/// write(2)'s.
pub(super) fn of_device(network: &Definition) -> Result<()> {
    let device = &network.network_interface;
    let set = if network.ipv6_enabled { enable_ipv6(device) } else { disable_ipv6(device) };
    set.doing(|| format!("network {}", network.name))
}

/// What the host's end of a routed card needs before it comes up.
///
/// # Errors
/// write(2)'s.
pub(super) fn of_routed(card: &Endpoint) -> Result<()> {
    let set = if card.has_ipv6() { enable_ipv6(&card.host_name) } else { disable_ipv6(&card.host_name) };
    set.doing(|| format!("network {}", card.network))
}

/// Makes the host a router, if it is none, for networks that lead out of themselves, and those without a bridge, where it
/// leads from one container to the next.
///
/// # Errors
/// write(2)'s.
pub(super) fn forward(network: &Definition) -> Result<()> {
    if !network.is_routed() || network.internal && network.has_bridge() {
        return Ok(());
    }
    let doing = || format!("network {}", network.name);
    turn_on(&["ipv4", "ip_forward"]).doing(doing)?;
    if network.ipv6_enabled && is_off(&["ipv6", "conf", "all", "forwarding"]) {
        // A router does not listen to routers, unless it is told to: the host would lose its way out.
        keep_routers(&network.name)?;
        set(&["ipv6", "conf", "all", "forwarding"], "1").doing(doing)?;
    }
    Ok(())
}

/// Lets packets from 127.0.0.1 go to a network: for ports that are published there. (The firewall keeps those away that
/// would come from the network *to* 127.0.0.1.)
///
/// # Errors
/// write(2)'s.
pub(super) fn route_localnet(device: &str) -> crate::sys::Result<()> {
    turn_on(&["ipv4", "conf", device, "route_localnet"])
}

/// Whether what stays on a bridge passes the firewall too (br_netfilter).
pub(super) fn bridges_are_filtered() -> bool {
    ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"]
        .iter()
        .any(|name| value(&["bridge", name]).is_some_and(|value| value != "0"))
}

/// Takes IPv6 out of the firewall where it stays on a bridge, for ports that are published on `::1`: otherwise the kernel
/// puts that address back into an answer while the packet is on the bridge, and then throws it away as a stranger's.
/// All bridges of the host have this in common, so the user is told.
///
/// # Errors
/// write(2)'s.
pub(super) fn unfilter_ipv6(network: &str) -> Result<()> {
    let name = ["bridge", "bridge-nf-call-ip6tables"];
    if value(&name).is_some_and(|value| value != "0") {
        set(&name, "0").doing(|| format!("network {network}"))?;
        if !rehearsing() {
            eprintln!(
                "pontoon: network {network}: net.bridge.bridge-nf-call-ip6tables is 0 now, for ports on [::1]"
            );
        }
    }
    Ok(())
}

/// The devices by which a router was heard that leads everywhere go on listening when the host becomes a router itself
/// (`accept_ra=2`).
fn keep_routers(network: &str) -> Result<()> {
    let heard = asking(Actor::Host).and_then(|mut socket| {
        let routes: Vec<Route> = socket.dump(&Route::dump()?)?;
        let mut names = Vec::new();
        let learnt = |route: &&Route| route.destination.is_none() && route.protocol == RTPROT_RA;
        for index in routes.iter().filter(learnt).filter_map(|route| route.output_interface) {
            let link: Link = socket.get(&Link { index, ..Link::default() }.get()?)?;
            names.extend(link.name);
        }
        Ok(names)
    });
    for device in heard.on(network)? {
        let listens = ["ipv6", "conf", &device, "accept_ra"];
        if value(&listens).as_deref() == Some("1") {
            set(&listens, "2").doing(|| format!("network {network}"))?;
        }
    }
    Ok(())
}

fn turn_on(words: &[&str]) -> crate::sys::Result<()> {
    // In a rehearsal it may be a device's that is not there.
    if value(words).is_none_or(|value| value == "0") { set(words, "1") } else { Ok(()) }
}

fn is_off(words: &[&str]) -> bool {
    value(words).as_deref() == Some("0")
}

fn value(words: &[&str]) -> Option<String> {
    Some(fs::read_to_string(path(words)).ok()?.trim_end().to_owned())
}

fn path(words: &[&str]) -> PathBuf {
    ["/proc/sys/net"].iter().chain(words).collect()
}

fn set(words: &[&str], value: &str) -> crate::sys::Result<()> {
    match file::write(&path(words), value) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        written => written,
    }
}
