//! `route flush`.

use netlink_raw::Request;
use netlink_raw::kernel::RTM_DELROUTE;

use super::context::Context;
use super::entry::Entry;
use super::filter::Filter;
use super::print::Printer;
use super::show;
use crate::cli::ObjectArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::flushed::{ROUNDS, told};
use crate::ip::output::{Form, Output};
use crate::ip::words::{ABSENT, Words};
use crate::network::socket::{asking, changing};
use crate::sys::gate::rehearsing;

/// Deletes the routes that the words describe. `-s` tells how many; twice, which.
///
/// # Errors
/// There are no words, or a mistake in them; a table that is not there; the kernel's refusal.
pub fn flush(words: &mut Words<'_>, arguments: &ObjectArgs, mut context: Context, who: Actor) -> Result<()> {
    if words.peek().is_none() {
        return Err(Error::Usage("\"route flush\" requires arguments.".to_owned()).with_status(ABSENT));
    }
    let filter = Filter::read(words, arguments.family(), &mut context)?;
    let question = show::request(&filter, arguments.family()).map_err(|error| refused(&error))?;
    let statistics = arguments.statistics;
    let form = if arguments.oneline { Form::Oneline } else { Form::Text };
    let mut printer =
        Printer { context, filter: &filter, details: arguments.details, statistics: statistics > 0 };
    Output::new(form).list(|out| {
        for round in 0..ROUNDS {
            let list: Vec<Told> = asking(who)
                .and_then(|mut socket| socket.dump(&question))
                .map_err(|error| ended(&error, "Flush terminated"))?;
            let routes =
                || list.iter().filter(|told| Entry::new(&told.0).is_some_and(|route| filter.takes(&route)));
            if statistics > 1 {
                routes()
                    .filter_map(|told| Entry::new(&told.0))
                    .try_for_each(|route| printer.route(out, &route))?;
            }
            let requests: Vec<Request> = routes().map(delete).collect();
            if statistics > 0 {
                told(out, round, requests.len(), "entries");
            }
            if requests.is_empty() {
                return Ok(());
            }
            changing(who)
                .and_then(|mut socket| socket.execute(&requests))
                .map_err(|error| refused(&error))?;
            if rehearsing() {
                return Ok(());
            }
        }
        Ok(())
    })
}

/// The same route, to be deleted.
fn delete(told: &Told) -> Request {
    Request { kind: RTM_DELROUTE, flags: 0, body: told.0.to_vec(), operation: "delete route".to_owned() }
}
