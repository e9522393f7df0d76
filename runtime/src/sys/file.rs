//! Files and directories. Paths inside a rootfs are resolved by [`open_in_root`] alone.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open as nix_open, openat2};
use nix::sys::stat::{Mode, SFlag, mknodat};

use super::flags::{OPEN, RESOLVE, names};
use super::gate::{About, Error, Result, pass, rehearsing};

/// The longest piece of a file's content that is told.
const SHOWN: usize = 60;

fn io(result: io::Result<()>) -> nix::Result<()> {
    result.map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO)))
}

fn shown(content: &str) -> String {
    let short: String = content.trim_end().chars().take(SHOWN).collect();
    if short.len() < content.trim_end().len() { format!("{short:?}…") } else { format!("{short:?}") }
}

/// open(2), `O_CLOEXEC` always.
///
/// # Errors
/// open's.
pub fn open(path: &Path, flags: OFlag) -> Result<OwnedFd> {
    let flags = flags | OFlag::O_CLOEXEC;
    let about = || About::new(format!("{path:?}, {}", open_names(flags)));
    pass("open", about, || nix_open(path, flags, Mode::empty()))
}

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

fn open_names(flags: OFlag) -> String {
    names(flags.bits().cast_unsigned().into(), OPEN)
}

/// mkdir(2).
///
/// # Errors
/// mkdir's: EEXIST where something is there.
pub fn mkdir(path: &Path, mode: u32) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, 0{mode:o}")).command(format!("mkdir -m {mode:o} {}", path.display()))
    };
    pass("mkdir", about, || nix::unistd::mkdir(path, Mode::from_bits_truncate(mode)))
}

/// rmdir(2).
///
/// # Errors
/// rmdir's.
pub fn rmdir(path: &Path) -> Result<()> {
    let about = || About::new(format!("{path:?}")).command(format!("rmdir {}", path.display()));
    pass("rmdir", about, || io(fs::remove_dir(path)))
}

/// unlink(2).
///
/// # Errors
/// unlink's.
pub fn unlink(path: &Path) -> Result<()> {
    let about = || About::new(format!("{path:?}")).command(format!("rm {}", path.display()));
    pass("unlink", about, || io(fs::remove_file(path)))
}

/// rename(2).
///
/// # Errors
/// rename's.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    let about =
        || About::new(format!("{from:?}, {to:?}")).command(format!("mv {} {}", from.display(), to.display()));
    pass("rename", about, || io(fs::rename(from, to)))
}

/// Makes a file that must not be there yet (`O_CREAT|O_EXCL`), with mode 0644, and its content.
///
/// # Errors
/// open(2)'s, EEXIST where it is there, and write(2)'s.
pub fn create(path: &Path, content: &str) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, O_CREAT|O_EXCL: {}", shown(content))).command(format!(
            "set -C; printf %s {} > {}",
            shown(content),
            path.display()
        ))
    };
    pass("open", about, || {
        let open = || fs::OpenOptions::new().write(true).create_new(true).mode(0o644).open(path);
        io(open().and_then(|mut file| io::Write::write_all(&mut file, content.as_bytes())))
    })
}

/// Writes `content` to a file of the kernel's (cgroup, sysctl) that is there already.
///
/// # Errors
/// open(2)'s and write(2)'s.
pub fn write(path: &Path, content: &str) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, {}", shown(content))).command(format!(
            "echo {} > {}",
            content.trim_end(),
            path.display()
        ))
    };
    pass("write", about, || {
        let file = nix_open(path, OFlag::O_WRONLY | OFlag::O_CLOEXEC, Mode::empty())?;
        whole(file.as_fd(), content)
    })
}

/// Writes `content` to an open file in one write(2); `path` is its name, to tell.
///
/// # Errors
/// write(2)'s.
pub fn write_to(file: BorrowedFd<'_>, path: &Path, content: &str) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, {}", shown(content))).command(format!(
            "echo {} > {}",
            content.trim_end(),
            path.display()
        ))
    };
    pass("write", about, || whole(file, content))
}

/// Puts `content` at the end of a file that is there already, in one write(2).
///
/// # Errors
/// open(2)'s and write(2)'s.
pub fn append(path: &Path, content: &str) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, O_APPEND: {}", shown(content))).command(format!(
            "echo {} >> {}",
            content.trim_end(),
            path.display()
        ))
    };
    pass("write", about, || {
        let file = nix_open(path, OFlag::O_WRONLY | OFlag::O_APPEND | OFlag::O_CLOEXEC, Mode::empty())?;
        whole(file.as_fd(), content)
    })
}

/// Makes `content`, lines of text, all that is in a file that is there already. It stays the same file, also
/// where it is bound to another place, and is never anything but the old lines or the new: blank ones cover
/// the rest of the old before it is cut off.
///
/// # Errors
/// open(2)'s, write(2)'s and ftruncate(2)'s.
pub fn overwrite(path: &Path, content: &str) -> Result<()> {
    let about = || {
        About::new(format!("{path:?}, {}", shown(content))).command(format!(
            "printf %s {} > {}",
            shown(content),
            path.display()
        ))
    };
    pass("write", about, || {
        let file = nix_open(path, OFlag::O_WRONLY | OFlag::O_CLOEXEC, Mode::empty())?;
        let before = usize::try_from(nix::sys::stat::fstat(&file)?.st_size).unwrap_or(0);
        let blank = "\n".repeat(before.saturating_sub(content.len()));
        whole(file.as_fd(), &format!("{content}{blank}"))?;
        nix::unistd::ftruncate(file, content.len().try_into().map_err(|_| Errno::EFBIG)?)
    })
}

/// Kernel files take their value in one write.
fn whole(file: BorrowedFd<'_>, content: &str) -> nix::Result<()> {
    match nix::unistd::write(file, content.as_bytes())? {
        written if written == content.len() => Ok(()),
        _ => Err(Errno::EIO),
    }
}

/// symlinkat(2).
///
/// # Errors
/// symlinkat's.
pub fn symlinkat(target: &str, directory: BorrowedFd<'_>, name: &str) -> Result<()> {
    let about = || About::new(format!("{target:?}, {name:?}")).command(format!("ln -s {target} {name}"));
    pass("symlinkat", about, || nix::unistd::symlinkat(target, directory, name))
}

/// symlink(2).
///
/// # Errors
/// symlink's.
pub fn link_to(target: &Path, path: &Path) -> Result<()> {
    let about = || {
        let command = format!("ln -s {} {}", target.display(), path.display());
        About::new(format!("{target:?}, {path:?}")).command(command)
    };
    pass("symlink", about, || io(symlink(target, path)))
}

/// mknodat(2) and fchownat(2): a device node (`S_IFCHR`, `S_IFBLK`) or a fifo, its mode whatever the umask.
///
/// # Errors
/// mknodat's and fchownat's.
pub fn mknodat_owned(directory: BorrowedFd<'_>, name: &str, node: Node) -> Result<()> {
    let Node { kind, major, minor, mode, uid, gid } = node;
    let about = || {
        let letter = if kind == SFlag::S_IFBLK { 'b' } else { 'c' };
        About::new(format!("{name:?}, 0{mode:o}, {letter} {major}:{minor}"))
            .command(format!("mknod -m {mode:o} {name} {letter} {major} {minor}"))
    };
    pass("mknodat", about, || {
        let device = nix::sys::stat::makedev(major, minor);
        mknodat(directory, name, kind, Mode::from_bits_truncate(mode), device)?;
        if (uid, gid) == (0, 0) {
            return Ok(());
        }
        let owner = (Some(uid.into()), Some(gid.into()));
        nix::unistd::fchownat(directory, name, owner.0, owner.1, nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW)
    })
}

/// A node to make: what `mknod` is told.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// `S_IFCHR`, `S_IFBLK` or `S_IFIFO`.
    pub kind: SFlag,
    /// The driver.
    pub major: u64,
    /// The device.
    pub minor: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
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
    openat2(root, path, how)
}

/// `mkdir -p` below `root` with `pathrs`, which holds each step so that no symbolic link, not even one that
/// is swapped in meanwhile, leads out (CVE-2024-45310).
fn make_directories(root: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    let root = pathrs::Root::from_fd(root.try_clone_to_owned().map_err(|_| Errno::EMFILE)?);
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    let made = root.mkdir_all(path, &permissions).map_err(|error| match error.kind() {
        pathrs::error::ErrorKind::OsError(Some(errno)) => Errno::from_raw(errno),
        _ => Errno::EXDEV,
    })?;
    Ok(made.into())
}

/// The descriptor of a directory, to make things in.
///
/// # Errors
/// open(2)'s.
pub fn directory(path: &Path) -> Result<OwnedFd> {
    open(path, OFlag::O_PATH | OFlag::O_DIRECTORY)
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

/// mkdirat(2).
///
/// # Errors
/// mkdirat's.
pub fn mkdirat(directory: BorrowedFd<'_>, name: &Path, mode: u32) -> Result<()> {
    let about = || About::new(format!("{}, {name:?}, 0{mode:o}", directory.as_raw_fd()));
    pass("mkdirat", about, || nix::sys::stat::mkdirat(directory, name, Mode::from_bits_truncate(mode)))
}

/// The host's /dev/null, opened without being followed and proven to be device 1:3.
///
/// # Errors
/// open(2)'s; ENODEV where it is something else.
pub fn open_null() -> Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    pass(
        "open",
        || About::new(format!("\"/dev/null\", {}", open_names(flags))),
        || {
            let null = nix_open("/dev/null", flags, Mode::empty())?;
            if is_null(null.as_fd()) { Ok(null) } else { Err(Errno::ENODEV) }
        },
    )
}

/// Refuses to cover a procfs by something else, which the container, and Pontoon, would take for the kernel's
/// word (CVE-2019-16884). Looks only.
///
/// # Errors
/// EPERM, if so.
pub fn guard_procfs(mount: BorrowedFd<'_>, target: BorrowedFd<'_>) -> Result<()> {
    use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};
    let procfs = |file| fstatfs(file).is_ok_and(|about| about.filesystem_type() == PROC_SUPER_MAGIC);
    if rehearsing() || !procfs(target) || procfs(mount) {
        return Ok(());
    }
    let arguments = "what is no procfs, onto one".to_owned();
    Err(Error { call: "move_mount", arguments, errno: Errno::EPERM })
}

/// Whether `file` is the device that swallows everything, by whatever name. Looks only.
pub fn is_null(file: BorrowedFd<'_>) -> bool {
    nix::sys::stat::fstat(file)
        .is_ok_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFCHR && stat.st_rdev == libc::makedev(1, 3))
}

/// Whether `file` is a directory. Looks only.
pub fn is_directory(file: BorrowedFd<'_>) -> bool {
    nix::sys::stat::fstat(file).is_ok_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFDIR)
}

/// Whether `name` is the node that `node` describes. Looks only, and follows no link.
pub fn is_node(directory: BorrowedFd<'_>, name: &str, node: Node) -> bool {
    let flags = nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW;
    nix::sys::stat::fstatat(directory, name, flags).is_ok_and(|stat| {
        stat.st_mode & libc::S_IFMT == node.kind.bits()
            && (node.kind == SFlag::S_IFIFO
                || stat.st_rdev == nix::sys::stat::makedev(node.major, node.minor))
    })
}

/// fchown(2): gives a terminal to its user.
///
/// # Errors
/// fchown's.
pub fn chown(file: BorrowedFd<'_>, uid: u32) -> Result<()> {
    pass(
        "fchown",
        || About::new(format!("{}, {uid}, -1", file.as_raw_fd())),
        || nix::unistd::fchown(file, Some(uid.into()), None),
    )
}

/// Whether this process may execute a file. Looks only; in a rehearsal every file will do, because the root
/// that it lies in has not been entered.
///
/// # Errors
/// What execve(2) would answer, as far as the file itself decides.
pub fn executable(path: &Path) -> nix::Result<()> {
    if rehearsing() {
        return Ok(());
    }
    let stat = nix::sys::stat::stat(path)?;
    if stat.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Err(Errno::EACCES);
    }
    nix::unistd::access(path, nix::unistd::AccessFlags::X_OK)
}
