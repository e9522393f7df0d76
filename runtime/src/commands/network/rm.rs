//! `pontoon network rm`, `prune`.

use crate::cli::NetworkRmArgs;
use crate::error::Result;
use crate::network;
use crate::state::State;
use crate::sys::gate::rehearsing;

/// Removes networks, and prints their names.
///
/// # Errors
/// The first that could not be removed, when the others have been.
pub(super) fn rm(state: &State, arguments: &NetworkRmArgs) -> Result<u8> {
    let mut first = Ok(());
    for name in &arguments.names {
        let removed = network::remove_network(state, name, arguments.force);
        if removed.is_ok() && !rehearsing() {
            println!("{name}");
        }
        first = first.and(removed);
    }
    first.map(|()| 0)
}

/// Removes the networks that no container uses, and prints their names.
///
/// # Errors
/// The first that could not be removed, when the others have been.
pub(super) fn prune(state: &State) -> Result<u8> {
    network::prune(state, |name| {
        if !rehearsing() {
            println!("{name}");
        }
    })?;
    Ok(0)
}
