//! Steps for programs: one JSON object a line.

use netlink_raw::describe::Attribute;
use serde_json::{Value, json};

use super::Told;

/// One step.
pub(super) fn step(told: &Told<'_>) -> String {
    let mut object = json!({
        "step": told.number,
        "who": told.who.word(),
        "call": told.call,
        "command": told.command,
        "result": told.result,
        "ok": !told.failed,
        "microseconds": u64::try_from(told.microseconds).unwrap_or(u64::MAX),
    });
    match &told.message {
        None => object["arguments"] = told.arguments.into(),
        Some(message) => {
            let fields = &message.description.fields;
            object["flags"] = message.description.flags.clone().into();
            object["header"] = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            object["attributes"] = attributes(&message.description.attributes);
            object["socket"] = message.socket.into();
            object["datagram"] = message.datagram.into();
            object["bytes"] = hex(message.bytes).into();
        }
    }
    format!("{object}\n")
}

/// Attributes, and those in them.
pub(crate) fn attributes(list: &[Attribute]) -> Value {
    list.iter()
        .map(|attribute| {
            if attribute.nested.is_empty() {
                json!({"name": attribute.name, "value": attribute.value})
            } else {
                json!({"name": attribute.name, "attributes": attributes(&attribute.nested)})
            }
        })
        .collect()
}

/// Bytes, two digits each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
