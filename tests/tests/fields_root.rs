//! Nodes and paths in the root, and config.json as a whole: its version, what nobody knows, what is missing.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, symlink};

use pontoon_tests::configured::{changed, refused, run, says};
use pontoon_tests::{Bundle, Host};
use serde_json::json;

#[test]
fn device_nodes_are_made_wherever_they_are_wanted() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["linux"]["devices"] = json!([
            {"path": "/opt/deep/zero", "type": "c", "major": 1, "minor": 5, "fileMode": 0o640, "uid": 3, "gid": 4},
            {"path": "/dev/loop", "type": "b", "major": 7, "minor": 0, "fileMode": 0o600},
            {"path": "/dev/sub/pipe", "type": "p", "fileMode": 0o622},
            {"path": "/dev/unbuffered", "type": "u", "major": 1, "minor": 3},
            {"path": "/dev/null", "type": "c", "major": 1, "minor": 3, "fileMode": 0o600},
            {"path": "/dev/ptmx", "type": "c", "major": 5, "minor": 2},
        ]);
    });
    let look = "stat -c '%n %F %a %u:%g %t:%T' /opt/deep/zero /dev/loop /dev/sub/pipe /dev/unbuffered /dev/null; readlink /dev/ptmx";
    let expected = "/opt/deep/zero character special file 640 3:4 1:5\n/dev/loop block special file 600 0:0 7:0\n\
                    /dev/sub/pipe fifo 622 0:0 0:0\n/dev/unbuffered character special file 666 0:0 1:3\n\
                    /dev/null character special file 600 0:0 1:3\npts/ptmx\n";
    assert_eq!(says(&host, &bundle, look), expected);
    // The node in the rootfs is still there, and is the one: it is made once.
    assert!(fs::metadata(bundle.rootfs().join("opt/deep/zero")).unwrap().file_type().is_char_device());
    assert_eq!(says(&host, &bundle, look), expected);
    let device = |path: &str, kind: &str| json!([{"path": path, "type": kind, "major": 1, "minor": 3}]);
    refused(&host, |c| c["linux"]["devices"] = device("/etc/passwd", "c"), &["/etc/passwd", "exists"]);
    refused(&host, |c| c["linux"]["devices"] = device("relative", "c"), &["relative"]);
    refused(&host, |c| c["linux"]["devices"] = device("/a/../b", "c"), &["/a/../b"]);
    refused(&host, |c| c["linux"]["devices"] = device("/dev/x", "a"), &["type c, b or p"]);
    host.finish();
}

#[test]
fn a_device_node_stays_in_the_root() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["linux"]["devices"] = json!([{"path": "/out/node", "type": "c", "major": 1, "minor": 3}]);
    });
    let outside = host.dir().join("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, bundle.rootfs().join("out")).unwrap();
    run(&host, &bundle, "true");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "a node was made on the host");
    host.finish();
}

#[test]
fn a_bound_dev_is_left_alone() {
    let host = Host::new();
    let dev = host.dir().join("dev");
    host.sh(&format!("mkdir -p {0}/pts {0}/shm {0}/mqueue && mknod {0}/null c 1 3", dev.display())).ok();
    let bundle = changed(&host, |config| {
        for mount in config["mounts"].as_array_mut().unwrap() {
            if mount["destination"] == "/dev" {
                *mount = json!({"destination": "/dev", "source": dev, "options": ["rbind"]});
            }
        }
    });
    assert_eq!(says(&host, &bundle, "ls /dev"), "mqueue\nnull\npts\nshm\n");
    let names = fs::read_dir(&dev).unwrap().count();
    assert_eq!(names, 4, "nothing is made in it");
    assert_eq!(fs::metadata(dev.join("null")).unwrap().rdev(), nix::sys::stat::makedev(1, 3));
    host.finish();
}

#[test]
fn masked_and_unwritable_paths_of_every_kind() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["linux"]["maskedPaths"] =
            json!(["/srv/file", "/srv/dir", "/srv/link", "/srv/missing", "/srv/file/below", "/srv/dangling"]);
        config["linux"]["readonlyPaths"] =
            json!(["/opt/file", "/opt/dir", "/opt/link", "/opt/missing", "/opt/tree"]);
        let tree = json!({"destination": "/opt/tree/sub", "type": "tmpfs", "source": "tmpfs"});
        config["mounts"].as_array_mut().unwrap().push(tree);
    });
    let make = "mkdir -p srv/dir opt/dir && echo s >srv/file && echo s >srv/dir/file && echo s >srv/target
        ln -s target srv/link && ln -s nowhere srv/dangling && echo o >opt/file && echo o >opt/dir/file && echo o >opt/target && ln -s target opt/link";
    host.sh(make).current_dir(bundle.rootfs()).ok();
    let script = "cat /srv/file /srv/link /srv/target; ls /srv/dir; ls -d /srv/missing /srv/nowhere
        for f in /opt/file /opt/dir/file /opt/link /opt/target /opt/tree/x /opt/tree/sub/x; do (echo x >$f) && echo $f; done
        cat /opt/file /opt/dir/file; echo x >/opt/new && echo done";
    let out = run(&host, &bundle, script);
    assert_eq!(out.stdout, "o\no\ndone\n", "{out}");
    host.finish();
}

#[test]
fn versions_of_the_specification() {
    let host = Host::new();
    for good in ["1.0.0", "1.0.2-dev", "1.2.0+dev", "1.99.7"] {
        says(&host, &changed(&host, |config| config["ociVersion"] = good.into()), "true");
    }
    for bad in ["2.0.0", "garbage", "1.0", ""] {
        refused(&host, |config| config["ociVersion"] = bad.into(), &["ociVersion", bad]);
    }
    refused(
        &host,
        |config| drop(config.as_object_mut().unwrap().remove("ociVersion")),
        &["ociVersion", "missing"],
    );
    host.finish();
}

#[test]
fn what_nobody_knows_is_ignored_and_what_is_optional_may_be_missing() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["surprise"] = json!({"a": 1});
        config["process"]["mood"] = "good".into();
        config["linux"]["weather"] = json!(["rain"]);
        config["mounts"][0]["colour"] = "red".into();
        config["windows"] = json!({"layerFolders": []});
    });
    let out = run(&host, &bundle, "echo ran");
    assert!(out.stdout == "ran\n" && out.stderr.contains("windows is for another platform"), "{out}");
    let bare = changed(&host, |config| {
        let root = config["root"].clone();
        let process = json!({"user": {}, "cwd": "/", "args": ["sh"]});
        *config = json!({"ociVersion": "1.0.0", "root": root, "process": process});
    });
    assert_eq!(says(&host, &bare, "echo $$"), "1\n");
    refused(&host, |config| drop(config.as_object_mut().unwrap().remove("process")), &["process"]);
    refused(&host, |config| drop(config.as_object_mut().unwrap().remove("root")), &["root"]);
    refused(&host, |config| config["vm"] = json!({"kernel": {"path": "/vmlinuz"}}), &["vm"]);
    let intact = changed(&host, |config| config["root"] = json!({"path": bundle.rootfs(), "readonly": true}));
    assert_eq!(says(&host, &intact, "touch /x 2>/dev/null || echo ro"), "ro\n");
    host.finish();
}

#[test]
fn annotations_change_nothing() {
    let host = Host::new();
    let look = "grep -E 'Cap|Seccomp|NoNew' /proc/self/status; cut -d' ' -f5- /proc/self/mountinfo | sed 's/containers.[0-9a-f]*//'
        ls /proc/self/fd; id; readlink /proc/self/ns/net | cut -c1-4; hostname >/dev/null; umask";
    let plain = says(&host, &host.bundle(), look);
    let bundle = changed(&host, |config| {
        config["annotations"] = json!({
            "run.oci.keep_original_groups": "1", "run.oci.pidfd_receiver": "/x", "run.oci.seccomp_fail_unknown_syscall": "1",
            "run.oci.handler": "krun", "run.oci.systemd.force_cgroup_v1": "/sys/fs/cgroup", "run.oci.mount_context_type": "rootcontext",
            "run.oci.hooks.stdout": "/tmp/stdout", "run.oci.systemd.subgroup": "x", "run.oci.delegate-cgroup": "x",
            "run.oci.timens_offset": "monotonic 1", "run.oci.seccomp.receiver": "/x",
            "org.systemd.property.TasksMax": "1", "org.criu.config": "/x", "io.katacontainers.config": "x",
            "org.opencontainers.image.stopSignal": "9", "io.podman.annotations.privileged": "TRUE",
        });
    });
    let paths = |text: &str, bundle: &Bundle| text.replace(bundle.path(), "");
    let annotated = says(&host, &bundle, look);
    let strip = |text: &str| {
        text.lines().map(|line| line.replace("bundle1", "").replace("bundle2", "")).collect::<Vec<_>>()
    };
    assert_eq!(strip(&paths(&annotated, &bundle)), strip(&plain));
    host.finish();
}
