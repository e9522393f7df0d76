//! stub
pub(super) fn network(_: &crate::state::State, _: &crate::cli::NetworkCommand) -> crate::error::Result<u8> {
    Ok(125)
}
