//! `show`: bridges, and which ports they have.

use super::find::Device;
use super::{Call, FAILED};
use crate::error::Result;
use crate::log;
use crate::stdout;

/// What stands above the rows, where there are any.
const HEAD: &str = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n";

/// Shows the bridges that the words name, or all. What is no bridge stops none of the others.
///
/// # Errors
/// The kernel can't be asked; write(2)'s.
pub fn show(call: &mut Call<'_>) -> Result<u8> {
    let mut rows = Vec::new();
    if call.words.is_empty() {
        let devices = call.devices.all()?;
        for bridge in &devices {
            let ports = devices.iter().filter(|device| device.master == Some(bridge.index));
            rows.extend(row(&bridge.name, bridge, ports));
        }
    }
    let mut status = 0;
    for name in call.words {
        match call.devices.bridge(name) {
            Ok(bridge) => rows.extend(row(name, &bridge, call.devices.ports(bridge.index)?.iter())),
            Err(error) => {
                log::error("", &error.to_string());
                status = FAILED;
            }
        }
    }
    if !rows.is_empty() {
        stdout::print(format!("{HEAD}{}", rows.concat()))?;
    }
    Ok(status)
}

/// The lines of a bridge, one for each port; `None` where it is none.
fn row<'a>(name: &str, bridge: &Device, ports: impl Iterator<Item = &'a Device>) -> Option<String> {
    let (settings, tree) = bridge.bridge.as_ref()?;
    // By the kernel, or by a daemon.
    let stp = if settings.stp_state.unwrap_or(0) == 0 { "no" } else { "yes" };
    let ports: Vec<&str> = ports.map(|port| port.name.as_str()).collect();
    Some(format!("{name}\t\t{}\t{stp}\t\t{}\n", tree.bridge_id, ports.join("\n\t\t\t\t\t\t\t")))
}

#[cfg(test)]
mod tests {
    use netlink_raw::route::{Bridge, BridgeId, TreeBridge};

    use super::*;

    #[test]
    fn each_port_has_a_line() {
        let bridge_id = BridgeId { priority: 0x8000, address: [2, 0, 0, 0, 0, 9] };
        let tree = TreeBridge { bridge_id, ..TreeBridge::default() };
        let settings = Bridge { stp_state: Some(2), ..Bridge::default() };
        let bridge = Device { bridge: Some((settings, tree)), ..Device::default() };
        let port = |name: &str| Device { name: name.to_owned(), ..Device::default() };
        assert_eq!(
            row("br0", &bridge, [port("a0"), port("b0")].iter()).unwrap(),
            "br0\t\t8000.020000000009\tyes\t\ta0\n\t\t\t\t\t\t\tb0\n"
        );
        assert_eq!(row("br1", &bridge, [].iter()).unwrap(), "br1\t\t8000.020000000009\tyes\t\t\n");
        assert_eq!(row("a0", &port("a0"), [].iter()), None);
    }
}
