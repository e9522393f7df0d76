//! The program's seccomp filter. Once it is loaded, each call of ours needs the profile's permission. What is left
//! then, runc makes too: write and read where an agent is told, capget and capset, execve.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::airlock::Airlock;
use crate::error::{Doing, Result};
use crate::handshake::ChildEnd;
use crate::plan::Process;
use crate::plan::seccomp::Moment;
use crate::seccomp::Program as Filter;
use crate::setup::identity;
use crate::sys::clone::Way;
use crate::sys::seccomp;

/// While the parent is there: loads a filter whose notifications the parent hands over, from the descriptor that is
/// returned. Also returns the way into the airlock, because later a filter may not let anybody look.
///
/// # Errors
/// seccomp(2)'s and capset(2)'s; there is no way.
pub fn load_with_parent(
    program: &Process,
    airlock: &Airlock,
    parent: Option<&ChildEnd>,
) -> Result<(Way, Option<OwnedFd>)> {
    let way = airlock.way(program)?;
    let (Some(filter), Some(Moment::WithParent)) = (&airlock.filter, program.filtered()) else {
        return Ok((way, None));
    };
    let notifications = load(program, filter)?;
    if let (Some(notifications), Some(parent)) = (&notifications, parent) {
        // The parent takes the descriptor itself: to send one is a call that few profiles think of.
        parent.listener(notifications.as_raw_fd())?;
    }
    Ok((way, notifications))
}

/// Right before execve: loads any other filter, or leaves that to the airlock.
///
/// # Errors
/// seccomp(2)'s and capset(2)'s.
pub fn load_last(program: &Process, airlock: &Airlock) -> Result<()> {
    match (&airlock.filter, program.filtered()) {
        (Some(filter), Some(Moment::Last)) => load(program, filter).map(drop),
        (Some(filter), Some(Moment::InAirlock)) => {
            seccomp::announce_load(&filter.instructions, filter.flags, &filter.summary);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Loads a filter, and gives up the capability that this took.
fn load(program: &Process, filter: &Filter) -> Result<Option<OwnedFd>> {
    let doing = || "load the seccomp filter".to_owned();
    let notifications = seccomp::load(&filter.instructions, filter.flags, &filter.summary).doing(doing)?;
    if program.loads_by_privilege() {
        identity::settle(program)?;
    }
    Ok(notifications)
}
