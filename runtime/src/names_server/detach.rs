//! What the server lets go of once it listens: the caller's cgroups, and rights.

use crate::facts;
use crate::plan::CgroupVersion;
use crate::sys::file;

/// Goes where no limit of the caller's reaches, and nobody who ends the caller's cgroup. Where that may not be, it
/// stays: it serves all the same.
pub(super) fn leave_cgroups() {
    for hierarchy in facts::hierarchies().unwrap_or_default() {
        let list = if hierarchy.version == CgroupVersion::V1 { "tasks" } else { "cgroup.procs" };
        let _ = file::write(&hierarchy.mount.join(list), "0");
    }
}

/// Keeps of root's rights the two that are needed: to listen on a port below 1024, and to reach the state where its
/// directory is another user's.
pub(super) fn give_up_rights() -> std::result::Result<(), caps::errors::CapsError> {
    let kept = [caps::Capability::CAP_NET_BIND_SERVICE, caps::Capability::CAP_DAC_OVERRIDE].into();
    for set in [caps::CapSet::Inheritable, caps::CapSet::Effective, caps::CapSet::Permitted] {
        let now = caps::read(None, set)?;
        caps::set(None, set, &now.intersection(&kept).copied().collect())?;
    }
    Ok(())
}
