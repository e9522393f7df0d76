//! What config.json may say at all, and what of it is refused as a whole.

use oci_spec::runtime::Spec;

use super::version;
use crate::error::{Error, Result};

/// Refuses what is not applied: what a bundle asks for is done or denied, never ignored.
///
/// # Errors
/// A version of the specification that is not understood; a field that is not applied.
pub(super) fn supported(spec: &Spec) -> Result<()> {
    version::check(spec.version())?;
    if spec.vm().is_some() {
        return Err(Error::Unsupported { field: "vm".to_owned() });
    }
    spec.linux().as_ref().map_or(Ok(()), version::intel_rdt)
}
