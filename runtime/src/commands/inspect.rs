//! `pontoon inspect`.

use serde_json::{Value, json};

use crate::cli::IdsArgs;
use crate::error::Result;
use crate::plan::{CgroupDirectory, Endpoint};
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
    let cards = container.cards()?;
    let networks: Vec<Value> = cards.iter().map(card).collect();
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
        "ports": container.ports()?.published,
        "cgroups": cgroups,
        "stateDirectory": container.directory,
    }))
}

fn card(card: &Endpoint) -> Value {
    let first = |ipv6: bool| card.addresses.iter().find(|it| it.address.addr().is_ipv6() == ipv6);
    let (four, six) = (first(false), first(true));
    json!({
        "network": card.network,
        "driver": card.driver,
        "interface": card.name,
        "address": four.map(|it| it.address.addr()),
        "prefixLength": four.map(|it| it.address.prefix_len()),
        "gateway": four.and_then(|it| it.gateway),
        "address6": six.map(|it| it.address.addr()),
        "prefixLength6": six.map(|it| it.address.prefix_len()),
        "gateway6": six.and_then(|it| it.gateway),
        "macAddress": card.mac,
        "mtu": card.mtu,
        "bridge": card.device.name,
        "hostInterface": card.has_host_end().then_some(&card.host_name),
        "aliases": card.aliases,
        "defaultRoute": card.leads_everywhere(),
    })
}
