//! Pseudo-terminals and the terminal that Pontoon itself was started on.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::termios::{
    LocalFlags, SetArg, SpecialCharacterIndices, Termios, cfmakeraw, tcgetattr, tcsetattr,
};
use nix::unistd::{getpgrp, tcsetpgrp};

use super::gate::{About, Result, pass};

/// Rows and columns, as `TIOCGWINSZ` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WindowSize {
    /// Characters from top to bottom.
    pub rows: u16,
    /// Characters from left to right.
    pub columns: u16,
}

/// Unlocks the slave of `master` and opens it by `TIOCGPTPEER`: by no name, so that nobody can put another
/// file in its place (CVE-2025-52565).
///
/// # Errors
/// ioctl_tty(2)'s.
pub fn open_slave(master: BorrowedFd<'_>) -> Result<OwnedFd> {
    pass(
        "ioctl",
        || About::new(format!("{}, TIOCGPTPEER, O_RDWR|O_NOCTTY", master.as_raw_fd())),
        || {
            let unlocked: libc::c_int = 0;
            let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
            // SAFETY: TIOCSPTLCK reads one int, TIOCGPTPEER takes flags by value and returns a new descriptor.
            unsafe {
                Errno::result(libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const unlocked))?;
                let slave = Errno::result(libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags))?;
                Ok(OwnedFd::from_raw_fd(slave))
            }
        },
    )
}

/// Makes `slave` the controlling terminal of this session (`TIOCSCTTY`).
///
/// # Errors
/// ioctl_tty(2)'s.
pub fn make_controlling(slave: BorrowedFd<'_>) -> Result<()> {
    pass(
        "ioctl",
        || About::new(format!("{}, TIOCSCTTY, 0", slave.as_raw_fd())),
        || {
            // SAFETY: TIOCSCTTY takes an int by value.
            Errno::result(unsafe { libc::ioctl(slave.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
        },
    )
}

/// Makes this process's group the one that uses `terminal` (`TIOCSPGRP`), also from behind.
///
/// # Errors
/// ioctl_tty(2)'s.
pub fn come_to_the_front(terminal: BorrowedFd<'_>) -> Result<()> {
    pass(
        "ioctl",
        || About::new(format!("{}, TIOCSPGRP", terminal.as_raw_fd())),
        || {
            // Who asks from behind would be stopped.
            let stop = SigSet::from(Signal::SIGTTOU);
            let before = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
            let done = tcsetpgrp(terminal, getpgrp());
            before.thread_set_mask()?;
            done
        },
    )
}

/// The size of a terminal's window (`TIOCGWINSZ`).
///
/// # Errors
/// ENOTTY where it is no terminal.
pub fn window_size(terminal: BorrowedFd<'_>) -> nix::Result<WindowSize> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: TIOCGWINSZ fills in one winsize, which outlives the call.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, &raw mut size) })?;
    Ok(WindowSize { rows: size.ws_row, columns: size.ws_col })
}

/// Sets the size of a terminal's window (`TIOCSWINSZ`); its foreground processes get SIGWINCH.
///
/// # Errors
/// ENOTTY where it is no terminal.
pub fn set_window_size(terminal: BorrowedFd<'_>, size: WindowSize) -> nix::Result<()> {
    let size = libc::winsize { ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: TIOCSWINSZ reads one winsize, which outlives the call.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) }).map(drop)
}

/// Gives a terminal the size that it starts with (`TIOCSWINSZ`).
///
/// # Errors
/// ioctl_tty(2)'s.
pub fn set_first_size(terminal: BorrowedFd<'_>, size: WindowSize) -> Result<()> {
    let about = || {
        let WindowSize { rows, columns } = size;
        About::new(format!("{}, TIOCSWINSZ, {rows}x{columns}", terminal.as_raw_fd()))
            .command(format!("stty rows {rows} cols {columns}"))
    };
    pass("ioctl", about, || set_window_size(terminal, size))
}

/// The key that means the end of input to `terminal` (`VEOF`, Ctrl-D unless somebody changed it).
pub fn end_of_input(terminal: BorrowedFd<'_>) -> u8 {
    const CTRL_D: u8 = 4;
    tcgetattr(terminal).map_or(CTRL_D, |it| it.control_chars[SpecialCharacterIndices::VEOF as usize])
}

/// A terminal in raw mode; as it was again when dropped.
#[derive(Debug)]
pub struct RawMode<'a> {
    terminal: BorrowedFd<'a>,
    before: Termios,
}

impl<'a> RawMode<'a> {
    /// Every key goes to the container, Ctrl-C too.
    ///
    /// # Errors
    /// ENOTTY where it is no terminal.
    pub fn enter(terminal: BorrowedFd<'a>) -> nix::Result<Self> {
        let entered = Self { terminal, before: tcgetattr(terminal)? };
        entered.again()?;
        Ok(entered)
    }

    /// Puts the terminal back in a panic, too, which in a release aborts and drops nothing.
    pub fn restore_in_panic(&self)
    where
        'a: 'static,
    {
        let (terminal, before) = (self.terminal, std::sync::Mutex::new(self.before.clone()));
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if let Ok(before) = before.try_lock() {
                let _ = tcsetattr(terminal, SetArg::TCSADRAIN, &before);
            }
            usual(panic);
        }));
    }

    /// Puts the mode back in force: a shell that had stopped this process set its own.
    ///
    /// # Errors
    /// EIO where the terminal has gone.
    pub fn again(&self) -> nix::Result<()> {
        let mut raw = self.before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(self.terminal, SetArg::TCSADRAIN, &raw)
    }
}

impl Drop for RawMode<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(self.terminal, SetArg::TCSADRAIN, &self.before);
    }
}

/// A terminal whose keys are read one by one, and not shown; as it was again when dropped. Ctrl-C and the other keys that mean
/// signals still do.
#[derive(Debug)]
pub struct Keys<'a> {
    terminal: BorrowedFd<'a>,
    before: Termios,
}

impl<'a> Keys<'a> {
    /// Every key is read as it is typed.
    ///
    /// # Errors
    /// ENOTTY where it is no terminal.
    pub fn enter(terminal: BorrowedFd<'a>) -> nix::Result<Self> {
        let entered = Self { terminal, before: tcgetattr(terminal)? };
        entered.again()?;
        Ok(entered)
    }

    /// Puts the mode back in force: a shell that had stopped this process set its own.
    ///
    /// # Errors
    /// EIO where the terminal has gone.
    pub fn again(&self) -> nix::Result<()> {
        let mut keys = self.before.clone();
        keys.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        tcsetattr(self.terminal, SetArg::TCSADRAIN, &keys)
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(self.terminal, SetArg::TCSADRAIN, &self.before);
    }
}
