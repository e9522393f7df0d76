#![doc = include_str!("../README.md")]

pub mod describe;
mod error;
pub mod flow;
pub mod kernel;
pub mod nft;
mod request;
pub mod route;
mod socket;
pub mod tc;
pub mod wire;

pub use error::Error;
pub use request::{Decode, Operation, Request};
pub use socket::{Event, Exchange, Outcome, Protocol, Socket};

/// A hardware address as it is written: `02:42:0a:01:00:02`.
pub(crate) fn hardware(address: &[u8]) -> String {
    let pairs: Vec<String> = address.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}
