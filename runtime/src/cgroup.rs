//! The container's own cgroup: made before its first process, joined by it, removed after it.
//!
//! On cgroup v2 the process is born inside (`CLONE_INTO_CGROUP`). On v1 it moves itself, as a single thread,
//! by writing `0` to `tasks`: a write of another's number to `cgroup.procs` makes the kernel wait for every
//! processor to pass a quiet point, which costs milliseconds.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::Pid;

use crate::device_filter;
use crate::error::{Doing, Error, Result};
use crate::plan::{Cgroup, CgroupDirectory, CgroupVersion, DeviceRule};
use crate::sys::{bpf, file, process};

/// What the first process joins.
#[derive(Debug)]
pub struct Made {
    /// `tasks` of each v1 hierarchy, open.
    tasks: Vec<(PathBuf, OwnedFd)>,
    /// The directory of the v2 hierarchy, open.
    unified: Option<OwnedFd>,
}

impl Made {
    fn open(&mut self, directory: &CgroupDirectory) -> Result<()> {
        let doing = || format!("cgroup {}", directory.path.display());
        match directory.version {
            CgroupVersion::V1 => {
                let tasks = directory.path.join("tasks");
                let open = file::open(&tasks, OFlag::O_WRONLY).doing(doing)?;
                self.tasks.push((tasks, open));
            }
            CgroupVersion::V2 => self.unified = Some(file::directory(&directory.path).doing(doing)?),
        }
        Ok(())
    }

    /// Where clone3 puts the child.
    pub fn unified(&self) -> Option<BorrowedFd<'_>> {
        self.unified.as_ref().map(AsFd::as_fd)
    }

    /// The child's part: it moves itself into the v1 hierarchies.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn join(&self) -> Result<()> {
        for (path, tasks) in &self.tasks {
            file::write_to(tasks.as_fd(), path, "0").doing(|| "join cgroup".to_owned())?;
        }
        Ok(())
    }
}

/// Makes the container's directory in every hierarchy.
///
/// # Errors
/// A hierarchy that can't be written; a directory in which processes are already.
pub fn make(cgroup: &Cgroup) -> Result<Made> {
    let mut made = Made { tasks: Vec::new(), unified: None };
    let v1_devices = |directory: &&CgroupDirectory| has(directory, "devices");
    for directory in &cgroup.directories {
        make_directory(directory)?;
        made.open(directory)?;
    }
    match (cgroup.directories.iter().find(v1_devices), &made.unified) {
        _ if cgroup.device_rules.is_empty() => {}
        (Some(directory), _) => device_rules_v1(&directory.path, &cgroup.device_rules)?,
        (None, Some(unified)) => device_rules_v2(unified.as_fd(), &cgroup.device_rules)?,
        (None, None) => {
            let problem = "linux.resources.devices: no cgroup hierarchy is mounted that could hold to it";
            return Err(Error::Usage(problem.to_owned()));
        }
    }
    Ok(made)
}

/// Opens the directories of a container that runs, to join them. One that has gone is none to join.
///
/// # Errors
/// open(2)'s.
pub fn open(directories: &[CgroupDirectory]) -> Result<Made> {
    let mut made = Made { tasks: Vec::new(), unified: None };
    for directory in directories.iter().filter(|directory| directory.path.is_dir()) {
        made.open(directory)?;
    }
    Ok(made)
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
