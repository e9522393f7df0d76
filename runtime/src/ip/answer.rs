//! What the kernel answers: lists as they come, and its refusals in `ip`'s words.

use std::io;

use netlink_raw::wire::Message;
use netlink_raw::{Decode, Error as Refusal, Request};

use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::words::REFUSED;
use crate::network::socket::changing;

/// The payload of a message, as it came.
#[derive(Debug)]
pub struct Told(pub Box<[u8]>);

impl Decode for Told {
    fn decode(message: &Message<'_>) -> std::result::Result<Self, Refusal> {
        Ok(Self(message.payload.into()))
    }
}

/// The words that C has for an error's number (strerror(3)), as `ip` prints them.
pub fn strerror(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    // The number behind them is Rust's.
    text.strip_suffix(&format!(" (os error {errno})")).unwrap_or(&text).to_owned()
}

/// What the kernel said: its own words, or those for its number.
pub fn text(error: &Refusal) -> String {
    match error {
        Refusal::Kernel { text: Some(text), .. } if text.ends_with('.') => format!("Error: {text}"),
        Refusal::Kernel { text: Some(text), .. } => format!("Error: {text}."),
        Refusal::Kernel { errno, .. } => {
            format!("RTNETLINK answers: {}", strerror(*errno))
        }
        other => other.to_string(),
    }
}

/// A refused change, with the status that `ip` ends with then.
pub fn refused(error: &Refusal) -> Error {
    Error::Usage(text(error)).with_status(REFUSED)
}

/// A refused question for a list: `Dump terminated`, or another `end`, in a line of its own.
pub fn ended(error: &Refusal, end: &str) -> Error {
    Error::Usage(format!("{}\n{end}", text(error))).with_status(REFUSED)
}

/// Sends a request that changes something.
///
/// # Errors
/// The kernel's refusal, with the status of `ip`.
pub fn send(request: std::result::Result<Request, Refusal>, who: Actor) -> Result<()> {
    let sent = request.and_then(|request| changing(who)?.execute(&[request]));
    sent.map_err(|error| refused(&error))
}
