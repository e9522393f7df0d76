//! A neighbour as `ip neigh` prints it.

use netlink_raw::kernel::{
    NDA_CACHEINFO, NDA_FLAGS_EXT, NDA_LLADDR, NDA_PROBES, NDA_PROTOCOL, NTF_EXT_LEARNED, NTF_OFFLOADED,
    NTF_PROXY, NTF_ROUTER,
};

use super::entry::Entry;
use super::filter::{Filter, STATES};
use crate::error::Result;
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::{Colour, Ip, Mac, Output};

/// Flags, and what they are called.
const FLAGS: [(u8, &str); 4] = [
    (NTF_ROUTER, "router"),
    (NTF_PROXY, "proxy"),
    (NTF_EXT_LEARNED, "extern_learn"),
    (NTF_OFFLOADED, "offload"),
];
/// `NTF_EXT_MANAGED` of `NDA_FLAGS_EXT`: the kernel keeps the entry fresh.
pub const MANAGED: u32 = 1;

/// How neighbours are printed.
#[derive(Debug)]
pub struct Printer<'a> {
    /// The devices.
    pub links: Links,
    /// Who made them.
    pub protocols: Named,
    /// What was asked for, and is not printed with each.
    pub filter: &'a Filter,
    /// `-statistics`.
    pub statistics: bool,
    /// `-brief`: only whose, where and what.
    pub brief: bool,
}

impl Printer<'_> {
    /// Prints `neighbour`, and a line's end.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn neighbour(&mut self, out: &mut Output, neighbour: &Entry<'_>) -> Result<()> {
        if self.brief {
            out.object(None, |out| self.columns(out, neighbour));
            return out.end_line();
        }
        out.object(None, |out| {
            if let Some(address) = neighbour.destination() {
                out.colour(Colour::of(address), "dst", ("", " "), Ip(address));
            }
            if self.filter.device.is_none() && neighbour.index() != 0 {
                out.colour(Colour::Name, "dev", ("dev ", " "), self.links.name(neighbour.index()));
            }
            if let Some(address) = neighbour.table.bytes(NDA_LLADDR) {
                out.colour(Colour::Mac, "lladdr", ("lladdr ", " "), Mac(address));
            }
            for (_, name) in FLAGS.iter().filter(|(flag, _)| neighbour.flags() & flag != 0) {
                out.field(name, (name, " "), ());
            }
            if neighbour.table.u32(NDA_FLAGS_EXT).unwrap_or(0) & MANAGED != 0 {
                out.field("managed", ("managed ", ""), ());
            }
            if self.statistics {
                statistics(out, neighbour);
            }
            states(out, neighbour.state());
            if let Some(protocol) = neighbour.table.u8(NDA_PROTOCOL).filter(|protocol| *protocol != 0) {
                out.field("protocol", ("proto ", " "), self.protocols.label(protocol.into()));
            }
        });
        out.end_line()
    }

    fn columns(&mut self, out: &mut Output, neighbour: &Entry<'_>) {
        if let Some(address) = neighbour.destination() {
            let put = |out: &mut Output| out.field("dst", ("", ""), Ip(address));
            out.coloured(Some(Colour::of(address)), |out| out.column(39, put));
        }
        if self.filter.device.is_none() && neighbour.index() != 0 {
            let name = self.links.name(neighbour.index());
            let put = |out: &mut Output| out.field("dev", ("", ""), name);
            out.coloured(Some(Colour::Name), |out| out.column(16, put));
        }
        if let Some(address) = neighbour.table.bytes(NDA_LLADDR) {
            out.colour(Colour::Mac, "lladdr", ("", ""), Mac(address));
        }
    }
}

/// How it is used: seconds since it was used, confirmed and updated, and how often it was asked for.
fn statistics(out: &mut Output, neighbour: &Entry<'_>) {
    if let Some(bytes) = neighbour.table.bytes(NDA_CACHEINFO) {
        // Hundredths of a second (`USER_HZ`), and how many use it.
        let [confirmed, used, updated, users] = cache(bytes);
        if users != 0 {
            out.field("refcnt", (" ref ", ""), users);
        }
        out.field("used", (" used ", "/"), used / 100);
        out.field("confirmed", ("", "/"), confirmed / 100);
        out.field("updated", ("", ""), updated / 100);
    }
    if let Some(probes) = neighbour.table.u32(NDA_PROBES) {
        out.field("probes", ("probes ", " "), probes);
    }
}

/// `struct nda_cacheinfo`: when it was confirmed, used and updated, and how many use it.
pub fn cache(bytes: &[u8]) -> [u32; 4] {
    let numbers = bytes.as_chunks::<4>().0;
    std::array::from_fn(|place| numbers.get(place).map_or(0, |number| u32::from_ne_bytes(*number)))
}

fn states(out: &mut Output, state: u16) {
    if state == 0 {
        return;
    }
    out.array(Some("state"), |out| {
        for (_, name) in STATES.iter().filter(|(each, _)| state & each != 0) {
            out.element(("", " "), *name);
        }
    });
}
