//! `pontoon start`: the program of a created container runs.

use crate::cli::IdArgs;
use crate::commands::remove;
use crate::error::{Error, Result};
use crate::hooks;
use crate::state::{Container, Document, State, Status, lock};

/// Lets the program of a created container run.
///
/// # Errors
/// It does not wait for that; its program can't be executed, or a hook failed: nothing is left of it then.
pub(super) fn start(state: &State, arguments: &IdArgs) -> Result<u8> {
    let container = state.exactly(&arguments.id)?;
    // Of two who start it, one finds it running.
    let lock = lock(&container.directory)?;
    let status = container.status()?;
    let refused = |cannot| Error::State { id: arguments.id.clone(), is: status.word(), cannot };
    let pid = match (status, container.init()?) {
        (Status::Created, Some(init)) => init.pid,
        (Status::Stopped, _) => return Err(refused(STOPPED)),
        (Status::Creating, _) => return Err(refused("be started yet")),
        _ => return Err(refused(RUNNING)),
    };
    let started = container.let_start().and_then(|()| poststart(&container, pid));
    drop(lock);
    if started.is_err() {
        // runtime.md, "Lifecycle", step 12: what was created is undone.
        remove::remove(state, &container, true)?;
    }
    started.map(|()| 0)
}

/// The words that callers of runc look for.
const RUNNING: &str = "be started: cannot start an already running container";
const STOPPED: &str = "be started: cannot start a container that has stopped";

fn poststart(container: &Container, pid: i32) -> Result<()> {
    let running = Document::with(container, Status::Running, pid);
    hooks::run("poststart", &container.record.hooks.poststart, &running)
}
