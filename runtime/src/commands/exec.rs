//! `pontoon exec`.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::sched::CloneFlags;

use crate::airlock::Airlock;
use crate::cgroup;
use crate::child::{self, Prepared, Streams};
use crate::cli::ExecArgs;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::facts::Facts;
use crate::handshake;
use crate::launch::{Running, agent, clone_into, let_go, put_down};
use crate::plan::{NamespaceKind, Process, program};
use crate::relay;
use crate::seccomp;
use crate::setup::namespaces::Joined;
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
    let settings = program::exec_settings(&container.record.process, arguments, &facts)?;
    let filter = container.record.filter.clone();
    let program = Process { filter, ..program::process(&settings)? };
    let prepared = Prepared { joined: open_namespaces(&container, init)?, streams: streams(arguments)? };
    let signals = Signals::block().doing(|| "signals".to_owned())?;
    let Running { process, terminal } = start(&program, &prepared, &container, init, &signals)?;
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
    container: &Container,
    init: Init,
    signals: &Signals,
) -> Result<Running> {
    let cgroups = &container.record.cgroups;
    let (ours, theirs) = handshake::pair()?;
    let airlock = Airlock::make(seccomp::of(container)?, program)?;
    let birthplace = cgroup::open_v2(cgroups)?;
    let birthplace = birthplace.as_ref().map(AsFd::as_fd);
    let process = match clone_into(CloneFlags::empty(), &prepared.joined, birthplace)? {
        Cloned::Child => {
            // Held here too, it would keep the conversation open after the parent's death.
            drop(ours);
            let join = || child::join(program, prepared, cgroups, Some(&theirs));
            child::main(program, &airlock, &theirs, join)
        }
        Cloned::Parent(child) => child,
    };
    drop(theirs);
    if rehearsing() {
        explain::act_as(Actor::Container);
        child::join(program, prepared, cgroups, None)?;
        child::depart(program, &airlock, None).map_err(|(error, _)| error)?;
        explain::act_as(Actor::Host);
        return Ok(Running { process, terminal: None });
    }
    let agent = agent(program, &container.record, Some(init.pid));
    let terminal =
        let_go(&process, &ours, program.terminal, agent, signals).inspect_err(|_| put_down(&process))?;
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
