//! `pontoon logs`.

use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};

use nix::poll::{PollFlags, PollTimeout};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::unistd::Pid;

use crate::cli::LogsArgs;
use crate::error::{Doing, Error, Result};
use crate::keeper::reader::{Lines, Reader};
use crate::keeper::{Entry, Stream};
use crate::relay::Wait;
use crate::state::{Container, Monitor, State};
use crate::sys::process::pidfd_open;
use crate::sys::stream::OUTPUT;

/// How much is collected before it is printed.
const BATCH: usize = 64 * 1024;

/// Prints what a detached container has written: its output as output, its errors as errors.
///
/// # Errors
/// It has no log.
pub(super) fn logs(state: &State, arguments: &LogsArgs) -> Result<u8> {
    let container = state.find(&arguments.id)?;
    let id = &container.record.id;
    if !container.record.detached {
        return Err(Error::Usage(format!("container {id} runs in the foreground: it has no log (run -d)")));
    }
    let printed = if arguments.follow {
        Watched::begin(state, &container).and_then(|watched| print(&container, arguments, Some(&watched)))
    } else {
        print(&container, arguments, None)
    };
    match printed {
        // Nobody reads any more.
        Err(error) if error.is_left_by_reader() => Ok(0),
        printed => printed.map(|()| 0),
    }
}

/// Prints what is there and, if `watched`, what comes until the end.
fn print(container: &Container, arguments: &LogsArgs, watched: Option<&Watched>) -> Result<()> {
    let doing = || format!("logs of container {}", container.record.id);
    let mut reader = Reader::open(&container.directory)?;
    let skip = match arguments.tail {
        None => 0,
        Some(tail) => reader.count().doing(doing)?.saturating_sub(tail),
    };
    let mut printer = Printer { timestamps: arguments.timestamps, skip, ..Printer::default() };
    // What is read after the end has been seen is all there is.
    let mut ended = watched.is_none();
    loop {
        reader.advance(|entry| printer.print(entry)).and_then(|()| printer.flush()).doing(doing)?;
        match watched {
            Some(watched) if !ended => ended = watched.wait(container)?,
            _ => return Ok(()),
        }
    }
}

/// A container whose log may still grow.
struct Watched {
    changes: Inotify,
    /// `None` where it has gone.
    keeper: Option<OwnedFd>,
}

impl Watched {
    fn begin(state: &State, container: &Container) -> Result<Self> {
        let doing = || format!("logs of container {}", container.record.id);
        let watch = || {
            let changes = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
            let kinds = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
            changes.add_watch(&container.directory, kinds)?;
            Ok(changes)
        };
        let changes = watch().map_err(|errno: nix::errno::Errno| io::Error::from(errno)).doing(doing)?;
        let keepers = Monitor::of(state, &container.record.id);
        let keeper = keepers.iter().find(|keeper| keeper.alive());
        let keeper = keeper.and_then(|keeper| pidfd_open(Pid::from_raw(keeper.pid)).ok());
        if keeper.is_none() && container.status()?.is_alive() {
            eprintln!(
                "pontoon: the keeper of container {} is gone: nothing more is kept",
                container.record.id
            );
        }
        Ok(Self { changes, keeper })
    }

    /// Waits until there may be more; returns whether that is all. The keeper writes down the end when it has
    /// written down everything else.
    fn wait(&self, container: &Container) -> Result<bool> {
        let Some(keeper) = &self.keeper else { return Ok(true) };
        let mut wait = Wait::new();
        wait.reading(self.changes.as_fd());
        let gone = wait.reading(keeper.as_fd());
        // Whoever reads this may go before there is more.
        let unread = wait.on(OUTPUT, PollFlags::POLLERR);
        let came = wait.poll(PollTimeout::NONE)?;
        if came.any(unread) {
            return Err(io::Error::from(ErrorKind::BrokenPipe)).doing(|| "logs".to_owned());
        }
        // What changed is looked for, not read here; EAGAIN means that all has been.
        while self.changes.read_events().is_ok() {}
        Ok(came.any(gone) || container.exit()?.is_some() || !container.directory.exists())
    }
}

/// Puts entries together again as the program wrote them.
#[derive(Default)]
struct Printer {
    timestamps: bool,
    /// How many lines are left out.
    skip: usize,
    /// How many have begun.
    begun: usize,
    lines: Lines,
    /// Whether the present line of each stream is printed.
    shown: [bool; 2],
    waiting: Vec<u8>,
    /// Where `waiting` goes.
    stream: Option<Stream>,
}

impl Printer {
    fn print(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        if self.stream != Some(entry.stream) || self.waiting.len() > BATCH {
            self.flush()?;
            self.stream = Some(entry.stream);
        }
        let begins = self.lines.begins(entry);
        let shown = &mut self.shown[usize::from(entry.stream == Stream::Error)];
        if begins {
            self.begun += 1;
            *shown = self.begun > self.skip;
        }
        if !*shown {
            return Ok(());
        }
        if begins && self.timestamps {
            self.waiting.extend_from_slice(entry.time);
            self.waiting.push(b' ');
        }
        self.waiting.extend_from_slice(entry.text);
        if entry.ends {
            self.waiting.push(b'\n');
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = match self.stream {
            Some(Stream::Error) => io::stderr().write_all(&self.waiting),
            _ => io::stdout().write_all(&self.waiting).and_then(|()| io::stdout().flush()),
        };
        self.waiting.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(entries: &[(Stream, bool, &str)], printer: &mut Printer) -> String {
        for (stream, ends, text) in entries {
            let entry = Entry { time: b"T", stream: *stream, ends: *ends, text: text.as_bytes() };
            // The stream stays, so that nothing is flushed.
            printer.stream = Some(*stream);
            printer.print(&entry).expect("nothing is written");
        }
        String::from_utf8(std::mem::take(&mut printer.waiting)).expect("text")
    }

    const ENTRIES: [(Stream, bool, &str); 5] = [
        (Stream::Output, true, "one"),
        (Stream::Output, false, "tw"),
        (Stream::Output, true, "o"),
        (Stream::Error, true, "three"),
        (Stream::Output, false, "prompt> "),
    ];

    #[test]
    fn parts_of_lines_are_joined() {
        assert_eq!(printed(&ENTRIES, &mut Printer::default()), "one\ntwo\nthree\nprompt> ");
    }

    #[test]
    fn each_line_has_its_time_once() {
        let mut printer = Printer { timestamps: true, ..Printer::default() };
        assert_eq!(printed(&ENTRIES, &mut printer), "T one\nT two\nT three\nT prompt> ");
    }

    #[test]
    fn lines_are_left_out_whole() {
        for (skip, rest) in [(1, "two\nthree\nprompt> "), (2, "three\nprompt> "), (4, "")] {
            let mut printer = Printer { skip, ..Printer::default() };
            assert_eq!(printed(&ENTRIES, &mut printer), rest);
        }
    }
}
