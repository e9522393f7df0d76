//! `pontoon update`.

use std::io::Read;
use std::path::Path;

use oci_spec::runtime::{
    LinuxBlockIoBuilder, LinuxCpu, LinuxMemory, LinuxPidsBuilder, LinuxResources, LinuxResourcesBuilder,
};

use crate::cgroup;
use crate::cli::UpdateArgs;
use crate::error::{Doing, Error, Result};
use crate::plan::resources;
use crate::state::State;

/// Changes the limits of a container; what is not given stays as it is.
///
/// # Errors
/// A container that has ended; a limit that can't be: then those that were changed before it are put back.
pub(super) fn update(state: &State, arguments: &UpdateArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    container.running("be updated")?;
    refuse_rdt(arguments)?;
    let wanted = match &arguments.resources {
        Some(path) => read(path)?,
        None => from_flags(arguments),
    };
    let cgroups = &container.record.cgroups;
    let settings = resources::settings(&wanted, cgroups, &cgroup::present(cgroups))?;
    cgroup::update(cgroups, &settings)?;
    Ok(0)
}

/// Rules about devices are not changed, nor does runc.
fn read(path: &Path) -> Result<LinuxResources> {
    let mut text = String::new();
    let doing = || format!("--resources {}", path.display());
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).doing(doing)?;
    } else {
        text = std::fs::read_to_string(path).doing(doing)?;
    }
    serde_json::from_str(&text)
        .map_err(|error| Error::Config { path: path.to_owned(), problem: error.to_string() })
}

fn from_flags(arguments: &UpdateArgs) -> LinuxResources {
    let mut cpu = LinuxCpu::default();
    cpu.set_shares(arguments.cpu_share)
        .set_quota(arguments.cpu_quota)
        .set_period(arguments.cpu_period)
        .set_burst(arguments.cpu_burst)
        .set_idle(arguments.cpu_idle)
        .set_realtime_period(arguments.cpu_rt_period)
        .set_realtime_runtime(arguments.cpu_rt_runtime)
        .set_cpus(arguments.cpuset_cpus.clone())
        .set_mems(arguments.cpuset_mems.clone());
    let mut memory = LinuxMemory::default();
    #[allow(deprecated)]
    memory
        .set_limit(arguments.memory)
        .set_swap(arguments.memory_swap)
        .set_reservation(arguments.memory_reservation)
        .set_kernel(arguments.kernel_memory)
        .set_kernel_tcp(arguments.kernel_memory_tcp);
    let weight = arguments.blkio_weight.unwrap_or(0);
    let block_io = LinuxBlockIoBuilder::default().weight(weight).build().expect("plain values");
    let limit = arguments.pids_limit.unwrap_or(0);
    let pids = LinuxPidsBuilder::default().limit(limit).build().expect("plain values");
    let resources = LinuxResourcesBuilder::default().cpu(cpu).memory(memory).block_io(block_io).pids(pids);
    resources.build().expect("plain values")
}

/// No container is in a group of Intel RDT yet, so none can be changed.
fn refuse_rdt(arguments: &UpdateArgs) -> Result<()> {
    let problem = if arguments.l3_cache_schema.is_some() {
        "Intel RDT/CAT: l3 cache schema is not enabled"
    } else if arguments.mem_bw_schema.is_some() {
        "Intel RDT/MBA: memory bandwidth schema is not enabled"
    } else {
        return Ok(());
    };
    Err(Error::Usage(problem.to_owned()))
}
