//! `run` and `exec`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use clap::Args;

use super::oci::{CreateOptions, Handover};
use crate::plan::MacAddress;
use crate::plan::network::Rate;

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
    #[arg(short, long, visible_alias = "cwd", value_name = "DIR")]
    pub workdir: Option<PathBuf>,
    /// The user inside, and the group: NAME|UID, then :GROUP|GID
    #[arg(short, long)]
    pub user: Option<String>,
}

/// What `run` says of names.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct NamesArgs {
    /// A name server, instead of the host's
    #[arg(long, value_name = "ADDRESS")]
    pub dns: Vec<IpAddr>,
    /// A domain that is appended to names, instead of the host's; . for none
    #[arg(long, value_name = "DOMAIN")]
    pub dns_search: Vec<String>,
    /// An option of resolv.conf(5)
    #[arg(long, visible_alias = "dns-opt", value_name = "OPTION")]
    pub dns_option: Vec<String>,
    /// A name for /etc/hosts; host-gateway stands for the host's own address
    #[arg(long, value_name = "NAME:ADDRESS")]
    pub add_host: Vec<String>,
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
    /// A network, once for each card: NAME[:ip=…,ip6=…,mac=…,ifname=…,alias=…,gw-priority=N,rate-up=…,rate-down=…] (bridge unless
    /// something else is said); or, alone, none, host, container:ID or ns:PATH
    #[arg(long, visible_alias = "network", value_name = "NETWORK|MODE")]
    pub net: Vec<String>,
    /// The first card's IPv4 address
    #[arg(long)]
    pub ip: Option<Ipv4Addr>,
    /// The first card's IPv6 address
    #[arg(long)]
    pub ip6: Option<Ipv6Addr>,
    /// The first card's hardware address
    #[arg(long, value_name = "MAC")]
    pub mac_address: Option<MacAddress>,
    /// How fast each card may send and receive: up=10mbit,down=1gbit, or one of the two
    #[arg(long, value_name = "RATE")]
    pub net_rate: Option<Rate>,
    /// A name by which others on the first card's network find the container
    #[arg(long, visible_alias = "net-alias", value_name = "NAME")]
    pub network_alias: Vec<String>,
    /// Publish a port: `HOSTIP:HOSTPORT-END:PORT-END/tcp` (or `udp`, `sctp`), or less of it; `PORT` for any port of the
    /// host's
    #[arg(short = 'p', long, value_name = "PORTS")]
    pub publish: Vec<String>,
    /// Publish all ports that the bundle's image exposes, on any ports of the host's
    #[arg(short = 'P', long)]
    pub publish_all: bool,
    /// How names are looked up
    #[command(flatten)]
    pub names: NamesArgs,
    /// A bare root directory, to run without a bundle
    #[arg(long, value_name = "DIR")]
    pub rootfs: Option<PathBuf>,
    /// Do not remove the container when it has ended, where the argument is an id
    #[arg(long, conflicts_with = "rm")]
    pub keep: bool,
    /// What it takes like `create`.
    #[command(flatten)]
    pub create: CreateOptions,
    /// Be no reaper of orphans (Pontoon never is)
    #[arg(long, hide = true)]
    pub no_subreaper: bool,
    /// The bundle (or, if it is no directory, an id), then the program and its arguments
    #[arg(trailing_var_arg = true, value_name = "BUNDLE|ID [CMD ARG...]")]
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
    /// All about the program, as `process` of config.json has it
    #[arg(short, long, value_name = "FILE")]
    pub process: Option<PathBuf>,
    /// How others get at the program.
    #[command(flatten)]
    pub handover: Handover,
    /// More groups
    #[arg(short = 'g', long, value_name = "GID")]
    pub additional_gids: Vec<u32>,
    /// More capabilities
    #[arg(short, long, value_name = "CAPABILITY")]
    pub cap: Vec<String>,
    /// The AppArmor profile
    #[arg(long, value_name = "PROFILE")]
    pub apparmor: Option<String>,
    /// The SELinux label
    #[arg(long, value_name = "LABEL")]
    pub process_label: Option<String>,
    /// Never gain rights by execve(2)
    #[arg(long)]
    pub no_new_privs: bool,
    /// Do not refuse a paused container
    #[arg(long)]
    pub ignore_paused: bool,
    /// Join this cgroup below the container's own
    #[arg(long, value_name = "[CONTROLLER,...:]PATH")]
    pub cgroup: Vec<String>,
    /// Be no reaper of orphans (Pontoon never is)
    #[arg(long, hide = true)]
    pub no_subreaper: bool,
    /// The container
    pub id: String,
    /// The program and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required_unless_present = "process",
        value_name = "CMD"
    )]
    pub arguments: Vec<String>,
}
