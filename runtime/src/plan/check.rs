//! Fields of config.json that are not applied yet. They are refused: what a bundle asks for is done or
//! denied, never ignored.

use std::collections::HashMap;

use oci_spec::runtime::{Linux, Spec};

use super::version;
use crate::error::{Error, Result};

/// Whether an optional list, map or text asks for anything.
fn asks<T>(field: Option<&T>, empty: impl Fn(&T) -> bool) -> bool {
    field.is_some_and(|value| !empty(value))
}

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

fn linux_fields(linux: &Linux) -> [(&'static str, bool); 4] {
    [
        ("linux.seccomp", linux.seccomp().is_some()),
        ("linux.uidMappings", asks(linux.uid_mappings().as_ref(), Vec::is_empty)),
        ("linux.gidMappings", asks(linux.gid_mappings().as_ref(), Vec::is_empty)),
        ("linux.timeOffsets", asks(linux.time_offsets().as_ref(), HashMap::is_empty)),
    ]
}
