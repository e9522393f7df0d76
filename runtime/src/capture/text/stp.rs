//! The spanning tree protocol (IEEE 802.1D, 9.3), as bridges of the kernel speak it.

use super::bytes::{byte, hardware, short};
use super::cut;

/// Bytes of a configuration.
const CONFIGURATION: usize = 35;
/// What a configuration may say besides, with tcpdump's names.
const FLAGS: [(u8, &str); 2] = [(0x01, "Topology change"), (0x80, "Topology change ACK")];

/// What follows a header of LLC; it had `length` bytes.
pub(super) fn line(bytes: &[u8], length: u32) -> String {
    match (short(bytes, 0), byte(bytes, 2), byte(bytes, 3)) {
        (Some(0), Some(0), Some(0)) => configuration(bytes).unwrap_or_else(|| cut("stp")),
        (Some(0), Some(0), Some(0x80)) => "STP 802.1d, Topology Change".to_owned(),
        _ => format!("STP, length {length}"),
    }
}

/// As tcpdump has it without `-v`: which bridge says this, and by which port.
fn configuration(bytes: &[u8]) -> Option<String> {
    let flags = byte(bytes, 4)?;
    let told: Vec<&str> = FLAGS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
    let flags = if told.is_empty() { "none".to_owned() } else { told.join(", ") };
    let (priority, bridge, port) = (short(bytes, 17)?, hardware(bytes, 19)?, short(bytes, 25)?);
    bytes.get(CONFIGURATION - 1)?;
    Some(format!(
        "STP 802.1d, Config, Flags [{flags}], bridge-id {priority:04x}.{bridge}.{port:04x}, length {CONFIGURATION}"
    ))
}
