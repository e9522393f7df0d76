//! Making the container's directories, with their limits.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;

use super::{devices, freezer, join, of_version, processes, settings, with_controller};
use crate::error::{Doing, Error, Result};
use crate::plan::{Cgroup, CgroupDirectory, CgroupVersion};
use crate::sys::file;

/// Makes the container's directory of the v2 hierarchy, where there is one: clone3 puts the child there.
///
/// # Errors
/// A hierarchy that can't be written; a directory in which processes are already; a limit that the kernel refuses.
pub fn make_v2(cgroup: &Cgroup) -> Result<Option<OwnedFd>> {
    for directory in of_version(&cgroup.directories, CgroupVersion::V2) {
        make_directory(directory)?;
    }
    settings::write(cgroup, CgroupVersion::V2)?;
    let birthplace = join::open_v2(&cgroup.directories)?;
    let v1_devices = with_controller(&cgroup.directories, "devices").is_some();
    match &birthplace {
        _ if cgroup.device_rules.is_empty() || v1_devices => {}
        Some(directory) => devices::rules_v2(directory.as_fd(), &cgroup.device_rules)?,
        None => {
            let problem = "linux.resources.devices: no cgroup hierarchy is mounted that could hold to it";
            return Err(Error::Usage(problem.to_owned()));
        }
    }
    Ok(birthplace)
}

/// Makes the container's directories of the v1 hierarchies, which the child joins by [`super::join_v1`]. They are
/// many, so this is done while the child mounts.
///
/// # Errors
/// A hierarchy that can't be written; a directory in which processes are already; a limit that the kernel refuses.
pub fn make_v1(cgroup: &Cgroup) -> Result<()> {
    for directory in of_version(&cgroup.directories, CgroupVersion::V1).filter(|directory| !directory.spare) {
        make_directory(directory)?;
        if directory.has("devices") && !cgroup.device_rules.is_empty() {
            devices::rules_v1(&directory.path, &cgroup.device_rules)?;
        }
    }
    settings::write(cgroup, CgroupVersion::V1)
}

/// Refuses a place that config.json chose and in which others live: before anything is recorded, because what is
/// recorded as a container's ends with it.
///
/// # Errors
/// A process that is there; a cgroup that is frozen.
pub fn refuse_taken(cgroup: &Cgroup) -> Result<()> {
    if !cgroup.chosen {
        return Ok(());
    }
    cgroup.directories.iter().filter(|directory| directory.path.exists()).try_for_each(free)
}

/// Makes one directory. One that is there already will do, if nobody lives in it.
pub(super) fn make_directory(directory: &CgroupDirectory) -> Result<()> {
    let doing = || format!("cgroup {}", directory.path.display());
    match file::mkdir(&directory.path, 0o755) {
        Err(error) if error.errno == Errno::ENOENT => {
            make_parents(directory)?;
            file::mkdir(&directory.path, 0o755).doing(doing)?;
        }
        Err(error) if error.errno == Errno::EEXIST => free(directory)?,
        made => made.doing(doing)?,
    }
    if directory.version == CgroupVersion::V1 && directory.has("cpuset") {
        inherit_cpuset(&directory.path)?;
    }
    Ok(())
}

/// Whether a directory that somebody else made can be the container's: what is in it ends with the container.
fn free(directory: &CgroupDirectory) -> Result<()> {
    let path = directory.path.display();
    if let [pid, ..] = processes::processes_below(&directory.path).as_slice() {
        return Err(Error::Usage(format!("cgroup {path} exists already, and process {pid} is in it")));
    }
    if freezer::is_frozen(std::slice::from_ref(directory)) {
        return Err(Error::Usage(format!("cgroup {path} exists already, and is frozen")));
    }
    Ok(())
}

/// The directories above the container's, once for all containers, set up so that what is made in them
/// works at once.
fn make_parents(directory: &CgroupDirectory) -> Result<()> {
    let above = directory.path.parent().unwrap_or(&directory.mount);
    let names = above.strip_prefix(&directory.mount).unwrap_or(Path::new(""));
    let mut parent = directory.mount.clone();
    for name in names {
        offer_controllers(directory.version, &parent);
        parent.push(name);
        match file::mkdir(&parent, 0o755) {
            Err(error) if error.errno == Errno::EEXIST => {}
            made => made.doing(|| format!("cgroup {}", parent.display()))?,
        }
        if directory.version == CgroupVersion::V1 && directory.has("cpuset") {
            inherit_cpuset(&parent)?;
        }
    }
    offer_controllers(directory.version, &parent);
    Ok(())
}

/// Has every directory above the container's offer what can be offered: limits are asked for, and somebody else
/// may have made those directories.
pub(super) fn offer_from_above(directories: &[CgroupDirectory]) {
    let Some(directory) = of_version(directories, CgroupVersion::V2).next() else { return };
    let above: Vec<&Path> = directory.path.ancestors().skip(1).collect();
    for parent in above.into_iter().rev().filter(|parent| parent.starts_with(&directory.mount)) {
        offer_controllers(CgroupVersion::V2, parent);
    }
}

/// On v2 a directory has the controllers that the one above offers. One that can't be offered (the host's
/// root may hold processes, or keep some for itself) is missing there, and who asks for it is told.
fn offer_controllers(version: CgroupVersion, directory: &Path) {
    if version == CgroupVersion::V1 {
        return;
    }
    let offered = fs::read_to_string(directory.join("cgroup.controllers")).unwrap_or_default();
    let switched = fs::read_to_string(directory.join("cgroup.subtree_control")).unwrap_or_default();
    for controller in offered.split_whitespace() {
        if !switched.split_whitespace().any(|other| other == controller) {
            let _ = file::write(&directory.join("cgroup.subtree_control"), &format!("+{controller}"));
        }
    }
}

/// A new cpuset of v1 is empty, and nobody can join it: it takes what is above, unless it has something, and passes
/// it on by itself.
fn inherit_cpuset(directory: &Path) -> Result<()> {
    let doing = || format!("cgroup {}", directory.display());
    for name in ["cpuset.cpus", "cpuset.mems"] {
        let above = directory.parent().unwrap_or(directory).join(name);
        let own = fs::read_to_string(directory.join(name)).unwrap_or_default();
        if own.trim().is_empty() {
            let value = fs::read_to_string(&above).doing(|| format!("read {}", above.display()))?;
            file::write(&directory.join(name), value.trim_end()).doing(doing)?;
        }
    }
    file::write(&directory.join("cgroup.clone_children"), "1").doing(doing)
}
