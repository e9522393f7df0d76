//! Whose the container's cgroup is.

use std::path::Path;

use super::unified;
use crate::error::{Doing, Result};
use crate::plan::Cgroup;
use crate::sys::file;

/// What the owner of a cgroup has to own besides its directory, where the kernel does not say (cgroups(7), delegation).
const DELEGATED: &str = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

/// Gives the container's v2 cgroup to a user, who may then share it out (config-linux.md, cgroup ownership).
///
/// # Errors
/// chown(2)'s.
pub fn give(cgroup: &Cgroup, owner: u32) -> Result<()> {
    let Some(directory) = unified(&cgroup.directories) else { return Ok(()) };
    let delegated = std::fs::read_to_string("/sys/kernel/cgroup/delegate").unwrap_or(DELEGATED.to_owned());
    let files = delegated.lines().map(|name| directory.join(name)).filter(|file| file.exists());
    let give = |path: &Path| file::chown_path(path, owner).doing(|| format!("cgroup {}", path.display()));
    give(directory)?;
    files.into_iter().try_for_each(|file| give(&file))
}
