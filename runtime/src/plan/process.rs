//! The program and who it is, as a value. `run` and `exec` share it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use caps::{Capability, CapsHashSet};
use serde::{Serialize, Serializer};

use super::scheduling::Scheduling;
use super::seccomp::{Filter, Moment};

/// What is executed, and with which rights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Process {
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// `NAME=value`.
    pub environment: Vec<String>,
    /// The paths at which the program is looked for, in order, inside the container.
    pub candidates: Vec<PathBuf>,
    /// The working directory, inside.
    pub cwd: PathBuf,
    /// User and groups.
    pub user: User,
    /// The five sets.
    pub capabilities: Capabilities,
    /// Whether execve never gains rights.
    pub no_new_privileges: bool,
    /// Limits (setrlimit(2)).
    pub rlimits: Vec<Rlimit>,
    /// What is written to /proc/self/oom_score_adj.
    pub oom_score_adj: Option<i32>,
    /// Whether it gets a pseudo-terminal.
    pub terminal: bool,
    /// How many of the caller's descriptors, from 3 on, it gets.
    pub preserved_fds: u32,
    /// The size of that, before Pontoon's own terminal has a say: rows and columns.
    pub window: Option<(u16, u16)>,
    /// How the kernel treats it.
    pub scheduling: Scheduling,
    /// By whose rules it is confined.
    pub labels: Labels,
    /// How its seccomp filter is loaded, if it has one.
    pub filter: Option<Filter>,
}

impl Process {
    /// When its filter is loaded, if it has one.
    pub fn filtered(&self) -> Option<Moment> {
        Some(match self.filter.as_ref()? {
            Filter { listener: Some(_), .. } => Moment::WithParent,
            _ if self.no_new_privileges => Moment::InAirlock,
            _ => Moment::Last,
        })
    }

    /// Whether its filter is loaded by the right of `CAP_SYS_ADMIN`: only no_new_privs does without.
    pub fn loads_by_privilege(&self) -> bool {
        self.filter.is_some() && !self.no_new_privileges
    }

    /// Whether its filter is in force and refuses execveat(2) when the airlock is entered.
    pub fn enters_by_path(&self) -> bool {
        let refuses = self.filter.as_ref().is_some_and(|filter| !filter.execveat);
        refuses && self.filtered() != Some(Moment::InAirlock)
    }
}

/// What security modules are told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Labels {
    /// The AppArmor profile.
    pub apparmor: Option<String>,
    /// The SELinux label.
    pub selinux: Option<String>,
}

/// User and groups, as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct User {
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Supplementary groups.
    pub groups: Vec<u32>,
    /// Whether the groups stay the caller's, because its user namespace lets nobody set them.
    pub keeps_groups: bool,
    /// The mask of new files' modes; `None` leaves the usual 022.
    pub umask: Option<u32>,
}

/// One limit, in the resource's own unit (getrlimit(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rlimit {
    /// `RLIMIT_NOFILE`.
    pub resource: String,
    /// The limit in force.
    pub soft: u64,
    /// How far the process may raise it.
    pub hard: u64,
}

/// capabilities(7).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Capabilities {
    /// What execve may still give.
    #[serde(serialize_with = "by_name")]
    pub bounding: CapsHashSet,
    /// What counts now.
    #[serde(serialize_with = "by_name")]
    pub effective: CapsHashSet,
    /// What may be made to count.
    #[serde(serialize_with = "by_name")]
    pub permitted: CapsHashSet,
    /// What files may inherit.
    #[serde(serialize_with = "by_name")]
    pub inheritable: CapsHashSet,
    /// What programs inherit.
    #[serde(serialize_with = "by_name")]
    pub ambient: CapsHashSet,
}

fn by_name<S: Serializer>(set: &CapsHashSet, serializer: S) -> Result<S::Ok, S::Error> {
    let sorted: BTreeMap<u8, Capability> =
        set.iter().map(|capability| (capability.index(), *capability)).collect();
    serializer.collect_seq(sorted.values().map(ToString::to_string))
}

/// The paths at which `program` is looked for: itself if it has a slash, else below each directory of PATH; nowhere
/// if it has no name, which would lead to the directories.
pub fn candidates(program: &str, environment: &[String]) -> Vec<PathBuf> {
    if program.is_empty() {
        return Vec::new();
    }
    if program.contains('/') {
        return vec![PathBuf::from(program)];
    }
    let path = environment.iter().rev().find_map(|variable| variable.strip_prefix("PATH="));
    let path = path.unwrap_or("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    // An empty entry means the working directory, as it does for a shell.
    path.split(':')
        .map(|entry| PathBuf::from(if entry.is_empty() { "." } else { entry }).join(program))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_along_the_path() {
        let environment = ["PATH=/bin:/sbin".to_owned()];
        assert_eq!(candidates("true", &environment), [PathBuf::from("/bin/true"), "/sbin/true".into()]);
        assert_eq!(candidates("./true", &environment), [PathBuf::from("./true")]);
        assert_eq!(candidates("true", &[]).len(), 6);
        assert!(candidates("", &environment).is_empty());
    }
}
