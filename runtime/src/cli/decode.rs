//! `explain`.

use clap::{Args, ValueEnum};

/// What `explain` reads.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DecodeArgs {
    /// A file, or bytes in hexadecimal, or - for standard input
    #[arg(value_name = "FILE|HEX|-", required = true)]
    pub input: Vec<String>,
    /// What it is, where its content does not tell
    #[arg(long = "as", value_name = "WHAT", value_enum)]
    pub recorded_as: Option<RecordedAs>,
    /// Whose messages they are: route, netfilter, generic, audit or another of netlink(7), or its number
    #[arg(long, value_name = "FAMILY")]
    pub protocol: Option<String>,
    /// One JSON object for each message
    #[arg(short, long)]
    pub json: bool,
    /// The bytes, too
    #[arg(long)]
    pub hex: bool,
}

/// How messages were recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordedAs {
    /// As they are
    Message,
    /// In hexadecimal: xxd, hexdump, od, tcpdump -x, or digits alone
    Hex,
    /// By strace
    Strace,
    /// As a capture: pcap or pcapng
    Pcap,
}
