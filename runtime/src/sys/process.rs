//! What a process does to itself and to others: namespaces, names, limits, signals, waiting.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::sched::CloneFlags;
use nix::sys::resource::Resource;
use nix::sys::signal::Signal;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use super::flags::{CLONE, names};
use super::gate::{About, Rehearse, Result, pass};

/// setns(2): enters the namespace that `namespace` stands for, which is of kind `kind` (a `CLONE_NEW*`
/// bit); `shown` is its path, to tell.
///
/// # Errors
/// setns's.
pub fn setns(namespace: BorrowedFd<'_>, kind: CloneFlags, shown: &Path) -> Result<()> {
    let about = || {
        let names = names(kind.bits().cast_unsigned().into(), CLONE);
        let about = About::new(format!("{shown:?}, {names}"));
        let command = format!("nsenter --net={} …", shown.display());
        // Who comes home leaves a shell, at a prompt.
        let goes = kind == CloneFlags::CLONE_NEWNET && !shown.starts_with("/proc/self");
        if goes { about.command(command) } else { about }
    };
    pass("setns", about, || nix::sched::setns(namespace, kind))
}

/// unshare(2).
///
/// # Errors
/// unshare's.
pub fn unshare(kind: CloneFlags) -> Result<()> {
    let about = || {
        let about = About::new(names(kind.bits().cast_unsigned().into(), CLONE));
        match kind {
            CloneFlags::CLONE_NEWNET => about.command("unshare --net"),
            CloneFlags::CLONE_NEWNS => about.command("unshare --mount"),
            _ => about,
        }
    };
    pass("unshare", about, || nix::sched::unshare(kind))
}

/// sethostname(2).
///
/// # Errors
/// sethostname's.
pub fn sethostname(name: &str) -> Result<()> {
    let about = || About::new(format!("{name:?}")).command(format!("hostname {name}"));
    pass("sethostname", about, || nix::unistd::sethostname(name))
}

/// setdomainname(2).
///
/// # Errors
/// setdomainname's.
pub fn setdomainname(name: &str) -> Result<()> {
    pass(
        "setdomainname",
        || About::new(format!("{name:?}")),
        || {
            // SAFETY: the pointer and the length are those of `name`.
            Errno::result(unsafe { libc::setdomainname(name.as_ptr().cast(), name.len()) }).map(drop)
        },
    )
}

/// chdir(2).
///
/// # Errors
/// chdir's.
pub fn chdir(path: &Path) -> Result<()> {
    let about = || About::new(format!("{path:?}")).command(format!("cd {}", path.display()));
    pass("chdir", about, || nix::unistd::chdir(path))
}

/// fchdir(2); `shown` is the directory's name, to tell.
///
/// # Errors
/// fchdir's.
pub fn fchdir(directory: BorrowedFd<'_>, shown: &Path) -> Result<()> {
    let about = || About::new(format!("{shown:?}")).command(format!("cd {}", shown.display()));
    pass("fchdir", about, || nix::unistd::fchdir(directory))
}

/// umask(2).
///
/// # Errors
/// None from the kernel.
pub fn umask(mode: u32) -> Result<()> {
    let about = || About::new(format!("0{mode:03o}")).command(format!("umask {mode:04o}"));
    pass("umask", about, || {
        nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(mode));
        Ok(())
    })
}

/// Begins a process group of its own, so that it can be named in a new process namespace.
///
/// # Errors
/// setpgid(2)'s.
pub fn setpgid() -> Result<()> {
    let this = Pid::from_raw(0);
    pass("setpgid", || About::new("0, 0"), || nix::unistd::setpgid(this, this))
}

/// setsid(2): a session of its own, so that no terminal of the host can be pushed into (TIOCSTI).
///
/// # Errors
/// setsid's.
pub fn setsid() -> Result<()> {
    pass("setsid", || About::default().command("setsid"), || nix::unistd::setsid().map(drop))
}

/// setrlimit(2).
///
/// # Errors
/// setrlimit's: EPERM where a hard limit would be raised without `CAP_SYS_RESOURCE`.
pub fn setrlimit(resource: Resource, soft: u64, hard: u64) -> Result<()> {
    pass(
        "setrlimit",
        || About::new(format!("{resource:?}, {soft}, {hard}")),
        || nix::sys::resource::setrlimit(resource, soft, hard),
    )
}

/// `prctl(PR_SET_PDEATHSIG)`: `signal` comes when the parent's thread ends; `None` calls it off.
///
/// # Errors
/// prctl(2)'s.
pub fn set_death_signal(signal: Option<Signal>) -> Result<()> {
    let shown = signal.map_or("0", Signal::as_str);
    pass(
        "prctl",
        || About::new(format!("PR_SET_PDEATHSIG, {shown}")),
        || nix::sys::prctl::set_pdeathsig(signal),
    )
}

/// `prctl(PR_SET_NAME)`: the name that ps(1) and top(1) show, 15 bytes at most.
///
/// # Errors
/// prctl(2)'s.
pub fn set_name(name: &std::ffi::CStr) -> Result<()> {
    pass("prctl", || About::new(format!("PR_SET_NAME, {name:?}")), || nix::sys::prctl::set_name(name))
}

/// `prctl(PR_SET_NO_NEW_PRIVS)`.
///
/// # Errors
/// prctl(2)'s.
pub fn set_no_new_privileges() -> Result<()> {
    let about = || About::new("PR_SET_NO_NEW_PRIVS, 1").command("setpriv --no-new-privs");
    pass("prctl", about, nix::sys::prctl::set_no_new_privs)
}

/// `prctl(PR_SET_DUMPABLE, 0)`: nobody inside a namespace that this process or its clone joins may trace it or
/// look at its descriptors (CVE-2016-9962). execve puts it back.
///
/// # Errors
/// prctl(2)'s.
pub fn set_undumpable() -> Result<()> {
    pass("prctl", || About::new("PR_SET_DUMPABLE, 0"), || nix::sys::prctl::set_dumpable(false))
}

/// `close_range(first, ~0, CLOSE_RANGE_CLOEXEC)`: whatever was inherited goes at the next execve.
///
/// # Errors
/// `close_range(2)`'s.
pub fn close_on_exec_from(first: u32) -> Result<()> {
    const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
    pass(
        "close_range",
        || About::new(format!("{first}, ~0, CLOSE_RANGE_CLOEXEC")),
        || {
            // SAFETY: with CLOSE_RANGE_CLOEXEC nothing is closed now, so no owner loses its descriptor.
            let result = unsafe {
                libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC)
            };
            Errno::result(result).map(drop)
        },
    )
}

/// dup2(2) onto a standard stream: 0, 1 or 2.
///
/// # Errors
/// dup2's.
pub fn dup_onto_stream(descriptor: BorrowedFd<'_>, stream: i32) -> Result<()> {
    assert!((0..=2).contains(&stream), "only the standard streams are replaced");
    pass(
        "dup2",
        || About::new(format!("{}, {stream}", descriptor.as_raw_fd())),
        || {
            if descriptor.as_raw_fd() == stream {
                return Ok(());
            }
            // SAFETY: no OwnedFd of this program owns a standard stream, so none loses its file.
            Errno::result(unsafe { libc::dup2(descriptor.as_raw_fd(), stream) }).map(drop)
        },
    )
}

/// `pidfd_open(2)`.
///
/// # Errors
/// `pidfd_open`'s: ESRCH where no such process is.
pub fn pidfd_open(pid: Pid) -> Result<OwnedFd> {
    pass(
        "pidfd_open",
        || About::new(pid.to_string()),
        || {
            // SAFETY: no pointers; the result is a new descriptor that nobody else owns, CLOEXEC by itself.
            unsafe {
                let fd = Errno::result(libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0))?;
                Ok(OwnedFd::from_raw_fd(fd.try_into().map_err(|_| Errno::EBADF)?))
            }
        },
    )
}

/// `pidfd_send_signal(2)`: `signal` is a number, so that real-time signals can be sent too.
///
/// # Errors
/// `pidfd_send_signal`'s: ESRCH where the process has ended.
pub fn pidfd_send_signal(process: BorrowedFd<'_>, signal: i32) -> Result<()> {
    let about = || {
        let name = Signal::try_from(signal).map_or_else(|_| signal.to_string(), |s| s.as_str().to_owned());
        About::new(format!("{}, {name}", process.as_raw_fd()))
    };
    pass("pidfd_send_signal", about, || {
        // SAFETY: the siginfo pointer is null, which asks the kernel to fill in kill(2)'s.
        let result = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                process.as_raw_fd(),
                signal,
                std::ptr::null::<libc::siginfo_t>(),
                0,
            )
        };
        Errno::result(result).map(drop)
    })
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It exited with a status.
    Exited(i32),
    /// A signal ended it.
    Killed(i32),
}

impl Ended {
    /// The shell's convention, which is docker's: the status, or 128 and the signal.
    pub fn status(self) -> u8 {
        match self {
            Self::Exited(status) => u8::try_from(status & 0xff).unwrap_or(u8::MAX),
            Self::Killed(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        }
    }
}

impl Rehearse for Ended {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self::Exited(0))
    }

    fn returned(&self) -> Option<i64> {
        Some(self.status().into())
    }
}

/// waitid(2) on a child of this process: waits for its end and reaps it.
///
/// # Errors
/// waitid's.
pub fn wait(process: BorrowedFd<'_>) -> Result<Ended> {
    pass(
        "waitid",
        || About::new(format!("P_PIDFD, {}, WEXITED", process.as_raw_fd())),
        || {
            loop {
                match waitid(Id::PIDFd(process), WaitPidFlag::WEXITED) {
                    Ok(WaitStatus::Exited(_, status)) => return Ok(Ended::Exited(status)),
                    Ok(WaitStatus::Signaled(_, signal, _)) => return Ok(Ended::Killed(signal as i32)),
                    // A real-time signal is none that nix knows by name, yet the child has been reaped.
                    Err(Errno::EINVAL) => return Ok(Ended::Killed(libc::SIGRTMIN())),
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(errno) => return Err(errno),
                }
            }
        },
    )
}
