//! `pontoon network inspect`.

use crate::cli::NetworkInspectArgs;
use crate::error::Result;
use crate::network;
use crate::state::State;

/// Prints networks as a JSON array: the definition of each, and under `state` what there is of it.
///
/// # Errors
/// No such network; the kernel's.
pub(super) fn inspect(state: &State, arguments: &NetworkInspectArgs) -> Result<u8> {
    let networks = arguments.names.iter().map(|name| network::definition(state, name));
    let shown = network::show(state, networks.collect::<Result<_>>()?)?;
    println!("{}", serde_json::to_string_pretty(&shown).expect("plain data"));
    Ok(0)
}
