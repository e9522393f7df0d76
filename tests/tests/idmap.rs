//! Mounts that show other owners than what is on the disk.

use std::os::unix::fs::{MetadataExt, lchown};
use std::path::PathBuf;

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

fn mapping(disk: u32, shown: u32, count: u32) -> Value {
    json!([{"containerID": disk, "hostID": shown, "size": count}])
}

/// A directory with a file of 1000:1000, and one below it.
fn data(host: &Host) -> PathBuf {
    let data = host.dir().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("file"), "words\n").unwrap();
    lchown(&data, Some(1000), Some(1000)).unwrap();
    lchown(data.join("file"), Some(1000), Some(1000)).unwrap();
    data
}

/// A bundle that binds `data` as /data with these options and mappings.
fn bundle(host: &Host, data: &std::path::Path, options: &[&str], mappings: Option<Value>) -> Bundle {
    let bundle = host.bundle();
    bundle.config(|config| {
        let mut mount = json!({"destination": "/data", "type": "bind", "source": data, "options": options});
        if let Some(mappings) = mappings {
            mount["uidMappings"] = mappings.clone();
            mount["gidMappings"] = mappings;
        }
        config["mounts"].as_array_mut().unwrap().push(mount);
    });
    bundle
}

fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).ok().stdout
}

const LOOK: &str = "stat -c '%u:%g' /data/file; touch /data/made && stat -c '%u:%g' /data/made";

#[test]
fn owners_are_shown_and_kept_as_mapped() {
    let host = Host::new();
    let data = data(&host);
    let bundle = bundle(&host, &data, &["rbind"], Some(mapping(1000, 0, 10)));
    assert_eq!(says(&host, &bundle, LOOK), "0:0\n0:0\n");
    let made = data.join("made").metadata().unwrap();
    assert_eq!((made.uid(), made.gid()), (1000, 1000));
    host.finish();
}

#[test]
fn in_a_user_namespace_the_disk_keeps_what_is_seen_inside() {
    let host = Host::new();
    let data = data(&host);
    for options in [&["bind", "idmap"][..], &["rbind", "ridmap"]] {
        let bundle = bundle(&host, &data, options, None);
        bundle.namespace("user", None).config(|config| {
            // The root directory stays usable as it is: only 1000 and up are somebody else outside.
            let lines = json!([
                {"containerID": 0, "hostID": 0, "size": 1000},
                {"containerID": 1000, "hostID": 101_000, "size": 1000}
            ]);
            config["linux"]["uidMappings"] = lines.clone();
            config["linux"]["gidMappings"] = lines;
            config["process"]["user"] = json!({"uid": 1000, "gid": 1000});
        });
        assert_eq!(says(&host, &bundle, LOOK), "1000:1000\n1000:1000\n", "{options:?}");
        let made = data.join("made").metadata().unwrap();
        assert_eq!((made.uid(), made.gid()), (1000, 1000), "{options:?}");
        std::fs::remove_file(data.join("made")).unwrap();
    }
    host.finish();
}

#[test]
fn other_attributes_hold_too() {
    let host = Host::new();
    let data = data(&host);
    let bundle = bundle(&host, &data, &["rbind", "ro", "nosuid", "rprivate"], Some(mapping(1000, 0, 10)));
    let script =
        "stat -c %u /data/file; touch /data/x 2>/dev/null || echo unwritable; grep ' /data ' /proc/mounts";
    let said = says(&host, &bundle, script);
    assert!(
        said.starts_with("0\nunwritable\n") && said.contains("ro,nosuid") && said.contains("idmapped"),
        "{said}"
    );
    host.finish();
}

#[test]
fn mounts_below_are_mapped_when_asked() {
    let host = Host::new();
    let data = data(&host);
    std::fs::create_dir(data.join("below")).unwrap();
    let other = host.dir().join("other");
    std::fs::create_dir(&other).unwrap();
    lchown(&other, Some(1000), Some(1000)).unwrap();
    host.sh(&format!("mount --bind {} {}/below", other.display(), data.display())).ok();
    let script = "stat -c %u /data/file /data/below";
    let alone = bundle(&host, &data, &["rbind", "idmap"], Some(mapping(1000, 0, 10)));
    assert_eq!(says(&host, &alone, script), "0\n1000\n");
    let all = bundle(&host, &data, &["rbind", "ridmap"], Some(mapping(1000, 0, 10)));
    assert_eq!(says(&host, &all, script), "0\n0\n");
    host.sh(&format!("umount {}/below", data.display())).ok();
    host.finish();
}

#[test]
fn what_is_mounted_inside_stays_inside() {
    let host = Host::new();
    let data = data(&host);
    std::fs::create_dir(data.join("below")).unwrap();
    host.sh(&format!("mount --bind {0} {0} && mount --make-shared {0}", data.display())).ok();
    let bundle = bundle(&host, &data, &["rbind"], Some(mapping(1000, 0, 10)));
    bundle.config(|config| {
        // The default profile has no mount(2), as docker's has none without CAP_SYS_ADMIN.
        config["linux"]["seccomp"] = serde_json::Value::Null;
        for set in ["bounding", "effective", "permitted"] {
            config["process"]["capabilities"][set].as_array_mut().unwrap().push("CAP_SYS_ADMIN".into());
        }
    });
    let container = host.start("c1", &["--net=none"], &bundle, "mount -t tmpfs tmpfs /data/below");
    assert_eq!(
        host.sh(&format!("grep -c {}/below /proc/self/mountinfo", data.display())).run().stdout,
        "0\n"
    );
    container.end();
    host.sh(&format!("umount {}", data.display())).ok();
    host.finish();
}

#[test]
fn what_cannot_be_mapped_is_refused() {
    let host = Host::new();
    let data = data(&host);
    let refused = |bundle: &Bundle, expected: &str| {
        let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
        assert!(out.error().contains(expected), "{expected:?} is not in {out}");
    };
    refused(&bundle(&host, &data, &["bind", "idmap"], None), "needs uidMappings");
    refused(&bundle(&host, &data, &["bind"], Some(mapping(0, 0, 0))), "no ids");
    let half = bundle(&host, &data, &["bind"], Some(mapping(1000, 0, 1)));
    half.config(|config| drop(config["mounts"][7].as_object_mut().unwrap().remove("gidMappings")));
    refused(&half, "uidMappings without gidMappings");
    let tmpfs = bundle(&host, &data, &["bind"], Some(mapping(1000, 0, 1)));
    tmpfs.config(|config| {
        config["mounts"][7]["type"] = "tmpfs".into();
        config["mounts"][7]["options"] = json!([]);
    });
    refused(&tmpfs, "only a bind");
    // The kernel's own word for a filesystem that can't.
    let sysfs = bundle(&host, "/sys/kernel".as_ref(), &["bind"], Some(mapping(1000, 0, 1)));
    refused(&sysfs, "MOUNT_ATTR_IDMAP");
    host.finish();
}
