//! Who a process is: user, groups, capabilities.

use caps::{CapSet, Capability, CapsHashSet};
use nix::errno::Errno;
use nix::unistd::{Gid, Uid};

use super::gate::{About, Result, pass};

/// setgroups(2).
///
/// # Errors
/// setgroups's.
pub fn setgroups(groups: &[u32]) -> Result<()> {
    pass(
        "setgroups",
        || About::new(format!("{groups:?}")),
        || {
            let groups: Vec<Gid> = groups.iter().copied().map(Gid::from_raw).collect();
            nix::unistd::setgroups(&groups)
        },
    )
}

/// setresgid(2), all three.
///
/// # Errors
/// setresgid's.
pub fn setgid(gid: u32) -> Result<()> {
    let about = || About::new(format!("{gid}, {gid}, {gid}"));
    let gid = Gid::from_raw(gid);
    pass("setresgid", about, || nix::unistd::setresgid(gid, gid, gid))
}

/// setresuid(2), all three.
///
/// # Errors
/// setresuid's.
pub fn setuid(uid: u32) -> Result<()> {
    let about = || About::new(format!("{uid}, {uid}, {uid}"));
    let uid = Uid::from_raw(uid);
    pass("setresuid", about, || nix::unistd::setresuid(uid, uid, uid))
}

/// `prctl(PR_SET_KEEPCAPS)`: the permitted set outlives the change of user.
///
/// # Errors
/// prctl(2)'s.
pub fn keep_capabilities(keep: bool) -> Result<()> {
    pass(
        "prctl",
        || About::new(format!("PR_SET_KEEPCAPS, {}", u8::from(keep))),
        || nix::sys::prctl::set_keepcaps(keep),
    )
}

/// Drops from the bounding set whatever `keep` lacks (`prctl(PR_CAPBSET_DROP)` for each).
///
/// # Errors
/// prctl(2)'s: EPERM without `CAP_SETPCAP`.
pub fn limit_bounding_set(keep: &CapsHashSet) -> Result<()> {
    let about = || About::new(format!("PR_CAPBSET_DROP, all but {}", list(keep)));
    pass("prctl", about, || {
        for capability in caps::all() {
            if !keep.contains(&capability) && caps::drop(None, CapSet::Bounding, capability).is_err() {
                match Errno::last() {
                    // A capability that this kernel does not have yet is in no set.
                    Errno::EINVAL => {}
                    errno => return Err(errno),
                }
            }
        }
        Ok(())
    })
}

/// capset(2): the permitted, the effective and the inheritable set.
///
/// # Errors
/// capset's: EPERM for a capability that this process lacks.
pub fn capset(permitted: &CapsHashSet, effective: &CapsHashSet, inheritable: &CapsHashSet) -> Result<()> {
    let about = || {
        let sets = [("permitted", permitted), ("effective", effective), ("inheritable", inheritable)];
        About::new(sets.map(|(name, set)| format!("{name}={}", list(set))).join(", "))
    };
    pass("capset", about, || {
        // The `caps` crate sets one set a call, each with the other two as they are: a set may only be
        // widened within the permitted one, so that one goes last; the effective one shrinks before it.
        for (kind, set) in [
            (CapSet::Inheritable, inheritable),
            (CapSet::Effective, effective),
            (CapSet::Permitted, permitted),
        ] {
            caps::set(None, kind, set).map_err(|_| Errno::last())?;
        }
        Ok(())
    })
}

/// `prctl(PR_CAP_AMBIENT)`: exactly `set`.
///
/// # Errors
/// prctl(2)'s: EPERM for a capability that is not both permitted and inheritable.
pub fn set_ambient(set: &CapsHashSet) -> Result<()> {
    pass(
        "prctl",
        || About::new(format!("PR_CAP_AMBIENT, {}", list(set))),
        || caps::set(None, CapSet::Ambient, set).map_err(|_| Errno::last()),
    )
}

/// Capabilities by name, in the kernel's order.
fn list(set: &CapsHashSet) -> String {
    let mut list: Vec<&Capability> = set.iter().collect();
    list.sort_by_key(|capability| capability.index());
    let names: Vec<String> = list.iter().map(ToString::to_string).collect();
    if names.is_empty() { "none".into() } else { names.join("+") }
}
