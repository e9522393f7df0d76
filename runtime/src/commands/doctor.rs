//! `pontoon doctor`.

use crate::cgroup;
use crate::cli::DoctorArgs;
use crate::commands::remove;
use crate::error::Result;
use crate::facts;
use crate::names_server;
use crate::netns;
use crate::network;
use crate::plan::CgroupDirectory;
use crate::state::State;

/// Compares the kernel with the state, names each thing that nobody owns, and removes it. With `--check` it
/// only shows, and the exit status is 1 where there is something.
///
/// # Errors
/// The first thing that would not go.
pub(super) fn doctor(state: &State, arguments: &DoctorArgs) -> Result<u8> {
    let orphans = network::orphans(state)?;
    let cgroups = stray_cgroups(state)?;
    for orphan in &orphans {
        println!("{orphan}");
    }
    let names = stray_names(state);
    let entries = netns::publish::strays(state);
    for netns::publish::Stray { place, link } in &entries {
        println!("network namespace {} -> {}", place.display(), link.display());
    }
    for (network, id) in &names {
        println!("names of {id} on network {network}");
    }
    for directory in &cgroups {
        println!("cgroup {}", directory.path.display());
    }
    let found = orphans.len() + cgroups.len() + names.len() + entries.len();
    if arguments.check {
        return Ok(u8::from(found > 0));
    }
    let swept = remove::sweep(state, true)?;
    let mended = network::remove_orphans(state, &orphans);
    let mended =
        mended.and(names.iter().try_for_each(|(network, id)| names_server::unregister(state, network, id)));
    let mended = mended.and(entries.iter().try_for_each(netns::publish::Stray::remove));
    let mended = mended.and(names_server::ensure_running(state));
    mended.and(cgroup::remove(&cgroups, false))?;
    cgroup::remove_empty(&facts::hierarchies()?, &state.cgroup_parent());
    println!("{}", if found + swept == 0 { "nothing was left behind" } else { "mended" });
    Ok(0)
}

/// Names of containers that the state does not know.
fn stray_names(state: &State) -> Vec<(String, String)> {
    let known = state.ids();
    names_server::registered(state).into_iter().filter(|(_, id)| !known.contains(id)).collect()
}

/// Cgroups of containers that the state does not know. One in which processes run is nobody's leftover.
fn stray_cgroups(state: &State) -> Result<Vec<CgroupDirectory>> {
    let known = state.ids();
    let mut strays = Vec::new();
    for hierarchy in facts::hierarchies()? {
        let above = hierarchy.mount.join(state.cgroup_parent());
        for entry in std::fs::read_dir(&above).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let empty = || cgroup::processes(&entry.path()).is_empty();
            if entry.path().is_dir() && !known.contains(&name) && empty() {
                strays.push(CgroupDirectory {
                    mount: hierarchy.mount.clone(),
                    path: entry.path(),
                    version: hierarchy.version,
                    controllers: hierarchy.controllers.clone(),
                    spare: false,
                });
            }
        }
    }
    Ok(strays)
}
