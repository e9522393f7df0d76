//! What is done to, or by, another process: limits, and programs of the host's that have a right Pontoon lacks.

use nix::errno::Errno;
use nix::sys::resource::Resource;
use nix::unistd::Pid;

use super::gate::{About, Rehearse, Result, pass};

/// prlimit(2) on another process.
///
/// # Errors
/// prlimit's: EPERM where a hard limit would be raised without `CAP_SYS_RESOURCE`.
pub fn prlimit(pid: Pid, resource: Resource, soft: u64, hard: u64) -> Result<()> {
    pass(
        "prlimit",
        || About::new(format!("{pid}, {resource:?}, {soft}, {hard}")),
        || {
            let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
            // SAFETY: `limit` outlives the call; the old limit is not asked for.
            Errno::result(unsafe {
                libc::prlimit(pid.as_raw(), resource as _, &raw const limit, std::ptr::null_mut())
            })
            .map(drop)
        },
    )
}

/// Runs a program of the host's to its end, with nothing to read, and returns what it said if that was no success.
///
/// # Errors
/// fork(2)'s and execve(2)'s: ENOENT where it is not on this host.
pub fn run_helper(program: &'static str, arguments: &[String]) -> Result<Option<String>> {
    let about = || {
        About::new(format!("{program:?}, {arguments:?}"))
            .command(format!("{program} {}", arguments.join(" ")))
    };
    pass("execve", about, || {
        let output = std::process::Command::new(program)
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO)))?;
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        Ok(Said((!output.status.success()).then_some(said)))
    })
    .map(|Said(said)| said)
}

struct Said(Option<String>);

impl Rehearse for Said {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self(None))
    }
}
