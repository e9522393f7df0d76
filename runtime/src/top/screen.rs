//! A terminal that is drawn upon, and is as it was again afterwards.

use std::io::Write;

use nix::unistd::isatty;

use crate::error::{Doing, Result};
use crate::relay::terminal::{OwnTerminal, own_size};
use crate::sys::stream::INPUT;

/// Another screen, without a cursor.
const BEGIN: &str = "\x1b[?1049h\x1b[?25l";
/// The cursor, and the screen as it was.
const END: &str = "\x1b[?25h\x1b[?1049l";
/// To the upper left.
const HOME: &str = "\x1b[H";
/// Nothing more in this line, and below it.
const CLEAR: (&str, &str) = ("\x1b[K", "\x1b[J");

/// What Ctrl-C and Ctrl-D are in raw mode.
const ENDS: [u8; 4] = [b'q', b'Q', 3, 4];

/// The terminal, while it is drawn upon.
#[derive(Debug)]
pub struct Screen {
    keys: OwnTerminal,
}

impl Screen {
    /// Takes the terminal.
    pub fn open() -> Self {
        let keys = OwnTerminal::lend(isatty(INPUT).unwrap_or(false));
        // A terminal that has gone is told by the first line that is drawn.
        let _ = write(BEGIN);
        Self { keys }
    }

    /// Whether keys come from it.
    pub fn has_keys(&self) -> bool {
        self.keys.is_lent()
    }

    /// Whether a key was pressed that ends it, of those that came; so does a terminal that has gone.
    pub fn asks_for_the_end(&self) -> bool {
        let mut keys = [0; 64];
        match nix::unistd::read(INPUT, &mut keys) {
            Ok(count @ 1..) => keys.iter().take(count).any(|key| ENDS.contains(key)),
            _ => true,
        }
    }

    /// Draws these lines, as far as they fit.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn draw(&self, lines: &[String]) -> Result<()> {
        let (rows, columns) = own_size().map_or((24, 80), |size| (size.rows.into(), size.columns.into()));
        write(&drawn(lines, rows, columns)).doing(|| "draw".to_owned())
    }
}

fn drawn(lines: &[String], rows: usize, columns: usize) -> String {
    let (line_end, screen_end) = CLEAR;
    let fit: Vec<String> = lines.iter().take(rows).map(|line| line.chars().take(columns).collect()).collect();
    let text = fit.iter().map(|line| format!("{line}{line_end}")).collect::<Vec<_>>().join("\r\n");
    format!("{HOME}{text}{screen_end}")
}

fn write(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = write(END);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let lines: Vec<String> = ["one", "two and more", "three"].map(str::to_owned).into();
        assert_eq!(drawn(&lines, 2, 5), "\x1b[Hone\x1b[K\r\ntwo a\x1b[K\x1b[J");
    }
}
