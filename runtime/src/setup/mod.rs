//! The child's steps: what turns a clone of Pontoon into the container. Each walks its part of the plan and
//! decides nothing.

pub mod devices;
pub mod exec;
pub mod identity;
pub mod mounts;
pub mod namespaces;
pub mod paths;
pub mod root;
pub mod scheduling;
pub mod seccomp;
pub mod streams;
pub mod sysctl;
