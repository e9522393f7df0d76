//! What a killed `pontoon` left behind, found and removed by whichever command comes next.
//!
//! It costs a look at the mark of each container. Beyond some of them, not every command pays that: there is a note of
//! when they were last looked at, and how many they were, and each gives the rest a millisecond (it takes a few
//! thousandths of that).

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::container::remove_tree;
use super::{Container, Monitor, State, lock};
use crate::error::Result;
use crate::sys::file;

/// How many marks each command looks at.
const FEW: usize = 64;

/// A container whose monitor is gone and whose first process does not run.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftover {
    /// The mark of the monitor that is gone.
    pub monitor: Monitor,
    /// The container, as far as it had been made.
    pub container: Option<Container>,
}

/// Undoes what was left by monitors that are gone. `undo` takes away what lies outside the state: cards,
/// addresses, cgroups; `forget` forgets a container for good. With `thorough`, a process number that is used again
/// deceives nobody, and all is looked at however short ago somebody did.
///
/// # Errors
/// The first failure of `undo`; the rest is undone all the same.
pub fn sweep(
    state: &State,
    thorough: bool,
    mut undo: impl FnMut(&Leftover) -> Result<()>,
    forget: impl Fn(&Container),
) -> Result<usize> {
    let gone = |monitor: &Monitor| !if thorough { monitor.alive() } else { monitor.maybe_alive() };
    if !thorough && is_recent(state) {
        return Ok(0);
    }
    let marks = Monitor::all(state);
    if marks.len() > FEW {
        remember(state, marks.len());
    }
    if !marks.iter().any(gone) {
        return Ok(0);
    }
    // One at a time: a second sweeper, late, must not take a new container for the old one.
    let _lock = lock(&state.monitors())?;
    let mut swept = 0;
    let mut first = Ok(());
    for monitor in Monitor::all(state).into_iter().filter(gone) {
        let container = Container::read(state, &monitor.id).unwrap_or_default();
        let leftover = Leftover { monitor, container };
        match settle(state, &leftover, &mut undo, &forget) {
            Ok(done) => swept += usize::from(done),
            Err(error) => first = first.and(Err(error)),
        }
    }
    first.map(|()| swept)
}

/// The note, `swept -> NUMBER`.
fn note(state: &State) -> PathBuf {
    state.root().join("swept")
}

/// Whether somebody has just looked at many marks.
fn is_recent(state: &State) -> bool {
    let note = note(state);
    let number = std::fs::read_link(&note).ok().and_then(|number| number.to_str()?.parse().ok());
    let written = || std::fs::symlink_metadata(&note).ok()?.modified().ok()?.elapsed().ok();
    number.is_some_and(|number| written().is_some_and(|since| since < Duration::from_millis(number)))
}

/// Notes that all marks are looked at. Where it can't be noted, the next command looks too.
fn remember(state: &State, number: usize) {
    let draft = state.root().join(format!(".swept.{}", std::process::id()));
    let _ = file::link_to(Path::new(&number.to_string()), &draft);
    let _ = file::rename(&draft, &note(state));
}

/// Settles one leftover; false where the container runs on without its monitor.
fn settle(
    state: &State,
    leftover: &Leftover,
    undo: &mut impl FnMut(&Leftover) -> Result<()>,
    forget: &impl Fn(&Container),
) -> Result<bool> {
    let Leftover { monitor, container } = leftover;
    let Some(container) = container else {
        remove_tree(&state.directory(&monitor.id));
        monitor.end(state);
        return Ok(true);
    };
    if container.status()?.is_alive() {
        if container.record.by_id {
            // Its caller watches over it, as was about to be.
            monitor.end(state);
        }
        return Ok(false);
    }
    let unfinished = container.init()?.is_none();
    undo(leftover)?;
    if unfinished || container.record.remove {
        forget(container);
    } else {
        container.set_exit(None)?;
    }
    monitor.end(state);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_marks_are_not_looked_at_by_each_command() {
        let root = tempfile::tempdir().expect("a directory");
        let state = State::at(root.path());
        state.prepare().expect("the state");
        let mark = |pid, id: &str| Monitor { pid, start_time: 1, id: id.to_owned() };
        let leave = |monitor: &Monitor| file::create(&monitor.path(&state), "").expect("a mark");
        let swept = |thorough| sweep(&state, thorough, |_| Ok(()), |_| ()).expect("a sweep");
        // No process has this number.
        let dead = mark(i32::MAX, "dead");
        leave(&dead);
        assert_eq!(swept(false), 1);
        let alive = std::process::id().cast_signed();
        (0..20_000).for_each(|number| leave(&mark(alive, &format!("c{number}"))));
        assert_eq!(swept(false), 0);
        leave(&dead);
        assert_eq!(swept(false), 0, "it was looked at just now");
        assert!(swept(true) > 0, "who is thorough looks all the same");
    }
}
