//! Steps for people.

use std::fmt::Write;

use super::{Message, Told};

/// Where the text of a step begins: after the number and the actor.
const MARGIN: &str = "                ";

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
        body(&mut text, message, hex);
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

fn body(text: &mut String, message: &Message<'_>, hex: bool) {
    let fields: Vec<String> =
        message.description.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !fields.is_empty() {
        let _ = writeln!(text, "{MARGIN}{}", fields.join(" "));
    }
    attributes(text, &message.description.attributes, 0, hex);
    if hex {
        for line in message.bytes.chunks(16) {
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
