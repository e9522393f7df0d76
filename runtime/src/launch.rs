//! The parent's side of a start: cgroup, clone3, network, "go".
//!
//! While the child mounts, the parent makes the network. They meet once, before execve.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::signal::Signal;

use crate::airlock::Airlock;
use crate::between::{self, Errand};
use crate::cgroup;
use crate::child::{self, Prepared, Streams};
use crate::error::{Doing, Error, Result};
use crate::explain;
use crate::handshake::{self, ParentEnd, Word};
use crate::hooks;
use crate::mapping;
use crate::network::{self, Moved, Place};
use crate::plan::{NamespaceKind, Network, Plan, Process};
use crate::relay;
use crate::seccomp::{self, Agent};
use crate::setup::{identity, namespaces};
use crate::state::{Container, Document, Init, State, Status};
use crate::supervise::wait_for;
use crate::sys::clone::{Child, Cloned, clone3};
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;
use crate::sys::{file, process};
use crate::trees;

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
    let between = !joined.is_empty() && (plan.user.is_some() || !plan.root.own_mounts);
    let trees = trees::make(plan, &joined)?;
    let gate = (until == Until::Created).then(|| container.make_gate()).transpose()?;
    let prepared = Prepared { joined, between, trees, streams, gate };
    let birthplace = cgroup::make_v2(&plan.cgroup)?;
    if let Some(owner) = plan.cgroup_owner() {
        cgroup::give(&plan.cgroup, owner)?;
    }
    if between {
        // The one who goes between enters them on the way.
        cgroup::make_v1(&plan.cgroup)?;
    }
    let (ours, theirs) = handshake::pair()?;
    let airlock = Airlock::make(seccomp::prepare(state, plan, container)?, &plan.process)?;
    let process = match clone(plan, &prepared, birthplace.as_ref().map(AsFd::as_fd))? {
        Cloned::Child => {
            // Held here too, it would keep the conversation open after the parent's death.
            drop(ours);
            let prepare = |parent: &_| child::prepare(plan, &prepared, Some(parent));
            let last = |pid| child::before_the_program(plan, pid);
            child::main(&plan.process, &airlock, prepared.gate.as_ref(), theirs, prepare, last)
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    explain::container_is(process.pid);
    let mut moved = None;
    let guided = map_ids(plan, between, &process, &ours)
        .and_then(|()| if between { Ok(()) } else { cgroup::make_v1(&plan.cgroup) })
        .and_then(|()| ours.cgroups_made())
        .and_then(|()| connect(state, plan, &process, &prepared))
        .map(|devices| moved = devices)
        .and_then(|()| before_the_root(plan, &process, &ours))
        .and_then(|()| if plan.sysctls.is_empty() { Ok(()) } else { ours.network_made() })
        // A child that gave up took its namespaces along: its reason was there first.
        .map_err(|error| reason(&ours).unwrap_or(error))
        .and_then(|()| guide(plan, container, &process, &prepared, &airlock, &ours, signals));
    let terminal = guided.inspect_err(|_| {
        put_down(&process);
        // What failed first is told.
        let _ = moved.map_or(Ok(()), Moved::take_back);
    })?;
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
        // The root of the one is where its maker is, so the child makes it once it is in its cgroup; the clocks
        // of the other are set before anybody is in it.
        .filter(|kind| !matches!(kind, NamespaceKind::Cgroup | NamespaceKind::Time))
        .fold(CloneFlags::empty(), |flags, kind| flags | kind.clone_flag());
    if !plan.rootless {
        process::set_undumpable().doing(|| "hide from the container".to_owned())?;
    }
    let (joined, cgroups) = (prepared.joined.as_slice(), plan.cgroup.directories.as_slice());
    clone_into(Errand { joined, program: &plan.process, cgroups, flags, birthplace }, prepared.between)
}

/// Tells the child who is whom in its user namespace, if it has one.
fn map_ids(plan: &Plan, between: bool, process: &Child, child: &ParentEnd) -> Result<()> {
    let Some(namespace) = &plan.user else { return Ok(()) };
    if !between {
        // It has no rights on the host any more.
        identity::limits_of(process.pid, &plan.process)?;
    }
    mapping::set_up(namespace, process.pid, plan.rootless)?;
    child.mapped()
}

/// clone3 into new namespaces and, if one is among the joined, into a process number namespace that is there
/// already: it takes only processes made after it was entered, so the parent enters it for that moment. Where
/// there is no coming back, another goes `between`.
///
/// Until it executes the program, the clone can be looked into by nobody (CVE-2016-9962): where it joins, others
/// see it from its first moment, and it holds descriptors of the host's. It is as its parent is made here. (One
/// that is cloned by another than root hides itself once its ids are written: that takes one who may look.)
///
/// # Errors
/// clone3's and setns(2)'s.
pub fn clone_into(errand: Errand<'_>, between: bool) -> Result<Cloned> {
    let Errand { joined, flags, birthplace, .. } = errand;
    if between {
        return between::clone(errand);
    }
    let clone = || {
        clone3(u64::from(flags.bits().cast_unsigned()), birthplace)
            .doing(|| "clone the first process".to_owned())
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
fn connect<'p>(
    state: &State,
    plan: &'p Plan,
    process: &Child,
    prepared: &Prepared,
) -> Result<Option<Moved<'p>>> {
    let Network { own, endpoints } = &plan.network;
    let joined = prepared.joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Network);
    let place = joined
        .map_or(Place::Child(process.pid), |(_, path, descriptor)| Place::Open(descriptor.as_fd(), path));
    // Who is not root leaves it to the child to bring `lo` up.
    if *own && !plan.rootless {
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
    airlock: &Airlock,
    child: &ParentEnd,
    signals: &Signals,
) -> Result<Option<OwnedFd>> {
    if rehearsing() {
        explain::act_as(explain::Actor::Container);
        let pid = child::prepare(plan, prepared, None)?;
        child::before_the_program(plan, pid)?;
        child::rehearse(&plan.process, airlock)?;
        explain::act_as(explain::Actor::Host);
        return Ok(None);
    }
    Init::of(process.pid)
        .and_then(|init| container.set_init(init))
        .map_err(|error| reason(child).unwrap_or(error))?;
    let agent = agent(&plan.process, container, Status::Creating);
    let_go(process, child, plan.process.terminal, prepared.gate.is_some(), agent, signals)
}

/// Who is asked about the program's system calls, if anybody is; `status` is what the container is doing now.
pub fn agent<'a>(program: &'a Process, container: &'a Container, status: Status) -> Option<Agent<'a>> {
    let listener = program.filter.as_ref()?.listener.as_ref()?;
    Some(Agent { listener, container, status })
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
            Word::Mounted => return Err(Error::Usage("handshake: out of order".to_owned())),
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
    let mut events = [PollFd::new(child.as_fd(), PollFlags::POLLIN)];
    poll(&mut events, PollTimeout::ZERO).is_ok_and(|count| count > 0)
}
