//! The child: takes the plan and walks it, a straight list down to execve. No decision is made here.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::Signal;

use crate::airlock::Airlock;
use crate::cgroup;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::handshake::ChildEnd;
use crate::hooks;
use crate::plan::{CgroupDirectory, MountSource, Plan, Process};
use crate::setup::namespaces::Joined;
use crate::setup::{devices, identity, mounts, namespaces, paths, root, scheduling, seccomp, sysctl};
use crate::state::{Document, Gate, Status};
use crate::sys::clone::{Program, Way, execve, exit_now};
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
    /// Whether another entered them and the v1 cgroups, set the limits and cloned the child there (`between`).
    pub between: bool,
    /// The trees of mounts that only the parent can make, at the mounts' places.
    pub trees: Vec<Option<OwnedFd>>,
    /// The standard streams.
    pub streams: Streams,
    /// Where it waits for `start`, if it does.
    pub gate: Option<Gate>,
}

impl Prepared {
    /// The namespaces that the child enters itself.
    fn own(&self) -> &[Joined] {
        if self.between { &[] } else { &self.joined }
    }
}

/// The whole life of a clone as Pontoon's code: `prepare`, then `last`, then the program. It ends there, or
/// tells the parent why not; at a gate it first waits for `start`, and tells that.
pub fn main<T>(
    program: &Process,
    airlock: &Airlock,
    gate: Option<&Gate>,
    parent: ChildEnd,
    prepare: impl FnOnce(&ChildEnd) -> Result<T>,
    last: impl FnOnce(T) -> Result<()>,
) -> ! {
    explain::act_as(Actor::Container);
    let failed = |error: &Error| {
        let at_exec = matches!(error, Error::System { source, .. } if source.call.starts_with("execve"));
        parent.fail(error, at_exec);
    };
    let prepared = prepare(&parent).and_then(|ready| Ok((ready, entry(program, airlock, Some(&parent))?)));
    let ((ready, (entry, notifications)), go) =
        prepared.and_then(|all| Ok((all, parent.ready()?))).unwrap_or_else(|error| {
            failed(&error);
            exit_now(1)
        });
    if !go {
        exit_now(1);
    }
    // The parent has taken it. A copy here would keep the kernel waiting for an agent that is gone.
    drop(notifications);
    let leave = || last(ready).and_then(|()| depart(program, entry, airlock));
    match gate {
        None => {
            if let Err(error) = leave() {
                failed(&error);
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
    match (&plan.user, parent) {
        (None, _) if prepared.between => {}
        (None, _) => identity::limits(&plan.process)?,
        // The parent sets them for one who has no rights on the host any more.
        (Some(_), Some(parent)) => parent.await_mapped()?,
        (Some(_), None) => {}
    }
    scheduling::label(&plan.process.labels)?;
    // Later they would be out of reach.
    let early = plan.user.is_some() || !plan.root.own_mounts;
    if early {
        join_cgroups(plan, prepared, parent)?;
    }
    namespaces::enter_all(plan, prepared.own())?;
    let root = root::prepare(&plan.root)?;
    let mut mounts = mounts::with_trees(plan, &prepared.trees)?;
    if plan.user.is_some() {
        identity::become_root(plan.process.user.keeps_groups)?;
    }
    if plan.new_keyring {
        identity::own_keyring(&plan.id)?;
    }
    // The parent makes the cgroups meanwhile: they are waited for when they are needed.
    let first_cgroup = mounts.iter().position(|(mount, _)| mount.source == MountSource::Cgroup);
    let after = mounts.split_off(first_cgroup.unwrap_or(mounts.len()));
    let mut unsealed = mounts::mount_all(root.as_fd(), mounts, &plan.cgroup)?;
    if !early {
        join_cgroups(plan, prepared, parent)?;
    }
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

fn join_cgroups(plan: &Plan, prepared: &Prepared, parent: Option<&ChildEnd>) -> Result<()> {
    parent.map_or(Ok(()), ChildEnd::await_cgroups)?;
    if !prepared.between {
        cgroup::join_v1(&plan.cgroup.directories)?;
    }
    namespaces::new_cgroup(plan)
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
    if !prepared.between {
        identity::limits(program)?;
    }
    scheduling::label(&program.labels)?;
    if !prepared.between {
        cgroup::join_v1(cgroups)?;
    }
    scheduling::stay_on(&program.scheduling.affinity)?;
    namespaces::enter_own(prepared.own())?;
    if prepared.between {
        identity::become_root(program.user.keeps_groups)?;
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
        if plan.rootless && plan.process.user.uid != 0 {
            // Only here is there one who may give what is the caller's to another of the caller's ids.
            let Streams { input, output, error } = &prepared.streams;
            for stream in [input, output, error].into_iter().flatten().filter(|it| !file::is_null(it.as_fd()))
            {
                file::chown(stream.as_fd(), plan.process.user.uid).doing(|| "streams".to_owned())?;
            }
        }
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

/// Where the program is, and the way there.
type Entry<'a> = (&'a Path, Way);

/// Looks for the program and the way there, before a filter can be in force that would not let anybody look; loads
/// one whose notifications the parent hands over.
fn entry<'a>(
    program: &'a Process,
    airlock: &Airlock,
    parent: Option<&ChildEnd>,
) -> Result<(Entry<'a>, Option<OwnedFd>)> {
    let path = find(program)?;
    let (way, notifications) = seccomp::load_with_parent(program, airlock, parent)?;
    Ok(((path, way), notifications))
}

/// The last steps in a rehearsal.
///
/// # Errors
/// The step that failed.
pub fn rehearse(program: &Process, airlock: &Airlock) -> Result<()> {
    depart(program, entry(program, airlock, None)?.0, airlock)
}

/// Becomes the program. Returns only if that failed, or in a rehearsal.
fn depart(program: &Process, (path, way): Entry<'_>, airlock: &Airlock) -> Result<()> {
    let word = |word: &String| CString::new(word.as_str()).expect("checked when planned");
    let arguments: Vec<CString> = program.arguments.iter().map(word).collect();
    let environment: Vec<CString> = program.environment.iter().map(word).collect();
    let doing = || format!("exec {:?}", program.arguments[0]);
    signals::reset().doing(doing)?;
    let path = CString::new(path.as_os_str().as_bytes()).expect("checked when planned");
    seccomp::load_last(program, airlock)?;
    let program = Program { path: &path, arguments: &arguments, environment: &environment };
    execve(airlock.image.as_fd(), way, program).doing(doing)
}

/// The first candidate that may be executed.
///
/// # Errors
/// What execve(2) would answer: ENOENT where the program is nowhere, EACCES where it may not be executed.
fn find(program: &Process) -> Result<&Path> {
    let refused = |arguments: String, errno| {
        let doing = format!("exec {:?}", program.arguments[0]);
        Error::System { doing, source: sys::Error { call: "execve", arguments, errno } }
    };
    let mut forbidden = None;
    for path in &program.candidates {
        match file::executable(path) {
            Ok(()) => return Ok(path),
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            // As execvp(3): the one that may be executed can be further along.
            Err(errno) => forbidden = forbidden.or(Some((path, errno))),
        }
    }
    if let Some((path, errno)) = forbidden {
        return Err(refused(path.display().to_string(), errno));
    }
    let directories: Vec<String> =
        program.candidates.iter().filter_map(|path| Some(path.parent()?.display().to_string())).collect();
    let looked = match directories.as_slice() {
        [_] => program.arguments[0].clone(),
        several => format!("looked in {}", several.join(", ")),
    };
    Err(refused(looked, Errno::ENOENT))
}
