//! Device nodes: made, and told apart.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open as nix_open};
use nix::sys::stat::{Mode, SFlag, mknodat};

use super::file::open_names;
use super::gate::{About, Result, pass};

/// mknodat(2) and fchownat(2): a device node (`S_IFCHR`, `S_IFBLK`) or a fifo, its mode whatever the umask.
///
/// # Errors
/// mknodat's and fchownat's.
pub fn mknodat_owned(directory: BorrowedFd<'_>, name: &str, node: Node) -> Result<()> {
    let Node { kind, major, minor, mode, uid, gid } = node;
    let about = || {
        let letter = match kind {
            SFlag::S_IFBLK => 'b',
            SFlag::S_IFIFO => 'p',
            _ => 'c',
        };
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

/// Whether `file` is the device that swallows everything, by whatever name. Looks only.
pub fn is_null(file: BorrowedFd<'_>) -> bool {
    nix::sys::stat::fstat(file)
        .is_ok_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFCHR && stat.st_rdev == libc::makedev(1, 3))
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
