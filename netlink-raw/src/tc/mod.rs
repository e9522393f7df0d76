//! Traffic control: queueing disciplines, filters and their actions, as plain structs: `struct tcmsg` and `TCA_*`.
//!
//! Rates are in bytes a second, as the kernel has them; `tc` writes bits a second.
//!
//! Sources: tc(8), tc-tbf(8), tc-mirred(8), tc-police(8), `include/uapi/linux/pkt_sched.h` and `pkt_cls.h`,
//! `net/sched/` of the kernel.

mod action;
mod filter;
mod qdisc;
pub(crate) mod rate;
#[cfg(test)]
mod tests;

pub use action::{Action, Mirred, Police};
pub use filter::{Classifier, Filter, U32Key};
pub use qdisc::{Discipline, Qdisc, Tbf};

use crate::wire::field;

/// Bytes of `struct tcmsg`.
const HEADER: usize = 20;

/// `struct tcmsg`: family, padding, index, handle, parent, info.
fn header(index: u32, handle: u32, parent: u32, info: u32) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    for (place, number) in [index, handle, parent, info].into_iter().enumerate() {
        bytes[4 + 4 * place..][..4].copy_from_slice(&number.to_ne_bytes());
    }
    bytes
}

/// Index, handle, parent, info.
fn read_header(bytes: &[u8; HEADER]) -> [u32; 4] {
    [4, 8, 12, 16].map(|at| u32::from_ne_bytes(field(bytes, at)))
}
