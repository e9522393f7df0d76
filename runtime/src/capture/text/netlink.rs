//! Netlink messages, each with the command that sends it.

use netlink_raw::describe::{Attribute, Description, of};
use netlink_raw::wire::{HEADER_LEN, Messages};

use super::bytes::{after, short};
use super::cut;
use crate::decode::family::Family;

/// Bytes of the header that says which way a datagram went.
const COOKED: usize = 16;

/// A line for each message of a datagram, and under a request a line with the command that does the same.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let Some(family) = short(bytes, 14).map(Family) else { return vec![cut("netlink")] };
    let name = family.known().unwrap_or("netlink");
    let datagram = after(bytes, COOKED);
    // What it sends has no header at all.
    if family == Family::UEVENT {
        return vec![format!("{name} {}", text(datagram))];
    }
    let Some(protocol) = family.protocol() else {
        return vec![format!("{name}, length {}", datagram.len())];
    };
    let mut lines = Vec::new();
    for message in Messages::new(datagram) {
        match message.ok().and_then(|message| of(protocol, message.bytes, &()).ok()) {
            Some(description) => {
                lines.push(format!("{name} {}", whole(&description)));
                lines.extend(description.command.map(|command| format!("\t$ {command}")));
            }
            None => lines.push(format!("{name} {}", cut("netlink"))),
        }
    }
    if lines.is_empty() && datagram.len() < HEADER_LEN {
        lines.push(format!("{name} {}", cut("netlink")));
    }
    lines
}

/// The message in one line, what is nested in braces.
fn whole(description: &Description) -> String {
    let mut words = vec![description.name.clone()];
    if !description.flags.is_empty() {
        words.push(description.flags.join("|"));
    }
    words.extend(description.fields.iter().map(|(name, value)| format!("{name}={value}")));
    words.extend(description.attributes.iter().map(attribute));
    words.join(" ")
}

fn attribute(attribute: &Attribute) -> String {
    let Attribute { name, value, nested, .. } = attribute;
    if !nested.is_empty() {
        let nested: Vec<String> = nested.iter().map(self::attribute).collect();
        return format!("{name} {{ {} }}", nested.join(", "));
    }
    if value.is_empty() { name.clone() } else { format!("{name} {value}") }
}

/// Text with NULs between its lines.
fn text(bytes: &[u8]) -> String {
    let lines = bytes.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    lines.map(|line| line.escape_ascii().to_string()).collect::<Vec<_>>().join(" ")
}
