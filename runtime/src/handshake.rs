//! What a parent and its clone say to each other before the program runs.
//!
//! ```text
//! parent  Cgroups           Hooked(pid)?  Network?                   Go (only once the terminal has its size)
//! child            Mounted?                         Terminal(master)?            Ready  …execve: the socket closes
//! child   Failed, instead of any of the above, or of the closing
//! ```
//!
//! The end of the conversation is no success by itself, since a killed child is as silent: the parent
//! must have heard Ready.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
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
    /// It has mounted, and waits for hooks.
    Mounted,
    /// The master of its pseudo-terminal.
    Terminal(OwnedFd),
    /// Everything but execve is done.
    Ready,
    /// A step failed.
    Failed(Error),
    /// Nothing any more: the program runs, or the child is gone.
    Closed,
}

#[derive(Serialize, Deserialize)]
enum Message {
    Cgroups,
    Mounted,
    Hooked { pid: i32 },
    Network,
    Terminal,
    Ready,
    Go,
    Failed { stage: String, text: String, errno: i32, at_exec: bool },
}

/// Both ends.
///
/// # Errors
/// socketpair(2)'s.
pub fn pair() -> Result<(ParentEnd, ChildEnd)> {
    let (parent, child) =
        socket::pair().map_err(|source| Error::System { doing: "handshake".to_owned(), source })?;
    Ok((ParentEnd(parent), ChildEnd(child)))
}

fn send(end: &OwnedFd, message: &Message, descriptor: Option<BorrowedFd<'_>>) -> Result<()> {
    let text = serde_json::to_vec(message).expect("a message is plain data");
    socket::send(end.as_fd(), &text, descriptor)
        .map_err(|source| Error::System { doing: "handshake".to_owned(), source })
}

fn receive(end: &OwnedFd) -> Result<(Option<Message>, Option<OwnedFd>)> {
    let (text, descriptor) = socket::receive(end.as_fd())
        .map_err(|source| Error::System { doing: "handshake".to_owned(), source })?;
    if text.is_empty() {
        return Ok((None, None));
    }
    let message = serde_json::from_slice(&text)
        .map_err(|error| Error::Usage(format!("handshake: not understood: {error}")))?;
    Ok((Some(message), descriptor))
}

impl ChildEnd {
    /// Waits until the container's cgroups have been made.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn await_cgroups(&self) -> Result<()> {
        match receive(&self.0)? {
            (Some(Message::Cgroups), _) => Ok(()),
            _ => Err(Error::Usage("the parent has given up".to_owned())),
        }
    }

    /// Waits until the container has its network.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn await_network(&self) -> Result<()> {
        match receive(&self.0)? {
            (Some(Message::Network), _) => Ok(()),
            _ => Err(Error::Usage("the parent has given up".to_owned())),
        }
    }

    /// Says that all is mounted, and waits until the host's hooks have been run. Returns its own process number, as the
    /// host sees it.
    ///
    /// # Errors
    /// The parent is gone or has given up.
    pub fn mounted(&self) -> Result<i32> {
        send(&self.0, &Message::Mounted, None)?;
        match receive(&self.0)? {
            (Some(Message::Hooked { pid }), _) => Ok(pid),
            _ => Err(Error::Usage("the parent has given up".to_owned())),
        }
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
        send(&self.0, &Message::Ready, None)?;
        Ok(matches!(receive(&self.0)?, (Some(Message::Go), _)))
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
        let _ = send(&self.0, &failed, None);
    }
}

impl ParentEnd {
    /// What the child says next.
    ///
    /// # Errors
    /// The socket's.
    pub fn hear(&self) -> Result<Word> {
        Ok(match receive(&self.0)? {
            (Some(Message::Mounted), _) => Word::Mounted,
            (Some(Message::Terminal), Some(master)) => Word::Terminal(master),
            (Some(Message::Ready), _) => Word::Ready,
            (Some(Message::Failed { stage, text, errno, at_exec }), _) => {
                Word::Failed(Error::Container { stage, text, errno, at_exec })
            }
            (
                Some(
                    Message::Terminal
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
