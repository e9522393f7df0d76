//! `linux.resources.memory`.

use oci_spec::runtime::LinuxMemory;

use super::{Files, Present, file, or_max};
use crate::error::{Error, Result};
use crate::plan::CgroupVersion;

fn wrong(problem: &str) -> Error {
    Error::Usage(format!("linux.resources.memory: {problem}"))
}

/// A limit that asks for something: -1 lifts it, and zero stands for none given.
fn asked(limit: Option<i64>) -> Option<i64> {
    limit.filter(|limit| *limit != 0)
}

pub(super) fn memory(files: &mut Files<'_>, memory: &LinuxMemory, present: &Present) -> Result<()> {
    const MEMORY: &str = "memory";
    let limit = asked(memory.limit());
    check_usage(memory, limit, present)?;
    let swap = asked(memory.swap());
    if let Some(limit) = limit {
        let v1 = file("memory.limit_in_bytes", limit);
        files.put(MEMORY, "memory.limit", v1, file("memory.max", or_max(limit)))?;
    }
    if let Some(swap) = swap {
        let own = match files.version(MEMORY) {
            Some(CgroupVersion::V2) => own_swap(swap, limit.or(present.memory_limit))?,
            _ => swap,
        };
        let v1 = file("memory.memsw.limit_in_bytes", swap);
        files.put(MEMORY, "memory.swap", v1, file("memory.swap.max", or_max(own)))?;
    } else if limit == Some(-1) {
        // Without a limit of memory, one of memory and swap together would be one all the same.
        let v1 = file("memory.memsw.limit_in_bytes", -1);
        files.put_if_there(MEMORY, "memory.limit", v1, file("memory.swap.max", "max"))?;
    }
    if let Some(reservation) = asked(memory.reservation()) {
        let v1 = file("memory.soft_limit_in_bytes", reservation);
        files.put(MEMORY, "memory.reservation", v1, file("memory.low", or_max(reservation)))?;
    }
    only_on_v1(files, memory)
}

/// What runc looks at before it lowers a limit: the kernel would end processes to come down to it.
fn check_usage(memory: &LinuxMemory, limit: Option<i64>, present: &Present) -> Result<()> {
    let usage = present.memory_usage;
    match limit.map(u64::try_from) {
        Some(Ok(limit)) if memory.check_before_update() == Some(true) && limit < usage => {
            Err(wrong(&format!("rejecting memory limit {limit} < usage {usage}")))
        }
        _ => Ok(()),
    }
}

/// config.json limits memory and swap together, cgroup v2 limits swap alone.
pub(super) fn own_swap(both: i64, limit: Option<i64>) -> Result<i64> {
    match limit {
        _ if both < 0 => Ok(both),
        Some(limit) if limit < 0 => Ok(both),
        None => Err(wrong("unable to set swap limit without memory limit")),
        Some(limit) if both < limit => Err(wrong("memory+swap limit should be >= memory limit")),
        Some(limit) => Ok(both - limit),
    }
}

fn only_on_v1(files: &mut Files<'_>, memory: &LinuxMemory) -> Result<()> {
    const MEMORY: &str = "memory";
    #[allow(deprecated)]
    if let Some(kernel) = asked(memory.kernel()) {
        files.put(MEMORY, "memory.kernel", file("memory.kmem.limit_in_bytes", kernel), None)?;
    }
    if let Some(tcp) = asked(memory.kernel_tcp()) {
        files.put(MEMORY, "memory.kernelTCP", file("memory.kmem.tcp.limit_in_bytes", tcp), None)?;
    }
    if let Some(swappiness) = memory.swappiness() {
        if swappiness > 100 {
            let problem = format!("invalid memory swappiness value: {swappiness} (valid range is 0-100)");
            return Err(wrong(&problem));
        }
        files.put(MEMORY, "memory.swappiness", file("memory.swappiness", swappiness), None)?;
    }
    let v2 = files.version(MEMORY) == Some(CgroupVersion::V2);
    // What cgroup v2 always does need not be set.
    if let Some(disable) = memory.disable_oom_killer().filter(|disable| *disable || !v2) {
        let v1 = file("memory.oom_control", i32::from(disable));
        files.put(MEMORY, "memory.disableOOMKiller", v1, None)?;
    }
    if let Some(hierarchy) = memory.use_hierarchy().filter(|hierarchy| !*hierarchy || !v2) {
        let v1 = file("memory.use_hierarchy", i32::from(hierarchy));
        files.put(MEMORY, "memory.useHierarchy", v1, None)?;
    }
    Ok(())
}
