//! The program `pontoon`.
fn main() {}
