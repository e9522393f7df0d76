//! Getting into the container's cgroups.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use super::of_version;
use crate::error::{Doing, Error, Result};
use crate::plan::{self, CgroupDirectory, CgroupVersion};
use crate::sys::file;

/// The container's directory of the v2 hierarchy, where there is one.
///
/// # Errors
/// open(2)'s.
pub fn open_v2(directories: &[CgroupDirectory]) -> Result<Option<OwnedFd>> {
    let open = |directory: &CgroupDirectory| {
        file::directory(&directory.path).doing(|| format!("cgroup {}", directory.path.display()))
    };
    of_version(directories, CgroupVersion::V2).next().map(open).transpose()
}

/// Moves the calling process, which has one thread, into the container's v1 cgroups.
///
/// # Errors
/// open(2)'s and write(2)'s.
pub fn join_v1(directories: &[CgroupDirectory]) -> Result<()> {
    for directory in of_version(directories, CgroupVersion::V1).filter(|directory| !directory.spare) {
        let tasks = directory.path.join("tasks");
        file::write(&tasks, "0").doing(|| format!("join cgroup {}", directory.path.display()))?;
    }
    Ok(())
}

/// The directories that a further process of a container joins, whose first process is `init`: the container's
/// own, or those below it that the arguments of `exec --cgroup` name, which must be there.
///
/// On v2, a container that has shared its cgroup out takes no processes in itself: then it is the first process'
/// own cgroup.
///
/// # Errors
/// Arguments that name nothing; a sub-cgroup that is not there.
pub fn joinable(
    directories: &[CgroupDirectory],
    arguments: &[String],
    init: i32,
) -> Result<Vec<CgroupDirectory>> {
    let mut joined = plan::cgroup::below(arguments, directories)?;
    for (directory, own) in joined.iter_mut().zip(directories) {
        // An update may have made it meanwhile.
        directory.spare &= !directory.path.exists();
        let unused = own.spare && !own.path.exists();
        if directory.path != own.path && !unused && !directory.path.is_dir() {
            let path = directory.path.display();
            return Err(Error::Usage(format!("exec --cgroup: there is no cgroup {path}")));
        }
        if directory.version == CgroupVersion::V2 && arguments.is_empty() && is_shared_out(&own.path) {
            directory.path = place_of(init, own).unwrap_or_else(|| own.path.clone());
        }
    }
    Ok(joined)
}

/// Whether a v2 cgroup gives controllers to those in it.
fn is_shared_out(directory: &Path) -> bool {
    let given = std::fs::read_to_string(directory.join("cgroup.subtree_control")).unwrap_or_default();
    !given.trim().is_empty()
}

/// The v2 cgroup of a process, if it is in `own` or below. What is mounted need not be the hierarchy's root: the
/// path is found by what it ends with.
fn place_of(pid: i32, own: &CgroupDirectory) -> Option<PathBuf> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let path = Path::new(text.lines().find_map(|line| line.strip_prefix("0::"))?);
    let below_mount = own.path.strip_prefix(&own.mount).ok()?;
    let mut above = path.ancestors();
    let place = above.find(|ancestor| ancestor.ends_with(below_mount))?;
    Some(own.path.join(path.strip_prefix(place).ok()?))
}
