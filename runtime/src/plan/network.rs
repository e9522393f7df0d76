//! Decisions about networks: what they are, and what a container's cards are like.

mod card;
pub mod define;
mod definition;
pub mod device;
mod endpoint;
pub mod firewall;
pub mod ipam;
pub mod link_options;
mod mode;
pub mod names;
pub mod pool;
pub mod ports;
pub mod ranges;
mod rate;
pub mod subnets;
pub mod tunnel;

use crate::error::Error;

pub use card::{Owner, card, host_name};
pub use definition::{Definition, Driver, Isolation, LeaseRange, StaticRoute, Subnet, is_on};
pub use device::DeviceFacts;
pub use endpoint::{CardAddress, Device, Endpoint, Network, choose_gateways, takes_ports};
pub use link_options::{LinkOptions, TapOptions};
pub use mode::{CardRequest, Mode};
pub use rate::Rate;

/// The name of the network that is there without being made.
pub const BRIDGE: &str = "bridge";
/// Its device.
pub const DEVICE: &str = "pontoon0";

/// What a network can't do.
pub fn problem(network: &str, problem: String) -> Error {
    Error::Address { network: network.to_owned(), problem }
}
