//! Pontoon: a container runtime of raw system calls that does its own networking.

pub mod abi;
pub mod cli;
pub mod error;
pub mod network;
pub mod plan;
pub mod spec;
pub mod state;
pub mod sys;
