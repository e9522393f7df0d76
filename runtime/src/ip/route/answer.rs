//! The kernel's refusals, in `ip`'s words.

use std::io;

use netlink_raw::Error as Refusal;

use crate::error::Error;
use crate::ip::words::REFUSED;
use crate::sys::clone::words;

/// What the kernel said: its own words, or those for its number.
pub fn text(error: &Refusal) -> String {
    match error {
        Refusal::Kernel { text: Some(text), .. } if text.ends_with('.') => format!("Error: {text}"),
        Refusal::Kernel { text: Some(text), .. } => format!("Error: {text}."),
        Refusal::Kernel { errno, .. } => {
            format!("RTNETLINK answers: {}", words(&io::Error::from_raw_os_error(*errno)))
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
