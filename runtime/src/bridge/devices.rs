//! Bridges and their ports, made and taken away: `addbr`, `delbr`, `addif`, `delif`.

use netlink_raw::Error as Refusal;
use netlink_raw::route::{Kind, Link};

use super::find::{Device, short, strerror, why};
use super::{Call, failed};
use crate::error::Result;

/// Makes a bridge.
///
/// # Errors
/// There is a device of this name; the kernel's refusal.
pub fn addbr(call: &mut Call<'_>) -> Result<u8> {
    let name = &call.words[0];
    // Without a name the kernel would choose one.
    if name.is_empty() {
        return Err(failed(format!("add bridge failed: {}", strerror(libc::EINVAL))));
    }
    let bridge =
        Link { name: Some(short(name).into()), kind: Some(Kind::Bridge(Box::default())), ..Link::default() };
    call.devices.change(bridge.create()).map_err(|refusal| match refusal {
        Refusal::Kernel { errno: libc::EEXIST, .. } => {
            failed(format!("device {name} already exists; can't create bridge with the same name"))
        }
        other => failed(format!("add bridge failed: {}", why(&other))),
    })?;
    Ok(0)
}

/// Takes a bridge away, which must be down. Its ports stay, and are no longer ports.
///
/// # Errors
/// There is none of this name, or it is up; the kernel's refusal.
pub fn delbr(call: &mut Call<'_>) -> Result<u8> {
    let name = &call.words[0];
    let refused = |why: String| failed(format!("can't delete bridge {name}: {why}"));
    match call.devices.find(name)? {
        None => Err(failed(format!("bridge {name} doesn't exist; can't delete it"))),
        Some(Device { bridge: None, .. }) => Err(refused(strerror(libc::EPERM))),
        Some(Device { up: true, .. }) => Err(failed(format!("bridge {name} is still up; can't delete it"))),
        Some(bridge) => {
            // By its name, which those who are told of it afterwards could not ask for.
            let bridge = Link { name: Some(bridge.name.into()), ..Link::default() };
            call.devices.change(bridge.delete()).map_err(|refusal| refused(why(&refusal)))?;
            Ok(0)
        }
    }
}

/// Makes devices ports of a bridge, one after another, up to the first that can't be one.
///
/// # Errors
/// A device or the bridge is not there; the device is a port already, or a bridge; the kernel's refusal.
pub fn addif(call: &mut Call<'_>) -> Result<u8> {
    let (name, devices) = (&call.words[0], &call.words[1..]);
    for device in devices {
        let (bridge, port) = pair(call, name, device)?;
        let refused = |why: String| failed(format!("can't add {device} to bridge {name}: {why}"));
        // The kernel would let other masters take it, too, and change the master of one that has one.
        if bridge.bridge.is_none() {
            return Err(refused(strerror(libc::EOPNOTSUPP)));
        }
        if port.bridge.is_some() {
            return Err(failed(format!(
                "device {device} is a bridge device itself; can't add a bridge device to a bridge device."
            )));
        }
        if port.master.is_some() {
            return Err(failed(format!(
                "device {device} is already a member of a bridge; can't add it to bridge {name}."
            )));
        }
        set_master(call, &port, bridge.index).map_err(|refusal| refused(why(&refusal)))?;
    }
    Ok(0)
}

/// Takes ports from a bridge, one after another, up to the first that is none.
///
/// # Errors
/// A device or the bridge is not there, or the one is no port of the other; the kernel's refusal.
pub fn delif(call: &mut Call<'_>) -> Result<u8> {
    let (name, devices) = (&call.words[0], &call.words[1..]);
    for device in devices {
        let (bridge, port) = pair(call, name, device)?;
        let refused = |why: String| failed(format!("can't delete {device} from {name}: {why}"));
        if bridge.bridge.is_none() {
            return Err(refused(strerror(libc::EOPNOTSUPP)));
        }
        if port.master != Some(bridge.index) {
            return Err(failed(format!("device {device} is not a port of {name}")));
        }
        set_master(call, &port, 0).map_err(|refusal| refused(why(&refusal)))?;
    }
    Ok(0)
}

/// The device called `bridge`, which may be none, and the one called `port`.
fn pair(call: &mut Call<'_>, bridge: &str, port: &str) -> Result<(Device, Device)> {
    let Some(port) = call.devices.find(port)? else {
        return Err(failed(format!("interface {port} does not exist!")));
    };
    let Some(bridge) = call.devices.find(bridge)? else {
        return Err(failed(format!("bridge {bridge} does not exist!")));
    };
    Ok((bridge, port))
}

fn set_master(call: &Call<'_>, port: &Device, master: u32) -> std::result::Result<(), Refusal> {
    call.devices.change(Link { index: port.index, master: Some(master), ..Link::default() }.set())
}
