//! `lab`.

use clap::{Args, ValueEnum};

/// Which lab, and how.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct LabArgs {
    /// Which one; without it they are listed
    #[arg(value_name = "N")]
    pub number: Option<usize>,
    /// Run through without waiting for Enter
    #[arg(short, long)]
    pub yes: bool,
    /// The language (that of the locale)
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub language: Option<Language>,
}

/// A language that labs are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English
    En,
    /// Chinese
    Zh,
}
