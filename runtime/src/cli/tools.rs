//! What the tools have in common, which look at network namespaces and change them as `ip` and `brctl` do.

use std::ffi::OsString;

use clap::Args;
use netlink_raw::kernel::{AF_INET, AF_INET6, AF_UNSPEC};

use crate::ip::output::Form;

/// Where a tool acts.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct Inside {
    /// Act in the network namespace of a container, of a process, of a name of `ip netns`, or at a path
    #[arg(long = "in", value_name = "CONTAINER|PID|NETNS|PATH")]
    pub place: Option<String>,
}

/// Network namespaces in the words of `ip netns`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetnsArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Every name (`delete`, `exec`); also `-all`
    #[arg(short, long)]
    pub all: bool,
    /// The rest of `-all`.
    #[arg(short = 'l', hide = true, action = clap::ArgAction::Count)]
    pub rest_of_all: u8,
    /// As `ip -json` prints it
    #[arg(short, long)]
    pub json: bool,
    /// JSON on many lines
    #[arg(short, long)]
    pub pretty: bool,
    /// What to do, in `ip`'s words: `list`, `add blue`, `exec blue CMD…`
    #[arg(value_name = "WORD", allow_negative_numbers = true)]
    pub words: Vec<OsString>,
}

impl NetnsArgs {
    /// How it is printed.
    pub const fn form(&self) -> Form {
        match (self.json, self.pretty) {
            (true, true) => Form::Pretty,
            (true, false) => Form::Json,
            (false, _) => Form::Text,
        }
    }
}

/// What passes cards and ports.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct TopArgs {
    /// Only these containers
    #[arg(value_name = "CONTAINER")]
    pub containers: Vec<String>,
    /// How long to wait between two looks, in seconds
    #[arg(short, long, value_name = "SECONDS", default_value_t = 1.0)]
    pub delay: f64,
    /// How often to show; for ever, if nothing is said
    #[arg(short = 'n', long = "iterations", value_name = "COUNT")]
    pub count: Option<u64>,
    /// Show what passed in one interval, and end
    #[arg(long, conflicts_with = "count")]
    pub once: bool,
    /// A JSON document a line
    #[arg(long)]
    pub json: bool,
}

/// A tool that takes `ip`'s words: `link`, `addr`, `route`, `neigh`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ObjectArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Only IPv4
    #[arg(short = '4', conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// Only IPv6
    #[arg(short = '6')]
    pub ipv6: bool,
    /// Count what has passed; twice, errors by their kinds too
    #[arg(short, long, action = clap::ArgAction::Count, visible_alias = "stats")]
    pub statistics: u8,
    /// Everything there is to know
    #[arg(short, long)]
    pub details: bool,
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
    /// What to do, in `ip`'s words: `show dev lo`, `add veth0 type veth peer name veth1`
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}

impl ObjectArgs {
    /// The family that the flags ask for, `AF_UNSPEC` without one.
    pub const fn family(&self) -> u8 {
        match (self.ipv4, self.ipv6) {
            (true, _) => AF_INET,
            (_, true) => AF_INET6,
            _ => AF_UNSPEC,
        }
    }
}
