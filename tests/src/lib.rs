//! The harness of the integration tests: they run the real programs on the real kernel.
//!
//! ```ignore
//! let host = Host::new();
//! let bundle = host.bundle();
//! let out = host.pontoon(&["run", "--net=none", bundle.path(), "echo", "hello"]).ok();
//! assert_eq!(out.stdout, "hello\n");
//! host.finish();
//! ```
//!
//! A [`Host`] is a machine in small: network, mount and process namespaces, `/run` and cgroups of its
//! own. So tests run side by side, and what one leaves behind is seen, and said, by
//! [`Host::finish`], and does not outlive it.
//!
//! No test sleeps. What happens in its own time is awaited with [`Host::wait_for`], the one place where
//! something is asked again and again, and not for ever.

mod bundle;
mod cgroups;
mod command;
pub mod configured;
mod container;
mod host;
pub mod ip;
mod leftovers;
mod limits;
mod oci;
mod output;
mod programs;
mod terminal;
mod traffic;
mod wait;

pub use bundle::Bundle;
pub use command::{Cmd, Running};
pub use container::Container;
pub use host::Host;
pub use limits::Limits;
pub use oci::Created;
pub use output::Output;
pub use terminal::Terminal;
pub use traffic::Server;
