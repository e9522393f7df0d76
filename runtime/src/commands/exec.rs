//! stub
pub(super) fn exec(_: &crate::state::State, _: &crate::cli::ExecArgs) -> crate::error::Result<u8> {
    Ok(125)
}
