//! Taking packets from all sources until the end.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::companion::Companion;
use super::ground::Ground;
use super::order::Held;
use super::output::Output;
use super::source::{Fate, Source, is_gone};
use super::tell;
use crate::cli::CaptureArgs;
use crate::clock;
use crate::error::{Doing, Result};
use crate::sys::packet::Batch;
use crate::sys::signals::Signals;

/// A capture under way.
pub(super) struct Watch<'a> {
    grounds: Vec<Ground>,
    sources: Vec<Source>,
    output: Output,
    pub(super) companion: Option<Companion>,
    arguments: &'a CaptureArgs,
    batch: Batch,
    /// What was read and is not written down yet.
    held: Held,
    deadline: Option<Instant>,
    /// How many packets were written.
    captured: u64,
}

/// Who is heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ear {
    /// A signal.
    Signals,
    /// The program that runs meanwhile has ended.
    Companion,
    /// The process of a namespace has ended.
    Process(usize),
    /// Something was announced in a namespace.
    Announcement(usize),
    /// A source has packets.
    Source(usize),
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    Over,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        grounds: Vec<Ground>,
        sources: Vec<Source>,
        output: Output,
        companion: Option<Companion>,
        arguments: &'a CaptureArgs,
    ) -> Self {
        let longest = usize::try_from(arguments.snapshot_length()).unwrap_or(usize::MAX);
        let deadline = arguments.duration.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let batch = Batch::new(longest);
        Self {
            grounds,
            sources,
            output,
            companion,
            arguments,
            batch,
            held: Held::default(),
            deadline,
            captured: 0,
        }
    }

    /// Until a signal comes, the time is over, as many packets are there as are wanted, nothing is left to capture
    /// from, or nobody reads any more.
    ///
    /// # Errors
    /// The output's, the kernel's.
    pub(super) fn run(&mut self, signals: &Signals) -> Result<()> {
        let watched = self.watch(signals).and_then(|()| self.write_down(Duration::MAX));
        match watched {
            Err(error) if error.is_left_by_reader() => Ok(()),
            watched => watched.map(drop),
        }
    }

    fn watch(&mut self, signals: &Signals) -> Result<()> {
        loop {
            let heard = self.hear(signals)?;
            let ended = heard.iter().any(|ear| matches!(ear, Ear::Signals | Ear::Companion));
            let over = ended || self.is_late();
            let leaves = over || heard.iter().any(|ear| matches!(ear, Ear::Process(_)));
            let go = self.take(leaves.then(clock::since_1970))?;
            for ear in &heard {
                match *ear {
                    Ear::Process(ground) => self.bury(ground)?,
                    Ear::Announcement(ground) => self.discover(ground)?,
                    Ear::Signals | Ear::Companion | Ear::Source(_) => {}
                }
            }
            if over || go == Go::Over || !self.sources.iter().any(|source| source.ear().is_some()) {
                return Ok(());
            }
        }
    }

    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Waits for something.
    fn hear(&self, signals: &Signals) -> Result<Vec<Ear>> {
        let mut ears: Vec<(Ear, BorrowedFd<'_>)> = vec![(Ear::Signals, signals.as_fd())];
        ears.extend(self.companion.iter().map(|companion| (Ear::Companion, companion.ear())));
        for (number, ground) in self.grounds.iter().enumerate() {
            let (process, announcements) = ground.ears();
            ears.extend(process.map(|process| (Ear::Process(number), process)));
            ears.extend(announcements.map(|socket| (Ear::Announcement(number), socket)));
        }
        let sources = self.sources.iter().enumerate();
        ears.extend(sources.filter_map(|(number, source)| Some((Ear::Source(number), source.ear()?))));
        let mut events: Vec<PollFd<'_>> =
            ears.iter().map(|(_, descriptor)| PollFd::new(*descriptor, PollFlags::POLLIN)).collect();
        loop {
            // Rounded up, or the last millisecond would be spent asking.
            let mut left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if !self.held.is_empty() {
                left = Some(Duration::ZERO);
            }
            let limit = left.map_or(PollTimeout::NONE, |left| {
                let rounded_up = if left.is_zero() { 0 } else { left.as_millis() + 1 };
                PollTimeout::try_from(rounded_up).unwrap_or(PollTimeout::MAX)
            });
            match poll(&mut events, limit) {
                Err(Errno::EINTR) => {}
                polled => {
                    polled.map_err(std::io::Error::from).doing(|| "capture: wait".to_owned())?;
                    break;
                }
            }
        }
        let heard = ears.iter().zip(&events).filter(|(_, event)| event.any().unwrap_or(true));
        Ok(heard.map(|((ear, _), _)| *ear).collect())
    }

    /// Takes what all sources have, and writes it down: once, or, at an `end`, until all is taken that had passed before.
    fn take(&mut self, end: Option<Duration>) -> Result<Go> {
        let longest = usize::try_from(self.arguments.snapshot_length()).unwrap_or(usize::MAX);
        loop {
            let mut round = self.held.round(clock::since_1970());
            for (number, source) in self.sources.iter_mut().enumerate() {
                match source.take(number, &mut self.batch, longest, &mut round)? {
                    Fate::Well => {}
                    Fate::Down => tell(&format!("{} went down", source.label.escape_debug())),
                    Fate::Gone => lose(source)?,
                }
            }
            let horizon = round.horizon;
            let goes_on = round.more && end.is_some_and(|end| horizon < end);
            let go = self.write_down(horizon)?;
            if go == Go::Over || !goes_on {
                return Ok(go);
            }
        }
    }

    /// Writes down what passed until then, in its order.
    fn write_down(&mut self, horizon: Duration) -> Result<Go> {
        for frame in self.held.until(horizon) {
            self.output.write(&frame, &self.sources[frame.source])?;
            self.captured += 1;
            if self.arguments.count.is_some_and(|count| self.captured >= count) {
                self.held.clear();
                self.output.flush()?;
                return Ok(Go::Over);
            }
        }
        self.output.flush()?;
        Ok(Go::On)
    }

    /// A process has ended, and with it whatever its namespace was for, which these sockets would keep alive.
    fn bury(&mut self, ground: usize) -> Result<()> {
        tell(&format!("{} has ended", self.grounds[ground].name()));
        for source in self.sources.iter_mut().filter(|source| source.ground == ground) {
            source.close()?;
        }
        self.grounds[ground].leave()
    }

    /// Devices may have come, or gone: of one that was down before, its socket says nothing then.
    fn discover(&mut self, number: usize) -> Result<()> {
        let ground = &mut self.grounds[number];
        ground.take_announcement();
        for source in self.sources.iter_mut().filter(|source| source.ground == number) {
            if source.fate()? == Fate::Gone {
                lose(source)?;
            }
        }
        if !ground.all {
            return Ok(());
        }
        for device in ground.all()? {
            let known = |source: &Source| {
                source.ground == number && source.index == device.index && source.ear().is_some()
            };
            if self.sources.iter().any(known) {
                continue;
            }
            let source = match Source::open(ground, number, &device, self.arguments) {
                Err(error) if is_gone(&error) => continue,
                opened => opened?,
            };
            tell(&format!("listening on {} too", source.label.escape_debug()));
            self.output.add(&source);
            self.sources.push(source);
        }
        Ok(())
    }

    /// Lets go of everything and says what was counted, as tcpdump does. Goes on after an error.
    ///
    /// # Errors
    /// The first one.
    pub(super) fn end(&mut self) -> Result<()> {
        let mut ended = Ok(());
        for source in &mut self.sources {
            ended = ended.and(source.close());
        }
        for ground in &mut self.grounds {
            ended = ended.and(ground.leave());
        }
        match self.output.finish(&self.sources) {
            Err(error) if error.is_left_by_reader() => {}
            finished => ended = ended.and(finished),
        }
        if self.arguments.quiet {
            return ended;
        }
        let sum = |count: fn(&Source) -> u64| self.sources.iter().map(count).sum::<u64>();
        let packets = |count: u64| format!("{count} packet{}", if count == 1 { "" } else { "s" });
        tell(&format!("{} captured", packets(self.captured)));
        tell(&format!("{} received by filter", packets(sum(|source| source.counts.passed))));
        tell(&format!("{} dropped by kernel", packets(sum(|source| source.counts.dropped))));
        ended
    }
}

/// A device is gone.
fn lose(source: &mut Source) -> Result<()> {
    tell(&format!("{} is gone", source.label.escape_debug()));
    source.close()
}
