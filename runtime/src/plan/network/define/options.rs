//! What a network can be told by `--opt`: [`LinkOptions`] knows what is its device's own, this what holds for all.

use netlink_raw::route::BridgePort;

use crate::plan::network::LinkOptions;
use crate::plan::network::definition::{Definition, Driver, is_on};
use crate::plan::network::link_options::Words;

/// The least and the largest MTU (RFC 791; the kernel's `ETH_MAX_MTU`), and the least with IPv6 (RFC 8200, 5).
const MTU: std::ops::RangeInclusive<u32> = 68..=65_535;
const LEAST_WITH_IPV6: u32 = 1280;

/// What is the firewall's, and so means something only where the host is the router.
const FIREWALLS: [&str; 2] = ["isolate", "masquerade"];

/// Refuses options that mean nothing to a network, and values that they don't take.
///
/// # Errors
/// Which, and what it takes.
pub fn check(network: &Definition) -> Result<(), String> {
    for (word, value) in &network.options {
        let refused = |takes: &str| Err(format!("option {word}={value}: it takes {takes}"));
        match word.as_str() {
            word if FIREWALLS.contains(&word) && !network.is_routed() => {
                let driver = network.driver;
                return Err(format!("driver {driver} has no option {word}: the host is not its router"));
            }
            "mtu" => check_mtu(value, network.ipv6_enabled)?,
            "metric" if value.parse::<u32>().is_err() => return refused("a number"),
            "no_default_route" | "masquerade" if is_on(value).is_none() => return refused("true or false"),
            "isolate" if is_on(value).is_none() && value != "strict" => {
                return refused("true, false or strict");
            }
            _ => {}
        }
    }
    of_link(network.driver, &network.options).map(drop)
}

/// What a network's options say of its device, and of the ports of its bridge.
///
/// # Errors
/// An option that means nothing to the driver, or a value that it does not take.
pub fn of_link(driver: Driver, options: &Words) -> Result<LinkOptions, String> {
    let mut own = options.clone();
    own.retain(|word, _| !FIREWALLS.contains(&word.as_str()));
    LinkOptions::parse(driver.word(), &own)
}

/// What they say of each port of its bridge; `None` where they say nothing.
///
/// # Errors
/// An option that means nothing to the driver, or a value that it does not take.
pub fn of_port(driver: Driver, options: &Words) -> Result<Option<BridgePort>, String> {
    // Most say nothing, and each start comes this way.
    if options.is_empty() {
        return Ok(None);
    }
    Ok(match of_link(driver, options)? {
        LinkOptions::Bridge { port, .. } | LinkOptions::Vxlan { port, .. } => {
            Some(port).filter(|port| *port != BridgePort::default())
        }
        _ => None,
    })
}

fn check_mtu(text: &str, ipv6: bool) -> Result<(), String> {
    let mtu: Option<u32> = text.parse().ok().filter(|mtu| MTU.contains(mtu));
    match mtu {
        None => Err(format!("MTU {text}: it takes {} to {} bytes", MTU.start(), MTU.end())),
        Some(mtu) if ipv6 && mtu < LEAST_WITH_IPV6 => {
            Err(format!("MTU {mtu}: IPv6 needs {LEAST_WITH_IPV6} bytes at least"))
        }
        Some(_) => Ok(()),
    }
}
