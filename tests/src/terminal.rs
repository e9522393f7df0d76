//! A program at a terminal.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::pty::{Winsize, openpty};

use crate::command::{Cmd, Collected, Running};
use crate::output::Output;

/// A program that runs at a pseudo-terminal, and the test at the other end of it.
pub struct Terminal<'h> {
    running: Running<'h>,
    keyboard: File,
    line: OwnedFd,
}

impl<'h> Cmd<'h> {
    /// Starts it at a terminal of 24 lines with 80 columns.
    pub fn at_terminal(mut self) -> Terminal<'h> {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).expect("openpty");
        for end in [&pty.master, &pty.slave] {
            // What else the test starts must not hold it open.
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("fcntl");
        }
        // In a session of its own, whose terminal this is.
        let program = std::mem::replace(&mut self.program, "setsid".into());
        self.args.splice(0..0, ["--ctty".into(), program]);
        let end = || Stdio::from(pty.slave.try_clone().expect("dup"));
        let child = self.start([end(), end(), end()]);
        let screen = Collected::from(pty.master.try_clone().expect("dup"));
        let running = self.running(child, screen, Collected::nothing());
        Terminal { running, keyboard: pty.master.into(), line: pty.slave }
    }
}

impl Terminal<'_> {
    /// Types.
    pub fn write(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("the terminal");
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.running.wait_for_stdout(text);
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        self.running.stdout()
    }

    /// Gives the window another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        let mut stty = Command::new("stty");
        stty.args(["rows", &rows.to_string(), "cols", &columns.to_string()]);
        stty.stdin(self.line.try_clone().expect("dup"));
        assert!(stty.status().expect("stty").success(), "stty");
    }

    /// Its number, outside.
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Waits for its end. Its standard output is all that was on the screen.
    #[track_caller]
    pub fn wait(self) -> Output {
        drop(self.line);
        self.running.wait()
    }
}
