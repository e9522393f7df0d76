//! Looks at every namespace, and makes the picture of what is there.
//!
//! A namespace is looked at by a socket that was opened inside it. What a link there leads to, the kernel tells by a number
//! (`IFLA_LINK_NETNSID`) that the namespace has for another; which other that is, is found by asking for its number of
//! each (RTM_GETNSID): first of those that have names, then of those of all processes.

mod find;
mod numbers;
mod read;
mod tie;

use std::path::Path;

use netlink_raw::Socket;
use netlink_raw::route::{Address, Link, Route};
use nix::errno::Errno;

use self::find::{Candidate, Candidates, OWN, id_of, strangers};
use self::numbers::Numbers;
use super::model::{Id, Map, Name, Namespace};
use crate::error::{Error, Result};
use crate::explain::{self, Actor};
use crate::netns::Place;
use crate::network::definitions;
use crate::network::socket::asking;
use crate::state::State;
use crate::sys::visit::Visit;

/// What is to be drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What the picture is drawn around, if it is not the host.
    pub(super) around: Option<&'a str>,
    /// The namespaces that it is about; all where none is named.
    pub(super) about: &'a [String],
    /// Whether namespaces of processes are drawn that nothing leads to.
    pub(super) all: bool,
}

/// What is there.
#[derive(Debug)]
pub(super) struct Found {
    /// The whole picture.
    pub(super) map: Map,
    /// The namespaces that it is about; all where there is none.
    pub(super) about: Vec<Id>,
    /// The processes by whose end a namespace may be gone.
    pub(super) pids: Vec<i32>,
}

/// A namespace that was looked at.
#[derive(Debug)]
struct Seen {
    place: usize,
    links: Vec<Link>,
    addresses: Vec<Address>,
    routes: Vec<Route>,
    numbers: Numbers,
}

/// Looks around. `hear` is called inside each namespace before anything is asked there: a socket that it opens
/// misses nothing.
///
/// # Errors
/// No such container or namespace; a state file that can't be read; the own namespace can't be looked at.
pub(super) fn gather(
    state: &State,
    asked: Asked<'_>,
    hear: &mut dyn FnMut(Id) -> Result<()>,
) -> Result<Found> {
    let own = id_of(Path::new(OWN)).ok_or_else(|| Error::Usage(format!("{OWN} is not there")))?;
    let mut candidates = Candidates::default();
    let around = asked.around.map(|word| Place::find(state, word)).transpose()?;
    if let Some(place) = &around {
        name(&mut candidates, place)?;
    }
    candidates.add(Path::new(OWN), Some(Name::Host));
    candidates.add_containers(state)?;
    candidates.add_named(own.device);
    let mut about = Vec::new();
    for word in asked.about {
        about.push(name(&mut candidates, &Place::find(state, word)?)?);
    }
    let mut others = None;
    if asked.all {
        candidates.append(strangers(&candidates)?);
        others = Some(Candidates::default());
    }
    let (mut seen, mut problems) = (Vec::new(), Vec::new());
    let mut place = 0;
    while place < candidates.list.len() {
        match look(&candidates.list[place], own, place, hear)? {
            Ok((mut one, mut socket)) => {
                one.numbers.find(&mut socket, &one.links, &mut candidates, &mut others)?;
                seen.push(one);
            }
            // It has ended since it was found.
            Err(Errno::ENOENT | Errno::ESRCH) => {}
            Err(errno) => problems.push((place, errno.desc().to_owned())),
        }
        place += 1;
    }
    let pids = candidates.list.iter().filter_map(|candidate| candidate.pids.first()).copied().collect();
    let mut map = tie::tie(candidates, seen, problems);
    for network in definitions(state).into_iter().filter(crate::plan::Definition::has_bridge) {
        let host = map.namespaces.iter_mut().find(|it| it.id == own);
        let mut links = host.into_iter().flat_map(|host| &mut host.links);
        if let Some(bridge) = links.find(|link| link.name == network.network_interface) {
            bridge.network = Some(network.name);
        }
    }
    Ok(Found { map, about, pids })
}

/// Adds the namespace at `place`, with the name it was called by if it has no other.
fn name(candidates: &mut Candidates, place: &Place) -> Result<Id> {
    let gone = || Error::Usage(format!("{}: {}", place.path.display(), Errno::ENOENT.desc()));
    let found = candidates.add(&place.path, None).ok_or_else(gone)?;
    found.called = Some(match place.pid {
        Some(pid) => Name::Process { pid, command: find::command(pid) },
        None => Name::Path(place.name.clone()),
    });
    found.pids.extend(place.pid);
    Ok(found.id)
}

/// Looks at one, and returns the socket that it was looked at by. The inner error says why that can't be done.
fn look(
    candidate: &Candidate,
    own: Id,
    place: usize,
    hear: &mut dyn FnMut(Id) -> Result<()>,
) -> Result<std::result::Result<(Seen, Socket), Errno>> {
    let away = candidate.id != own;
    let visit = match away.then(|| Visit::begin(&candidate.path)).transpose() {
        Ok(visit) => visit,
        Err(error) => return Ok(Err(error.errno)),
    };
    // A process's number may be another's by now.
    let still = !away || id_of(Path::new("/proc/thread-self/ns/net")) == Some(candidate.id);
    let actor = if away { Actor::Container } else { Actor::Host };
    if away {
        explain::container_is_at(&candidate.path);
    }
    let opened = still.then(|| hear(candidate.id).map(|()| asking(actor)));
    if let Some(visit) = visit {
        visit.leave();
    }
    let Some(opened) = opened else { return Ok(Err(Errno::ESRCH)) };
    let failed = |error: netlink_raw::Error| Error::Usage(format!("map: {error}"));
    let mut socket = opened?.map_err(failed)?;
    let mut links: Vec<Link> = socket.dump(&Link::dump().map_err(failed)?).map_err(failed)?;
    links.sort_by_key(|link| link.index);
    let addresses = socket.dump(&Address::dump().map_err(failed)?).map_err(failed)?;
    let routes = socket.dump(&Route::dump().map_err(failed)?).map_err(failed)?;
    Ok(Ok((Seen { place, links, addresses, routes, numbers: Numbers::default() }, socket)))
}

impl Seen {
    fn namespace(&self, candidate: Candidate) -> Namespace {
        let mut links: Vec<_> = self.links.iter().map(read::link).collect();
        for told in &self.addresses {
            let place = links.binary_search_by_key(&told.index, |link| link.index);
            if let (Ok(place), Some(address)) = (place, read::address(told)) {
                links[place].addresses.push(address);
            }
        }
        let routes = self.routes.iter().filter_map(read::route).collect();
        Namespace { links, routes, ..candidate.into_namespace() }
    }
}
