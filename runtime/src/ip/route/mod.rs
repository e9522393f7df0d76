//! `route`: routes in `ip route`'s words.
//!
//! Source: ip-route(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod change;
pub mod context;
pub mod entry;
pub mod filter;
pub mod flush;
pub mod get;
pub mod kinds;
pub mod metrics;
pub mod print;
pub mod show;

use netlink_raw::route::Route;
use netlink_raw::{Error as Refusal, Request};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::inside;
use crate::ip::words::{Words, verb};
use crate::network::socket::asking;
use crate::state::State;

use self::context::Context;
use crate::ip::answer::{refused, send};
use crate::ip::links::Links;

/// What is done with routes.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
    Flush,
    Get,
    Delete,
    /// RTM_NEWROUTE, with these flags.
    New(fn(&Route) -> std::result::Result<Request, Refusal>),
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 12] = [
    ("list", Verb::Show),
    ("show", Verb::Show),
    ("lst", Verb::Show),
    ("get", Verb::Get),
    ("add", Verb::New(Route::add)),
    ("change", Verb::New(Route::change)),
    ("chg", Verb::New(Route::change)),
    ("replace", Verb::New(Route::replace)),
    ("prepend", Verb::New(Route::prepend)),
    ("append", Verb::New(Route::append)),
    ("delete", Verb::Delete),
    ("flush", Verb::Flush),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut words = Words::new(&arguments.words);
    let mut context =
        Context::new(Links::new(asking(who).map_err(|error| refused(&error))?), arguments.numeric);
    match verb(&mut words, "route", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show::show(&mut words, arguments, context, who)?,
        Verb::Flush => flush::flush(&mut words, arguments, context, who)?,
        Verb::Get => get::get(&mut words, arguments, context, who)?,
        Verb::Delete => {
            let route = change::read(&mut words, arguments.family(), true, &mut context)?;
            send(route.delete(), who)?;
        }
        Verb::New(request) => {
            let route = change::read(&mut words, arguments.family(), false, &mut context)?;
            send(request(&route), who)?;
        }
    }
    Ok(0)
}
