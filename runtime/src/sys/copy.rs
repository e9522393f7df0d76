//! A tree of files, copied into another by descriptors alone: whoever changes the one meanwhile leads nobody out.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat, readlinkat};
use nix::sys::stat::{FileStat, Mode, SFlag, fchmod, fstat, mkdirat, mknodat};
use nix::unistd::{Gid, Uid, fchown, fchownat, symlinkat};

use super::gate::{About, Result, pass};

/// Copies all that is in the directory `from` into the empty directory `to`: files, directories, symbolic links,
/// nodes, with owner, mode and extended attributes (where `to` can have them). `to` itself gets the owner of
/// `from`. `shown` is the name of both, to tell.
///
/// # Errors
/// The first call that failed: ENOSPC where it is too much.
pub fn tree(from: BorrowedFd<'_>, to: BorrowedFd<'_>, shown: &Path) -> Result<()> {
    let about = || {
        let command = format!("cp -a --no-preserve=timestamps {0}/. TMPFS{0}", shown.display());
        About::new(format!("{}, {}, {shown:?}", from.as_raw_fd(), to.as_raw_fd())).command(command)
    };
    pass("copy_file_range", about, || {
        let stat = fstat(from)?;
        content(from, to)?;
        fchownat(to, c"", owner(&stat).0, owner(&stat).1, AtFlags::AT_EMPTY_PATH)
    })
}

fn owner(stat: &FileStat) -> (Option<Uid>, Option<Gid>) {
    (Some(stat.st_uid.into()), Some(stat.st_gid.into()))
}

fn permissions(stat: &FileStat) -> Mode {
    Mode::from_bits_truncate(stat.st_mode)
}

fn content(from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> nix::Result<()> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mut directory = Dir::openat(from, c".", flags, Mode::empty())?;
    let mut names: Vec<CString> = Vec::new();
    for entry in directory.iter() {
        let name = entry?.file_name().to_owned();
        if ![c".", c".."].contains(&name.as_c_str()) {
            names.push(name);
        }
    }
    names.iter().try_for_each(|name| match one(from, to, name) {
        // It has gone meanwhile.
        Err(Errno::ENOENT) => Ok(()),
        copied => copied,
    })
}

/// Copies one entry: what it is, is decided by the descriptor that is copied.
fn one(from: BorrowedFd<'_>, to: BorrowedFd<'_>, name: &CStr) -> nix::Result<()> {
    let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let entry = openat(from, name, flags, Mode::empty())?;
    let stat = fstat(&entry)?;
    let kind = SFlag::from_bits_truncate(stat.st_mode & libc::S_IFMT);
    match kind {
        SFlag::S_IFDIR => {
            mkdirat(to, name, Mode::S_IRWXU)?;
            let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
            let made = openat(to, name, flags, Mode::empty())?;
            content(entry.as_fd(), made.as_fd())?;
            let source = openat(&entry, c".", OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())?;
            same(source.as_fd(), made.as_fd(), &stat)
        }
        SFlag::S_IFREG => {
            // Opened by the descriptor that was looked at: a device in its place would do something.
            let path = format!("/proc/self/fd/{}", entry.as_raw_fd());
            let source = open(path.as_str(), OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())?;
            let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_CLOEXEC;
            let made = openat(to, name, flags, Mode::S_IRUSR | Mode::S_IWUSR)?;
            let (source, made) = data(source, made)?;
            same(source.as_fd(), made.as_fd(), &stat)
        }
        SFlag::S_IFLNK => {
            let target = readlinkat(&entry, c"")?;
            symlinkat(target.as_os_str(), to, name)?;
            fchownat(to, name, owner(&stat).0, owner(&stat).1, AtFlags::AT_SYMLINK_NOFOLLOW)
        }
        kind => {
            mknodat(to, name, kind, Mode::empty(), stat.st_rdev)?;
            fchownat(to, name, owner(&stat).0, owner(&stat).1, AtFlags::AT_SYMLINK_NOFOLLOW)?;
            nix::sys::stat::fchmodat(
                to,
                name,
                permissions(&stat),
                nix::sys::stat::FchmodatFlags::FollowSymlink,
            )
        }
    }
}

/// Copies what is in a file, and returns both.
fn data(source: OwnedFd, made: OwnedFd) -> nix::Result<(File, File)> {
    let (mut source, mut made) = (File::from(source), File::from(made));
    io::copy(&mut source, &mut made)
        .map_err(|error| error.raw_os_error().map_or(Errno::EIO, Errno::from_raw))?;
    Ok((source, made))
}

/// Gives `made` the owner, the mode and the extended attributes of `source`. The owner first: a new one takes
/// set-user-id bits and file capabilities away.
fn same(source: BorrowedFd<'_>, made: BorrowedFd<'_>, stat: &FileStat) -> nix::Result<()> {
    fchown(made, owner(stat).0, owner(stat).1)?;
    for name in attributes(source)? {
        match copy_attribute(source, made, &name) {
            // A tmpfs has not all kinds of them, and some are the kernel's own.
            Err(Errno::EOPNOTSUPP | Errno::EPERM | Errno::EACCES | Errno::ENODATA) => {}
            copied => copied?,
        }
    }
    fchmod(made, permissions(stat))
}

/// The names of the extended attributes of a file (xattr(7)).
fn attributes(file: BorrowedFd<'_>) -> nix::Result<Vec<CString>> {
    // As long as the kernel lets a list be (XATTR_LIST_MAX).
    let mut list = vec![0_u8; 65_536];
    // SAFETY: the pointer and the length are those of `list`.
    let length = unsafe { libc::flistxattr(file.as_raw_fd(), list.as_mut_ptr().cast(), list.len()) };
    match Errno::result(length) {
        Err(Errno::EOPNOTSUPP) => Ok(Vec::new()),
        length => {
            list.truncate(length?.unsigned_abs());
            Ok(list
                .split(|byte| *byte == 0)
                .filter_map(|name| CString::new(name).ok())
                .filter(|name| !name.is_empty())
                .collect())
        }
    }
}

fn copy_attribute(source: BorrowedFd<'_>, made: BorrowedFd<'_>, name: &CStr) -> nix::Result<()> {
    // As long as the kernel lets a value be (XATTR_SIZE_MAX).
    let mut value = vec![0_u8; 65_536];
    // SAFETY: `name` is a C string; the pointer and the length are those of `value`; all outlive the call.
    let length =
        unsafe { libc::fgetxattr(source.as_raw_fd(), name.as_ptr(), value.as_mut_ptr().cast(), value.len()) };
    let length = Errno::result(length)?.unsigned_abs();
    // SAFETY: `name` is a C string; `length` bytes of `value` have been filled in; both outlive the call.
    let set = unsafe { libc::fsetxattr(made.as_raw_fd(), name.as_ptr(), value.as_ptr().cast(), length, 0) };
    Errno::result(set).map(drop)
}
