//! Bundles to run: directories with a `config.json` and a root file system.
//!
//! The program `rootfs` is a thin shell around [`bundle::busybox`]. A runtime that is given a bare
//! root file system takes [`default_config`], so that both run a program the same way.

pub mod bundle;
pub mod busybox;
mod config;
mod debian;
mod elf;
mod error;
mod journal;
mod skeleton;

pub use config::{config_running, default_config};
pub use error::Error;
