//! The verbs of the OCI runtime specification, with runc's arguments (runc(8)).

use std::path::PathBuf;

use clap::Args;

use super::Format;

/// What `create` and `run` take alike, and `exec` in part.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct CreateOptions {
    /// The bundle, when the argument is an id [default: here]
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// How others get at the program
    #[command(flatten)]
    pub handover: Handover,
    /// Enter the root by chroot(2), where pivot_root(2) can't be had (a ramdisk)
    #[arg(long)]
    pub no_pivot: bool,
    /// Keep the caller's session keyring
    #[arg(long)]
    pub no_new_keyring: bool,
}

/// What is handed to whoever called, and on to the program.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct Handover {
    /// Where the master of the terminal is sent to
    #[arg(long, value_name = "SOCKET")]
    pub console_socket: Option<PathBuf>,
    /// Where the number of the first process is written to
    #[arg(long, value_name = "FILE")]
    pub pid_file: Option<PathBuf>,
    /// Where a descriptor of the first process (pidfd_open(2)) is sent to
    #[arg(long, value_name = "SOCKET")]
    pub pidfd_socket: Option<PathBuf>,
    /// Leave this many descriptors, from 3 on, open for the program
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub preserve_fds: u32,
}

/// `create`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct CreateArgs {
    /// What it takes like `run`.
    #[command(flatten)]
    pub options: CreateOptions,
    /// The container's id
    pub id: String,
}

/// A verb that takes one container.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct IdArgs {
    /// The container
    pub id: String,
}

/// `delete`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DeleteArgs {
    /// End it if it runs (SIGKILL), and be content if there is none
    #[arg(short, long)]
    pub force: bool,
    /// The container
    pub id: String,
}

/// `list`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ListArgs {
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Ids only
    #[arg(short, long)]
    pub quiet: bool,
}

/// `spec`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct SpecArgs {
    /// Where config.json is written [default: here]
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// For a user who is not root
    #[arg(long)]
    pub rootless: bool,
}
