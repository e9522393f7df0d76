//! The mounts of config.json and their options, as the program inside sees them.

use std::fs;
use std::os::unix::fs::symlink;

use pontoon_tests::Host;
use pontoon_tests::configured::{SEEN, bind, mounting, refused_mounts, run, says, tmpfs, words};
use serde_json::json;

/// Fails unless the options of the mount, before the `-`, hold and lack these words.
#[track_caller]
fn has(seen: &str, place: &str, present: &[&str], absent: &[&str]) {
    let line = seen.lines().find(|line| line.starts_with(&format!("{place} "))).unwrap_or_else(|| {
        panic!("{place} is not mounted: {seen}");
    });
    let options: Vec<&str> = line.split(" - ").next().unwrap().split([' ', ',']).collect();
    assert!(present.iter().all(|word| options.contains(word)), "{present:?} are not all in {line}");
    assert!(!absent.iter().any(|word| options.contains(word)), "one of {absent:?} is in {line}");
}

#[test]
fn attributes_hold_for_the_mount_and_recursive_ones_for_those_below() {
    let host = Host::new();
    let seen = |options: &str| {
        let bundle = mounting(&host, &[bind("tree", "/m", options)]);
        let make =
            "mkdir -p tree/sub && mount -t tmpfs tree tree && mkdir tree/sub && mount -t tmpfs sub tree/sub";
        host.sh(make).current_dir(bundle.path()).ok();
        let seen = says(&host, &bundle, SEEN);
        host.sh("umount tree/sub tree").current_dir(bundle.path()).ok();
        seen
    };
    let plain = seen("rbind,ro,nosuid,nodev,noexec,nodiratime,noatime,nosymfollow");
    let all = ["ro", "nosuid", "nodev", "noexec", "nodiratime", "noatime", "nosymfollow"];
    has(&plain, "/m", &all, &["rw", "relatime"]);
    has(&plain, "/m/sub", &["rw", "relatime"], &["nosuid", "nodev", "noexec"]);
    let recursive = seen("rbind,rro,rnosuid,rnodev,rnoexec,rnodiratime,rnoatime,rnosymfollow");
    has(&recursive, "/m", &all, &["rw", "relatime"]);
    has(&recursive, "/m/sub", &all, &["rw", "relatime"]);
    let mixed = seen("rbind,nosuid,rro,rw,rstrictatime");
    // What is recursive comes last, as in runc.
    has(&mixed, "/m", &["ro", "nosuid"], &["relatime", "noatime"]);
    has(&mixed, "/m/sub", &["ro"], &["nosuid", "relatime", "noatime"]);
    let cleared = seen("bind,rw,suid,dev,exec,atime,diratime");
    has(&cleared, "/m", &["rw", "relatime"], &["nosuid", "nodev", "noexec", "nodiratime"]);
    assert_eq!(cleared.lines().count(), 1, "a plain bind brings nothing along: {cleared}");
    host.finish();
}

#[test]
fn a_filesystem_gets_the_words_for_every_filesystem_and_its_own() {
    let host = Host::new();
    let all = "sync,dirsync,lazytime,mand,iversion,silent,loud,defaults,size=1m,nr_inodes=9,mode=1701";
    let seen = says(&host, &mounting(&host, &[tmpfs("/m", all)]), &format!("{SEEN}; stat -c %a /m"));
    let options = seen.lines().next().unwrap().rsplit(' ').next().unwrap();
    for word in ["sync", "dirsync", "lazytime", "size=1024k", "nr_inodes=9", "mode=1701"] {
        assert!(options.split(',').any(|has| has == word), "{word} is not in {seen}");
    }
    assert!(seen.ends_with("\n1701\n"), "{seen}");
    let back = says(&host, &mounting(&host, &[tmpfs("/m", "sync,async,lazytime,nolazytime,nomand")]), SEEN);
    assert!(!back.contains("sync") && !back.contains("lazytime"), "{back}");
    // A bind shares its filesystem with others, whose options stay as they are.
    let bound = says(&host, &mounting(&host, &[bind("/run", "/m", "bind,sync,dirsync,noexec")]), SEEN);
    has(&bound, "/m", &["noexec"], &[]);
    assert!(!bound.contains("sync"), "{bound}");
    let unknown = refused_mounts(&host, &[tmpfs("/m", "flavour=sweet")]);
    assert!(unknown.error().contains("/m") && unknown.error().contains("flavour"), "{unknown}");
    let of_a_bind = refused_mounts(&host, &[bind("/run", "/m", "bind,size=1m")]);
    assert!(of_a_bind.error().contains("size"), "{of_a_bind}");
    host.finish();
}

#[test]
fn a_remount_changes_what_is_there() {
    let host = Host::new();
    let twice = |options: &str| {
        let first = tmpfs("/m", "nosuid,noatime,size=1m");
        says(&host, &mounting(&host, &[first, tmpfs("/m", options)]), SEEN)
    };
    let seen = twice("remount,ro,nodev,size=2m");
    // As mount(8) does it: what is not named is not set, but times stay.
    has(&seen, "/m", &["ro", "nodev", "noatime"], &["nosuid"]);
    assert!(seen.contains("size=2048k") && seen.lines().count() == 1, "{seen}");
    let seen = twice("bind,remount,noexec");
    has(&seen, "/m", &["rw", "noexec", "noatime"], &["nosuid"]);
    assert!(seen.contains("size=1024k"), "{seen}");
    let proc =
        mounting(&host, &[json!({"destination": "/proc", "type": "proc", "options": ["remount", "noexec"]})]);
    has(
        &says(&host, &proc, "cut -d' ' -f5- /proc/self/mountinfo | grep '^/proc '"),
        "/proc",
        &["noexec"],
        &["nodev"],
    );
    let through_a_link = mounting(&host, &[tmpfs("/link", "remount,rw")]);
    symlink("/sys", through_a_link.rootfs().join("link")).unwrap();
    let out = host.pontoon(&["run", "--net=none", through_a_link.path(), "true"]).fails(125);
    assert!(out.error().contains("/link"), "{out}");
    let of_cgroups = json!({"destination": "/m", "type": "cgroup", "source": "cgroup", "options": ["xattr"]});
    assert!(refused_mounts(&host, &[of_cgroups]).error().contains("xattr"));
    for options in ["remount,size=1m", "remount,bind,ro"] {
        let out = refused_mounts(&host, &[tmpfs("/etc", options)]);
        assert!(out.error().contains("/etc") && out.error().contains("Invalid argument"), "{out}");
    }
    host.finish();
}

#[test]
fn binds_are_of_files_and_directories_and_relative_to_the_bundle() {
    let host = Host::new();
    let typed = |kind: &str, source: &str, place: &str, options: &str| json!({"destination": place, "type": kind, "source": source, "options": words(options)});
    let mounts = [
        typed("none", "file", "/new/dir/file", "bind,ro"),
        typed("bind", "dir", "/etc/dir", ""),
        typed("tmpfs", "dir", "/m", "rbind"),
        typed("none", "file", "/etc/hostname", "rbind"),
    ];
    let bundle = mounting(&host, &mounts);
    fs::write(format!("{}/file", bundle.path()), "content\n").unwrap();
    fs::create_dir(format!("{}/dir", bundle.path())).unwrap();
    fs::write(format!("{}/dir/inner", bundle.path()), "inner\n").unwrap();
    let seen = says(
        &host,
        &bundle,
        "cat /new/dir/file /etc/dir/inner /m/inner /etc/hostname; echo 2>/dev/null >/new/dir/file || echo ro",
    );
    assert_eq!(seen, "content\ninner\ninner\ncontent\nro\n");
    let missing = refused_mounts(&host, &[bind("nowhere", "/m", "bind")]);
    assert!(missing.error().contains("nowhere"), "{missing}");
    let nothing = refused_mounts(&host, &[typed("none", "x", "/m", "ro")]);
    assert!(nothing.error().contains("neither a type nor a bind"), "{nothing}");
    host.finish();
}

#[test]
fn a_relative_destination_begins_at_the_root_and_is_told_of() {
    let host = Host::new();
    let bundle = mounting(&host, &[tmpfs("m/deep", "size=1m")]);
    let out = host
        .pontoon(&["run", "--rm", "--net=none", bundle.path(), "grep", "-c", " /m/deep ", "/proc/mounts"])
        .ok();
    assert_eq!(out.stdout, "1\n");
    assert!(out.stderr.contains("m/deep"), "{out}");
    host.finish();
}

#[test]
fn filesystems_of_every_kind() {
    let host = Host::new();
    let of = |kind: &str, place: &str, options: &str| json!({"destination": place, "type": kind, "source": kind, "options": words(options)});
    host.sh("mkdir /run/low /run/up /run/work && echo low >/run/low/low").ok();
    let bundle = mounting(
        &host,
        &[
            of("overlay", "/m/overlay", "lowerdir=/run/low,upperdir=/run/up,workdir=/run/work"),
            of("mqueue", "/m/mqueue", "nosuid,noexec,nodev"),
            of("devpts", "/m/pts", "newinstance,ptmxmode=0666,mode=0620,gid=5"),
            of("sysfs", "/m/sys", "ro,nosuid"),
            of("proc", "/m/proc", "ro"),
            of("ramfs", "/m/ram", "mode=700"),
        ],
    );
    let script = "cat /m/overlay/low && echo up >/m/overlay/up && stat -c %a /m/pts/ptmx /m/ram
        ls -d /m/sys/class /m/proc/self && touch /m/mqueue/q && grep -c QSIZE /m/mqueue/q";
    assert_eq!(says(&host, &bundle, script), "low\n666\n700\n/m/proc/self\n/m/sys/class\n1\n");
    assert_eq!(host.sh("cat /run/up/up").ok().stdout, "up\n");
    let none = refused_mounts(&host, &[of("nosuchfs", "/m", "")]);
    assert!(none.error().contains("nosuchfs"), "{none}");
    host.finish();
}

#[test]
fn an_overlay_may_have_more_layers_than_fit_into_one_option() {
    let host = Host::new();
    let deep = "d".repeat(120);
    host.sh(&format!("for n in 1 2 3; do mkdir -p /run/{deep}$n && echo $n >/run/{deep}$n/$n; done")).ok();
    let many: Vec<String> = (1..=3).map(|number| format!("/run/{deep}{number}")).collect();
    let options = json!([format!("lowerdir={}", many.join(":"))]);
    let overlay = json!({"destination": "/m", "type": "overlay", "source": "overlay", "options": options});
    let out = run(&host, &mounting(&host, &[overlay]), "ls /m");
    // Linux 6.7 takes them one by one.
    assert!(out.stdout == "1\n2\n3\n" || out.error().contains("mount /m: fsconfig"), "{out}");
    host.finish();
}

#[test]
fn a_label_needs_a_module_that_knows_it() {
    let host = Host::new();
    if std::path::Path::new("/sys/fs/selinux/enforce").exists() {
        return host.finish();
    }
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["mountLabel"] = "system_u:object_r:container_file_t:s0".into());
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().contains("linux.mountLabel") && out.error().contains("SELinux"), "{out}");
    host.finish();
}
