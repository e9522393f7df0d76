//! What `ip netns` knows: the entries of `/run/netns`, and running containers that have none.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::publish::{name_of, target};
use super::{DIRECTORY, Place};
use crate::state::{Container, Init, State};

/// A network namespace that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: OsString,
    /// What to open.
    pub path: PathBuf,
}

impl Named {
    /// Opens it. Looks only: it is opened in a rehearsal too.
    ///
    /// # Errors
    /// open(2)'s.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

/// Which namespace a file stands for: its device and inode.
///
/// # Errors
/// stat(2)'s.
pub fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|about| (about.dev(), about.ino()))
}

/// The entries of `/run/netns`, as the kernel lists them.
///
/// # Errors
/// opendir(3)'s: there is no such directory before the first name.
pub fn entries() -> io::Result<Vec<Named>> {
    let named = |entry: std::fs::DirEntry| Named { name: entry.file_name(), path: entry.path() };
    Ok(std::fs::read_dir(DIRECTORY)?.flatten().map(named).collect())
}

/// Running containers that have a network namespace of their own, and their first processes. One whose files can't be
/// read is left out.
pub fn containers(state: &State) -> Vec<(Container, Init)> {
    let running = |container: Container| {
        let init = container.init().ok()?.filter(Init::alive)?;
        container.record.own_network.then_some((container, init))
    };
    state.all().unwrap_or_default().into_iter().filter_map(running).collect()
}

/// Those of them that are not in `/run/netns`, because somebody else has the name there, or it can't be written. One whose
/// name is taken is called by its id.
pub fn unlisted(state: &State) -> Vec<Named> {
    containers(state).iter().filter_map(|(container, init)| unlisted_name(container, *init)).collect()
}

fn unlisted_name(container: &Container, init: Init) -> Option<Named> {
    let name = name_of(&container.record);
    let place = Path::new(DIRECTORY).join(name);
    let path = target(init.pid);
    match std::fs::read_link(&place) {
        Ok(link) if link == path => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Named { name: name.into(), path }),
        // Somebody else has the name: another link, or no link at all.
        _ => Some(Named { name: container.record.id.clone().into(), path }),
    }
}

/// The namespace that `ip netns` calls `name`; where it calls none so, that of the running container.
pub fn find(state: &State, name: &OsStr) -> Named {
    let path = Path::new(DIRECTORY).join(name);
    let container = || Place::find_container(state, name.to_str()?).ok();
    if path.symlink_metadata().is_err()
        && let Some(container) = container()
    {
        return Named { name: name.to_owned(), path: container.path };
    }
    Named { name: name.to_owned(), path }
}
