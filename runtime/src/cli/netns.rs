//! `netns`.

use std::ffi::OsString;

use clap::Args;

use super::{Inside, ObjectArgs};
use crate::ip::output::Form;

/// Network namespaces in the words of `ip netns`.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(args_override_self = true)]
pub struct NetnsArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Act in the network namespace of this name, as `ip -n` does
    #[arg(short = 'n', long, value_name = "NETNS")]
    pub netns: Option<String>,
    /// Every name (`delete`, `exec`)
    #[arg(short, long)]
    pub all: bool,
    /// As `ip -json` prints it
    #[arg(short, long)]
    pub json: bool,
    /// JSON on many lines
    #[arg(short, long)]
    pub pretty: bool,
    /// What to do, in `ip`'s words: `list`, `add blue`, `exec blue CMD…`
    #[arg(value_name = "WORD")]
    pub words: Vec<OsString>,
}

impl NetnsArgs {
    /// With the flags of another object.
    pub fn of(other: &ObjectArgs) -> Self {
        let ObjectArgs { inside, netns, json, pretty, words, .. } = other.clone();
        Self {
            inside,
            netns,
            all: false,
            json,
            pretty,
            words: words.into_iter().map(OsString::from).collect(),
        }
    }

    /// How it is printed.
    pub const fn form(&self) -> Form {
        match (self.json, self.pretty) {
            (true, true) => Form::Pretty,
            (true, false) => Form::Json,
            (false, _) => Form::Text,
        }
    }
}
