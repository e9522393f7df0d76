//! A route as `ip route` prints it.

use netlink_raw::kernel::{
    AF_INET, AF_INET6, RT_SCOPE_UNIVERSE, RT_TABLE_MAIN, RTA_CACHEINFO, RTA_DST, RTA_FLOW, RTA_GATEWAY,
    RTA_IIF, RTA_MARK, RTA_METRICS, RTA_MULTIPATH, RTA_NH_ID, RTA_OIF, RTA_PREF, RTA_PREFSRC, RTA_PRIORITY,
    RTA_SRC, RTA_UID, RTA_VIA, RTM_F_CLONED, RTM_F_NOTIFY, RTN_UNICAST, RTNH_F_DEAD, RTNH_F_LINKDOWN,
    RTNH_F_OFFLOAD, RTNH_F_ONLINK, RTNH_F_PERVASIVE, RTNH_F_TRAP, RTNH_F_UNRESOLVED, RTPROT_BOOT,
};

use super::context::Context;
use super::entry::Entry;
use super::filter::{Filter, via};
use super::{kinds, metrics};
use crate::error::Result;
use crate::ip::attributes::Table;
use crate::ip::named::Label;
use crate::ip::output::{Colour, Hex, Ip, Output};
use crate::ip::prefix::{Net, Prefix, bits, family, name};

/// What a route's flags are called; the last three share numbers with `RTCF_*`.
const FLAGS: [(u32, &str); 11] = [
    (RTNH_F_DEAD, "dead"),
    (RTNH_F_ONLINK, "onlink"),
    (RTNH_F_PERVASIVE, "pervasive"),
    (RTNH_F_OFFLOAD, "offload"),
    (RTNH_F_TRAP, "trap"),
    (RTM_F_NOTIFY, "notify"),
    (RTNH_F_LINKDOWN, "linkdown"),
    (RTNH_F_UNRESOLVED, "unresolved"),
    (0x4000, "rt_offload"),
    (0x8000, "rt_trap"),
    (0x2000_0000, "rt_offload_failed"),
];

/// `RTCF_*`: what a route made for one destination is for (`linux/in_route.h`).
const CACHE_FLAGS: [(u32, &str); 6] = [
    (0x8000_0000, "local"),
    (0x0100_0000, "redirect"),
    (0x2000_0000, "mc"),
    (0x1000_0000, "brd"),
    (0x0004_0000, "redirected"),
    (0x0001_0000, "notify"),
];

/// How routes are printed.
#[derive(Debug)]
pub struct Printer<'a> {
    /// Names.
    pub context: Context,
    /// What was asked for, and is not printed with each.
    pub filter: &'a Filter,
    /// `-details`.
    pub details: bool,
    /// `-statistics`.
    pub statistics: bool,
}

impl Printer<'_> {
    /// Prints `route`, and a line's end.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn route(&mut self, out: &mut Output, route: &Entry<'_>) -> Result<()> {
        out.object(None, |out| {
            self.what(out, route);
            self.way(out, route);
            self.whose(out, route);
            self.packets(out, route);
            self.cache(out, route);
            if let Some(metrics) = route.table.bytes(RTA_METRICS) {
                metrics::print(out, metrics);
            }
            if let Some(index) = route.table.u32(RTA_IIF).filter(|_| self.filter.input.is_none()) {
                out.field("iif", ("iif ", " "), self.context.links.name(index));
            }
            if let Some(preference) = route.table.u8(RTA_PREF) {
                out.field("pref", ("pref ", ""), metrics::preference(preference));
            }
            if let Some(hops) = route.table.bytes(RTA_MULTIPATH) {
                out.array(Some("nexthops"), |out| self.hops(out, hops));
            }
        });
        out.end_line()
    }

    /// Its type, where it leads to and from, the type of service.
    fn what(&self, out: &mut Output, route: &Entry<'_>) {
        if route.kind() != RTN_UNICAST || self.details {
            match kinds::name(route.kind()).filter(|_| !self.context.numeric) {
                Some(name) => out.field("type", ("", " "), name),
                None => out.field("type", ("", " "), Label::Number(route.kind().into())),
            }
        }
        let destination = route.destination();
        if route.table.get(RTA_DST).is_some() || destination.1 != 0 {
            out.colour(Colour::of(destination.0), "dst", ("", " "), Net(destination.0, destination.1));
        } else {
            out.field("dst", ("", " "), "default");
        }
        let source = route.source();
        if route.table.get(RTA_SRC).is_some() || source.1 != 0 {
            let net = Net(source.0, source.1);
            out.coloured(Some(Colour::of(source.0)), |out| out.field("from", ("from ", " "), net));
        }
        if route.tos() != 0 && self.filter.tos.is_none() {
            match self.context.services.name(route.tos().into()) {
                Some(name) => out.field("tos", ("tos ", " "), name),
                None => out.field("tos", ("tos ", " "), Hex(route.tos().into())),
            }
        }
        if let Some(id) = route.table.u32(RTA_NH_ID) {
            out.field("nhid", ("nhid ", " "), id);
        }
    }

    /// Its gateway and device.
    fn way(&mut self, out: &mut Output, route: &Entry<'_>) {
        if !whole(self.filter.via) {
            gateway(out, &route.table);
        }
        if let Some(index) = route.table.u32(RTA_OIF).filter(|_| self.filter.output.is_none()) {
            out.colour(Colour::Name, "dev", ("dev ", " "), self.context.links.name(index));
        }
    }

    /// Its table, who made it, how far it leads, the source, the metric, the flags.
    fn whose(&self, out: &mut Output, route: &Entry<'_>) {
        let Self { filter, context, details, .. } = self;
        let (table, protocol, scope) = (route.number(), route.protocol(), route.scope());
        // What leads by no table has the number 0.
        if filter.table == 0 && table != 0 && (table != RT_TABLE_MAIN || *details) {
            out.field("table", ("table ", " "), context.tables.label(table));
        }
        if route.flags() & RTM_F_CLONED == 0 || route.family() == AF_INET6 {
            if filter.protocol.is_none() && (protocol != RTPROT_BOOT || *details) {
                out.field("protocol", ("proto ", " "), context.protocols.label(protocol.into()));
            }
            if filter.scope.is_none() && (scope != RT_SCOPE_UNIVERSE || *details) {
                out.field("scope", ("scope ", " "), context.scopes.label(scope.into()));
            }
        }
        if let Some(source) = route.table.ip(RTA_PREFSRC).filter(|_| !whole(filter.preferred)) {
            out.colour(Colour::of(source), "prefsrc", ("src ", " "), Ip(source));
        }
        if let Some(metric) = route.table.u32(RTA_PRIORITY).filter(|_| filter.metric.is_none()) {
            out.field("metric", ("metric ", " "), metric);
        }
        flags(out, route.flags());
    }

    /// What the packets in question are: their mark, realms and user.
    fn packets(&self, out: &mut Output, route: &Entry<'_>) {
        if let Some(mark) = route.table.u32(RTA_MARK).filter(|mark| *mark != 0) {
            out.json("mark", mark);
            out.text("mark ");
            if mark < 16 {
                out.text(mark);
            } else {
                out.text(Hex(mark.into()));
            }
            out.text(" ");
        }
        if let Some(realms) = route.table.u32(RTA_FLOW).filter(|_| self.filter.realms.is_none()) {
            self.realms(out, realms);
        }
        if let Some(user) = route.table.u32(RTA_UID) {
            out.field("uid", ("uid ", " "), user);
        }
    }

    fn realms(&self, out: &mut Output, realms: u32) {
        let (from, to) = (realms >> 16, realms & 0xffff);
        out.object(Some("flow"), |out| {
            if from == 0 {
                out.text("realm ");
            } else {
                out.field("from", ("realms ", "/"), self.context.realms.label(from));
            }
            out.field("to", ("", " "), self.context.realms.label(to));
        });
    }

    /// How a route made for one destination is used, and until when.
    fn cache(&self, out: &mut Output, route: &Entry<'_>) {
        if route.family() == AF_INET && route.flags() & RTM_F_CLONED != 0 {
            out.newline();
            out.text("    cache ");
            let mut said = false;
            out.array(Some("cache"), |out| {
                for (_, name) in CACHE_FLAGS.iter().filter(|(flag, _)| route.flags() & flag != 0) {
                    out.element((if said { "," } else { "<" }, ""), *name);
                    said = true;
                }
            });
            if said {
                out.text("> ");
            }
        }
        if let Some(information) = route.table.bytes(RTA_CACHEINFO) {
            metrics::cache(out, information, self.statistics);
        }
    }

    /// The next hops, a line each.
    fn hops(&mut self, out: &mut Output, mut rest: &[u8]) {
        /// Bytes of `struct rtnexthop`.
        const HEADER: usize = 8;
        while let Some([a, b, flags_, more, index @ ..]) = rest.first_chunk::<HEADER>().copied() {
            let length = usize::from(u16::from_ne_bytes([a, b]));
            let Some(attributes) = rest.get(HEADER..length) else { return };
            out.newline();
            out.object(None, |out| {
                out.text("\tnexthop ");
                let table = Table::<{ RTA_VIA as usize + 1 }>::new(attributes);
                gateway(out, &table);
                if let Some(realms) = table.u32(RTA_FLOW) {
                    self.realms(out, realms);
                }
                let index = u32::from_ne_bytes(index);
                out.field("dev", ("dev ", " "), self.context.links.name(index));
                out.field("weight", ("weight ", " "), u32::from(more) + 1);
                flags(out, flags_.into());
            });
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

fn gateway<const N: usize>(out: &mut Output, table: &Table<'_, N>) {
    if let Some(gateway) = table.ip(RTA_GATEWAY) {
        out.colour(Colour::of(gateway), "gateway", ("via ", " "), Ip(gateway));
    }
    if let Some(gateway) = table.bytes(RTA_VIA).and_then(via) {
        out.object(Some("via"), |out| {
            out.field("family", ("via ", " "), name(family(gateway)));
            out.colour(Colour::of(gateway), "host", ("", " "), Ip(gateway));
        });
    }
}

fn flags(out: &mut Output, flags: u32) {
    out.array(Some("flags"), |out| {
        for (_, name) in FLAGS.iter().filter(|(flag, _)| flags & flag != 0) {
            out.element(("", " "), *name);
        }
    });
}

/// Whether it was asked for this one address.
fn whole(prefix: Option<Prefix>) -> bool {
    prefix.is_some_and(|(address, length)| length == bits(address))
}
