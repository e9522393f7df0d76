//! `man` and `completion`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `man`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ManArgs {
    /// Write the pages of all commands to DIR, each in a file: pontoon.1, pontoon-run.1 and so on
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub to: Option<PathBuf>,
    /// Whose page: `map`, `network create`; without one it is pontoon(1)
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// `completion`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct CompletionArgs {
    /// For which shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// A shell that completes command lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// `source <(pontoon completion bash)`
    Bash,
    /// `pontoon completion zsh >"${fpath[1]}/_pontoon"`
    Zsh,
    /// `pontoon completion fish >~/.config/fish/completions/pontoon.fish`
    Fish,
}
