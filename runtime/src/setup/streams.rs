//! The program's standard streams, and its terminal.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::error::{Doing, Error, Result};
use crate::handshake::ChildEnd;
use crate::plan::{Plan, Process};
use crate::sys::gate::rehearsing;
use crate::sys::terminal::WindowSize;
use crate::sys::{self, file, mount, process, terminal};

/// The standard streams of the program; `None` keeps Pontoon's own.
#[derive(Debug, Default)]
pub struct Streams {
    /// Standard input.
    pub input: Option<OwnedFd>,
    /// Standard output.
    pub output: Option<OwnedFd>,
    /// Standard error.
    pub error: Option<OwnedFd>,
}

/// Gives the container's own program its streams: a new terminal, which is its console too, or what was made for
/// it.
///
/// # Errors
/// A step's.
pub fn of_container(
    plan: &Plan,
    streams: &Streams,
    root: BorrowedFd<'_>,
    parent: Option<&ChildEnd>,
) -> Result<()> {
    if !plan.process.terminal {
        if plan.rootless && plan.process.user.uid != 0 {
            // Only here is there one who may give what is the caller's to another of the caller's ids.
            let Streams { input, output, error } = streams;
            for stream in [input, output, error].into_iter().flatten().filter(|it| !file::is_null(it.as_fd()))
            {
                file::chown(stream.as_fd(), plan.process.user.uid).doing(|| "streams".to_owned())?;
            }
        }
        return connect(streams);
    }
    let (master, slave) = open_terminal(root)?;
    show_console(root, slave.as_fd())?;
    give_terminal(&plan.process, master.as_fd(), slave.as_fd(), parent)
}

/// Gives a program that joins a container its streams.
///
/// # Errors
/// A step's.
pub fn of_joining(
    program: &Process,
    streams: &Streams,
    root: BorrowedFd<'_>,
    parent: Option<&ChildEnd>,
) -> Result<()> {
    if !program.terminal {
        return connect(streams);
    }
    let (master, slave) = open_terminal(root)?;
    give_terminal(program, master.as_fd(), slave.as_fd(), parent)
}

/// Puts the streams that were made for the program in place.
fn connect(streams: &Streams) -> Result<()> {
    for (stream, number) in [(&streams.input, 0), (&streams.output, 1), (&streams.error, 2)] {
        if let Some(stream) = stream {
            process::dup_onto_stream(stream.as_fd(), number).doing(|| "streams".to_owned())?;
        }
    }
    Ok(())
}

/// Where a stream is the host's /dev/null, which the program could change the mode of for everybody, it gets
/// the container's own. Where the container has none that it may open, the rules for devices are to blame.
///
/// # Errors
/// Something else is where the container's should be.
pub fn own_null(root: BorrowedFd<'_>) -> Result<()> {
    let doing = || "streams: /dev/null".to_owned();
    let (input, output, error) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    for (stream, number) in [input.as_fd(), output.as_fd(), error.as_fd()].into_iter().zip(0..) {
        if !file::is_null(stream) {
            continue;
        }
        match file::open_in_root(root, Path::new("/dev/null"), OFlag::O_RDWR, false) {
            Ok(null) if file::is_null(null.as_fd()) || rehearsing() => {
                process::dup_onto_stream(null.as_fd(), number).doing(doing)?;
            }
            Err(error) if error.errno == Errno::EPERM => {}
            other => {
                let source = other.err().unwrap_or(sys::Error {
                    call: "openat2",
                    arguments: "\"/dev/null\"".to_owned(),
                    errno: Errno::ENODEV,
                });
                return Err(Error::System { doing: doing(), source });
            }
        }
    }
    Ok(())
}

/// Makes `slave` the session's terminal and all three streams, and hands the master over.
fn give_terminal(
    program: &Process,
    master: BorrowedFd<'_>,
    slave: BorrowedFd<'_>,
    parent: Option<&ChildEnd>,
) -> Result<()> {
    let doing = || "terminal".to_owned();
    file::chown(slave, program.user.uid).doing(doing)?;
    terminal::make_controlling(slave).doing(doing)?;
    if let Some((rows, columns)) = program.window {
        terminal::set_first_size(slave, WindowSize { rows, columns }).doing(doing)?;
    }
    (0..=2).try_for_each(|stream| process::dup_onto_stream(slave, stream).doing(doing))?;
    parent.map_or(Ok(()), |parent| parent.terminal(master))
}

/// Opens a new pseudo-terminal in the container's own devpts. Returns master and slave.
fn open_terminal(root: BorrowedFd<'_>) -> Result<(OwnedFd, OwnedFd)> {
    let doing = || "terminal".to_owned();
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY;
    let master = file::open_in_root(root, Path::new("/dev/pts/ptmx"), flags, false).doing(doing)?;
    let slave = terminal::open_slave(master.as_fd()).doing(doing)?;
    Ok((master, slave))
}

/// Shows a pseudo-terminal as /dev/console.
fn show_console(root: BorrowedFd<'_>, slave: BorrowedFd<'_>) -> Result<()> {
    let doing = || "console".to_owned();
    let path = Path::new("/dev/console");
    let target = file::open_or_make_in_root(root, path, OFlag::O_PATH, false, false).doing(doing)?;
    let tree = mount::clone_tree_at(slave, false).doing(doing)?;
    mount::move_mount(tree.as_fd(), target.as_fd(), path, || "mount --bind $(tty) /dev/console".to_owned())
        .doing(doing)
}
