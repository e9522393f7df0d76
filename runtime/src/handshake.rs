//! What a parent and its clone say to each other before the program runs.
//!
//! ```text
//! parent  Cgroups                     Go (only once the terminal has its size)   Taken?
//! child            Terminal(master)?            Ready                  Listener?         …execve: the socket
//!                                                                                        closes by itself
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
    Cgroups,
    Terminal,
    Ready,
    Go,
    Listener { number: i32 },
    Taken,
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

/// By write(2), which a seccomp filter lets through if any call.
fn say_plainly(end: &OwnedFd, message: &Message) -> Result<()> {
    let text = serde_json::to_vec(message).expect("a message is plain data");
    socket::write(end.as_fd(), &text)
        .map_err(|source| Error::System { doing: "handshake".to_owned(), source })
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

    /// Says that notifications come from descriptor `number` of this process, and waits until the parent has taken
    /// it. From here on a seccomp filter has its say: this makes the two calls that runc makes here too.
    ///
    /// # Errors
    /// The socket's; the parent is gone or has given up.
    pub fn listener(&self, number: i32) -> Result<()> {
        say_plainly(&self.0, &Message::Listener { number })?;
        let text = socket::read(self.0.as_fd())
            .map_err(|source| Error::System { doing: "handshake".to_owned(), source })?;
        match serde_json::from_slice(&text) {
            Ok(Message::Taken) => Ok(()),
            _ => Err(Error::Usage("the parent has given up".to_owned())),
        }
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
    /// What the child says next.
    ///
    /// # Errors
    /// The socket's.
    pub fn hear(&self) -> Result<Word> {
        Ok(match receive(&self.0)? {
            (Some(Message::Terminal), Some(master)) => Word::Terminal(master),
            (Some(Message::Ready), _) => Word::Ready,
            (Some(Message::Failed { stage, text, errno, at_exec }), _) => {
                Word::Failed(Error::Container { stage, text, errno, at_exec })
            }
            (Some(Message::Listener { number }), _) => Word::Listener(number),
            (Some(Message::Terminal | Message::Cgroups | Message::Go | Message::Taken), _) => {
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

    /// Lets the program run.
    ///
    /// # Errors
    /// The socket's.
    pub fn go(&self) -> Result<()> {
        self.say(&Message::Go)
    }

    /// Says that the descriptor for notifications has been taken.
    ///
    /// # Errors
    /// The socket's.
    pub fn taken(&self) -> Result<()> {
        self.say(&Message::Taken)
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
