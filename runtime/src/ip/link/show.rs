//! `link show` and `addr show`.

use std::collections::BTreeSet;

use netlink_raw::kernel::{
    AF_PACKET, AF_UNSPEC, IFF_UP, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_IFNAME, IFLA_INFO_KIND, IFLA_LINKINFO,
    IFLA_MASTER, IFLA_TXQLEN, NLM_F_DUMP, RTEXT_FILTER_SKIP_STATS, RTEXT_FILTER_VF, RTM_GETADDR, RTM_GETLINK,
};
use netlink_raw::wire::Writer;
use netlink_raw::{Error as Refusal, Request};

use super::entry::{Entry, HEADER};
use super::filter::Filter;
use super::peers::Peers;
use super::print::{Printer, namespace};
use super::statistics::{Scale, statistics};
use crate::cli::ObjectArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::addr::entry::Entry as Address;
use crate::ip::addr::print::Printer as Addresses;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::Output;
use crate::ip::words::{ABSENT, Words, number};
use crate::network::socket::asking;
use crate::state::State;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Links.
    Link,
    /// Links and their addresses.
    Address,
}

/// Prints the links that the words describe, with their addresses if these are asked for.
///
/// # Errors
/// A mistake in the words, or a device that is not there.
pub fn show(
    words: &mut Words<'_>,
    arguments: &ObjectArgs,
    object: Object,
    state: &State,
    who: Actor,
) -> Result<()> {
    let mut links = Links::new(asking(who).map_err(|error| refused(&error))?);
    let family = if object == Object::Link { AF_PACKET } else { arguments.family() };
    let filter = Filter::read(words, family, &mut links)?;
    // The family that the words have led to is one of addresses alone.
    let told = ask_links(&filter, family, arguments.statistics > 0, &mut links)?;
    // Read anew each time it is looked at: a link read is a big table.
    let entries = || told.iter().filter_map(|told| Entry::new(&told.0));
    let addresses = if filter.family == AF_PACKET {
        Vec::new()
    } else {
        // Of one device alone, if one is named.
        let device = filter.device.as_ref().and(entries().next()).map_or(0, |link| link.index());
        ask_addresses(filter.family, device, &mut links)?
    };
    entries().for_each(|link| remember(&link, &mut links));
    let wanted: BTreeSet<i32> = entries().filter_map(|link| namespace(&link)).filter(|id| *id >= 0).collect();
    let peers = Peers::find(&wanted, state, links.socket());
    let printer = Printer {
        links,
        peers,
        numeric: arguments.numeric,
        groups: Named::groups().numeric(arguments.numeric),
        whole: object == Object::Link || arguments.brief && filter.family == AF_PACKET,
        of_family: filter.family != 0 && filter.family != AF_PACKET,
        details: arguments.details,
        statistics: arguments.statistics,
        scale: Scale::of(arguments.human_readable, arguments.iec),
        functions: !filter.no_functions,
    };
    let only_addresses = filter.family != AF_PACKET && arguments.oneline;
    let mut shown = Shown {
        filter,
        printer,
        of: of_devices(&addresses),
        addresses: Addresses {
            scopes: Named::scopes().numeric(arguments.numeric),
            brief: arguments.brief,
            device: only_addresses,
        },
        brief: arguments.brief,
        links: arguments.brief || !only_addresses,
    };
    Output::of(arguments).list(|out| entries().try_for_each(|link| shown.link(out, &link)))
}

/// How links and addresses are shown.
struct Shown<'a> {
    filter: Filter,
    printer: Printer,
    /// The addresses, and the numbers of their devices, by which they are sorted.
    of: Vec<(u32, &'a Told)>,
    addresses: Addresses,
    brief: bool,
    /// Whether links are shown, and not addresses alone.
    links: bool,
}

impl Shown<'_> {
    fn link(&mut self, out: &mut Output, link: &Entry<'_>) -> Result<()> {
        let start = self.of.partition_point(|(index, _)| *index < link.index());
        let own = self.of.get(start..).unwrap_or_default();
        let end = own.partition_point(|(index, _)| *index == link.index());
        let own = own.get(..end).unwrap_or_default();
        let addresses = || own.iter().filter_map(|(_, told)| Address::new(&told.0));
        let takes = |address: &Address<'_>| self.filter.takes_address(address, link.name());
        let whole = self.printer.whole;
        // A link none of whose addresses is asked for is not either; one without any is, unless a family is.
        let shown = whole || addresses().any(|own| takes(&own)) || own.is_empty() && !self.printer.of_family;
        if !shown {
            return Ok(());
        }
        let up = !self.filter.up || link.flags() & IFF_UP != 0;
        // A label belongs to an address: the link itself is not told then.
        let links = self.links && self.filter.label.is_none();
        // Of one that is not asked for for another reason, `ip` leaves an empty object in the JSON.
        out.object(None, |out| {
            if self.links && !up || links && !self.filter.takes(link) {
                return Ok(());
            }
            if links && self.brief {
                self.printer.brief(out, link)?;
            } else if links {
                self.printer.link(out, link)?;
            }
            if whole {
                return Ok(());
            }
            if self.filter.family != AF_PACKET {
                out.array(Some("addr_info"), |out| {
                    // `ip` leaves an empty object for each of its addresses that is not asked for, too.
                    addresses().filter(|own| up && self.filter.is_of_family(own)).try_for_each(|own| {
                        out.object(None, |out| {
                            if takes(&own) { self.addresses.address(out, &own, link.name()) } else { Ok(()) }
                        })
                    })
                })?;
            }
            if self.brief {
                return out.end_line();
            }
            if links && self.printer.statistics > 0 {
                statistics(out, link, self.printer.statistics > 1, self.printer.scale);
                out.newline();
            }
            Ok(())
        })?;
        out.write_if_full()
    }
}

/// Asks for the links: for one by its name, or for those that the kernel can choose.
fn ask_links(filter: &Filter, family: u8, statistics: bool, links: &mut Links) -> Result<Vec<Told>> {
    let Some(name) = &filter.device else {
        let request = request(filter, family, statistics).map_err(|error| refused(&error))?;
        return links.socket().dump(&request).map_err(|error| ended(&error, "Dump terminated"));
    };
    let alone = |index: u32| {
        let mut body = Writer::with_header(&header(family, index));
        if index == 0 {
            body.put_str(if name.len() < 16 { IFLA_IFNAME } else { IFLA_ALT_IFNAME }, name);
        }
        body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_VF);
        let operation = format!("get link {}", name.escape_debug());
        Ok::<_, Refusal>(Request { kind: RTM_GETLINK, flags: 0, body: body.finish()?, operation })
    };
    let mut ask = |index| alone(index).and_then(|request| links.socket().get::<Told>(&request));
    // `if7` is a name, too, for the device of this number.
    let numbered = || name.strip_prefix("if").and_then(number).filter(|index| *index != 0);
    let found = ask(0).or_else(|error| numbered().map_or(Err(error), &mut ask));
    let absent = || Error::Usage(format!("Device \"{name}\" does not exist.")).with_status(ABSENT);
    found.map(|told| vec![told]).map_err(|_| absent())
}

/// The question for links, as `ip` puts it. A protocol's own list takes no more than the question.
fn request(filter: &Filter, family: u8, statistics: bool) -> std::result::Result<Request, Refusal> {
    let mut body = Writer::with_header(&header(family, 0));
    if matches!(family, AF_UNSPEC | AF_PACKET) {
        let functions = if filter.no_functions { 0 } else { RTEXT_FILTER_VF };
        body.put_u32(IFLA_EXT_MASK, functions | if statistics { 0 } else { RTEXT_FILTER_SKIP_STATS });
        if let Some(master) = filter.master {
            // 0 would stand for any.
            body.put_u32(IFLA_MASTER, if master == 0 { u32::MAX } else { master });
        }
        if let Some(kind) = &filter.kind {
            body.nest(IFLA_LINKINFO, |body| body.put_text(IFLA_INFO_KIND, kind));
        }
    }
    let operation = "list links".to_owned();
    Ok(Request { kind: RTM_GETLINK, flags: NLM_F_DUMP, body: body.finish()?, operation })
}

/// `struct ifinfomsg`.
fn header(family: u8, index: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[0] = family;
    header[4..8].copy_from_slice(&index.to_ne_bytes());
    header
}

/// Asks for the addresses of `family`, of device number `index` alone where it is not 0.
///
/// # Errors
/// The kernel's.
pub fn ask_addresses(family: u8, index: u32, links: &mut Links) -> Result<Vec<Told>> {
    let [a, b, c, d] = index.to_ne_bytes();
    let body = Writer::with_header(&[family, 0, 0, 0, a, b, c, d]).finish();
    let operation = "list addresses".to_owned();
    let request = body.map(|body| Request { kind: RTM_GETADDR, flags: NLM_F_DUMP, body, operation });
    let told = request.and_then(|request| links.socket().dump(&request));
    told.map_err(|error| ended(&error, "Dump terminated"))
}

/// The addresses, sorted by their devices, and else in the kernel's order.
fn of_devices(told: &[Told]) -> Vec<(u32, &Told)> {
    let index = |told: &Told| Address::new(&told.0).map(|address| address.index());
    let mut addresses: Vec<(u32, &Told)> =
        told.iter().filter_map(|told| Some((index(told)?, told))).collect();
    addresses.sort_by_key(|(index, _)| *index);
    addresses
}

/// Keeps the name of `link`. What a protocol alone tells of it is not all that is asked for later.
fn remember(link: &Entry<'_>, links: &mut Links) {
    if let Some(waiting) = link.table.u32(IFLA_TXQLEN) {
        let master = link.table.u32(IFLA_MASTER).unwrap_or(0);
        links.remember(link.index(), link.name(), link.flags(), master, waiting);
    }
}
