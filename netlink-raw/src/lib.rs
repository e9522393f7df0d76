#![doc = include_str!("../README.md")]

pub mod describe;
mod error;
pub mod flow;
mod hardware;
mod in_place;
pub mod kernel;
mod name;
pub mod nft;
mod request;
pub mod route;
mod socket;
pub mod tc;
pub mod wire;

pub use error::Error;
pub use hardware::HardwareAddress;
pub(crate) use hardware::hardware;
pub use name::Name;
pub use request::{Decode, Operation, Request};
pub use socket::{Event, Exchange, Outcome, Protocol, Socket};
