//! `neigh`: neighbours, which are entries of the ARP and NDP tables, in `ip neighbour`'s words.
//!
//! Source: ip-neighbour(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod change;
pub mod entry;
pub mod filter;
pub mod flush;
pub mod get;
pub mod print;
pub mod show;

use netlink_raw::route::Neighbour;
use netlink_raw::{Error as Refusal, Request};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::answer::{refused, send};
use crate::ip::inside;
use crate::ip::links::Links;
use crate::ip::words::{Words, verb};
use crate::network::socket::asking;
use crate::state::State;

/// What is done with neighbours.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
    Flush,
    Get,
    Delete,
    /// RTM_NEWNEIGH, with these flags.
    New(fn(&Neighbour) -> std::result::Result<Request, Refusal>),
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 10] = [
    ("add", Verb::New(Neighbour::add)),
    ("change", Verb::New(Neighbour::change)),
    ("chg", Verb::New(Neighbour::change)),
    ("replace", Verb::New(Neighbour::replace)),
    ("delete", Verb::Delete),
    ("get", Verb::Get),
    ("show", Verb::Show),
    ("lst", Verb::Show),
    ("list", Verb::Show),
    ("flush", Verb::Flush),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut words = Words::new(&arguments.words);
    let mut links = Links::new(asking(who).map_err(|error| refused(&error))?);
    match verb(&mut words, "neigh", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show::show(&mut words, arguments, links, who)?,
        Verb::Flush => flush::flush(&mut words, arguments, links, who)?,
        Verb::Get => get::get(&mut words, arguments, links, who)?,
        Verb::Delete => {
            let neighbour = change::read(&mut words, arguments.family(), &mut links)?;
            send(neighbour.delete(), who)?;
        }
        Verb::New(request) => {
            let neighbour = change::read(&mut words, arguments.family(), &mut links)?;
            send(request(&neighbour), who)?;
        }
    }
    Ok(0)
}
