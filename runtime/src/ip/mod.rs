//! Links, addresses, routes, neighbours and network namespaces in `ip`'s words: what it takes, and what it prints.
//!
//! Source: ip(8), ip-link(8), ip-address(8), and what iproute2 6.1 prints.

pub mod addr;
pub mod answer;
pub mod attributes;
pub mod batch;
pub mod flushed;
pub mod help;
pub mod inside;
pub mod link;
pub mod links;
pub mod list;
pub mod lladdr;
pub mod named;
pub mod neigh;
pub mod netns;
pub mod output;
pub mod pattern;
pub mod prefix;
pub mod route;
pub mod tuntap;
pub mod words;

pub use output::{Form, Output, Value};
pub use words::Words;
