//! How the kernel is to treat the program: processors, disk, memory, and the machine it believes to be on.

use oci_spec::runtime::{
    ExecCPUAffinity, IOPriorityClass, Linux, LinuxIOPriority, LinuxMemoryPolicy, LinuxPersonality,
    LinuxPersonalityDomain, LinuxSchedulerFlag, LinuxSchedulerPolicy, MemoryPolicyFlagType,
    MemoryPolicyModeType, Process, Scheduler as Wanted,
};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// More processors, or nodes of memory, than any kernel is built for.
const MOST: u32 = 8192;

/// What the kernel is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scheduling {
    /// `sched_setattr(2)`.
    pub scheduler: Option<Scheduler>,
    /// `ioprio_set(2)`: class and priority.
    pub io_priority: Option<(u32, u32)>,
    /// The processors for a program that joins: until it is in the container's cgroups, and from then on.
    pub affinity: Affinity,
    /// What holds for every program of the container.
    pub container: OfContainer,
}

/// What holds for every program of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OfContainer {
    /// `set_mempolicy(2)`.
    pub memory_policy: Option<MemoryPolicy>,
    /// personality(2).
    pub personality: Option<u64>,
}

/// `process.execCPUAffinity`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Affinity {
    /// The processors at first.
    pub initial: Vec<u32>,
    /// The processors in the container's cgroups.
    #[serde(rename = "final")]
    pub last: Vec<u32>,
}

/// `process.scheduler`, in the kernel's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scheduler {
    /// `SCHED_*`.
    pub policy: u32,
    /// `SCHED_FLAG_*`.
    pub flags: u64,
    /// From -20 to 19.
    pub nice: i32,
    /// From 1 to 99; 0 where the policy has none.
    pub priority: u32,
    /// Nanoseconds, for `SCHED_DEADLINE`.
    pub runtime: u64,
    /// Nanoseconds.
    pub deadline: u64,
    /// Nanoseconds.
    pub period: u64,
}

/// `linux.memoryPolicy`, in the kernel's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryPolicy {
    /// `MPOL_*` with its flags.
    pub mode: i32,
    /// The nodes.
    pub nodes: Vec<u32>,
}

/// What the fields of `process` ask for.
///
/// # Errors
/// Values that the kernel has no meaning for.
pub(super) fn of_process(process: &Process) -> Result<Scheduling> {
    let affinity = process.exec_cpu_affinity().as_ref().map_or_else(|| Ok(Affinity::default()), affinity)?;
    Ok(Scheduling {
        scheduler: process.scheduler().as_ref().map(scheduler).transpose()?,
        io_priority: process.io_priority().as_ref().map(io_priority).transpose()?,
        affinity,
        container: OfContainer::default(),
    })
}

/// What the fields of `linux` ask for.
///
/// # Errors
/// As [`of_process`].
pub(super) fn of_container(linux: &Linux) -> Result<OfContainer> {
    Ok(OfContainer {
        memory_policy: linux.memory_policy().as_ref().map(memory_policy).transpose()?,
        personality: linux.personality().as_ref().map(personality).transpose()?,
    })
}

fn wrong(problem: impl std::fmt::Display) -> Error {
    Error::Usage(format!("config.json: {problem}"))
}

/// As runc checks it: what the policy does not use is not asked for.
fn scheduler(wanted: &Wanted) -> Result<Scheduler> {
    use LinuxSchedulerPolicy as Policy;
    let policy = match wanted.policy() {
        Policy::SchedOther => libc::SCHED_OTHER,
        Policy::SchedFifo => libc::SCHED_FIFO,
        Policy::SchedRr => libc::SCHED_RR,
        Policy::SchedBatch => libc::SCHED_BATCH,
        Policy::SchedIdle => libc::SCHED_IDLE,
        Policy::SchedDeadline => libc::SCHED_DEADLINE,
        Policy::SchedIso => return Err(wrong("process.scheduler: SCHED_ISO: Linux has none")),
    };
    let nice = wanted.nice().unwrap_or(0);
    if !(-20..=19).contains(&nice) {
        return Err(wrong(format!("process.scheduler: nice {nice}: from -20 to 19")));
    }
    let priority = wanted.priority().unwrap_or(0);
    let realtime = matches!(wanted.policy(), Policy::SchedFifo | Policy::SchedRr);
    if !(0..=99).contains(&priority) || priority != 0 && !realtime {
        return Err(wrong(format!(
            "process.scheduler: priority {priority}: from 1 to 99, and only with SCHED_FIFO and SCHED_RR"
        )));
    }
    let times = [wanted.runtime(), wanted.deadline(), wanted.period()].map(|time| time.unwrap_or(0));
    if times != [0; 3] && *wanted.policy() != Policy::SchedDeadline {
        return Err(wrong("process.scheduler: runtime, deadline and period are SCHED_DEADLINE's alone"));
    }
    let [runtime, deadline, period] = times;
    let flags = wanted.flags().iter().flatten().fold(0, |flags, flag| flags | scheduler_flag(*flag));
    let (policy, priority) = (policy.unsigned_abs(), priority.unsigned_abs());
    Ok(Scheduler { policy, flags, nice, priority, runtime, deadline, period })
}

/// `<linux/sched.h>`, `SCHED_FLAG_*`.
fn scheduler_flag(flag: LinuxSchedulerFlag) -> u64 {
    match flag {
        LinuxSchedulerFlag::SchedResetOnFork => 0x01,
        LinuxSchedulerFlag::SchedFlagReclaim => 0x02,
        LinuxSchedulerFlag::SchedFlagDLOverrun => 0x04,
        LinuxSchedulerFlag::SchedFlagKeepPolicy => 0x08,
        LinuxSchedulerFlag::SchedFlagKeepParams => 0x10,
        LinuxSchedulerFlag::SchedFlagUtilClampMin => 0x20,
        LinuxSchedulerFlag::SchedFlagUtilClampMax => 0x40,
    }
}

fn io_priority(wanted: &LinuxIOPriority) -> Result<(u32, u32)> {
    let priority = u32::try_from(wanted.priority())
        .ok()
        .filter(|priority| *priority <= 7)
        .ok_or_else(|| wrong(format!("process.ioPriority: priority {}: from 0 to 7", wanted.priority())))?;
    let class = match wanted.class() {
        IOPriorityClass::IoprioClassRt => 1,
        IOPriorityClass::IoprioClassBe => 2,
        IOPriorityClass::IoprioClassIdle => 3,
    };
    Ok((class, priority))
}

fn affinity(wanted: &ExecCPUAffinity) -> Result<Affinity> {
    let list = |text: &Option<String>| match text {
        Some(text) => numbers(text).map_err(|problem| wrong(format!("process.execCPUAffinity: {problem}"))),
        None => Ok(Vec::new()),
    };
    Ok(Affinity { initial: list(wanted.initial())?, last: list(wanted.cpu_affinity_final())? })
}

/// `<linux/mempolicy.h>`.
fn memory_policy(wanted: &LinuxMemoryPolicy) -> Result<MemoryPolicy> {
    let mode = match wanted.mode() {
        MemoryPolicyModeType::MpolDefault => 0,
        MemoryPolicyModeType::MpolPreferred => 1,
        MemoryPolicyModeType::MpolBind => 2,
        MemoryPolicyModeType::MpolInterleave => 3,
        MemoryPolicyModeType::MpolLocal => 4,
        MemoryPolicyModeType::MpolPreferredMany => 5,
        MemoryPolicyModeType::MpolWeightedInterleave => 6,
    };
    let flags = wanted.flags().iter().flatten().fold(0, |flags, flag| {
        flags
            | match flag {
                MemoryPolicyFlagType::MpolFStaticNodes => 1 << 15,
                MemoryPolicyFlagType::MpolFRelativeNodes => 1 << 14,
                MemoryPolicyFlagType::MpolFNumaBalancing => 1 << 13,
            }
    });
    let nodes = wanted.nodes().as_deref().filter(|nodes| !nodes.is_empty());
    let nodes = nodes.map_or(Ok(Vec::new()), numbers);
    let nodes = nodes.map_err(|problem| wrong(format!("linux.memoryPolicy: nodes: {problem}")))?;
    Ok(MemoryPolicy { mode: mode | flags, nodes })
}

/// `<linux/personality.h>`.
fn personality(wanted: &LinuxPersonality) -> Result<u64> {
    if let Some(flag) = wanted.flags().iter().flatten().next() {
        return Err(wrong(format!("linux.personality: flags: {flag}: the specification knows none")));
    }
    Ok(match wanted.domain() {
        LinuxPersonalityDomain::PerLinux => 0,
        LinuxPersonalityDomain::PerLinux32 => 8,
    })
}

/// A list as the kernel writes it: `0-3,7`.
fn numbers(text: &str) -> std::result::Result<Vec<u32>, String> {
    let number = |text: &str| {
        text.trim()
            .parse::<u32>()
            .ok()
            .filter(|number| *number < MOST)
            .ok_or_else(|| format!("{text:?} is no number below {MOST}"))
    };
    let mut all = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(format!("{part:?} ends before it begins"));
        }
        all.extend(first..=last);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(fields: &str) -> Result<Scheduling> {
        let text = format!(r#"{{"user":{{}},"cwd":"/",{fields}}}"#);
        of_process(&serde_json::from_str(&text).expect("a process"))
    }

    fn refused(fields: &str) -> String {
        process(fields).expect_err("refused").to_string()
    }

    #[test]
    fn lists_are_the_kernels() {
        assert_eq!(numbers("0-3,7"), Ok(vec![0, 1, 2, 3, 7]));
        for bad in ["", "a", "3-1", "0-99999", "-1", "1,,2"] {
            assert!(numbers(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_scheduler_has_what_its_policy_uses() {
        let fifo = process(r#""scheduler":{"policy":"SCHED_FIFO","priority":7}"#).expect("a scheduler");
        let wanted = fifo.scheduler.expect("a scheduler");
        assert_eq!((wanted.policy, wanted.priority, wanted.nice), (1, 7, 0));
        assert!(refused(r#""scheduler":{"policy":"SCHED_OTHER","priority":7}"#).contains("priority 7"));
        assert!(refused(r#""scheduler":{"policy":"SCHED_OTHER","nice":20}"#).contains("nice 20"));
        assert!(refused(r#""scheduler":{"policy":"SCHED_RR","runtime":1}"#).contains("SCHED_DEADLINE"));
        assert!(refused(r#""scheduler":{"policy":"SCHED_ISO"}"#).contains("SCHED_ISO"));
    }

    #[test]
    fn io_priorities_are_eight() {
        let io = |class, priority| {
            process(&format!(r#""ioPriority":{{"class":"IOPRIO_CLASS_{class}","priority":{priority}}}"#))
        };
        assert_eq!(io("IDLE", 0).expect("a priority").io_priority, Some((3, 0)));
        assert_eq!(io("RT", 7).expect("a priority").io_priority, Some((1, 7)));
        assert!(io("BE", 8).is_err() && io("BE", -1).is_err());
    }

    #[test]
    fn personalities_and_policies_are_the_kernels_numbers() {
        let linux = |text: &str| of_container(&serde_json::from_str(text).expect("a section"));
        let both = r#"{"personality":{"domain":"LINUX32"},
            "memoryPolicy":{"mode":"MPOL_BIND","nodes":"0-1","flags":["MPOL_F_STATIC_NODES"]}}"#;
        let found = linux(both).expect("known");
        assert_eq!(found.personality, Some(8));
        assert_eq!(found.memory_policy, Some(MemoryPolicy { mode: 2 | 1 << 15, nodes: vec![0, 1] }));
        assert!(linux(r#"{"personality":{"domain":"LINUX","flags":["X"]}}"#).is_err());
        assert!(linux(r#"{"memoryPolicy":{"mode":"MPOL_BIND","nodes":"x"}}"#).is_err());
    }
}
