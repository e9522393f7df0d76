//! `--watch`: the text drawn again as things change.
//!
//! Whatever tells of a change (announcements in every namespace, files, mounts, processes that end) is only heard, and then
//! everything is looked at again: so nothing that was lost is missed, and a burst is one change. Nothing is drawn where
//! the picture is the same.

mod ears;
mod screen;

use std::collections::BTreeSet;
use std::os::fd::AsFd;

use libc::{SIGCONT, SIGINT, SIGURG, SIGWINCH};
use nix::poll::{PollFlags, PollTimeout};
use nix::unistd::read;

use self::ears::Ears;
use self::screen::Screen;
use super::gather::{Asked, gather};
use super::select;
use super::text::{self, Style};
use crate::error::{Doing, Result};
use crate::relay::{Place, Wait};
use crate::state::State;
use crate::sys::signals::Signals;
use crate::sys::stream::{INPUT, OUTPUT};

/// Draws until somebody ends it. Returns the exit status.
///
/// # Errors
/// What is drawn is no longer there; the kernel's.
pub(super) fn watch(state: &State, asked: Asked<'_>, style: Style) -> Result<u8> {
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let mut ears = Ears::new()?;
    let mut picture = look(state, asked, style, &mut ears)?;
    let mut screen = Screen::open()?;
    screen.draw(&picture)?;
    loop {
        let mut wait = Wait::new();
        let places = ears.wait_in(&mut wait);
        let signalled = wait.reading(signals.as_fd());
        let typed = if screen.keys.is_some() { wait.reading(INPUT) } else { Place::NOWHERE };
        // That nobody reads any more comes unasked.
        let left = wait.on(OUTPUT, PollFlags::POLLERR);
        let came = wait.poll(PollTimeout::NONE)?;
        if came.any(left) || (came.any(typed) && wants_to_end()) {
            return Ok(0);
        }
        if came.any(signalled) {
            match told(&signals)? {
                Some(SIGINT) => return Ok(0),
                Some(signal) => return Ok(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
                // Another size of the window, or back from having been stopped.
                None => {
                    screen.again();
                    screen.draw_again(&picture)?;
                }
            }
        }
        if ears.take(&came, &places)? {
            let now = look(state, asked, style, &mut ears)?;
            if now != picture {
                picture = now;
                screen.draw(&picture)?;
            }
        }
    }
}

fn look(state: &State, asked: Asked<'_>, style: Style, ears: &mut Ears) -> Result<String> {
    ears.hear_of_files(state);
    let found = gather(state, asked, &mut |id| ears.hear(id))?;
    let namespaces: BTreeSet<_> = found.map.namespaces.iter().map(|namespace| namespace.id).collect();
    ears.keep(&namespaces, &found.pids.into_iter().collect());
    Ok(text::draw(&select::about(found.map, &found.about), style))
}

/// Whether one of the keys typed was `q`, or nothing will be typed any more.
fn wants_to_end() -> bool {
    let mut keys = [0; 64];
    match read(INPUT, &mut keys) {
        Ok(0) => true,
        Ok(count) => keys[..count].contains(&b'q'),
        Err(_) => false,
    }
}

/// A signal that came and ends this; none where only the window has changed.
fn told(signals: &Signals) -> Result<Option<i32>> {
    while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
        if !matches!(signal, SIGWINCH | SIGCONT | SIGURG) {
            return Ok(Some(signal));
        }
    }
    Ok(None)
}
