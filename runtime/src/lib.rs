//! Pontoon: a container runtime of raw system calls that does its own networking.

pub mod abi;
pub mod airlock;
pub mod cgroup;
pub mod child;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod device_filter;
pub mod error;
pub mod explain;
pub mod facts;
pub mod handshake;
pub mod hooks;
pub mod keeper;
pub mod launch;
pub mod log;
pub mod names;
pub mod network;
pub mod plan;
pub mod relay;
pub mod seccomp;
pub mod setup;
pub mod spec;
pub mod state;
pub mod supervise;
pub mod sys;
