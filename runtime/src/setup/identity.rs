//! Who the program is: limits, groups, user, capabilities.

use caps::{Capability, CapsHashSet};
use nix::errno::Errno;
use nix::sys::resource::Resource;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::error::{Doing, Result};
use crate::plan::{Process, Rlimit};
use crate::sys::{self, file, ids, keyring, other, process};

/// The mask of new files' modes, where config.json names none.
pub const USUAL_UMASK: u32 = 0o022;

/// What needs the host's /proc and the host's rights: limits, and the score for the out-of-memory killer.
///
/// # Errors
/// EPERM where a limit would be raised, or the score lowered, without `CAP_SYS_RESOURCE`.
pub fn limits(program: &Process) -> Result<()> {
    for Rlimit { resource, soft, hard } in &program.rlimits {
        named(resource)
            .and_then(|kind| process::setrlimit(kind, *soft, *hard))
            .doing(|| format!("limit {resource} to {soft}:{hard}"))?;
    }
    if let Some(score) = program.oom_score_adj {
        file::write("/proc/self/oom_score_adj".as_ref(), &score.to_string())
            .doing(|| format!("oom_score_adj {score}"))?;
    }
    Ok(())
}

/// The same for the process `pid`, which has no rights of the host's any more, because it is in a user namespace.
///
/// # Errors
/// As [`limits`].
pub fn limits_of(pid: Pid, program: &Process) -> Result<()> {
    for Rlimit { resource, soft, hard } in &program.rlimits {
        named(resource)
            .and_then(|kind| other::prlimit(pid, kind, *soft, *hard))
            .doing(|| format!("limit {resource} to {soft}:{hard}"))?;
    }
    if let Some(score) = program.oom_score_adj {
        file::write(format!("/proc/{pid}/oom_score_adj").as_ref(), &score.to_string())
            .doing(|| format!("oom_score_adj {score}"))?;
    }
    Ok(())
}

/// Becomes root of the user namespace that this process is in, and nobody outside of it. Until now it was there
/// as who Pontoon is outside, and what that one may open could be opened; what it makes from now on is root's.
///
/// # Errors
/// EINVAL where root is nobody in the namespace.
pub fn become_root(keeps_groups: bool) -> Result<()> {
    let doing = || "become root of the user namespace".to_owned();
    if !keeps_groups {
        ids::setgroups(&[]).doing(doing)?;
    }
    ids::setgid(0).doing(doing)?;
    ids::setuid(0).doing(doing)?;
    // A change of user calls both off.
    process::set_undumpable().doing(doing)?;
    process::set_death_signal(Some(Signal::SIGKILL)).doing(doing)
}

/// A session keyring of the container's own, so that it holds no keys of whoever made it. Programs that join the
/// container later join it too.
///
/// # Errors
/// keyctl(2)'s.
pub fn own_keyring(id: &str) -> Result<()> {
    let name = format!("_ses.{id}");
    keyring::join_session(&name).doing(|| format!("session keyring {name}"))
}

/// A resource by the name of its constant.
fn named(name: &str) -> sys::Result<Resource> {
    const ALL: [Resource; 16] = [
        Resource::RLIMIT_AS,
        Resource::RLIMIT_CORE,
        Resource::RLIMIT_CPU,
        Resource::RLIMIT_DATA,
        Resource::RLIMIT_FSIZE,
        Resource::RLIMIT_LOCKS,
        Resource::RLIMIT_MEMLOCK,
        Resource::RLIMIT_MSGQUEUE,
        Resource::RLIMIT_NICE,
        Resource::RLIMIT_NOFILE,
        Resource::RLIMIT_NPROC,
        Resource::RLIMIT_RSS,
        Resource::RLIMIT_RTPRIO,
        Resource::RLIMIT_RTTIME,
        Resource::RLIMIT_SIGPENDING,
        Resource::RLIMIT_STACK,
    ];
    ALL.into_iter().find(|resource| format!("{resource:?}") == name).ok_or_else(|| sys::Error {
        call: "setrlimit",
        arguments: name.to_owned(),
        errno: Errno::EINVAL,
    })
}

/// Becomes the program's user with its capabilities and no more, but for the one that a filter is loaded by. The
/// order matters: the bounding set needs `CAP_SETPCAP`, groups need `CAP_SETGID`, and the sets themselves come
/// once nothing else is asked for.
///
/// # Errors
/// The step that failed.
pub fn assume(program: &Process) -> Result<()> {
    let wanted = &program.capabilities;
    let doing = || "capabilities".to_owned();
    ids::limit_bounding_set(&wanted.bounding).doing(doing)?;
    ids::keep_capabilities(true).doing(doing)?;
    let user = &program.user;
    if !user.keeps_groups {
        ids::setgroups(&user.groups).doing(|| format!("groups {:?}", user.groups))?;
    }
    ids::setgid(user.gid).doing(|| format!("group {}", user.gid))?;
    ids::setuid(user.uid).doing(|| format!("user {}", user.uid))?;
    ids::keep_capabilities(false).doing(doing)?;
    let with_more = |set: &CapsHashSet| {
        let more = program.loads_by_privilege().then_some(Capability::CAP_SYS_ADMIN);
        set.iter().copied().chain(more).collect::<CapsHashSet>()
    };
    let (permitted, effective) = (with_more(&wanted.permitted), with_more(&wanted.effective));
    ids::capset(&permitted, &effective, &wanted.inheritable).doing(doing)?;
    if !wanted.ambient.is_empty() {
        ids::set_ambient(&wanted.ambient).doing(doing)?;
    }
    if program.no_new_privileges {
        process::set_no_new_privileges().doing(|| "no_new_privs".to_owned())?;
    }
    process::umask(user.umask.unwrap_or(USUAL_UMASK)).doing(|| "umask".to_owned())
}

/// Gives up the capability that the filter was loaded by, unless it is the program's.
///
/// # Errors
/// capset(2)'s.
pub fn settle(program: &Process) -> Result<()> {
    let wanted = &program.capabilities;
    if [&wanted.permitted, &wanted.effective].iter().all(|set| set.contains(&Capability::CAP_SYS_ADMIN)) {
        return Ok(());
    }
    ids::capset(&wanted.permitted, &wanted.effective, &wanted.inheritable).doing(|| "capabilities".to_owned())
}
