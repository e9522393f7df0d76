//! `netns`.

use std::ffi::OsString;

use clap::Args;

use super::Inside;
use crate::ip::output::Form;

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
