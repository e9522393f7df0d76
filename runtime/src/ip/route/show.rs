//! `route show`.

use netlink_raw::kernel::{AF_INET, AF_UNSPEC, RTM_F_CLONED};
use netlink_raw::route::Route;
use netlink_raw::{Error as Refusal, Request};

use super::context::Context;
use super::entry::Entry;
use super::filter::Filter;
use super::print::Printer;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::refused;
use crate::ip::list::list;
use crate::ip::output::Output;
use crate::ip::words::Words;

/// Prints the routes that the words describe: those of the table main where they say nothing.
///
/// # Errors
/// A mistake in the words, a device or a table that is not there.
pub fn show(words: &mut Words<'_>, arguments: &ObjectArgs, mut context: Context, who: Actor) -> Result<()> {
    let filter = Filter::read(words, arguments.family(), &mut context)?;
    let request = request(&filter, arguments.family()).map_err(|error| refused(&error))?;
    let (details, statistics) = (arguments.details, arguments.statistics > 0);
    let mut printer = Printer { context, filter: &filter, details, statistics };
    Output::of(arguments).list(|out| {
        list(&request, who, out, |out, messages, ()| {
            let routes = messages.iter().filter_map(|message| Entry::new(message.payload));
            let mut taken = routes.filter(|route| filter.takes(route));
            taken.try_for_each(|route| printer.route(out, &route))
        })
    })
}

/// The question for them. Without a flag or `table all` it is one for IPv4.
///
/// # Errors
/// None so far.
pub fn request(filter: &Filter, family: u8) -> std::result::Result<Request, Refusal> {
    let unsaid = family == AF_UNSPEC && filter.table != 0;
    let alike = Route {
        family: if unsaid { AF_INET } else { family },
        table: filter.table,
        protocol: filter.protocol.unwrap_or(0),
        kind: filter.kind.unwrap_or(0),
        output_interface: filter.output,
        flags: if filter.cached { RTM_F_CLONED } else { 0 },
        ..Route::default()
    };
    alike.dump_alike()
}
