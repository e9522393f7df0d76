//! `route flush`.

use std::path::Path;

use netlink_raw::kernel::{AF_INET, AF_INET6, RTM_DELROUTE};

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
use crate::ip::words::{ABSENT, REFUSED, Words, failed};
use crate::sys::file;

/// Deletes the routes that the words describe. `-s` tells how many; twice, which.
///
/// # Errors
/// There are no words, or a mistake in them; a table that is not there; the kernel's refusal.
pub fn flush(words: &mut Words<'_>, arguments: &ObjectArgs, mut context: Context, who: Actor) -> Result<()> {
    if words.peek().is_none() {
        return Err(
            Error::Usage("\"pontoon route flush\" requires arguments.".to_owned()).with_status(ABSENT)
        );
    }
    let filter = Filter::read(words, arguments.family(), &mut context)?;
    let cache_of_ipv4 = filter.cached && arguments.family() != AF_INET6;
    if cache_of_ipv4 {
        flush_cache(arguments.statistics > 0)?;
        if arguments.family() == AF_INET {
            return Ok(());
        }
    }
    let question = show::request(&filter, arguments.family()).map_err(|error| refused(&error))?;
    // That there is nothing besides is not told then.
    let statistics = if cache_of_ipv4 { 0 } else { arguments.statistics };
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

/// Makes IPv4 forget what it learnt of single destinations, such as the MTU on the way there.
fn flush_cache(told: bool) -> Result<()> {
    file::write(Path::new("/proc/sys/net/ipv4/route/flush"), "-1")
        .map_err(|error| failed(format!("Cannot flush routing cache: {}", error.errno.desc())))?;
    Output::new(Form::Text).list(|out| {
        if told {
            out.text("*** IPv4 routing cache is flushed.\n");
        }
        Ok(())
    })
}
