//! `link show` and `addr show`.

use netlink_raw::route::Link;

use super::entry::Entry;
use super::print;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::output::{Form, Output};
use crate::ip::words::Words;
use crate::network::socket::asking;

/// Prints the links that the words describe.
///
/// # Errors
/// A mistake in the words, or a device that is not there.
pub fn show(words: &mut Words<'_>, arguments: &ObjectArgs, who: Actor) -> Result<()> {
    words.end()?;
    let request = Link::dump().map_err(|error| refused(&error))?;
    let links: Vec<Told> = asking(who)
        .and_then(|mut socket| socket.dump(&request))
        .map_err(|error| ended(&error, "Dump terminated"))?;
    Output::new(Form::of(arguments)).list(|out| {
        let mut links = links.iter().filter_map(|told| Entry::new(&told.0));
        links.try_for_each(|link| print::link(out, &link))
    })
}
