//! `pontoon capture`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::Inside;

/// The most bytes of a packet that are kept, as tcpdump has it: `MAXIMUM_SNAPLEN` of libpcap.
const LONGEST: u32 = 262_144;

/// Captures packets.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct CaptureArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Write the packets to FILE, in the pcapng format that tcpdump and Wireshark read; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// End after so many packets
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// End after so many seconds
    #[arg(long = "for", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub duration: Option<u64>,
    /// Take only packets that this expression of pcap-filter(7) wants: `icmp or arp`, `tcp port 80`
    #[arg(short, long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Take netlink messages instead: what the programs of a namespace say to the kernel, and what it answers
    #[arg(long)]
    pub netlink: bool,
    /// Print the link's header too
    #[arg(short = 'e', long)]
    pub link_header: bool,
    /// Keep so many bytes of each packet, 0 for the most there can be
    #[arg(short = 's', long, value_name = "BYTES", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(..=i64::from(LONGEST)))]
    pub snaplen: u32,
    /// Keep so much that waits to be taken, in KiB for each device
    #[arg(short = 'B', long, value_name = "KIB", default_value_t = 8192,
          value_parser = clap::value_parser!(u32).range(1..=1_048_575))]
    pub buffer_size: u32,
    /// Don't have the devices take packets that are for others
    #[arg(short = 'p', long)]
    pub no_promiscuous_mode: bool,
    /// Say nothing but packets: neither what is listened on nor what was counted
    #[arg(short, long)]
    pub quiet: bool,
    /// Print addresses and ports as numbers (they always are)
    #[arg(short = 'n', action = clap::ArgAction::Count)]
    pub numbers: u8,
    /// Write each packet as it comes (they always are)
    #[arg(short = 'U', visible_short_alias = 'l')]
    pub unbuffered: bool,
    /// What to take packets from: a network device, a container or another place that --in takes, a device of one
    /// (web:eth0), or any, which are all devices here
    #[arg(value_name = "CONTAINER|IFACE")]
    pub words: Vec<String>,
    /// Run this once packets are taken, and end with it
    #[arg(last = true, value_name = "CMD")]
    pub command: Vec<OsString>,
}

impl CaptureArgs {
    /// The most bytes of a packet that are kept.
    pub const fn snapshot_length(&self) -> u32 {
        if self.snaplen == 0 { LONGEST } else { self.snaplen }
    }
}
