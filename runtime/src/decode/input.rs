//! Where the recording comes from, and what it is.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::{LONGEST, hex, not_decoded, pcap, strace};
use crate::cli::RecordedAs;
use crate::error::{Doing, Error, Result};

/// The bytes at the beginning that are looked at to see what it is.
const LOOK: usize = 64 << 10;

/// A recording, read from its beginning to its end.
pub(super) struct Input {
    /// As it is called in errors.
    pub(super) name: String,
    /// What was read to look at it.
    ahead: VecDeque<u8>,
    rest: Box<dyn BufRead>,
}

impl Input {
    /// The words of the command line: `-`, a file, or bytes in hexadecimal.
    pub(super) fn open(words: &[String], as_hex: bool) -> Result<Self> {
        let ready = |name: &str, rest: Box<dyn BufRead>| {
            Ok(Self { name: name.to_owned(), ahead: VecDeque::new(), rest })
        };
        let typed = || Box::new(Cursor::new(words.join(" ").into_bytes()));
        match words {
            [word] if word == "-" => ready("standard input", Box::new(BufReader::new(io::stdin()))),
            [word] => match File::open(Path::new(word)) {
                Ok(file) => ready(word, Box::new(BufReader::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if as_hex || hex::is_bytes(word) {
                        return ready("HEX", typed());
                    }
                    Err(Error::Told {
                        text: format!("explain {word:?}: no such file, and no bytes in hexadecimal"),
                        status: super::NOT_DECODED,
                    })
                }
                Err(error) => Err(error).doing(|| format!("explain {word}")),
            },
            words if as_hex || hex::is_bytes(&words.join(" ")) => ready("HEX", typed()),
            words => Err(Error::Usage(format!(
                "explain takes one file, or bytes in hexadecimal; {:?} are neither",
                words.join(" ")
            ))),
        }
    }

    /// What it is, by its content.
    pub(super) fn recognise(&mut self) -> Result<RecordedAs> {
        let bytes = self.look()?;
        if pcap::is_capture(bytes) {
            return Ok(RecordedAs::Pcap);
        }
        if bytes.is_empty() {
            return Err(not_decoded(&self.name, "it is empty"));
        }
        let text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..);
        if !bytes.iter().all(text) {
            return Ok(RecordedAs::Message);
        }
        let text = String::from_utf8_lossy(bytes);
        if strace::is_trace(&text) {
            return Ok(RecordedAs::Strace);
        }
        if hex::has_bytes(&text) {
            return Ok(RecordedAs::Hex);
        }
        Err(not_decoded(
            &self.name,
            "neither a netlink message, nor one in hexadecimal, nor what strace prints of netlink, nor a capture",
        ))
    }

    /// The beginning, which stays to be read.
    fn look(&mut self) -> Result<&[u8]> {
        while self.ahead.len() < LOOK {
            let chunk = self.rest.fill_buf().doing(|| format!("explain {}", self.name))?;
            if chunk.is_empty() {
                break;
            }
            // A pipe may bring the rest much later; a line of it is enough to see what it is.
            let (taken, line) = (chunk.len(), chunk.contains(&b'\n'));
            self.ahead.extend(chunk);
            self.rest.consume(taken);
            if line && self.ahead.len() >= 16 {
                break;
            }
        }
        Ok(self.ahead.make_contiguous())
    }

    /// All that is left.
    pub(super) fn all(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 1;
        self.take(limit).read_to_end(&mut bytes).doing(|| format!("explain {}", self.name))?;
        if bytes.len() > LONGEST {
            return Err(not_decoded(&self.name, &format!("it is longer than {} MiB", LONGEST >> 20)));
        }
        Ok(bytes)
    }

    /// The next line, its end included; `None` after the last.
    pub(super) fn line(&mut self) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let (found, used) = {
                let chunk = self.fill_buf().doing(|| "explain: read".to_owned())?;
                if chunk.is_empty() {
                    break;
                }
                let end = chunk.iter().position(|byte| *byte == b'\n');
                let used = end.map_or(chunk.len(), |end| end + 1);
                bytes.extend_from_slice(&chunk[..used]);
                (end.is_some(), used)
            };
            self.consume(used);
            if found {
                break;
            }
            if bytes.len() > LONGEST {
                return Err(not_decoded(&self.name, &format!("a line is longer than {} MiB", LONGEST >> 20)));
            }
        }
        Ok((!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let found = self.fill_buf()?.read(buffer)?;
        self.consume(found);
        Ok(found)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead.is_empty() { self.rest.fill_buf() } else { Ok(self.ahead.make_contiguous()) }
    }

    fn consume(&mut self, amount: usize) {
        if self.ahead.is_empty() {
            self.rest.consume(amount);
        } else {
            self.ahead.drain(..amount.min(self.ahead.len()));
        }
    }
}
