//! The network namespaces that links are tied to, by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::os::fd::AsRawFd;

use netlink_raw::route::{Netns, Nsid};
use netlink_raw::wire::Messages;
use netlink_raw::{Decode, Request, Socket};

use crate::netns::directory::{self, Named};
use crate::netns::publish::target;
use crate::state::{Container, Init, State};

/// Namespaces in one question: each is open meanwhile.
const TOGETHER: usize = 50;

/// Names for the numbers by which a namespace knows others.
#[derive(Debug, Default)]
pub struct Peers {
    containers: BTreeMap<i32, String>,
    files: BTreeMap<i32, String>,
}

impl Peers {
    /// The names of the namespaces that the namespace of `socket` knows by the numbers `wanted`: nothing is asked where
    /// there are none. What has no name, or is not for this user, is not among them.
    pub fn find(wanted: &BTreeSet<i32>, state: &State, socket: &mut Socket) -> Self {
        let mut peers = Self::default();
        for (places, found) in
            [(files as fn(&State) -> Vec<Named>, &mut peers.files), (containers, &mut peers.containers)]
        {
            if wanted.is_empty() {
                break;
            }
            for places in places(state).chunks(TOGETHER) {
                if wanted.iter().all(|id| found.contains_key(id)) {
                    break;
                }
                number(places, socket, found);
            }
        }
        peers
    }

    /// The name of the namespace: that of the running container, or else that in /run/netns, if it can be shown.
    pub fn name(&self, id: i32) -> Option<&str> {
        let name = self.containers.get(&id).or_else(|| self.files.get(&id))?;
        // A file can be called anything; and what has a blank in it would not be one word here.
        let plain = |letter: char| !letter.is_control() && !letter.is_whitespace();
        Some(name.as_str()).filter(|name| name.chars().all(plain))
    }

    /// Its name in /run/netns.
    pub fn file(&self, id: i32) -> Option<&str> {
        self.files.get(&id).map(String::as_str)
    }
}

/// What `/run/netns` names, sorted.
fn files(_: &State) -> Vec<Named> {
    let mut entries = directory::entries().unwrap_or_default();
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    entries
}

/// Running containers, by name, or else by id.
fn containers(state: &State) -> Vec<Named> {
    let named = |(container, init): (Container, Init)| {
        let record = container.record;
        Named { name: record.name.unwrap_or(record.id).into(), path: target(init.pid) }
    };
    directory::containers(state).into_iter().map(named).collect()
}

/// Asks for the numbers of `places`; what has one goes into `found`, unless another has.
fn number(places: &[Named], socket: &mut Socket, found: &mut BTreeMap<i32, String>) {
    let open = |place: &Named| Some((place.name.to_str()?.to_owned(), place.open().ok()?));
    let open: Vec<_> = places.iter().filter_map(open).collect();
    let question = |(_, file): &(String, File)| {
        Nsid { netns: Some(Netns::Fd(file.as_raw_fd())), ..Nsid::default() }.get()
    };
    let questions: Result<Vec<Request>, _> = open.iter().map(question).collect();
    let answers = questions.and_then(|questions| socket.get_each(&questions)).unwrap_or_default();
    for ((name, _), answer) in open.into_iter().zip(answers) {
        let answer = answer.ok().and_then(|bytes| {
            let message = Messages::new(&bytes).next()?.ok()?;
            Nsid::decode(&message).ok()?.id
        });
        if let Some(id) = answer.filter(|id| *id >= 0) {
            found.entry(id).or_insert(name);
        }
    }
}
