//! `netns exec`: a program in another network namespace, with the /sys and the files of /etc that belong to it.

use std::ffi::{CString, OsStr, OsString};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::sched::CloneFlags;
use nix::sys::statvfs::{FsFlags, statvfs};

use super::{all, failed, name, said};
use crate::error::{Doing, Error, Result};
use crate::ip::words::{ABSENT, MISTAKE};
use crate::netns::directory::{self, Named};
use crate::state::State;
use crate::stdout;
use crate::sys::clone::{execute_by_name, exit_now, fork_process};
use crate::sys::gate::rehearsing;
use crate::sys::process::Ended;
use crate::sys::{path_mount, process, signals};

/// Where the files lie that a namespace has instead of those in /etc (ip-netns(8)).
const ETC: &str = "/etc/netns";

/// Replaces this process by a program in the namespace that is named first. Returns in a rehearsal only.
///
/// # Errors
/// A word is missing, no such namespace, no such program; the kernel's.
pub fn exec(state: &State, words: &[OsString]) -> Result<()> {
    let (named, command) = what(state, words)?;
    run(&named, command)
}

/// The namespace that is named first, and the program that follows.
fn what<'a>(state: &State, words: &'a [OsString]) -> Result<(Named, &'a [OsString])> {
    let name = name(words)?;
    let command = words.get(1..).filter(|command| !command.is_empty()).ok_or_else(no_command)?;
    Ok((directory::find(state, name), command))
}

/// Runs a program in the namespace that is named first, and waits for its end. Returns its exit status.
///
/// # Errors
/// As [`exec`]; fork(2)'s.
pub fn as_child(state: &State, words: &[OsString]) -> Result<u8> {
    let (named, command) = what(state, words)?;
    in_one(&named, command)
}

/// Runs a program in each namespace that has a name, one after another. What became of it is no matter to the exit status,
/// as with `ip`.
///
/// # Errors
/// No program is named; fork(2)'s.
pub fn in_all(state: &State, command: &[OsString]) -> Result<()> {
    if command.is_empty() {
        return Err(no_command());
    }
    for named in all()?.into_iter().chain(directory::unlisted(state)) {
        stdout::print([b"\nnetns: ", named.name.as_bytes(), b"\n"].concat())?;
        in_one(&named, command)?;
    }
    Ok(())
}

/// Runs a program in a namespace and waits for its end. Returns its exit status.
fn in_one(named: &Named, command: &[OsString]) -> Result<u8> {
    let doing = || format!("run {}", command.first().map(OsString::as_os_str).unwrap_or_default().display());
    let tell = |error: &Error| eprintln!("{error}");
    match fork_process().doing(doing)? {
        None => {
            let failed = run(named, command);
            let _ = failed.inspect_err(tell);
            exit_now(1)
        }
        // Nothing was forked: what the other side would do is told here.
        Some(_) if rehearsing() => run(named, command).map(|()| 0),
        Some(child) => {
            let child = process::pidfd_open(child).doing(doing)?;
            process::wait(child.as_fd()).doing(doing).map(Ended::status)
        }
    }
}

fn no_command() -> Error {
    failed(ABSENT, "No command specified".to_owned())
}

fn run(named: &Named, command: &[OsString]) -> Result<()> {
    enter(named)?;
    // All else is the caller's: who started this with nohup(1) meant the program.
    signals::end_with_the_reader();
    let words: Vec<CString> = command.iter().filter_map(|word| CString::new(word.as_bytes()).ok()).collect();
    execute_by_name(&words).map_err(|error| {
        let program = command.first().map(OsString::as_os_str).unwrap_or_default();
        failed(ABSENT, format!("exec of \"{}\" failed: {}", program.display(), error.errno.desc()))
    })
}

/// Takes this process into a namespace, with mounts of its own that fit it.
fn enter(named: &Named) -> Result<()> {
    let name = &named.name;
    let wrong = |text: String| failed(MISTAKE, text);
    let file = named.open().map_err(|error| {
        wrong(format!("Cannot open network namespace \"{}\": {}", name.display(), said(&error)))
    })?;
    process::setns(file.as_fd(), CloneFlags::CLONE_NEWNET, &named.path).map_err(|error| {
        let why = error.errno.desc();
        wrong(format!("setting the network namespace \"{}\" failed: {why}", name.display()))
    })?;
    process::unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|error| wrong(format!("unshare failed: {}", error.errno.desc())))?;
    path_mount::make_slave(Path::new("/"))
        .map_err(|error| wrong(format!("\"mount --make-rslave /\" failed: {}", error.errno.desc())))?;
    // The devices in /sys are those of the namespace in which it was mounted.
    let sys = Path::new("/sys");
    // Where it can't be taken away, what can only be read must not become more than that.
    let read_only = path_mount::detach(sys).is_err()
        && statvfs(sys).is_ok_and(|about| about.flags().contains(FsFlags::ST_RDONLY));
    path_mount::sysfs(&name.to_string_lossy(), sys, read_only)
        .map_err(|error| wrong(format!("mount of /sys failed: {}", error.errno.desc())))?;
    bind_files(name);
    Ok(())
}

/// Puts the files that are the namespace's own in the places of those in /etc. One that can't be is told, and no more.
fn bind_files(name: &OsStr) {
    let own = Path::new(ETC).join(name);
    for entry in std::fs::read_dir(own).into_iter().flatten().flatten() {
        let place = Path::new("/etc").join(entry.file_name());
        if let Err(error) = path_mount::bind(&entry.path(), &place, false) {
            let (from, to, why) = (entry.path(), place.display(), error.errno.desc());
            eprintln!("Bind {} -> {to} failed: {why}", from.display());
        }
    }
}
