//! Pontoon run by somebody who is not root.

use std::os::unix::fs::lchown;

use pontoon_tests::{Bundle, Cmd, Host};
use serde_json::{Value, json};

/// Who it is: `nobody`, whom every host knows.
const USER: u32 = 65_534;

/// `pontoon ARGS`, by that one, whose state and bundles are in the host's directory.
fn pontoon<'h>(host: &'h Host, args: &[&str]) -> Cmd<'h> {
    let path = host.pontoon_path();
    let who = ["--reuid", "65534", "--regid", "65534", "--clear-groups", path.to_str().unwrap()];
    let runtime = host.dir().join("runtime");
    host.cmd("setpriv").args(&who).args(args).env("XDG_RUNTIME_DIR", runtime.to_str().unwrap())
}

fn namespaces(kinds: &str) -> Value {
    kinds.split(' ').map(|kind| json!({"type": kind})).collect()
}

/// A bundle of that one's, whose root is that one, and nobody else is anybody.
fn bundle(host: &Host) -> Bundle {
    host.sh(&format!("chmod 755 {}", host.dir().display())).ok();
    let runtime = host.dir().join("runtime");
    if !runtime.exists() {
        std::fs::create_dir(&runtime).unwrap();
    }
    lchown(&runtime, Some(USER), Some(USER)).unwrap();
    let bundle = host.bundle();
    bundle.nest(USER, 1).config(|config| {
        config["linux"].as_object_mut().unwrap().remove("resources");
        for mount in config["mounts"].as_array_mut().unwrap() {
            // Nobody inside is the group of terminals.
            mount["options"].as_array_mut().unwrap().retain(|option| option != "gid=5");
        }
    });
    bundle.give_to(USER);
    bundle
}

/// Lets that one have other ids besides.
fn subordinate(host: &Host) {
    let file = host.dir().join("subid");
    std::fs::write(&file, "nobody:200000:65536\n").unwrap();
    for name in ["subuid", "subgid"] {
        host.sh(&format!("mount --bind {} /etc/{name}", file.display())).ok();
    }
}

fn many(bundle: &Bundle) {
    bundle.config(|config| {
        config["linux"]["uidMappings"] = json!([
            {"containerID": 0, "hostID": USER, "size": 1},
            {"containerID": 1, "hostID": 200_000, "size": 65_536}
        ]);
        config["linux"]["gidMappings"] = config["linux"]["uidMappings"].clone();
    });
}

#[test]
fn a_user_is_root_inside() {
    let host = Host::new();
    let bundle = bundle(&host);
    let script =
        "id -u; cat /proc/self/uid_map | tr -s ' '; cat /proc/self/setgroups; touch /made; stat -c %u /made
        ip -o addr show lo | grep -c 127.0.0.1; echo x >/dev/null; cat /proc/sys/kernel/hostname
        grep -E '^Cap(Inh|Eff)' /proc/self/status";
    let run = ["run", "--rm", "--net=none", "--hostname=inside", bundle.path(), "sh", "-c", script];
    let expected =
        "0\n 0 65534 1\ndeny\n0\n1\ninside\nCapInh:\t0000000000000000\nCapEff:\t00000000a80425fb\n";
    assert_eq!(pontoon(&host, &run).ok().stdout, expected);
    let owner = host.sh(&format!("stat -c %u {}/made", bundle.rootfs().display())).ok();
    assert_eq!(owner.line(), "65534");
    host.finish();
}

#[test]
fn containers_are_kept_entered_and_removed() {
    let host = Host::new();
    let bundle = bundle(&host);
    let script = "echo hello >/dev/stdout; exec sleep 1000";
    pontoon(&host, &["run", "-d", "--name=c1", "--net=none", bundle.path(), "sh", "-c", script]).ok();
    let list = |who: &str| {
        let script = format!(
            "cd /proc/{who}/ns && for ns in pid mnt net ipc uts cgroup user; do readlink $ns; done
            grep -E '^(Cap|Uid|Gid|Groups|NoNewPrivs)' /proc/{who}/status"
        );
        pontoon(&host, &["exec", "c1", "sh", "-c", &script]).ok().stdout
    };
    assert_eq!(list("self"), list("1"));
    host.wait_for("its words", || pontoon(&host, &["logs", "c1"]).ok().stdout == "hello\n");
    let terminal = pontoon(&host, &["exec", "-t", "c1", "sh", "-c", "tty"]).at_terminal().wait();
    assert!(terminal.stdout.contains("/dev/pts/0"), "{terminal}");
    assert!(pontoon(&host, &["ps"]).ok().stdout.contains("c1"));
    // Its state is its own, and root's another.
    assert!(!host.pontoon(&["ps"]).ok().stdout.contains("c1"));
    pontoon(&host, &["rm", "-f", "c1"]).ok();
    bundle.config(|config| config["process"]["args"] = json!(["sh", "-c", "id -u; exec sleep 1000"]));
    let create = pontoon(&host, &["create", "-b", bundle.path(), "c2"]).spawn();
    host.wait_for("the container", || {
        pontoon(&host, &["state", "c2"]).run().stdout.contains("\"status\": \"created\"")
    });
    pontoon(&host, &["start", "c2"]).ok();
    create.wait_for_stdout("0\n");
    assert_eq!(pontoon(&host, &["exec", "c2", "id", "-u"]).ok().stdout, "0\n");
    pontoon(&host, &["delete", "--force", "c2"]).ok();
    assert_eq!(create.wait().stdout, "0\n");
    host.finish();
}

#[test]
fn other_ids_come_from_newuidmap() {
    let host = Host::new();
    let bundle = bundle(&host);
    many(&bundle);
    let refused = pontoon(&host, &["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(refused.error().contains("newgidmap"), "{refused}");
    subordinate(&host);
    let script =
        "id -u; cat /proc/self/gid_map | tr -s ' '; cat /proc/self/setgroups; touch /made; chown 5 /made
        grep Groups /proc/self/status";
    let run = ["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script];
    assert_eq!(pontoon(&host, &run).ok().stdout, "0\n 0 65534 1\n 1 200000 65536\nallow\nGroups:\t \n");
    let owner = host.sh(&format!("stat -c %u {}/made", bundle.rootfs().display())).ok();
    assert_eq!(owner.line(), "200004");
    let user = [
        "run",
        "-d",
        "--name=c1",
        "--net=none",
        "-u",
        "7",
        bundle.path(),
        "sh",
        "-c",
        "echo hello >/dev/stdout",
    ];
    pontoon(&host, &user).ok();
    host.wait_for("its words", || pontoon(&host, &["logs", "c1"]).ok().stdout == "hello\n");
    pontoon(&host, &["rm", "-f", "c1"]).ok();
    host.sh("umount /etc/subuid /etc/subgid").ok();
    host.finish();
}

#[test]
fn cgroups_are_shown_and_not_changed() {
    let host = Host::new();
    let bundle = bundle(&host);
    bundle.config(|config| {
        config["linux"]["namespaces"] = namespaces("pid mount network ipc uts user");
        for mount in config["mounts"].as_array_mut().unwrap() {
            mount["options"].as_array_mut().unwrap().retain(|option| option != "ro");
        }
    });
    // CVE-2023-25809
    let script = "cd /sys/fs/cgroup && ls -d . && for d in . *; do
            echo 0 2>/dev/null >$d/cgroup.procs && echo written; mkdir $d/new 2>/dev/null && echo made
        done; grep ' /sys/fs/cgroup' /proc/mounts | grep -v ' ro,' ; true";
    let run = ["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script];
    assert_eq!(pontoon(&host, &run).ok().stdout, ".\n");
    host.finish();
}

#[test]
fn what_needs_root_is_refused() {
    let host = Host::new();
    let refused = |bundle: &Bundle, net: &str, expected: &str| {
        let out = pontoon(&host, &["run", net, bundle.path(), "true"]).fails(125);
        assert!(out.error().contains(expected), "{expected:?} is not in {out}");
    };
    refused(&bundle(&host), "--net=bridge", "needs root");
    let limited = bundle(&host);
    limited.config(|config| config["linux"]["resources"] = json!({"pids": {"limit": 10}}));
    refused(&limited, "--net=none", "no cgroup that this user may change");
    let grouped = bundle(&host);
    grouped.config(|config| config["process"]["user"]["additionalGids"] = json!([0]));
    refused(&grouped, "--net=none", "nobody may set groups");
    let plain = host.bundle();
    refused(&plain, "--net=none", "needs root");
    let stranger = bundle(&host);
    stranger.config(|config| config["linux"]["uidMappings"][0]["hostID"] = 0.into());
    refused(&stranger, "--net=none", "newuidmap");
    host.finish();
}

#[test]
fn what_spec_writes_is_run() {
    let host = Host::new();
    let bundle = bundle(&host);
    std::fs::remove_file(bundle.config_file()).unwrap();
    pontoon(&host, &["spec", "--rootless", "-b", bundle.path()]).ok();
    bundle.config(|config| config["process"]["args"] = json!(["id", "-u"]));
    let out = pontoon(&host, &["run", "-b", bundle.path(), "c1"]).at_terminal().wait();
    assert!(out.status == 0 && out.stdout.trim() == "0", "{out}");
    host.finish();
}

#[test]
fn the_hosts_network_may_be_shared() {
    let host = Host::new();
    let bundle = bundle(&host);
    let script =
        "readlink /proc/self/ns/net; ls -d /sys/class/net/lo; touch /sys/x 2>/dev/null || echo unwritable";
    let run = ["run", "--rm", "--net=host", bundle.path(), "sh", "-c", script];
    let said = pontoon(&host, &run).ok().stdout;
    assert_eq!(
        said,
        format!("{}/sys/class/net/lo\nunwritable\n", host.sh("readlink /proc/self/ns/net").ok().stdout)
    );
    host.finish();
}
