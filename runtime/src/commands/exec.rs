//! `pontoon exec`.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::sched::CloneFlags;

use crate::airlock;
use crate::cgroup;
use crate::child::{self, Prepared, Streams};
use crate::cli::ExecArgs;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::facts::Facts;
use crate::handshake;
use crate::launch::{Running, clone_into, let_go, put_down};
use crate::plan::{CgroupDirectory, NamespaceKind, Process, confinement, program};
use crate::relay;
use crate::setup::namespaces::Joined;
use crate::setup::scheduling;
use crate::state::{Container, Init, State};
use crate::supervise::supervise;
use crate::sys::clone::Cloned;
use crate::sys::file;
use crate::sys::gate::rehearsing;
use crate::sys::signals::Signals;

/// Runs another program in a running container, in all its namespaces and with its capabilities.
///
/// # Errors
/// A container that does not run; the step that failed.
pub(super) fn exec(state: &State, arguments: &ExecArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    let init = container.running("be entered")?;
    let root = PathBuf::from(format!("/proc/{}/root", init.pid));
    let facts = Facts::gather(&root)?;
    let mut settings = program::exec_settings(&container.record.process, arguments, &facts)?;
    let prepared = Prepared { joined: open_namespaces(&container, init)?, streams: streams(arguments)? };
    let own_users = std::fs::read_link("/proc/self/ns/user").ok();
    let same_users = std::fs::read_link(format!("/proc/{}/ns/user", init.pid)).ok() == own_users;
    for warning in confinement::fit(&mut settings, &facts, !same_users)? {
        eprintln!("pontoon: {warning}");
    }
    let mut program = program::process(&settings)?;
    program.scheduling.container = container.record.scheduling.clone();
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let Running { process, terminal } = start(&program, &prepared, &container.record.cgroups, &signals)?;
    drop(prepared);
    if arguments.detach || rehearsing() {
        return Ok(0);
    }
    let ended = match terminal {
        None => supervise(&process, &signals)?,
        Some(master) => relay::foreground(&process, &master, arguments.program.interactive, &signals)?,
    };
    Ok(ended.status())
}

fn start(
    program: &Process,
    prepared: &Prepared,
    cgroups: &[CgroupDirectory],
    signals: &Signals,
) -> Result<Running> {
    let (ours, theirs) = handshake::pair()?;
    let airlock = airlock::make()?;
    let birthplace = cgroup::open_v2(cgroups)?;
    let birthplace = birthplace.as_ref().map(AsFd::as_fd);
    // The clone may be born in the container's cgroup already: it has them from here.
    scheduling::start_on(&program.scheduling.affinity)?;
    let process = match clone_into(CloneFlags::empty(), &prepared.joined, birthplace)? {
        Cloned::Child => {
            // Held here too, it would keep the conversation open after the parent's death.
            drop(ours);
            let join = || child::join(program, prepared, cgroups, Some(&theirs));
            child::main(program, airlock.as_fd(), &theirs, join)
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    if rehearsing() {
        explain::act_as(Actor::Container);
        child::join(program, prepared, cgroups, None)?;
        child::depart(program, airlock.as_fd())?;
        explain::act_as(Actor::Host);
        return Ok(Running { process, terminal: None });
    }
    let terminal = let_go(&process, &ours, program.terminal, signals).inspect_err(|_| put_down(&process))?;
    Ok(Running { process, terminal })
}

/// The namespaces of the container's first process that are not Pontoon's own.
fn open_namespaces(container: &Container, init: Init) -> Result<Vec<Joined>> {
    let mut joined = Vec::new();
    for kind in NamespaceKind::ALL {
        let path = PathBuf::from(format!("/proc/{}/ns/{}", init.pid, kind.file()));
        let here = Path::new("/proc/self/ns").join(kind.file());
        let identity = |path: &Path| std::fs::read_link(path).doing(|| format!("read {}", path.display()));
        if identity(&path)? != identity(&here)? {
            let open = file::open(&path, OFlag::O_RDONLY).doing(|| format!("open {}", path.display()))?;
            joined.push((kind, path, open));
        }
    }
    // The number was the container's before the files were opened, and is so afterwards: so they are its own.
    if init.alive() {
        Ok(joined)
    } else {
        let id = container.record.id.clone();
        Err(Error::State { id, is: "stopped", cannot: "be entered" })
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
