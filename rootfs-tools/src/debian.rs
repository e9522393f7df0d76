//! A package of Debian, downloaded and unpacked, not installed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::error::{Error, While};

/// An unpacked package, in a directory that goes when this value does.
pub(crate) struct Package {
    dir: PathBuf,
}

impl Package {
    /// The first of `paths` that the package has.
    pub(crate) fn first_file(&self, paths: &[&str]) -> Result<PathBuf, Error> {
        let files = paths.iter().map(|path| self.dir.join("unpacked").join(path));
        files
            .into_iter()
            .find(|file| file.is_file())
            .ok_or_else(|| Error::new(format!("the package has no {}", paths.join(" and no "))))
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Downloads the package with apt-get and unpacks it with dpkg-deb.
///
/// The lists of packages are fetched only where the package is not known yet.
pub(crate) fn unpack(name: &str) -> Result<Package, Error> {
    let package = Package { dir: new_directory().while_doing(|| "temporary directory".to_owned())? };
    if download(name, &package.dir).is_err() {
        run(Command::new("apt-get").args(["-qq", "update"]))?;
        download(name, &package.dir)?;
    }
    let entries = fs::read_dir(&package.dir).while_doing(|| package.dir.display().to_string())?;
    let deb =
        entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|x| x == "deb"));
    let deb = deb.ok_or_else(|| Error::new("apt-get download left no package"))?;
    run(Command::new("dpkg-deb").arg("-x").arg(deb).arg(package.dir.join("unpacked")))?;
    Ok(package)
}

fn download(name: &str, dir: &Path) -> Result<(), Error> {
    // apt would hand the download to a user of its own, who cannot write here.
    let options = ["-qq", "-o", "APT::Sandbox::User=root", "download", name];
    run(Command::new("apt-get").args(options).current_dir(dir))
}

/// Runs a command to its end; its last words are the error.
fn run(command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().display().to_string();
    let done = command.stdin(Stdio::null()).output().while_doing(|| program.clone())?;
    if done.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&done.stderr);
    let why = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("failed without a word");
    Err(Error::new(format!("{program}: {why}")))
}

/// A directory nobody had before, readable by its maker alone.
fn new_directory() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let base = std::env::temp_dir();
    for number in 0_u32.. {
        let dir = base.join(format!("rootfs-{}-{number}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| dir),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
