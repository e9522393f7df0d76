//! `linux.resources.cpu`.

use oci_spec::runtime::LinuxCpu;

use super::{Files, Present, file};
use crate::error::{Error, Result};
use crate::plan::CgroupVersion;

pub(super) fn cpuset(files: &mut Files<'_>, cpu: &LinuxCpu) -> Result<()> {
    for (name, list) in [("cpus", cpu.cpus()), ("mems", cpu.mems())] {
        if let Some(list) = list.as_ref().filter(|list| !list.is_empty()) {
            let name_of_file = format!("cpuset.{name}");
            let file = || file(&name_of_file, list);
            files.put("cpuset", &format!("cpu.{name}"), file(), file())?;
        }
    }
    Ok(())
}

pub(super) fn cpu(files: &mut Files<'_>, cpu: &LinuxCpu, present: &Present) -> Result<()> {
    const CPU: &str = "cpu";
    if let Some(runtime) = cpu.realtime_runtime().filter(|it| *it != 0) {
        files.put(CPU, "cpu.realtimeRuntime", file("cpu.rt_runtime_us", runtime), None)?;
    }
    if let Some(period) = cpu.realtime_period().filter(|it| *it != 0) {
        files.put(CPU, "cpu.realtimePeriod", file("cpu.rt_period_us", period), None)?;
    }
    if let Some(shares) = cpu.shares().filter(|it| *it != 0) {
        if files.version(CPU) == Some(CgroupVersion::V1) {
            check_shares(shares)?;
        }
        files.put(CPU, "cpu.shares", file("cpu.shares", shares), file("cpu.weight", weight(shares)))?;
    }
    bandwidth(files, cpu, present)?;
    if let Some(burst) = cpu.burst() {
        files.put(CPU, "cpu.burst", file("cpu.cfs_burst_us", burst), file("cpu.max.burst", burst))?;
    }
    if let Some(idle) = cpu.idle() {
        files.put(CPU, "cpu.idle", file("cpu.idle", idle), file("cpu.idle", idle))?;
    }
    Ok(())
}

fn bandwidth(files: &mut Files<'_>, cpu: &LinuxCpu, present: &Present) -> Result<()> {
    const CPU: &str = "cpu";
    let quota = cpu.quota().filter(|it| *it != 0);
    let period = cpu.period().filter(|it| *it != 0);
    if files.version(CPU) == Some(CgroupVersion::V2) {
        let word = |quota: i64| if quota < 0 { "max".to_owned() } else { quota.to_string() };
        let before = || present.quota.clone().unwrap_or_else(|| "max".to_owned());
        // A quota alone leaves the period as it is.
        let (field, value) = match (quota, period) {
            (None, None) => return Ok(()),
            (Some(quota), None) => ("cpu.quota", word(quota)),
            (quota, Some(period)) => ("cpu.period", format!("{} {period}", quota.map_or_else(before, word))),
        };
        return files.put(CPU, field, None, file("cpu.max", value));
    }
    if let Some(period) = period {
        files.put(CPU, "cpu.period", file("cpu.cfs_period_us", period), None)?;
    }
    if let Some(quota) = quota {
        files.put(CPU, "cpu.quota", file("cpu.cfs_quota_us", quota), None)?;
    }
    Ok(())
}

/// The kernel puts other values in their place and says nothing.
fn check_shares(shares: u64) -> Result<()> {
    let problem = match shares {
        0..2 => "the minimum allowed cpu-shares is 2",
        2..=262_144 => return Ok(()),
        _ => "the maximum allowed cpu-shares is 262144",
    };
    Err(Error::Usage(format!("linux.resources.cpu.shares: {problem}")))
}

/// cpu.shares (2 to 262144, usually 1024) as cpu.weight (1 to 10000, usually 100): the curve through these three
/// points that runc and crun draw since 2025.
pub(super) fn weight(shares: u64) -> u64 {
    match shares {
        0..=2 => 1,
        262_144.. => 10_000,
        _ => {
            #[allow(clippy::cast_precision_loss)] // it is below 2^18
            let log = (shares as f64).log2();
            let exponent = (log * log + 125.0 * log) / 612.0 - 7.0 / 34.0;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 1 and 10000
            {
                10f64.powf(exponent).ceil() as u64
            }
        }
    }
}
