//! The command line as a value. No effect, no decision.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::plan::MacAddress;
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
    /// Show what was left behind by processes that were killed, and remove it
    Doctor(DoctorArgs),
}

/// What `run` and `exec` say of a program alike.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct ProgramArgs {
    /// Give the program a pseudo-terminal
    #[arg(short, long)]
    pub tty: bool,
    /// Keep standard input open
    #[arg(short, long)]
    pub interactive: bool,
    /// Set a variable: NAME=VALUE, or NAME to take it from here
    #[arg(short, long = "env", value_name = "NAME[=VALUE]")]
    pub env: Vec<String>,
    /// The working directory inside
    #[arg(short, long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
    /// The user inside, and the group: NAME|UID, then :GROUP|GID
    #[arg(short, long)]
    pub user: Option<String>,
}

/// `run`.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct RunArgs {
    /// Run in the background and print the container's id
    #[arg(short, long)]
    pub detach: bool,
    /// How the program is run
    #[command(flatten)]
    pub program: ProgramArgs,
    /// A name for the container
    #[arg(long)]
    pub name: Option<String>,
    /// Remove the container when it has ended
    #[arg(long)]
    pub rm: bool,
    /// The host's name inside
    #[arg(long, value_name = "NAME")]
    pub hostname: Option<String>,
    /// Bind a file or directory of the host, unwritable with :ro
    #[arg(short, long = "volume", value_name = "SRC:DST[:ro]")]
    pub volumes: Vec<String>,
    /// Make the root unwritable
    #[arg(long)]
    pub read_only: bool,
    /// The network: bridge (the default), none, host, container:ID or ns:PATH
    #[arg(long, visible_alias = "network", value_name = "MODE")]
    pub net: Option<String>,
    /// The card's address
    #[arg(long)]
    pub ip: Option<Ipv4Addr>,
    /// The card's hardware address
    #[arg(long, value_name = "MAC")]
    pub mac_address: Option<MacAddress>,
    /// A bare root directory, to run without a bundle
    #[arg(long, value_name = "DIR")]
    pub rootfs: Option<PathBuf>,
    /// The bundle, when the argument is an id
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// The bundle (or, if it is no directory, an id), then the program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "BUNDLE|ID [CMD ARG...]")]
    pub arguments: Vec<String>,
}

/// `exec`.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct ExecArgs {
    /// Do not wait for the program
    #[arg(short, long)]
    pub detach: bool,
    /// How the program is run
    #[command(flatten)]
    pub program: ProgramArgs,
    /// The container
    pub id: String,
    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "CMD")]
    pub arguments: Vec<String>,
}

/// `ps`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct PsArgs {
    /// Those that have ended, too
    #[arg(short, long)]
    pub all: bool,
    /// Ids only
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `kill`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct KillArgs {
    /// The signal, by name or number
    #[arg(short, long, value_name = "SIGNAL")]
    pub signal: Option<String>,
    /// The container
    pub id: String,
    /// The signal, in runc's place
    #[arg(conflicts_with = "signal", value_name = "SIGNAL")]
    pub positional_signal: Option<String>,
}

/// `stop`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct StopArgs {
    /// Seconds to wait before SIGKILL
    #[arg(short, long, value_name = "SECONDS", default_value_t = 10)]
    pub time: u32,
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// `rm`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct RmArgs {
    /// End those that run (SIGKILL)
    #[arg(short, long)]
    pub force: bool,
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// Verbs that take only containers.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct IdsArgs {
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// `logs`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct LogsArgs {
    /// Go on as more is written
    #[arg(short, long)]
    pub follow: bool,
    /// Only the last lines
    #[arg(short = 'n', long, value_name = "N")]
    pub tail: Option<usize>,
    /// The time of each line before it
    #[arg(short, long)]
    pub timestamps: bool,
    /// The container
    pub id: String,
}

/// `attach`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct AttachArgs {
    /// Do not forward standard input
    #[arg(long)]
    pub no_stdin: bool,
    /// The container
    pub id: String,
}

/// `doctor`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DoctorArgs {
    /// Only show
    #[arg(long)]
    pub check: bool,
}

/// `network`.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum NetworkCommand {
    /// Give a running container a card
    Connect(ConnectArgs),
    /// Take a card from a running container
    Disconnect(DisconnectArgs),
    /// List networks
    Ls(NetworkLsArgs),
}

/// `network connect`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ConnectArgs {
    /// The card's address
    #[arg(long)]
    pub ip: Option<Ipv4Addr>,
    /// The card's hardware address
    #[arg(long, value_name = "MAC")]
    pub mac_address: Option<MacAddress>,
    /// The card's name inside
    #[arg(long, value_name = "NAME")]
    pub ifname: Option<String>,
    /// The network
    pub network: String,
    /// The container
    pub id: String,
}

/// `network disconnect`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DisconnectArgs {
    /// The card, where the network gave the container several
    #[arg(long, value_name = "NAME")]
    pub ifname: Option<String>,
    /// The network
    pub network: String,
    /// The container
    pub id: String,
}

/// `network ls`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkLsArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
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
