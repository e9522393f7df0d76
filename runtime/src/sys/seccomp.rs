//! seccomp(2), and what an agent that answers for the kernel is given.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::Path;
use std::{ffi::c_void, io::IoSlice};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, UnixAddr, connect, sendmsg, setsockopt,
    socket, sockopt,
};
use nix::sys::time::TimeVal;
use nix::sys::time::TimeValLike;

use super::gate::{About, Rehearse, Result, announce, pass};
use super::socket::short_path;

const SECCOMP_SET_MODE_FILTER: libc::c_uint = 1;

/// The flags of seccomp(2) by their names in config.json (`<linux/seccomp.h>`).
pub const FLAGS: [(&str, u32); 5] = [
    ("SECCOMP_FILTER_FLAG_TSYNC", 1 << 0),
    ("SECCOMP_FILTER_FLAG_LOG", 1 << 1),
    ("SECCOMP_FILTER_FLAG_SPEC_ALLOW", 1 << 2),
    ("SECCOMP_FILTER_FLAG_NEW_LISTENER", NEW_LISTENER),
    ("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", WAIT_KILLABLE_RECV),
];

/// Gives a descriptor to receive notifications from.
pub const NEW_LISTENER: u32 = 1 << 3;
/// Who waits for an answer can be killed; means nothing without [`NEW_LISTENER`].
const WAIT_KILLABLE_RECV: u32 = 1 << 5;

/// How long an agent may take to take what it is sent, in seconds.
const PATIENCE: i64 = 10;

/// The size of an instruction (`struct sock_filter`), in bytes.
pub const INSTRUCTION: usize = 8;

/// The beginning of a filter, as the kernel takes it.
#[repr(C)]
struct Program {
    length: u16,
    instructions: *const c_void,
}

/// What loading gave: a descriptor to receive notifications from, if that was asked for.
struct Loaded(Option<OwnedFd>);

impl Rehearse for Loaded {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self(None))
    }

    fn returned(&self) -> Option<i64> {
        self.0.as_ref().map(|descriptor| descriptor.as_raw_fd().into())
    }
}

fn about(flags: u32, instructions: usize, summary: &str) -> About {
    let names: Vec<&str> = FLAGS.iter().filter(|(_, bit)| flags & bit != 0).map(|(name, _)| *name).collect();
    let names = if names.is_empty() { "0".to_owned() } else { names.join("|") };
    About::new(format!("SECCOMP_SET_MODE_FILTER, {names}, {instructions} instructions: {summary}"))
}

/// Loads a filter for this process: from here on it applies. With [`NEW_LISTENER`] among the flags, returns the
/// descriptor that notifications come from, close-on-exec.
///
/// # Errors
/// seccomp's: EACCES without `CAP_SYS_ADMIN` and without no_new_privs, EBUSY where a filter with a listener is
/// loaded already, EINVAL for a program that is none or a flag that this kernel does not have.
pub fn load(program: &[u8], flags: u32, summary: &str) -> Result<Option<OwnedFd>> {
    let count = program.len() / INSTRUCTION;
    let loaded = pass(
        "seccomp",
        || about(flags, count, summary),
        || {
            let length = u16::try_from(count).map_err(|_| Errno::E2BIG)?;
            let program = Program { length, instructions: program.as_ptr().cast() };
            // SAFETY: `program` is a sock_fprog whose instructions are `length` times eight bytes, which the
            // kernel copies. The result is 0 or, with NEW_LISTENER, a descriptor that nobody owns yet.
            unsafe {
                let result =
                    libc::syscall(libc::SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &raw const program);
                match Errno::result(result)? {
                    fd if flags & NEW_LISTENER != 0 => {
                        let fd = fd.try_into().map_err(|_| Errno::EBADF)?;
                        Ok(Loaded(Some(OwnedFd::from_raw_fd(fd))))
                    }
                    _ => Ok(Loaded(None)),
                }
            }
        },
    );
    loaded.map(|Loaded(descriptor)| descriptor)
}

/// Tells that the airlock will load a filter.
pub fn announce_load(program: &[u8], flags: u32, summary: &str) {
    announce("seccomp", &about(flags, program.len() / INSTRUCTION, summary), None);
}

/// Whether this kernel knows all of these flags. Looks only: a filter that is nowhere can't be loaded.
pub fn supports(flags: u32) -> bool {
    let flags = if flags & WAIT_KILLABLE_RECV != 0 { flags | NEW_LISTENER } else { flags };
    // SAFETY: the null pointer is what makes the kernel refuse, once it has looked at the flags.
    let result = unsafe {
        libc::syscall(libc::SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, std::ptr::null::<Program>())
    };
    result == -1 && Errno::last() == Errno::EFAULT
}

/// `pidfd_getfd(2)`: a copy of another process's descriptor `number`.
///
/// # Errors
/// `pidfd_getfd`'s.
pub fn pidfd_getfd(process: BorrowedFd<'_>, number: i32) -> Result<OwnedFd> {
    let about = || About::new(format!("{}, {number}, 0", process.as_raw_fd()));
    pass("pidfd_getfd", about, || {
        // SAFETY: no pointers; the result is a new descriptor that nobody else owns, CLOEXEC by itself.
        unsafe {
            let fd = Errno::result(libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), number, 0))?;
            Ok(OwnedFd::from_raw_fd(fd.try_into().map_err(|_| Errno::EBADF)?))
        }
    })
}

/// Connects to an agent's socket (`AF_UNIX`, `SOCK_STREAM`), sends a message and a descriptor, and closes.
///
/// # Errors
/// connect(2)'s and sendmsg(2)'s: EAGAIN for one that takes nothing for ten seconds.
pub fn send_to_agent(path: &Path, message: &[u8], descriptor: BorrowedFd<'_>) -> Result<()> {
    let about =
        || About::new(format!("{path:?}, {} bytes, SCM_RIGHTS {}", message.len(), descriptor.as_raw_fd()));
    pass("sendmsg", about, || {
        let client = socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
        setsockopt(&client, sockopt::SendTimeout, &TimeVal::seconds(PATIENCE))?;
        let (directory, name) = (path.parent().ok_or(Errno::EINVAL)?, path.file_name().ok_or(Errno::EINVAL)?);
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let (_directory, short) = short_path(directory, &name.to_string_lossy())?;
        connect(client.as_raw_fd(), &UnixAddr::new(short.as_str())?)?;
        let descriptors = [descriptor.as_raw_fd()];
        let mut rights = vec![ControlMessage::ScmRights(&descriptors)];
        let mut rest = message;
        while !rest.is_empty() {
            match sendmsg::<()>(
                client.as_raw_fd(),
                &[IoSlice::new(rest)],
                &rights,
                MsgFlags::MSG_NOSIGNAL,
                None,
            ) {
                Err(Errno::EINTR) => {}
                // The descriptor goes with the first part, and only with that.
                sent => (rest, rights) = (&rest[sent?..], Vec::new()),
            }
        }
        Ok(())
    })
}
