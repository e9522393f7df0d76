//! A mount namespace that is not the container's own: nothing is mounted in it, and its root stays.

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

/// A bundle that mounts nothing, in these namespaces.
fn bundle(host: &Host, namespaces: Value, script: &str) -> Bundle {
    let bundle = host.bundle();
    bundle.config(|config| {
        config["mounts"] = json!([]);
        config["linux"]["maskedPaths"] = json!([]);
        config["linux"]["readonlyPaths"] = json!([]);
        config["linux"]["namespaces"] = namespaces;
        config["process"]["args"] = json!(["sh", "-c", script]);
    });
    bundle
}

fn kinds(kinds: &[&str]) -> Value {
    kinds.iter().map(|kind| json!({"type": kind})).collect()
}

/// What the mounts of the host, and its root, look like.
fn mounts(host: &Host) -> String {
    host.sh("cat /proc/self/mountinfo; ls -i / /dev").ok().stdout
}

#[test]
fn without_one_the_root_is_changed_for_the_program_alone() {
    let host = Host::new();
    let bundle = bundle(&host, kinds(&["pid", "ipc", "uts", "cgroup"]), "pwd; ls /; stat -c %t:%T /dev/null");
    let before = mounts(&host);
    let said = host.pontoon(&["run", "-b", bundle.path(), "c1"]).ok().stdout;
    assert!(said.starts_with("/\nbin\n") && said.ends_with("\n1:3\n"), "{said}");
    assert_eq!(mounts(&host), before);
    // The nodes are there by now: nobody makes any in a user namespace.
    bundle.nest(0, 1000);
    assert_eq!(host.pontoon(&["run", "-b", bundle.path(), "c1"]).ok().stdout, said);
    assert_eq!(mounts(&host), before);
    host.finish();
}

#[test]
fn one_that_is_there_is_entered_and_left_as_it_is() {
    let host = Host::new();
    let script = "cat /mnt/mark; readlink /proc/self/ns/mnt; id -u";
    let bundle = bundle(&host, json!([]), script);
    let inside =
        format!("mount -t tmpfs tmpfs {0}/mnt && echo words >{0}/mnt/mark", bundle.rootfs().display());
    let proc = format!("mount -t proc proc {}/proc", bundle.rootfs().display());
    let script = format!("{inside} && {proc} && echo $$ && exec sleep 1000");
    let other = host.cmd("unshare").args(&["--mount", "sh", "-c", &script]).spawn();
    other.wait_for_stdout("\n");
    let pid = other.stdout().trim().to_owned();
    let before = host.sh(&format!("cat /proc/{pid}/mountinfo")).ok().stdout;
    let namespace = host.sh(&format!("readlink /proc/{pid}/ns/mnt")).ok().stdout;
    let path = format!("/proc/{pid}/ns/mnt");
    bundle.config(|config| {
        config["linux"]["namespaces"] = json!([{"type": "mount", "path": path}, {"type": "ipc"}]);
    });
    for _ in 0..2 {
        let said = host.pontoon(&["run", "-b", bundle.path(), "c1"]).ok().stdout;
        assert_eq!(said, format!("words\n{namespace}0\n"));
        assert_eq!(host.sh(&format!("cat /proc/{pid}/mountinfo")).ok().stdout, before);
        bundle.nest(0, 1000);
    }
    host.sh(&format!("kill {pid}")).ok();
    other.wait();
    host.finish();
}

#[test]
fn what_needs_mounts_is_refused() {
    let host = Host::new();
    let refused = |change: fn(&mut Value), expected: &str| {
        let bundle = bundle(&host, kinds(&["pid"]), "true");
        bundle.config(change);
        let out = host.pontoon(&["run", "-b", bundle.path(), "c1"]).run();
        assert!(out.status != 0 && out.error().contains(expected), "{expected:?} is not in {out}");
        assert!(out.error().contains("needs a new mount namespace"), "{out}");
    };
    let mount = |config: &mut Value| {
        config["mounts"] = json!([{"destination": "/proc", "type": "proc", "source": "proc"}]);
    };
    refused(mount, "mount /proc");
    refused(|config| config["linux"]["maskedPaths"] = json!(["/proc/keys"]), "maskedPaths: /proc/keys");
    refused(|config| config["linux"]["readonlyPaths"] = json!(["/proc/sys"]), "readonlyPaths: /proc/sys");
    refused(|config| config["root"]["readonly"] = true.into(), "root.readonly");
    refused(|config| config["process"]["terminal"] = true.into(), "process.terminal");
    host.finish();
}
