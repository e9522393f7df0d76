//! Reading a container's log while its keeper writes it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::entry::{Entry, Stream, parse};
use super::log::{NEW, OLD};
use crate::error::{Doing, Result};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// A log that is being read, from its beginning on.
#[derive(Debug)]
pub struct Reader {
    directory: PathBuf,
    /// The files that are not read to their end yet; the last may still grow.
    files: VecDeque<File>,
    /// What was read and is no whole entry yet.
    rest: Vec<u8>,
}

impl Reader {
    /// Opens the log in a container's directory.
    ///
    /// # Errors
    /// There is none, or it can't be opened.
    pub fn open(directory: &Path) -> Result<Self> {
        let doing = || format!("log {}", directory.join(NEW).display());
        loop {
            let new = patiently(directory).doing(doing)?;
            // Where it has been rotated just now, the new file is the old one: once more.
            match File::open(directory.join(OLD)) {
                Ok(old) if same(&old, &new).doing(doing)? => {}
                old => {
                    let files = old.into_iter().chain([new]).collect();
                    return Ok(Self { directory: directory.to_owned(), files, rest: Vec::new() });
                }
            }
        }
    }

    /// Hands on every entry that is there and was not handed on yet, until `each` fails.
    ///
    /// # Errors
    /// read(2)'s, and those of `each`.
    pub fn advance(&mut self, mut each: impl FnMut(&Entry<'_>) -> io::Result<()>) -> io::Result<()> {
        loop {
            self.exhaust(&mut each)?;
            if self.files.len() == 1 {
                let Some(next) = self.next_file()? else { return Ok(()) };
                // The old file was written to until it was renamed.
                self.exhaust(&mut each)?;
                self.files.push_back(next);
            }
            self.files.pop_front();
            self.rest.clear();
        }
    }

    /// Goes back to the beginning of what was there when the log was opened.
    ///
    /// # Errors
    /// lseek(2)'s.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.rest.clear();
        self.files.iter_mut().try_for_each(Seek::rewind)
    }

    /// Counts the lines that are there now, and goes back.
    ///
    /// # Errors
    /// read(2)'s.
    pub fn count(&mut self) -> io::Result<usize> {
        let mut lines = Lines::default();
        let mut count = 0;
        for place in 0..self.files.len() {
            self.rest.clear();
            read_entries(&mut self.files[place], &mut self.rest, &mut |entry| {
                count += usize::from(lines.begins(entry));
                Ok(())
            })?;
        }
        self.rewind()?;
        Ok(count)
    }

    /// Reads the first file to its present end.
    fn exhaust(&mut self, each: &mut impl FnMut(&Entry<'_>) -> io::Result<()>) -> io::Result<()> {
        read_entries(&mut self.files[0], &mut self.rest, each)
    }

    /// The file that is written now, if it is another one.
    fn next_file(&self) -> io::Result<Option<File>> {
        match File::open(self.directory.join(NEW)) {
            // Between two steps of a rotation, or the container is gone.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => {
                let opened = opened?;
                Ok(if same(&opened, &self.files[0])? { None } else { Some(opened) })
            }
        }
    }
}

/// During a rotation there is no new file for a moment; then there is the old one.
fn patiently(directory: &Path) -> io::Result<File> {
    match File::open(directory.join(NEW)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            File::open(directory.join(NEW)).or_else(|_| File::open(directory.join(OLD))).map_err(|_| error)
        }
        opened => opened,
    }
}

fn same(one: &File, other: &File) -> io::Result<bool> {
    let (one, other) = (one.metadata()?, other.metadata()?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

fn read_entries(
    file: &mut File,
    rest: &mut Vec<u8>,
    each: &mut impl FnMut(&Entry<'_>) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let known = rest.len();
        let length = file.by_ref().take(CHUNK as u64).read_to_end(rest)?;
        if length == 0 {
            return Ok(());
        }
        // What was known ended no entry.
        let Some(end) = rest[known..].iter().rposition(|byte| *byte == b'\n') else { continue };
        let end = known + end + 1;
        for line in rest[..end].split(|byte| *byte == b'\n') {
            if let Some(entry) = parse(line) {
                each(&entry)?;
            }
        }
        rest.drain(..end);
    }
}

/// Where entries begin lines: each stream has its own.
#[derive(Debug, Default)]
pub struct Lines {
    within: [bool; 2],
}

impl Lines {
    /// Whether `entry` begins a line.
    pub fn begins(&mut self, entry: &Entry<'_>) -> bool {
        let within = &mut self.within[usize::from(entry.stream == Stream::Error)];
        !std::mem::replace(within, !entry.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{rename, write};

    fn texts(reader: &mut Reader) -> Vec<String> {
        let mut texts = Vec::new();
        let push = |entry: &Entry<'_>| {
            texts.push(String::from_utf8_lossy(entry.text).into_owned());
            Ok(())
        };
        reader.advance(push).expect("a log");
        texts
    }

    #[test]
    fn both_files_and_what_comes_later_are_read_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let (new, old) = (directory.path().join(NEW), directory.path().join(OLD));
        write(&old, "T stdout F one\n").expect("write");
        write(&new, "T stdout F two\nT stdout F th").expect("write");
        let mut reader = Reader::open(directory.path()).expect("a log");
        assert_eq!(reader.count().expect("a count"), 2);
        assert_eq!(texts(&mut reader), ["one", "two"]);
        write(&new, "T stdout F two\nT stdout F three\n").expect("write");
        assert_eq!(texts(&mut reader), ["three"]);
        rename(&new, &old).expect("rename");
        assert_eq!(texts(&mut reader), [""; 0]);
        write(&new, "T stderr P four\n").expect("write");
        assert_eq!(texts(&mut reader), ["four"]);
        assert_eq!(texts(&mut reader), [""; 0]);
    }

    #[test]
    fn a_line_is_counted_once_however_many_parts_it_has() {
        let directory = tempfile::tempdir().expect("a directory");
        let log = "T stdout P a\nT stderr P x\nT stdout F b\nT stdout F c\nT stderr F y\nT stdout P d\n";
        write(directory.path().join(NEW), log).expect("write");
        let mut reader = Reader::open(directory.path()).expect("a log");
        assert_eq!(reader.count().expect("a count"), 4);
        assert_eq!(texts(&mut reader).concat(), "axbcyd");
    }
}
