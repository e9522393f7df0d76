//! The container's own cgroup: made before its first process, joined by it, removed after it.
//!
//! On cgroup v2 the process is born inside (`CLONE_INTO_CGROUP`). On v1 it moves itself, as a single thread,
//! by writing `0` to `tasks`: a write of another's number to `cgroup.procs` makes the kernel wait for every
//! processor to pass a quiet point, which costs milliseconds.

mod devices;
mod freezer;
mod join;
mod make;
pub mod oom;
mod processes;
mod remove;
mod settings;
pub mod stats;

use std::path::{Path, PathBuf};

use crate::plan::{CgroupDirectory, CgroupVersion};

pub use freezer::{freeze, is_frozen, let_die, thaw};
pub use join::{join_v1, joinable, open_v2};
pub use make::{make_v1, make_v2, refuse_taken};
pub use processes::{kill_all, processes, processes_in_all};
pub use remove::{remove, remove_empty};
pub use settings::{present, update};

fn of_version(
    directories: &[CgroupDirectory],
    version: CgroupVersion,
) -> impl Iterator<Item = &CgroupDirectory> {
    directories.iter().filter(move |directory| directory.version == version)
}

/// The directory of the v1 hierarchy that has a controller.
fn with_controller<'a>(directories: &'a [CgroupDirectory], controller: &str) -> Option<&'a Path> {
    directories.iter().find(|directory| directory.has(controller)).map(|directory| directory.path.as_path())
}

/// The directory of the v2 hierarchy.
fn unified(directories: &[CgroupDirectory]) -> Option<&Path> {
    of_version(directories, CgroupVersion::V2).next().map(|directory| directory.path.as_path())
}

/// The cgroups in a cgroup.
fn children(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path())
}
