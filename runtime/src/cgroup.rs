//! The container's own cgroup: made before its first process, joined by it, removed after it.
//!
//! On cgroup v2 the process is born inside (`CLONE_INTO_CGROUP`). On v1 it moves itself, as a single thread,
//! by writing `0` to `tasks`: a write of another's number to `cgroup.procs` makes the kernel wait for every
//! processor to pass a quiet point, which costs milliseconds.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;

use crate::device_filter;
use crate::error::{Doing, Error, Result};
use crate::facts::Hierarchy;
use crate::plan::{Cgroup, CgroupDirectory, CgroupVersion, DeviceRule};
use crate::sys::{bpf, file, process};

/// Makes the container's directory of the v2 hierarchy, where there is one: clone3 puts the child there.
///
/// # Errors
/// A hierarchy that can't be written; a directory in which processes are already.
pub fn make_v2(cgroup: &Cgroup) -> Result<Option<OwnedFd>> {
    for directory in of_version(&cgroup.directories, CgroupVersion::V2) {
        make_directory(directory)?;
    }
    let birthplace = open_v2(&cgroup.directories)?;
    let v1_devices = cgroup.directories.iter().any(|directory| has(directory, "devices"));
    match &birthplace {
        _ if cgroup.device_rules.is_empty() || v1_devices => {}
        Some(directory) => device_rules_v2(directory.as_fd(), &cgroup.device_rules)?,
        None => {
            let problem = "linux.resources.devices: no cgroup hierarchy is mounted that could hold to it";
            return Err(Error::Usage(problem.to_owned()));
        }
    }
    Ok(birthplace)
}

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

/// Makes the container's directories of the v1 hierarchies, which the child joins by [`join_v1`]. They are
/// many, so this is done while the child mounts.
///
/// # Errors
/// A hierarchy that can't be written; a directory in which processes are already.
pub fn make_v1(cgroup: &Cgroup) -> Result<()> {
    for directory in of_version(&cgroup.directories, CgroupVersion::V1) {
        make_directory(directory)?;
        if has(directory, "devices") && !cgroup.device_rules.is_empty() {
            device_rules_v1(&directory.path, &cgroup.device_rules)?;
        }
    }
    Ok(())
}

/// Moves the calling process, which has one thread, into the container's v1 cgroups.
///
/// # Errors
/// open(2)'s and write(2)'s.
pub fn join_v1(directories: &[CgroupDirectory]) -> Result<()> {
    for directory in of_version(directories, CgroupVersion::V1) {
        let tasks = directory.path.join("tasks");
        file::write(&tasks, "0").doing(|| format!("join cgroup {}", directory.path.display()))?;
    }
    Ok(())
}

fn of_version(
    directories: &[CgroupDirectory],
    version: CgroupVersion,
) -> impl Iterator<Item = &CgroupDirectory> {
    directories.iter().filter(move |directory| directory.version == version)
}

fn make_directory(directory: &CgroupDirectory) -> Result<()> {
    let doing = || format!("cgroup {}", directory.path.display());
    match file::mkdir(&directory.path, 0o755) {
        Err(error) if error.errno == Errno::ENOENT => {
            make_parents(directory)?;
            file::mkdir(&directory.path, 0o755).doing(doing)
        }
        Err(error) if error.errno == Errno::EEXIST => match processes(&directory.path).as_slice() {
            [] => Ok(()),
            [pid, ..] => {
                let path = directory.path.display();
                Err(Error::Usage(format!("cgroup {path} exists already, and process {pid} is in it")))
            }
        },
        made => made.doing(doing),
    }
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
        if has(directory, "cpuset") {
            inherit_cpuset(&parent)?;
        }
    }
    offer_controllers(directory.version, &parent);
    Ok(())
}

/// On v2 a directory has the controllers that the one above offers. One that can't be offered (the host's
/// root may hold processes, or keep some for itself) is missing there, and no container asked for it yet.
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

/// A new cpuset of v1 is empty, and nobody can join it: it takes what is above, and passes it on by itself.
fn inherit_cpuset(directory: &Path) -> Result<()> {
    let doing = || format!("cgroup {}", directory.display());
    for name in ["cpuset.cpus", "cpuset.mems"] {
        let above = directory.parent().unwrap_or(directory).join(name);
        let value = fs::read_to_string(&above).doing(|| format!("read {}", above.display()))?;
        file::write(&directory.join(name), value.trim_end()).doing(doing)?;
    }
    file::write(&directory.join("cgroup.clone_children"), "1").doing(doing)
}

fn has(directory: &CgroupDirectory, controller: &str) -> bool {
    directory.controllers.iter().any(|other| other == controller)
}

fn device_rules_v2(directory: BorrowedFd<'_>, rules: &[DeviceRule]) -> Result<()> {
    let doing = || "device rules".to_owned();
    let program = bpf::load_device_program(&device_filter::program(rules)).doing(doing)?;
    // The cgroup holds the program from now on, and lets go of it when it goes itself.
    bpf::attach_device_program(directory, program.as_fd()).doing(doing)
}

fn device_rules_v1(directory: &Path, rules: &[DeviceRule]) -> Result<()> {
    let open = |name| {
        let path = directory.join(name);
        let file = file::open(&path, OFlag::O_WRONLY).doing(|| format!("cgroup {}", directory.display()))?;
        Ok((path, file))
    };
    let (deny, allow) = (open("devices.deny")?, open("devices.allow")?);
    for rule in rules {
        let (path, file) = if rule.allow { &allow } else { &deny };
        let text = rule.to_string();
        file::write_to(file.as_fd(), path, &text).doing(|| format!("device rule {text:?}"))?;
    }
    Ok(())
}

/// All processes of a container, those in cgroups that it made below its own too.
pub fn all_processes(directories: &[CgroupDirectory]) -> Vec<i32> {
    fn below(directory: &Path, found: &mut std::collections::BTreeSet<i32>) {
        found.extend(processes(directory));
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            below(&entry.path(), found);
        }
    }
    let mut found = std::collections::BTreeSet::new();
    for directory in directories {
        below(&directory.path, &mut found);
    }
    found.into_iter().collect()
}

/// The processes in a cgroup, itself alone.
pub fn processes(directory: &Path) -> Vec<i32> {
    let list = fs::read_to_string(directory.join("cgroup.procs")).unwrap_or_default();
    list.lines().filter_map(|line| line.parse().ok()).collect()
}

/// Removes the container's directories, with what the container made below them, and ends whatever is
/// left in them. What is gone already is no error.
///
/// # Errors
/// The first directory that would not go; the others go all the same.
pub fn remove(directories: &[CgroupDirectory]) -> Result<()> {
    let mut first = Ok(());
    for directory in directories {
        first = first.and(remove_directory(&directory.path));
    }
    first
}

fn remove_directory(directory: &Path) -> Result<()> {
    let doing = || format!("remove cgroup {}", directory.display());
    match file::rmdir(directory) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        Err(error) if error.errno == Errno::EBUSY => {
            let below = fs::read_dir(directory).into_iter().flatten().flatten();
            for entry in below.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
                remove_directory(&entry.path())?;
            }
            end_processes(directory);
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

/// Ends what is still in a cgroup and waits until it is gone. Without a process number namespace of its own,
/// a container's children outlive its first process.
fn end_processes(directory: &Path) {
    loop {
        let left: Vec<OwnedFd> = processes(directory)
            .into_iter()
            .filter_map(|pid| process::pidfd_open(Pid::from_raw(pid)).ok())
            .collect();
        // Only what a signal reached is waited for: a loop over what can't be ended would not end.
        let reached = |process: &&OwnedFd| process::pidfd_send_signal(process.as_fd(), libc::SIGKILL).is_ok();
        let dying: Vec<&OwnedFd> = left.iter().filter(reached).collect();
        if dying.is_empty() {
            return;
        }
        for process in dying {
            let mut ended = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
            while poll(&mut ended, PollTimeout::NONE) == Err(Errno::EINTR) {}
        }
    }
}
