//! Where the picture is drawn again and again: on a terminal in its place, otherwise one after the other.

use std::io::{Write, stdout};

use crate::error::{Doing, Result};
use crate::map::label::columns;
use crate::sys::stream::{INPUT, OUTPUT};
use crate::sys::terminal::{Keys, WindowSize, window_size};

/// The other screen, without a cursor; and back.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// Where it is drawn.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: bool,
    /// Whether something was drawn before.
    follows: bool,
    pub(super) keys: Option<Keys<'static>>,
}

impl Screen {
    /// That of this process.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn open() -> Result<Self> {
        let terminal = window_size(OUTPUT).is_ok();
        let keys = if terminal { Keys::enter(INPUT).ok() } else { None };
        let screen = Self { terminal, follows: false, keys };
        if terminal {
            put(ENTER)?;
        }
        Ok(screen)
    }

    /// Draws a picture.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn draw(&mut self, picture: &str) -> Result<()> {
        if let Ok(size) = window_size(OUTPUT)
            && self.terminal
        {
            return put(&placed(picture, size));
        }
        let before = if self.follows { "\n" } else { "" };
        self.follows = true;
        put(&format!("{before}{picture}"))
    }

    /// Draws on a terminal what was drawn before: its window has another size.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn draw_again(&mut self, picture: &str) -> Result<()> {
        if self.terminal { self.draw(picture) } else { Ok(()) }
    }

    /// Takes the terminal back from a shell that had stopped this process.
    pub(super) fn again(&self) {
        if let Some(keys) = &self.keys {
            // A terminal that has gone is heard of by a signal.
            let _ = keys.again();
        }
        if self.terminal {
            let _ = put(ENTER);
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.terminal {
            let _ = put(LEAVE);
        }
    }
}

fn put(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).doing(|| "write".to_owned())
}

/// As much of the picture as a window holds, each line in the place of what was there.
fn placed(picture: &str, size: WindowSize) -> String {
    let (rows, width) = (usize::from(size.rows.max(1)), usize::from(size.columns.max(1)));
    let all: Vec<&str> = picture.lines().collect();
    let more = all.len().saturating_sub(rows);
    let shown = if more > 0 { rows - 1 } else { all.len() };
    let mut lines: Vec<String> = all[..shown].iter().map(|line| cut(line, width)).collect();
    if more > 0 {
        lines.push(cut(&format!("({} more lines)", more + 1), width));
    }
    let lines: Vec<String> = lines.into_iter().map(|line| format!("{line}\x1b[K")).collect();
    format!("\x1b[H{}\x1b[J", lines.join("\r\n"))
}

/// The beginning of a line.
fn cut(line: &str, width: usize) -> String {
    let mut left = width;
    let fits = |letter: &char| {
        let wide = columns(letter.encode_utf8(&mut [0; 4]));
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    line.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_drawn_than_the_window_holds() {
        let size = WindowSize { rows: 2, columns: 4 };
        assert_eq!(placed("abc\nabcdef\n", size), "\x1b[Habc\x1b[K\r\nabcd\x1b[K\x1b[J");
        assert_eq!(
            placed("a\nb\nc\n", WindowSize { rows: 2, columns: 20 }),
            "\x1b[Ha\x1b[K\r\n(2 more lines)\x1b[K\x1b[J"
        );
        assert_eq!(cut("网络网", 5), "网络");
    }
}
