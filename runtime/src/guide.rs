//! The parent's part of the conversation with its child, up to the program.

use std::os::fd::{AsFd, OwnedFd};

use nix::poll::PollTimeout;
use nix::sys::signal::Signal;

use crate::error::{Doing, Error, Result};
use crate::handshake::{ParentEnd, Word};
use crate::plan::Process;
use crate::relay;
use crate::seccomp::Agent;
use crate::state::{Container, Status};
use crate::supervise::{readable_within, wait_for};
use crate::sys::clone::Child;
use crate::sys::process;
use crate::sys::signals::Signals;

/// Who is asked about the program's system calls, if anybody is; `status` is what the container is doing now.
pub fn agent<'a>(program: &'a Process, container: &'a Container, status: Status) -> Option<Agent<'a>> {
    let listener = program.filter.as_ref()?.listener.as_ref()?;
    Some(Agent { listener, container, status })
}

/// Lets the child execute its program as soon as it is prepared, and returns its terminal once the program
/// runs; with `waits`, once it waits for `start`. Go is said before Ready is heard: a child that takes longer
/// than its parent need not wait for it. Only one with a terminal does, whose size must be right before the program
/// sees it, and one whose system calls an agent is asked about.
///
/// # Errors
/// The child's, or a signal that asks to give up.
pub fn let_go(
    process: &Child,
    child: &ParentEnd,
    has_terminal: bool,
    waits: bool,
    agent: Option<Agent<'_>>,
    signals: &Signals,
) -> Result<Option<OwnedFd>> {
    let (mut terminal, mut ready) = (None, false);
    if !has_terminal && agent.is_none() {
        child.go()?;
    }
    loop {
        match next_word(child, signals)? {
            Word::Terminal(master) => {
                relay::terminal::fit(master.as_fd());
                terminal = Some(master);
                if agent.is_none() {
                    child.go()?;
                }
            }
            Word::Ready if waits => return Ok(terminal),
            Word::Ready => ready = true,
            Word::Ipv4Only | Word::Mounted => return Err(Error::Usage("handshake: out of order".to_owned())),
            Word::Listener(number) => {
                agent.map_or(Ok(()), |agent| agent.hand_over(process, number))?;
                child.go()?;
            }
            Word::Failed(error) => return Err(error),
            // After Ready and Go it was execve that closed it, or somebody killed the child just then, and then
            // its end tells.
            Word::Closed if ready => return Ok(terminal),
            Word::Closed => return Err(vanished(process)?),
        }
    }
}

/// What the child says next, unless a signal asks to give up before it speaks: once the program runs, the
/// signal is the program's.
fn next_word(child: &ParentEnd, signals: &Signals) -> Result<Word> {
    loop {
        let [spoke, signalled] = wait_for([child.as_fd(), signals.as_fd()])?;
        if spoke {
            return child.hear();
        }
        if signalled
            && let Some(signal) = signals.next().doing(|| "signals".to_owned())?
            && relay::gives_up(signal)
            && let Ok(signal) = Signal::try_from(signal)
        {
            // It may have spoken between the look at it and the look at the signals.
            return if spoken(child) { child.hear() } else { Err(Error::Interrupted(signal)) };
        }
    }
}

fn spoken(child: &ParentEnd) -> bool {
    readable_within(child.as_fd(), PollTimeout::ZERO)
}

/// Why the child failed, if it has said so by now.
pub fn reason(child: &ParentEnd) -> Option<Error> {
    while spoken(child) {
        match child.hear().ok()? {
            Word::Failed(error) => return Some(error),
            Word::Closed => return None,
            _ => {}
        }
    }
    None
}

/// The error of a child that ended without a word.
///
/// # Errors
/// waitid(2)'s.
pub fn vanished(process: &Child) -> Result<Error> {
    let ended = process::wait(process.pidfd.as_fd()).doing(|| "wait".to_owned())?;
    Ok(Error::Vanished { status: ended.status() })
}

/// Ends a child whose program must not run, and reaps it.
pub fn put_down(child: &Child) {
    // It may have ended already; that it has is what the wait makes sure of.
    let _ = process::pidfd_send_signal(child.pidfd.as_fd(), libc::SIGKILL);
    let _ = process::wait(child.pidfd.as_fd());
}
