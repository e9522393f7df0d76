//! `pontoon network create`.

use crate::cli::NetworkCreateArgs;
use crate::error::Result;
use crate::network;
use crate::plan::network::define::Wish;
use crate::state::State;
use crate::sys::gate::rehearsing;

/// Defines a network, and prints its name, as podman does.
///
/// # Errors
/// What can't be, in one line; nothing is left then.
pub(super) fn create(state: &State, arguments: &NetworkCreateArgs) -> Result<u8> {
    network::create(state, &wish(arguments), arguments.ignore)?;
    if !rehearsing() {
        println!("{}", arguments.name);
    }
    Ok(0)
}

fn wish(arguments: &NetworkCreateArgs) -> Wish {
    let arguments = arguments.clone();
    Wish {
        name: arguments.name,
        driver: arguments.driver,
        subnets: arguments.subnet,
        gateways: arguments.gateway,
        ranges: arguments.ip_range,
        excluded: arguments.exclude,
        reservations: arguments.aux_address,
        ipv6: arguments.ipv6,
        internal: arguments.internal,
        isolate: arguments.isolate,
        mtu: arguments.mtu,
        dns: arguments.dns,
        disable_dns: arguments.disable_dns,
        labels: arguments.label.into_iter().collect(),
        options: arguments.opt.into_iter().collect(),
        interface: arguments.interface_name,
        routes: arguments.route,
    }
}
