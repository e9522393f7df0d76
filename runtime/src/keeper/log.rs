//! The log of a detached container: two files of a bounded size, because the state directory is usually in
//! memory.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::entry::{self, Stream};
use crate::clock::{rfc3339, since_1970};
use crate::error::{Doing, Result};

/// The file that is written.
pub(super) const NEW: &str = "log";

/// The file that was written before it, once there is one: what is older is gone.
pub(super) const OLD: &str = "log.1";

/// How long a file may grow, in bytes.
const LONGEST: u64 = 8 * 1024 * 1024;

/// How much is written at once, about.
const BATCH: usize = 16 * 1024;

/// The log, as its keeper writes it.
#[derive(Debug)]
pub(super) struct Log {
    directory: PathBuf,
    file: File,
    length: u64,
    longest: u64,
    batch: Vec<u8>,
}

impl Log {
    /// Begins the log of the container whose directory is `directory`.
    ///
    /// # Errors
    /// open(2)'s.
    pub(super) fn create(directory: &Path) -> Result<Self> {
        let file = open(directory).doing(|| format!("log {}", directory.join(NEW).display()))?;
        Ok(Self { directory: directory.to_owned(), file, length: 0, longest: LONGEST, batch: Vec::new() })
    }

    /// Writes what the program wrote, now. A part of a line is written at once, so that nothing is held back
    /// and nothing lost with the keeper.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        let time = rfc3339(since_1970());
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            entry::encode(&mut self.batch, &time, stream, piece);
            if self.batch.len() >= BATCH {
                self.commit();
            }
        }
        self.commit();
    }

    fn commit(&mut self) {
        let length = self.batch.len() as u64;
        if self.length > 0 && self.length + length > self.longest {
            self.rotate();
        }
        if self.file.write_all(&self.batch).is_ok() {
            self.length += length;
        } else {
            // No room: half an entry would spoil the next one, if room comes.
            let _ = self.file.set_len(self.length);
        }
        self.batch.clear();
    }

    /// Where the new file can't be made, the old one goes on, longer than it should be.
    fn rotate(&mut self) {
        let renamed = std::fs::rename(self.directory.join(NEW), self.directory.join(OLD));
        if let Ok(file) = renamed.and_then(|()| open(&self.directory)) {
            self.file = file;
            self.length = 0;
        }
    }
}

/// In append mode, so that after a truncation the next entry follows the last.
fn open(directory: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create_new(true).mode(0o600).open(directory.join(NEW))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::read;

    #[test]
    fn it_is_rotated_between_entries_and_never_grows_past_two_files() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut log = Log::create(directory.path()).expect("a log");
        log.longest = 200;
        for number in 0..20 {
            log.write(Stream::Output, format!("line {number}\n").as_bytes());
        }
        let files = [OLD, NEW].map(|name| read(directory.path().join(name)).expect("a file"));
        assert!(files.iter().all(|file| file.len() <= 200));
        let all = files.concat();
        let texts: Vec<_> = all
            .split(|byte| *byte == b'\n')
            .filter_map(entry::parse)
            .map(|entry| String::from_utf8_lossy(entry.text).into_owned())
            .collect();
        let expected: Vec<_> = (20 - texts.len()..20).map(|number| format!("line {number}")).collect();
        assert_eq!(texts, expected);
        assert!(texts.len() >= 4);
    }

    #[test]
    fn many_short_lines_are_all_there() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut log = Log::create(directory.path()).expect("a log");
        log.write(Stream::Error, &b"\n".repeat(4000));
        let file = read(directory.path().join(NEW)).expect("a file");
        assert_eq!(file.split(|byte| *byte == b'\n').filter_map(entry::parse).count(), 4000);
        assert_eq!(log.length, file.len() as u64);
    }
}
