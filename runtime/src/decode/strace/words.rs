//! Messages in strace's own words, where they can't be encoded again.

use netlink_raw::describe::{Attribute, Description};

use super::encode::{header_field, parts};
use super::value::Value;
use crate::decode::family::Family;

/// Nests that are shown.
const DEPTH: usize = 16;

/// The family that a message's type belongs to by its name.
pub(super) fn family(message: &Value) -> Option<Family> {
    let kind = header_field(parts(message).0, "type")?.to_string();
    if kind.starts_with("RTM_") {
        Some(Family::ROUTE)
    } else if kind.starts_with("NFNL_") {
        Some(Family::NETFILTER)
    } else {
        None
    }
}

/// A message with its attributes by name, and their values as strace printed them.
pub(super) fn describe(message: &Value) -> Description {
    let (header, body) = parts(message);
    let text = |name| header_field(header, name).map(ToString::to_string).unwrap_or_default();
    let mut fields = Vec::new();
    let mut found = Vec::new();
    for value in body {
        match value {
            Value::Struct(members) => {
                fields.extend(members.iter().map(|(name, value)| (name.clone(), value.to_string())));
            }
            Value::List(values) => attributes(values, &mut found, 0),
            other => fields.push(("payload".to_owned(), other.to_string())),
        }
    }
    let flags = text("flags").split('|').filter(|flag| *flag != "0").map(str::to_owned).collect();
    Description { name: text("type"), flags, fields, attributes: found, command: None }
}

fn attributes(values: &[Value], found: &mut Vec<Attribute>, depth: usize) {
    if let Some(kind) = values.first().and_then(|first| first.field("nla_type")) {
        let mut attribute =
            Attribute { name: kind.to_string(), value: String::new(), bytes: Vec::new(), nested: Vec::new() };
        match values.get(1..).unwrap_or_default() {
            [Value::List(inner)] if depth < DEPTH && holds_attributes(inner) => {
                attributes(inner, &mut attribute.nested, depth + 1);
            }
            values => {
                attribute.value = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            }
        }
        found.push(attribute);
        return;
    }
    for value in values {
        match value {
            Value::List(values) if depth < DEPTH => attributes(values, found, depth + 1),
            other => found.push(Attribute {
                name: other.to_string(),
                value: String::new(),
                bytes: Vec::new(),
                nested: Vec::new(),
            }),
        }
    }
}

/// Whether a list is of attributes, or is one.
fn holds_attributes(values: &[Value]) -> bool {
    values.iter().any(|value| match value {
        Value::List(inner) => inner.first().is_some_and(|first| first.field("nla_len").is_some()),
        other => other.field("nla_len").is_some(),
    })
}
