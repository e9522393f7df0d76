//! What runc's callers are handed: the number of the first process, its terminal, and their own descriptors.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::unistd::Pid;

use crate::cli::Handover;
use crate::error::{Doing, Error, Result};
use crate::plan::Process;
use crate::sys::clone::Child;
use crate::sys::{file, socket};

/// The socket that the master of the terminal is sent to.
#[derive(Debug)]
pub(super) struct Console(Option<OwnedFd>);

impl Console {
    /// Connects to it, before anything is made. `terminal` says whether there will be one that nobody else takes.
    ///
    /// # Errors
    /// connect(2)'s; a terminal without a socket, or a socket without a terminal.
    pub(super) fn open(handover: &Handover, terminal: bool) -> Result<Self> {
        match (&handover.console_socket, terminal) {
            (None, false) => Ok(Self(None)),
            (None, true) => Err(Error::Usage(
                "cannot allocate tty if pontoon will detach without setting console socket".to_owned(),
            )),
            (Some(_), false) => Err(Error::Usage(
                "cannot use console socket if pontoon will not detach or allocate tty".to_owned(),
            )),
            (Some(path), true) => {
                let connected = socket::connect_stream(path);
                Ok(Self(Some(connected.doing(|| format!("--console-socket {}", path.display()))?)))
            }
        }
    }

    /// Sends the terminal, with the name of what it is, as runc does.
    ///
    /// # Errors
    /// sendmsg(2)'s.
    pub(super) fn send(self, terminal: Option<OwnedFd>) -> Result<()> {
        let (Some(socket), Some(terminal)) = (self.0, terminal) else { return Ok(()) };
        let sent = socket::send(socket.as_fd(), b"/dev/ptmx", Some(terminal.as_fd()));
        sent.doing(|| "--console-socket".to_owned())
    }
}

impl Handover {
    /// Hands over who the first process is: its number in a file, itself by a socket.
    ///
    /// # Errors
    /// open(2)'s, rename(2)'s, connect(2)'s and sendmsg(2)'s.
    pub(super) fn hand_over(&self, process: &Child) -> Result<()> {
        if let Some(path) = &self.pidfd_socket {
            let sent = socket::connect_stream(path)
                .and_then(|socket| socket::send(socket.as_fd(), b"pidfd", Some(process.pidfd.as_fd())));
            sent.doing(|| format!("--pidfd-socket {}", path.display()))?;
        }
        self.pid_file.as_ref().map_or(Ok(()), |path| write_pid(path, process.pid))
    }
}

/// Writes the number of the first process, whole or not at all.
fn write_pid(path: &Path, pid: Pid) -> Result<()> {
    let doing = || format!("--pid-file {}", path.display());
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().ok_or_else(|| Error::Usage(format!("{}: no file", doing())))?);
    let new = path.with_file_name(name);
    match file::unlink(&new) {
        // What a killed command left.
        Err(error) if error.errno != nix::errno::Errno::ENOENT => Err(error).doing(doing)?,
        _ => {}
    }
    file::create(&new, &pid.to_string()).doing(doing)?;
    file::rename(&new, path).doing(doing)
}

/// Passes descriptors from 3 on to the program: those of `--preserve-fds`, and those of systemd's socket activation
/// (sd_listen_fds(3)), which are told in its environment too.
///
/// # Errors
/// One that is not open.
pub(super) fn pass_on(handover: &Handover, program: &mut Process) -> Result<()> {
    let listening = listening();
    program.preserved_fds = handover.preserve_fds.max(listening);
    for descriptor in 3..3 + program.preserved_fds {
        if !Path::new(&format!("/proc/self/fd/{descriptor}")).exists() {
            return Err(Error::Usage(format!("--preserve-fds: descriptor {descriptor} is not open")));
        }
    }
    if listening > 0 {
        program.environment.extend([format!("LISTEN_FDS={listening}"), "LISTEN_PID=1".to_owned()]);
    }
    Ok(())
}

/// How many sockets were handed to this very process.
fn listening() -> u32 {
    let number = |name| std::env::var(name).ok()?.parse::<u32>().ok();
    let ours = number("LISTEN_PID") == Some(std::process::id());
    number("LISTEN_FDS").filter(|_| ours).unwrap_or(0)
}
