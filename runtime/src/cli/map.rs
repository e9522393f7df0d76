//! `map`.

use clap::{Args, ValueEnum};

use super::Inside;
use super::tools::family;

/// `map`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct MapArgs {
    /// What stands in the host's place.
    #[command(flatten)]
    pub inside: Inside,
    /// How it is drawn
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MapFormat::Text)]
    pub format: MapFormat,
    /// Draw it again whenever something changes, until Ctrl-C or q (text only)
    #[arg(short, long)]
    pub watch: bool,
    /// Draw lines with ASCII letters, as is done where the locale is not UTF-8
    #[arg(long)]
    pub ascii: bool,
    /// Hardware addresses, MTUs, what makers wrote on links, and all routes
    #[arg(short, long)]
    pub details: bool,
    /// Also namespaces of processes that nothing else leads to
    #[arg(short, long)]
    pub all: bool,
    /// Only addresses and routes of IPv4
    #[arg(short = '4', conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// Only addresses and routes of IPv6
    #[arg(short = '6')]
    pub ipv6: bool,
    /// Only these, and what they are connected to
    #[arg(value_name = "CONTAINER|PID|NETNS|PATH")]
    pub about: Vec<String>,
}

impl MapArgs {
    /// The family that the flags ask for, `AF_UNSPEC` without one.
    pub const fn family(&self) -> u8 {
        family(self.ipv4, self.ipv6)
    }
}

/// How a map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    /// Boxes and lines, for a terminal
    Text,
    /// For Graphviz
    Dot,
    /// For a browser
    Svg,
    /// For programs
    Json,
}
