//! Netlink, exact and small: see the crate README.
