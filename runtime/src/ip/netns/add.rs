//! `netns add`, `attach` and `delete`: names come and go.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sched::CloneFlags;

use super::{failed, integer, name, said};
use crate::error::{Error, Result};
use crate::ip::words::ABSENT;
use crate::netns::DIRECTORY;
use crate::sys::gate::rehearsing;
use crate::sys::{self, file, path_mount, process};

/// Makes a new network namespace and names it. This process stays where it is.
///
/// # Errors
/// No name; it is taken; the kernel's.
pub fn add(words: &[OsString]) -> Result<()> {
    let name = name(words)?;
    let place = claim(name)?;
    let made = new_namespace(name).and_then(|home| {
        let bound = bind(Path::new("/proc/self/ns/net"), &place);
        come_home(&home);
        bound
    });
    // What could not be made gives its name back; why it could not is told.
    made.inspect_err(|_| drop(remove(name)))
}

/// Names the network namespace that a process is in.
///
/// # Errors
/// No name or number; the name is taken, the process is gone; the kernel's.
pub fn attach(words: &[OsString]) -> Result<()> {
    let [name, pid, ..] = words else {
        return Err(failed(ABSENT, "No netns name and PID specified".to_owned()));
    };
    let Some(pid) = pid.to_str().and_then(integer).filter(|pid| *pid != 0) else {
        return Err(failed(ABSENT, format!("Invalid PID: {}", pid.display())));
    };
    let place = claim(name)?;
    let bound = bind(&PathBuf::from(format!("/proc/{pid}/ns/net")), &place);
    bound.inspect_err(|_| drop(remove(name)))
}

/// Takes a name away. The namespace goes with its last user.
///
/// # Errors
/// No name; there is none such.
pub fn delete(words: &[OsString]) -> Result<()> {
    remove(name(words)?)
}

/// Takes all names away, up to the first that will not go, which is told, as `ip` does.
///
/// # Errors
/// None such: `ip` ends with success.
pub fn delete_all() -> Result<()> {
    for named in super::all()? {
        if let Err(error) = remove(&named.name) {
            eprintln!("{error}");
            break;
        }
    }
    Ok(())
}

fn place(name: &OsStr) -> PathBuf {
    Path::new(DIRECTORY).join(name)
}

fn remove(name: &OsStr) -> Result<()> {
    let place = place(name);
    // Nothing may be mounted there: a name that was not finished, a container's, or any file.
    let _ = path_mount::detach(&place);
    file::unlink(&place).map_err(|error| problem("Cannot remove namespace file", &place, &error))
}

/// Makes the file on which the namespace is to be mounted.
fn claim(name: &OsStr) -> Result<PathBuf> {
    make_directory()?;
    share()?;
    let place = place(name);
    file::create_mount_point(&place)
        .map_err(|error| problem("Cannot create namespace file", &place, &error))?;
    Ok(place)
}

/// Makes `/run/netns`, if it is missing.
///
/// # Errors
/// mkdir(2)'s.
pub fn make_directory() -> Result<()> {
    let directory = Path::new(DIRECTORY);
    match file::mkdir(directory, 0o755) {
        Err(error) if error.errno == Errno::EEXIST => Ok(()),
        made => {
            made.map_err(|error| failed(ABSENT, format!("mkdir {DIRECTORY} failed: {}", error.errno.desc())))
        }
    }
}

/// Makes `/run/netns` a mount point that all mount namespaces share, so that a name which is taken away in one is gone in
/// all. One process at a time: two would mount it on itself again and again.
fn share() -> Result<()> {
    let directory = Path::new(DIRECTORY);
    let _lock = lock(directory)?;
    match path_mount::make_shared(directory) {
        Err(error) if error.errno == Errno::EINVAL => {}
        shared => return shared.map_err(|error| not_shared(&error)),
    }
    path_mount::bind(directory, directory, true).map_err(|error| {
        let text = format!("mount --bind {DIRECTORY} {DIRECTORY} failed: {}", error.errno.desc());
        failed(ABSENT, text)
    })?;
    path_mount::make_shared(directory).map_err(|error| not_shared(&error))
}

fn lock(directory: &Path) -> Result<Option<Flock<File>>> {
    let opened = match File::open(directory) {
        // It is not made then.
        Err(_) if rehearsing() => return Ok(None),
        opened => opened.map_err(|error| {
            let text = format!("Cannot open netns runtime directory \"{DIRECTORY}\": {}", said(&error));
            failed(ABSENT, text)
        })?,
    };
    Ok(Flock::lock(opened, FlockArg::LockExclusive)
        .inspect_err(|(_, errno)| {
            let why = errno.desc();
            eprintln!("Warning: could not flock netns runtime directory \"{DIRECTORY}\": {why}");
        })
        .ok())
}

fn not_shared(error: &sys::Error) -> Error {
    failed(ABSENT, format!("mount --make-shared {DIRECTORY} failed: {}", error.errno.desc()))
}

/// Takes this process into a new network namespace. Returns the one it was in.
fn new_namespace(name: &OsStr) -> Result<File> {
    let cannot = |why: String| {
        let name = name.display();
        failed(ABSENT, format!("Failed to create a new network namespace \"{name}\": {why}"))
    };
    let home = File::open("/proc/self/ns/net").map_err(|error| cannot(said(&error)))?;
    process::unshare(CloneFlags::CLONE_NEWNET).map_err(|error| cannot(error.errno.desc().to_owned()))?;
    Ok(home)
}

/// Goes back to where this process was. Where the kernel does not let it, the process ends: whatever it did next would be
/// done elsewhere.
fn come_home(home: &File) {
    let back = process::setns(home.as_fd(), CloneFlags::CLONE_NEWNET, Path::new("/proc/self/ns/net"));
    if let Err(error) = back {
        eprintln!("{error}");
        std::process::abort();
    }
}

fn bind(namespace: &Path, place: &Path) -> Result<()> {
    path_mount::bind(namespace, place, false).map_err(|error| {
        let (namespace, place, why) = (namespace.display(), place.display(), error.errno.desc());
        failed(ABSENT, format!("Bind {namespace} -> {place} failed: {why}"))
    })
}

fn problem(what: &str, place: &Path, error: &sys::Error) -> Error {
    failed(ABSENT, format!("{what} \"{}\": {}", place.display(), error.errno.desc()))
}
