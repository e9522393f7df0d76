//! Fields of config.json that are not applied yet. They are refused: what a bundle asks for is done or
//! denied, never ignored.

use std::collections::HashMap;

use oci_spec::runtime::{Linux, LinuxResources, Process, Spec};

use crate::error::{Error, Result};

/// Whether an optional list, map or text asks for anything.
fn asks<T>(field: Option<&T>, empty: impl Fn(&T) -> bool) -> bool {
    field.is_some_and(|value| !empty(value))
}

/// The first field that asks for something that is not applied yet.
///
/// # Errors
/// That field.
pub(super) fn supported(spec: &Spec) -> Result<()> {
    let mut fields = vec![("vm", spec.vm().is_some())];
    if let Some(process) = spec.process() {
        fields.extend(process_fields(process));
    }
    if let Some(linux) = spec.linux() {
        fields.extend(linux_fields(linux));
        if let Some(resources) = linux.resources() {
            fields.extend(resource_fields(resources));
        }
    }
    match fields.iter().find(|(_, asked)| *asked) {
        Some((field, _)) => Err(Error::Unsupported { field: (*field).to_owned() }),
        None => Ok(()),
    }
}

fn process_fields(process: &Process) -> [(&'static str, bool); 5] {
    [
        ("process.apparmorProfile", asks(process.apparmor_profile().as_ref(), String::is_empty)),
        ("process.selinuxLabel", asks(process.selinux_label().as_ref(), String::is_empty)),
        ("process.ioPriority", process.io_priority().is_some()),
        ("process.scheduler", process.scheduler().is_some()),
        ("process.execCPUAffinity", process.exec_cpu_affinity().is_some()),
    ]
}

fn linux_fields(linux: &Linux) -> [(&'static str, bool); 9] {
    [
        ("linux.uidMappings", asks(linux.uid_mappings().as_ref(), Vec::is_empty)),
        ("linux.gidMappings", asks(linux.gid_mappings().as_ref(), Vec::is_empty)),
        ("linux.sysctl", asks(linux.sysctl().as_ref(), HashMap::is_empty)),
        ("linux.mountLabel", asks(linux.mount_label().as_ref(), String::is_empty)),
        ("linux.intelRdt", linux.intel_rdt().is_some()),
        ("linux.memoryPolicy", linux.memory_policy().is_some()),
        ("linux.personality", linux.personality().is_some()),
        ("linux.timeOffsets", asks(linux.time_offsets().as_ref(), HashMap::is_empty)),
        ("linux.netDevices", asks(linux.net_devices().as_ref(), HashMap::is_empty)),
    ]
}

fn resource_fields(resources: &LinuxResources) -> [(&'static str, bool); 8] {
    [
        ("linux.resources.memory", resources.memory().is_some()),
        ("linux.resources.cpu", resources.cpu().is_some()),
        ("linux.resources.pids", resources.pids().is_some()),
        ("linux.resources.blockIO", resources.block_io().is_some()),
        ("linux.resources.hugepageLimits", asks(resources.hugepage_limits().as_ref(), Vec::is_empty)),
        ("linux.resources.network", resources.network().is_some()),
        ("linux.resources.rdma", asks(resources.rdma().as_ref(), HashMap::is_empty)),
        ("linux.resources.unified", asks(resources.unified().as_ref(), HashMap::is_empty)),
    ]
}
