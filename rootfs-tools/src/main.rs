//! The program `rootfs`: bundles to run.
fn main() {}
