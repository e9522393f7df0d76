//! The root of a container and what is mounted in it, from config.json and the flags.

use std::path::Path;

use oci_spec::runtime::Linux;

use super::{Mount, NameFiles, Propagation, Root, options};
use crate::cli::RunArgs;
use crate::error::{Error, Result};
use crate::facts::Facts;
use crate::spec::Bundle;

/// Where the root is, and what it shares.
///
/// # Errors
/// A propagation that is none.
pub(super) fn root(arguments: &RunArgs, bundle: &Bundle, linux: &Linux) -> Result<Root> {
    let propagation = match linux.rootfs_propagation().as_deref() {
        // Unmounts on the host reach the container, so that it holds none of the host's disks; mounts inside
        // never reach the host, unless a volume is to have them do so.
        None | Some("") => {
            let kind = if shares(&arguments.volumes) { libc::MS_SHARED } else { libc::MS_SLAVE };
            Propagation { kind, recursive: true }
        }
        Some(word) => options::propagation(word).ok_or_else(|| {
            let known = "shared, slave, private or unbindable";
            Error::Usage(format!("config.json: linux.rootfsPropagation {word:?}: use {known}"))
        })?,
    };
    let readonly = bundle.spec.root().as_ref().and_then(oci_spec::runtime::Root::readonly).unwrap_or(false);
    Ok(Root {
        path: bundle.rootfs.clone(),
        readonly: readonly || arguments.read_only,
        no_pivot: arguments.create.no_pivot,
        propagation,
    })
}

/// Whether one of the flags `-v` asks for a volume whose mounts reach the host.
fn shares(volumes: &[String]) -> bool {
    let words = |volume: &str| volume.splitn(3, ':').nth(2).map(str::to_owned).unwrap_or_default();
    volumes.iter().any(|volume| words(volume).split(',').any(|word| matches!(word, "shared" | "rshared")))
}

/// config.json's mounts, then `-v`, then the name files.
///
/// # Errors
/// An entry that can't be mounted.
pub(super) fn mounts(
    arguments: &RunArgs,
    bundle: &Bundle,
    names: Option<&NameFiles>,
    facts: &Facts,
    warnings: &mut Vec<String>,
) -> Result<Vec<Mount>> {
    let is_directory = |path: &Path| path.metadata().ok().map(|metadata| metadata.is_dir());
    let mut wanted = bundle.spec.mounts().clone().unwrap_or_default();
    for volume in &arguments.volumes {
        wanted.push(super::mounts::volume(volume)?);
    }
    let mut mounts: Vec<Mount> = wanted
        .iter()
        .map(|mount| Mount::from_spec(mount, &bundle.directory, is_directory))
        .collect::<Result<_>>()?;
    let relative =
        wanted.iter().map(oci_spec::runtime::Mount::destination).filter(|place| place.is_relative());
    warnings.extend(relative.map(|place| format!("mount {}: taken for /{0}", place.display())));
    let label = bundle.spec.linux().as_ref().and_then(|linux| linux.mount_label().as_deref());
    if let Some(label) = label.filter(|label| !label.is_empty()) {
        if !facts.selinux {
            let problem = "config.json: linux.mountLabel: SELinux is not enabled on this host";
            return Err(Error::Usage(problem.into()));
        }
        for mount in &mut mounts {
            mount.label(label);
        }
    }
    let directory = names.map(|names| names.directory.as_path());
    for name in ["hostname", "hosts", "resolv.conf"] {
        let target = Path::new("/etc").join(name);
        match directory {
            Some(directory) if mounts.iter().all(|mount| mount.target != target) => {
                mounts.push(Mount::of_file(directory.join(name), target));
            }
            _ => {}
        }
    }
    Ok(mounts)
}
