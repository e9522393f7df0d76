//! `neigh flush`.

use netlink_raw::kernel::{NUD_FAILED, NUD_NOARP, NUD_PERMANENT, RTM_DELNEIGH};

use super::entry::Entry;
use super::filter::{ALL, Filter, NONE, NOTHING};
use super::print::Printer;
use super::show;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{Told, refused};
use crate::ip::flushed::{Flush, ROUNDS};
use crate::ip::links::Links;
use crate::ip::named::Named;
use crate::ip::output::{Form, Output};
use crate::ip::words::{ABSENT, Words, failed};

/// What is deleted unasked: whatever the kernel would find out again.
const USUAL: u16 = ALL & !(NUD_PERMANENT | NUD_NOARP);

/// Deletes the neighbours that the words describe. `-s` tells how many; twice, which.
///
/// # Errors
/// There are no words, or a mistake in them; a device that is not there; the kernel's refusal.
pub fn flush(words: &mut Words<'_>, arguments: &ObjectArgs, mut links: Links, who: Actor) -> Result<()> {
    if words.peek().is_none() {
        return Err(failed("Flush requires arguments.".to_owned()));
    }
    let mut filter = Filter::read(words, arguments.family(), &mut links)?;
    // Those that need no resolving are not all that can be flushed.
    if filter.states == ALL | NONE {
        filter.states &= !NUD_NOARP;
    }
    let question = show::request(&filter).map_err(|error| refused(&error))?;
    let statistics = arguments.statistics;
    let form = if arguments.oneline { Form::Oneline } else { Form::Text };
    let shown = filter.clone();
    let mut printer = Printer {
        links,
        protocols: Named::protocols(),
        filter: &shown,
        statistics: statistics > 0,
        brief: false,
    };
    let flush = Flush {
        question: &question,
        kind: RTM_DELNEIGH,
        operation: "delete neighbour",
        statistics,
        unanswered: ABSENT,
        who,
    };
    let mut show = |out: &mut Output, told: &Told| {
        Entry::new(&told.0).map_or(Ok(()), |neighbour| printer.neighbour(out, &neighbour))
    };
    let mut usual = USUAL;
    Output::new(form).list(|out| {
        for round in 0..ROUNDS {
            let takes = |told: &Told| Entry::new(&told.0).is_some_and(|entry| filter.takes(&entry, usual));
            if flush.round(round, out, takes, &mut show)? {
                return Ok(());
            }
            // One that is deleted while it is in use stays for a while, as one that was not found.
            usual &= !NUD_FAILED;
            if filter.states == NUD_FAILED {
                filter.states = NOTHING;
            }
            filter.states &= !NUD_FAILED;
        }
        out.text(&*format!("*** Flush not complete bailing out after {ROUNDS} rounds\n"));
        Err(failed(String::new()))
    })
}
