//! `network`.

mod create;
mod update;

use std::net::{Ipv4Addr, Ipv6Addr};

use clap::{Args, Subcommand};

pub use create::NetworkCreateArgs;
pub use update::NetworkUpdateArgs;

use super::Format;
use crate::plan::MacAddress;
use crate::plan::network::Rate;

/// `network`.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum NetworkCommand {
    /// Define a network; its device is made for the first container
    Create(Box<NetworkCreateArgs>),
    /// List networks
    #[command(visible_alias = "list")]
    Ls(NetworkLsArgs),
    /// Show everything about networks, as JSON
    Inspect(NetworkInspectArgs),
    /// Change a network, and its bridge at once
    Update(NetworkUpdateArgs),
    /// Remove networks
    #[command(visible_alias = "remove")]
    Rm(NetworkRmArgs),
    /// Remove the networks that no container has a card on
    Prune(NetworkPruneArgs),
    /// Put back what others have taken away: the firewall's table, bridges and addresses, the kernel's parameters
    Reload,
    /// Give a running container a card
    Connect(ConnectArgs),
    /// Take a card from a running container
    Disconnect(DisconnectArgs),
}

/// `network connect`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ConnectArgs {
    /// The card's IPv4 address
    #[arg(long)]
    pub ip: Option<Ipv4Addr>,
    /// The card's IPv6 address
    #[arg(long)]
    pub ip6: Option<Ipv6Addr>,
    /// The card's hardware address
    #[arg(long, value_name = "MAC")]
    pub mac_address: Option<MacAddress>,
    /// How fast the card may send and receive: up=10mbit,down=1gbit, or one of the two
    #[arg(long, value_name = "RATE")]
    pub net_rate: Option<Rate>,
    /// The card's name inside
    #[arg(long, value_name = "NAME")]
    pub ifname: Option<String>,
    /// A name by which others on the network find the container
    #[arg(long, value_name = "NAME")]
    pub alias: Vec<String>,
    /// The card with the highest one has the default route
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub gw_priority: Option<i32>,
    /// Publish a port, as in `run`
    #[arg(short = 'p', long, value_name = "PORTS")]
    pub publish: Vec<String>,
    /// The network, as in `run --net`
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
    /// Print names only
    #[arg(short, long)]
    pub quiet: bool,
    /// Only networks of this name (or a part of it), driver or label: name=TEXT, driver=DRIVER, label=KEY[=VALUE]
    #[arg(short, long, value_name = "FILTER")]
    pub filter: Vec<String>,
}

/// `network inspect`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkInspectArgs {
    /// How to print: json, and there is nothing else
    #[arg(long, default_value = "json", value_parser = ["json"])]
    pub format: String,
    /// The networks
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// `network rm`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkRmArgs {
    /// Take the cards from containers that have some on it
    #[arg(short, long)]
    pub force: bool,
    /// The networks
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// `network prune`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkPruneArgs {
    /// Ask nobody (nobody is asked anyway)
    #[arg(short, long)]
    pub force: bool,
}
