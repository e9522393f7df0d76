//! Bundles with one thing changed, and what a container of such a bundle says.

use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::host::Host;
use crate::output::Output;

/// The lines of mountinfo (proc_pid_mountinfo(5)) for what lies at or below /m, without their numbers: a script.
pub const SEEN: &str = "cut -d' ' -f5- /proc/self/mountinfo | grep '^/m'";

/// A bundle whose configuration has been changed.
pub fn changed(host: &Host, change: impl FnOnce(&mut Value)) -> Bundle {
    let bundle = host.bundle();
    bundle.config(change);
    bundle
}

/// A bundle with more mounts.
pub fn mounting(host: &Host, mounts: &[Value]) -> Bundle {
    changed(host, |config| config["mounts"].as_array_mut().expect("mounts").extend_from_slice(mounts))
}

/// Runs a script in a container without a network.
pub fn run(host: &Host, bundle: &Bundle, script: &str) -> Output {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).run()
}

/// What a script writes in a container without a network.
#[track_caller]
pub fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    let out = run(host, bundle, script);
    assert_eq!(out.status, 0, "{out}");
    out.stdout
}

/// Fails unless the bundle is refused with one line that holds all of `words`.
#[track_caller]
pub fn refused(host: &Host, change: impl FnOnce(&mut Value), words: &[&str]) {
    let bundle = changed(host, change);
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().starts_with("pontoon: "), "{out}");
    assert!(words.iter().all(|word| out.error().contains(word)), "{words:?} are not all in {out}");
}

/// What a container with these mounts is refused with.
#[track_caller]
pub fn refused_mounts(host: &Host, mounts: &[Value]) -> Output {
    let bundle = mounting(host, mounts);
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().starts_with("pontoon: "), "{out}");
    out
}

/// An entry of `mounts`: a tmpfs.
pub fn tmpfs(place: &str, options: &str) -> Value {
    json!({"destination": place, "type": "tmpfs", "source": "tmpfs", "options": words(options)})
}

/// An entry of `mounts` without a type.
pub fn bind(source: &str, place: &str, options: &str) -> Value {
    json!({"destination": place, "source": source, "options": words(options)})
}

/// Options of a mount, which commas separate.
pub fn words(options: &str) -> Value {
    options.split(',').filter(|word| !word.is_empty()).collect()
}
