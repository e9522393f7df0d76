//! Paths inside a rootfs: whoever made it, or changes it meanwhile, leads nobody out.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open as nix_open, openat2};
use nix::sys::stat::{Mode, SFlag, mknodat};

use super::file::open_names;
use super::flags::{RESOLVE, names};
use super::gate::{About, Error, Result, pass, rehearsing};

/// openat2(2) below `root`: `path` is resolved as if `root` were `/`, so that no symbolic link leads
/// out; no link of /proc's magic kind is followed. With `links` false, no link at all is.
///
/// # Errors
/// openat2's: ENOENT where nothing is there, ELOOP at a link that must not be followed.
pub fn open_in_root(root: BorrowedFd<'_>, path: &Path, flags: OFlag, links: bool) -> Result<OwnedFd> {
    let flags = flags | OFlag::O_CLOEXEC;
    let mut resolve = ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    resolve.set(ResolveFlag::RESOLVE_NO_SYMLINKS, !links);
    let about = || {
        let how = names(resolve.bits(), RESOLVE);
        About::new(format!("{}, {path:?}, {}, {how}", root.as_raw_fd(), open_names(flags)))
    };
    if rehearsing() && (path.starts_with("/proc") || path.starts_with("/sys")) {
        // A rehearsal has mounted nothing: what the kernel's filesystems hold is looked up where they are.
        let here = nix_open(path, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty());
        pass("openat2", about, || Ok(()))?;
        return here.map_err(|errno| Error { call: "openat2", arguments: format!("{path:?}"), errno });
    }
    pass("openat2", about, || {
        // The kernel asks for a retry when a rename elsewhere raced with the walk.
        loop {
            match openat2(root, path, OpenHow::new().flags(flags).resolve(resolve)) {
                Err(Errno::EAGAIN) => {}
                result => return result,
            }
        }
    })
}

/// Makes an empty file or a directory at `path` below `root`, and whatever leads to it. Where a link is that
/// leads to nothing, what it leads to is made, below `root` too.
///
/// # Errors
/// What the kernel answered to the step that failed.
pub fn make_in_root(root: BorrowedFd<'_>, path: &Path, directory: bool) -> Result<()> {
    let about = || {
        let verb = if directory { "mkdir -p" } else { "touch" };
        About::new(format!("{}, {path:?}, RESOLVE_IN_ROOT", root.as_raw_fd()))
            .command(format!("{verb} {}", path.display()))
    };
    pass(if directory { "mkdirat" } else { "mknodat" }, about, || {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            match make_below(root, &path, directory)? {
                Some(target) => path = target,
                None => return Ok(()),
            }
        }
        Err(Errno::ELOOP)
    })
}

/// As many links are followed as the kernel follows (path_resolution(7)).
const LINKS: u32 = 40;

/// Makes what is to be at `path`, or returns what the link that is there leads to.
fn make_below(root: BorrowedFd<'_>, path: &Path, directory: bool) -> nix::Result<Option<PathBuf>> {
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Errno::EEXIST);
    };
    let parent = match open_below(root, above) {
        Err(Errno::ENOENT) => make_directories(root, above)?,
        parent => parent?,
    };
    let made = if directory {
        nix::sys::stat::mkdirat(&parent, name, Mode::from_bits_truncate(0o755))
    } else {
        mknodat(&parent, name, SFlag::S_IFREG, Mode::from_bits_truncate(0o644), 0)
    };
    match made {
        Err(Errno::EEXIST) => {
            let target = nix::fcntl::readlinkat(&parent, name).map_err(|_| Errno::EEXIST)?;
            Ok(Some(above.join(target)))
        }
        made => made.map(|()| None),
    }
}

/// A directory below `root`; no link leads out.
fn open_below(root: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    let how = OpenHow::new()
        .flags(OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC)
        .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
    // The kernel asks for a retry when a rename elsewhere raced with the walk.
    loop {
        match openat2(root, path, how) {
            Err(Errno::EAGAIN) => {}
            result => return result,
        }
    }
}

/// `mkdir -p` below `root`. What is there is found by one openat2(2); from there on each directory is made and
/// held before the next, so that no symbolic link, not even one that is swapped in meanwhile, leads out
/// (CVE-2024-45310). It asks nothing of /proc, whose files about this process are not its own in a user namespace.
fn make_directories(root: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    let there = |path: &Path| match open_below(root, path) {
        Err(Errno::ENOENT) if path.parent().is_some() => Ok(None),
        opened => opened.map(Some),
    };
    for prefix in path.ancestors() {
        let Some(mut directory) = there(prefix)? else { continue };
        for part in path.strip_prefix(prefix).unwrap_or(Path::new("")).components() {
            let Component::Normal(name) = part else { return Err(Errno::EINVAL) };
            match nix::sys::stat::mkdirat(&directory, name, Mode::from_bits_truncate(0o755)) {
                Err(Errno::EEXIST) => {}
                made => made?,
            }
            let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
            directory = nix::fcntl::openat(&directory, name, flags, Mode::empty())?;
        }
        return Ok(directory);
    }
    Err(Errno::ENOENT)
}

/// The longest file of a rootfs that is read, in bytes: whoever made it could want to use up the memory.
const LONGEST: u64 = 16 << 20;

/// The text of a regular file below the directory `root`, where no symbolic link leads out of it. A look
/// changes nothing, so it does not pass the gate.
///
/// # Errors
/// open(2)'s and read(2)'s; EINVAL for what is no file or is too long to be meant.
pub fn read_in_root(root: &Path, path: &Path) -> io::Result<String> {
    let root = nix_open(root, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
    let how = OpenHow::new()
        .flags(OFlag::O_PATH | OFlag::O_CLOEXEC)
        .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
    // A device node may do something, or never end, when it is merely opened and read: looked at first, then
    // opened by the descriptor.
    let found = fs::File::from(openat2(&root, path, how)?);
    let about = found.metadata()?;
    if !about.is_file() || about.len() > LONGEST {
        return Err(Errno::EINVAL.into());
    }
    let file = fs::File::open(format!("/proc/self/fd/{}", found.as_raw_fd()))?;
    io::read_to_string(io::Read::take(file, LONGEST))
}

/// Opens `path` below `root`, where no link leads out; what is missing is made first: a directory, or an empty
/// file.
///
/// # Errors
/// As [`open_in_root`] and [`make_in_root`].
pub fn open_or_make_in_root(
    root: BorrowedFd<'_>,
    path: &Path,
    flags: OFlag,
    links: bool,
    directory: bool,
) -> Result<OwnedFd> {
    match open_in_root(root, path, flags, links) {
        Err(error) if error.errno == Errno::ENOENT => {
            make_in_root(root, path, directory)?;
            open_in_root(root, path, flags, links)
        }
        opened => opened,
    }
}
