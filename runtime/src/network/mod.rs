//! Networks, done: devices are made, addresses are claimed, cards are put into containers and taken away.
//!
//! `plan::network` decides, this does. A container's card is made so:
//!
//! 1. [`look`] finds the network and reads what the decision needs;
//! 2. [`prepare`] makes the network's device where it is missing and claims the addresses;
//! 3. [`attach`] makes the pairs by one datagram of the host's, and sets up the container's side by one more
//!    on a socket inside.
//!
//! [`detach`] and [`release`] undo 3 and 2, [`remove`] both for a whole container. Each can be done twice.
//! [`connect`] and [`disconnect`] do all of it for a container that runs.

pub mod allocate;
mod bridge;
mod card;
mod change;
mod definitions;
mod detach;
mod devices;
pub mod driver;
mod facts;
pub mod firewall;
mod hosts;
mod inside;
mod kernel_parameters;
mod lease;
mod manage;
pub(crate) mod monitor;
mod namespace;
mod orphan;
mod pair;
mod parent;
pub mod ports;
mod publish;
pub mod rate;
mod reroute;
mod running;
mod service;

pub(crate) mod socket;
pub mod tap;
mod traffic;
mod tunnel;

use crate::error::Result;
use crate::plan::network::{DeviceFacts, device};
use crate::plan::{Definition, Endpoint};
use crate::state::{State, make_directories};

pub use card::attach;
pub use change::sweep;
pub use definitions::{definition, definitions, erase, replace, save, tidy};
pub use detach::{detach, detach_all, remove};
pub use devices::{Moved, move_in};
pub use facts::{facts, host_subnets};
pub use lease::release;
pub use manage::{
    Change, Shown, Target, User, create, prune, reload, remove as remove_network, show, update, users,
};
pub use namespace::Place;
pub use orphan::{Orphan, orphans, remove_orphans};
pub use publish::{admit, claim_ports, everything, let_in, register, retire};
pub use running::{connect, disconnect};
pub use traffic::{Counted, Counting, Passed, published, traffic};

/// The network called `name`, complete, and what is there of its device. What the user should know of the choice of its
/// subnet is told.
///
/// # Errors
/// There is none; the kernel's; no subnet is free.
pub fn look(state: &State, name: &str) -> Result<(Definition, DeviceFacts)> {
    let (definition, facts, note) = find(state, name)?;
    if let Some(note) = note {
        eprintln!("pontoon: {note}");
    }
    Ok((definition, facts))
}

/// The same, with what is to be told.
fn find(state: &State, name: &str) -> Result<(Definition, DeviceFacts, Option<String>)> {
    let mut definition = definition(state, name)?;
    parent::complete(&mut definition)?;
    let mut facts = facts(&definition)?;
    if definition.subnets.is_empty() && !facts.has_address() {
        // What is defined is as good as in use, though nothing of it may be there yet.
        for other in definitions(state).iter().filter(|other| other.name != name) {
            let user = format!("network {}", other.name);
            facts.subnets.extend(other.subnets.iter().map(|subnet| (subnet.subnet, user.clone())));
        }
    }
    let note = device::resolve(&mut definition, &mut facts)?;
    Ok((definition, facts, note))
}

/// Makes sure of all that a card of container `id` on `network` needs: a device that is up and has its addresses, a host
/// that forwards, and leases.
///
/// # Errors
/// The kernel's; an address is taken, or none is left.
pub fn prepare(state: &State, id: &str, network: &Definition, card: &mut Endpoint) -> Result<()> {
    make_directories(&state.leases(&network.name))?;
    if network.has_bridge() && (!card.device.ready || card.device.index.is_none()) {
        bridge::complete(state, network, card)?;
    }
    kernel_parameters::forward(network)?;
    lease::claim(state, id, network, card)
}
