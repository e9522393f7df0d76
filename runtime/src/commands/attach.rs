//! stub
pub(super) fn attach(_: &crate::state::State, _: &crate::cli::AttachArgs) -> crate::error::Result<u8> {
    Ok(125)
}
