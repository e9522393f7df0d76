//! A bundle with busybox in it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::busybox::{self, Busybox};
use crate::config::config_running;
use crate::error::{Error, While};
use crate::journal::Journal;
use crate::skeleton::{DIRECTORIES, FILES};

/// How the user wants the bundle.
#[derive(Debug, Default)]
pub struct Options {
    /// The busybox to take, instead of one that is found.
    pub busybox: Option<PathBuf>,
    /// Write into a directory that has files already.
    pub force: bool,
    /// The program of the bundle and its arguments; `sh` if there are none.
    pub command: Vec<String>,
}

/// Makes `dir` a bundle and returns the busybox that went in.
///
/// Everything is made, or nothing. With `force`, what has the name of a file made here is replaced,
/// and all else in `dir` stays.
///
/// # Errors
/// `dir` is not an empty directory, no busybox serves, or the files cannot be written.
pub fn busybox(dir: &Path, options: &Options) -> Result<Busybox, Error> {
    if !options.force {
        check_free(dir)?;
    }
    let busybox = busybox::find(options.busybox.as_deref())?;
    let mut journal = Journal::new(options.force);
    journal.top(dir)?;
    let rootfs = dir.join("rootfs");
    journal.directory(&rootfs, 0o755)?;
    for (path, mode) in DIRECTORIES {
        journal.directory(&rootfs.join(path), *mode)?;
    }
    for (path, contents) in FILES {
        journal.file(&rootfs.join(path), contents.as_bytes(), 0o644)?;
    }
    journal.file(&rootfs.join("bin/busybox"), &busybox.program, 0o755)?;
    for applet in &busybox.applets {
        link(&mut journal, &rootfs, applet)?;
    }
    // The last file, as it is the one that makes the directory a bundle.
    journal.file(&dir.join("config.json"), config_running(&options.command).as_bytes(), 0o644)?;
    journal.keep();
    Ok(busybox)
}

/// The directory must be empty, or not there yet.
fn check_free(dir: &Path) -> Result<(), Error> {
    let mut entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.while_doing(|| dir.display().to_string())?,
    };
    if entries.next().is_some() {
        let dir = dir.display();
        return Err(Error::new(format!("{dir}: not empty (--force to write into it all the same)")));
    }
    Ok(())
}

/// Links an applet to busybox, by a relative path: it leads right inside and outside the container.
fn link(journal: &mut Journal, rootfs: &Path, applet: &Path) -> Result<(), Error> {
    let mut parents: Vec<&Path> =
        applet.ancestors().skip(1).filter(|dir| !dir.as_os_str().is_empty()).collect();
    parents.reverse();
    for dir in &parents {
        if !DIRECTORIES.iter().any(|(known, _)| Path::new(known) == *dir) {
            journal.directory(&rootfs.join(dir), 0o755)?;
        }
    }
    let target = if parents == [Path::new("bin")] {
        PathBuf::from("busybox")
    } else {
        parents.iter().map(|_| "..").collect::<PathBuf>().join("bin/busybox")
    };
    journal.link(&rootfs.join(applet), &target)
}
