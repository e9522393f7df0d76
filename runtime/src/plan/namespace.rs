//! The kinds of namespaces.

use serde::{Deserialize, Serialize};

/// A kind of namespace (namespaces(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceKind {
    /// User and group ids, and the rights over everything that is made in it.
    User,
    /// Process numbers.
    Pid,
    /// Mounts.
    Mount,
    /// Network devices, addresses, routes, ports.
    Network,
    /// System V and POSIX IPC.
    Ipc,
    /// Host and domain name.
    Uts,
    /// The root of the cgroup tree.
    Cgroup,
    /// The clocks.
    Time,
}

impl NamespaceKind {
    /// All kinds, in the order in which they are entered: the mount namespace last, because the paths of
    /// the others are the host's.
    pub const ALL: [Self; 8] =
        [Self::User, Self::Pid, Self::Network, Self::Ipc, Self::Uts, Self::Cgroup, Self::Time, Self::Mount];

    /// The bit of clone(2), setns(2) and unshare(2).
    pub fn clone_flag(self) -> nix::sched::CloneFlags {
        use nix::sched::CloneFlags as Flags;
        match self {
            Self::Pid => Flags::CLONE_NEWPID,
            Self::Mount => Flags::CLONE_NEWNS,
            Self::Network => Flags::CLONE_NEWNET,
            Self::Ipc => Flags::CLONE_NEWIPC,
            Self::Uts => Flags::CLONE_NEWUTS,
            Self::Cgroup => Flags::CLONE_NEWCGROUP,
            Self::User => Flags::CLONE_NEWUSER,
            // nix has no name for it.
            Self::Time => Flags::from_bits_retain(libc::CLONE_NEWTIME),
        }
    }

    /// Its file in /proc/PID/ns.
    pub fn file(self) -> &'static str {
        match self {
            Self::Pid => "pid",
            Self::Mount => "mnt",
            Self::Network => "net",
            Self::Ipc => "ipc",
            Self::Uts => "uts",
            Self::Cgroup => "cgroup",
            Self::User => "user",
            Self::Time => "time",
        }
    }
}
