//! Messages that other programs were recorded to send.

use netlink_raw::wire::{HEADER_LEN, Header};

/// Each recorded line of commands, and a message that it sent, with sequence number 0 and port 0.
pub(crate) fn recorded(text: &'static str) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    let mut command = "";
    for line in text.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            command = text;
        } else if line.starts_with('#') {
            // A remark of one test's.
        } else if let [kind, flags, body @ ..] = &line.split(' ').collect::<Vec<_>>()[..] {
            let body: Vec<u8> = body.iter().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
            let header = Header {
                len: u32::try_from(HEADER_LEN + body.len()).unwrap(),
                kind: kind.parse().unwrap(),
                flags: u16::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap(),
                ..Header::default()
            };
            found.push((command, [header.encode().to_vec(), body].concat()));
        }
    }
    found
}
