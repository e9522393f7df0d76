//! `neigh`: neighbours, which are entries of the ARP and NDP tables, in `ip neighbour`'s words.
//!
//! Source: ip-neighbour(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod entry;
pub mod filter;
pub mod print;
pub mod show;

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::answer::refused;
use crate::ip::links::Links;
use crate::ip::words::{Words, verb};
use crate::netns;
use crate::network::socket::asking;
use crate::state::State;

/// What is done with neighbours.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 3] = [("show", Verb::Show), ("lst", Verb::Show), ("list", Verb::Show)];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = netns::inside(state, &arguments.inside)?;
    let mut words = Words::new(&arguments.words);
    let links = Links::new(asking(who).map_err(|error| refused(&error))?);
    match verb(&mut words, "neigh", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show::show(&mut words, arguments, links, who)?,
    }
    Ok(0)
}
