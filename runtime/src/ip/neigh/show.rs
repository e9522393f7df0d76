//! `neigh show`.

use netlink_raw::kernel::{NDA_IFINDEX, NDA_MASTER, NLM_F_DUMP, NTF_PROXY, RTM_GETNEIGH};
use netlink_raw::wire::Writer;
use netlink_raw::{Error as Refusal, Request};

use super::entry::Entry;
use super::filter::{Filter, SHOWN};
use super::print::Printer;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::refused;
use crate::ip::links::Links;
use crate::ip::list::list;
use crate::ip::named::Named;
use crate::ip::output::Output;
use crate::ip::words::Words;

/// Prints the neighbours that the words describe.
///
/// # Errors
/// A mistake in the words, or a device that is not there.
pub fn show(words: &mut Words<'_>, arguments: &ObjectArgs, mut links: Links, who: Actor) -> Result<()> {
    let filter = Filter::read(words, arguments.family(), &mut links)?;
    let question = request(&filter).map_err(|error| refused(&error))?;
    let (statistics, brief) = (arguments.statistics > 0, arguments.brief);
    let protocols = Named::protocols().numeric(arguments.numeric);
    let mut printer = Printer { links, protocols, filter: &filter, statistics, brief };
    Output::of(arguments).list(|out| {
        list(&question, who, out, |out, messages, ()| {
            let neighbours = messages.iter().filter_map(|message| Entry::new(message.payload));
            let mut taken = neighbours.filter(|neighbour| filter.takes(neighbour, SHOWN));
            taken.try_for_each(|neighbour| printer.neighbour(out, &neighbour))
        })
    })
}

/// The question for them.
///
/// # Errors
/// None so far.
pub fn request(filter: &Filter) -> std::result::Result<Request, Refusal> {
    let flags = if filter.proxy { NTF_PROXY } else { 0 };
    let mut body = Writer::with_header(&[filter.family, 0, 0, 0, 0, 0, 0, 0, 0, 0, flags, 0]);
    for (kind, number) in [(NDA_IFINDEX, filter.device), (NDA_MASTER, filter.master)] {
        if let Some(number) = number {
            body.put_u32(kind, number);
        }
    }
    let operation = "list neighbours".into();
    Ok(Request { kind: RTM_GETNEIGH, flags: NLM_F_DUMP, body: body.finish()?, operation })
}
