//! `showstp`: a bridge and its ports in the spanning tree.

use netlink_raw::route::{Bridge, BridgePort, TreeBridge, TreePort};

use super::Call;
use crate::error::Result;
use crate::stdout;

/// Shows the spanning tree as the bridge sees it.
///
/// # Errors
/// There is no such bridge; the kernel can't be asked; write(2)'s.
pub fn showstp(call: &mut Call<'_>) -> Result<u8> {
    let name = &call.words[0];
    let device = call.devices.bridge(name)?;
    let mut text = String::new();
    if let Some((settings, tree)) = &device.bridge {
        text.push_str(&bridge(name, settings, tree));
    }
    for device in call.devices.ports(device.index)? {
        if let Some((settings, tree)) = &device.port {
            text.push_str(&port(&device.name, settings, tree));
        }
    }
    stdout::print(&text)?;
    Ok(0)
}

fn bridge(name: &str, settings: &Bridge, tree: &TreeBridge) -> String {
    let time = |hundredths: Option<u32>| seconds(hundredths.unwrap_or(0).into());
    // The kernel tells the root's times, which are the bridge's own where it is the root; `brctl` prints them as both.
    let (max_age, hello) = (time(settings.max_age), time(settings.hello_time));
    let forward_delay = time(settings.forward_delay);
    format!(
        "{name}\n \
         bridge id\t\t{}\n \
         designated root\t{}\n \
         root port\t\t{:4}\t\t\tpath cost\t\t{:4}\n \
         max age\t\t{max_age}\t\t\tbridge max age\t\t{max_age}\n \
         hello time\t\t{hello}\t\t\tbridge hello time\t{hello}\n \
         forward delay\t\t{forward_delay}\t\t\tbridge forward delay\t{forward_delay}\n \
         ageing time\t\t{}\n \
         hello timer\t\t{}\t\t\ttcn timer\t\t{}\n \
         topology change timer\t{}\t\t\tgc timer\t\t{}\n \
         flags\t\t\t{}\n\n\n",
        tree.bridge_id,
        tree.root_id,
        tree.root_port,
        tree.root_path_cost,
        time(settings.ageing_time),
        seconds(tree.hello_timer),
        seconds(tree.tcn_timer),
        seconds(tree.topology_change_timer),
        seconds(tree.gc_timer),
        flags(&[
            (tree.topology_change, "TOPOLOGY_CHANGE "),
            (tree.topology_change_detected, "TOPOLOGY_CHANGE_DETECTED "),
        ]),
    )
}

fn port(name: &str, settings: &BridgePort, tree: &TreePort) -> String {
    let hairpin = if settings.hairpin == Some(true) { "\n hairpin mode\t\t   1" } else { "" };
    format!(
        "{name} ({})\n \
         port id\t\t{:04x}\t\t\tstate\t\t{:>15}\n \
         designated root\t{}\tpath cost\t\t{:4}\n \
         designated bridge\t{}\tmessage age timer\t{}\n \
         designated port\t{:04x}\t\t\tforward delay timer\t{}\n \
         designated cost\t{:4}\t\t\thold timer\t\t{}\n \
         flags\t\t\t{}{hairpin}\n\n",
        tree.number,
        tree.id,
        state(settings.state.unwrap_or(0)),
        tree.root_id,
        settings.cost.unwrap_or(0),
        tree.bridge_id,
        seconds(tree.message_age_timer),
        tree.designated_port,
        seconds(tree.forward_delay_timer),
        tree.designated_cost,
        seconds(tree.hold_timer),
        flags(&[
            (tree.config_pending, "CONFIG_PENDING "),
            (tree.topology_change_ack, "TOPOLOGY_CHANGE_ACK "),
        ]),
    )
}

/// `BR_STATE_*` in words.
const fn state(state: u8) -> &'static str {
    match state {
        0 => "disabled",
        1 => "listening",
        2 => "learning",
        3 => "forwarding",
        4 => "blocking",
        _ => "<INVALID STATE>",
    }
}

fn flags(flags: &[(bool, &str)]) -> String {
    flags.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect()
}

/// A time in seconds, as `brctl` prints it.
pub fn seconds(hundredths: u64) -> String {
    format!("{:4}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_digits_behind_the_point() {
        assert_eq!(
            [0, 5, 1500, 30_000, 1_234_567].map(seconds).join("|"),
            "   0.00|   0.05|  15.00| 300.00|12345.67"
        );
    }

    #[test]
    fn flags_are_told_one_after_another() {
        let tree =
            TreeBridge { topology_change: true, topology_change_detected: true, ..TreeBridge::default() };
        let text = bridge("br0", &Bridge::default(), &tree);
        assert!(text.ends_with(" flags\t\t\tTOPOLOGY_CHANGE TOPOLOGY_CHANGE_DETECTED \n\n\n"), "{text}");
        let tree = TreePort { config_pending: true, topology_change_ack: true, ..TreePort::default() };
        let settings = BridgePort { hairpin: Some(true), state: Some(9), ..BridgePort::default() };
        let text = port("p0", &settings, &tree);
        let end = " flags\t\t\tCONFIG_PENDING TOPOLOGY_CHANGE_ACK \n hairpin mode\t\t   1\n\n";
        assert!(text.ends_with(end) && text.contains("<INVALID STATE>"), "{text}");
    }
}
