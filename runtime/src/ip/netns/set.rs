//! `netns set`: a number for another namespace.

use std::ffi::OsString;
use std::os::fd::AsRawFd;

use netlink_raw::route::{Netns, Nsid};

use super::{failed, integer, name, said};
use crate::error::Result;
use crate::explain::{self, Actor};
use crate::ip::answer::send;
use crate::ip::words::{ABSENT, wrong};
use crate::netns::directory;
use crate::state::State;

/// Gives the namespace that is named first the number that comes second; `auto` lets the kernel choose.
///
/// # Errors
/// A word is missing or no number, no such namespace; the kernel's: it has a number already.
pub fn set(state: &State, words: &[OsString], who: Actor) -> Result<()> {
    let name = name(words)?;
    let Some(number) = words.get(1) else {
        return Err(failed(ABSENT, "No nsid specified".to_owned()));
    };
    let number = number.to_string_lossy();
    let id = match &*number {
        "auto" => -1,
        word => match integer(word) {
            None => return Err(wrong(word, "Invalid \"netnsid\" value")),
            Some(..0) => return Err(wrong(word, "\"netnsid\" value should be >= 0")),
            Some(id) => id,
        },
    };
    let named = directory::find(state, name);
    let file = named.open().map_err(|error| {
        let text = format!("Cannot open network namespace \"{}\": {}", name.display(), said(&error));
        failed(ABSENT, text)
    })?;
    explain::netns_is(file.as_raw_fd(), &name.to_string_lossy());
    let number = Nsid { id: Some(id), netns: Some(Netns::Fd(file.as_raw_fd())), ..Nsid::default() };
    send(number.set(), who)
}
