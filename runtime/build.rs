//! Has the functions that a start uses placed side by side in the released program, so that it touches few of its pages.

use std::env;

fn main() -> Result<(), env::VarError> {
    println!("cargo::rerun-if-changed=hot.ld");
    if env::var("PROFILE")? == "release" {
        let directory = env::var("CARGO_MANIFEST_DIR")?;
        println!("cargo::rustc-link-arg-bin=pontoon=-Wl,-T,{directory}/hot.ld");
    }
    Ok(())
}
