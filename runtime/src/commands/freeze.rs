//! `pontoon pause` and `pontoon resume`.

use crate::cgroup;
use crate::cli::IdArgs;
use crate::error::{Error, Result};
use crate::state::{State, Status};

/// Stops all processes of a container. On return they have stopped.
///
/// # Errors
/// A container that does not run, or is paused already; processes that do not stop, and then all go on.
pub(super) fn pause(state: &State, arguments: &IdArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    match container.status()? {
        Status::Running | Status::Created => cgroup::freeze(&container.record.cgroups).map(|()| 0),
        other => Err(refused(&container.record.id, "container not running", other)),
    }
}

/// Lets the processes of a paused container go on.
///
/// # Errors
/// A container that is not paused.
pub(super) fn resume(state: &State, arguments: &IdArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    match container.status()? {
        Status::Paused => cgroup::thaw(&container.record.cgroups).map(|()| 0),
        other => Err(refused(&container.record.id, "container not paused", other)),
    }
}

/// In runc's words, which its callers look for.
fn refused(id: &str, words: &str, status: Status) -> Error {
    Error::Usage(format!("{words}: {id} is {}", status.word()))
}
