//! A link as `ip link` prints it.
//!
//! One thing is Pontoon's own. Where the link that a link is tied to lives in another network namespace, `ip` can't
//! tell but its number there: `eth0@if5`. If that namespace is a running container's or has a name in /run/netns, the
//! name stands here instead: `eth0@web`. All else is as `ip` has it: the number of the namespace at the end of the
//! second line (`link-netnsid 0`; for a name in /run/netns `link-netns web`), and in JSON `link_index` and
//! `link_netnsid`; a key `link_netns` with the name comes beside them. Seen from within a container (`--in`), the
//! host's namespace has a name only if /run/netns gives it one: then too `eth0@if5` stays.

use netlink_raw::kernel::{
    IF_OPER_DOWN, IF_OPER_UP, IFF_POINTOPOINT, IFF_RUNNING, IFF_UP, IFLA_ADDRESS, IFLA_ALT_IFNAME,
    IFLA_BROADCAST, IFLA_GROUP, IFLA_IFALIAS, IFLA_LINK, IFLA_LINK_NETNSID, IFLA_LINKMODE, IFLA_MASTER,
    IFLA_MTU, IFLA_OPERSTATE, IFLA_PERM_ADDRESS, IFLA_PROP_LIST, IFLA_PROTO_DOWN, IFLA_PROTO_DOWN_REASON,
    IFLA_QDISC, IFLA_TXQLEN, IFLA_XDP,
};
use netlink_raw::wire::Attributes;

use super::details::details;
use super::entry::Entry;
use super::functions::{Functions, ask, functions, possible};
use super::hardware::{Address, kind};
use super::names::{FLAGS, LINK_MODES, OPERSTATES};
use super::peers::Peers;
use super::statistics::{Scale, statistics};
use crate::error::Result;
use crate::ip::answer::Told;
use crate::ip::attributes::Table;
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::{Colour, Hex, Output};

/// How links are printed.
#[derive(Debug)]
pub struct Printer<'a> {
    /// The devices.
    pub links: Links,
    /// The namespaces that the devices they are tied to are in.
    pub peers: Peers<'a>,
    /// Groups of devices.
    pub groups: Named,
    /// Of the object `link`, and not `addr`, which tells less of a link.
    pub whole: bool,
    /// A family of addresses was asked for: a link's own address is not told.
    pub of_family: bool,
    /// `-details`.
    pub details: bool,
    /// How often `-statistics`.
    pub statistics: u8,
    /// Whether kinds of hardware are numbers.
    pub numeric: bool,
    /// How numbers are printed then.
    pub scale: Scale,
    /// Whether virtual functions are shown.
    pub functions: Functions,
}

impl Printer<'_> {
    /// Prints `link`, and a line's end.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn link(&mut self, out: &mut Output, link: &Entry<'_>) -> Result<()> {
        let table = &link.table;
        out.field("ifindex", ("", ": "), link.index());
        let mut down = false;
        out.coloured(Some(Colour::Name), |out| {
            down = self.name(out, link);
            out.text(": ");
        });
        flags(out, link.flags(), down);
        self.first_line(out, link);
        if !self.of_family || self.details {
            hardware(out, link, self.numeric);
        }
        if let Some(id) = namespace(link) {
            self.namespace(out, id);
        }
        proto_down(out, link);
        if self.details {
            details(out, link, self);
        }
        let whole = self.whole || self.details;
        if let Some(alias) = table.text(IFLA_IFALIAS).filter(|_| whole) {
            out.newline();
            out.field("ifalias", ("    alias ", ""), alias);
        }
        if self.whole && self.statistics > 0 {
            out.newline();
            statistics(out, link, self.statistics > 1, self.scale);
        }
        if whole {
            self.functions(out, link);
        }
        if let Some(names) = table.bytes(IFLA_PROP_LIST) {
            other_names(out, names);
        }
        out.end_line()
    }

    /// Prints `link` in one short line, which ends here unless addresses follow.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn brief(&mut self, out: &mut Output, link: &Entry<'_>) -> Result<()> {
        let mut down = false;
        out.coloured(Some(Colour::Name), |out| out.column(16, |out| down = self.name(out, link)));
        if let Some(state) = link.table.u8(IFLA_OPERSTATE) {
            out.coloured(works(state), |out| out.column(14, |out| operstate(out, state)));
        }
        if !self.whole {
            return Ok(());
        }
        if let Some(address) = link.table.bytes(IFLA_ADDRESS) {
            out.colour(Colour::Mac, "address", ("", " "), Address(address, link.device_type()));
        }
        flags(out, link.flags(), down);
        out.end_line()
    }

    /// Its name, and that of the link that it is tied to. Returns whether that is down.
    fn name(&mut self, out: &mut Output, link: &Entry<'_>) -> bool {
        out.text(link.name());
        let mut down = false;
        match (link.table.u32(IFLA_LINK), namespace(link)) {
            (None, _) => {}
            (Some(0), _) => {
                out.json("link", ());
                out.text("@NONE");
            }
            (Some(index), Some(id)) => {
                out.json("link_index", index);
                if let Some(name) = self.peers.name(id, self.links.socket()) {
                    out.field("link_netns", ("@", ""), name);
                } else {
                    out.text("@if");
                    out.text(index);
                }
            }
            (Some(index), None) => {
                let tied = self.links.of(index);
                out.field("link", ("@", ""), tied.name());
                down = tied.flags.is_some_and(|flags| flags & IFF_UP == 0);
            }
        }
        out.json("ifname", link.name());
        down
    }

    /// What follows the flags.
    fn first_line(&mut self, out: &mut Output, link: &Entry<'_>) {
        let table = &link.table;
        if let Some(mtu) = table.u32(IFLA_MTU) {
            out.field("mtu", ("mtu ", " "), mtu);
        }
        if let Some(program) = table.bytes(IFLA_XDP) {
            super::details::program(out, program, self.whole);
        }
        if let Some(name) = table.text(IFLA_QDISC) {
            out.field("qdisc", ("qdisc ", " "), name);
        }
        if let Some(master) = table.u32(IFLA_MASTER) {
            out.field("master", ("master ", " "), self.links.name(master));
        }
        if let Some(state) = table.u8(IFLA_OPERSTATE) {
            out.text("state ");
            out.coloured(works(state), |out| {
                operstate(out, state);
                out.text(" ");
            });
        }
        if let Some(mode) = table.u8(IFLA_LINKMODE).filter(|_| self.whole) {
            match LINK_MODES.get(usize::from(mode)) {
                Some(name) => out.field("linkmode", ("mode ", " "), *name),
                None => out.field("linkmode_index", ("mode ", " "), mode),
            }
        }
        if let Some(group) = table.u32(IFLA_GROUP) {
            out.field("group", ("group ", " "), self.groups.label(group));
        }
        // Where only a protocol was asked of it, a link does not tell this.
        let waiting = table.u32(IFLA_TXQLEN).unwrap_or_else(|| self.links.of(link.index()).tx_queue_len);
        if waiting != 0 {
            out.field("txqlen", ("qlen ", ""), waiting);
        }
    }

    /// Its virtual functions.
    fn functions(&mut self, out: &mut Output, link: &Entry<'_>) {
        match self.functions {
            Functions::Told => functions(out, link),
            Functions::Asked if possible(link) => {
                let told = ask(link, &mut self.links);
                if let Some(link) = told.as_ref().and_then(|Told(payload)| Entry::new(payload)) {
                    functions(out, &link);
                }
            }
            Functions::Asked | Functions::Unshown => {}
        }
    }

    /// The number of the namespace of the link that it is tied to, or its name in /run/netns.
    fn namespace(&mut self, out: &mut Output, id: i32) {
        out.json("link_netnsid", id);
        match self.peers.file(id, self.links.socket()) {
            Some(name) => {
                out.text(" link-netns ");
                out.text(name);
            }
            None if id < 0 => out.text(" link-netnsid unknown"),
            None => {
                out.text(" link-netnsid ");
                out.text(id);
            }
        }
    }
}

/// The number of the namespace of the link that `link` is tied to, if it is another one.
pub fn namespace(link: &Entry<'_>) -> Option<i32> {
    link.table.get(IFLA_LINK_NETNSID)?.i32().ok()
}

fn flags(out: &mut Output, flags: u32, down: bool) {
    out.array(Some("flags"), |out| {
        out.text("<");
        if flags & IFF_UP != 0 && flags & IFF_RUNNING == 0 {
            out.element(("", ","), "NO-CARRIER");
        }
        flag_names(out, flags & !IFF_RUNNING, &FLAGS);
        if down {
            out.element((",", ""), "M-DOWN");
        }
        out.text("> ");
    });
}

/// The names of flags, in their order, and what has none in hexadecimal digits, with commas between.
pub(super) fn flag_names(out: &mut Output, mut flags: u32, names: &[(u32, &str)]) {
    for (flag, name) in names {
        if flags & flag != 0 {
            flags &= !flag;
            out.element(("", if flags == 0 { "" } else { "," }), *name);
        }
    }
    if flags != 0 {
        out.element(("", ""), format!("{flags:x}").as_str());
    }
}

fn operstate(out: &mut Output, state: u8) {
    if let Some(name) = OPERSTATES.get(usize::from(state)) {
        out.field("operstate", ("", ""), *name);
    } else {
        out.json("operstate_index", state);
        out.text(Hex(state.into()));
    }
}

/// The colour of `IF_OPER_*`.
const fn works(state: u8) -> Option<Colour> {
    match state {
        IF_OPER_DOWN => Some(Colour::Down),
        IF_OPER_UP => Some(Colour::Up),
        _ => None,
    }
}

/// The second line: what it is by its hardware, and its addresses.
fn hardware(out: &mut Output, link: &Entry<'_>, numeric: bool) {
    let address = |attribute| link.table.bytes(attribute).map(|bytes| Address(bytes, link.device_type()));
    out.newline();
    out.field("link_type", ("    link/", " "), kind(link.device_type(), numeric));
    if let Some(own) = address(IFLA_ADDRESS) {
        out.colour(Colour::Mac, "address", ("", ""), own);
    }
    if let Some(all) = address(IFLA_BROADCAST) {
        if link.flags() & IFF_POINTOPOINT != 0 {
            out.json("link_pointtopoint", true);
            out.text(" peer ");
        } else {
            out.text(" brd ");
        }
        out.colour(Colour::Mac, "broadcast", ("", ""), all);
    }
    if let Some(permanent) = address(IFLA_PERM_ADDRESS)
        && link.table.bytes(IFLA_ADDRESS) != Some(permanent.0)
    {
        out.colour(Colour::Mac, "permaddr", (" permaddr ", ""), permanent);
    }
}

/// Whether its protocol is kept down, and for which reasons.
fn proto_down(out: &mut Output, link: &Entry<'_>) {
    /// `IFLA_PROTO_DOWN_REASON_VALUE` of `linux/if_link.h`.
    const VALUE: u16 = 2;
    if link.table.u8(IFLA_PROTO_DOWN).is_some_and(|down| down != 0) {
        out.flag("proto_down", " protodown on ");
    }
    let reasons = link.table.bytes(IFLA_PROTO_DOWN_REASON).map(Table::<'_, { VALUE as usize + 1 }>::new);
    if let Some(reasons) = reasons.and_then(|reasons| reasons.u32(VALUE)).filter(|reasons| *reasons != 0) {
        let names = Named::proto_down_reasons();
        out.array(Some("proto_down_reason"), |out| {
            out.text("protodown_reason <");
            let mut before = "";
            for reason in (0..u32::BITS).filter(|reason| reasons & 1 << reason != 0) {
                out.element((before, ""), names.label(reason));
                before = ",";
            }
            out.text(">");
        });
    }
}

fn other_names(out: &mut Output, names: &[u8]) {
    out.array(Some("altnames"), |out| {
        for name in Attributes::new(names).flatten().filter(|name| name.kind == IFLA_ALT_IFNAME) {
            out.newline();
            out.element(
                ("    altname ", ""),
                name.payload.split(|byte| *byte == 0).next().unwrap_or_default(),
            );
        }
    });
}
