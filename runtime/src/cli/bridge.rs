//! `pontoon bridge`.

use clap::Args;

use super::Inside;
use crate::bridge;

/// A tool that takes `brctl`'s words.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(after_help = bridge::commands())]
pub struct BridgeArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// What to do, in `brctl`'s words: `addbr br0`, `addif br0 eth0`
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}

impl BridgeArgs {
    /// Whether it does nothing but print.
    pub fn only_prints(&self) -> bool {
        self.words.first().is_none_or(|command| command.starts_with("show"))
    }
}
