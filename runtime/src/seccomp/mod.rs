//! linux.seccomp: the profile becomes a program for the kernel (BPF), once for all containers that have it.
//!
//! libseccomp compiles, in the parent and before clone3; what comes out is kept (`cache`). The child loads it
//! (`setup/seccomp.rs`), or the airlock does.

mod agent;
mod bpf;
mod cache;
mod compile;
pub mod features;
mod newer;
mod shorten;

pub use agent::Agent;

use crate::error::{Doing, Error, Result};
use crate::plan::Plan;
use crate::plan::seccomp::Filter;
use crate::state::{Container, State};
use crate::sys;
use crate::sys::seccomp::{FLAGS, NEW_LISTENER, supports};

/// A program that the kernel asks about every system call, and how it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its instructions (`struct sock_filter`), of eight bytes each.
    pub instructions: Vec<u8>,
    /// The flags of seccomp(2).
    pub flags: u32,
    /// What it does, in short.
    pub summary: String,
}

/// The filter of a container that is started, compiled if no container had the same before. It is left in the
/// container's directory for those who join.
///
/// # Errors
/// A profile that libseccomp refuses, a flag that the kernel does not have, a state that can't be written.
pub fn prepare(state: &State, plan: &Plan, container: &Container) -> Result<Option<Program>> {
    let (Some(profile), Some(filter)) = (&plan.seccomp, &plan.process.filter) else { return Ok(None) };
    let instructions = cache::program(&state.filters(), profile, &container.filter())?;
    program(instructions, filter).map(Some)
}

/// The filter of a container that runs, for a program that joins it.
///
/// # Errors
/// It is not to be found in the container's directory.
pub fn of(container: &Container) -> Result<Option<Program>> {
    let Some(filter) = &container.record.filter else { return Ok(None) };
    let path = container.filter();
    let missing = || Error::Usage(format!("{}: not the filter that was left there", path.display()));
    program(cache::read(&path).ok_or_else(missing)?.1, filter).map(Some)
}

fn program(instructions: Vec<u8>, filter: &Filter) -> Result<Program> {
    let names: Vec<String> = filter.flags.iter().map(features::flag_name).collect();
    let wanted = |(name, _): &&(&str, u32)| names.iter().any(|other| other == name);
    let flags = FLAGS.iter().filter(wanted).fold(0, |flags, (_, bit)| flags | bit);
    let flags = if filter.listener.is_some() { flags | NEW_LISTENER } else { flags };
    if !supports(flags) {
        let refused = sys::Error {
            call: "seccomp",
            arguments: format!("SECCOMP_SET_MODE_FILTER, {}", names.join("|")),
            errno: nix::errno::Errno::EINVAL,
        };
        return Err(refused).doing(|| "linux.seccomp.flags".to_owned());
    }
    Ok(Program { instructions, flags, summary: filter.summary.clone() })
}
