//! `pontoon network connect`, `disconnect`.

use crate::cli::{ConnectArgs, DisconnectArgs};
use crate::error::Result;
use crate::network;
use crate::plan::network::CardRequest;
use crate::plan::network::ports::requests;
use crate::state::State;

/// Gives a running container a card.
pub(super) fn connect(state: &State, arguments: &ConnectArgs) -> Result<u8> {
    let ConnectArgs { ip, ip6, mac_address, net_rate, ifname, alias, gw_priority, publish, network, id } =
        arguments;
    let asked = network.parse::<CardRequest>()?;
    let request = CardRequest {
        ip: ip.or(asked.ip),
        ip6: ip6.or(asked.ip6),
        mac: mac_address.or(asked.mac),
        name: ifname.clone().or(asked.name),
        aliases: asked.aliases.into_iter().chain(alias.iter().cloned()).collect(),
        gateway_priority: gw_priority.unwrap_or(asked.gateway_priority),
        rate: net_rate.unwrap_or_default().or(asked.rate),
        network: asked.network,
    };
    let ports = requests(publish, None)?;
    network::connect(state, &state.find(id)?, &request, &ports)?;
    Ok(0)
}

/// Takes a card from a container.
pub(super) fn disconnect(state: &State, arguments: &DisconnectArgs) -> Result<u8> {
    let DisconnectArgs { ifname, network, id } = arguments;
    network::disconnect(state, &state.find(id)?, network, ifname.as_deref())?;
    Ok(0)
}
