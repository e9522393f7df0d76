//! The parent's side of a start: cgroup, clone3, network, "go".
//!
//! While the child mounts, the parent makes the network. They meet once, before execve.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::signal::Signal;

use crate::airlock;
use crate::cgroup;
use crate::child::{self, Prepared, Streams};
use crate::error::{Doing, Error, Result};
use crate::explain;
use crate::handshake::{self, ParentEnd, Word};
use crate::hooks;
use crate::network::{self, Place};
use crate::plan::{NamespaceKind, Network, Plan};
use crate::relay;
use crate::setup::namespaces::{self, Joined};
use crate::state::{Container, Document, Init, State, Status};
use crate::supervise::wait_for;
use crate::sys::clone::{Child, Cloned, clone3};
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;
use crate::sys::{file, process};

/// How far a start goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Up to the program's turn: it waits for `start`.
    Created,
    /// The program runs.
    Running,
}

/// A container that has been made.
#[derive(Debug)]
pub struct Running {
    /// Its first process.
    pub process: Child,
    /// The master of its pseudo-terminal, if it has one.
    pub terminal: Option<OwnedFd>,
}

/// Starts what the plan says. On return the program runs, or waits for `start`.
///
/// # Errors
/// The step that failed, on either side; the child is gone then, and what was made outside is left to the
/// caller to undo.
pub fn launch(
    state: &State,
    plan: &Plan,
    container: &Container,
    streams: Streams,
    signals: &Signals,
    until: Until,
) -> Result<Running> {
    let joined = namespaces::open(plan)?;
    let gate = (until == Until::Created).then(|| container.make_gate()).transpose()?;
    let prepared = Prepared { joined, streams, gate };
    let birthplace = cgroup::make_v2(&plan.cgroup)?;
    let (ours, theirs) = handshake::pair()?;
    let airlock = airlock::make()?;
    let process = match clone(plan, &prepared, birthplace.as_ref().map(AsFd::as_fd))? {
        Cloned::Child => {
            // Held here too, it would keep the conversation open after the parent's death.
            drop(ours);
            let prepare = |parent: &_| child::prepare(plan, &prepared, Some(parent));
            let last = |pid| child::before_the_program(plan, pid);
            child::main(&plan.process, airlock.as_fd(), prepared.gate.as_ref(), theirs, prepare, last)
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    explain::container_is(process.pid);
    let guided = cgroup::make_v1(&plan.cgroup)
        .and_then(|()| ours.cgroups_made())
        .and_then(|()| connect(state, plan, &process, &prepared))
        .and_then(|()| before_the_root(plan, &process, &ours))
        .and_then(|()| if plan.sysctls.is_empty() { Ok(()) } else { ours.network_made() })
        // A child that gave up took its namespaces along: its reason was there first.
        .map_err(|error| reason(&ours).unwrap_or(error))
        .and_then(|()| guide(plan, container, &process, &prepared, &ours, signals));
    let terminal = guided.inspect_err(|_| put_down(&process))?;
    Ok(Running { process, terminal })
}

/// Ends a child whose program must not run, and reaps it.
pub fn put_down(child: &Child) {
    // It may have ended already; that it has is what the wait makes sure of.
    let _ = process::pidfd_send_signal(child.pidfd.as_fd(), libc::SIGKILL);
    let _ = process::wait(child.pidfd.as_fd());
}

fn clone(plan: &Plan, prepared: &Prepared, birthplace: Option<BorrowedFd<'_>>) -> Result<Cloned> {
    let flags = plan
        .new_namespaces
        .iter()
        // Its root is where its maker is, so the child makes it once it is in its cgroup.
        .filter(|kind| **kind != NamespaceKind::Cgroup)
        .fold(CloneFlags::empty(), |flags, kind| flags | kind.clone_flag());
    clone_into(flags, &prepared.joined, birthplace)
}

/// clone3 into new namespaces and, if one is among `joined`, into a process number namespace that is there
/// already: it takes only processes made after it was entered, so the parent enters it for that moment.
///
/// Until it executes the program, the clone can be looked into by nobody (CVE-2016-9962): where it joins, others
/// see it from its first moment, and it holds descriptors of the host's. It is as its parent is made here.
///
/// # Errors
/// clone3's and setns(2)'s.
pub fn clone_into(flags: CloneFlags, joined: &[Joined], cgroup: Option<BorrowedFd<'_>>) -> Result<Cloned> {
    process::set_undumpable().doing(|| "hide from the container".to_owned())?;
    let clone = || {
        clone3(u64::from(flags.bits().cast_unsigned()), cgroup).doing(|| "clone the first process".to_owned())
    };
    let Some(namespace) = joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Pid) else {
        return clone();
    };
    let home = PathBuf::from("/proc/self/ns/pid");
    let descriptor = file::open(&home, OFlag::O_RDONLY).doing(|| "pid namespace".to_owned())?;
    namespaces::enter(namespace)?;
    match clone() {
        // The child stays, and so do its children.
        Ok(Cloned::Child) => Ok(Cloned::Child),
        parent => {
            namespaces::enter(&(NamespaceKind::Pid, home, descriptor))?;
            parent
        }
    }
}

/// Gives the container its cards, or `lo` alone, and devices of the host's, while it mounts.
fn connect(state: &State, plan: &Plan, process: &Child, prepared: &Prepared) -> Result<()> {
    let Network { own, endpoints } = &plan.network;
    let joined = prepared.joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Network);
    let place = joined
        .map_or(Place::Child(process.pid), |(_, path, descriptor)| Place::Open(descriptor.as_fd(), path));
    if *own {
        network::attach(state, &plan.id, place, endpoints, true)?;
    }
    network::move_in(place, &plan.net_devices)
}

/// The host's hooks, once the child has mounted.
fn before_the_root(plan: &Plan, process: &Child, child: &ParentEnd) -> Result<()> {
    if !plan.hooks.on_the_way() {
        return Ok(());
    }
    if !rehearsing() {
        match child.hear()? {
            Word::Mounted => {}
            Word::Failed(error) => return Err(error),
            _ => return Err(vanished(process)?),
        }
    }
    let state = Document::of_plan(plan, Status::Creating, process.pid.as_raw());
    hooks::run("prestart", &plan.hooks.prestart, &state)?;
    hooks::run("createRuntime", &plan.hooks.create_runtime, &state)?;
    child.hooked(process.pid.as_raw())
}

fn vanished(process: &Child) -> Result<Error> {
    let ended = process::wait(process.pidfd.as_fd()).doing(|| "wait".to_owned())?;
    Ok(Error::Vanished { status: ended.status() })
}

/// Why the child failed, if it has said so by now.
fn reason(child: &ParentEnd) -> Option<Error> {
    while spoken(child) {
        match child.hear().ok()? {
            Word::Failed(error) => return Some(error),
            Word::Closed => return None,
            _ => {}
        }
    }
    None
}

/// The parent's part from the clone to the program: returns the terminal, once the program runs.
fn guide(
    plan: &Plan,
    container: &Container,
    process: &Child,
    prepared: &Prepared,
    child: &ParentEnd,
    signals: &Signals,
) -> Result<Option<OwnedFd>> {
    if rehearsing() {
        explain::act_as(explain::Actor::Container);
        let pid = child::prepare(plan, prepared, None)?;
        child::before_the_program(plan, pid)?;
        child::depart(&plan.process, child::find(&plan.process)?, child.as_fd())?;
        explain::act_as(explain::Actor::Host);
        return Ok(None);
    }
    Init::of(process.pid)
        .and_then(|init| container.set_init(init))
        .map_err(|error| reason(child).unwrap_or(error))?;
    let_go(process, child, plan.process.terminal, prepared.gate.is_some(), signals)
}

/// Lets the child execute its program as soon as it is prepared, and returns its terminal once the program
/// runs; with `waits`, once it waits for `start`. Go is said before Ready is heard: a child that takes longer than its parent need not wait for it.
/// Only one with a terminal does, whose size must be right before the program sees it.
///
/// # Errors
/// The child's, or a signal that asks to give up.
pub fn let_go(
    process: &Child,
    child: &ParentEnd,
    has_terminal: bool,
    waits: bool,
    signals: &Signals,
) -> Result<Option<OwnedFd>> {
    let (mut terminal, mut ready) = (None, false);
    if !has_terminal {
        child.go()?;
    }
    loop {
        match next_word(child, signals)? {
            Word::Terminal(master) => {
                relay::terminal::fit(master.as_fd());
                terminal = Some(master);
                child.go()?;
            }
            Word::Ready if waits => return Ok(terminal),
            Word::Ready => ready = true,
            Word::Mounted => return Err(Error::Usage("handshake: out of order".to_owned())),
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
    let mut events = [PollFd::new(child.as_fd(), PollFlags::POLLIN)];
    poll(&mut events, PollTimeout::ZERO).is_ok_and(|count| count > 0)
}
