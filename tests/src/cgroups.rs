//! The cgroups of a test's host: in every hierarchy a directory of its own, which the host sees as the
//! hierarchy's root.
//!
//! So what a runtime leaves there is its own and no other test's, and no runtime sees, nor tidies away,
//! a cgroup of another host.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};

use crate::wait;

/// Names the directories: then come the test's process and a number.
const PREFIX: &str = "pontoon-test-";

/// One directory in every hierarchy of the machine.
pub(crate) struct Cgroups {
    /// The hierarchy's mount point and the directory in it.
    places: Vec<(PathBuf, PathBuf)>,
}

impl Cgroups {
    /// Makes the directories, and removes those of tests that died.
    pub(crate) fn new(number: usize) -> Self {
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let places = hierarchies().into_iter().map(|root| (root.clone(), root.join(&name))).collect();
        let cgroups = Self { places };
        for (root, dir) in &cgroups.places {
            sweep(root);
            make(root, dir).unwrap_or_else(|error| panic!("cgroup {}: {error}", dir.display()));
        }
        cgroups
    }

    /// In the host's mount namespace: puts each directory in the place of its hierarchy's root, which is
    /// taken away, so that the table of mounts has every place once. `aside` is a directory to do it in.
    pub(crate) fn become_roots(&self, aside: &Path) -> nix::Result<()> {
        let nothing = None::<&str>;
        for (root, dir) in &self.places {
            mount(Some(dir), aside, nothing, MsFlags::MS_BIND, nothing)?;
            umount2(root, MntFlags::MNT_DETACH)?;
            mount(Some(aside), root, nothing, MsFlags::MS_MOVE, nothing)?;
        }
        Ok(())
    }

    /// What is in them beside `pontoon…`, the runtime's own parents of its containers, one for each state.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let mut left = Vec::new();
        for (root, dir) in &self.places {
            let inside =
                |path: PathBuf| root.join(path.strip_prefix(dir).expect("inside")).display().to_string();
            let (parents, others): (Vec<_>, Vec<_>) = children(dir).partition(|path| is_parent(path));
            left.extend(others.into_iter().chain(parents.iter().flat_map(|path| children(path))).map(inside));
        }
        left
    }
}

impl Drop for Cgroups {
    fn drop(&mut self) {
        // A process that was killed leaves its cgroup a moment later.
        let gone = wait::until(wait::patience(5), || self.places.iter().all(|(_, dir)| remove(dir).is_ok()));
        if !gone {
            eprintln!("some of these cgroups cannot be removed: {:?}", self.places);
        }
    }
}

/// The mount points of the machine's hierarchies.
fn hierarchies() -> Vec<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mounts").expect("/proc/self/mounts");
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    fields.filter(|fields| fields[2].starts_with("cgroup")).map(|fields| PathBuf::from(fields[1])).collect()
}

/// Makes one directory, ready to be a parent as a root is.
fn make(root: &Path, dir: &Path) -> io::Result<()> {
    fs::create_dir(dir)?;
    for file in ["cpuset.cpus", "cpuset.mems"] {
        // Version 1 only: in version 2 an empty file means what the parent has.
        if root.join("tasks").exists() && root.join(file).exists() {
            fs::write(dir.join(file), fs::read(root.join(file))?)?;
        }
    }
    let controllers = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
    for controller in controllers.split_whitespace() {
        // One that cannot be had by cgroups is not had by the runtime either.
        let _ = fs::write(root.join("cgroup.subtree_control"), format!("+{controller}"));
    }
    Ok(())
}

/// Removes the directories of test processes that are no more.
fn sweep(root: &Path) {
    for dir in children(root) {
        let name = dir.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(PREFIX));
        let maker = name.and_then(|rest| rest.split('-').next());
        if maker.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = remove(&dir);
        }
    }
}

/// Whether this is where a runtime keeps its containers' cgroups.
fn is_parent(cgroup: &Path) -> bool {
    cgroup.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("pontoon"))
}

/// The cgroups in a cgroup.
fn children(dir: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path())
}

/// Removes a cgroup and those in it.
fn remove(dir: &Path) -> io::Result<()> {
    for child in children(dir) {
        remove(&child)?;
    }
    match fs::remove_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
