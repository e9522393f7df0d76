//! Files and directories. Paths inside a rootfs are resolved by [`open_in_root`] alone.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open as nix_open};
use nix::sys::stat::Mode;

use super::flags::{OPEN, names};
use super::gate::{About, Result, pass, rehearsing};

pub use super::inside::{make_in_root, open_in_root, open_or_make_in_root, read_in_root};
pub use super::node::{Node, is_node, is_null, make_file, mknodat_owned, open_node, open_null};

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

pub(super) fn open_names(flags: OFlag) -> String {
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

/// Makes an empty file that must not be there yet (`O_CREAT|O_EXCL`) and that nobody may open (mode 0): something else
/// is mounted on it.
///
/// # Errors
/// open(2)'s: EEXIST where it is there.
pub fn create_mount_point(path: &Path) -> Result<()> {
    let flags = OFlag::O_RDONLY | OFlag::O_CREAT | OFlag::O_EXCL;
    let about = || {
        let command = format!("(umask 777; set -C; : > {})", path.display());
        About::new(format!("{path:?}, {}, 0", open_names(flags))).command(command)
    };
    pass("open", about, || nix_open(path, flags | OFlag::O_CLOEXEC, Mode::empty()).map(drop))
}

/// Makes a file that nobody else may read (mode 0600) and that must not be there yet, and its content.
///
/// # Errors
/// open(2)'s, EEXIST where it is there, and write(2)'s.
pub fn create_private(path: &Path, content: &[u8]) -> Result<()> {
    let about = || About::new(format!("{path:?}, O_CREAT|O_EXCL, 0600: {} bytes", content.len()));
    pass("open", about, || {
        let open = || fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        io(open().and_then(|mut file| io::Write::write_all(&mut file, content)))
    })
}

/// Makes a file that nobody else may read (mode 0600), or empties one that is there.
///
/// # Errors
/// open(2)'s.
pub fn create_anew(path: &Path) -> Result<OwnedFd> {
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_TRUNC | OFlag::O_CLOEXEC;
    let about = || About::new(format!("{path:?}, {}, 0600", open_names(flags)));
    pass("open", about, || nix_open(path, flags, Mode::from_bits_truncate(0o600)))
}

/// link(2).
///
/// # Errors
/// link's: EEXIST where something has the new name.
pub fn link(from: &Path, to: &Path) -> Result<()> {
    let about =
        || About::new(format!("{from:?}, {to:?}")).command(format!("ln {} {}", from.display(), to.display()));
    pass("link", about, || io(fs::hard_link(from, to)))
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

/// The descriptor of a directory, to make things in.
///
/// # Errors
/// open(2)'s.
pub fn directory(path: &Path) -> Result<OwnedFd> {
    open(path, OFlag::O_PATH | OFlag::O_DIRECTORY)
}

/// mkdirat(2).
///
/// # Errors
/// mkdirat's.
pub fn mkdirat(directory: BorrowedFd<'_>, name: &Path, mode: u32) -> Result<()> {
    let about = || About::new(format!("{}, {name:?}, 0{mode:o}", directory.as_raw_fd()));
    pass("mkdirat", about, || nix::sys::stat::mkdirat(directory, name, Mode::from_bits_truncate(mode)))
}

/// Whether `file` is a directory. Looks only.
pub fn is_directory(file: BorrowedFd<'_>) -> bool {
    nix::sys::stat::fstat(file).is_ok_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFDIR)
}

/// The permission bits of `file`; 0755 where they can't be seen. Looks only.
pub fn mode(file: BorrowedFd<'_>) -> u32 {
    nix::sys::stat::fstat(file).map_or(0o755, |stat| stat.st_mode & 0o7777)
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

/// chown(2), of a link itself.
///
/// # Errors
/// chown's.
pub fn chown_path(path: &Path, uid: u32) -> Result<()> {
    let about =
        || About::new(format!("{path:?}, {uid}, -1")).command(format!("chown {uid} {}", path.display()));
    pass("lchown", about, || io(std::os::unix::fs::lchown(path, Some(uid), None)))
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
