//! Where `ip`'s objects act.

use std::ffi::OsStr;

use nix::fcntl::OFlag;

use super::words::{MISTAKE, mistake};
use crate::cli::Inside;
use crate::error::Result;
use crate::explain::Actor;
use crate::netns::{Place, directory, inside};
use crate::state::State;
use crate::sys::file;

/// Takes this process to where `--in` says, or else to the namespace that `ip netns` calls `named` (`-n`). Who acts from
/// then on.
///
/// # Errors
/// As [`inside`], and there is none of that name: with the status of `ip`.
pub fn enter(state: &State, place: &Inside, named: Option<&str>) -> Result<Actor> {
    let Some(name) = named.filter(|_| place.place.is_none()) else {
        return inside(state, place).map_err(|error| error.with_status(MISTAKE));
    };
    let path = directory::find(state, OsStr::new(name)).path;
    let opened = file::open(&path, OFlag::O_RDONLY);
    opened.map_err(|error| {
        let why = error.errno.desc();
        mistake(format!("Cannot open network namespace \"{name}\": {why}"))
    })?;
    Place { name: name.to_owned(), path, pid: None }.enter().map_err(|error| error.with_status(MISTAKE))?;
    Ok(Actor::Container)
}
