//! Changes to the cards of running containers, and what becomes of those whose maker was killed.
//!
//! A change begins with a mark, `changing/ID`, and a lock on the container's directory; the mark goes when
//! the change is whole. A mark whose container nobody locks is one of a process that was killed.

use std::path::PathBuf;

use nix::fcntl::Flock;

use super::detach::{clear_strays, clear_unnoted};
use super::reroute::Inside;
use super::running::take;
use super::socket::{On, changing};
use super::{allocate, hosts, lease, ports, service};
use crate::error::{Doing, Result};
use crate::explain::Actor;
use crate::plan::Endpoint;
use crate::plan::network::{BRIDGE, host_name};
use crate::state::{Container, State, entries, lock, make_directories, try_lock};
use crate::sys::file;

/// A change that has begun, and is whole or undone when this is dropped. Two at once would choose the same
/// name, so there is one.
#[derive(Debug)]
pub(super) struct Change {
    mark: Option<PathBuf>,
    _lock: Flock<std::fs::File>,
}

impl Change {
    /// Begins to change the cards of a container.
    ///
    /// # Errors
    /// The state can't be written.
    pub(super) fn begin(state: &State, container: &Container) -> Result<Self> {
        let lock = lock(&container.directory)?;
        make_directories(&state.changing())?;
        let mark = state.changing().join(&container.record.id);
        match file::create(&mark, "") {
            // Who held the lock before was killed just now.
            Err(error) if error.errno == nix::errno::Errno::EEXIST => settle(state, container)?,
            made => made.doing(|| format!("container {}: mark a change", container.record.id))?,
        }
        Ok(Self { mark: Some(mark), _lock: lock })
    }

    /// The change is neither whole nor undone: the next command tries again.
    pub(super) fn leave(mut self) {
        self.mark = None;
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if let Some(mark) = &self.mark {
            // If it can't be removed, the next command finds nothing to do and tries again.
            let _ = file::unlink(mark);
        }
    }
}

/// Makes whole or undoes the changes whose makers were killed. Returns how many there were.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn sweep(state: &State) -> Result<usize> {
    let mut swept = 0;
    let mut first = Ok(());
    for id in entries(&state.changing()) {
        match settle_abandoned(state, &id) {
            Ok(settled) => swept += usize::from(settled),
            Err(error) => first = first.and(Err(error)),
        }
    }
    first.map(|()| swept)
}

/// Settles the change of container `id`, unless its maker is at it; false then.
fn settle_abandoned(state: &State, id: &str) -> Result<bool> {
    let mark = state.changing().join(id);
    let container = Container::read(state, id)?;
    let lock = container.as_ref().map(|container| try_lock(&container.directory));
    match (&container, &lock) {
        // Whoever has it now looks at the mark.
        (_, Some(None)) => return Ok(false),
        (Some(container), _) => settle(state, container)?,
        (None, _) => lease::release_all(state, id)?,
    }
    match file::unlink(&mark) {
        Err(error) if error.errno == nix::errno::Errno::ENOENT => Ok(false),
        removed => removed.doing(|| format!("container {id}: forget a change")).map(|()| true),
    }
}

/// Undoes a card that was being given, and goes on with one that was being taken away; then sees to it that all else is
/// as the cards that are there want it.
fn settle(state: &State, container: &Container) -> Result<()> {
    let id = &container.record.id;
    let cards = container.cards()?;
    ports::release_others(state, id, &container.ports()?.published)?;
    let mut host = changing(Actor::Host).on(BRIDGE)?;
    for number in 0..=cards.len() {
        let name = host_name(id, number);
        if cards.iter().all(|card| card.host_name != name) {
            clear_unnoted(state, id, &mut host, &name).on(BRIDGE)?;
        }
    }
    for (network, address) in allocate::of(state, id) {
        if !cards.iter().flat_map(Endpoint::hosts).any(|had| had == address) {
            hosts::remove(container, address)?;
            allocate::release(state, id, &network, address)?;
        }
    }
    // Those of a container that has ended have gone with it, and stay its own.
    if !container.status()?.is_alive() {
        return Ok(());
    }
    let Some(init) = container.init()? else { return Ok(()) };
    let inside = Inside::open(container, init)?;
    clear_strays(state, id, &inside, &cards)?;
    let gone = |card: &Endpoint| inside.lacks(&host, card);
    let mut taken = Vec::new();
    let mut whole = Vec::new();
    for card in cards {
        if gone(&card)? { taken.push(card) } else { whole.push(card) }
    }
    let take = |card: &Endpoint| take(state, container, Some(init), card, whole.clone());
    taken.iter().map(take).fold(Ok(()), Result::and)?;
    service::mend(state, container, &whole)
}
