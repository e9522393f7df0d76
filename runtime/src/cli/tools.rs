//! What the tools have in common, which look at network namespaces and change them as `ip` and `brctl` do.

use clap::Args;
use netlink_raw::kernel::{AF_INET, AF_INET6, AF_PACKET, AF_UNSPEC};

/// Where a tool acts.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct Inside {
    /// Act in the network namespace of a container, of a process, of a name of `ip netns`, or at a path
    #[arg(long = "in", value_name = "CONTAINER|PID|NETNS|PATH")]
    pub place: Option<String>,
}

/// A tool that takes `ip`'s words: `link`, `addr`, `route`, `neigh`, `tuntap`.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(args_override_self = true, disable_help_flag = true)]
pub struct ObjectArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Act in the network namespace of this name, as `ip -n` does
    #[arg(short = 'n', long, value_name = "NETNS")]
    pub netns: Option<String>,
    /// Only IPv4
    #[arg(short = '4', overrides_with_all = ["ipv6", "only"])]
    pub ipv4: bool,
    /// Only IPv6
    #[arg(short = '6', overrides_with_all = ["ipv4", "only"])]
    pub ipv6: bool,
    /// Only this family
    #[arg(short = 'f', long = "family", value_name = "FAMILY", value_enum, overrides_with_all = ["ipv4", "ipv6"])]
    pub only: Option<Family>,
    /// Count what has passed; twice, errors by their kinds too
    #[arg(short, long, action = clap::ArgAction::Count, visible_alias = "stats")]
    pub statistics: u8,
    /// Counts in thousands and millions
    #[arg(short = 'h', long)]
    pub human_readable: bool,
    /// With `-h`: in powers of 1024
    #[arg(long)]
    pub iec: bool,
    /// Everything there is to know
    #[arg(short, long)]
    pub details: bool,
    /// Numbers, where /etc/iproute2 has names for them
    #[arg(short = 'N', long = "Numeric")]
    pub numeric: bool,
    /// As `ip -json` prints it
    #[arg(short, long)]
    pub json: bool,
    /// JSON on many lines
    #[arg(short, long)]
    pub pretty: bool,
    /// One short line for each (`-br`)
    #[arg(long, visible_alias = "br")]
    pub brief: bool,
    /// One line for each, whatever it holds
    #[arg(short, long)]
    pub oneline: bool,
    /// In colours
    #[arg(short = 'c', long, value_name = "WHEN", value_enum, num_args = 0..=1, require_equals = true,
          default_missing_value = "always")]
    pub color: Option<When>,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
    /// What to do, in `ip`'s words: `show dev lo`, `add veth0 type veth peer name veth1`
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}

/// What `--color` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// Whatever reads it
    Always,
    /// On a terminal
    Auto,
    /// Without
    Never,
}

/// What `--family` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Family {
    /// IPv4
    Inet,
    /// IPv6
    Inet6,
    /// No addresses, only links
    Link,
}

impl ObjectArgs {
    /// The family that the flags ask for, `AF_UNSPEC` without one.
    pub const fn family(&self) -> u8 {
        match self.only {
            None => family(self.ipv4, self.ipv6),
            Some(Family::Inet) => AF_INET,
            Some(Family::Inet6) => AF_INET6,
            Some(Family::Link) => AF_PACKET,
        }
    }
}

/// The family that `-4` and `-6` ask for, `AF_UNSPEC` without one.
pub(super) const fn family(ipv4: bool, ipv6: bool) -> u8 {
    match (ipv4, ipv6) {
        (true, _) => AF_INET,
        (_, true) => AF_INET6,
        _ => AF_UNSPEC,
    }
}

/// `batch`.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(mut_arg("words", |words| words.value_name("FILE").help("The file, `-` for standard input")))]
pub struct BatchArgs {
    /// What holds for each command; the word is the file, `-` for standard input.
    #[command(flatten)]
    pub each: ObjectArgs,
    /// Go on behind a command that failed
    #[arg(long)]
    pub force: bool,
}
