//! Settings of a bridge, and of its ports: `setfd`, `stp`, `setpathcost`, `hairpin` and so on.

use netlink_raw::route::{Bridge, BridgePort, Kind, Link};

use super::find::{strerror, why};
use super::numbers::{hundredths, integer};
use super::{Call, failed};
use crate::error::Result;

/// A time of a bridge: what `brctl` calls it, and where it goes, in hundredths of a second.
#[derive(Debug)]
pub struct Time {
    name: &'static str,
    setting: fn(u32) -> Bridge,
}

/// How long a learnt address is remembered.
pub const AGEING: Time =
    Time { name: "ageing time", setting: |time| Bridge { ageing_time: Some(time), ..Bridge::default() } };
/// How long a port listens, and how long it learns.
pub const FORWARD_DELAY: Time =
    Time { name: "forward delay", setting: |time| Bridge { forward_delay: Some(time), ..Bridge::default() } };
/// How often a root tells that it is there.
pub const HELLO: Time =
    Time { name: "hello timer", setting: |time| Bridge { hello_time: Some(time), ..Bridge::default() } };
/// How long a root is believed that has told it.
pub const MAX_AGE: Time =
    Time { name: "max age", setting: |time| Bridge { max_age: Some(time), ..Bridge::default() } };

/// Sets a time, given in seconds.
///
/// # Errors
/// What is given is no number; there is no such bridge; the kernel's refusal.
pub fn time(call: &mut Call<'_>, time: &Time) -> Result<u8> {
    let Time { name, setting } = time;
    let value = hundredths(&call.words[1]).ok_or_else(|| failed(format!("bad {name} value")))?;
    set_bridge(call, &format!("set {name}"), setting(value))
}

/// Sets the priority of a bridge, of which the kernel takes 16 bits.
///
/// # Errors
/// As [`time`].
pub fn setbridgeprio(call: &mut Call<'_>) -> Result<u8> {
    let priority = integer(&call.words[1]).ok_or_else(|| failed("bad priority"))?;
    let [low, high, ..] = priority.to_le_bytes();
    let priority = Some(u16::from_le_bytes([low, high]));
    set_bridge(call, "set bridge priority", Bridge { priority, ..Bridge::default() })
}

/// Turns the spanning tree protocol on or off.
///
/// # Errors
/// As [`time`].
pub fn stp(call: &mut Call<'_>) -> Result<u8> {
    let on = switch(&call.words[1])?;
    set_bridge(call, "set stp status", Bridge { stp_state: Some(on.into()), ..Bridge::default() })
}

/// Sets what the way through a port costs.
///
/// # Errors
/// What is given is no number; there is no such port; the kernel's refusal.
pub fn setpathcost(call: &mut Call<'_>) -> Result<u8> {
    let cost = integer(&call.words[2]).ok_or_else(|| failed("bad path cost value"))?;
    // What is negative is too much for the kernel here, too.
    let cost = Some(cost.cast_unsigned());
    set_port(call, "set path cost", BridgePort { cost, ..BridgePort::default() })
}

/// Sets the priority of a port.
///
/// # Errors
/// As [`setpathcost`].
pub fn setportprio(call: &mut Call<'_>) -> Result<u8> {
    let priority = integer(&call.words[2]).ok_or_else(|| failed("bad path priority value"))?;
    // 16 bits are sent; what does not fit is too much for the kernel, as their last number is.
    let priority = Some(u16::try_from(priority).unwrap_or(u16::MAX));
    set_port(call, "set port priority", BridgePort { priority, ..BridgePort::default() })
}

/// Lets a port send back what came in by it, or not. As for `brctl`, a port is a port whatever bridge is named.
///
/// # Errors
/// Neither on nor off; a device that is not there, or no port; the kernel's refusal.
pub fn hairpin(call: &mut Call<'_>) -> Result<u8> {
    let (bridge, device) = (&call.words[0], &call.words[1]);
    let hairpin = Some(switch(&call.words[2])?);
    let Some(port) = call.devices.find(device)? else {
        return Err(failed(format!("interface {device} does not exist!")));
    };
    if call.devices.find(bridge)?.is_none() {
        return Err(failed(format!("bridge {bridge} does not exist!")));
    }
    let refused = |why: String| failed(format!("can't set {device} to hairpin on bridge {bridge}: {why}"));
    if port.port.is_none() {
        return Err(refused(strerror(libc::ENOENT)));
    }
    change_port(call, port.index, BridgePort { hairpin, ..BridgePort::default() }).map_err(refused)?;
    Ok(0)
}

fn switch(word: &str) -> Result<bool> {
    match word {
        "on" | "yes" | "1" => Ok(true),
        "off" | "no" | "0" => Ok(false),
        _ => Err(failed("expect on/off for argument")),
    }
}

/// Changes the bridge that the first word names.
fn set_bridge(call: &mut Call<'_>, doing: &str, settings: Bridge) -> Result<u8> {
    let refused = |why: String| failed(format!("{doing} failed: {why}"));
    let bridge = match call.devices.find(&call.words[0])? {
        None => return Err(refused(strerror(libc::ENODEV))),
        Some(device) if device.bridge.is_none() => return Err(refused(strerror(libc::EOPNOTSUPP))),
        Some(bridge) => bridge,
    };
    let link = Link { index: bridge.index, kind: Some(Kind::Bridge(settings.into())), ..Link::default() };
    call.devices.change(link.set()).map_err(|refusal| refused(why(&refusal)))?;
    Ok(0)
}

/// Changes the port that the second word names. As for `brctl`, which bridge the first one names counts only where
/// that fails.
fn set_port(call: &mut Call<'_>, doing: &str, settings: BridgePort) -> Result<u8> {
    let refused = |why: String| failed(format!("{doing} failed: {why}"));
    let Some(port) = call.devices.find(&call.words[1])? else {
        return Err(refused(strerror(libc::ENODEV)));
    };
    let mut refusal = strerror(libc::ENOENT);
    if port.port.is_some() {
        match change_port(call, port.index, settings) {
            Ok(()) => return Ok(0),
            Err(why) => refusal = why,
        }
    }
    Err(refused(match call.devices.find(&call.words[0])? {
        None => strerror(libc::ENODEV),
        Some(device) if device.bridge.is_none() => strerror(libc::EOPNOTSUPP),
        Some(bridge) if port.master != Some(bridge.index) => strerror(libc::ENOENT),
        Some(_) => refusal,
    }))
}

/// Changes a port; or the kernel's words why not.
fn change_port(call: &Call<'_>, index: u32, settings: BridgePort) -> std::result::Result<(), String> {
    let link = Link { index, port: Some(settings), ..Link::default() };
    call.devices.change(link.set()).map_err(|refusal| why(&refusal))
}
