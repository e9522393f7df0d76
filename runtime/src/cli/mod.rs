//! The command line as a value. No effect, no decision.

mod bridge;
mod capture;
mod container;
mod decode;
mod ip_words;
mod lab;
mod manner;
mod manual;
mod map;
mod netns;
mod network;
mod oci;
mod resources;
mod run;
mod tools;
mod top;
mod unread;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use bridge::BridgeArgs;
pub use capture::CaptureArgs;
pub use container::{AttachArgs, DoctorArgs, IdsArgs, KillArgs, LogsArgs, PsArgs, RmArgs, StopArgs};
pub use decode::{DecodeArgs, RecordedAs};
pub use ip_words::object;
pub use lab::{LabArgs, Language};
pub use manual::{CompletionArgs, ManArgs, Shell};
pub use map::{MapArgs, MapFormat};
pub use netns::NetnsArgs;
pub use network::{
    ConnectArgs, DisconnectArgs, NetworkCommand, NetworkCreateArgs, NetworkInspectArgs, NetworkLsArgs,
    NetworkPruneArgs, NetworkRmArgs, NetworkUpdateArgs,
};
pub use oci::{CreateArgs, CreateOptions, DeleteArgs, Handover, IdArgs, ListArgs, SpecArgs};
pub use resources::{EventsArgs, UpdateArgs};
pub use run::{ExecArgs, NamesArgs, ProgramArgs, RunArgs};
pub use tools::{BatchArgs, Family, Inside, ObjectArgs, When};
pub use top::TopArgs;
pub use unread::Unread;

use crate::ip::help;
use crate::seccomp::features::library_version;

/// As runc prints it, which its callers read.
fn version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let (own, libseccomp) = (env!("CARGO_PKG_VERSION"), library_version());
        format!("version {own}\nspec: 1.3.0\nlibseccomp: {libseccomp}")
    });
    &TEXT
}

/// A container runtime of raw system calls that does its own networking.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "pontoon", version = version(), about, propagate_version = true, subcommand_required = true)]
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
    /// To define all verbs would take longer than anything else in a container's start that is not the kernel's: so
    /// the verbs that a start is made of, and those that many call in a row, are read by their own definitions, and whatever those do not
    /// understand (a mistake, a call for help, another verb) by all of them.
    ///
    /// # Errors
    /// What is wrong, or the help that was asked for.
    pub fn read(words: &[OsString]) -> Result<Self, Unread> {
        if let Some(alone) = Self::read_alone(words) {
            return Ok(alone);
        }
        if let Some(line) = ip_words::in_ips_manner(words) {
            let read = || Self::try_parse_from(&line).map_err(|error| Unread::of_ip(error, &line));
            return Self::read_object(&line).map_or_else(read, Ok);
        }
        Self::try_parse_from(words.iter().cloned()).map_err(|error| match ip_words::verb_of(words) {
            Some(verb) if verb == "bridge" => Unread::of_bridge(error),
            _ => Unread::Clap(error),
        })
    }

    fn read_alone(words: &[OsString]) -> Option<Self> {
        words.iter().skip(1).find_map(|word| match word.to_str()? {
            "run" => Self::read_verb("run", words, |run| Command::Run(Box::new(run))),
            "create" => Self::read_verb("create", words, |create| Command::Create(Box::new(create))),
            "exec" => Self::read_verb("exec", words, |exec| Command::Exec(Box::new(exec))),
            "start" => Self::read_verb("start", words, Command::Start),
            "state" => Self::read_verb("state", words, Command::State),
            "kill" => Self::read_verb("kill", words, Command::Kill),
            "delete" => Self::read_verb("delete", words, Command::Delete),
            _ => None,
        })
    }

    /// The same for what is in `ip`'s words: its verb comes first.
    fn read_object(line: &[OsString]) -> Option<Self> {
        match line.get(1)?.to_str()? {
            "link" => Self::read_verb("link", line, Command::Link),
            "addr" => Self::read_verb("addr", line, Command::Addr),
            "route" => Self::read_verb("route", line, Command::Route),
            "neigh" => Self::read_verb("neigh", line, Command::Neigh),
            _ => None,
        }
    }

    fn read_verb<A: Args>(verb: &'static str, words: &[OsString], command: fn(A) -> Command) -> Option<Self> {
        let alone = A::augment_args(clap::Command::new(verb)).disable_help_flag(true);
        let definition = Global::augment_args(clap::Command::new("pontoon")).subcommand(alone);
        let matches = definition.try_get_matches_from(words).ok()?;
        let command = command(A::from_arg_matches(matches.subcommand_matches(verb)?).ok()?);
        Some(Self { global: Global::from_arg_matches(&matches).ok()?, command })
    }
}

/// What holds for every command.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Global {
    /// Where the state is kept (/run/pontoon, and $XDG_RUNTIME_DIR/pontoon for another than root)
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Where networks are defined, a file each, as podman has them in /etc/containers/networks (/etc/pontoon/networks, or
    /// `definitions` below another --root)
    #[arg(long, global = true, value_name = "DIR")]
    pub network_config_dir: Option<PathBuf>,
    /// Print each step as it happens, on standard error
    #[arg(long, global = true, value_name = "FORMAT", num_args = 0..=1, require_equals = true,
          default_missing_value = "text")]
    pub explain: Option<ExplainFormat>,
    /// Print each step that would be taken, on standard output, and take none
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Write what fails to FILE as well
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// How it is written there
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Write each step there, too (without --log, on standard error)
    #[arg(long, global = true)]
    pub debug: bool,
    /// Leave cgroups to systemd (refused: Pontoon makes its own)
    #[arg(long, global = true)]
    pub systemd_cgroup: bool,
    /// Who makes the cgroups of a container: nobody, if disabled, and it stays in its caller's
    #[arg(long, global = true, value_name = "WHO", value_enum, default_value_t = CgroupManager::Cgroupfs)]
    pub cgroup_manager: CgroupManager,
    /// Whether what only root can do may be left out: auto, true or false
    #[arg(long, value_name = "WHETHER", default_value = "auto")]
    pub rootless: String,
    /// The program that checkpoints containers (not used)
    #[arg(long, global = true, hide = true, value_name = "PATH")]
    pub criu: Option<PathBuf>,
}

/// Who makes the cgroups of a container (crun(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CgroupManager {
    /// Pontoon
    Cgroupfs,
    /// systemd (refused)
    Systemd,
    /// Nobody
    Disabled,
}

/// How the log of `--log` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// `time="…" level=error msg="…"`
    Text,
    /// One JSON object a line
    Json,
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
    /// Make a container whose program waits for `start`
    Create(Box<CreateArgs>),
    /// Let the program of a created container run
    Start(IdArgs),
    /// Print what a container is doing, as JSON
    State(IdArgs),
    /// Remove a container that has ended
    Delete(DeleteArgs),
    /// Run another program in a running container
    Exec(Box<ExecArgs>),
    /// List containers; with an id, the processes of one
    Ps(PsArgs),
    /// List containers in runc's words
    List(ListArgs),
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
    /// Write a config.json to start from
    Spec(SpecArgs),
    /// Print what this runtime can do, as JSON
    Features,
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
    /// Show network devices and change them, in the words of `ip link`
    #[command(visible_alias = "l", after_help = help::LINK)]
    Link(ObjectArgs),
    /// Show addresses and change them, in the words of `ip address`
    #[command(visible_aliases = ["address", "a"], after_help = help::ADDR)]
    Addr(ObjectArgs),
    /// Make tap and tun devices that stay, show them and delete them, in the words of `ip tuntap`
    #[command(visible_alias = "tap", after_help = help::TUNTAP)]
    Tuntap(ObjectArgs),
    /// Show routes and change them, in the words of `ip route`
    #[command(visible_aliases = ["ro", "r"], after_help = help::ROUTE)]
    Route(ObjectArgs),
    /// Show neighbours (ARP, NDP) and change them, in the words of `ip neighbour`
    #[command(visible_aliases = ["neighbour", "neighbor", "n"], after_help = help::NEIGH)]
    Neigh(ObjectArgs),
    /// Run commands of `link`, `addr`, `route`, `neigh`, `tuntap` and `netns` from a file, one a line, as `ip -batch` does
    Batch(BatchArgs),
    /// Print a page of the labs and run it step by step, in a small machine of its own
    Lab(LabArgs),
    /// Show bridges and change them, in the words of `brctl`
    Bridge(BridgeArgs),
    /// Name network namespaces, and run programs in them, in the words of `ip netns`
    Netns(NetnsArgs),
    /// Capture packets of containers and network devices, several at once
    Capture(CaptureArgs),
    /// Draw what is connected to what: namespaces, containers, bridges, pairs, addresses, routes, ports
    Map(MapArgs),
    /// Decode netlink messages: a message, a hex dump, what strace printed, or a capture of an nlmon device
    ///
    /// Each message is printed with all its attributes by their names, and with the command of ip, bridge, tc or nft
    /// that would send it.
    Explain(DecodeArgs),
    /// Show packets and bytes a second of each container's cards and published ports
    Top(TopArgs),
    /// Print the manual page of a command, or write all of them
    Man(ManArgs),
    /// Print what a shell needs to complete command lines
    Completion(CompletionArgs),
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
        assert_eq!(run.net, ["none"]);
    }

    #[test]
    fn flags_behind_a_program_of_netns_exec_are_its_own() {
        let read = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let cli = Cli::read(&words).unwrap_or_else(|unread| panic!("{line}: {unread:?}"));
            let Command::Netns(netns) = cli.command else { panic!("{line}") };
            let words: Vec<_> =
                netns.words.iter().map(|word| word.to_str().expect("ASCII").to_owned()).collect();
            (words.join(" "), netns.all, netns.json, cli.global.explain.is_some())
        };
        let exec = |words: &str, all, explain| (words.to_owned(), all, false, explain);
        assert_eq!(read("pontoon netns exec blue ls -l -a"), exec("exec blue ls -l -a", false, false));
        assert_eq!(read("pontoon netns -all e ls --explain"), exec("e ls --explain", true, false));
        assert_eq!(read("pontoon --explain netns -a exec ls -j"), exec("exec ls -j", true, true));
        assert_eq!(read("pontoon netns exec -all ls -l"), exec("exec -all ls -l", false, false));
        assert_eq!(read("pontoon netns add blue --explain"), exec("add blue", false, true));
        assert_eq!(read("pontoon netns delete -all"), exec("delete", true, false));
        assert_eq!(read("pontoon netns list -j"), ("list".to_owned(), false, true, false));
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
            "pontoon --log l --log-format json --systemd-cgroup create --bundle b --pid-file p c1",
            "pontoon create c1 -b b --no-pivot",
            "pontoon --rootless true start run",
            "pontoon --cgroup-manager disabled create -b run c1",
            "pontoon --root run exec -t -p create c1",
            "pontoon kill --all c1 9",
            "pontoon delete --force c1",
            "pontoon --help run",
            "pontoon run --nonsense bundle",
        ] {
            let (quick, whole) = read(line);
            assert_eq!(quick, whole, "{line}");
        }
    }
}
