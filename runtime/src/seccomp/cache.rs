//! Compiled profiles, kept: to compile docker's takes longer than all the rest of a start.
//!
//! A file is called by the fingerprint of its profile and begins with all of it, in one line; the instructions
//! follow. So two profiles of one fingerprint do no harm, and a new version of Pontoon or of libseccomp compiles
//! anew. Each container has a link of its own to its file, and so keeps what is forgotten here.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use serde_json::json;

use super::{compile, features};
use crate::error::{Doing, Result};
use crate::plan::fingerprint;
use crate::plan::seccomp::Profile;
use crate::state::{entries, make_directories};
use crate::sys::file;
use crate::sys::seccomp::INSTRUCTION;

/// How many are kept. A host has a handful of profiles; one that makes them up gets the oldest forgotten.
const MOST: usize = 64;
/// The longest program that the kernel takes, in instructions (`BPF_MAXINSNS`).
const LONGEST: usize = 4096;

/// The instructions of a profile, which are then at `own` too; from `directory`, where they are left otherwise.
pub(super) fn program(directory: &Path, profile: &Profile, own: &Path) -> Result<Vec<u8>> {
    let doing = || "filter".to_owned();
    let key = key(profile);
    let path = directory.join(format!("{:016x}", fingerprint(&key)));
    if path.exists() && file::link(&path, own).is_ok() {
        // In a rehearsal there is no link.
        match read(own).or_else(|| read(&path)) {
            Some((its_key, instructions)) if its_key == key => return Ok(instructions),
            _ => [own, path.as_path()].into_iter().try_for_each(file::unlink).doing(doing)?,
        }
    }
    let instructions = compile::compile(profile)?;
    file::create_private(own, &[key.as_bytes(), b"\n", &instructions].concat()).doing(doing)?;
    make_directories(directory)?;
    forget_oldest(directory);
    // Whole since it was written. If another start was as fast, its file is as good.
    let _ = file::link(own, &path);
    Ok(instructions)
}

/// All that the instructions depend on, in one line.
fn key(profile: &Profile) -> String {
    let versions = [env!("CARGO_PKG_VERSION").to_owned(), features::library_version()];
    json!([versions, profile]).to_string()
}

/// A profile's line and its instructions, if the file is this user's alone and its length can be right.
pub(super) fn read(path: &Path) -> Option<(String, Vec<u8>)> {
    let mut file = fs::OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() || about.uid() != nix::unistd::geteuid().as_raw() || about.mode() & 0o077 != 0 {
        return None;
    }
    let mut content = Vec::with_capacity(usize::try_from(about.len()).ok()? + 1);
    file.read_to_end(&mut content).ok()?;
    let instructions = content.split_off(content.iter().position(|byte| *byte == b'\n')? + 1);
    content.pop();
    let whole = instructions.len() % INSTRUCTION == 0;
    let possible = whole && (1..=LONGEST).contains(&(instructions.len() / INSTRUCTION));
    possible.then_some((String::from_utf8(content).ok()?, instructions))
}

/// Makes room for one more. What is gone already makes room too.
fn forget_oldest(directory: &Path) {
    let changed = |name: &String| fs::metadata(directory.join(name)).and_then(|about| about.modified()).ok();
    let mut names = entries(directory);
    names.sort_by_cached_key(changed);
    for name in &names[..(names.len() + 1).saturating_sub(MOST)] {
        let _ = file::unlink(&directory.join(name));
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::plan::seccomp::Action;

    fn profile(errno: u16) -> Profile {
        Profile { default_action: Action::Errno(errno), architectures: Vec::new(), rules: Vec::new() }
    }

    #[test]
    fn a_profile_is_compiled_once() {
        let state = tempfile::tempdir().unwrap();
        let directory = state.path().join("seccomp");
        let own = |name: &str| state.path().join(name);
        let first = program(&directory, &profile(1), &own("a")).unwrap();
        let kept = entries(&directory);
        assert_eq!(kept.len(), 1);
        let kept = directory.join(&kept[0]);
        assert_eq!(fs::metadata(&kept).unwrap().mode() & 0o777, 0o600);
        // What is there is taken as it is.
        let (key, mut other) = read(&kept).unwrap();
        other.truncate(INSTRUCTION);
        fs::write(&kept, [key.as_bytes(), b"\n", &other].concat()).unwrap();
        assert_eq!(program(&directory, &profile(1), &own("b")).unwrap(), other);
        assert_ne!(first, other);
        // A container keeps its own.
        fs::remove_file(&kept).unwrap();
        assert_eq!(read(&own("b")).unwrap().1, other);
    }

    #[test]
    fn what_can_not_be_ours_is_not_taken() {
        let state = tempfile::tempdir().unwrap();
        let directory = state.path().join("seccomp");
        let right = program(&directory, &profile(1), &state.path().join("first")).unwrap();
        let kept = directory.join(&entries(&directory)[0]);
        let whole = fs::read(&kept).unwrap();
        let refused = |number: usize, change: &dyn Fn()| {
            change();
            assert_eq!(
                program(&directory, &profile(1), &state.path().join(number.to_string())).unwrap(),
                right
            );
            // And there is a good one again.
            assert_eq!(fs::read(&kept).unwrap(), whole);
        };
        refused(1, &|| fs::write(&kept, &whole[..whole.len() - 3]).unwrap());
        refused(2, &|| fs::write(&kept, "").unwrap());
        refused(3, &|| fs::write(&kept, [b"x", &whole[..]].concat()).unwrap());
        refused(4, &|| fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap());
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let state = tempfile::tempdir().unwrap();
        let directory = state.path().join("seccomp");
        for number in 1..=u16::try_from(MOST).unwrap() + 3 {
            program(&directory, &profile(number), &state.path().join(number.to_string())).unwrap();
        }
        assert_eq!(entries(&directory).len(), MOST);
    }
}
