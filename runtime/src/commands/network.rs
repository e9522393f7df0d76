//! `pontoon network connect`, `disconnect`, `ls`.

use serde_json::json;

use super::ps::aligned;
use crate::cli::{ConnectArgs, DisconnectArgs, Format, NetworkCommand, NetworkLsArgs};
use crate::error::Result;
use crate::network;
use crate::plan::network::{BRIDGE, CardRequest, bridge};
use crate::state::State;

/// Does what the command line says about networks.
///
/// # Errors
/// The first thing that went wrong.
pub(super) fn network(state: &State, command: &NetworkCommand) -> Result<u8> {
    match command {
        NetworkCommand::Connect(arguments) => connect(state, arguments),
        NetworkCommand::Disconnect(arguments) => disconnect(state, arguments),
        NetworkCommand::Ls(arguments) => ls(state, arguments),
    }
}

/// Gives a running container a card.
fn connect(state: &State, arguments: &ConnectArgs) -> Result<u8> {
    let ConnectArgs { ip, mac_address, ifname, network, id } = arguments;
    let request = CardRequest { ip: *ip, mac: *mac_address, name: ifname.clone() };
    network::connect(state, &state.find(id)?, network, &request)?;
    Ok(0)
}

/// Takes a card from a container.
fn disconnect(state: &State, arguments: &DisconnectArgs) -> Result<u8> {
    let DisconnectArgs { ifname, network, id } = arguments;
    network::disconnect(state, &state.find(id)?, network, ifname.as_deref())?;
    Ok(0)
}

/// Lists the networks: what is there, or what the next container would make.
fn ls(state: &State, arguments: &NetworkLsArgs) -> Result<u8> {
    let facts = network::facts(state, BRIDGE, None)?;
    let (bridge, _) = bridge(&facts)?;
    let subnet = bridge.gateway.trunc();
    match arguments.format {
        Format::Json => println!(
            "{}",
            json!([{
                "name": BRIDGE,
                "device": bridge.name,
                "ready": bridge.ready,
                "subnet": subnet,
                "gateway": bridge.address(),
                "mtu": bridge.mtu,
                "addresses": facts.leases,
            }])
        ),
        Format::Table => {
            let head = ["NAME", "DEVICE", "SUBNET", "GATEWAY", "MTU", "ADDRESSES"].map(str::to_owned);
            let device =
                if bridge.ready { bridge.name.clone() } else { format!("{} (not made)", bridge.name) };
            let gateway = bridge.address().to_string();
            let leases = facts.leases.len().to_string();
            let row =
                [BRIDGE.to_owned(), device, subnet.to_string(), gateway, bridge.mtu.to_string(), leases];
            print!("{}", aligned(&[head, row]));
        }
    }
    Ok(0)
}
