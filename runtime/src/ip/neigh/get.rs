//! `neigh get`: one neighbour.

use netlink_raw::kernel::NTF_PROXY;
use netlink_raw::route::Neighbour;

use super::entry::Entry;
use super::filter::Filter;
use super::print::Printer;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{Told, refused};
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::Output;
use crate::ip::prefix::{address, is_any};
use crate::ip::words::{Words, duplicate, failed, shortens, twice};
use crate::network::socket::asking;

/// Prints the neighbour that the words name.
///
/// # Errors
/// A mistake in the words, a device that is not there; there is no such neighbour.
pub fn get(words: &mut Words<'_>, arguments: &ObjectArgs, mut links: Links, who: Actor) -> Result<()> {
    let neighbour = read(words, arguments.family(), &mut links)?;
    let answer = neighbour.get().and_then(|request| asking(who)?.get::<Told>(&request));
    let answer = answer.map_err(|error| refused(&error))?;
    let filter = Filter::default();
    let statistics = arguments.statistics > 0;
    let mut printer =
        Printer { links, protocols: Named::protocols(), filter: &filter, statistics, brief: arguments.brief };
    // `ip` has no other form here.
    let arguments = ObjectArgs { json: false, ..arguments.clone() };
    Output::of(&arguments).list(|out| match Entry::new(&answer.0) {
        Some(entry) => printer.neighbour(out, &entry),
        None => Ok(()),
    })
}

fn read(words: &mut Words<'_>, family: u8, links: &mut Links) -> Result<Neighbour> {
    let mut neighbour = Neighbour::default();
    let (mut device, mut said) = (None, false);
    while let Some(word) = words.take() {
        if word == "dev" {
            device = Some(words.value()?);
            continue;
        }
        let proxy = shortens(word, "proxy");
        let value = if proxy || word == "to" { words.value()? } else { word };
        if said {
            return Err(if proxy { duplicate("address", value) } else { twice("to", value) });
        }
        said = true;
        neighbour.flags |= if proxy { NTF_PROXY } else { 0 };
        neighbour.destination = if is_any(value) { None } else { Some(address(value, family)?) };
    }
    let Some(device) = device.filter(|_| neighbour.destination.is_some()) else {
        return Err(failed("Device and address are required arguments.".to_owned()));
    };
    neighbour.index = links.index(device)?;
    Ok(neighbour)
}
