//! Telling the server to look at what has changed, and starting it where none listens.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use nix::unistd::Pid;

use super::detach;
use super::store::Store;
use crate::error::{Doing, Error, Result};
use crate::sys::clone::{Cloned, clone3, execute, exit_now, fork_process};
use crate::sys::{file, gate, inherited, process, socket};

/// The server's first word, by which it is known to itself and in the list of processes; its second is the state's
/// directory.
pub(super) const PROGRAM: &str = "pontoon-names";

/// The server's socket, in the directory of its files.
pub(super) const SOCKET: &str = "server.sock";

/// What the server says when it has done what it was asked to, and when it has begun.
pub(super) const DONE: &[u8] = b"done";

/// How long the server may take to answer: it does one thing at a time, and nothing that takes long.
const PATIENCE: Duration = Duration::from_secs(10);

fn doing() -> String {
    "name server".to_owned()
}

/// Has a server look at a container on a network.
///
/// # Errors
/// No server can be started, or it can't listen on the network.
pub(super) fn look(store: &Store, network: &str, id: &str) -> Result<()> {
    let message = format!("{network} {id}");
    if gate::rehearsing() {
        return ensure(store);
    }
    // One that was just about to end takes a call with it.
    for _ in 0..3 {
        match ask(store, &message) {
            Some(answer) if answer == DONE => return Ok(()),
            Some(problem) => {
                let problem = String::from_utf8_lossy(&problem).into_owned();
                return Err(Error::Address { network: network.to_owned(), problem });
            }
            None => ensure(store)?,
        }
    }
    Err(Error::Address { network: network.to_owned(), problem: "its name server does not answer".to_owned() })
}

/// Has the server, if there is one, look at a container that is gone from a network. One that was killed left its socket
/// behind, which goes with the last container.
pub(super) fn tell(store: &Store, network: &str, id: &str) {
    if gate::rehearsing() || ask(store, &format!("{network} {id}")).is_some() || !store.is_empty() {
        return;
    }
    if let Ok(_lock) = store.lock()
        && store.is_empty()
        && !listens(store)
    {
        let _ = file::unlink(&store.directory().join(SOCKET));
    }
}

/// The process that listens.
pub(super) fn server(store: &Store) -> Option<Pid> {
    let server = socket::connect(store.directory(), SOCKET).ok().filter(|_| !gate::rehearsing())?;
    let peer = getsockopt(&server, PeerCredentials).ok()?;
    Some(Pid::from_raw(peer.pid()))
}

/// Starts a server if none listens.
///
/// # Errors
/// It can't be started.
pub(super) fn ensure(store: &Store) -> Result<()> {
    if listens(store) {
        return Ok(());
    }
    // One starts it, and the others find it.
    let _lock = store.lock()?;
    if listens(store) { Ok(()) } else { spawn(store) }
}

fn listens(store: &Store) -> bool {
    if gate::rehearsing() {
        return store.directory().join(SOCKET).exists();
    }
    socket::connect(store.directory(), SOCKET).is_ok()
}

/// One question and its answer; `None` where nobody answers.
fn ask(store: &Store, message: &str) -> Option<Vec<u8>> {
    let server = socket::connect(store.directory(), SOCKET).ok()?;
    socket::send(server.as_fd(), message.as_bytes(), None).ok()?;
    hear(server.as_fd())
}

/// What comes, if anything comes in time.
fn hear(line: BorrowedFd<'_>) -> Option<Vec<u8>> {
    let timeout = PollTimeout::try_from(PATIENCE).ok()?;
    loop {
        match poll(&mut [PollFd::new(line, PollFlags::POLLIN)], timeout) {
            Err(Errno::EINTR) => {}
            Ok(0) | Err(_) => return None,
            Ok(_) => break,
        }
    }
    let (answer, _) = socket::receive(line).ok()?;
    (!answer.is_empty()).then_some(answer)
}

/// Starts a server, and waits until it listens. It is nobody's child: whoever starts it may live longer, or not.
fn spawn(store: &Store) -> Result<()> {
    let (ours, theirs) = socket::pair().doing(doing)?;
    let Some(between) = fork_process().doing(doing)? else {
        drop(ours);
        let begun = begin(store, theirs.as_fd());
        exit_now(i32::from(begun.is_err()))
    };
    drop(theirs);
    if gate::rehearsing() {
        return Ok(());
    }
    let between = process::pidfd_open(between).doing(doing)?;
    // Where the caller ignores SIGCHLD, the kernel has waited already.
    let _ = process::wait(between.as_fd());
    match hear(ours.as_fd()) {
        Some(answer) if answer == DONE => Ok(()),
        Some(problem) => Err(Error::Usage(format!("name server: {}", String::from_utf8_lossy(&problem)))),
        None => Err(Error::Usage("the name server ended before it could be asked".to_owned())),
    }
}

/// The process between: in a session that is not the caller's, it makes the server and goes.
fn begin(store: &Store, line: BorrowedFd<'_>) -> Result<()> {
    process::setsid().doing(doing)?;
    let cgroup = detach::birthplace();
    // Where it may not be born there, it is born here.
    let born = clone3(0, cgroup.as_ref().map(AsFd::as_fd)).or_else(|_| clone3(0, None)).doing(doing)?;
    if let Cloned::Parent(_) = born {
        return Ok(());
    }
    let failed = become_server(store, line).expect_err("an execve that succeeds does not return");
    // Nobody else would tell.
    let _ = socket::send(line, failed.to_string().as_bytes(), None);
    exit_now(1)
}

/// Lets go of all that is the caller's, and begins as the program anew: without its memory, and with its own words
/// in the list of processes. Its standard input is the line on which it says that it listens.
fn become_server(store: &Store, line: BorrowedFd<'_>) -> Result<()> {
    let null: OwnedFd = file::open(Path::new("/dev/null"), OFlag::O_RDWR).doing(doing)?;
    process::chdir(Path::new("/")).doing(doing)?;
    process::dup_onto_stream(line, 0).doing(doing)?;
    process::dup_onto_stream(null.as_fd(), 1).doing(doing)?;
    process::dup_onto_stream(null.as_fd(), 2).doing(doing)?;
    debug_assert!(line.as_raw_fd() > 2, "the standard streams are open");
    inherited::close_inherited();
    let root = store.directory().parent().unwrap_or(store.directory());
    let words = [PROGRAM.as_bytes(), root.as_os_str().as_bytes()];
    let words = words.map(|word| CString::new(word).expect("a path has no zero byte"));
    execute(c"/proc/self/exe", &words).doing(doing)
}
