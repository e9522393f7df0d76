//! The parent's part of a user namespace: who is whom in it.

use nix::unistd::Pid;

use crate::error::{Doing, Error, Result};
use crate::plan::userns::text;
use crate::plan::{IdMapping, Mappings, UserNamespace};
use crate::sys::gate::rehearsing;
use crate::sys::{file, other};

/// Writes who is whom in the namespace that the child `pid` was cloned into; of one that was there already only
/// looks whether it is the one that is meant.
///
/// # Errors
/// What the kernel, newuidmap(1) or newgidmap(1) refuses; a namespace that was joined and is another.
pub fn set_up(namespace: &UserNamespace, pid: Pid, rootless: bool) -> Result<()> {
    let UserNamespace { joined, mappings, newuidmap, newgidmap } = namespace;
    if *joined {
        is_as_said(&mappings.users, pid, "uid_map")?;
        return is_as_said(&mappings.groups, pid, "gid_map");
    }
    if rootless && !newgidmap {
        // Who has no right to groups may not get rid of one that denies something: the kernel wants this first.
        put(pid, "setgroups", "deny")?;
    }
    map(pid, "gid_map", &mappings.groups, newgidmap.then_some("newgidmap"))?;
    map(pid, "uid_map", &mappings.users, newuidmap.then_some("newuidmap"))
}

/// Writes who is whom in a new user namespace, as root.
///
/// # Errors
/// The kernel's.
pub fn write(pid: Pid, mappings: &Mappings) -> Result<()> {
    map(pid, "gid_map", &mappings.groups, None)?;
    map(pid, "uid_map", &mappings.users, None)
}

fn put(pid: Pid, name: &str, content: &str) -> Result<()> {
    file::write(format!("/proc/{pid}/{name}").as_ref(), content).doing(|| format!("user namespace: {name}"))
}

fn map(pid: Pid, name: &str, lines: &[IdMapping], helper: Option<&'static str>) -> Result<()> {
    let Some(helper) = helper else { return put(pid, name, &text(lines)) };
    let numbers = lines.iter().flat_map(|line| [line.inside, line.outside, line.count]);
    let arguments: Vec<String> =
        std::iter::once(pid.to_string()).chain(numbers.map(|number| number.to_string())).collect();
    let doing = || format!("user namespace: {name} by {helper} (Debian's package uidmap)");
    match other::run_helper(helper, &arguments).doing(doing)? {
        None => Ok(()),
        Some(said) => Err(Error::Usage(format!("user namespace: {name}: {said}"))),
    }
}

/// What config.json says of a namespace that is joined is to be so.
fn is_as_said(lines: &[IdMapping], pid: Pid, name: &str) -> Result<()> {
    if lines.is_empty() || rehearsing() {
        return Ok(());
    }
    let path = format!("/proc/{pid}/{name}");
    let found = std::fs::read_to_string(&path).doing(|| format!("read {path}"))?;
    // The kernel sorts many lines.
    let sorted = |text: &str| {
        let mut lines: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        lines.sort_unstable();
        lines
    };
    let found = sorted(&found);
    if found == sorted(&text(lines)) {
        return Ok(());
    }
    let problem = format!("the user namespace that is joined has another {name}: {}", found.join(", "));
    Err(Error::Usage(format!("config.json: linux.uidMappings, gidMappings: {problem}")))
}
