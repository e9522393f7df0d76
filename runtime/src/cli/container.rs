//! Verbs about containers that are there, in docker's words.

use clap::Args;

use super::Format;

/// `ps`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct PsArgs {
    /// Those that have ended, too
    #[arg(short, long)]
    pub all: bool,
    /// Ids only
    #[arg(short, long)]
    pub quiet: bool,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// The container whose processes are listed; then options for ps(1)
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ID [PS OPTION...]")]
    pub arguments: Vec<String>,
}

/// `kill`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct KillArgs {
    /// The signal, by name or number
    #[arg(short, long, value_name = "SIGNAL")]
    pub signal: Option<String>,
    /// Send it to all processes of the container
    #[arg(short, long)]
    pub all: bool,
    /// The container
    pub id: String,
    /// The signal, in runc's place
    #[arg(conflicts_with = "signal", value_name = "SIGNAL")]
    pub positional_signal: Option<String>,
}

/// `stop`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct StopArgs {
    /// Seconds to wait before SIGKILL
    #[arg(short, long, value_name = "SECONDS", default_value_t = 10)]
    pub time: u32,
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// `rm`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct RmArgs {
    /// End those that run (SIGKILL)
    #[arg(short, long)]
    pub force: bool,
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// Verbs that take only containers.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct IdsArgs {
    /// The containers
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// `logs`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct LogsArgs {
    /// Go on as more is written
    #[arg(short, long)]
    pub follow: bool,
    /// Only the last lines
    #[arg(short = 'n', long, value_name = "N")]
    pub tail: Option<usize>,
    /// The time of each line before it
    #[arg(short, long)]
    pub timestamps: bool,
    /// The container
    pub id: String,
}

/// `attach`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct AttachArgs {
    /// Do not forward standard input
    #[arg(long)]
    pub no_stdin: bool,
    /// The container
    pub id: String,
}

/// `doctor`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DoctorArgs {
    /// Only show
    #[arg(long)]
    pub check: bool,
}
