//! `pontoon exec`.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::sched::CloneFlags;

use super::handover::{self, Console};
use crate::airlock::Airlock;
use crate::birth::{self, Errand};
use crate::cgroup;
use crate::child::{self, Prepared};
use crate::cli::ExecArgs;
use crate::error::{Doing, Error, Result};
use crate::facts::{self, Facts};
use crate::guide::{agent, let_go, put_down};
use crate::handshake;
use crate::launch::Running;
use crate::log;
use crate::plan::{CgroupDirectory, NamespaceKind, Process, confinement, program};
use crate::relay;
use crate::seccomp;
use crate::setup::namespaces::Joined;
use crate::setup::scheduling;
use crate::setup::streams::Streams;
use crate::state::{Container, Init, State, Status};
use crate::supervise::supervise;
use crate::sys::clone::Cloned;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;
use crate::sys::{file, process};

/// Runs another program in a container, in all its namespaces and with its capabilities.
///
/// # Errors
/// A container that does not run; the step that failed.
pub(super) fn exec(state: &State, arguments: &ExecArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    exec_in(&container, arguments).map_err(|error| {
        // runc's callers know this status, docker's know which program could not be run.
        if container.record.by_id { error.with_status(NEVER_RUN) } else { error }
    })
}

/// What `runc exec` ends with when the program was never run.
const NEVER_RUN: u8 = 255;

fn exec_in(container: &Container, arguments: &ExecArgs) -> Result<u8> {
    let init = container.running("be entered: cannot exec in a stopped container")?;
    if !arguments.ignore_paused {
        container.not_paused()?;
    }
    let program = planned(container, init, arguments)?;
    let console = Console::open(&arguments.handover, arguments.detach && program.terminal)?;
    let streams = if container.record.by_id { Streams::default() } else { streams(arguments)? };
    let joined = open_namespaces(container, init)?;
    let between = joined.iter().any(|(kind, ..)| *kind == NamespaceKind::User);
    let prepared = Prepared { joined, between, trees: Vec::new(), streams, gate: None };
    let cgroups = cgroup::joinable(&container.record.cgroups, &arguments.cgroup, init.pid)?;
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let Running { process, terminal } = start(container, &program, &prepared, &cgroups, &signals)?;
    drop(prepared);
    if rehearsing() {
        return Ok(0);
    }
    let handed = arguments.handover.hand_over(&process);
    if arguments.detach {
        handed.and_then(|()| console.send(terminal)).inspect_err(|_| put_down(&process))?;
        return Ok(0);
    }
    handed.inspect_err(|_| put_down(&process))?;
    let input = arguments.program.interactive || container.record.by_id;
    let ended = match terminal {
        None => supervise(&process, &signals)?,
        Some(master) => relay::foreground(&process, &master, input, &signals)?,
    };
    Ok(ended.status())
}

/// The program as it is to be in there.
fn planned(container: &Container, init: Init, arguments: &ExecArgs) -> Result<Process> {
    let root = PathBuf::from(format!("/proc/{}/root", init.pid));
    if container.record.rootfs != Path::new("/") && is_ours(&root)? {
        // It is there before its root is: whoever joined it now would be on the host.
        return Err(container.refused(Status::Creating, "be entered"));
    }
    let facts = Facts::gather(&root)?;
    let (mut settings, mut warnings) = match &arguments.process {
        Some(path) => program::read(path, &facts)?,
        None => (program::exec_settings(&container.record.process, arguments, &facts)?, Vec::new()),
    };
    let other_users = !is_same_namespace(init, NamespaceKind::User)?;
    warnings.extend(confinement::fit(&mut settings, &facts, other_users)?);
    for warning in &warnings {
        log::warn(warning);
    }
    let mut program = program::process(&settings)?;
    program.user.keeps_groups = groups_denied(init);
    if program.user.keeps_groups && !program.user.groups.is_empty() {
        let problem = "additional groups: the container's user namespace lets nobody set them";
        return Err(Error::Usage(problem.to_owned()));
    }
    program.filter.clone_from(&container.record.filter);
    program.scheduling.container = container.record.scheduling.clone();
    handover::pass_on(&arguments.handover, &mut program)?;
    Ok(program)
}

/// Whether a root is Pontoon's own.
fn is_ours(root: &Path) -> Result<bool> {
    let identity = |path: &Path| {
        // With a slash, so that it is not the link that is looked at.
        let root = path.join(".").metadata().doing(|| format!("look at {}", path.display()))?;
        Ok((root.dev(), root.ino()))
    };
    Ok(identity(root)? == identity(Path::new("/"))?)
}

fn start(
    container: &Container,
    program: &Process,
    prepared: &Prepared,
    cgroups: &[CgroupDirectory],
    signals: &Signals,
) -> Result<Running> {
    let keyring = container.record.new_keyring.then_some(container.record.id.as_str());
    let (ours, theirs) = handshake::pair()?;
    let airlock = Airlock::make(seccomp::of(container)?, program)?;
    let birthplace = cgroup::open_v2(cgroups)?;
    let birthplace = birthplace.as_ref().map(AsFd::as_fd);
    // The clone may be born in the container's cgroup already: it has them from here.
    scheduling::start_on(&program.scheduling.affinity)?;
    let joined = prepared.joined.as_slice();
    let errand = Errand { joined, program, cgroups, flags: CloneFlags::empty(), birthplace };
    if facts::caller().is_none() {
        process::set_undumpable().doing(|| "hide from the container".to_owned())?;
    }
    let process = match birth::clone(errand, prepared.between)? {
        Cloned::Child => {
            // Held here too, it would keep the conversation open after the parent's death.
            drop(ours);
            let join = |parent: &_| child::join(program, prepared, cgroups, keyring, Some(parent));
            child::main(program, &airlock, None, theirs, join, |()| Ok(()))
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    if rehearsing() {
        let join = || child::join(program, prepared, cgroups, keyring, None);
        child::rehearse(program, &airlock, join)?;
        return Ok(Running { process, terminal: None });
    }
    let agent = agent(program, container, Status::Running);
    let terminal = let_go(&process, &ours, program.terminal, false, agent, signals)
        .inspect_err(|_| put_down(&process))?;
    Ok(Running { process, terminal })
}

/// Whether nobody may set groups in the container's user namespace.
fn groups_denied(init: Init) -> bool {
    std::fs::read_to_string(format!("/proc/{}/setgroups", init.pid)).is_ok_and(|word| word.trim() == "deny")
}

/// The file of a namespace of the container's first process.
fn namespace_of(init: Init, kind: NamespaceKind) -> PathBuf {
    PathBuf::from(format!("/proc/{}/ns/{}", init.pid, kind.file()))
}

/// Whether the container's first process is in the same namespace as Pontoon.
fn is_same_namespace(init: Init, kind: NamespaceKind) -> Result<bool> {
    let identity = |path: &Path| std::fs::read_link(path).doing(|| format!("read {}", path.display()));
    Ok(identity(&namespace_of(init, kind))? == identity(&Path::new("/proc/self/ns").join(kind.file()))?)
}

/// The namespaces of the container's first process that are not Pontoon's own.
fn open_namespaces(container: &Container, init: Init) -> Result<Vec<Joined>> {
    let mut joined = Vec::new();
    for kind in NamespaceKind::ALL {
        let path = namespace_of(init, kind);
        if !is_same_namespace(init, kind)? {
            let open = file::open(&path, OFlag::O_RDONLY).doing(|| format!("open {}", path.display()))?;
            joined.push((kind, path, open));
        }
    }
    // The number was the container's before the files were opened, and is so afterwards: so they are its own.
    if init.alive() {
        Ok(joined)
    } else {
        Err(container.refused(Status::Stopped, "be entered: cannot exec in a stopped container"))
    }
}

/// As docker has it: input only with `-i`, and nothing at all of the caller's with `-d`.
fn streams(arguments: &ExecArgs) -> Result<Streams> {
    let nothing = |wanted: bool| -> Result<Option<OwnedFd>> {
        let open = || file::open(Path::new("/dev/null"), OFlag::O_RDWR).doing(|| "open /dev/null".to_owned());
        wanted.then(open).transpose()
    };
    Ok(Streams {
        input: nothing(arguments.detach || !arguments.program.interactive)?,
        output: nothing(arguments.detach)?,
        error: nothing(arguments.detach)?,
    })
}
