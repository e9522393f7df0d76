//! Nodes in /dev, and what may be done with device nodes at all.

use std::path::{Component, Path, PathBuf};

use oci_spec::runtime::{LinuxDevice, LinuxDeviceCgroup, LinuxDeviceType};

use super::{Device, DeviceRule};
use crate::error::{Error, Result};

/// The nodes that every container has (config-linux.md, default devices).
const DEFAULT: [(&str, u64, u64); 6] = [
    ("/dev/null", 1, 3),
    ("/dev/zero", 1, 5),
    ("/dev/full", 1, 7),
    ("/dev/random", 1, 8),
    ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
];

/// The default nodes and those that `wanted` adds or changes.
///
/// # Errors
/// A path that is none, a kind or a number that no node has.
pub(super) fn nodes(wanted: &[LinuxDevice]) -> Result<Vec<Device>> {
    let default = |&(path, major, minor): &(&str, u64, u64)| Device {
        path: path.into(),
        kind: 'c',
        major,
        minor,
        mode: 0o666,
        uid: 0,
        gid: 0,
    };
    let mut nodes: Vec<Device> = DEFAULT.iter().map(default).collect();
    for device in wanted {
        let node = node(device)?;
        // Every container's is the link to the one of its own terminals.
        if node.path == Path::new("/dev/ptmx") {
            continue;
        }
        nodes.retain(|other| other.path != node.path);
        nodes.push(node);
    }
    Ok(nodes)
}

fn node(device: &LinuxDevice) -> Result<Device> {
    let wrong = |problem: &str| Error::Usage(format!("device {}: {problem}", device.path().display()));
    let kind = match device.typ() {
        LinuxDeviceType::C | LinuxDeviceType::U => 'c',
        LinuxDeviceType::B => 'b',
        LinuxDeviceType::P => 'p',
        LinuxDeviceType::A => return Err(wrong("a node is of type c, b or p")),
    };
    let names = |part| matches!(part, Component::RootDir | Component::Normal(_));
    let path: PathBuf = device.path().components().collect();
    if !path.is_absolute() || path.file_name().is_none() || !path.components().all(names) {
        return Err(wrong("not an absolute path of names"));
    }
    let number = |number: i64| u64::try_from(number).map_err(|_| wrong("a negative device number"));
    // A fifo has none, whatever the file says.
    let (major, minor) = if kind == 'p' { (0, 0) } else { (device.major(), device.minor()) };
    Ok(Device {
        path,
        kind,
        major: number(major)?,
        minor: number(minor)?,
        mode: device.file_mode().unwrap_or(0o666) & 0o7777,
        uid: device.uid().unwrap_or(0),
        gid: device.gid().unwrap_or(0),
    })
}

/// The rules of `linux.resources.devices`.
///
/// # Errors
/// A rule that says nothing the kernel understands.
pub(super) fn rules(wanted: &[LinuxDeviceCgroup]) -> Result<Vec<DeviceRule>> {
    wanted.iter().map(rule).collect()
}

fn rule(wanted: &LinuxDeviceCgroup) -> Result<DeviceRule> {
    let wrong = |problem: &str| Error::Usage(format!("linux.resources.devices: {wanted}: {problem}"));
    let kind = match wanted.typ().unwrap_or_default() {
        LinuxDeviceType::A => 'a',
        LinuxDeviceType::B => 'b',
        LinuxDeviceType::C | LinuxDeviceType::U => 'c',
        LinuxDeviceType::P => return Err(wrong("a fifo is no device")),
    };
    let access = wanted.access().clone().filter(|access| !access.is_empty()).unwrap_or("rwm".to_owned());
    if access.chars().any(|letter| !"rwm".contains(letter)) {
        return Err(wrong("access is made of r, w and m"));
    }
    // The specification writes -1 for any number, as the kernel writes `*`.
    let number = |number: Option<i64>| match number {
        None | Some(-1) => Ok(None),
        Some(number) => u32::try_from(number).map(Some).map_err(|_| wrong("not a device number")),
    };
    Ok(DeviceRule {
        allow: wanted.allow(),
        kind,
        major: number(wanted.major())?,
        minor: number(wanted.minor())?,
        access,
    })
}
