//! Networks, done: the bridge is made, addresses are claimed, cards are put into containers and taken away.
//!
//! `plan::network` decides, this does. A container's card is made so:
//!
//! 1. [`facts`] reads what the decision needs;
//! 2. [`prepare`] makes the bridge where it is missing and claims the address;
//! 3. [`attach`] makes the pairs by one datagram of the host's, and sets up the container's side by one more
//!    on a socket inside.
//!
//! [`detach`] and [`release`] undo 3 and 2, [`remove`] both for a whole container. Each can be done twice.
//! [`connect`] and [`disconnect`] do all of it for a container that runs.

mod bridge;
mod card;
mod change;
mod devices;
mod facts;
pub mod firewall;
mod hosts;
mod lease;
mod namespace;
mod orphan;
mod running;
mod socket;

use crate::error::Result;
use crate::plan::Endpoint;
use crate::state::{Container, State, make_directories};

pub use card::{attach, detach};
pub use change::sweep;
pub use devices::{Moved, move_in};
pub use facts::facts;
pub use lease::release;
pub use namespace::Place;
pub use orphan::{Orphan, orphans};
pub use running::{connect, disconnect};

/// Makes sure of all that a card of container `id` needs: a bridge that is up and has its address, and a
/// lease. Where another command was faster, `card` gets the next free address, unless it was asked for.
///
/// # Errors
/// The kernel's; the address is taken, or none is left.
pub fn prepare(state: &State, id: &str, card: &mut Endpoint) -> Result<()> {
    make_directories(&state.leases(&card.network))?;
    if !card.bridge.ready || card.bridge.index.is_none() {
        bridge::complete(state, &card.network, &mut card.bridge)?;
    }
    lease::claim(state, id, card)
}

/// Takes away what lies outside the state directory of a container that has ended: its cards, where its
/// network namespace is held by somebody else and they are still there, and its addresses.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub fn remove(state: &State, container: &Container) -> Result<()> {
    let id = &container.record.id;
    let detached = container
        .cards()
        .and_then(|cards| cards.iter().map(|card| detach(state, id, card)).fold(Ok(()), Result::and));
    // A command that was killed between claiming an address and writing the card left only the lease.
    detached.and(lease::release_all(state, id))
}
