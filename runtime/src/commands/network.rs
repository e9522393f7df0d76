//! `pontoon network connect`, `disconnect`, `ls`.

use super::ps::aligned;
use crate::cli::{ConnectArgs, DisconnectArgs, Format, NetworkCommand, NetworkLsArgs};
use crate::error::Result;
use crate::network;
use crate::plan::Definition;
use crate::plan::network::CardRequest;
use crate::plan::network::ports::requests;
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
    let ConnectArgs { ip, ip6, mac_address, ifname, alias, gw_priority, publish, network, id } = arguments;
    let asked = network.parse::<CardRequest>()?;
    let request = CardRequest {
        ip: ip.or(asked.ip),
        ip6: ip6.or(asked.ip6),
        mac: mac_address.or(asked.mac),
        name: ifname.clone().or(asked.name),
        aliases: asked.aliases.into_iter().chain(alias.iter().cloned()).collect(),
        gateway_priority: gw_priority.unwrap_or(asked.gateway_priority),
        network: asked.network,
    };
    let ports = requests(publish, None)?;
    network::connect(state, &state.find(id)?, &request, &ports)?;
    Ok(0)
}

/// Takes a card from a container.
fn disconnect(state: &State, arguments: &DisconnectArgs) -> Result<u8> {
    let DisconnectArgs { ifname, network, id } = arguments;
    network::disconnect(state, &state.find(id)?, network, ifname.as_deref())?;
    Ok(0)
}

/// Lists the networks.
fn ls(state: &State, arguments: &NetworkLsArgs) -> Result<u8> {
    let all = network::definitions(state);
    match arguments.format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&all).expect("plain data")),
        Format::Table => {
            let head = ["NAME", "DRIVER", "DEVICE", "SUBNETS"].map(str::to_owned);
            let row = |network: &Definition| {
                let subnets: Vec<String> =
                    network.subnets.iter().map(|subnet| subnet.subnet.to_string()).collect();
                [
                    network.name.clone(),
                    network.driver.to_string(),
                    network.network_interface.clone(),
                    subnets.join(","),
                ]
            };
            let rows: Vec<_> = std::iter::once(head).chain(all.iter().map(row)).collect();
            print!("{}", aligned(&rows));
        }
    }
    Ok(0)
}
