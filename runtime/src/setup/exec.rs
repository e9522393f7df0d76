//! The program: found, and executed.

use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;

use super::seccomp;
use crate::airlock::Airlock;
use crate::error::{Doing, Error, Result};
use crate::handshake::ChildEnd;
use crate::plan::Process;
use crate::sys::clone::{Program, Way, execve};
use crate::sys::{self, file, signals};

/// Where the program is, and the way there.
pub type Entry<'a> = (&'a Path, Way);

/// Looks for the program and the way there, before a filter can be in force that would not let anybody look; loads
/// one whose notifications the parent hands over.
///
/// # Errors
/// There is no such program, or it may not be executed; the filter's.
pub fn entry<'a>(
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
///
/// # Errors
/// execve(2)'s, and those of what comes right before it.
pub fn depart(program: &Process, (path, way): Entry<'_>, airlock: &Airlock) -> Result<()> {
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

/// The first candidate that may be executed. Fails as execve(2) would: ENOENT where the program is nowhere, EACCES where it may not be executed.
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
