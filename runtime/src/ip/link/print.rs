//! A link as `ip link` prints it.

use netlink_raw::kernel::{
    IFF_ALLMULTI, IFF_AUTOMEDIA, IFF_BROADCAST, IFF_DEBUG, IFF_DORMANT, IFF_DYNAMIC, IFF_ECHO, IFF_LOOPBACK,
    IFF_LOWER_UP, IFF_MASTER, IFF_MULTICAST, IFF_NOARP, IFF_NOTRAILERS, IFF_POINTOPOINT, IFF_PORTSEL,
    IFF_PROMISC, IFF_RUNNING, IFF_SLAVE, IFF_UP,
};

use super::entry::Entry;
use crate::error::Result;
use crate::ip::output::Output;

/// Flags in the order in which they are printed.
const FLAGS: [(u32, &str); 18] = [
    (IFF_LOOPBACK, "LOOPBACK"),
    (IFF_BROADCAST, "BROADCAST"),
    (IFF_POINTOPOINT, "POINTOPOINT"),
    (IFF_MULTICAST, "MULTICAST"),
    (IFF_NOARP, "NOARP"),
    (IFF_ALLMULTI, "ALLMULTI"),
    (IFF_PROMISC, "PROMISC"),
    (IFF_MASTER, "MASTER"),
    (IFF_SLAVE, "SLAVE"),
    (IFF_DEBUG, "DEBUG"),
    (IFF_DYNAMIC, "DYNAMIC"),
    (IFF_AUTOMEDIA, "AUTOMEDIA"),
    (IFF_PORTSEL, "PORTSEL"),
    (IFF_NOTRAILERS, "NOTRAILERS"),
    (IFF_UP, "UP"),
    (IFF_LOWER_UP, "LOWER_UP"),
    (IFF_DORMANT, "DORMANT"),
    (IFF_ECHO, "ECHO"),
];

/// Prints `link`, and a line's end.
///
/// # Errors
/// write(2)'s.
pub fn link(out: &mut Output, link: &Entry<'_>) -> Result<()> {
    out.object(None, |out| {
        out.field("ifindex", ("", ": "), link.index());
        out.field("ifname", ("", ": "), link.name());
        flags(out, link.flags());
    });
    out.end_line()
}

fn flags(out: &mut Output, mut flags: u32) {
    out.array(Some("flags"), |out| {
        out.text("<");
        if flags & IFF_UP != 0 && flags & IFF_RUNNING == 0 {
            out.element(("", ","), "NO-CARRIER");
        }
        flags &= !IFF_RUNNING;
        for (flag, name) in FLAGS {
            if flags & flag != 0 {
                flags &= !flag;
                out.element(("", if flags == 0 { "" } else { "," }), name);
            }
        }
        out.text("> ");
    });
}
