//! `pontoon inspect`.

use serde_json::{Value, json};

use crate::cli::IdsArgs;
use crate::error::Result;
use crate::plan::CgroupDirectory;
use crate::state::{Container, State};

/// Prints everything about containers as a JSON array: the OCI state of each, and its networks.
///
/// # Errors
/// No such container.
pub(super) fn inspect(state: &State, arguments: &IdsArgs) -> Result<u8> {
    let all: Result<Vec<Value>> =
        arguments.ids.iter().map(|typed| state.find(typed).and_then(|found| describe(&found))).collect();
    println!("{}", serde_json::to_string_pretty(&all?).expect("plain data"));
    Ok(0)
}

fn describe(container: &Container) -> Result<Value> {
    let record = &container.record;
    let status = container.status()?;
    let init = container.init()?;
    let exit = container.exit()?;
    let pid = init.filter(|_| status.is_alive()).map_or(0, |init| init.pid);
    let networks: Vec<Value> = container
        .cards()?
        .iter()
        .map(|card| {
            json!({
                "network": card.network,
                "interface": card.name,
                "address": card.address.addr(),
                "prefixLength": card.address.prefix_len(),
                "gateway": card.bridge.address(),
                "macAddress": card.mac,
                "mtu": card.bridge.mtu,
                "bridge": card.bridge.name,
                "hostInterface": card.host_name,
            })
        })
        .collect();
    let made = |directory: &&CgroupDirectory| !directory.spare || directory.path.exists();
    let cgroups: Vec<_> = record.cgroups.iter().filter(made).map(|directory| &directory.path).collect();
    Ok(json!({
        // The state of runtime.md, "State".
        "ociVersion": record.oci_version,
        "id": record.id,
        "status": status,
        "pid": pid,
        "bundle": record.bundle,
        "annotations": record.annotations,
        // And what Pontoon knows besides.
        "name": record.name,
        "rootfs": record.rootfs,
        "command": record.command,
        "created": record.created,
        "started": init.map(|init| init.started),
        "finished": exit.map(|exit| exit.finished),
        "exitStatus": exit.and_then(|exit| exit.status),
        "terminal": record.terminal,
        "detached": record.detached,
        "removeAtEnd": record.remove,
        "networkMode": record.network,
        "networks": networks,
        "cgroups": cgroups,
        "stateDirectory": container.directory,
    }))
}
