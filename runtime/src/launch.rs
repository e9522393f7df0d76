//! The parent's side of a start: cgroup, clone3, network, "go".
//!
//! While the child mounts, the parent makes the network. They meet once, before execve.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::sched::CloneFlags;

use crate::airlock::Airlock;
use crate::birth::{self, Errand};
use crate::cgroup;
use crate::child::{self, Prepared};
use crate::error::{Doing, Result};
use crate::explain;
use crate::guide::{agent, let_go, put_down, reason, vanished};
use crate::handshake::{self, ParentEnd, Word};
use crate::hooks;
use crate::mapping;
use crate::netns;
use crate::network::{self, Moved, Place};
use crate::plan::{NamespaceKind, Network, Plan};
use crate::seccomp;
use crate::setup::streams::Streams;
use crate::setup::{identity, namespaces};
use crate::state::{Container, Document, Init, State, Status};
use crate::sys::clone::{Child, Cloned};
use crate::sys::gate::rehearsing;
use crate::sys::process;
use crate::sys::signals::Signals;
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
    let prepared = before_the_clone(plan, container, streams, until)?;
    let birthplace = first_cgroups(plan, prepared.between)?;
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
    let parent = Parent { state, plan, container, prepared: &prepared, process: &process, child: &ours };
    let terminal = parent
        .meanwhile(&mut moved)
        // A child that gave up took its namespaces along: its reason was there first.
        .map_err(|error| reason(&ours).unwrap_or(error))
        .and_then(|()| parent.to_the_program(&airlock, signals))
        .inspect_err(|_| {
            put_down(&process);
            // What failed first is told.
            let _ = moved.map_or(Ok(()), Moved::take_back);
        })?;
    Ok(Running { process, terminal })
}

fn before_the_clone(plan: &Plan, container: &Container, streams: Streams, until: Until) -> Result<Prepared> {
    let joined = namespaces::open(plan)?;
    let between = !joined.is_empty() && (plan.user.is_some() || !plan.root.own_mounts);
    let trees = trees::make(plan, &joined)?;
    let gate = (until == Until::Created).then(|| container.make_gate()).transpose()?;
    Ok(Prepared { joined, between, trees, streams, gate })
}

/// Makes the cgroups that have to be there before the child is. Returns the one that it is born in.
fn first_cgroups(plan: &Plan, between: bool) -> Result<Option<OwnedFd>> {
    let birthplace = cgroup::make_v2(&plan.cgroup)?;
    if let Some(owner) = plan.cgroup_owner() {
        cgroup::give(&plan.cgroup, owner)?;
    }
    if between {
        // The one who goes between enters them on the way.
        cgroup::make_v1(&plan.cgroup)?;
    }
    Ok(birthplace)
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
    birth::clone(Errand { joined, program: &plan.process, cgroups, flags, birthplace }, prepared.between)
}

/// The parent, once there is a child.
#[derive(Clone, Copy)]
struct Parent<'a, 'p> {
    state: &'a State,
    plan: &'p Plan,
    container: &'a Container,
    prepared: &'a Prepared,
    process: &'a Child,
    child: &'a ParentEnd,
}

impl<'p> Parent<'_, 'p> {
    /// What the parent makes while the child mounts, in the order in which the child waits for it. What it `moved`
    /// into the container it owes to the host until the program runs.
    fn meanwhile(self, moved: &mut Option<Moved<'p>>) -> Result<()> {
        self.map_ids()?;
        if !self.prepared.between {
            cgroup::make_v1(&self.plan.cgroup)?;
        }
        self.child.cgroups_made()?;
        *moved = self.connect()?;
        self.before_the_root()?;
        if self.plan.sysctls.is_empty() { Ok(()) } else { self.child.network_made() }
    }

    /// Tells the child who is whom in its user namespace, if it has one.
    fn map_ids(self) -> Result<()> {
        let Some(namespace) = &self.plan.user else { return Ok(()) };
        if !self.prepared.between {
            // It has no rights on the host any more.
            identity::limits_of(self.process.pid, &self.plan.process)?;
        }
        mapping::set_up(namespace, self.process.pid, self.plan.rootless)?;
        self.child.mapped()
    }

    /// Gives the container its cards, or `lo` alone, with all that belongs to them, and devices of the host's.
    fn connect(self) -> Result<Option<Moved<'p>>> {
        let Network { own, endpoints, networks, published, .. } = &self.plan.network;
        let joined = self.prepared.joined.iter().find(|(kind, ..)| *kind == NamespaceKind::Network);
        let ipv4_only = self.plan.turns_ipv6_off();
        let child = Place::Child { pid: self.process.pid, ipv4_only };
        let place = joined.map_or(child, |(_, path, descriptor)| Place::Open(descriptor.as_fd(), path));
        // Who is not root leaves it to the child to bring `lo` up.
        if *own && !self.plan.rootless {
            let (state, id) = (self.state, &self.plan.id);
            network::admit(state, id, endpoints, networks, published)?;
            if ipv4_only {
                self.await_word(|word| matches!(word, Word::Ipv4Only))?;
            }
            network::attach(state, id, place, endpoints, true)?;
            network::let_in(endpoints, networks, published)?;
            network::register(state, self.container, endpoints, networks)?;
        }
        network::move_in(place, &self.plan.net_devices)
    }

    /// Waits until the child says what `is_it`.
    fn await_word(self, is_it: impl FnOnce(&Word) -> bool) -> Result<()> {
        if rehearsing() {
            return Ok(());
        }
        match self.child.hear()? {
            Word::Failed(error) => Err(error),
            word if is_it(&word) => Ok(()),
            _ => Err(vanished(self.process)?),
        }
    }

    /// The host's hooks, once the child has mounted.
    fn before_the_root(self) -> Result<()> {
        let hooks = &self.plan.hooks;
        if !hooks.on_the_way() {
            return Ok(());
        }
        self.await_word(|word| matches!(word, Word::Mounted))?;
        let pid = self.process.pid.as_raw();
        let state = Document::of_plan(self.plan, Status::Creating, pid);
        hooks::run("prestart", &hooks.prestart, &state)?;
        hooks::run("createRuntime", &hooks.create_runtime, &state)?;
        self.child.hooked(pid)
    }

    /// The rest of the way: returns the terminal, once the program runs or waits for `start`.
    fn to_the_program(self, airlock: &Airlock, signals: &Signals) -> Result<Option<OwnedFd>> {
        let Self { plan, container, prepared, process, child, .. } = self;
        if rehearsing() {
            netns::publish::publish(&container.record, process.pid.as_raw());
            let prepare = || {
                let pid = child::prepare(plan, prepared, None)?;
                child::before_the_program(plan, pid)
            };
            return child::rehearse(&plan.process, airlock, prepare).map(|()| None);
        }
        Init::of(process.pid)
            .and_then(|init| container.set_init(init))
            .map_err(|error| reason(child).unwrap_or(error))?;
        netns::publish::publish(&container.record, process.pid.as_raw());
        let agent = agent(&plan.process, container, Status::Creating);
        let_go(process, child, plan.process.terminal, prepared.gate.is_some(), agent, signals)
    }
}
