//! Network namespaces that a link is made in, moved to, or tied to.

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use netlink_raw::route::{Netns, Nsid};

use super::options::Context;
use crate::explain;
use crate::ip::answer::{refused, send};
use crate::ip::words::{ABSENT, Result, integer, wrong};
use crate::netns::{DIRECTORY, Place};
use crate::state::State;

/// A namespace that was found.
#[derive(Debug)]
pub enum Found {
    /// Its file, open.
    File(OwnedFd),
    /// A process's, by the number that was said.
    Process(u32),
}

/// The namespace that `word` names: in `ip`'s sense a name of `ip netns`, a path, or a process; and a container.
///
/// # Errors
/// There is none, or the container does not run.
pub fn find(state: &State, word: &str) -> Result<Found> {
    let invalid = || wrong(word, "Invalid \"netns\" value");
    let path = if word.contains('/') { word.into() } else { Path::new(DIRECTORY).join(word) };
    if let Ok(file) = File::open(path) {
        explain::netns_is(file.as_raw_fd(), word);
        return Ok(Found::File(file.into()));
    }
    if let Some(process) = integer(word) {
        return Ok(Found::Process(process.cast_unsigned()));
    }
    match (state.find(word), Place::find(state, word)) {
        (_, Ok(place)) => {
            let file = place.open().map_err(|_| invalid())?;
            // ip(8) knows no containers, but processes.
            explain::netns_is(
                file.as_raw_fd(),
                &place.pid.map_or_else(|| place.name.clone(), |pid| pid.to_string()),
            );
            Ok(Found::File(file))
        }
        // Such a container there is, and it can't be entered.
        (Ok(_), Err(error)) => Err(error.with_status(ABSENT)),
        (Err(_), Err(_)) => Err(invalid()),
    }
}

/// As a request says it. Its file is kept in `open`.
pub fn netns(found: Found, open: &mut Vec<OwnedFd>) -> Netns {
    match found {
        Found::Process(process) => Netns::Pid(process),
        Found::File(file) => {
            let netns = Netns::Fd(file.as_raw_fd());
            open.push(file);
            netns
        }
    }
}

/// The number of the namespace that `word` names, which gets one if it has none.
///
/// # Errors
/// There is no such namespace, or the kernel refuses.
pub fn nsid(context: &mut Context<'_>, word: &str) -> Result<i32> {
    let invalid = || wrong(word, "Invalid \"link-netns\" value");
    let mut open = Vec::new();
    let netns = Some(netns(find(context.state, word).map_err(|_| invalid())?, &mut open));
    if let Some(id) = ask(netns, context)? {
        return Ok(id);
    }
    send(Nsid { id: Some(-1), netns, ..Nsid::default() }.set(), context.who)?;
    ask(netns, context)?.ok_or_else(invalid)
}

fn ask(netns: Option<Netns>, context: &mut Context<'_>) -> Result<Option<i32>> {
    let asked = Nsid { netns, ..Nsid::default() }
        .get()
        .and_then(|request| context.links.socket().get::<Nsid>(&request));
    asked.map(|found| found.id.filter(|id| *id >= 0)).map_err(|error| refused(&error))
}
