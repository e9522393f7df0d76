//! The verbs, one a file.

mod attach;
mod doctor;
mod events;
mod exec;
mod features;
mod freeze;
mod handover;
mod inspect;
mod logs;
mod manual;
mod network;
mod oci;
mod prepare;
mod processes;
mod ps;
pub mod remove;
pub mod run;
mod signal;
mod spec;
mod start;
mod update;
mod wait;

use crate::bridge;
use crate::capture;
pub(crate) use ps::short;

use crate::cli::{CgroupManager, Cli, Command, Unread};
use crate::decode;
use crate::error::{Doing, Error, Result};
use crate::explain;
use crate::facts;
use crate::ip;
use crate::lab;
use crate::log;
use crate::map;
use crate::state::{self, State};
use crate::stdout;
use crate::sys::signals;
use crate::top;

/// Tells why a command line can't be read, or the help that was asked for; returns the exit status.
pub fn tell(unread: &Unread) -> u8 {
    match unread {
        Unread::Clap(error) => {
            // Help and version are answers; anything else is a failure of Pontoon's, not of a program.
            let _ = error.print();
            if error.use_stderr() { 125 } else { 0 }
        }
        Unread::Told(error, usage) => {
            log::error("", &error.to_string());
            // Nobody may read it.
            let _ = stdout::print(usage);
            error.exit_status()
        }
    }
}

/// Does what the command line says; returns the exit status.
///
/// # Errors
/// The first thing that went wrong.
pub fn run(cli: &Cli) -> Result<u8> {
    log::open(&cli.global)?;
    explain::install(&cli.global)?;
    // Absolute, because a keeper leaves the working directory.
    // Who only decodes has no state, and needs no place for one.
    let stateless = cli.global.dry_run || matches!(cli.command, Command::Explain(_));
    let usual = || match facts::state_root(stateless) {
        // A tool has nothing to keep: it looks where others see.
        Err(_) if cli.command.is_tool() => Ok(state::USUAL_ROOT.into()),
        found => found,
    };
    let root = cli.global.root.clone().map_or_else(usual, Ok)?;
    let root = std::path::absolute(root).doing(|| "--root".to_owned())?;
    let mut state = State::at(root);
    if let Some(directory) = &cli.global.network_config_dir {
        let directory = std::path::absolute(directory).doing(|| "--network-config-dir".to_owned())?;
        state = state.with_definitions(directory);
    }
    let tidies = !cli.global.dry_run && (!cli.command.is_tool() || cli.command.lists_containers());
    if !cli.global.dry_run && !cli.command.is_tool() {
        state.prepare()?;
    }
    if tidies && let Err(error) = remove::sweep(&state, false) {
        // Somebody else's leftovers are no reason to refuse this command.
        eprintln!("pontoon: while tidying up: {error}");
    }
    if cli.command.only_prints() {
        signals::end_with_the_reader();
    }
    let done = verb(&state, cli);
    if cli.command.is_runcs() { done.map_err(|error| error.with_status(RUNCS_STATUS)) } else { done }
}

/// What runc's verbs end with when they fail.
const RUNCS_STATUS: u8 = 1;

fn verb(state: &State, cli: &Cli) -> Result<u8> {
    let cgroups = cli.global.cgroup_manager;
    if cli.global.systemd_cgroup || cgroups == CgroupManager::Systemd {
        return Err(Error::Usage(
            "--systemd-cgroup: Pontoon makes its cgroups itself; use the cgroupfs driver".to_owned(),
        ));
    }
    match &cli.command {
        Command::Run(arguments) => run::run(state, arguments, cgroups),
        Command::Create(arguments) => run::create(state, arguments, cgroups),
        Command::Start(arguments) => start::start(state, arguments),
        Command::State(arguments) => oci::state(state, arguments),
        Command::Delete(arguments) => oci::delete(state, arguments),
        Command::List(arguments) => oci::list(state, arguments),
        Command::Spec(arguments) => spec::spec(arguments),
        Command::Features => Ok(features::features()),
        Command::Exec(arguments) => exec::exec(state, arguments),
        Command::Ps(arguments) if !arguments.arguments.is_empty() => processes::processes(state, arguments),
        Command::Ps(arguments) => ps::ps(state, arguments),
        Command::Kill(arguments) => signal::kill(state, arguments),
        Command::Stop(arguments) => signal::stop(state, arguments),
        Command::Rm(arguments) => remove::rm(state, arguments),
        Command::Inspect(arguments) => inspect::inspect(state, arguments),
        Command::Wait(arguments) => wait::wait(state, arguments),
        Command::Pause(arguments) => freeze::pause(state, arguments),
        Command::Resume(arguments) => freeze::resume(state, arguments),
        Command::Update(arguments) => update::update(state, arguments),
        Command::Events(arguments) => events::events(state, arguments),
        Command::Doctor(arguments) => doctor::doctor(state, arguments),
        Command::Logs(arguments) => logs::logs(state, arguments),
        Command::Attach(arguments) => attach::attach(state, arguments),
        Command::Network(command) => network::network(state, command),
        Command::Link(arguments) => ip::link::run(state, arguments),
        Command::Tuntap(arguments) => ip::tuntap::run(state, arguments),
        Command::Addr(arguments) => ip::addr::run(state, arguments),
        Command::Route(arguments) => ip::route::run(state, arguments),
        Command::Neigh(arguments) => ip::neigh::run(state, arguments),
        Command::Batch(arguments) => ip::batch::run(state, arguments),
        Command::Lab(arguments) => lab::run(arguments),
        Command::Bridge(arguments) => bridge::run(state, arguments),
        Command::Netns(arguments) => ip::netns::run(state, arguments),
        Command::Capture(arguments) => capture::run(state, arguments),
        Command::Map(arguments) => map::run(state, arguments),
        Command::Explain(arguments) => decode::explain(arguments),
        Command::Top(arguments) => top::top(state, arguments),
        Command::Man(arguments) => manual::man(arguments),
        Command::Completion(arguments) => manual::completion(arguments),
    }
}
