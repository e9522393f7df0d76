//! A static busybox: found, checked, and asked which applets it has.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::debian;
use crate::elf::{self, Kind};
use crate::error::{Error, While};

/// Where systems keep a busybox outside `PATH`.
const PLACES: [&str; 5] = [
    "/bin/busybox",
    "/bin/busybox.static",
    "/usr/lib/busybox/busybox",
    "/usr/lib/initramfs-tools/bin/busybox",
    "/usr/share/initramfs-tools/busybox",
];

/// A busybox that runs without any library beside it.
pub struct Busybox {
    /// The program.
    pub program: Vec<u8>,
    /// Where its applets belong, as it says itself: `bin/sh`, `usr/bin/awk`.
    pub applets: Vec<PathBuf>,
    /// Where it came from, for the user.
    pub origin: String,
}

/// Takes the busybox the user named, else a static one of this machine, else Debian's.
///
/// # Errors
/// The named file is not a static busybox that runs here, or there is none to be had.
pub fn find(named: Option<&Path>) -> Result<Busybox, Error> {
    if let Some(file) = named {
        return load(file, file.display().to_string());
    }
    if let Some(file) = static_one(std::env::var_os("PATH").as_deref()) {
        return load(&file, file.display().to_string());
    }
    let package = debian::unpack("busybox-static").map_err(|error| {
        Error::new(format!(
            "no static busybox on this machine, and Debian's could not be downloaded ({error}); \
             install one (apt-get install busybox-static) or name one with --busybox FILE"
        ))
    })?;
    let file = package.first_file(&["bin/busybox", "usr/bin/busybox"])?;
    load(&file, "Debian's package busybox-static".to_owned())
}

/// The first static busybox in `path` or in one of the usual places.
fn static_one(path: Option<&OsStr>) -> Option<PathBuf> {
    let on_path = path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
    on_path
        .iter()
        .flat_map(|dir| [dir.join("busybox"), dir.join("busybox-static"), dir.join("busybox.static")])
        .chain(PLACES.map(PathBuf::from))
        .find(|file| program(file).is_ok())
}

/// Reads a file that must be an executable static program.
fn program(file: &Path) -> Result<Vec<u8>, Error> {
    let name = file.display();
    let meta = fs::metadata(file).while_doing(|| name.to_string())?;
    if !meta.is_file() {
        return Err(Error::new(format!("{name}: not a regular file")));
    }
    if meta.permissions().mode() & 0o111 == 0 {
        return Err(Error::new(format!("{name}: not executable (chmod +x it)")));
    }
    let bytes = fs::read(file).while_doing(|| name.to_string())?;
    match elf::kind(&bytes) {
        Kind::Static => Ok(bytes),
        Kind::Dynamic => Err(Error::new(format!(
            "{name}: dynamically linked: its loader and libraries would be missing in the bundle; \
             a static busybox is needed (Debian's package busybox-static)"
        ))),
        Kind::NotElf => Err(Error::new(format!("{name}: not an ELF program"))),
    }
}

/// Checks a busybox and asks it for its applets.
fn load(file: &Path, origin: String) -> Result<Busybox, Error> {
    let program = program(file)?;
    // Under its own name, whatever the file is called: busybox acts as what it is called.
    let asked = Command::new(file).arg0("busybox").arg("--list-full").output();
    let answer = asked.while_doing(|| format!("{}: cannot run it", file.display()))?;
    let applets = str::from_utf8(&answer.stdout).map(applets).unwrap_or_default();
    if !answer.status.success() || applets.is_empty() {
        return Err(Error::new(format!("{}: does not list its applets: is it a busybox?", file.display())));
    }
    Ok(Busybox { program, applets, origin })
}

/// The places in busybox's own list.
///
/// Left out are itself, what belongs in no directory (`linuxrc`, of an initial ramdisk), and any
/// path that could lead out of the root file system.
fn applets(list: &str) -> Vec<PathBuf> {
    let plain = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
    list.lines()
        .map(PathBuf::from)
        .filter(|path| plain(path) && path.components().count() > 1 && path != Path::new("bin/busybox"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applets_stay_inside() {
        let list = "bin/sh\nlinuxrc\nusr/bin/awk\n/etc/passwd\n../x\nusr/../../y\nbin/busybox\n\n";
        assert_eq!(applets(list), [Path::new("bin/sh"), Path::new("usr/bin/awk")]);
    }

    #[test]
    fn only_programs_that_can_serve_are_taken() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("busybox");
        let says = |expected: &str| {
            let error = load(&file, String::new()).err().expect("refused").to_string();
            assert!(error.contains(expected), "{error}");
        };
        says("No such file");
        fs::create_dir(&file).unwrap();
        says("not a regular file");
        fs::remove_dir(&file).unwrap();
        fs::write(&file, "#!/bin/sh\n").unwrap();
        says("not executable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        says("not an ELF program");
    }
}
