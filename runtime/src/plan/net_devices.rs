//! Devices of the host's network that become the container's (`linux.netDevices`).

use std::collections::HashMap;

use oci_spec::runtime::LinuxNetDevice;
use serde::Serialize;

use crate::error::{Error, Result};

/// One device that is moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetDevice {
    /// Its name on the host.
    pub host_name: String,
    /// Its name inside.
    pub name: String,
}

/// All devices, in the order of their names on the host.
///
/// # Errors
/// A network namespace that is the host's, a name that no device can have, one name for two.
pub(super) fn all(
    wanted: Option<&HashMap<String, LinuxNetDevice>>,
    own_network: bool,
) -> Result<Vec<NetDevice>> {
    let wrong = |problem: String| Err(Error::Usage(format!("config.json: linux.netDevices: {problem}")));
    let mut all: Vec<NetDevice> = Vec::new();
    for (host_name, device) in wanted.into_iter().flatten() {
        let name = device.name().as_ref().filter(|name| !name.is_empty()).unwrap_or(host_name);
        for name in [host_name, name] {
            if !is_name(name) {
                return wrong(format!("{name:?}: no device can have this name"));
            }
        }
        if all.iter().any(|other| other.name == *name) {
            return wrong(format!("two devices get the name {name}"));
        }
        all.push(NetDevice { host_name: host_name.clone(), name: name.clone() });
    }
    if !all.is_empty() && !own_network {
        return wrong("devices are moved only into a network namespace of the container's own".to_owned());
    }
    all.sort_by(|one, other| one.host_name.cmp(&other.host_name));
    Ok(all)
}

/// As the kernel's `dev_valid_name`, without `%`, by which it would make a name up.
fn is_name(name: &str) -> bool {
    let bad = |letter: char| matches!(letter, '/' | ':' | '%' | '\0') || letter.is_whitespace();
    (1..=15).contains(&name.len()) && name != "." && name != ".." && !name.contains(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> Result<Vec<NetDevice>> {
        all(Some(&serde_json::from_str(text).expect("devices")), true)
    }

    #[test]
    fn devices_keep_their_names_unless_they_get_others() {
        let device =
            |host_name: &str, name: &str| NetDevice { host_name: host_name.into(), name: name.into() };
        let found = planned(r#"{"eth1":{},"eth0":{"name":"net0"}}"#).expect("devices");
        assert_eq!(found, [device("eth0", "net0"), device("eth1", "eth1")]);
    }

    #[test]
    fn names_that_no_device_can_have_are_refused() {
        for name in ["", "a/b", "a name", "..", "sixteen-letters.", "eth%d", "a:1"] {
            assert!(planned(&format!("{{{name:?}:{{}}}}")).is_err(), "{name}");
        }
        assert!(planned(r#"{"a":{"name":"x"},"b":{"name":"x"}}"#).is_err());
        let host = HashMap::from([("eth1".to_owned(), LinuxNetDevice::default())]);
        assert!(all(Some(&host), false).is_err());
    }
}
