//! The keeper's ends of the program's streams: pipes, or the master of a terminal.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::fcntl::OFlag;

use super::entry::Stream;
use crate::error::{Doing, Result};
use crate::plan::Plan;
use crate::relay::Outlet;
use crate::setup::streams;
use crate::sys::file;
use crate::sys::stream::{Sink, never_wait, pipe};
use crate::sys::terminal::open_slave;

/// The keeper's ends.
#[derive(Debug)]
pub(super) struct Streams {
    /// What the program writes to, while anybody has the other end.
    pub(super) outputs: Vec<(Stream, OwnedFd)>,
    /// What it reads from.
    pub(super) input: Option<Outlet>,
    /// The master of its terminal.
    pub(super) terminal: Option<OwnedFd>,
    /// The terminal's other end, held so that it is never closed for good: a program may close its terminal
    /// and open it again later.
    _slave: Option<OwnedFd>,
}

impl Streams {
    /// Makes pipes for a program without a terminal, and nothing for one with. Without `interactive` there is
    /// nothing to read.
    ///
    /// # Errors
    /// pipe2(2)'s.
    pub(super) fn make(plan: &Plan, interactive: bool) -> Result<(streams::Streams, Self)> {
        let doing = || "keeper: streams".to_owned();
        let mut ours = Self { outputs: Vec::new(), input: None, terminal: None, _slave: None };
        if plan.process.terminal {
            return Ok((streams::Streams::default(), ours));
        }
        let mut output = |stream| {
            let (reader, writer) = pipe().doing(doing)?;
            prepare(&reader, &writer, plan)?;
            ours.outputs.push((stream, reader));
            Ok(Some(writer))
        };
        let mut theirs =
            streams::Streams { input: None, output: output(Stream::Output)?, error: output(Stream::Error)? };
        theirs.input = Some(if interactive {
            let (reader, writer) = pipe().doing(doing)?;
            prepare(&writer, &reader, plan)?;
            ours.input = Some(Outlet::new(Sink::ready(writer)));
            reader
        } else {
            file::open(Path::new("/dev/null"), OFlag::O_RDONLY).doing(doing)?
        });
        Ok((theirs, ours))
    }

    /// For a program with a terminal, whose master came from it.
    ///
    /// # Errors
    /// fcntl(2)'s.
    pub(super) fn of_terminal(master: OwnedFd, interactive: bool) -> Result<Self> {
        let doing = || "keeper: terminal".to_owned();
        never_wait(master.as_fd()).map_err(std::io::Error::from).doing(doing)?;
        let another = || master.try_clone().doing(doing);
        let input = if interactive { Some(Outlet::new(Sink::ready(another()?))) } else { None };
        Ok(Self {
            outputs: vec![(Stream::Output, another()?)],
            input,
            _slave: open_slave(master.as_fd()).ok(),
            terminal: Some(master),
        })
    }
}

/// Our end never waits; theirs belongs to the program's user, who may want to open /dev/stdout.
fn prepare(ours: &OwnedFd, theirs: &OwnedFd, plan: &Plan) -> Result<()> {
    let doing = || "keeper: streams".to_owned();
    never_wait(ours.as_fd()).map_err(std::io::Error::from).doing(doing)?;
    match plan.owner() {
        Some(owner) if owner != nix::unistd::geteuid().as_raw() && !plan.rootless => {
            file::chown(theirs.as_fd(), owner).doing(doing)
        }
        _ => Ok(()),
    }
}
