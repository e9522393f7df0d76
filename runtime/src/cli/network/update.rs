//! `network update`.

use std::net::IpAddr;

use clap::Args;

use super::create::pair;

/// `network update`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct NetworkUpdateArgs {
    /// Change an option, of the bridge and its ports at once; without a value, take it back
    #[arg(short, long, value_name = "KEY=[VALUE]", value_parser = pair)]
    pub opt: Vec<(String, String)>,
    /// Change a label; without a value, take it back
    #[arg(long, value_name = "KEY=[VALUE]", value_parser = pair)]
    pub label: Vec<(String, String)>,
    /// Ask this server for the names of others too
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub dns_add: Vec<IpAddr>,
    /// Ask this server no more
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub dns_drop: Vec<IpAddr>,
    /// Whether it reaches other networks: true (not at all), false (open ones), or nothing for what is usual
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub isolate: Option<String>,
    /// Change the port of one container's card, and not the network
    #[arg(long, value_name = "CONTAINER[:CARD]")]
    pub port: Option<String>,
    /// The network
    pub name: String,
}
