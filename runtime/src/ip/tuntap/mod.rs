//! `tuntap`: tap and tun devices that stay, in `ip tuntap`'s words.
//!
//! Source: ip-tuntap(8), `Documentation/networking/tuntap.rst` of the kernel, and what iproute2 6.1 prints.

pub mod change;
pub mod show;

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::inside;
use crate::ip::words::{Words, verb};
use crate::state::State;

/// What is done with tap and tun devices.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Add,
    Delete,
    Show,
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 5] = [
    ("add", Verb::Add),
    ("delete", Verb::Delete),
    ("show", Verb::Show),
    ("lst", Verb::Show),
    ("list", Verb::Show),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut words = Words::new(&arguments.words);
    match verb(&mut words, "tuntap", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Add => change::add(&mut words)?,
        Verb::Delete => change::delete(&mut words)?,
        Verb::Show => show::show(arguments, who)?,
    }
    Ok(0)
}
