//! A command line that is no value: why, in whose words, and with which exit status.

use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind};

use super::ip_words;
use crate::bridge;
use crate::error::Error;
use crate::ip::words::MISTAKE;

/// Why a command line can't be read; or the help that was asked for.
#[derive(Debug)]
pub enum Unread {
    /// In clap's words.
    Clap(clap::Error),
    /// In the words, and with the status, of the tool that was meant; and what it then says to standard output.
    Told(Error, String),
}

impl Unread {
    /// What is wrong with a line in `ip`'s words.
    pub(super) fn of_ip(error: clap::Error, line: &[OsString]) -> Self {
        match ip_words::complaint(&error, line) {
            Some(text) => Self::Told(Error::Usage(text).with_status(MISTAKE), String::new()),
            None => Self::Clap(error),
        }
    }

    /// What is wrong with a line in `brctl`'s words, which takes no option but Pontoon's.
    pub(super) fn of_bridge(error: clap::Error) -> Self {
        let option = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        let text = match option.strip_prefix('-') {
            _ if !error.use_stderr() => return Self::Clap(error),
            Some(letter) if error.kind() == ErrorKind::UnknownArgument => {
                let what = if letter.starts_with('-') {
                    format!("unrecognized option '{option}'")
                } else {
                    format!("invalid option -- '{letter}'")
                };
                format!("pontoon bridge: {what}\nUnknown option '?'")
            }
            _ => error.to_string().trim_end().to_owned(),
        };
        Self::Told(Error::Usage(text).with_status(bridge::FAILED), bridge::usage())
    }
}
