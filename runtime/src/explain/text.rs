//! Steps for people.

use std::fmt::Write;

use netlink_raw::describe::Description;

use super::{Message, Told};

/// Where the text of a step begins: after the number and the actor.
pub(crate) const MARGIN: &str = "                ";

/// One step, with the bytes of its message if `hex`.
pub(super) fn step(told: &Told<'_>, hex: bool) -> String {
    let mut text = format!("{:>3} {:<9}   {}", told.number, told.who.word(), told.call);
    match &told.message {
        None => text.extend(["(", told.arguments, ")"]),
        Some(message) => head(&mut text, message),
    }
    if !told.result.is_empty() {
        let mark = if told.failed { "✗ " } else { "" };
        // Writing to a String can't fail, here and below.
        let _ = write!(text, "  {mark}{}  {} µs", told.result, told.microseconds);
    }
    text.push('\n');
    if let Some(message) = &told.message {
        body(&mut text, message.description, hex.then_some(message.bytes));
    }
    if let Some(command) = told.command {
        let _ = writeln!(text, "{MARGIN}$ {command}");
    }
    text
}

fn head(text: &mut String, message: &Message<'_>) {
    let _ = write!(text, "  {}", message.description.flags.join("|"));
    let _ = write!(text, "  [socket {}, datagram {}]", message.socket, message.datagram);
}

/// The fixed header and the attributes, each in a line; with their bytes, and all `bytes`, if there are any.
pub(crate) fn body(text: &mut String, description: &Description, bytes: Option<&[u8]>) {
    let fields: Vec<String> =
        description.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !fields.is_empty() {
        let _ = writeln!(text, "{MARGIN}{}", fields.join(" "));
    }
    attributes(text, &description.attributes, 0, bytes.is_some());
    if let Some(bytes) = bytes {
        for line in bytes.chunks(16) {
            let bytes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            let _ = writeln!(text, "{MARGIN}| {}", bytes.join(" "));
        }
    }
}

fn attributes(text: &mut String, list: &[netlink_raw::describe::Attribute], depth: usize, hex: bool) {
    for attribute in list {
        let indent = "  ".repeat(depth);
        let _ = write!(text, "{MARGIN}{indent}{}", attribute.name);
        if attribute.nested.is_empty() {
            let _ = write!(text, ": {}", attribute.value);
            if hex {
                let bytes: Vec<String> = attribute.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let _ = write!(text, "  [{}]", bytes.join(" "));
            }
        }
        text.push('\n');
        attributes(text, &attribute.nested, depth + 1, hex);
    }
}
