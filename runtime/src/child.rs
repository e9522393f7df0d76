//! The child: takes the plan and walks it, a straight list down to execve. No decision is made here.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::sys::signal::Signal;

use crate::airlock::Airlock;
use crate::cgroup;
use crate::error::{Doing, Error, Result};
use crate::explain::{self, Actor};
use crate::handshake::ChildEnd;
use crate::hooks;
use crate::plan::{CgroupDirectory, Plan, Process};
use crate::setup::mounts::Meanwhile;
use crate::setup::namespaces::Joined;
use crate::setup::streams::{self, Streams};
use crate::setup::{devices, exec, identity, mounts, namespaces, paths, root, scheduling, sysctl};
use crate::state::{Document, Gate, Status};
use crate::sys::clone::exit_now;
use crate::sys::{self, file, process};

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
    let prepared =
        prepare(&parent).and_then(|ready| Ok((ready, exec::entry(program, airlock, Some(&parent))?)));
    let ((ready, (entry, notifications)), go) =
        prepared.and_then(|all| Ok((all, parent.ready()?))).unwrap_or_else(|error| {
            tell(&parent, &error);
            exit_now(1)
        });
    if !go {
        exit_now(1);
    }
    // The parent has taken it. A copy here would keep the kernel waiting for an agent that is gone.
    drop(notifications);
    let leave = || last(ready).and_then(|()| exec::depart(program, entry, airlock));
    match gate {
        None => leave().unwrap_or_else(|error| tell(&parent, &error)),
        Some(gate) => {
            // Whoever made it is done, and will be gone.
            drop(parent);
            wait_at(gate).and_then(|()| leave()).unwrap_or_else(|error| gate.refuse(&error));
        }
    }
    exit_now(1)
}

/// Tells the parent what failed.
fn tell(parent: &ChildEnd, error: &Error) {
    let at_exec = matches!(error, Error::System { source, .. } if source.call.starts_with("execve"));
    parent.fail(error, at_exec);
}

fn wait_at(gate: &Gate) -> Result<()> {
    process::set_name(c"pontoon:[init]").doing(|| "name".to_owned())?;
    gate.wait()
}

/// The clone's life in a rehearsal: the same steps, told by the one who would have cloned it.
///
/// # Errors
/// The step that failed.
pub fn rehearse(program: &Process, airlock: &Airlock, prepare: impl FnOnce() -> Result<()>) -> Result<()> {
    explain::act_as(Actor::Container);
    prepare()?;
    exec::rehearse(program, airlock)?;
    explain::act_as(Actor::Host);
    Ok(())
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
    limits(plan, prepared, parent)?;
    scheduling::label(&plan.process.labels)?;
    // Later they would be out of reach.
    let early = plan.user.is_some() || !plan.root.own_mounts;
    let join_cgroups = || join_cgroups(plan, prepared, parent);
    if early {
        join_cgroups()?;
    }
    namespaces::enter_all(plan, prepared.own())?;
    let root = root::prepare(&plan.root)?;
    let mounts = mounts::with_trees(plan, &prepared.trees)?;
    if plan.user.is_some() {
        identity::become_root(plan.process.user.keeps_groups)?;
    }
    if plan.new_keyring {
        identity::own_keyring(&plan.id)?;
    }
    // The parent makes the cgroups meanwhile: they are waited for when they are needed.
    let join_late = || if early { Ok(()) } else { join_cgroups() };
    let on_procfs = |procfs: BorrowedFd<'_>| turn_ipv6_off(plan, procfs, parent);
    let meanwhile = Meanwhile { join_cgroups: join_late, on_procfs };
    let unsealed = mounts::mount_all(root.as_fd(), mounts, &plan.cgroup, meanwhile)?;
    devices::make_all(root.as_fd(), plan)?;
    root::make_cwd(root.as_fd(), &plan.process.cwd)?;
    let pid = before_the_root(plan, parent)?;
    streams::of_container(plan, &prepared.streams, root.as_fd(), parent)?;
    mounts::seal(&unsealed)?;
    kernel_parameters(plan, parent)?;
    paths::mask(root.as_fd(), &plan.masked_paths)?;
    paths::make_readonly(root.as_fd(), &plan.readonly_paths)?;
    let root = root::pivot(root.as_fd(), &plan.root)?;
    become_program(&plan.process, root.as_fd())?;
    Ok(pid)
}

fn limits(plan: &Plan, prepared: &Prepared, parent: Option<&ChildEnd>) -> Result<()> {
    match (&plan.user, parent) {
        (None, _) if prepared.between => Ok(()),
        (None, _) => identity::limits(&plan.process),
        // The parent sets them for one who has no rights on the host any more.
        (Some(_), Some(parent)) => parent.await_mapped(),
        (Some(_), None) => Ok(()),
    }
}

fn join_cgroups(plan: &Plan, prepared: &Prepared, parent: Option<&ChildEnd>) -> Result<()> {
    parent.map_or(Ok(()), ChildEnd::await_cgroups)?;
    if !prepared.between {
        cgroup::join_v1(&plan.cgroup.directories)?;
    }
    namespaces::new_cgroup(plan)
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

/// Turns IPv6 off before there are cards, if that is this side's to do.
fn turn_ipv6_off(plan: &Plan, procfs: BorrowedFd<'_>, parent: Option<&ChildEnd>) -> sys::Result<()> {
    if !plan.turns_ipv6_off() {
        return Ok(());
    }
    sysctl::turn_ipv6_off(procfs)?;
    // A parent that is gone takes this process along.
    let _ = parent.map(ChildEnd::ipv4_only);
    Ok(())
}

fn kernel_parameters(plan: &Plan, parent: Option<&ChildEnd>) -> Result<()> {
    if plan.sysctls.is_empty() {
        return Ok(());
    }
    // Those of a card want the card, which the parent brings.
    parent.map_or(Ok(()), ChildEnd::await_network)?;
    sysctl::write_all(&plan.sysctls)
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
    streams::of_joining(program, &prepared.streams, root.as_fd(), parent)?;
    become_program(program, root.as_fd())
}

/// The last steps: who the program is, where it is, and what it does not inherit.
fn become_program(program: &Process, root: BorrowedFd<'_>) -> Result<()> {
    streams::own_null(root)?;
    process::close_on_exec_from(3 + program.preserved_fds).doing(|| "descriptors".to_owned())?;
    scheduling::apply(&program.scheduling)?;
    identity::assume(program)?;
    root::enter_cwd(root, &program.cwd)?;
    process::set_death_signal(None).doing(|| "outlive the parent".to_owned())
}
