//! What can go wrong, said in one line.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::sys;
use crate::sys::clone::words;

/// The result of whatever Pontoon does.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure, as the user reads it.
#[derive(Debug)]
pub enum Error {
    /// The command line asks for something that can't be.
    Usage(String),
    /// config.json is wrong.
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where it is no JSON.
        problem: String,
    },
    /// A field of config.json that Pontoon does not apply yet, and does not ignore.
    Unsupported {
        /// Its path in config.json.
        field: String,
    },
    /// A system call failed.
    System {
        /// What was being done, and to what.
        doing: String,
        /// The call and the kernel's words.
        source: sys::Error,
    },
    /// A file could not be read or written.
    Io {
        /// What was being done, and to what.
        doing: String,
        /// The kernel's words.
        source: io::Error,
    },
    /// The kernel refused a netlink request.
    Network {
        /// The network.
        network: String,
        /// The request and the kernel's words.
        source: netlink_raw::Error,
    },
    /// A network can't give what was asked of it.
    Address {
        /// The network.
        network: String,
        /// What is wrong.
        problem: String,
    },
    /// The firewall can't do what was asked of it.
    Firewall(String),
    /// A port of the host can't be had; which one and why.
    Port(String),
    /// No container has this id or name.
    NoSuchContainer(String),
    /// A shortened id fits several.
    Ambiguous {
        /// What was typed.
        typed: String,
        /// What it fits.
        candidates: Vec<String>,
    },
    /// The id or name is taken.
    Taken {
        /// `name` or `id`.
        what: &'static str,
        /// It.
        value: String,
        /// The id of the container that has it.
        by: String,
    },
    /// The container is not in the state that the command needs.
    State {
        /// The container.
        id: String,
        /// What it is.
        is: &'static str,
        /// What it can't do.
        cannot: &'static str,
    },
    /// A step inside the container failed, before the program ran.
    Container {
        /// The step.
        stage: String,
        /// The call and the kernel's words.
        text: String,
        /// The kernel's answer, which tells a missing program (ENOENT) from one that can't run.
        errno: i32,
        /// Whether it was the program itself that could not be executed.
        at_exec: bool,
    },
    /// The child ended without a word.
    Vanished {
        /// How it ended.
        status: u8,
    },
    /// What has been put into words before: by a keeper, or for callers who know another exit status.
    Told {
        /// What it said.
        text: String,
        /// The exit status that goes with it.
        status: u8,
    },
    /// A created container's program could not be started.
    Refused {
        /// The container.
        id: String,
        /// Why.
        refusal: String,
    },
    /// A hook failed.
    Hook {
        /// When it was run: `prestart` and so on.
        moment: &'static str,
        /// The program.
        path: PathBuf,
        /// How it ended, and what it wrote.
        end: String,
    },
    /// A signal came before the program ran.
    Interrupted(nix::sys::signal::Signal),
}

impl Error {
    /// Whether a write failed only because nobody reads any more.
    pub fn is_left_by_reader(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The same failure, with another exit status.
    #[must_use]
    pub fn with_status(self, status: u8) -> Self {
        Self::Told { text: self.to_string(), status }
    }

    /// docker's convention: 125 for Pontoon's own failure, 126 for a program that can't be executed, 127
    /// for one that is not there, and the shell's 128+N where a signal ended it.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Container { at_exec: true, errno: libc::ENOENT | libc::ENOTDIR, .. } => 127,
            Self::Container { at_exec: true, .. } => 126,
            Self::Told { status, .. } => *status,
            Self::Interrupted(signal) => u8::try_from(128 + *signal as i32).unwrap_or(u8::MAX),
            _ => 125,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Port(text) | Self::Told { text, .. } => f.write_str(text),
            Self::Config { path, problem } => write!(f, "{}: {problem}", path.display()),
            Self::Unsupported { field } => {
                write!(f, "config.json: {field} is not supported, and is not ignored")
            }
            Self::System { doing, source } => write!(f, "{doing}: {source}"),
            Self::Io { doing, source } => write!(f, "{doing}: {}", words(source)),
            Self::Network { network, source } => write!(f, "network {network}: {source}"),
            Self::Address { network, problem } => write!(f, "network {network}: {problem}"),
            Self::Firewall(problem) => write!(f, "firewall: {problem}"),
            // Callers of runc look for these words, and for those about states.
            Self::NoSuchContainer(typed) => write!(f, "container {typed:?} does not exist"),
            Self::Ambiguous { typed, candidates } => {
                write!(f, "{typed} is the beginning of several ids: {}", candidates.join(", "))
            }
            Self::Taken { what, value, by } => {
                write!(f, "the {what} {value:?} is in use by container {by}: remove it or choose another")
            }
            Self::State { id, is, cannot } => write!(f, "container {id} is {is}: it can't {cannot}"),
            Self::Container { stage, text, at_exec: true, errno } => {
                write!(f, "{stage}: {text}{}", gos_words(*errno))
            }
            Self::Container { stage, text, .. } => write!(f, "container: {stage}: {text}"),
            Self::Refused { id, refusal } => write!(f, "start container {id}: {refusal}"),
            Self::Hook { moment, path, end } => write!(f, "{moment} hook {}: {end}", path.display()),
            Self::Vanished { status } => {
                write!(f, "the container's first process ended before the program ran (status {status})")
            }
            Self::Interrupted(signal) => {
                write!(f, "interrupted by {} before the program ran", signal.as_str())
            }
        }
    }
}

/// Why a program can't be executed as Go puts it, in whose words podman and docker look for what to tell with
/// 126 and 127.
fn gos_words(errno: i32) -> &'static str {
    match errno {
        libc::ENOENT => " (executable file not found in $PATH, or no such file or directory)",
        libc::EACCES => " (permission denied)",
        _ => "",
    }
}

impl std::error::Error for Error {}

/// Says what was being done when a call failed.
pub trait Doing<T> {
    /// `doing` names the operation and its argument.
    ///
    /// # Errors
    /// The call's, with those words.
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for sys::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::System { doing: doing(), source })
    }
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { doing: doing(), source })
    }
}
