//! Going into another network namespace, and coming back.

use std::os::fd::OwnedFd;
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sched::{CloneFlags, setns};
use nix::sys::stat::Mode;

use super::gate::{About, Error, Result, pass, rehearsing};

/// This process is elsewhere until it [comes back](Visit::leave), if it ever does.
#[derive(Debug)]
#[must_use]
pub struct Visit(OwnedFd);

fn namespace(path: &Path) -> nix::Result<OwnedFd> {
    open(path, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())
}

impl Visit {
    /// Takes this process into the network namespace at `path`, in order to look around and to open sockets. A
    /// rehearsal goes there too: nothing but this process is changed.
    ///
    /// # Errors
    /// open(2)'s: ENOENT where it is gone; setns(2)'s: EINVAL where it is another thing, EPERM.
    pub fn begin(path: &Path) -> Result<Self> {
        let about = || {
            About::new(format!("{path:?}, CLONE_NEWNET"))
                .command(format!("nsenter --net={} …", path.display()))
        };
        let go = || {
            let home = namespace(Path::new("/proc/self/ns/net"))?;
            setns(namespace(path)?, CloneFlags::CLONE_NEWNET)?;
            Ok(home)
        };
        let gone = rehearsing().then(go);
        let told = pass("setns", about, go);
        match gone {
            Some(gone) => gone.map_err(|errno| Error { call: "setns", arguments: about().arguments, errno }),
            None => told,
        }
        .map(Self)
    }

    /// Is at home there from now on.
    pub fn stay(self) {
        drop(self);
    }

    /// Comes back. Where the kernel does not let it, the process ends: whatever it did next would be done there.
    pub fn leave(self) {
        if let Err(errno) = setns(self.0, CloneFlags::CLONE_NEWNET) {
            eprintln!("pontoon: setns: {}", errno.desc());
            std::process::abort();
        }
    }
}
