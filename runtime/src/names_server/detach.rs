//! What the server lets go of once it listens: the caller's cgroups, and rights.

use std::os::fd::OwnedFd;

use crate::facts;
use crate::plan::CgroupVersion;
use crate::sys::file;

/// The cgroup of version 2 in which the server is born: where no limit of the caller's reaches, and nobody who ends the
/// caller's cgroup. To move there later would make it wait, 8 ms at the first question.
pub(super) fn birthplace() -> Option<OwnedFd> {
    let hierarchies = facts::hierarchies().ok()?;
    let unified = hierarchies.iter().find(|hierarchy| hierarchy.version == CgroupVersion::V2)?;
    file::directory(&unified.mount).ok()
}

/// Goes there in the hierarchies of version 1, of which nobody is born in another's. Where that may not be, it stays:
/// it serves all the same.
pub(super) fn leave_cgroups() {
    let hierarchies = facts::hierarchies().unwrap_or_default();
    for hierarchy in hierarchies.iter().filter(|hierarchy| hierarchy.version == CgroupVersion::V1) {
        let _ = file::write(&hierarchy.mount.join("tasks"), "0");
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
