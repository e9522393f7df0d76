//! `addr`: addresses of network devices in `ip address`'s words.
//!
//! Source: ip-address(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod entry;
pub mod print;

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::link::show::{Object, show};
use crate::ip::words::{Words, verb};
use crate::netns;
use crate::state::State;

/// What is done with addresses.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 3] = [("list", Verb::Show), ("show", Verb::Show), ("lst", Verb::Show)];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = netns::inside(state, &arguments.inside)?;
    let mut words = Words::new(&arguments.words);
    match verb(&mut words, "address", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show(&mut words, arguments, Object::Address, state, who)?,
    }
    Ok(0)
}
