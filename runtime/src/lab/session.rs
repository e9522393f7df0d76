//! A lab as it is led: what is read, what is asked, what is run.

use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::Command;

use nix::poll::PollTimeout;
use nix::sys::signal::Signal;

use super::page::{PROMPT, Piece};
use crate::error::{Doing, Error, Result};
use crate::relay::Wait;
use crate::sys::signals::{Signals, unblocked};

/// What a person answers where a command stands.
enum Answer {
    /// Run it.
    Run,
    /// Run this first.
    Other(String),
    /// No more.
    Leave,
}

/// Leads through `pieces`. With `yes`, nobody is asked. Returns the exit status.
///
/// # Errors
/// The shell can't be started; the terminal can't be read or written.
pub(super) fn run(pieces: &[Piece<'_>], yes: bool, path: &[PathBuf], signals: &Signals) -> Result<u8> {
    let path = std::env::join_paths(path).map_err(|error| Error::Usage(format!("PATH: {error}")))?;
    let look = Look { terminal: io::stdout().is_terminal() };
    let mut typed = Typed::default();
    for piece in pieces {
        match piece {
            Piece::Line(line) => look.line(line)?,
            Piece::Fence(fence) => look.fence(fence)?,
            Piece::Step(step) => loop {
                look.command(step.command, yes || !io::stdin().is_terminal())?;
                let answer = if yes { Answer::Run } else { typed.answer(signals)? };
                let command = match &answer {
                    Answer::Run => step.command,
                    Answer::Other(command) => command,
                    Answer::Leave => return Ok(0),
                };
                shell(command, &path)?;
                if asked_to_end(signals)? {
                    return Ok(0);
                }
                if matches!(answer, Answer::Run) {
                    break;
                }
            },
        }
    }
    Ok(0)
}

/// How a page is shown.
struct Look {
    terminal: bool,
}

impl Look {
    fn line(&self, line: &str) -> Result<()> {
        if self.terminal && line.starts_with('#') {
            print(&format!("\x1b[1m{line}\x1b[0m\n"))
        } else {
            print(&format!("{line}\n"))
        }
    }

    /// A terminal needs no mark of where commands begin.
    fn fence(&self, fence: &str) -> Result<()> {
        if self.terminal { Ok(()) } else { print(&format!("{fence}\n")) }
    }

    /// A command; whose line is not `whole` before somebody has pressed Enter at a terminal.
    fn command(&self, command: &str, whole: bool) -> Result<()> {
        let end = if whole { "\n" } else { "" };
        if self.terminal {
            print(&format!("\x1b[1;32m{PROMPT}\x1b[1m{command}\x1b[0m{end}"))
        } else {
            print(&format!("{PROMPT}{command}{end}"))
        }
    }
}

/// At once, since a command that follows writes to the same place.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).doing(|| "print the lab".to_owned())
}

/// Runs a command, and waits for it. How it ends is part of the lesson.
fn shell(command: &str, path: &std::ffi::OsStr) -> Result<()> {
    let mut shell = Command::new("/bin/sh");
    let shell = unblocked(&mut shell).args(["-c", command]).env("PATH", path).env("LC_ALL", "C.UTF-8");
    shell.status().map(drop).doing(|| "run /bin/sh".to_owned())
}

/// Whether anything but a Ctrl-C came while a command ran: that was the command's.
fn asked_to_end(signals: &Signals) -> Result<bool> {
    let mut end = false;
    while let Some(signal) = signals.next().doing(|| "signals".to_owned())? {
        end |= [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT].map(|each| each as i32).contains(&signal);
    }
    Ok(end)
}

/// What was typed so far.
#[derive(Default)]
struct Typed(Vec<u8>);

impl Typed {
    /// Waits for a line: none at all runs the step, `q` leaves, as do Ctrl-C and the end of the input; anything else
    /// is a command of the reader's own.
    fn answer(&mut self, signals: &Signals) -> Result<Answer> {
        loop {
            if let Some(end) = self.0.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.0.drain(..=end).collect();
                return Ok(match String::from_utf8_lossy(&line).trim() {
                    "" => Answer::Run,
                    "q" => Answer::Leave,
                    other => Answer::Other(other.to_owned()),
                });
            }
            let input = io::stdin();
            let mut wait = Wait::new();
            let readable = wait.reading(input.as_fd());
            let signalled = wait.reading(signals.as_fd());
            let came = wait.poll(PollTimeout::NONE)?;
            let interrupted = came.any(signalled) && signals.next().doing(|| "signals".to_owned())?.is_some();
            if interrupted {
                return Ok(Answer::Leave);
            }
            if came.any(readable) {
                let mut buffer = [0; 1024];
                let read = nix::unistd::read(&input, &mut buffer);
                match read.map_err(io::Error::from).doing(|| "read the terminal".to_owned())? {
                    0 => return Ok(Answer::Leave),
                    count => self.0.extend_from_slice(&buffer[..count]),
                }
            }
        }
    }
}
