//! An address as `ip address` prints it.

use netlink_raw::kernel::{
    AF_INET, AF_INET6, IFA_ANYCAST, IFA_BROADCAST, IFA_CACHEINFO, IFA_F_DEPRECATED, IFA_F_PERMANENT,
    IFA_F_SECONDARY, IFA_RT_PRIORITY,
};

use super::entry::Entry;
use crate::error::Result;
use crate::ip::link::filter::FLAGS;
use crate::ip::named::Named;
use crate::ip::output::{Colour, Ip, Output, Value};

/// A lifetime without end (`INFINITY_LIFE_TIME` of `linux/if_addr.h`).
const FOREVER: u32 = u32::MAX;

/// How addresses are printed.
#[derive(Debug)]
pub struct Printer {
    /// How far they are known.
    pub scopes: Named,
    /// Only the address.
    pub brief: bool,
    /// With the device's number and name before it.
    pub device: bool,
}

impl Printer {
    /// Prints `address` of the device called `device`, and a line's end.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn address(&self, out: &mut Output, address: &Entry<'_>, device: &[u8]) -> Result<()> {
        if self.brief {
            local(out, address);
            return Ok(());
        }
        if self.device {
            out.field("index", ("", ": "), address.index());
            out.field("dev", ("", ""), device);
        }
        match address.family() {
            AF_INET => out.field("family", ("    ", " "), "inet"),
            AF_INET6 => out.field("family", ("    ", " "), "inet6"),
            other => out.field("family_index", ("    family ", " "), other),
        }
        local(out, address);
        for (kind, key, text) in [(IFA_BROADCAST, "broadcast", "brd "), (IFA_ANYCAST, "anycast", "any ")] {
            if let Some(ip) = address.table.ip(kind) {
                out.colour(Colour::of(ip), key, (text, " "), Ip(ip));
            }
        }
        out.field("scope", ("scope ", " "), self.scopes.label(address.scope().into()));
        flags(out, address);
        if let Some(label) = address.label() {
            out.field("label", ("", ""), label);
        }
        lifetimes(out, address);
        out.end_line()
    }
}

fn local(out: &mut Output, address: &Entry<'_>) {
    let Some(ip) = address.local() else { return };
    out.colour(Colour::of(ip), "local", ("", ""), Ip(ip));
    if let Some(peer) = address.peer() {
        out.colour(Colour::of(peer), "address", (" peer ", ""), Ip(peer));
    }
    out.field("prefixlen", ("/", " "), address.length());
    if let Some(metric) = address.table.u32(IFA_RT_PRIORITY) {
        out.field("metric", ("metric ", " "), metric);
    }
}

fn flags(out: &mut Output, address: &Entry<'_>) {
    let mut flags = address.flags();
    for (name, flag) in FLAGS {
        let there = flags & flag != 0;
        flags &= !flag;
        // An address stays unless it is said for how long.
        let name = match flag {
            IFA_F_PERMANENT if there => continue,
            IFA_F_PERMANENT => "dynamic",
            _ if !there => continue,
            IFA_F_SECONDARY if address.family() == AF_INET6 => "temporary",
            _ => name,
        };
        out.json(name, true);
        out.text(name);
        out.text(" ");
    }
    if flags != 0 {
        let rest = format!("{flags:02x}");
        out.field("ifa_flags", ("flags ", " "), rest.as_str());
    }
}

/// How long it is valid, and how long it is preferred to others: `struct ifa_cacheinfo`.
fn lifetimes(out: &mut Output, address: &Entry<'_>) {
    let Some(bytes) = address.table.bytes(IFA_CACHEINFO) else { return };
    let [preferred, valid] = std::array::from_fn(|place| {
        bytes.as_chunks::<4>().0.get(place).map_or(0, |number| u32::from_ne_bytes(*number))
    });
    out.newline();
    out.text("       valid_lft ");
    lifetime(out, "valid_life_time", valid, valid);
    out.text(" preferred_lft ");
    if address.flags() & IFA_F_DEPRECATED != 0 {
        // What is over counts on below nought.
        lifetime(out, "preferred_life_time", preferred, preferred.cast_signed());
    } else {
        lifetime(out, "preferred_life_time", preferred, preferred);
    }
}

fn lifetime(out: &mut Output, key: &str, seconds: u32, shown: impl Value) {
    if seconds == FOREVER {
        out.json(key, FOREVER);
        out.text("forever");
    } else {
        out.field(key, ("", "sec"), shown);
    }
}
