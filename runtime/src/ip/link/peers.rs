//! The network namespaces that links are tied to, by name.

use std::collections::BTreeMap;
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

/// Names for the numbers by which a namespace knows others, looked for when they are asked for.
#[derive(Debug)]
pub struct Peers<'a> {
    containers: Places<'a>,
    files: Places<'a>,
}

impl<'a> Peers<'a> {
    /// Those of running containers and of files in /run/netns.
    pub fn new(state: &'a State) -> Self {
        Self { containers: Places::new(state, containers), files: Places::new(state, files) }
    }

    /// The name of the namespace that the namespace of `socket` knows by the number `id`: that of the running container,
    /// or else that in /run/netns, if it can be shown. What has no name, or is not for this user, has none here.
    pub fn name(&mut self, id: i32, socket: &mut Socket) -> Option<&str> {
        let name = self.containers.name(id, socket).or_else(|| self.files.name(id, socket))?;
        // A file can be called anything; and what has a blank in it would not be one word here.
        let plain = |letter: char| !letter.is_control() && !letter.is_whitespace();
        Some(name).filter(|name| name.chars().all(plain))
    }

    /// Its name in /run/netns.
    pub fn file(&mut self, id: i32, socket: &mut Socket) -> Option<&str> {
        self.files.name(id, socket)
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

/// Namespaces of one sort.
#[derive(Debug)]
struct Places<'a> {
    state: &'a State,
    list: fn(&State) -> Vec<Named>,
    /// Those whose numbers were not asked for yet; `None` before they are listed.
    left: Option<Vec<Named>>,
    found: BTreeMap<i32, String>,
}

impl<'a> Places<'a> {
    const fn new(state: &'a State, list: fn(&State) -> Vec<Named>) -> Self {
        Self { state, list, left: None, found: BTreeMap::new() }
    }

    fn name(&mut self, id: i32, socket: &mut Socket) -> Option<&str> {
        let Self { state, list, left, found } = self;
        while id >= 0 && !found.contains_key(&id) {
            let left = left.get_or_insert_with(|| list(state));
            if left.is_empty() {
                break;
            }
            let places: Vec<Named> = left.drain(..left.len().min(TOGETHER)).collect();
            number(&places, socket, found);
        }
        found.get(&id).map(String::as_str)
    }
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
