//! The terminal that Pontoon itself was started on.

use std::os::fd::BorrowedFd;

use nix::unistd::isatty;

use crate::sys::stream::{INPUT, OUTPUT};
use crate::sys::terminal::{RawMode, WindowSize, set_window_size, window_size};

/// Pontoon's own terminal, for as long as it belongs to a program in a container; as it was again when dropped.
#[derive(Debug)]
pub struct OwnTerminal(Option<RawMode<'static>>);

impl OwnTerminal {
    /// Every key goes to the program, if keys go there at all and standard input is a terminal. Otherwise the
    /// terminal stays as it is, so that Ctrl-C still makes a signal.
    pub fn lend(keys: bool) -> Self {
        let raw = if keys { RawMode::enter(INPUT).ok() } else { None };
        Self(raw.inspect(RawMode::restore_in_panic))
    }

    /// Whether it is in raw mode.
    pub fn is_lent(&self) -> bool {
        self.0.is_some()
    }

    /// This process had been stopped, and the shell had the terminal meanwhile.
    pub fn again(&self) {
        if let Some(raw) = &self.0 {
            // A terminal that has gone needs no mode.
            let _ = raw.again();
        }
    }
}

/// The size of Pontoon's own window; `None` where neither output nor input is a terminal.
pub fn own_size() -> Option<WindowSize> {
    let own = [OUTPUT, INPUT].into_iter().find(|stream| isatty(*stream).unwrap_or(false))?;
    // A serial line does not know its size.
    window_size(own).ok().filter(|size| size.rows > 0 && size.columns > 0)
}

/// Gives the terminal whose master is `master` the size of Pontoon's own.
pub fn fit(master: BorrowedFd<'_>) {
    if let Some(size) = own_size() {
        // The program may have gone, and its terminal with it.
        let _ = set_window_size(master, size);
    }
}
