//! `pontoon run`, and `pontoon create`, which is a `run` that stops before the program.

use super::RUNCS_STATUS;
use super::handover::Console;
use super::prepare::{is_by_id, prepare};
use crate::cgroup;
use crate::cli::{CgroupManager, CreateArgs, RunArgs};
use crate::commands::remove;
use crate::error::{Doing, Result};
use crate::guide::put_down;
use crate::hooks;
use crate::keeper;
use crate::launch::{Running, Until, launch};
use crate::names;
use crate::network;
use crate::plan::{Network, Plan};
use crate::relay;
use crate::setup::streams::Streams;
use crate::state::{Container, Document, Monitor, Ports, Record, State, Status};
use crate::supervise::supervise;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;

/// Makes a container from a bundle and runs its program.
///
/// # Errors
/// Whatever stands in the way; nothing is left then.
pub(super) fn run(state: &State, arguments: &RunArgs, cgroups: CgroupManager) -> Result<u8> {
    let by_id = is_by_id(arguments);
    run_one(state, arguments, cgroups)
        .map_err(|error| if by_id { error.with_status(RUNCS_STATUS) } else { error })
}

fn run_one(state: &State, arguments: &RunArgs, cgroups: CgroupManager) -> Result<u8> {
    let (plan, record) = prepare(state, arguments, cgroups)?;
    if arguments.detach && record.by_id {
        return hand_over(state, plan, record, arguments, Until::Running);
    }
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    if arguments.detach && !rehearsing() {
        return keeper::run(state, plan, record, arguments.program.interactive, &signals);
    }
    let handover = &arguments.create.handover;
    Console::open(handover, false)?;
    let started = start(state, plan, record, Streams::default(), &signals, Until::Running)?;
    if rehearsing() {
        return Ok(0);
    }
    let Running { process, terminal } = &started.running;
    handover.hand_over(process).inspect_err(|_| started.give_up(state))?;
    let ended = match terminal {
        None => supervise(process, &signals)?,
        // A terminal of config.json's is whole, as runc's is; `-t` without `-i` gives one without keys.
        Some(master) => relay::foreground(
            process,
            master,
            arguments.program.interactive || !arguments.program.tty,
            &signals,
        )?,
    };
    remove::ended(state, &started.container, &started.monitor, ended.status())?;
    Ok(ended.status())
}

/// Makes a container whose program waits for `start`.
///
/// # Errors
/// Whatever stands in the way; nothing is left then.
pub(super) fn create(state: &State, arguments: &CreateArgs, cgroups: CgroupManager) -> Result<u8> {
    let CreateArgs { options, id } = arguments.clone();
    let bundle = Some(options.bundle.clone().unwrap_or_else(|| ".".into()));
    let create = crate::cli::CreateOptions { bundle, ..options };
    let arguments = RunArgs { create, arguments: vec![id], keep: true, ..RunArgs::default() };
    let (plan, record) = prepare(state, &arguments, cgroups)?;
    hand_over(state, plan, record, &arguments, Until::Created)
}

/// Makes a container for a caller that watches over it from now on, with the streams that it gave.
fn hand_over(state: &State, plan: Plan, record: Record, arguments: &RunArgs, until: Until) -> Result<u8> {
    let handover = &arguments.create.handover;
    let console = Console::open(handover, plan.process.terminal)?;
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let mut started = start(state, plan, record, Streams::default(), &signals, until)?;
    if !rehearsing() {
        console
            .send(started.running.terminal.take())
            .and_then(|()| handover.hand_over(&started.running.process))
            .inspect_err(|_| started.give_up(state))?;
    }
    started.monitor.end(state);
    Ok(0)
}

/// A container that has been made, and the mark of who watches it.
#[derive(Debug)]
pub struct Started {
    /// Its state.
    pub container: Container,
    /// The mark.
    pub monitor: Monitor,
    /// Its process and terminal.
    pub running: Running,
}

impl Started {
    /// Ends it: nobody wants what has just been made.
    pub fn give_up(&self, state: &State) {
        put_down(&self.running.process);
        remove::undo(state, &self.container, &self.monitor);
    }
}

/// Makes everything that the plan says, in an order that leaves a trace of each thing before it is made.
///
/// # Errors
/// The step that failed, when everything else has been undone.
pub fn start(
    state: &State,
    mut plan: Plan,
    record: Record,
    streams: Streams,
    signals: &Signals,
    until: Until,
) -> Result<Started> {
    cgroup::refuse_taken(&plan.cgroup)?;
    let monitor = Monitor::begin(state, &plan.id)?;
    let container = Container::create(state, record).inspect_err(|_| monitor.end(state))?;
    let running = connect(state, &mut plan, &container)
        .and_then(|()| launch(state, &plan, &container, streams, signals, until))
        .inspect_err(|_| remove::undo(state, &container, &monitor))?;
    let started = Started { container, monitor, running };
    if until == Until::Running {
        let state_now =
            Document::with(&started.container, Status::Running, started.running.process.pid.as_raw());
        hooks::run("poststart", &plan.hooks.poststart, &state_now).inspect_err(|_| started.give_up(state))?;
    }
    Ok(started)
}

/// Notes a shared network, claims addresses and ports, makes devices that are missing, and writes the container's names.
fn connect(state: &State, plan: &mut Plan, container: &Container) -> Result<()> {
    if let Some(other) = container.record.network.strip_prefix("container:") {
        state.find(other)?.lend_network()?;
    }
    let Network { endpoints, networks, wanted_ports, published, .. } = &mut plan.network;
    for (card, definition) in endpoints.iter_mut().zip(&*networks) {
        network::prepare(state, &plan.id, definition, card)?;
        container.add_card(card)?;
    }
    if !wanted_ports.is_empty() {
        let mut ports = Ports { wanted: wanted_ports.clone(), published: Vec::new() };
        container.set_ports(&ports)?;
        network::claim_ports(state, &plan.id, endpoints, networks, &mut ports)?;
        container.set_ports(&ports)?;
        *published = ports.published;
    }
    names::write(plan)
}
