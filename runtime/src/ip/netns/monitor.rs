//! `netns monitor`: names as they come and go.

use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use super::add::make_directory;
use super::failed;
use crate::error::Result;
use crate::ip::words::ABSENT;
use crate::netns::DIRECTORY;
use crate::stdout;
use crate::sys::gate::rehearsing;
use crate::sys::signals;

/// Prints a line for each name that comes or goes, as it does, until somebody ends it or nobody reads any more.
///
/// # Errors
/// inotify(7)'s.
pub fn monitor() -> Result<()> {
    signals::end_with_the_reader();
    let watch = Inotify::init(InitFlags::IN_CLOEXEC)
        .map_err(|errno| failed(ABSENT, format!("inotify_init failed: {}", errno.desc())))?;
    make_directory()?;
    if rehearsing() {
        return Ok(());
    }
    watch
        .add_watch(DIRECTORY, AddWatchFlags::IN_CREATE | AddWatchFlags::IN_DELETE)
        .map_err(|errno| failed(ABSENT, format!("inotify_add_watch failed: {}", errno.desc())))?;
    loop {
        let events = match watch.read_events() {
            Err(Errno::EINTR) => continue,
            events => events.map_err(|errno| failed(ABSENT, format!("read failed: {}", errno.desc())))?,
        };
        let mut text = Vec::new();
        for event in events {
            let name = event.name.unwrap_or_default();
            let came = event.mask.contains(AddWatchFlags::IN_CREATE);
            let word: &[u8] = if came { b"add " } else { b"delete " };
            if came || event.mask.contains(AddWatchFlags::IN_DELETE) {
                text.extend_from_slice(&[word, name.as_bytes(), b"\n"].concat());
            }
        }
        stdout::print(&text)?;
    }
}
