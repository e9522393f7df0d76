//! A device that packets are taken from.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use netlink_raw::Socket;
use nix::errno::Errno;

use super::frame::{Direction, Frame, OUTGOING, netlink_header};
use super::ground::{Found, Ground};
use super::link::Link;
use super::order::Round;
use crate::cli::CaptureArgs;
use crate::clock;
use crate::error::{Doing, Error, Result};
use crate::sys::gate::rehearsing;
use crate::sys::packet::{self, Batch, Instruction, Statistics};

/// The family of rtnetlink.
const NETLINK_ROUTE: u16 = 0;
/// The most packets that are taken at once, in calls, before others have their turn.
const CALLS: usize = 64;

/// A device that packets are taken from.
#[derive(Debug)]
pub(super) struct Source {
    /// What people call it: `web:eth0`.
    pub(super) label: String,
    /// What it is.
    pub(super) description: String,
    /// What its packets begin with.
    pub(super) link: Link,
    /// The number of its namespace.
    pub(super) ground: usize,
    /// Its number in there.
    pub(super) index: u32,
    /// Since when, in time since 1970.
    pub(super) since: Duration,
    /// What was counted.
    pub(super) counts: Statistics,
    loopback: bool,
    /// What chooses packets here, where the kernel can't.
    chooser: Option<Vec<Instruction>>,
    tap: Option<Tap>,
}

/// What packets are taken by.
#[derive(Debug)]
enum Tap {
    /// A socket for packets.
    Packets(OwnedFd),
    /// A socket that the kernel announces to.
    Announcements(Socket),
}

/// What became of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes on.
    Well,
    /// It is down.
    Down,
    /// It is gone.
    Gone,
}

impl Source {
    /// Opens a socket in `ground`, which has number `number`. It has its filter before the first packet comes.
    ///
    /// # Errors
    /// An expression that is none; a right that is missing.
    pub(super) fn open(
        ground: &mut Ground,
        number: usize,
        device: &Found,
        arguments: &CaptureArgs,
    ) -> Result<Self> {
        let label = ground.label(&device.name);
        let choice = Choice::of(arguments, device.link)?;
        let doing = || format!("capture: {}", label.escape_debug());
        let announcements = if device.link == Link::Netlink { ground.hand_over() } else { None };
        let packets = || {
            ground.inside(|_| {
                let socket = packet::open(device.link.layer()).map_err(|error| missing(error, &label))?;
                packet::set_buffer(socket.as_fd(), arguments.buffer_size.saturating_mul(1024))
                    .doing(doing)?;
                packet::set_filter(socket.as_fd(), &choice.kernel, arguments.filter.as_deref())
                    .doing(doing)?;
                if !arguments.no_promiscuous_mode && device.link == Link::Ethernet && !device.loopback {
                    packet::set_promiscuous(socket.as_fd(), device.index, &device.name).doing(doing)?;
                }
                packet::bind(socket.as_fd(), device.index, &device.name).doing(doing)?;
                // Of one that is down, the kernel says so at once.
                if !rehearsing() {
                    packet::pending_error(socket.as_fd()).doing(doing)?;
                }
                Ok(Tap::Packets(socket))
            })
        };
        let tap = announcements.map_or_else(packets, |socket| Ok(Tap::Announcements(socket)))?;
        Ok(Self {
            label,
            description: device.description.clone(),
            link: device.link,
            ground: number,
            index: device.index,
            since: clock::since_1970(),
            counts: Statistics::default(),
            loopback: device.loopback,
            chooser: choice.here,
            tap: Some(tap),
        })
    }

    /// Where packets can be heard, while there can be any.
    pub(super) fn ear(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        match self.tap.as_ref()? {
            Tap::Packets(socket) => Some(socket.as_fd()),
            Tap::Announcements(socket) => socket.descriptor(),
        }
    }

    /// Takes what waits to `round`, as source number `own`.
    ///
    /// # Errors
    /// recvmmsg(2)'s.
    pub(super) fn take(
        &mut self,
        own: usize,
        batch: &mut Batch,
        longest: usize,
        round: &mut Round<'_>,
    ) -> Result<Fate> {
        if let Some(Tap::Announcements(socket)) = &mut self.tap {
            match socket.announcements() {
                Ok(messages) => {
                    self.counts.passed += u64::try_from(messages.len()).unwrap_or(0);
                    let messages = messages.into_iter().map(|message| announced(own, &message, longest));
                    round.frames().extend(messages);
                    return Ok(Fate::Well);
                }
                // Some were lost: nobody knows how many.
                Err(netlink_raw::Error::Io { source, .. })
                    if source.raw_os_error() == Some(libc::ENOBUFS) =>
                {
                    self.counts.dropped += 1;
                    return Ok(Fate::Well);
                }
                Err(error) => return Err(Error::Usage(format!("capture: {}: {error}", self.label))),
            }
        }
        let Some(socket) = self.ear() else { return Ok(Fate::Well) };
        let (mut read_until, mut down) = (Duration::ZERO, false);
        for _ in 0..CALLS {
            match batch.receive(socket) {
                Ok(()) => {}
                Err(Errno::EAGAIN) => return self.fate_if(down),
                Err(Errno::EINTR) => continue,
                // What passed before is still there.
                Err(Errno::ENETDOWN) => {
                    down = true;
                    continue;
                }
                Err(errno) => {
                    return Err(std::io::Error::from(errno)).doing(|| format!("capture: {}", self.label));
                }
            }
            let taken = batch.packets().filter_map(|packet| {
                read_until = packet.time;
                Frame::of(own, self.link, &packet, longest)
            });
            round.frames().extend(taken.filter(|frame| self.wants(frame)));
            if !batch.is_full() {
                return self.fate_if(down);
            }
        }
        round.has_more(read_until);
        self.fate_if(down)
    }

    /// On the loopback device each packet passes twice: out, and in again. Once is enough.
    fn wants(&self, frame: &Frame) -> bool {
        if self.loopback && frame.direction == Direction::Out {
            return false;
        }
        #[cfg(feature = "pcap")]
        if let Some(chooser) = &self.chooser {
            return crate::sys::pcap::wants(chooser, &frame.bytes, frame.length);
        }
        self.chooser.is_none()
    }

    /// What became of a device that went down, if it did.
    fn fate_if(&self, down: bool) -> Result<Fate> {
        Ok(match down {
            false => Fate::Well,
            true if self.fate()? == Fate::Gone => Fate::Gone,
            true => Fate::Down,
        })
    }

    /// Whether the device is gone. Of one that was let go of there is nothing to say.
    ///
    /// # Errors
    /// getsockname(2)'s.
    pub(super) fn fate(&self) -> Result<Fate> {
        let Some(Tap::Packets(socket)) = &self.tap else { return Ok(Fate::Well) };
        let gone = packet::is_orphaned(socket.as_fd()).doing(|| format!("capture: {}", self.label))?;
        Ok(if gone { Fate::Gone } else { Fate::Well })
    }

    /// Asks the kernel for its counts, and lets go of the device.
    ///
    /// # Errors
    /// getsockopt(2)'s.
    pub(super) fn close(&mut self) -> Result<()> {
        let Some(Tap::Packets(socket)) = self.tap.take() else { return Ok(()) };
        let counts = packet::statistics(socket.as_fd()).doing(|| format!("capture: {}", self.label))?;
        self.counts.passed += counts.passed;
        self.counts.dropped += counts.dropped;
        Ok(())
    }
}

/// A message of the kernel's as a monitor would tell of it.
fn announced(own: usize, message: &[u8], longest: usize) -> Frame {
    let mut bytes = [&netlink_header(OUTGOING, NETLINK_ROUTE), message].concat();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    bytes.truncate(longest);
    Frame { source: own, time: clock::since_1970(), direction: Direction::In, bytes, length }
}

/// Who chooses packets.
struct Choice {
    /// What the kernel takes.
    kernel: Vec<Instruction>,
    /// What of that is wanted.
    here: Option<Vec<Instruction>>,
}

/// The classic instruction that takes so many bytes: `BPF_RET|BPF_K`.
const fn take(longest: u32) -> Instruction {
    Instruction { code: 0x06, jt: 0, jf: 0, k: longest }
}

impl Choice {
    #[cfg(not(feature = "pcap"))]
    #[allow(clippy::unnecessary_wraps)] // it may fail where there is a library
    fn of(arguments: &CaptureArgs, _link: Link) -> Result<Self> {
        Ok(Self { kernel: vec![take(arguments.snapshot_length())], here: None })
    }

    /// The kernel has taken a VLAN's tag out of a packet before it asks the filter: who asks for tags is answered
    /// here, where they are in their places again.
    #[cfg(feature = "pcap")]
    fn of(arguments: &CaptureArgs, link: Link) -> Result<Self> {
        let longest = arguments.snapshot_length();
        let Some(expression) = &arguments.filter else {
            return Ok(Self { kernel: vec![take(longest)], here: None });
        };
        let program = crate::sys::pcap::compile(expression, link.of_library(), longest)
            .map_err(|problem| Error::Usage(format!("capture: --filter: {problem}")))?;
        let has = |wanted: &[&str]| {
            let words = expression.split(|c: char| !c.is_ascii_alphanumeric());
            words.into_iter().any(|word| wanted.contains(&word))
        };
        if !has(&["vlan"]) {
            return Ok(Self { kernel: program, here: None });
        }
        if has(&["inbound", "outbound", "ifindex"]) {
            let problem =
                "capture: --filter: vlan can't be asked for together with inbound, outbound or ifindex";
            return Err(Error::Usage(problem.to_owned()));
        }
        Ok(Self { kernel: vec![take(longest)], here: Some(program) })
    }
}

/// Whether a device was no more when it was to be opened.
pub(super) fn is_gone(error: &Error) -> bool {
    matches!(error, Error::System { source, .. } if source.errno == Errno::ENODEV)
}

/// The right that a socket for packets takes.
fn missing(error: crate::sys::Error, label: &str) -> Error {
    let doing = format!("capture: {}", label.escape_debug());
    match error.errno {
        Errno::EPERM | Errno::EACCES => {
            Error::Usage(format!("{doing}: {error}: it takes CAP_NET_RAW in that network namespace"))
        }
        _ => Error::System { doing, source: error },
    }
}
