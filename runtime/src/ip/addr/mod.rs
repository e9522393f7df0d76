//! `addr`: addresses of network devices in `ip address`'s words.
//!
//! Source: ip-address(8), rtnetlink(7), and what iproute2 6.1 prints.

pub mod change;
pub mod entry;
pub mod flush;
pub mod print;

use netlink_raw::kernel::{RTM_DELADDR, RTM_NEWADDR};
use netlink_raw::route::Address;
use netlink_raw::{Error as Refusal, Request};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::ip::answer::{refused, send};
use crate::ip::inside;
use crate::ip::link::show::{Object, show};
use crate::ip::links::Links;
use crate::ip::words::{Words, verb};
use crate::network::socket::asking;
use crate::state::State;

/// What is done with addresses.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Show,
    Flush,
    Delete,
    /// RTM_NEWADDR, with these flags.
    New(fn(&Address) -> std::result::Result<Request, Refusal>),
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 9] = [
    ("add", Verb::New(Address::add)),
    ("change", Verb::New(Address::change)),
    ("chg", Verb::New(Address::change)),
    ("replace", Verb::New(Address::replace)),
    ("delete", Verb::Delete),
    ("list", Verb::Show),
    ("show", Verb::Show),
    ("lst", Verb::Show),
    ("flush", Verb::Flush),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a device that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &ObjectArgs) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut words = Words::new(&arguments.words);
    let links = || asking(who).map(Links::new).map_err(|error| refused(&error));
    match verb(&mut words, "address", &VERBS)?.unwrap_or(Verb::Show) {
        Verb::Show => show(&mut words, arguments, Object::Address, state, who)?,
        Verb::Flush => flush::flush(&mut words, arguments, who)?,
        Verb::Delete => {
            let read = change::read(&mut words, arguments.family(), true, &mut links()?)?;
            send(change::request(&read, Address::delete, RTM_DELADDR), who)?;
        }
        Verb::New(request) => {
            let read = change::read(&mut words, arguments.family(), false, &mut links()?)?;
            send(change::request(&read, request, RTM_NEWADDR), who)?;
        }
    }
    Ok(0)
}
