//! What tells that the picture may have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use netlink_raw::Socket;
use netlink_raw::kernel::{
    RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_LINK,
    RTNLGRP_NSID,
};
use nix::errno::Errno;
use nix::poll::PollFlags;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::unistd::Pid;

use crate::error::{Doing, Error, Result};
use crate::explain::Actor;
use crate::map::model::Id;
use crate::netns::DIRECTORY;
use crate::network::socket::asking;
use crate::relay::{Came, Place, Wait};
use crate::state::State;
use crate::sys::process::pidfd_open;

/// What is heard in each namespace.
const GROUPS: [u32; 6] = [
    RTNLGRP_LINK,
    RTNLGRP_IPV4_IFADDR,
    RTNLGRP_IPV6_IFADDR,
    RTNLGRP_IPV4_ROUTE,
    RTNLGRP_IPV6_ROUTE,
    RTNLGRP_NSID,
];

/// Sockets in namespaces, and what tells of namespaces and containers that come and go.
///
/// A socket keeps its namespace: each is closed as soon as nothing else is known to keep it, or a container's would outlive
/// the container, and the host's ends of its cards with it. Of processes that are the only trace of a namespace, the end is
/// heard by a descriptor.
#[derive(Debug)]
pub(super) struct Ears {
    sockets: BTreeMap<Id, Socket>,
    processes: BTreeMap<i32, OwnedFd>,
    files: Inotify,
    /// Polls ready when something was mounted or unmounted (proc_pid_mountinfo(5)): `ip netns add` mounts a namespace
    /// on a file only after it has made that.
    mounts: File,
}

/// Where answers will be.
pub(super) struct Places {
    sockets: Vec<Place>,
    processes: Vec<Place>,
    files: Place,
    mounts: Place,
}

impl Ears {
    /// None so far.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn new() -> Result<Self> {
        let files = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK);
        let files = files.map_err(io::Error::from).doing(|| "watch files".to_owned())?;
        let mounts = File::open("/proc/self/mountinfo").doing(|| "open /proc/self/mountinfo".to_owned())?;
        Ok(Self { sockets: BTreeMap::new(), processes: BTreeMap::new(), files, mounts })
    }

    /// Hears of files from now on that tell of containers, networks and named namespaces. Before those are read.
    pub(super) fn hear_of_files(&self, state: &State) {
        let containers = state.ids().into_iter().map(|id| state.directory(&id));
        let all = [PathBuf::from(DIRECTORY), state.directory(""), state.definitions().to_owned()];
        for path in all.into_iter().chain(containers) {
            self.hear_of(&path);
        }
    }

    /// Of what is made, named otherwise or removed in a directory; where it is missing, in the nearest that it may come to
    /// lie in.
    fn hear_of(&self, directory: &Path) {
        let events = AddWatchFlags::IN_CREATE
            | AddWatchFlags::IN_DELETE
            | AddWatchFlags::IN_MOVED_FROM
            | AddWatchFlags::IN_MOVED_TO
            | AddWatchFlags::IN_ONLYDIR;
        for path in directory.ancestors() {
            // Who may not look there sees nothing change there either.
            if self.files.add_watch(path, events) != Err(Errno::ENOENT) {
                return;
            }
        }
    }

    /// Hears of the namespace that this process is in, from now on.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn hear(&mut self, id: Id) -> Result<()> {
        if self.sockets.contains_key(&id) {
            return Ok(());
        }
        let opened = asking(Actor::Container).and_then(|mut socket| {
            GROUPS.into_iter().try_for_each(|group| socket.join(group)).map(|()| socket)
        });
        let socket = opened.map_err(|error| Error::Usage(format!("map: {error}")))?;
        self.sockets.insert(id, socket);
        Ok(())
    }

    /// Forgets namespaces and processes that are not among these, and hears the end of these processes.
    pub(super) fn keep(&mut self, namespaces: &BTreeSet<Id>, pids: &BTreeSet<i32>) {
        self.sockets.retain(|id, _| namespaces.contains(id));
        self.processes.retain(|pid, _| pids.contains(pid));
        for pid in pids {
            if self.processes.contains_key(pid) {
                continue;
            }
            if let Ok(process) = pidfd_open(Pid::from_raw(*pid)) {
                self.processes.insert(*pid, process);
            }
        }
    }

    /// Waits for all of it.
    pub(super) fn wait_in<'w>(&'w self, wait: &mut Wait<'w>) -> Places {
        let sockets = self.sockets.values().filter_map(Socket::descriptor);
        let sockets = sockets.map(|socket| wait.reading(socket)).collect();
        let processes = self.processes.values().map(|process| wait.reading(process.as_fd())).collect();
        let files = wait.reading(self.files.as_fd());
        let mounts = wait.on(self.mounts.as_fd(), PollFlags::POLLPRI);
        Places { sockets, processes, files, mounts }
    }

    /// Takes all that has come; returns whether anything had.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn take(&mut self, came: &Came, places: &Places) -> Result<bool> {
        let mut changed = came.any(places.mounts);
        for (socket, place) in self.sockets.values_mut().zip(&places.sockets) {
            if came.any(*place) {
                changed |= socket.drain().map_err(|error| Error::Usage(format!("map: {error}")))?;
            }
        }
        // One that has ended polls ready for ever.
        let mut ended = places.processes.iter().map(|place| came.any(*place));
        let before = self.processes.len();
        self.processes.retain(|_, _| !ended.next().unwrap_or(false));
        changed |= self.processes.len() < before;
        while came.any(places.files) {
            match self.files.read_events() {
                Ok(events) if !events.is_empty() => changed = true,
                Err(Errno::EINTR) => {}
                _ => break,
            }
        }
        Ok(changed)
    }
}
