//! How the kernel treats the program, and by whose rules it is confined: set for the process that becomes it.

use std::path::Path;

use crate::error::{Doing, Result};
use crate::plan::process::Labels;
use crate::plan::scheduling::{Affinity, Scheduling};
use crate::sys::file;
use crate::sys::scheduler::{self, SchedAttr};

/// What the process gets once it is in its cgroups, while it still may.
///
/// # Errors
/// The step that failed.
pub fn apply(wanted: &Scheduling) -> Result<()> {
    if let Some(it) = wanted.scheduler {
        let attributes = SchedAttr {
            policy: it.policy,
            flags: it.flags,
            nice: it.nice,
            priority: it.priority,
            runtime: it.runtime,
            deadline: it.deadline,
            period: it.period,
            ..SchedAttr::default()
        };
        scheduler::set_scheduler(attributes).doing(|| "scheduler".to_owned())?;
    }
    if let Some((class, priority)) = wanted.io_priority {
        scheduler::set_io_priority(class, priority).doing(|| "I/O priority".to_owned())?;
    }
    if let Some(policy) = &wanted.container.memory_policy {
        scheduler::set_memory_policy(policy.mode, &policy.nodes).doing(|| "memory policy".to_owned())?;
    }
    if let Some(domain) = wanted.container.personality {
        scheduler::set_personality(domain).doing(|| "personality".to_owned())?;
    }
    Ok(())
}

/// The processors for a program that joins, before it is in the container's cgroups.
///
/// # Errors
/// `sched_setaffinity(2)`'s.
pub fn start_on(affinity: &Affinity) -> Result<()> {
    on(&affinity.initial)
}

/// The processors for a program that joins, now that it is there.
///
/// # Errors
/// `sched_setaffinity(2)`'s.
pub fn stay_on(affinity: &Affinity) -> Result<()> {
    on(&affinity.last)
}

fn on(processors: &[u32]) -> Result<()> {
    if processors.is_empty() {
        return Ok(());
    }
    scheduler::set_affinity(processors).doing(|| format!("CPU affinity {processors:?}"))
}

/// Says whose rules hold from the next execve on. It needs the host's /proc, which nobody inside could have put
/// something else in the place of (CVE-2019-16884).
///
/// # Errors
/// write(2)'s: ENOENT for a profile that is not loaded, EINVAL for a label that the policy lacks.
pub fn label(labels: &Labels) -> Result<()> {
    if let Some(profile) = &labels.apparmor {
        // Where several security modules share /proc/self/attr, this one has a directory of its own (Linux 5.8).
        let own = Path::new("/proc/self/attr/apparmor/exec");
        let path = if own.exists() { own } else { Path::new("/proc/self/attr/exec") };
        file::write(path, &format!("exec {profile}")).doing(|| format!("AppArmor profile {profile}"))?;
    }
    if let Some(label) = &labels.selinux {
        file::write(Path::new("/proc/self/attr/exec"), label).doing(|| format!("SELinux label {label}"))?;
    }
    Ok(())
}
