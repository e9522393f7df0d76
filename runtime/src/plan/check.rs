//! Fields of config.json that are not applied yet. They are refused: what a bundle asks for is done or
//! denied, never ignored.

use oci_spec::runtime::{Linux, Spec};

use super::version;
use crate::error::{Error, Result};

/// The first field that asks for something that is not applied yet.
///
/// # Errors
/// That field.
pub(super) fn supported(spec: &Spec) -> Result<()> {
    version::check(spec.version())?;
    let mut fields = vec![("vm", spec.vm().is_some())];
    if let Some(linux) = spec.linux() {
        version::intel_rdt(linux)?;
        fields.extend(linux_fields(linux));
    }
    match fields.iter().find(|(_, asked)| *asked) {
        Some((field, _)) => Err(Error::Unsupported { field: (*field).to_owned() }),
        None => Ok(()),
    }
}

fn linux_fields(linux: &Linux) -> [(&'static str, bool); 1] {
    [("linux.seccomp", linux.seccomp().is_some())]
}
