//! The command line as a value. No effect, no decision.

mod container;
mod network;
mod resources;
mod run;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use container::{AttachArgs, DoctorArgs, IdsArgs, KillArgs, LogsArgs, PsArgs, RmArgs, StopArgs};
pub use network::{ConnectArgs, DisconnectArgs, NetworkCommand, NetworkLsArgs};
pub use resources::{EventsArgs, IdArgs, UpdateArgs};
pub use run::{ExecArgs, ProgramArgs, RunArgs};

use crate::state::USUAL_ROOT;

/// A container runtime of raw system calls that does its own networking.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "pontoon", version, about, propagate_version = true, subcommand_required = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The verb.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads a command line, the program's name first.
    ///
    /// `run` is in the way of every container's start, and to define all verbs would take longer than anything
    /// else there that is not the kernel's: so a `run` is read by its own definition, and whatever that does not
    /// understand (a mistake, a call for help) by all of them.
    ///
    /// # Errors
    /// What is wrong, or the help that was asked for.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        Self::read_run(words).map_or_else(|| Self::try_parse_from(words), Ok)
    }

    fn read_run(words: &[OsString]) -> Option<Self> {
        if !words.iter().any(|word| word == "run") {
            return None;
        }
        let run = RunArgs::augment_args(clap::Command::new("run"));
        let definition = Global::augment_args(clap::Command::new("pontoon")).subcommand(run);
        let matches = definition.try_get_matches_from(words).ok()?;
        let run = RunArgs::from_arg_matches(matches.subcommand_matches("run")?).ok()?;
        let global = Global::from_arg_matches(&matches).ok()?;
        Some(Self { global, command: Command::Run(Box::new(run)) })
    }
}

/// What holds for every command.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Global {
    /// Where the state is kept
    #[arg(long, global = true, value_name = "DIR", default_value = USUAL_ROOT)]
    pub root: PathBuf,
    /// Print each step as it happens, on standard error
    #[arg(long, global = true, value_name = "FORMAT", num_args = 0..=1, require_equals = true,
          default_missing_value = "text")]
    pub explain: Option<ExplainFormat>,
    /// Print each step that would be taken, on standard output, and take none
    #[arg(long, global = true)]
    pub dry_run: bool,
}

/// How steps are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people
    Text,
    /// For people, with the bytes of each netlink message
    Hex,
    /// One JSON object a line
    Json,
}

/// How tables are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// The verbs.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum Command {
    /// Make a container from a bundle and run its program
    Run(Box<RunArgs>),
    /// Run another program in a running container
    Exec(Box<ExecArgs>),
    /// List containers
    Ps(PsArgs),
    /// Send a signal to a container's first process
    Kill(KillArgs),
    /// Ask containers to end (SIGTERM), and end them (SIGKILL) after a while
    Stop(StopArgs),
    /// Remove containers
    Rm(RmArgs),
    /// Show everything about containers, as JSON
    Inspect(IdsArgs),
    /// Wait for containers to end and print their exit statuses
    Wait(IdsArgs),
    /// Print what a detached container has written
    Logs(LogsArgs),
    /// Connect this terminal to a detached container
    Attach(AttachArgs),
    /// Networks, and the cards of running containers
    #[command(subcommand)]
    Network(NetworkCommand),
    /// Stop all processes of a container
    Pause(IdArgs),
    /// Let the processes of a paused container go on
    Resume(IdArgs),
    /// Change a container's limits
    Update(Box<UpdateArgs>),
    /// Print what a container uses, and when it ran out of memory, as JSON
    Events(EventsArgs),
    /// Show what was left behind by processes that were killed, and remove it
    Doctor(DoctorArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_follows_the_bundle_belongs_to_the_program() {
        let words = ["pontoon", "run", "--net=none", "--explain", "bundle", "ls", "-l", "--rm"];
        let Command::Run(run) = Cli::parse_from(words).command else { panic!("run") };
        assert_eq!(run.arguments, ["bundle", "ls", "-l", "--rm"]);
        assert!(!run.rm);
        assert_eq!(run.net.as_deref(), Some("none"));
    }

    #[test]
    fn a_run_is_read_as_by_all_definitions() {
        let read = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            (Cli::read(&words).ok(), Cli::try_parse_from(&words).ok())
        };
        for line in [
            "pontoon run bundle",
            "pontoon --root /r run -dit --net none --explain=json bundle sh -c x --rm",
            "pontoon run --dry-run --root=/r -e A=b -v /a:/b:ro -b bundle id",
            "pontoon --dry-run run --ip 10.0.0.1 bundle",
            "pontoon exec run run",
            "pontoon run --nonsense bundle",
        ] {
            let (quick, whole) = read(line);
            assert_eq!(quick, whole, "{line}");
        }
    }
}
