//! `top`.

use clap::Args;

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
    #[arg(short = 'n', long = "iterations", value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// Show what passed in one interval, and end
    #[arg(long, conflicts_with = "count")]
    pub once: bool,
    /// A JSON document a line
    #[arg(long)]
    pub json: bool,
}
