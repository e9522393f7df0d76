//! stub
use crate::{
    error::Result,
    plan::Plan,
    state::{Record, State},
    sys::signals::Signals,
};
/// stub
/// # Errors
/// stub
pub fn run(_: &State, _: Plan, _: Record, _: bool, _: &Signals) -> Result<u8> {
    Ok(125)
}
