//! The crate's one error.

use std::fmt;
use std::io;

/// What can go wrong with a netlink message.
///
/// `Display` gives one line without a full stop, such as `add link veth3f2a: File exists`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The kernel refused a request.
    Kernel {
        /// What was asked for, in words: `add link veth3f2a`.
        operation: String,
        /// The error number, positive: `libc::EEXIST`.
        errno: i32,
        /// The kernel's own explanation (its extended acknowledgement), if it gave one.
        text: Option<String>,
        /// Where in the request the attribute lies that the kernel complains of, in bytes.
        offset: Option<u32>,
    },
    /// A message is not what its headers say.
    Malformed {
        /// What was being read.
        what: &'static str,
        /// The type of the attribute it was read from.
        attribute: Option<u16>,
        /// Bytes needed.
        needed: usize,
        /// Bytes found.
        found: usize,
    },
    /// An attribute does not fit its 16-bit length field. Nothing was sent.
    TooLong {
        /// Its type.
        attribute: u16,
        /// Its length with its header, in bytes.
        length: usize,
    },
    /// A text to be sent has a NUL in it, where the kernel would end it. Nothing was sent.
    Nul {
        /// The type of its attribute.
        attribute: u16,
    },
    /// A request lacks what it needs, or holds what contradicts itself. Nothing was sent.
    Invalid {
        /// What was asked for.
        operation: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A message of another type than the one to be decoded.
    Unexpected {
        /// The type found, such as `RTM_NEWADDR`.
        kind: u16,
        /// What was wanted: `link`.
        wanted: &'static str,
    },
    /// The kernel acknowledged a question without answering it, or the socket is a rehearsal's.
    NoReply {
        /// What was asked for.
        operation: String,
    },
    /// The table changed while it was read, each time it was read.
    Interrupted {
        /// What was asked for.
        operation: String,
    },
    /// The socket itself failed.
    Io {
        /// What was being done.
        operation: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl Error {
    /// The error number of the kernel's refusal or of the failed system call, positive.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::Kernel { errno, .. } => Some(*errno),
            Self::Io { source, .. } => source.raw_os_error(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel { operation, errno, text: None, .. } => write!(f, "{operation}: {}", words(*errno)),
            Self::Kernel { operation, errno, text: Some(text), .. } => {
                write!(f, "{operation}: {} ({text})", words(*errno))
            }
            Self::Malformed { what, attribute, needed, found } => {
                write!(f, "malformed netlink message: {what}")?;
                if let Some(kind) = attribute {
                    write!(f, " (attribute type {kind})")?;
                }
                write!(f, " needs {needed} bytes and has {found}")
            }
            Self::TooLong { attribute, length } => {
                write!(f, "netlink attribute of type {attribute} is {length} bytes long, more than 65535")
            }
            Self::Nul { attribute } => {
                write!(f, "netlink attribute of type {attribute}: text with a NUL in it")
            }
            Self::Invalid { operation, reason } => write!(f, "{operation}: {reason}"),
            Self::Unexpected { kind, wanted } => {
                write!(f, "netlink message of type {kind} where a {wanted} was expected")
            }
            Self::NoReply { operation } => write!(f, "{operation}: no reply"),
            Self::Interrupted { operation } => write!(f, "{operation}: it changed each time it was read"),
            Self::Io { operation, source } => match source.raw_os_error() {
                Some(errno) => write!(f, "{operation}: {}", words(errno)),
                None => write!(f, "{operation}: {source}"),
            },
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// The words of strerror(3) for an error number, and nothing else.
pub(crate) fn words(errno: i32) -> String {
    let mut text = io::Error::from_raw_os_error(errno).to_string();
    if let Some(end) = text.rfind(" (os error") {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errno: i32, text: Option<&str>) -> Error {
        let text = text.map(str::to_owned);
        Error::Kernel { operation: "add link veth3f2a".to_owned(), errno, text, offset: None }
    }

    #[test]
    fn a_refusal_is_told_in_the_kernels_words() {
        assert_eq!(refused(libc::EEXIST, None).to_string(), "add link veth3f2a: File exists");
        assert_eq!(
            refused(libc::ENOBUFS, Some("bridge is full")).to_string(),
            "add link veth3f2a: No buffer space available (bridge is full)"
        );
        assert_eq!(refused(libc::EEXIST, None).errno(), Some(libc::EEXIST));
    }

    #[test]
    fn a_failed_system_call_has_no_number_in_its_words() {
        let source = io::Error::from_raw_os_error(libc::EPERM);
        let error = Error::Io { operation: "open a netlink socket".to_owned(), source };
        assert_eq!(error.to_string(), "open a netlink socket: Operation not permitted");
        assert_eq!(error.errno(), Some(libc::EPERM));
    }

    #[test]
    fn errors_cross_threads() {
        fn crosses<T: std::error::Error + Send + Sync + 'static>() {}
        crosses::<Error>();
    }
}
