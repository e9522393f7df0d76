//! `netns list`.

use std::ffi::OsStr;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;

use netlink_raw::Socket;
use netlink_raw::route::{Netns, Nsid};

use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{refused, text};
use crate::ip::output::{Form, Output};
use crate::netns::directory::{self, Named};
use crate::network::socket::asking;
use crate::state::State;

/// Prints the names there are, each with the number that this namespace has for it: those of `/run/netns`, and behind them
/// running containers that have no entry there. Returns the exit status.
///
/// # Errors
/// No socket; write(2)'s.
pub fn list(state: &State, form: Form, who: Actor) -> Result<u8> {
    let listed = directory::entries();
    let unlisted = directory::unlisted(state);
    if listed.is_err() && unlisted.is_empty() {
        return Ok(0);
    }
    let mut socket = asking(who).map_err(|error| refused(&error))?;
    Output::new(form).list(|out| {
        for named in listed.unwrap_or_default().iter().chain(&unlisted) {
            let number = number(&mut socket, named);
            out.object(None, |out| {
                out.field("name", ("", ""), bytes(&named.name));
                if let Some(number) = number {
                    out.field("id", (" (id: ", ")"), number);
                }
            });
            out.end_line()?;
        }
        Ok(())
    })?;
    Ok(0)
}

/// A name, as it is.
pub fn bytes(name: &OsStr) -> &[u8] {
    name.as_bytes()
}

/// The number that the socket's namespace has for another, if it has one. Why it can't be asked for what is no namespace is
/// told.
pub fn number(socket: &mut Socket, named: &Named) -> Option<i32> {
    let file = named.open().ok()?;
    let of = Nsid { netns: Some(Netns::Fd(file.as_raw_fd())), ..Nsid::default() };
    match of.get().and_then(|request| socket.get::<Nsid>(&request)) {
        Ok(found) => found.id.filter(|id| *id >= 0),
        Err(error) => {
            eprintln!("{}", text(&error));
            None
        }
    }
}
