//! The values of linux.seccomp.

use std::fmt;
use std::path::PathBuf;

use oci_spec::runtime::{LinuxSeccompFilterFlag as Flag, LinuxSeccompOperator};
use serde::{Deserialize, Serialize};

/// What is compiled. Two containers with equal profiles share one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// What happens with a call that no rule is about.
    pub default_action: Action,
    /// The architectures besides this machine's own, by libseccomp's names (`SCMP_ARCH_X86`).
    pub architectures: Vec<String>,
    /// What happens with the others.
    pub rules: Vec<Rule>,
}

/// What happens with some system calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Their names. Those that libseccomp does not know are passed over, so that profiles may be newer than it.
    pub names: Vec<String>,
    /// What happens.
    pub action: Action,
    /// Only where the arguments are so.
    pub conditions: Vec<Condition>,
}

/// What is asked of an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Which: 0 to 5.
    pub index: u32,
    /// How it is compared.
    pub operator: LinuxSeccompOperator,
    /// With what; the mask of `SCMP_CMP_MASKED_EQ`.
    pub value: u64,
    /// What must be left of the masked argument.
    pub value_two: u64,
}

/// What happens with a call (seccomp(2), "filter return actions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Action {
    /// The thread ends.
    KillThread,
    /// The process ends, by SIGSYS.
    KillProcess,
    /// The thread gets SIGSYS, which it may handle.
    Trap,
    /// The call fails with this number.
    Errno(u16),
    /// A tracer is told this number.
    Trace(u16),
    /// The call is made, and logged.
    Log,
    /// The call is made.
    Allow,
    /// An agent decides.
    Notify,
}

impl Action {
    /// Whether the call is made, with nobody asked.
    pub fn lets_through(self) -> bool {
        matches!(self, Self::Allow | Self::Log)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KillThread => f.write_str("SCMP_ACT_KILL_THREAD"),
            Self::KillProcess => f.write_str("SCMP_ACT_KILL_PROCESS"),
            Self::Trap => f.write_str("SCMP_ACT_TRAP"),
            Self::Errno(number) => write!(f, "SCMP_ACT_ERRNO({number})"),
            Self::Trace(number) => write!(f, "SCMP_ACT_TRACE({number})"),
            Self::Log => f.write_str("SCMP_ACT_LOG"),
            Self::Allow => f.write_str("SCMP_ACT_ALLOW"),
            Self::Notify => f.write_str("SCMP_ACT_NOTIFY"),
        }
    }
}

/// How the compiled program is loaded: for the container's program, and for those that join it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// `SECCOMP_FILTER_FLAG_*`, as far as they mean anything to a process of one thread.
    pub flags: Vec<Flag>,
    /// Whether it lets execveat(2) through, by which the airlock is usually entered.
    pub execveat: bool,
    /// Who is asked about calls with `SCMP_ACT_NOTIFY`.
    pub listener: Option<Listener>,
    /// What it does, in short, to tell.
    pub summary: String,
}

/// An agent that answers for the kernel (`seccomp_unotify(2)`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Its socket on the host.
    pub path: PathBuf,
    /// What it is told besides.
    pub metadata: Option<String>,
}

/// When a filter is loaded. The later, the less it need allow of what is not the program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// While the parent is there: it takes the descriptor that notifications come from.
    WithParent,
    /// Right before execve, by privilege.
    Last,
    /// By the airlock, right before the program's own execve. There is no privilege any more.
    InAirlock,
}
