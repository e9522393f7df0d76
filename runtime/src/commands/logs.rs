//! stub
pub(super) fn logs(_: &crate::state::State, _: &crate::cli::LogsArgs) -> crate::error::Result<u8> {
    Ok(125)
}
