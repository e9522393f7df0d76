//! `show`: bridges, and which ports they have.

use super::find::Device;
use super::{Call, say};
use crate::error::Result;
use crate::log;

/// Shows the bridges that the words name, or all. What is no bridge stops none of the others.
///
/// # Errors
/// The kernel can't be asked; write(2)'s.
pub fn show(call: &mut Call<'_>) -> Result<u8> {
    let mut table = Table::default();
    if call.words.is_empty() {
        let devices = call.devices.all()?;
        for bridge in devices.iter().filter(|device| device.bridge.is_some()) {
            let ports = devices.iter().filter(|device| device.master == Some(bridge.index));
            table.row(&bridge.name, bridge, ports);
        }
    }
    let mut status = 0;
    for name in call.words {
        match call.devices.bridge(name) {
            Ok(bridge) => table.row(name, &bridge, call.devices.ports(bridge.index)?.iter()),
            Err(error) => {
                log::error(&error.to_string());
                status = 1;
            }
        }
    }
    say(&table.0)?;
    Ok(status)
}

/// The table, with a head where it has rows.
#[derive(Debug, Default)]
struct Table(String);

impl Table {
    fn row<'a>(&mut self, name: &str, bridge: &Device, ports: impl Iterator<Item = &'a Device>) {
        let Some((settings, tree)) = &bridge.bridge else { return };
        if self.0.is_empty() {
            self.0.push_str("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n");
        }
        // By the kernel, or by a daemon.
        let stp = if settings.stp_state.unwrap_or(0) == 0 { "no" } else { "yes" };
        self.0.push_str(&format!("{name}\t\t{}\t{stp}\t\t", tree.bridge_id));
        let ports: Vec<&str> = ports.map(|port| port.name.as_str()).collect();
        self.0.push_str(&ports.join("\n\t\t\t\t\t\t\t"));
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use netlink_raw::route::{Bridge, BridgeId, TreeBridge};

    use super::*;

    #[test]
    fn each_port_has_a_line() {
        let bridge_id = BridgeId { priority: 0x8000, address: [2, 0, 0, 0, 0, 9] };
        let tree = TreeBridge { bridge_id, ..TreeBridge::default() };
        let bridge = Device { bridge: Some((Bridge::default(), tree)), ..Device::default() };
        let port = |name: &str| Device { name: name.to_owned(), ..Device::default() };
        let mut table = Table::default();
        table.row("br0", &bridge, [port("a0"), port("b0")].iter());
        table.row("br1", &bridge, [].iter());
        assert_eq!(
            table.0,
            "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n\
             br0\t\t8000.020000000009\tno\t\ta0\n\t\t\t\t\t\t\tb0\n\
             br1\t\t8000.020000000009\tno\t\t\n"
        );
    }
}
