//! Making processes: clone3(2) and fork(2).

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;
use nix::unistd::{ForkResult, Pid, fork};

use super::flags;
use super::gate::{About, Rehearse, Result, pass, rehearsing};
use crate::abi::CLONE_INTO_CGROUP;

/// Which side of a clone this is.
#[derive(Debug)]
pub enum Cloned {
    /// The process that asked.
    Parent(Child),
    /// The new process.
    Child,
}

/// A process that this one cloned.
#[derive(Debug)]
pub struct Child {
    /// Its number, as the parent sees it; 0 in a rehearsal.
    pub pid: Pid,
    /// The process itself: the number may be used again, this can't be.
    pub pidfd: OwnedFd,
}

impl Rehearse for Cloned {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self::Parent(Child { pid: Pid::from_raw(0), pidfd: OwnedFd::rehearsed()? }))
    }

    fn returned(&self) -> Option<i64> {
        match self {
            Self::Parent(child) => Some(child.pid.as_raw().into()),
            Self::Child => Some(0),
        }
    }

    fn tells(&self) -> bool {
        matches!(self, Self::Parent(_))
    }
}

/// clone3(2): a copy of this process in new namespaces (`CLONE_NEW*` bits), on cgroup v2 born inside
/// `cgroup`. SIGCHLD tells of its end: with `CLONE_PARENT` this process's parent, whose child it is then.
///
/// # Errors
/// clone3's. A process with more than one thread is refused: the copy would hold locks for ever.
pub fn clone3(namespaces: u64, cgroup: Option<BorrowedFd<'_>>) -> Result<Cloned> {
    let about = || {
        let mut names = flags::names(namespaces | u64::from(libc::CLONE_PIDFD.cast_unsigned()), flags::CLONE);
        if cgroup.is_some() {
            names += "|CLONE_INTO_CGROUP";
        }
        About::new(format!("{names}, SIGCHLD")).command(unshare_command(namespaces))
    };
    pass("clone3", about, || {
        assert_single_thread()?;
        let parents = namespaces & u64::from(libc::CLONE_PARENT.cast_unsigned()) != 0;
        let mut pidfd: libc::c_int = -1;
        let mut arguments = libc::clone_args {
            flags: namespaces | u64::from(libc::CLONE_PIDFD.cast_unsigned()),
            pidfd: (&raw mut pidfd).addr() as u64,
            child_tid: 0,
            parent_tid: 0,
            exit_signal: if parents { 0 } else { libc::SIGCHLD.cast_unsigned().into() },
            stack: 0,
            stack_size: 0,
            tls: 0,
            set_tid: 0,
            set_tid_size: 0,
            cgroup: 0,
        };
        if let Some(cgroup) = cgroup {
            arguments.flags |= CLONE_INTO_CGROUP;
            arguments.cgroup = cgroup.as_raw_fd().cast_unsigned().into();
        }
        // SAFETY: `arguments` is a valid clone_args and `pidfd` outlives the call. No stack is given, so
        // the child goes on with a copy of this one, as after fork; there is one thread (checked
        // above), so no lock is held by a thread that the child lacks.
        let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw mut arguments, size_of_val(&arguments)) };
        match Errno::result(pid)? {
            0 => Ok(Cloned::Child),
            pid => Ok(Cloned::Parent(Child {
                pid: Pid::from_raw(pid.try_into().map_err(|_| Errno::EOVERFLOW)?),
                // SAFETY: CLONE_PIDFD stored a new descriptor that nobody else owns.
                pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
            })),
        }
    })
}

/// fork(2): a copy of this process in the same namespaces. Both sides return.
///
/// # Errors
/// fork's. In a rehearsal nothing is forked and the parent returns.
pub fn fork_process() -> Result<Option<Pid>> {
    pass("fork", About::default, || {
        assert_single_thread()?;
        // SAFETY: there is one thread (checked above), so the child may do whatever the parent may.
        match unsafe { fork()? } {
            ForkResult::Parent { child } => Ok(Forked(Some(child))),
            ForkResult::Child => Ok(Forked(None)),
        }
    })
    .map(|Forked(side)| side)
}

struct Forked(Option<Pid>);

impl Rehearse for Forked {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self(Some(Pid::from_raw(0))))
    }

    fn returned(&self) -> Option<i64> {
        self.0.map(|child| child.as_raw().into())
    }

    fn tells(&self) -> bool {
        self.0.is_some()
    }
}

/// unshare(2) does nothing about `CLONE_THREAD`, and refuses it to one of several threads. It asks nothing of /proc,
/// which may be another namespace's.
fn assert_single_thread() -> nix::Result<()> {
    let alone = nix::sched::unshare(nix::sched::CloneFlags::CLONE_THREAD).is_ok();
    if alone || rehearsing() { Ok(()) } else { Err(Errno::EBUSY) }
}

/// The unshare(1) that makes the same namespaces.
fn unshare_command(namespaces: u64) -> String {
    const WORDS: [(libc::c_int, &str); 7] = [
        (libc::CLONE_NEWUSER, " --user"),
        (libc::CLONE_NEWPID, " --pid"),
        (libc::CLONE_NEWNS, " --mount"),
        (libc::CLONE_NEWNET, " --net"),
        (libc::CLONE_NEWIPC, " --ipc"),
        (libc::CLONE_NEWUTS, " --uts"),
        (libc::CLONE_NEWCGROUP, " --cgroup"),
    ];
    let words = WORDS.iter().filter(|(bit, _)| namespaces & u64::from(bit.cast_unsigned()) != 0);
    words.fold(String::from("unshare --fork"), |command, (_, word)| command + word)
}

/// Leaves a clone at once: no destructor of the parent's copy runs, nothing of it is flushed.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: _exit has no precondition.
    unsafe { libc::_exit(status) }
}

/// What is executed.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// Its path, where PATH has been searched already.
    pub path: &'a CStr,
    /// Its words.
    pub arguments: &'a [CString],
    /// `NAME=value`.
    pub environment: &'a [CString],
}

/// How the airlock is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By execveat(2).
    Descriptor,
    /// By execve(2) of its descriptor's link in /proc.
    Proc,
}

/// Whether /proc/self/fd is the kernel's own. Looks only; in a rehearsal it would be the host's.
///
/// # Errors
/// statfs(2)'s; ENOTSUP for another file system than procfs.
pub fn proc_is_genuine() -> Result<()> {
    let path = "/proc/self/fd";
    let kind = nix::sys::statfs::statfs(path).map(|about| about.filesystem_type());
    let failed = |errno| Err(super::Error { call: "statfs", arguments: format!("{path:?}"), errno });
    match kind {
        _ if rehearsing() => Ok(()),
        Ok(nix::sys::statfs::PROC_SUPER_MAGIC) => Ok(()),
        Ok(_) => failed(Errno::ENOTSUP),
        Err(errno) => failed(errno),
    }
}

/// Replaces this process by a program: execve(2), by way of the airlock. Returns only if that could not be
/// entered, or in a rehearsal.
///
/// # Errors
/// execveat(2)'s or execve(2)'s.
pub fn execve(airlock: BorrowedFd<'_>, way: Way, program: Program<'_>) -> Result<()> {
    let Program { path, arguments, environment } = program;
    let words: Vec<String> = arguments.iter().map(|word| format!("{word:?}")).collect();
    let about = About::new(format!("{path:?}, [{}], {} variables", words.join(", "), environment.len()));
    super::gate::announce("execve", &about, None);
    if rehearsing() {
        return Ok(());
    }
    let mut through = vec![c"".to_owned(), path.to_owned()];
    through.extend_from_slice(arguments);
    let (call, Err(errno)) = match way {
        Way::Descriptor => {
            let flags = nix::fcntl::AtFlags::AT_EMPTY_PATH;
            ("execveat", nix::unistd::execveat(airlock, c"", &through, environment, flags))
        }
        Way::Proc => {
            let link = CString::new(format!("/proc/self/fd/{}", airlock.as_raw_fd())).expect("no zero byte");
            ("execve", nix::unistd::execve(&link, &through, environment))
        }
    };
    super::gate::announce(call, &about, Some(errno));
    Err(super::Error { call, arguments: about.arguments, errno })
}

/// Replaces this process by a program of Pontoon's own, with an empty environment: execve(2) as it is. Returns only if
/// that failed, or in a rehearsal.
///
/// # Errors
/// execve's.
pub fn execute(path: &CStr, words: &[CString]) -> Result<()> {
    let about = About::new(format!("{path:?}, {words:?}, 0 variables"));
    super::gate::announce("execve", &about, None);
    if rehearsing() {
        return Ok(());
    }
    let Err(errno) = nix::unistd::execve(path, words, &[] as &[CString]);
    super::gate::announce("execve", &about, Some(errno));
    Err(super::Error { call: "execve", arguments: about.arguments, errno })
}

/// Replaces this process by the program that `words` begin with, looked for in PATH where it has no slash, with this
/// process's environment: execvp(3). Returns only if that failed, or in a rehearsal.
///
/// # Errors
/// execve(2)'s: ENOENT where there is no such program.
pub fn execute_by_name(words: &[CString]) -> Result<()> {
    let Some(program) = words.first() else {
        return Err(super::Error { call: "execvp", arguments: String::new(), errno: Errno::ENOENT });
    };
    let line: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let about = About::new(format!("{program:?}, {words:?}")).command(line.join(" "));
    super::gate::announce("execvp", &about, None);
    if rehearsing() {
        return Ok(());
    }
    let Err(errno) = nix::unistd::execvp(program, words);
    super::gate::announce("execvp", &about, Some(errno));
    Err(super::Error { call: "execvp", arguments: about.arguments, errno })
}

/// The words of strerror(3) for an error, without the number that `io::Error` adds.
pub fn words(error: &io::Error) -> String {
    let mut text = error.to_string();
    if let (Some(_), Some(end)) = (error.raw_os_error(), text.rfind(" (os error")) {
        text.truncate(end);
    }
    text
}
