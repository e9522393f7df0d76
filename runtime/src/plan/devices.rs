//! Nodes in /dev, and what may be done with device nodes at all.

use std::path::{Component, Path, PathBuf};

use oci_spec::runtime::{LinuxDevice, LinuxDeviceCgroup, LinuxDeviceType};
use serde::Serialize;

use super::Device;
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

/// One rule about device nodes, in the order in which they are applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceRule {
    /// Whether it allows.
    pub allow: bool,
    /// `a` for all, `c` or `b`.
    pub kind: char,
    /// The driver; `None` for any.
    pub major: Option<u32>,
    /// The device; `None` for any.
    pub minor: Option<u32>,
    /// Some of `rwm`: read, write, make.
    pub access: String,
}

impl std::fmt::Display for DeviceRule {
    /// As `devices.allow` and `devices.deny` take it (cgroup v1).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |number: Option<u32>| number.map_or("*".to_owned(), |number| number.to_string());
        write!(f, "{} {}:{} {}", self.kind, number(self.major), number(self.minor), self.access)
    }
}

/// What every container may do whose config.json has rules, whatever they are, as runc has it: make any node,
/// and use those that are in every /dev, its console and its terminals. podman's deny-all counts on it.
const ALWAYS: [(char, Option<u32>, Option<u32>, &str); 11] = [
    ('c', None, None, "m"),
    ('b', None, None, "m"),
    ('c', Some(1), Some(3), "rwm"),
    ('c', Some(1), Some(5), "rwm"),
    ('c', Some(1), Some(7), "rwm"),
    ('c', Some(1), Some(8), "rwm"),
    ('c', Some(1), Some(9), "rwm"),
    ('c', Some(5), Some(0), "rwm"),
    ('c', Some(5), Some(1), "rwm"),
    ('c', Some(5), Some(2), "rwm"),
    ('c', Some(136), None, "rwm"),
];

/// The rules of `linux.resources.devices` between those of runc: what no rule speaks of is denied, and what
/// every container needs is allowed.
///
/// # Errors
/// A rule that says nothing the kernel understands.
pub(super) fn rules(wanted: &[LinuxDeviceCgroup]) -> Result<Vec<DeviceRule>> {
    let mut rules: Vec<DeviceRule> = wanted.iter().map(rule).collect::<Result<_>>()?;
    let Some(first) = rules.first() else { return Ok(rules) };
    if first.kind != 'a' {
        let everything = ('a', None, None, "rwm");
        rules.insert(0, made(false, everything));
    }
    // What is allowed since the last denial is not written twice: each write is time before the start.
    let since = rules.iter().rposition(|rule| !rule.allow).map_or(0, |last| last + 1);
    let missing: Vec<DeviceRule> = ALWAYS
        .map(|rule| made(true, rule))
        .into_iter()
        .filter(|rule| !rules[since..].contains(rule))
        .collect();
    let all_allowed = rules[since..].iter().any(|rule| rule.kind == 'a');
    rules.extend(if all_allowed { Vec::new() } else { missing });
    Ok(rules)
}

fn made(allow: bool, (kind, major, minor, access): (char, Option<u32>, Option<u32>, &str)) -> DeviceRule {
    DeviceRule { allow, kind, major, minor, access: access.to_owned() }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(text: &str) -> Vec<String> {
        let wanted: Vec<LinuxDeviceCgroup> = serde_json::from_str(text).expect("rules");
        let sign = |rule: &DeviceRule| if rule.allow { '+' } else { '-' };
        rules(&wanted).expect("rules").iter().map(|rule| format!("{}{rule}", sign(rule))).collect()
    }

    #[test]
    fn what_every_container_needs_is_allowed_after_all_else() {
        let bare = rules_of(r#"[{"allow": false, "access": "rwm"}]"#);
        assert_eq!((bare[0].as_str(), bare.len()), ("-a *:* rwm", 12));
        assert!(bare.contains(&"+c 1:3 rwm".to_owned()) && bare.contains(&"+c 136:* rwm".to_owned()));
        let null = r#"{"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}"#;
        let given = rules_of(&format!(r#"[{{"allow": false}}, {null}]"#));
        assert_eq!(given.iter().filter(|rule| *rule == "+c 1:3 rwm").count(), 1, "{given:?}");
        assert_eq!(given.len(), 12);
    }

    #[test]
    fn what_no_rule_speaks_of_is_denied() {
        let disk = rules_of(r#"[{"allow": true, "type": "b", "major": 8, "minor": 0, "access": "r"}]"#);
        assert_eq!(disk[..2], ["-a *:* rwm", "+b 8:0 r"]);
        assert_eq!(rules_of(r#"[{"allow": true, "type": "a"}]"#), ["+a *:* rwm"]);
        assert!(rules_of("[]").is_empty());
    }
}
