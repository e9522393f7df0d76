//! What a tun or tap device tells.

use std::fs;

use netlink_raw::kernel::{
    IFF_TAP, IFF_TUN, IFLA_TUN_GROUP, IFLA_TUN_MULTI_QUEUE, IFLA_TUN_NUM_DISABLED_QUEUES,
    IFLA_TUN_NUM_QUEUES, IFLA_TUN_OWNER, IFLA_TUN_PERSIST, IFLA_TUN_PI, IFLA_TUN_TYPE, IFLA_TUN_VNET_HDR,
};

use super::fields::{Switch, named};
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::output::Output;

/// Puts its settings.
pub(super) fn tun(out: &mut Output, data: &[u8], _: &mut Links) {
    let table = Table::<'_, { IFLA_TUN_NUM_DISABLED_QUEUES as usize + 1 }>::new(data);
    let switch = |attribute| table.u8(attribute).map(|on| Switch(on != 0));
    match table.u8(IFLA_TUN_TYPE) {
        Some(IFF_TUN) => named(out, ("type", "type"), Some("tun")),
        Some(IFF_TAP) => named(out, ("type", "type"), Some("tap")),
        Some(other) => out.field("type", ("type UNKNOWN:", " "), other),
        None => {}
    }
    named(out, ("pi", "pi"), switch(IFLA_TUN_PI));
    named(out, ("vnet_hdr", "vnet_hdr"), switch(IFLA_TUN_VNET_HDR));
    if let Some(Switch(several)) = switch(IFLA_TUN_MULTI_QUEUE) {
        out.json("multi_queue", several);
        if several {
            out.text("multi_queue ");
            named(out, ("numqueues", "numqueues"), table.u32(IFLA_TUN_NUM_QUEUES));
            named(out, ("numdisabled", "numdisabled"), table.u32(IFLA_TUN_NUM_DISABLED_QUEUES));
        }
    }
    named(out, ("persist", "persist"), switch(IFLA_TUN_PERSIST));
    for (attribute, key, file) in
        [(IFLA_TUN_OWNER, "user", "/etc/passwd"), (IFLA_TUN_GROUP, "group", "/etc/group")]
    {
        if let Some(number) = table.u32(attribute) {
            match name(file, number) {
                Some(name) => named(out, (key, key), Some(name.as_str())),
                None => named(out, (key, key), Some(number)),
            }
        }
    }
}

/// The name of user or group `number`: passwd(5), group(5).
fn name(file: &str, number: u32) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let named = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    };
    text.lines().find_map(named)
}
