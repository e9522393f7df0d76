//! The child: takes the plan and walks it, a straight list down to execve. No decision is made here.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::Signal;

use crate::cgroup;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::handshake::ChildEnd;
use crate::hooks;
use crate::plan::{CgroupDirectory, MountSource, NamespaceKind, Plan, Process};
use crate::setup::namespaces::Joined;
use crate::setup::{devices, identity, mounts, namespaces, paths, root, scheduling, sysctl};
use crate::state::{Document, Gate, Status};
use crate::sys::clone::{Program, execve, exit_now};
use crate::sys::gate::rehearsing;
use crate::sys::terminal::WindowSize;
use crate::sys::{self, file, process, signals, terminal};

/// The standard streams of the program; `None` keeps Pontoon's own.
#[derive(Debug, Default)]
pub struct Streams {
    /// Standard input.
    pub input: Option<OwnedFd>,
    /// Standard output.
    pub output: Option<OwnedFd>,
    /// Standard error.
    pub error: Option<OwnedFd>,
}

/// What the parent prepared, besides the plan.
#[derive(Debug)]
pub struct Prepared {
    /// The namespaces to enter.
    pub joined: Vec<Joined>,
    /// The standard streams.
    pub streams: Streams,
    /// Where it waits for `start`, if it does.
    pub gate: Option<Gate>,
}

/// The whole life of a clone as Pontoon's code: `prepare`, then `last`, then the program. It ends there, or
/// tells the parent why not; at a gate it first waits for `start`, and tells that.
pub fn main<T>(
    program: &Process,
    airlock: BorrowedFd<'_>,
    gate: Option<&Gate>,
    parent: ChildEnd,
    prepare: impl FnOnce(&ChildEnd) -> Result<T>,
    last: impl FnOnce(T) -> Result<()>,
) -> ! {
    explain::act_as(Actor::Container);
    let prepared = prepare(&parent).map_err(|error| (error, false));
    let prepared = prepared.and_then(|ready| Ok((ready, find(program).map_err(|error| (error, true))?)));
    let (ready, path) = prepared.unwrap_or_else(|(error, at_exec)| {
        parent.fail(&error, at_exec);
        exit_now(1)
    });
    match parent.ready() {
        Ok(true) => {}
        Ok(false) => exit_now(1),
        Err(error) => {
            parent.fail(&error, false);
            exit_now(1)
        }
    }
    let leave = || last(ready).and_then(|()| depart(program, path, airlock));
    match gate {
        None => {
            if let Err(error) = leave() {
                parent.fail(&error, true);
            }
        }
        Some(gate) => {
            // Whoever made it is done, and will be gone.
            drop(parent);
            if let Err(error) = process::set_name(c"pontoon:[init]")
                .doing(|| "name".to_owned())
                .and_then(|()| gate.wait())
                .and_then(|()| leave())
            {
                gate.refuse(&error);
            }
        }
    }
    exit_now(1)
}

/// Everything up to execve. Without a parent to speak to, this is a rehearsal. Returns the number that the host
/// has for this process, where hooks are to be told.
///
/// # Errors
/// The step that failed.
pub fn prepare(plan: &Plan, prepared: &Prepared, parent: Option<&ChildEnd>) -> Result<i32> {
    process::set_death_signal(Some(Signal::SIGKILL)).doing(|| "die with the parent".to_owned())?;
    process::umask(0).doing(|| "umask".to_owned())?;
    process::setsid().doing(|| "session".to_owned())?;
    identity::limits(&plan.process)?;
    scheduling::label(&plan.process.labels)?;
    namespaces::enter_all(plan, &prepared.joined)?;
    if plan.new_keyring {
        identity::own_keyring(&plan.id)?;
    }
    let root = root::prepare(&plan.root)?;
    // The parent makes the cgroups meanwhile: they are waited for when they are needed.
    let first_cgroup = plan.mounts.iter().position(|mount| mount.source == MountSource::Cgroup);
    let (before, after) = plan.mounts.split_at(first_cgroup.unwrap_or(plan.mounts.len()));
    let mut unsealed = mounts::mount_all(root.as_fd(), before, &plan.cgroup)?;
    parent.map_or(Ok(()), ChildEnd::await_cgroups)?;
    cgroup::join_v1(&plan.cgroup.directories)?;
    namespaces::new_cgroup(plan)?;
    unsealed.extend(mounts::mount_all(root.as_fd(), after, &plan.cgroup)?);
    devices::make_all(root.as_fd(), plan)?;
    root::make_cwd(root.as_fd(), &plan.process.cwd)?;
    let pid = before_the_root(plan, parent)?;
    streams(plan, prepared, root.as_fd(), parent)?;
    mounts::seal(&unsealed)?;
    if !plan.sysctls.is_empty() {
        // Those of a card want the card, which the parent brings.
        parent.map_or(Ok(()), ChildEnd::await_network)?;
        sysctl::write_all(&plan.sysctls)?;
    }
    paths::mask(root.as_fd(), &plan.masked_paths)?;
    paths::make_readonly(root.as_fd(), &plan.readonly_paths)?;
    let root = root::pivot(root.as_fd(), &plan.root)?;
    become_program(&plan.process, root.as_fd())?;
    Ok(pid)
}

/// The hooks that are run when all is mounted and the host's paths still lead to the host: the host's, for which
/// the parent is waited for, then the container's.
fn before_the_root(plan: &Plan, parent: Option<&ChildEnd>) -> Result<i32> {
    if !plan.hooks.on_the_way() {
        return Ok(0);
    }
    let pid = parent.map_or(Ok(0), ChildEnd::mounted)?;
    let doing = || "umask".to_owned();
    process::umask(identity::USUAL_UMASK).doing(doing)?;
    let state = Document::of_plan(plan, Status::Creating, pid);
    hooks::run("createContainer", &plan.hooks.create_container, &state)?;
    process::umask(0).doing(doing)?;
    Ok(pid)
}

/// The hooks that are run in the container, right before its program.
///
/// # Errors
/// The first that failed.
pub fn before_the_program(plan: &Plan, pid: i32) -> Result<()> {
    let state = Document::of_plan(plan, Status::Created, pid);
    hooks::run("startContainer", &plan.hooks.start_container, &state)
}

/// Everything up to execve of a program that joins a running container.
///
/// # Errors
/// The step that failed.
pub fn join(
    program: &Process,
    prepared: &Prepared,
    cgroups: &[CgroupDirectory],
    keyring: Option<&str>,
    parent: Option<&ChildEnd>,
) -> Result<()> {
    process::set_death_signal(Some(Signal::SIGKILL)).doing(|| "die with the parent".to_owned())?;
    process::setsid().doing(|| "session".to_owned())?;
    identity::limits(program)?;
    scheduling::label(&program.labels)?;
    cgroup::join_v1(cgroups)?;
    scheduling::stay_on(&program.scheduling.affinity)?;
    for namespace in prepared.joined.iter().filter(|(kind, ..)| *kind != NamespaceKind::Pid) {
        namespaces::enter(namespace)?;
    }
    if let Some(id) = keyring {
        identity::own_keyring(id)?;
    }
    let root = file::directory(Path::new("/")).doing(|| "the container's root".to_owned())?;
    if program.terminal {
        let (master, slave) = devices::terminal(root.as_fd())?;
        give_terminal(program, master.as_fd(), slave.as_fd(), parent)?;
    } else {
        connect(&prepared.streams)?;
    }
    become_program(program, root.as_fd())
}

/// The last steps: who the program is, where it is, and what it does not inherit.
fn become_program(program: &Process, root: BorrowedFd<'_>) -> Result<()> {
    own_null(root)?;
    process::close_on_exec_from(3 + program.preserved_fds).doing(|| "descriptors".to_owned())?;
    scheduling::apply(&program.scheduling)?;
    identity::assume(program)?;
    root::enter_cwd(root, &program.cwd)?;
    process::set_death_signal(None).doing(|| "outlive the parent".to_owned())
}

/// Where a stream is the host's /dev/null, which the program could change the mode of for everybody, it gets
/// the container's own. Where the container has none that it may open, the rules for devices are to blame.
fn own_null(root: BorrowedFd<'_>) -> Result<()> {
    let doing = || "streams: /dev/null".to_owned();
    let (input, output, error) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    for (stream, number) in [input.as_fd(), output.as_fd(), error.as_fd()].into_iter().zip(0..) {
        if !file::is_null(stream) {
            continue;
        }
        match file::open_in_root(root, Path::new("/dev/null"), OFlag::O_RDWR, false) {
            Ok(null) if file::is_null(null.as_fd()) || rehearsing() => {
                process::dup_onto_stream(null.as_fd(), number).doing(doing)?;
            }
            Err(error) if error.errno == Errno::EPERM => {}
            other => {
                let source = other.err().unwrap_or(sys::Error {
                    call: "openat2",
                    arguments: "\"/dev/null\"".to_owned(),
                    errno: Errno::ENODEV,
                });
                return Err(Error::System { doing: doing(), source });
            }
        }
    }
    Ok(())
}

fn streams(plan: &Plan, prepared: &Prepared, root: BorrowedFd<'_>, parent: Option<&ChildEnd>) -> Result<()> {
    if !plan.process.terminal {
        return connect(&prepared.streams);
    }
    let (master, slave) = devices::terminal(root)?;
    devices::console(root, slave.as_fd())?;
    give_terminal(&plan.process, master.as_fd(), slave.as_fd(), parent)
}

/// Makes `slave` the session's terminal and all three streams, and hands the master over.
fn give_terminal(
    program: &Process,
    master: BorrowedFd<'_>,
    slave: BorrowedFd<'_>,
    parent: Option<&ChildEnd>,
) -> Result<()> {
    let doing = || "terminal".to_owned();
    file::chown(slave, program.user.uid).doing(doing)?;
    terminal::make_controlling(slave).doing(doing)?;
    if let Some((rows, columns)) = program.window {
        terminal::set_first_size(slave, WindowSize { rows, columns }).doing(doing)?;
    }
    (0..=2).try_for_each(|stream| process::dup_onto_stream(slave, stream).doing(doing))?;
    parent.map_or(Ok(()), |parent| parent.terminal(master))
}

/// Puts the streams that were made for the program in place.
fn connect(streams: &Streams) -> Result<()> {
    for (stream, number) in [(&streams.input, 0), (&streams.output, 1), (&streams.error, 2)] {
        if let Some(stream) = stream {
            process::dup_onto_stream(stream.as_fd(), number).doing(|| "streams".to_owned())?;
        }
    }
    Ok(())
}

/// Becomes the program, which [`find`] found at `path`. Returns only if that failed, or in a rehearsal.
///
/// # Errors
/// execve(2)'s.
pub fn depart(program: &Process, path: &Path, airlock: BorrowedFd<'_>) -> Result<()> {
    let word = |word: &String| CString::new(word.as_str()).expect("checked when planned");
    let arguments: Vec<CString> = program.arguments.iter().map(word).collect();
    let environment: Vec<CString> = program.environment.iter().map(word).collect();
    let doing = || format!("exec {:?}", program.arguments[0]);
    signals::reset().doing(doing)?;
    let path = CString::new(path.as_os_str().as_bytes()).expect("checked when planned");
    execve(airlock, Program { path: &path, arguments: &arguments, environment: &environment }).doing(doing)
}

/// The first candidate that is there, if it may be executed.
///
/// # Errors
/// What execve(2) would answer: ENOENT where the program is nowhere, EACCES where it may not be executed.
pub fn find(program: &Process) -> Result<&Path> {
    let refused = |arguments: String, errno| {
        let doing = format!("exec {:?}", program.arguments[0]);
        Error::System { doing, source: sys::Error { call: "execve", arguments, errno } }
    };
    for path in &program.candidates {
        match file::executable(path) {
            Ok(()) => return Ok(path),
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            Err(errno) => return Err(refused(path.display().to_string(), errno)),
        }
    }
    let directories: Vec<String> =
        program.candidates.iter().filter_map(|path| Some(path.parent()?.display().to_string())).collect();
    let looked = match directories.as_slice() {
        [_] => program.arguments[0].clone(),
        several => format!("looked in {}", several.join(", ")),
    };
    Err(refused(looked, Errno::ENOENT))
}
