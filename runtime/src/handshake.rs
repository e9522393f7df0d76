//! What a parent and its clone say to each other before the program runs.
//!
//! ```text
//! parent  Mapped?  Cgroups  Hooked(pid)?  Network?                              Go (only once the terminal has its
//!                                                                               size, and the listener is taken)
//! child            Ipv4Only? Mounted?               Terminal(master)? Listener?  Ready  …execve: the socket closes
//! child   Failed, instead of any of the above, or of the closing
//! ```
//!
//! Mapped is said where the container has a user namespace: its ids and limits are set. Ipv4Only is said where the
//! container gets cards: a device that is put into its network namespace from now on has no IPv6 by itself. One who clones the child
//! in the parent's stead (`between`) has a socket of its own, on which it says Born(pidfd), or Failed.
//!
//! The end of the conversation is no success by itself, since a killed child is as silent: the parent
//! must have heard Ready.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use serde::{Deserialize, Serialize};

use crate::error::{Doing, Error, Result};
use crate::sys::socket;

/// The parent's end.
#[derive(Debug)]
pub struct ParentEnd(OwnedFd);

/// The child's end.
#[derive(Debug)]
pub struct ChildEnd(OwnedFd);

/// What the child says.
#[derive(Debug)]
pub enum Word {
    /// Devices in its network namespace have no IPv6 by themselves.
    Ipv4Only,
    /// It has mounted, and waits for hooks.
    Mounted,
    /// The master of its pseudo-terminal.
    Terminal(OwnedFd),
    /// Everything but execve and the seccomp filter is done.
    Ready,
    /// The filter is loaded, and this is its number of the descriptor that notifications come from.
    Listener(i32),
    /// A step failed.
    Failed(Error),
    /// Nothing any more: the program runs, or the child is gone.
    Closed,
}

#[derive(Serialize, Deserialize)]
enum Message {
    Born,
    Mapped,
    Cgroups,
    Ipv4Only,
    Mounted,
    Hooked { pid: i32 },
    Network,
    Terminal,
    Ready,
    Go,
    Listener { number: i32 },
    Failed { stage: String, text: String, errno: i32, at_exec: bool },
}

/// Both ends.
///
/// # Errors
/// socketpair(2)'s.
pub fn pair() -> Result<(ParentEnd, ChildEnd)> {
    let (parent, child) = socket::pair().doing(handshake)?;
    Ok((ParentEnd(parent), ChildEnd(child)))
}

fn handshake() -> String {
    "handshake".to_owned()
}

fn text(message: &Message) -> Vec<u8> {
    serde_json::to_vec(message).expect("a message is plain data")
}

fn send(end: &OwnedFd, message: &Message, descriptor: Option<BorrowedFd<'_>>) -> Result<()> {
    socket::send(end.as_fd(), &text(message), descriptor).doing(handshake)
}

fn receive(end: &OwnedFd) -> Result<(Option<Message>, Option<OwnedFd>)> {
    let (text, descriptor) = socket::receive(end.as_fd()).doing(handshake)?;
    if text.is_empty() {
        return Ok((None, None));
    }
    let message = serde_json::from_slice(&text)
        .map_err(|error| Error::Usage(format!("handshake: not understood: {error}")))?;
    Ok((Some(message), descriptor))
}

/// By write(2), which a seccomp filter lets through if any call.
fn say_plainly(end: &OwnedFd, message: &Message) -> Result<()> {
    socket::write(end.as_fd(), &text(message)).doing(handshake)
}

/// By read(2); `None` where the other end is gone.
fn hear_plainly(end: &OwnedFd) -> Result<Option<Message>> {
    let text = socket::read(end.as_fd()).doing(handshake)?;
    Ok(serde_json::from_slice(&text).ok())
}

impl ChildEnd {
    /// Hands over the process that was cloned in the parent's stead.
    ///
    /// # Errors
    /// The parent is gone.
    pub fn born(&self, pidfd: BorrowedFd<'_>) -> Result<()> {
        send(&self.0, &Message::Born, Some(pidfd))
    }

    /// Waits until the ids of the user namespace, and the limits, are set.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn await_mapped(&self) -> Result<()> {
        self.expect(|said| matches!(said, Message::Mapped).then_some(()))
    }

    /// Waits until the container's cgroups have been made.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn await_cgroups(&self) -> Result<()> {
        self.expect(|said| matches!(said, Message::Cgroups).then_some(()))
    }

    /// Waits until the container has its network.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn await_network(&self) -> Result<()> {
        self.expect(|said| matches!(said, Message::Network).then_some(()))
    }

    /// Says that devices in its network namespace have no IPv6 by themselves.
    ///
    /// # Errors
    /// The parent is gone.
    pub fn ipv4_only(&self) -> Result<()> {
        send(&self.0, &Message::Ipv4Only, None)
    }

    /// Says that all is mounted, and waits until the host's hooks have been run. Returns its own process number, as the
    /// host sees it.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn mounted(&self) -> Result<i32> {
        send(&self.0, &Message::Mounted, None)?;
        self.expect(|said| if let Message::Hooked { pid } = said { Some(*pid) } else { None })
    }

    /// Waits for what the parent says next, in which `heard` finds what is waited for.
    fn expect<T>(&self, heard: impl FnOnce(&Message) -> Option<T>) -> Result<T> {
        let (said, _) = receive(&self.0)?;
        said.as_ref().and_then(heard).ok_or_else(|| Error::Usage("the parent has given up".to_owned()))
    }

    /// Hands the master of the pseudo-terminal over.
    ///
    /// # Errors
    /// The parent is gone.
    pub fn terminal(&self, master: BorrowedFd<'_>) -> Result<()> {
        send(&self.0, &Message::Terminal, Some(master))
    }

    /// Says that everything is prepared, and waits for Go. False means that the parent is gone or has given
    /// up.
    ///
    /// # Errors
    /// The socket's.
    pub fn ready(&self) -> Result<bool> {
        say_plainly(&self.0, &Message::Ready)?;
        Ok(matches!(hear_plainly(&self.0)?, Some(Message::Go)))
    }

    /// Says that notifications come from descriptor `number` of this process: it must stay open until Go. From here
    /// on a seccomp filter has its say, and only write(2) and read(2) are called, as runc does then too.
    ///
    /// # Errors
    /// The parent is gone.
    pub fn listener(&self, number: i32) -> Result<()> {
        say_plainly(&self.0, &Message::Listener { number })
    }

    /// Says what failed. A parent that is gone needs no telling.
    pub fn fail(&self, error: &Error, at_exec: bool) {
        let (stage, text, errno) = match error {
            Error::System { doing, source } => (doing.clone(), source.to_string(), source.errno as i32),
            other => (other.to_string(), String::new(), 0),
        };
        // A message has a longest size; paths may be longer than anyone reads.
        let short = |text: String| text.chars().take(1000).collect();
        let failed = Message::Failed { stage: short(stage), text: short(text), errno, at_exec };
        let _ = say_plainly(&self.0, &failed);
    }
}

impl ParentEnd {
    /// The process that was cloned in the parent's stead; `None` where the one who should have is gone.
    ///
    /// # Errors
    /// Why it was not; the socket's.
    pub fn birth(&self) -> Result<Option<OwnedFd>> {
        match receive(&self.0)? {
            (Some(Message::Born), pidfd) => Ok(pidfd),
            (Some(Message::Failed { stage, text, errno, at_exec }), _) => {
                Err(Error::Container { stage, text, errno, at_exec })
            }
            _ => Ok(None),
        }
    }

    /// What the child says next.
    ///
    /// # Errors
    /// The socket's.
    pub fn hear(&self) -> Result<Word> {
        Ok(match receive(&self.0)? {
            (Some(Message::Ipv4Only), _) => Word::Ipv4Only,
            (Some(Message::Mounted), _) => Word::Mounted,
            (Some(Message::Terminal), Some(master)) => Word::Terminal(master),
            (Some(Message::Ready), _) => Word::Ready,
            (Some(Message::Failed { stage, text, errno, at_exec }), _) => {
                Word::Failed(Error::Container { stage, text, errno, at_exec })
            }
            (Some(Message::Listener { number }), _) => Word::Listener(number),
            (
                Some(
                    Message::Terminal
                    | Message::Born
                    | Message::Mapped
                    | Message::Cgroups
                    | Message::Network
                    | Message::Hooked { .. }
                    | Message::Go,
                ),
                _,
            ) => {
                return Err(Error::Usage("handshake: out of order".to_owned()));
            }
            (None, _) => Word::Closed,
        })
    }

    /// Says that the ids of the user namespace, and the limits, are set.
    ///
    /// # Errors
    /// The socket's.
    pub fn mapped(&self) -> Result<()> {
        self.say(&Message::Mapped)
    }

    /// Says that the cgroups have been made.
    ///
    /// # Errors
    /// The socket's.
    pub fn cgroups_made(&self) -> Result<()> {
        self.say(&Message::Cgroups)
    }

    /// Says that the container has its network.
    ///
    /// # Errors
    /// The socket's.
    pub fn network_made(&self) -> Result<()> {
        self.say(&Message::Network)
    }

    /// Says that the host's hooks have been run, and who the child is.
    ///
    /// # Errors
    /// The socket's.
    pub fn hooked(&self, pid: i32) -> Result<()> {
        self.say(&Message::Hooked { pid })
    }

    /// Lets the program run.
    ///
    /// # Errors
    /// The socket's.
    pub fn go(&self) -> Result<()> {
        self.say(&Message::Go)
    }

    /// A child that is gone hears nothing; that it is gone is noticed when it should speak.
    fn say(&self, message: &Message) -> Result<()> {
        match send(&self.0, message, None) {
            Err(Error::System { source, .. }) if matches!(source.errno, Errno::EPIPE | Errno::ECONNRESET) => {
                Ok(())
            }
            sent => sent,
        }
    }
}

impl AsFd for ParentEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
