//! `pontoon network reload`.

use crate::error::Result;
use crate::network;
use crate::state::State;

/// Puts back what others have taken away, such as a firewall that was loaded anew.
///
/// # Errors
/// The first failure; the rest is done all the same.
pub(super) fn reload(state: &State) -> Result<u8> {
    network::reload(state).map(|()| 0)
}
