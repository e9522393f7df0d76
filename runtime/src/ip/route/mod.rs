//! `route`: routes in `ip route`'s words.
//!
//! Source: ip-route(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod answer;
pub mod attributes;
pub mod change;
pub mod context;
pub mod entry;
pub mod filter;
pub mod flush;
pub mod get;
pub mod kinds;
pub mod links;
pub mod metrics;
pub mod named;
pub mod prefix;
pub mod print;
pub mod show;

use netlink_raw::kernel::{AF_INET, AF_INET6, AF_UNSPEC};
use netlink_raw::route::Route;
use netlink_raw::{Error as Refusal, Request};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::words::{Words, verb};
use crate::netns;
use crate::network::socket::{asking, changing};
use crate::state::State;

use self::answer::refused;
use self::context::Context;
use self::links::Links;

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

/// The family that the flags ask for, `AF_UNSPEC` without one.
pub const fn family(arguments: &ObjectArgs) -> u8 {
    match (arguments.ipv4, arguments.ipv6) {
        (true, _) => AF_INET,
        (_, true) => AF_INET6,
        _ => AF_UNSPEC,
    }
}

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = netns::inside(state, &arguments.inside)?;
    let mut words = Words::new(&arguments.words);
    let mut context = Context::new(Links::new(asking(who).map_err(|error| refused(&error))?));
    match verb(&mut words, "route", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show::show(&mut words, arguments, context, who)?,
        Verb::Flush => flush::flush(&mut words, arguments, context, who)?,
        Verb::Get => get::get(&mut words, arguments, context, who)?,
        Verb::Delete => {
            let route = change::read(&mut words, family(arguments), true, &mut context)?;
            send(route.delete(), who)?;
        }
        Verb::New(request) => {
            let route = change::read(&mut words, family(arguments), false, &mut context)?;
            send(request(&route), who)?;
        }
    }
    Ok(0)
}

/// Sends a request that changes something.
fn send(request: std::result::Result<Request, Refusal>, who: Actor) -> Result<()> {
    let sent = request.and_then(|request| changing(who)?.execute(&[request]));
    sent.map_err(|error| refused(&error))
}
