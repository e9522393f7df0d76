//! `route flush`.

use netlink_raw::kernel::RTM_DELROUTE;

use super::context::Context;
use super::entry::Entry;
use super::filter::Filter;
use super::print::Printer;
use super::show;
use crate::cli::ObjectArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::answer::{Told, refused};
use crate::ip::flushed::{Flush, ROUNDS};
use crate::ip::output::{Form, Output};
use crate::ip::words::{ABSENT, REFUSED, Words};

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
    let flush = Flush {
        question: &question,
        kind: RTM_DELROUTE,
        operation: "delete route",
        statistics,
        unanswered: REFUSED,
        who,
    };
    let takes = |told: &Told| Entry::new(&told.0).is_some_and(|route| filter.takes(&route));
    let mut show = |out: &mut Output, told: &Told| {
        Entry::new(&told.0).map_or(Ok(()), |route| printer.route(out, &route))
    };
    Output::new(form).list(|out| {
        for round in 0..ROUNDS {
            if flush.round(round, out, takes, &mut show)? {
                break;
            }
        }
        Ok(())
    })
}
