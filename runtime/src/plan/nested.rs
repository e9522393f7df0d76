//! What a user namespace, or no mount namespace of its own, changes in a plan.

use std::path::Path;

use super::Propagation;
use super::mounts::{Attributes, IdMap};
use super::{CgroupVersion, Mount, MountSource, NamespaceKind, Plan};
use crate::abi::mount::MOUNT_ATTR_RDONLY;
use crate::error::{Error, Result};

/// Adapts the plan to what can be done in its namespaces.
///
/// # Errors
/// A mount, or a path to hide, without a mount namespace of the container's own.
pub(super) fn adapt(plan: &mut Plan) -> Result<()> {
    if !plan.new_namespaces.contains(&NamespaceKind::Mount) {
        plan.root.own_mounts = false;
        return needs_no_mounts(plan);
    }
    if plan.user.is_some() {
        for device in &mut plan.devices {
            device.bound = device.kind != 'p';
        }
    }
    let mut mounts = std::mem::take(&mut plan.mounts);
    for mount in &mut mounts {
        if plan.new_namespaces.contains(&NamespaceKind::User) {
            bind_what_is_the_hosts(plan, mount);
        }
        map_as_the_container(plan, mount)?;
    }
    plan.mounts = mounts;
    Ok(())
}

/// `idmap` without mappings is as the container's user namespace has it.
fn map_as_the_container(plan: &Plan, mount: &mut Mount) -> Result<()> {
    let Some(IdMap { mappings: mappings @ None, .. }) = &mut mount.idmap else { return Ok(()) };
    match &plan.user {
        Some(namespace) if namespace.joined => {}
        Some(namespace) => *mappings = Some(namespace.mappings.clone()),
        None => {
            let target = mount.target.display();
            let problem =
                format!("mount {target}: idmap needs uidMappings and gidMappings, or a user namespace");
            return Err(Error::Usage(problem));
        }
    }
    Ok(())
}

/// In a mount namespace that is another's nothing is mounted: that would be there for everybody in it, and stay.
/// The root is entered by chroot(2) then.
fn needs_no_mounts(plan: &Plan) -> Result<()> {
    let mounted = plan.mounts.iter().find(|mount| !is_name_file(plan, mount));
    let what = match (mounted, plan.masked_paths.first(), plan.readonly_paths.first()) {
        (Some(mount), ..) => format!("mount {}", mount.target.display()),
        (_, Some(path), _) => format!("linux.maskedPaths: {}", path.display()),
        (.., Some(path)) => format!("linux.readonlyPaths: {}", path.display()),
        _ if plan.root.readonly => "root.readonly".to_owned(),
        _ if plan.process.terminal => "process.terminal".to_owned(),
        _ if plan.names.is_some() => "/etc/hosts (--net)".to_owned(),
        _ => return Ok(()),
    };
    Err(Error::Usage(format!("config.json: {what} needs a new mount namespace in linux.namespaces")))
}

fn is_name_file(plan: &Plan, mount: &Mount) -> bool {
    let MountSource::Bind { path, .. } = &mount.source else { return false };
    plan.names.as_ref().is_some_and(|names| path.starts_with(&names.directory))
}

/// The kernel lets the root of a new user namespace mount these of its views only where it owns what they show.
/// Of what it shares with the host, the host's mount is shown, as crun does.
fn bind_what_is_the_hosts(plan: &Plan, mount: &mut Mount) {
    let joined = |kind| plan.joined_namespaces.iter().any(|(joined, _)| *joined == kind);
    let shared = |kind| !joined(kind) && !plan.new_namespaces.contains(&kind);
    let host = match &mount.source {
        MountSource::Filesystem { fstype, .. } => match fstype.as_str() {
            "sysfs" if shared(NamespaceKind::Network) => "/sys",
            // Root outside has the right to.
            "sysfs" if joined(NamespaceKind::Network) && !plan.rootless => {
                mount.by_parent = true;
                return;
            }
            "proc" if shared(NamespaceKind::Pid) => "/proc",
            "mqueue" if shared(NamespaceKind::Ipc) => "/dev/mqueue",
            _ => return,
        },
        MountSource::Cgroup if !plan.new_namespaces.contains(&NamespaceKind::Cgroup) && unified(plan) => {
            // Not even its own part may be written: whoever can write there is outside of every limit
            // (CVE-2023-25809).
            mount.attributes.set |= MOUNT_ATTR_RDONLY;
            "/sys/fs/cgroup"
        }
        _ => return,
    };
    let path = match plan.cgroup.directories.first() {
        Some(directory) if mount.source == MountSource::Cgroup => directory.path.clone(),
        _ => Path::new(host).to_owned(),
    };
    mount.source = MountSource::Bind { path, directory: true, recursive: true };
    // All that lies below is the host's as well.
    let Attributes { set, clear } = std::mem::take(&mut mount.attributes);
    mount.recursive.set |= set;
    mount.recursive.clear |= clear & !mount.recursive.set;
    if mount.propagation.is_empty() {
        mount.propagation.push(Propagation { kind: libc::MS_SLAVE, recursive: true });
    }
}

fn unified(plan: &Plan) -> bool {
    plan.cgroup.directories.iter().all(|directory| directory.version == CgroupVersion::V2)
}
