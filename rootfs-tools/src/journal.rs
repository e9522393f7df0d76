//! Files that are made all together or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::error::{Error, While};

/// Makes files and remembers them; what it made is removed again unless [`Journal::keep`] is called.
pub(crate) struct Journal {
    made: Vec<PathBuf>,
    replace: bool,
}

impl Journal {
    /// A journal that, if `replace`, puts its files and links in the place of others.
    pub(crate) fn new(replace: bool) -> Self {
        Self { made: Vec::new(), replace }
    }

    /// Ends it: everything stays.
    pub(crate) fn keep(mut self) {
        self.made.clear();
    }

    /// A directory of the user's choice, with those above it. One that is there stays as it is.
    pub(crate) fn top(&mut self, path: &Path) -> Result<(), Error> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if fs::metadata(path).is_ok_and(|meta| meta.is_dir()) {
            return Ok(());
        }
        if let Some(parent) = parent {
            self.top(parent)?;
        }
        fs::create_dir(path).while_doing(|| path.display().to_string())?;
        self.made.push(path.to_owned());
        Ok(())
    }

    /// A directory below the top. A symbolic link in its place is refused: it may lead anywhere.
    pub(crate) fn directory(&mut self, path: &Path, mode: u32) -> Result<(), Error> {
        match fs::create_dir(path) {
            Ok(()) => self.made.push(path.to_owned()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let meta = fs::symlink_metadata(path).while_doing(|| path.display().to_string())?;
                if !meta.is_dir() {
                    return Err(Error::new(format!("{}: in the way of a directory", path.display())));
                }
            }
            Err(error) => return Err(Error::new(format!("{}: {error}", path.display()))),
        }
        let mode = Permissions::from_mode(mode);
        fs::set_permissions(path, mode).while_doing(|| path.display().to_string())
    }

    /// A file with these contents.
    pub(crate) fn file(&mut self, path: &Path, contents: &[u8], mode: u32) -> Result<(), Error> {
        self.place(path, |path| {
            let mut file = File::create_new(path)?;
            file.write_all(contents)?;
            file.set_permissions(Permissions::from_mode(mode))
        })
    }

    /// A symbolic link.
    pub(crate) fn link(&mut self, path: &Path, target: &Path) -> Result<(), Error> {
        self.place(path, |path| symlink(target, path))
    }

    /// Makes something that fails where there is something, and then, if asked to, replaces that.
    fn place(&mut self, path: &Path, make: impl Fn(&Path) -> io::Result<()>) -> Result<(), Error> {
        match make(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && self.replace => {
                return replace(path, make);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // Also what was begun only, such as a file on a disk that is full.
            done => {
                self.made.push(path.to_owned());
                done
            }
        }
        .while_doing(|| path.display().to_string())
    }
}

/// Makes the new thing beside the old one and moves it over: a link is replaced, never followed.
fn replace(path: &Path, make: impl Fn(&Path) -> io::Result<()>) -> Result<(), Error> {
    let mut name = std::ffi::OsString::from(".new-");
    name.push(path.file_name().unwrap_or_default());
    let beside = path.with_file_name(name);
    make(&beside)
        .and_then(|()| fs::rename(&beside, path))
        .inspect_err(|_| drop(fs::remove_file(&beside)))
        .while_doing(|| path.display().to_string())
}

impl Drop for Journal {
    fn drop(&mut self) {
        for path in self.made.iter().rev() {
            if fs::remove_file(path).is_err() {
                let _ = fs::remove_dir(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_gone() {
        let top = tempfile::tempdir().unwrap();
        let dir = top.path().join("a/b");
        let make = |journal: &mut Journal| -> Result<(), Error> {
            journal.top(&dir)?;
            journal.directory(&dir.join("d"), 0o700)?;
            journal.file(&dir.join("d/f"), b"text", 0o640)?;
            journal.link(&dir.join("d/l"), Path::new("f"))
        };
        let mut journal = Journal::new(false);
        make(&mut journal).unwrap();
        drop(journal);
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);

        let mut journal = Journal::new(false);
        make(&mut journal).unwrap();
        journal.keep();
        assert_eq!(fs::read(dir.join("d/l")).unwrap(), b"text");
        assert_eq!(fs::metadata(dir.join("d/f")).unwrap().permissions().mode() & 0o7777, 0o640);

        // A second one fails at the first file there is, and takes none of the first one's away.
        let mut journal = Journal::new(false);
        make(&mut journal).unwrap_err();
        drop(journal);
        assert_eq!(fs::read(dir.join("d/f")).unwrap(), b"text");
    }

    #[test]
    fn replacing_follows_no_link() {
        let top = tempfile::tempdir().unwrap();
        let path = |name: &str| top.path().join(name);
        fs::write(path("outside"), "mine").unwrap();
        symlink("outside", path("f")).unwrap();
        symlink(".", path("d")).unwrap();
        let mut journal = Journal::new(true);
        journal.file(&path("f"), b"new", 0o644).unwrap();
        assert!(journal.directory(&path("d"), 0o755).is_err());
        journal.keep();
        assert_eq!(fs::read(path("outside")).unwrap(), b"mine");
        assert_eq!(fs::read(path("f")).unwrap(), b"new");
    }
}
