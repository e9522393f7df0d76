//! `netns identify` and `netns pids`: which processes are in which namespace.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{failed, name, said};
use crate::error::{Doing, Result};
use crate::ip::words::ABSENT;
use crate::netns::DIRECTORY;
use crate::netns::directory::{self, Named, identity};
use crate::state::State;
use crate::stdout;
use crate::sys::signals;

/// Prints the name of the namespace in which a process is: this one, if none is said. Of several names one is told, as `ip`
/// does: the last.
///
/// # Errors
/// It is no number of a process, or there is none; too many words.
pub fn identify(state: &State, words: &[OsString]) -> Result<()> {
    let pid = match words {
        [] => OsStr::new("self"),
        [pid] if is_number(pid) => pid,
        [other] => {
            return Err(failed(ABSENT, format!("Specified string '{}' is not a pid", other.display())));
        }
        _ => return Err(too_many()),
    };
    let its = identity(&Path::new("/proc").join(pid).join("ns/net")).map_err(|error| cannot_open(&error))?;
    let here = |named: &Named| identity(&named.path).is_ok_and(|identity| identity == its);
    let listed = match directory::entries() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed(ABSENT, format!("Failed to open directory {DIRECTORY}:{}", said(&error))));
        }
        entries => entries.unwrap_or_default(),
    };
    let found = listed.into_iter().rfind(here);
    let found = found.or_else(|| directory::unlisted(state).into_iter().find(here));
    let found = found.map(|named| named.name).unwrap_or_default();
    print(&[found.as_bytes(), b"\n"].concat())
}

/// Prints the numbers of the processes that are in a namespace.
///
/// # Errors
/// No such namespace; a word is missing, or too many.
pub fn pids(state: &State, words: &[OsString]) -> Result<()> {
    let name = name(words)?;
    if words.len() > 1 {
        return Err(too_many());
    }
    let file = directory::find(state, name).open().map_err(|error| cannot_open(&error))?;
    let about = file.metadata().doing(|| "Stat of netns".to_owned())?;
    let its = (about.dev(), about.ino());
    let processes = std::fs::read_dir("/proc")
        .map_err(|error| failed(ABSENT, format!("Open of /proc failed: {}", said(&error))))?;
    let mut text = Vec::new();
    for process in processes.flatten() {
        let pid = process.file_name();
        if is_number(&pid) && identity(&process.path().join("ns/net")).is_ok_and(|found| found == its) {
            text.extend_from_slice(pid.as_bytes());
            text.push(b'\n');
        }
    }
    print(&text)
}

fn is_number(word: &OsStr) -> bool {
    word.as_bytes().iter().all(u8::is_ascii_digit)
}

fn too_many() -> crate::error::Error {
    failed(ABSENT, "extra arguments specified".to_owned())
}

fn cannot_open(error: &io::Error) -> crate::error::Error {
    failed(ABSENT, format!("Cannot open network namespace: {}", said(error)))
}

fn print(text: &[u8]) -> Result<()> {
    signals::end_with_the_reader();
    stdout::print(text)
}
