//! Tests in a network namespace of their own.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

const INSIDE: &str = "NETLINK_RAW_TEST_INSIDE";

/// Whether this is the test proper: in a namespace of its own. Otherwise it has been run there.
pub(crate) fn inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        eprintln!("skipped: needs root");
        return false;
    }
    let output = Command::new("unshare")
        .arg("--net")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
    false
}
