//! The program's seccomp filter. After it is loaded, each call of ours needs the profile's permission: what is
//! left then is what runc makes too (write and read where an agent is told, capget and capset), and execve.

use std::os::fd::AsRawFd;

use crate::airlock::{Airlock, Loader};
use crate::error::{Doing, Result};
use crate::handshake::ChildEnd;
use crate::plan::Process;
use crate::setup::identity;
use crate::sys::seccomp;

/// Loads the filter, unless the airlock does that, and gives up the capability that this took.
///
/// # Errors
/// seccomp(2)'s and capset(2)'s.
pub fn load(program: &Process, airlock: &Airlock, parent: Option<&ChildEnd>) -> Result<()> {
    let doing = || "load the seccomp filter".to_owned();
    let Some((filter, loader)) = &airlock.filter else { return Ok(()) };
    if *loader == Loader::Airlock {
        seccomp::announce_load(&filter.instructions, filter.flags, &filter.summary);
        return Ok(());
    }
    let notifications = seccomp::load(&filter.instructions, filter.flags, &filter.summary).doing(doing)?;
    if let (Some(notifications), Some(parent)) = (notifications, parent) {
        // The parent takes the descriptor itself: to send one is a call that few profiles think of.
        parent.listener(notifications.as_raw_fd())?;
    }
    if program.loads_by_privilege() { identity::settle(program) } else { Ok(()) }
}
