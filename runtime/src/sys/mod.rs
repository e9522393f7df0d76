//! The gate of system calls: whatever Pontoon asks of the kernel in order to change something passes
//! here (messages pass the other gate, `netlink_raw::Socket`).
//!
//! Each function is one system call, named as the kernel names it. It carries its arguments into the
//! error, tells [`gate`] what it did when somebody listens (`--explain`), and does nothing at all but
//! tell in a rehearsal (`--dry-run`). This is also the only place with `unsafe` code.

#![allow(unsafe_code)]

pub mod bpf;
pub mod clone;
mod context;
pub mod copy;
pub mod fifo;
pub mod file;
pub mod flags;
pub mod gate;
pub mod hook;
pub mod ids;
pub mod inet;
pub mod inherited;
mod inside;
pub mod keyring;
pub mod linger;
pub mod local_time;
pub mod memory;
pub mod mount;
pub mod netdevice;
mod node;
pub mod other;
pub mod packet;
pub mod path_mount;
#[cfg(feature = "pcap")]
pub mod pcap;
pub mod pivot;
pub mod port;
pub mod process;
pub mod scheduler;
pub mod seccomp;
pub mod shared;
pub mod signals;
pub mod socket;
pub mod stream;
pub mod terminal;
pub mod tun;
pub mod visit;

pub use gate::{Error, Result};
