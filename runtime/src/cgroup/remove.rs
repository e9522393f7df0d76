//! Taking the container's cgroups away. What lies above them stays, as runc has it: it may be others' too.

use std::path::Path;

use nix::errno::Errno;

use super::{children, freezer, processes};
use crate::error::{Doing, Result};
use crate::facts::Hierarchy;
use crate::plan::CgroupDirectory;
use crate::sys::file;

/// Removes the container's directories, with what the container made below them, and ends whatever is
/// left in them. What is gone already is no error.
///
/// # Errors
/// The first directory that would not go; the others go all the same.
pub fn remove(directories: &[CgroupDirectory]) -> Result<()> {
    let mut first = Ok(());
    for directory in directories {
        first = first.and(remove_directory(&directory.path, directories));
    }
    first
}

fn remove_directory(directory: &Path, all: &[CgroupDirectory]) -> Result<()> {
    let doing = || format!("remove cgroup {}", directory.display());
    match file::rmdir(directory) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        Err(error) if error.errno == Errno::EBUSY => {
            for child in children(directory) {
                remove_directory(&child, all)?;
            }
            freezer::let_die(all);
            processes::end(directory);
            match file::rmdir(directory) {
                Err(error) if error.errno == Errno::ENOENT => Ok(()),
                removed => removed.doing(doing),
            }
        }
        removed => removed.doing(doing),
    }
}

/// Removes the directory `parent` from every hierarchy where nothing is in it.
pub fn remove_empty(hierarchies: &[Hierarchy], parent: &str) {
    for hierarchy in hierarchies {
        // One that is not empty, or not there, stays as it is.
        let _ = file::rmdir(&hierarchy.mount.join(parent));
    }
}
