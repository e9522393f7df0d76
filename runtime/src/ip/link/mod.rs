//! `link`: network devices in `ip link`'s words.
//!
//! Source: ip-link(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod details;
pub mod entry;
pub mod filter;
pub mod functions;
pub mod hardware;
pub mod names;
pub mod peers;
pub mod print;
pub mod show;
pub mod statistics;

use self::show::Object;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::words::{Words, verb};
use crate::netns;
use crate::state::State;

/// What is done with links.
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
    match verb(&mut words, "link", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show::show(&mut words, arguments, Object::Link, state, who)?,
    }
    Ok(0)
}
