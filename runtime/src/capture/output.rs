//! Where packets go: a file, or lines on standard output.

use std::io::{self, IsTerminal, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use super::frame::Frame;
use super::link::Link;
use super::pcapng::{self, Counts, Interface, Packet};
use super::source::Source;
use super::text;
use crate::cli::CaptureArgs;
use crate::clock;
use crate::error::{Doing, Error, Result};
use crate::sys::file;
use crate::sys::gate::rehearsing;
use crate::sys::local_time::ahead_of_utc;

/// So much is kept before it is written, in bytes.
const FULL: usize = 1 << 18;

/// Where packets go.
pub(super) struct Output {
    form: Form,
    stream: Box<dyn Write>,
    /// What people call it.
    name: String,
    /// What is not written yet.
    pending: Vec<u8>,
    filter: Option<String>,
    longest: u32,
    /// Whether one of the devices has an Ethernet header.
    ethernet: bool,
}

/// How they are written.
enum Form {
    Pcapng,
    /// A line for each, with the link's header or without.
    Text {
        header: bool,
    },
}

impl Output {
    /// Opens it, and writes what stands before all packets.
    ///
    /// # Errors
    /// The file can't be made; or packets would go to a terminal.
    pub(super) fn open(arguments: &CaptureArgs, sources: &[Source]) -> Result<Self> {
        let stdout = || Box::new(io::stdout()) as Box<dyn Write>;
        let (form, stream, name) = match arguments.write.as_deref() {
            None => (Form::Text { header: arguments.link_header }, stdout(), "standard output".to_owned()),
            Some(path) if path == Path::new("-") => {
                if io::stdout().is_terminal() {
                    let problem =
                        "capture: -w -: packets are nothing for a terminal: name a file, or pipe them";
                    return Err(Error::Usage(problem.to_owned()));
                }
                (Form::Pcapng, stdout(), "standard output".to_owned())
            }
            Some(path) => {
                let file: OwnedFd =
                    file::create_anew(path).doing(|| format!("capture: write {}", path.display()))?;
                (
                    Form::Pcapng,
                    Box::new(std::fs::File::from(file)) as Box<dyn Write>,
                    path.display().to_string(),
                )
            }
        };
        let (filter, longest) = (arguments.filter.clone(), arguments.snapshot_length());
        let ethernet = sources.iter().any(|source| source.link == Link::Ethernet);
        let mut output = Self { form, stream, name, pending: Vec::new(), filter, longest, ethernet };
        if matches!(output.form, Form::Pcapng) && !rehearsing() {
            pcapng::section(&mut output.pending);
            for source in sources {
                output.add(source);
            }
            output.flush()?;
        }
        Ok(output)
    }

    /// A source more, whose number is how many there were before.
    pub(super) fn add(&mut self, source: &Source) {
        if matches!(self.form, Form::Pcapng) {
            let interface = Interface {
                link_type: if self.is_dressed(source) { Link::Ethernet } else { source.link }.number(),
                longest: self.longest,
                name: &source.label,
                description: &source.description,
                filter: self.filter.as_deref(),
            };
            pcapng::interface(&mut self.pending, &interface);
        }
    }

    /// Whether its packets get an Ethernet header in a file: tcpdump reads none that has several types of links.
    fn is_dressed(&self, source: &Source) -> bool {
        self.ethernet && source.link == Link::Raw
    }

    /// A packet of `source`.
    ///
    /// # Errors
    /// write(2)'s. [`gone`] tells whether only the reader is.
    pub(super) fn write(&mut self, frame: &Frame, source: &Source) -> Result<()> {
        match self.form {
            Form::Pcapng => {
                let interface = u32::try_from(frame.source).unwrap_or(u32::MAX);
                let dressed = self.is_dressed(source).then(|| frame.in_ethernet(self.longest));
                let Frame { time, direction, length, ref bytes, .. } = *dressed.as_ref().unwrap_or(frame);
                pcapng::packet(&mut self.pending, &Packet { interface, time, bytes, length, direction });
            }
            Form::Text { header } => {
                let label = source.label.escape_debug();
                let (time, way) = (time_of_day(frame.time), frame.direction.word());
                let mut start = format!("{time} {:<5} {way:<3} ", label.to_string());
                for line in text::lines(source.link, &frame.bytes, frame.length, header) {
                    if line.starts_with('\t') {
                        start.clear();
                    }
                    self.pending.extend(format!("{start}{line}\n").into_bytes());
                }
            }
        }
        if self.pending.len() >= FULL { self.flush() } else { Ok(()) }
    }

    /// What was counted, behind all packets.
    pub(super) fn finish(&mut self, sources: &[Source]) -> Result<()> {
        let now = clock::since_1970();
        if matches!(self.form, Form::Pcapng) {
            for (interface, source) in (0..).zip(sources) {
                let counts = Counts {
                    interface,
                    times: (source.since, now),
                    passed: source.counts.passed,
                    dropped: source.counts.dropped,
                };
                pcapng::statistics(&mut self.pending, &counts, now);
            }
        }
        self.flush()
    }

    /// Whoever reads sees all that was written.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn flush(&mut self) -> Result<()> {
        let written = self.stream.write_all(&self.pending).and_then(|()| self.stream.flush());
        self.pending.clear();
        written.doing(|| format!("capture: write {}", self.name))
    }
}

/// `HH:MM:SS.ffffff` here.
fn time_of_day(since: Duration) -> String {
    let ahead = ahead_of_utc(since.as_secs());
    let seconds = since.as_secs().saturating_add_signed(ahead) % 86_400;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", since.subsec_micros())
}
