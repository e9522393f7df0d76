//! Where the programs under test are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program `name` of this workspace, beside this test; built first where it is absent.
///
/// One that is there is taken as it is: `./just test` builds before it tests.
pub(crate) fn path(name: &str) -> PathBuf {
    let path = directory().join(name);
    if !path.exists() {
        build();
    }
    assert!(path.exists(), "{} is not there, nor made by cargo build", path.display());
    path
}

/// `target/…/debug`, two above the test's own file in `deps`.
fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let test = std::env::current_exe().expect("the test's own path");
        test.ancestors().nth(2).expect("a test lies in target/…/deps").to_owned()
    })
}

/// Builds all programs, once, as the test itself was built.
fn build() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["build", "--quiet", "--workspace", "--bins"]);
        cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        if directory().ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().expect("cargo").success(), "cargo build");
    });
}
