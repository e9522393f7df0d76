#![doc = include_str!("../README.md")]

pub mod describe;
mod error;
pub mod flow;
mod hardware;
pub mod kernel;
pub mod nft;
mod request;
pub mod route;
mod socket;
pub mod tc;
pub mod wire;

pub use error::Error;
pub use hardware::HardwareAddress;
pub(crate) use hardware::hardware;
pub use request::{Decode, Operation, Request};
pub use socket::{Event, Exchange, Outcome, Protocol, Socket};
