//! `pontoon run`.

use std::path::{Path, PathBuf};

use crate::child::Streams;
use crate::cli::RunArgs;
use crate::commands::remove;
use crate::error::{Doing, Error, Result};
use crate::facts::{self, Facts};
use crate::keeper;
use crate::launch::{Running, launch};
use crate::names;
use crate::network;
use crate::plan::container::{self, Identity};
use crate::plan::network::{CardRequest, Mode};
use crate::plan::{Plan, network as plan_network};
use crate::relay;
use crate::spec::Bundle;
use crate::state::{Container, Monitor, Record, State};
use crate::supervise::supervise;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;

/// Makes a container from a bundle and runs its program.
///
/// # Errors
/// Whatever stands in the way; nothing is left then.
pub(super) fn run(state: &State, arguments: &RunArgs) -> Result<u8> {
    let (plan, record) = prepare(state, arguments)?;
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    if arguments.detach && !rehearsing() {
        return keeper::run(state, plan, record, arguments.program.interactive, &signals);
    }
    let started = start(state, plan, record, Streams::default(), &signals)?;
    if rehearsing() {
        return Ok(0);
    }
    let Running { process, terminal } = &started.running;
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

/// A container that runs, and the mark of who watches it.
#[derive(Debug)]
pub struct Started {
    /// Its state.
    pub container: Container,
    /// The mark.
    pub monitor: Monitor,
    /// Its process and terminal.
    pub running: Running,
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
) -> Result<Started> {
    let monitor = Monitor::begin(state, &plan.id)?;
    let container = Container::create(state, record).inspect_err(|_| monitor.end(state))?;
    let running = connect(state, &mut plan, &container)
        .and_then(|()| launch(state, &plan, &container, streams, signals))
        .inspect_err(|_| remove::undo(state, &container, &monitor))?;
    Ok(Started { container, monitor, running })
}

/// Notes a shared network, claims addresses, makes the bridge if it is missing, and writes the container's names.
fn connect(state: &State, plan: &mut Plan, container: &Container) -> Result<()> {
    if let Ok(Mode::Container(other)) = container.record.network.parse() {
        state.find(&other)?.lend_network()?;
    }
    for card in &mut plan.network.endpoints {
        network::prepare(state, &plan.id, card)?;
        container.add_card(card)?;
    }
    names::write(plan)
}

/// From the command line to a plan: everything is looked up and decided, nothing is changed.
fn prepare(state: &State, arguments: &RunArgs) -> Result<(Plan, Record)> {
    let Target { bundle, id, by_itself } = target(arguments)?;
    let mode = match (&arguments.net, by_itself) {
        (Some(text), _) => Some(text.parse::<Mode>()?),
        (None, true) => None,
        (None, false) => Some(Mode::Bridge),
    };
    for name in arguments.name.iter().chain(&id) {
        check_name(name)?;
    }
    let id = id.map_or_else(facts::new_id, Ok)?;
    let (joined, names_of) = shared_network(state, mode.as_ref())?;
    let identity = Identity {
        directory: state.directory(&id),
        cgroup_parent: state.cgroup_parent(),
        id,
        mode,
        joined,
        names_of,
    };
    let facts = Facts::gather(&bundle.rootfs)?;
    let (mut plan, settings) = container::plan(arguments, &bundle, &identity, &facts)?;
    for warning in &plan.warnings {
        eprintln!("pontoon: {warning}");
    }
    plan_cards(state, arguments, &identity, &mut plan)?;
    let network = identity.mode.as_ref().map_or("bundle".to_owned(), ToString::to_string);
    let remove = arguments.rm || by_itself;
    let record = Record { remove, detached: arguments.detach, ..Record::new(&plan, settings, &network) };
    Ok((plan, record))
}

/// The cards that the network mode gives.
fn plan_cards(state: &State, arguments: &RunArgs, identity: &Identity, plan: &mut Plan) -> Result<()> {
    let asks = arguments.ip.is_some() || arguments.mac_address.is_some();
    if identity.mode != Some(Mode::Bridge) {
        return if asks {
            Err(Error::Usage("--ip and --mac-address need --net=bridge".to_owned()))
        } else {
            Ok(())
        };
    }
    let facts = network::facts(state, plan_network::BRIDGE, arguments.ip)?;
    let (bridge, note) = plan_network::bridge(&facts)?;
    if let Some(note) = note {
        eprintln!("pontoon: {note}");
    }
    let request = CardRequest { ip: arguments.ip, mac: arguments.mac_address, name: None };
    plan.network.endpoints.push(plan_network::card(&facts, &bridge, &plan.id, &request, &[], true)?);
    Ok(())
}

/// What is run.
struct Target {
    bundle: Bundle,
    /// The id, if the caller chose one.
    id: Option<String>,
    /// Whether config.json alone says everything, as it does for runc's callers.
    by_itself: bool,
}

/// An existing directory is the bundle; any other word is an id, and the bundle is `-b` or here.
fn target(arguments: &RunArgs) -> Result<Target> {
    if let Some(root) = &arguments.rootfs {
        return Ok(Target { bundle: Bundle::around(root)?, id: None, by_itself: false });
    }
    let Some(word) = arguments.arguments.first() else {
        return Err(Error::Usage(
            "run needs a bundle (rootfs busybox DIR makes one) or --rootfs DIR".to_owned(),
        ));
    };
    let path = Path::new(word);
    if arguments.bundle.is_none() && (path.exists() || word.contains('/')) {
        return Ok(Target { bundle: Bundle::read(path)?, id: None, by_itself: false });
    }
    let directory = arguments.bundle.clone().unwrap_or_else(|| PathBuf::from("."));
    Ok(Target { bundle: Bundle::read(&directory)?, id: Some(word.clone()), by_itself: true })
}

/// Ids and names become file names, and parts of other names.
fn check_name(name: &str) -> Result<()> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-.".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if first && name.len() <= 128 && name.bytes().all(letter) {
        Ok(())
    } else {
        let rule = "letters, digits and _+-. (128 at most), beginning with a letter, digit or _";
        Err(Error::Usage(format!("{name:?} is no id or name: use {rule}")))
    }
}

/// The namespace of another container or of a path, and where that container's name files are.
fn shared_network(state: &State, mode: Option<&Mode>) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    match mode {
        Some(Mode::Container(typed)) => {
            let other = state.find(typed)?;
            let init = other.running("lend its network")?;
            let names = Some(other.directory).filter(|directory| directory.join("hosts").exists());
            Ok((Some(PathBuf::from(format!("/proc/{}/ns/net", init.pid))), names))
        }
        Some(Mode::Path(path)) => {
            let path = path.canonicalize().doing(|| format!("--net=ns:{}", path.display()))?;
            Ok((Some(path), None))
        }
        _ => Ok((None, None)),
    }
}
