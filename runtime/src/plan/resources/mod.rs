//! `linux.resources` (config-linux.md) as values of files of the container's cgroup, on either version.
//!
//! The specification speaks the language of cgroup v1; its values are converted for v2 as runc does. A value of
//! zero asks for nothing, where the specification does not say otherwise: callers send what they do not mean.

mod block_io;
mod cpu;
mod memory;

use std::collections::BTreeMap;
use std::path::PathBuf;

use oci_spec::runtime::{LinuxHugepageLimit, LinuxNetwork, LinuxPids, LinuxRdma, LinuxResources};
use serde::Serialize;

use super::{CgroupDirectory, CgroupVersion};
use crate::error::{Error, Result};

/// One value to be written into the container's cgroup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The field of config.json that asks for it.
    pub field: String,
    /// The controller that has the file.
    pub controller: String,
    /// The container's directory in that controller's hierarchy.
    pub directory: PathBuf,
    /// The version of that hierarchy.
    pub version: CgroupVersion,
    /// Names of files and their values; the first file that is there is written.
    pub ways: Vec<(String, String)>,
    /// Whether nothing is lost where there is none of the files.
    pub optional: bool,
}

/// What a running container has, as far as an update rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Present {
    /// Its limit of memory, in bytes; `None` where nothing limits it.
    pub memory_limit: Option<i64>,
    /// How much memory it uses, in bytes.
    pub memory_usage: u64,
    /// The first word of cpu.max: microseconds, or `max`.
    pub quota: Option<String>,
}

/// The files of one version that a field stands for: names and values, the first that is there.
type Ways<'a> = Option<Vec<(&'a str, String)>>;

/// One file; a value is a number or a text.
#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)] // so that calls read as tables
fn file(name: &str, value: impl ToString) -> Ways<'_> {
    Some(vec![(name, value.to_string())])
}

/// A limit as cgroup v2 writes it: nothing below zero, but `max`.
fn or_max(limit: i64) -> String {
    if limit < 0 { "max".to_owned() } else { limit.to_string() }
}

/// Where values go.
struct Files<'a> {
    directories: &'a [CgroupDirectory],
    settings: Vec<Setting>,
}

impl Files<'_> {
    /// The hierarchy of a controller: a v1 hierarchy that has it, otherwise v2's.
    fn place(&self, controller: &str) -> Option<&CgroupDirectory> {
        let v1 = self.directories.iter().find(|directory| directory.has(controller));
        v1.or_else(|| self.directories.iter().find(|directory| directory.version == CgroupVersion::V2))
    }

    /// The version of that hierarchy.
    fn version(&self, controller: &str) -> Option<CgroupVersion> {
        self.place(controller).map(|directory| directory.version)
    }

    /// A value for the files of `v1` or of `v2`; `None` where that version has no such thing.
    fn put(&mut self, controller: &str, field: &str, v1: Ways<'_>, v2: Ways<'_>) -> Result<()> {
        self.put_one(controller, field, v1, v2, false)
    }

    /// The same, for files that need not be there.
    fn put_if_there(&mut self, controller: &str, field: &str, v1: Ways<'_>, v2: Ways<'_>) -> Result<()> {
        self.put_one(controller, field, v1, v2, true)
    }

    fn put_one(
        &mut self,
        controller: &str,
        field: &str,
        v1: Ways<'_>,
        v2: Ways<'_>,
        optional: bool,
    ) -> Result<()> {
        let field = format!("linux.resources.{field}");
        let names = |ways: Ways<'_>| -> Vec<(String, String)> {
            ways.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
        };
        let Some(place) = self.place(controller) else {
            let file = names(v1).into_iter().chain(names(v2)).map(|(name, _)| name).next();
            let file = file.unwrap_or_default();
            let problem = format!("no cgroup hierarchy with controller {controller} ({file}) is mounted");
            return Err(Error::Usage(format!("{field}: {problem}")));
        };
        let ways = match place.version {
            CgroupVersion::V1 => v1,
            // What only v1 has is said to be missing there: on a hybrid host it may be mounted.
            CgroupVersion::V2 if v2.is_none() => {
                let file = names(v1).into_iter().map(|(name, _)| name).next().unwrap_or_default();
                let problem =
                    format!("no hierarchy of cgroup v1 with controller {controller} ({file}) is mounted");
                return Err(Error::Usage(format!("{field}: {problem}, and cgroup v2 has no such setting")));
            }
            CgroupVersion::V2 => v2,
        };
        let setting = Setting {
            field,
            controller: controller.to_owned(),
            directory: place.path.clone(),
            version: place.version,
            ways: names(ways),
            optional,
        };
        self.settings.push(setting);
        Ok(())
    }
}

/// What is written, in its order. Values that depend on each other are tried again by the one who writes them.
///
/// # Errors
/// A value that means nothing, or a resource that nothing here limits: the field, the controller, the file.
pub fn settings(
    resources: &LinuxResources,
    directories: &[CgroupDirectory],
    present: &Present,
) -> Result<Vec<Setting>> {
    let mut files = Files { directories, settings: Vec::new() };
    if let Some(cpu) = resources.cpu() {
        cpu::cpuset(&mut files, cpu)?;
        cpu::cpu(&mut files, cpu, present)?;
    }
    if let Some(memory) = resources.memory() {
        memory::memory(&mut files, memory, present)?;
    }
    if let Some(wanted) = resources.pids() {
        pids(&mut files, *wanted)?;
    }
    if let Some(block_io) = resources.block_io() {
        block_io::block_io(&mut files, block_io)?;
    }
    for limit in resources.hugepage_limits().as_deref().unwrap_or_default() {
        hugepages(&mut files, limit)?;
    }
    if let Some(wanted) = resources.network() {
        network(&mut files, wanted)?;
    }
    let rdma_devices: BTreeMap<_, _> = resources.rdma().iter().flatten().collect();
    for (device, limits) in rdma_devices {
        rdma(&mut files, device, *limits)?;
    }
    let keys: BTreeMap<_, _> = resources.unified().iter().flatten().collect();
    for (key, value) in keys {
        unified(&mut files, key, value)?;
    }
    Ok(files.settings)
}

fn pids(files: &mut Files<'_>, pids: LinuxPids) -> Result<()> {
    let limit = pids.limit();
    let value = || file("pids.max", or_max(limit));
    if limit == 0 { Ok(()) } else { files.put("pids", "pids.limit", value(), value()) }
}

/// Both limits: of what is used, and of what is reserved, where the kernel has it (Linux 5.7).
fn hugepages(files: &mut Files<'_>, wanted: &LinuxHugepageLimit) -> Result<()> {
    let size = wanted.page_size();
    let number = size.strip_suffix("KB").or(size.strip_suffix("MB")).or(size.strip_suffix("GB"));
    let plain = |number: &str| !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    if !number.is_some_and(|number| !number.is_empty() && plain(number)) {
        let problem = format!("pageSize {size:?} is no size like 64KB, 2MB or 1GB");
        return Err(Error::Usage(format!("linux.resources.hugepageLimits: {problem}")));
    }
    let limit = wanted.limit();
    let field = format!("hugepageLimits {size}");
    let names =
        |rsvd: &str| (format!("hugetlb.{size}.{rsvd}limit_in_bytes"), format!("hugetlb.{size}.{rsvd}max"));
    let (v1, v2) = names("");
    files.put("hugetlb", &field, file(&v1, limit), file(&v2, or_max(limit)))?;
    let (v1, v2) = names("rsvd.");
    files.put_if_there("hugetlb", &field, file(&v1, limit), file(&v2, or_max(limit)))
}

fn network(files: &mut Files<'_>, network: &LinuxNetwork) -> Result<()> {
    if let Some(class) = network.class_id() {
        files.put("net_cls", "network.classID", file("net_cls.classid", class), None)?;
    }
    for priority in network.priorities().as_deref().unwrap_or_default() {
        let value = format!("{} {}", priority.name(), priority.priority());
        files.put("net_prio", "network.priorities", file("net_prio.ifpriomap", value), None)?;
    }
    Ok(())
}

fn rdma(files: &mut Files<'_>, device: &str, limits: LinuxRdma) -> Result<()> {
    let named = [("hca_handle", limits.hca_handles()), ("hca_object", limits.hca_objects())];
    let words: Vec<String> =
        named.iter().filter_map(|(name, limit)| Some(format!("{name}={}", (*limit)?))).collect();
    if words.is_empty() {
        return Ok(());
    }
    let value = format!("{device} {}", words.join(" "));
    files.put("rdma", &format!("rdma {device}"), file("rdma.max", &value), file("rdma.max", &value))
}

/// Files of cgroup v2 by their names.
fn unified(files: &mut Files<'_>, key: &str, value: &str) -> Result<()> {
    let wrong = |problem: &str| Err(Error::Usage(format!("linux.resources.unified: {key:?}: {problem}")));
    if key.is_empty() || key.contains(['/', '\0']) || key.starts_with('.') {
        return wrong("must be a file name (no slashes)");
    }
    let controller = key.split('.').next().unwrap_or_default();
    let Some(place) = files.directories.iter().find(|it| it.version == CgroupVersion::V2) else {
        return wrong("cannot use unified on cgroup v1");
    };
    if files.version(controller) == Some(CgroupVersion::V1) {
        return wrong(&format!("cannot use unified on cgroup v1, which has controller {controller} here"));
    }
    files.settings.push(Setting {
        field: format!("linux.resources.unified {key}"),
        controller: controller.to_owned(),
        directory: place.path.clone(),
        version: CgroupVersion::V2,
        ways: vec![(key.to_owned(), value.to_owned())],
        optional: false,
    });
    Ok(())
}

#[cfg(test)]
mod tests;
