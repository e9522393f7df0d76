//! `link`: network devices in `ip link`'s words.
//!
//! Source: ip-link(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod change;
pub mod details;
pub mod entry;
pub mod filter;
pub mod functions;
pub mod hardware;
pub mod kinds;
pub mod names;
pub mod options;
pub mod peers;
pub mod place;
pub mod print;
pub mod property;
pub mod question;
pub mod show;
pub mod statistics;
mod waiting;

use self::options::Context;
use self::show::Object;
use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::answer::refused;
use crate::ip::inside;
use crate::ip::links::Links;
use crate::ip::words::{Words, verb};
use crate::network::socket::asking;
use crate::state::State;

/// What is done with links.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
    Add,
    Set,
    Replace,
    Delete,
    Property,
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 9] = [
    ("add", Verb::Add),
    ("set", Verb::Set),
    ("change", Verb::Set),
    ("replace", Verb::Replace),
    ("delete", Verb::Delete),
    ("show", Verb::Show),
    ("lst", Verb::Show),
    ("list", Verb::Show),
    ("property", Verb::Property),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut words = Words::new(&arguments.words);
    let verb = verb(&mut words, "link", &VERBS)?.unwrap_or(Verb::Show);
    if matches!(verb, Verb::Show) {
        show::show(&mut words, arguments, Object::Link, state, who)?;
        return Ok(0);
    }
    let links = Links::new(asking(who).map_err(|error| refused(&error))?);
    let mut context = Context { links, state, who };
    match verb {
        Verb::Show => {}
        Verb::Add => change::add(&mut words, &mut context)?,
        Verb::Set => change::set(&mut words, &mut context)?,
        Verb::Replace => change::replace(&mut words, &mut context)?,
        Verb::Delete => change::delete(&mut words, &mut context)?,
        Verb::Property => property::property(&mut words, &mut context)?,
    }
    Ok(0)
}
