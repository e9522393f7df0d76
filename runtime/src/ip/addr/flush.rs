//! `addr flush`.

use std::collections::BTreeSet;

use netlink_raw::kernel::{IFA_F_SECONDARY, RTM_DELADDR};
use netlink_raw::route::Link;
use netlink_raw::{Error as Refusal, Request};

use super::entry::Entry;
use super::print::Printer;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::flushed::{ROUNDS, told};
use crate::ip::link::entry::Entry as LinkEntry;
use crate::ip::link::filter::Filter;
use crate::ip::link::show::ask_addresses;
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::{Form, Output};
use crate::ip::words::{Words, failed};
use crate::network::socket::{asking, changing};
use crate::sys::gate::rehearsing;

/// Deletes the addresses that the words describe. `-s` tells how many; twice, which.
///
/// # Errors
/// There are no words, or a mistake in them; a device that is not there; the kernel's refusal.
pub fn flush(words: &mut Words<'_>, arguments: &ObjectArgs, who: Actor) -> Result<()> {
    if words.peek().is_none() {
        return Err(failed("Flush requires arguments.".to_owned()));
    }
    let mut links = Links::new(asking(who).map_err(|error| refused(&error))?);
    let filter = Filter::read(words, arguments.family(), &mut links)?;
    let device = match &filter.device {
        Some(name) => links.index(name).map_err(|_| failed(format!("Device \"{name}\" does not exist.")))?,
        None => 0,
    };
    let form = if arguments.oneline { Form::Oneline } else { Form::Text };
    let printer = Printer { scopes: Named::scopes(), brief: false, device: true };
    let statistics = arguments.statistics;
    // A second round would take what became primary for want of those that were.
    let once = filter.flag_mask & IFA_F_SECONDARY != 0 && filter.flags & IFA_F_SECONDARY == 0;
    Output::new(form).list(|out| {
        for round in 0..=ROUNDS {
            let all = ask_addresses(filter.family, device, &mut links)?;
            let devices = devices(&filter, &mut links)?;
            let addresses = all.iter().filter_map(|told| Entry::new(&told.0));
            let found = |address: &Entry<'_>| {
                devices.as_ref().is_none_or(|devices| devices.contains(&address.index()))
                    && (device == 0 || device == address.index())
                    && filter.takes_address(address, links.name(address.index()))
            };
            let found: Vec<Entry<'_>> =
                if round > 0 && once { Vec::new() } else { addresses.filter(found).collect() };
            if round == ROUNDS && !found.is_empty() {
                return Err(failed(format!("*** Flush remains incomplete after {ROUNDS} rounds. ***")));
            }
            if statistics > 1 {
                for address in &found {
                    printer.address(out, address, links.name(address.index()))?;
                }
            }
            if statistics > 0 {
                told(out, round, found.len(), "addresses");
            }
            if found.is_empty() {
                return Ok(());
            }
            delete(&found, who)?;
            if rehearsing() {
                return Ok(());
            }
        }
        Ok(())
    })
}

/// The devices of which addresses are asked for; `None` for all.
fn devices(filter: &Filter, links: &mut Links) -> Result<Option<BTreeSet<u32>>> {
    let Filter { up, group, master, kind, port_kind, .. } = filter;
    if !up && group.is_none() && master.is_none() && kind.is_none() && port_kind.is_none() {
        return Ok(None);
    }
    // A label is one of addresses here.
    let filter = Filter { label: None, ..filter.clone() };
    let told = Link::dump().and_then(|request| links.socket().dump::<Told>(&request));
    let told = told.map_err(|error| ended(&error, "Flush terminated"))?;
    let entries = told.iter().filter_map(|told| LinkEntry::new(&told.0));
    Ok(Some(entries.filter(|link| filter.takes(link)).map(|link| link.index()).collect()))
}

/// Deletes addresses; some of them may have gone with others.
fn delete(addresses: &[Entry<'_>], who: Actor) -> Result<()> {
    let request = |address: &Entry<'_>| Request {
        kind: RTM_DELADDR,
        flags: 0,
        body: address.payload.to_vec(),
        operation: "delete address".into(),
    };
    let requests: Vec<Request> = addresses.iter().map(request).collect();
    match changing(who).and_then(|mut socket| socket.execute(&requests)) {
        Err(Refusal::Kernel { errno: libc::EADDRNOTAVAIL, .. }) => Ok(()),
        deleted => deleted.map_err(|error| refused(&error)),
    }
}
