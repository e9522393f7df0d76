//! Writing limits, before a container's program runs and while it does.

use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use super::{make, processes, unified, with_controller};
use crate::error::{Doing, Error, Result};
use crate::plan::resources::Present;
use crate::plan::{Cgroup, CgroupDirectory, CgroupVersion, Setting};
use crate::sys;
use crate::sys::file;
use crate::sys::gate::rehearsing;

/// Writes what a new container's directories of one version are limited to.
pub(super) fn write(cgroup: &Cgroup, version: CgroupVersion) -> Result<()> {
    let mine: Vec<&Setting> = cgroup.settings.iter().filter(|setting| setting.version == version).collect();
    if version == CgroupVersion::V2 && !mine.is_empty() {
        make::offer_from_above(&cgroup.directories);
    }
    write_all(&mine)
}

/// Writes settings in their order. The kernel refuses a value (EINVAL) that does not go with what another file
/// holds: memory above memory and swap, a burst above the quota. So what it refuses is tried again once the others
/// have been written, as long as that helps.
fn write_all(settings: &[&Setting]) -> Result<()> {
    let mut left: Vec<&Setting> = settings.to_vec();
    loop {
        let mut refused = Vec::new();
        let mut first = Ok(());
        for setting in &left {
            match write_one(setting) {
                Err(Error::System { doing, source }) if source.errno == Errno::EINVAL => {
                    refused.push(*setting);
                    first = first.and(Err(Error::System { doing, source }));
                }
                written => written?,
            }
        }
        if refused.is_empty() || refused.len() == left.len() {
            return first;
        }
        left = refused;
    }
}

fn write_one(setting: &Setting) -> Result<()> {
    for (name, value) in &setting.ways {
        let path = setting.directory.join(name);
        match file::write(&path, value) {
            Err(error) if error.errno == Errno::ENOENT => {}
            Err(error) if error.errno == Errno::EBUSY && name == "memory.limit_in_bytes" => {
                return Err(in_use(setting, value, &error));
            }
            written => return written.doing(|| setting.field.clone()),
        }
    }
    if setting.optional { Ok(()) } else { Err(no_such_file(setting)) }
}

/// runc's words for a limit that can't be reached by giving memory back.
fn in_use(setting: &Setting, value: &str, error: &sys::Error) -> Error {
    let read = |name: &str| number(&setting.directory.join(name)).unwrap_or_default();
    let (usage, peak) = (read("memory.usage_in_bytes"), read("memory.max_usage_in_bytes"));
    Error::Usage(format!(
        "{}: unable to set memory limit to {value} (current usage: {usage}, peak usage: {peak}): {}",
        setting.field,
        error.errno.desc()
    ))
}

fn no_such_file(setting: &Setting) -> Error {
    let Setting { field, controller, directory, version, ways, .. } = setting;
    let names: Vec<&str> = ways.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(" or ");
    let there = fs::read_to_string(directory.join("cgroup.controllers")).unwrap_or_default();
    let has = *version == CgroupVersion::V1 || there.split_whitespace().any(|other| other == controller);
    let lacks = if has {
        format!("controller {controller} has no")
    } else {
        format!("no controller {controller}, no")
    };
    Error::Usage(format!("{field}: {lacks} {names} in {}", directory.display()))
}

/// A file that holds one number.
fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim_end().parse().ok()
}

/// What a running container has, as far as an update rests on it.
pub fn present(directories: &[CgroupDirectory]) -> Present {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    if let Some(memory) = with_controller(directories, "memory") {
        let memory_usage = number(&memory.join("memory.usage_in_bytes")).unwrap_or_default();
        return Present { memory_usage, ..Present::default() };
    }
    let Some(directory) = unified(directories) else { return Present::default() };
    Present {
        memory_limit: read(directory.join("memory.max")).trim_end().parse().ok(),
        memory_usage: number(&directory.join("memory.current")).unwrap_or_default(),
        quota: read(directory.join("cpu.max")).split_whitespace().next().map(str::to_owned),
    }
}

/// Changes the limits of a container that is there. Where one is refused, those that were changed before are put
/// back.
///
/// # Errors
/// The limit that was refused: the field, the file, the kernel's words.
pub fn update(directories: &[CgroupDirectory], settings: &[Setting]) -> Result<()> {
    let asked = |directory: &&CgroupDirectory| {
        let wanted = settings.iter().any(|setting| setting.directory == directory.path);
        directory.spare && wanted && !directory.path.exists()
    };
    let new: Vec<&CgroupDirectory> = directories.iter().filter(asked).collect();
    if settings.iter().any(|setting| setting.version == CgroupVersion::V2) {
        make::offer_from_above(directories);
    }
    let before = contents(settings);
    let all: Vec<&Setting> = settings.iter().collect();
    let updated = new
        .iter()
        .try_for_each(|directory| make::make_directory(directory))
        .and_then(|()| write_all(&all))
        .and_then(|()| new.iter().try_for_each(|directory| move_into(directory, directories)));
    if updated.is_err() {
        put_back(before);
        for directory in new {
            // Where it holds somebody by now, it stays as part of the container.
            let _ = file::rmdir(&directory.path);
        }
    }
    updated
}

/// What the files of settings hold: one line each, which can be written back; of lists of devices nothing.
fn contents(settings: &[Setting]) -> Vec<(PathBuf, String)> {
    let mut contents = Vec::new();
    for setting in settings {
        for (name, _) in &setting.ways {
            let path = setting.directory.join(name);
            if let Ok(text) = fs::read_to_string(&path)
                && text.lines().count() == 1
            {
                contents.push((path, text.trim_end().to_owned()));
            }
        }
    }
    contents
}

/// In any order, as far as it goes: the error that led here is the one that is told.
fn put_back(before: Vec<(PathBuf, String)>) {
    let mut left = before;
    loop {
        let count = left.len();
        left.retain(|(path, value)| file::write(path, value).is_err());
        if left.is_empty() || left.len() == count {
            return;
        }
    }
}

/// Moves a container's processes into a directory that it had no need of before, until none is born outside.
fn move_into(directory: &CgroupDirectory, directories: &[CgroupDirectory]) -> Result<()> {
    let list = directory.path.join("cgroup.procs");
    loop {
        let inside = processes::processes_below(&directory.path);
        let mut outside = processes::processes_in_all(directories);
        outside.retain(|pid| !inside.contains(pid));
        if outside.is_empty() {
            return Ok(());
        }
        for pid in outside {
            match file::write(&list, &pid.to_string()) {
                Err(error) if error.errno == Errno::ESRCH => {}
                moved => moved.doing(|| format!("move process {pid} into {}", directory.path.display()))?,
            }
        }
        if rehearsing() {
            return Ok(());
        }
    }
}
