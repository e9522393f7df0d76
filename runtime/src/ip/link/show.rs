//! `link show` and `addr show`.

use netlink_raw::Request;
use netlink_raw::kernel::{AF_PACKET, IFF_UP, NLM_F_DUMP, RTM_GETADDR};
use netlink_raw::wire::{Message, Writer};

use super::entry::Entry;
use super::filter::Filter;
use super::functions::Functions;
use super::peers::Peers;
use super::print::Printer;
use super::question;
use super::statistics::{Scale, statistics};
use super::waiting::Waiting;
use crate::cli::ObjectArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::addr::entry::Entry as Address;
use crate::ip::addr::print::Printer as Addresses;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::links::{Links, numbered};
use crate::ip::list::list;
use crate::ip::named::Named;
use crate::ip::output::Output;
use crate::ip::words::{ABSENT, Words};
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
    let one = filter.device.as_ref().map(|name| ask_link(name, family, &mut links)).transpose()?;
    let addresses = if filter.family == AF_PACKET {
        Vec::new()
    } else {
        // Of one device alone, if one is named.
        let device = one.as_ref().and_then(|told| Entry::new(&told.0)).map_or(0, |link| link.index());
        ask_addresses(filter.family, device, &mut links)?
    };
    let printer = Printer {
        links,
        peers: Peers::new(state),
        numeric: arguments.numeric,
        groups: Named::groups().numeric(arguments.numeric),
        whole: object == Object::Link || arguments.brief && filter.family == AF_PACKET,
        of_family: filter.family != 0 && filter.family != AF_PACKET,
        details: arguments.details,
        statistics: arguments.statistics,
        scale: Scale::of(arguments.human_readable, arguments.iec),
        functions: match &one {
            _ if filter.no_functions => Functions::Unshown,
            Some(_) => Functions::Told,
            None => Functions::Asked,
        },
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
    Output::of(arguments).list(|out| {
        if let Some(Told(payload)) = &one {
            return Entry::new(payload).map_or(Ok(()), |link| shown.link(out, &link));
        }
        // The family that the words have led to is one of addresses alone.
        let request = question::all(&shown.filter, family).map_err(|error| refused(&error))?;
        let show = |out: &mut Output, messages: &[Message<'_>], waiting: &mut Waiting| {
            waiting.came(messages, &mut shown, out)
        };
        list(&request, who, out, show)?.all(&mut shown, out)
    })
}

/// How links and addresses are shown.
pub(super) struct Shown<'a> {
    filter: Filter,
    pub(super) printer: Printer<'a>,
    /// The addresses, and the numbers of their devices, by which they are sorted.
    of: Vec<(u32, &'a Told)>,
    addresses: Addresses,
    brief: bool,
    /// Whether links are shown, and not addresses alone.
    links: bool,
}

impl Shown<'_> {
    /// Shows `link`, if it is asked for.
    pub(super) fn link(&mut self, out: &mut Output, link: &Entry<'_>) -> Result<()> {
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

/// Asks for the link called `name`.
fn ask_link(name: &str, family: u8, links: &mut Links) -> Result<Told> {
    let ask = |links: &mut Links, index, name| {
        question::one(index, name, family).and_then(|request| links.socket().get::<Told>(&request))
    };
    let found = ask(links, 0, Some(name))
        .or_else(|error| numbered(name).map_or(Err(error), |index| ask(links, index, None)));
    let absent = || Error::Usage(format!("Device \"{name}\" does not exist.")).with_status(ABSENT);
    found.map_err(|_| absent())
}

/// Asks for the addresses of `family`, of device number `index` alone where it is not 0.
///
/// # Errors
/// The kernel's.
pub fn ask_addresses(family: u8, index: u32, links: &mut Links) -> Result<Vec<Told>> {
    let [a, b, c, d] = index.to_ne_bytes();
    let body = Writer::with_header(&[family, 0, 0, 0, a, b, c, d]).finish();
    let operation = "list addresses".into();
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
