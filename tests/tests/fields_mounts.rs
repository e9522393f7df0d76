//! The mounts of config.json, as the program inside sees them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};

use pontoon_tests::{Bundle, Host, Output};
use serde_json::{Value, json};

/// A bundle with more mounts.
fn bundle(host: &Host, mounts: &[Value]) -> Bundle {
    let bundle = host.bundle();
    bundle.config(|config| config["mounts"].as_array_mut().unwrap().extend_from_slice(mounts));
    bundle
}

/// What a script writes in a container without a network.
fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).ok().stdout
}

/// What a container with these mounts is refused with.
fn refused(host: &Host, mounts: &[Value]) -> Output {
    let bundle = bundle(host, mounts);
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().starts_with("pontoon: "), "{out}");
    out
}

/// The lines of mountinfo (proc_pid_mountinfo(5)) for what lies at or below a place, without their numbers.
const SEEN: &str = "cut -d' ' -f5- /proc/self/mountinfo | grep '^/m'";

fn tmpfs(place: &str, options: &str) -> Value {
    json!({"destination": place, "type": "tmpfs", "source": "tmpfs", "options": words(options)})
}

fn bind(source: &str, place: &str, options: &str) -> Value {
    json!({"destination": place, "source": source, "options": words(options)})
}

fn words(options: &str) -> Value {
    options.split(',').filter(|word| !word.is_empty()).collect()
}

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
        let bundle = bundle(&host, &[bind("tree", "/m", options)]);
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
    let seen = says(&host, &bundle(&host, &[tmpfs("/m", all)]), &format!("{SEEN}; stat -c %a /m"));
    let options = seen.lines().next().unwrap().rsplit(' ').next().unwrap();
    for word in ["sync", "dirsync", "lazytime", "size=1024k", "nr_inodes=9", "mode=1701"] {
        assert!(options.split(',').any(|has| has == word), "{word} is not in {seen}");
    }
    assert!(seen.ends_with("\n1701\n"), "{seen}");
    let back = says(&host, &bundle(&host, &[tmpfs("/m", "sync,async,lazytime,nolazytime,nomand")]), SEEN);
    assert!(!back.contains("sync") && !back.contains("lazytime"), "{back}");
    // A bind shares its filesystem with others, whose options stay as they are.
    let bound = says(&host, &bundle(&host, &[bind("/run", "/m", "bind,sync,dirsync,noexec")]), SEEN);
    has(&bound, "/m", &["noexec"], &[]);
    assert!(!bound.contains("sync"), "{bound}");
    let unknown = refused(&host, &[tmpfs("/m", "flavour=sweet")]);
    assert!(unknown.error().contains("/m") && unknown.error().contains("flavour"), "{unknown}");
    let of_a_bind = refused(&host, &[bind("/run", "/m", "bind,size=1m")]);
    assert!(of_a_bind.error().contains("size"), "{of_a_bind}");
    host.finish();
}

#[test]
fn a_remount_changes_what_is_there() {
    let host = Host::new();
    let twice = |options: &str| {
        let first = tmpfs("/m", "nosuid,noatime,size=1m");
        says(&host, &bundle(&host, &[first, tmpfs("/m", options)]), SEEN)
    };
    let seen = twice("remount,ro,nodev,size=2m");
    // As mount(8) does it: what is not named is not set, but times stay.
    has(&seen, "/m", &["ro", "nodev", "noatime"], &["nosuid"]);
    assert!(seen.contains("size=2048k") && seen.lines().count() == 1, "{seen}");
    let seen = twice("bind,remount,noexec");
    has(&seen, "/m", &["rw", "noexec", "noatime"], &["nosuid"]);
    assert!(seen.contains("size=1024k"), "{seen}");
    let proc =
        bundle(&host, &[json!({"destination": "/proc", "type": "proc", "options": ["remount", "noexec"]})]);
    has(
        &says(&host, &proc, "cut -d' ' -f5- /proc/self/mountinfo | grep '^/proc '"),
        "/proc",
        &["noexec"],
        &["nodev"],
    );
    for options in ["remount,size=1m", "remount,bind,ro"] {
        let out = refused(&host, &[tmpfs("/etc", options)]);
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
    let bundle = bundle(&host, &mounts);
    fs::write(format!("{}/file", bundle.path()), "content\n").unwrap();
    fs::create_dir(format!("{}/dir", bundle.path())).unwrap();
    fs::write(format!("{}/dir/inner", bundle.path()), "inner\n").unwrap();
    let seen = says(
        &host,
        &bundle,
        "cat /new/dir/file /etc/dir/inner /m/inner /etc/hostname; echo 2>/dev/null >/new/dir/file || echo ro",
    );
    assert_eq!(seen, "content\ninner\ninner\ncontent\nro\n");
    let missing = refused(&host, &[bind("nowhere", "/m", "bind")]);
    assert!(missing.error().contains("nowhere"), "{missing}");
    let nothing = refused(&host, &[typed("none", "x", "/m", "ro")]);
    assert!(nothing.error().contains("neither a type nor a bind"), "{nothing}");
    host.finish();
}

#[test]
fn a_relative_destination_begins_at_the_root_and_is_told_of() {
    let host = Host::new();
    let bundle = bundle(&host, &[tmpfs("m/deep", "size=1m")]);
    let out = host
        .pontoon(&["run", "--rm", "--net=none", bundle.path(), "grep", "-c", " /m/deep ", "/proc/mounts"])
        .ok();
    assert_eq!(out.stdout, "1\n");
    assert!(out.stderr.contains("m/deep"), "{out}");
    host.finish();
}

#[test]
fn propagation_is_set_in_its_order() {
    let host = Host::new();
    let seen = |options: &str| {
        let seen = says(&host, &bundle(&host, &[tmpfs("/m", options)]), SEEN);
        let line = seen.lines().next().unwrap().split(" - ").next().unwrap().to_owned();
        line.split(' ').skip(2).map(|word| word.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(seen("shared"), ["shared"]);
    assert_eq!(seen("rshared,private"), [""; 0]);
    assert_eq!(seen("private,shared"), ["shared"]);
    assert_eq!(seen("unbindable"), ["unbindable"]);
    assert_eq!(seen("slave"), [""; 0], "nobody is its master");
    // A slave of the host's, who shares with others of its own.
    host.sh("mkdir /run/s && mount -t tmpfs s /run/s && mount --make-shared /run/s").ok();
    let seen = says(&host, &bundle(&host, &[bind("/run/s", "/m", "bind,rslave,shared")]), SEEN);
    let options = seen.split(" - ").next().unwrap();
    assert!(options.contains(" shared:") && options.contains(" master:"), "{seen}");
    host.sh("umount /run/s").ok();
    host.finish();
}

#[test]
fn the_root_is_shared_as_the_configuration_says() {
    let host = Host::new();
    // On a host whose mounts are shared, as systemd makes them.
    host.sh("mount --make-rshared /").ok();
    let root = |word: Option<&str>| {
        let bundle = host.bundle();
        bundle.config(|config| config["linux"]["rootfsPropagation"] = word.into());
        let seen = says(&host, &bundle, "cut -d' ' -f5- /proc/self/mountinfo | grep '^/ '");
        let options = seen.split(" - ").next().unwrap().to_owned();
        options.split(' ').skip(2).map(|word| word.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(root(None), ["master"]);
    assert_eq!(root(Some("slave")), ["master"]);
    assert_eq!(root(Some("rslave")), ["master"]);
    assert_eq!(root(Some("private")), [""; 0]);
    assert_eq!(root(Some("shared")), ["shared"], "with whatever is cloned from it, not with the host");
    assert_eq!(root(Some("rshared")), ["shared"]);
    assert_eq!(root(Some("unbindable")), ["unbindable"]);
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["rootfsPropagation"] = "wide".into());
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().contains("rootfsPropagation \"wide\""), "{out}");
    host.finish();
}

#[test]
fn mounts_travel_between_host_and_container_where_they_are_to() {
    let host = Host::new();
    host.sh(
        "mkdir /run/s && mount -t tmpfs s /run/s && mount --make-shared /run/s && mkdir /run/s/in /run/s/out",
    )
    .ok();
    let both = |propagation: &str, options: &str| {
        let bundle = bundle(&host, &[bind("/run/s", "/m", options)]);
        bundle.config(|config| {
            config["linux"]["rootfsPropagation"] = propagation.into();
            for set in ["bounding", "effective", "permitted"] {
                config["process"]["capabilities"][set].as_array_mut().unwrap().push("CAP_SYS_ADMIN".into());
            }
        });
        let container = host.start("c", &["--net=none"], &bundle, "mount -t tmpfs inner /m/out");
        host.sh("mount -t tmpfs outer /run/s/in").ok();
        let inside = container.exec("grep -c ^outer /proc/mounts || true").line() == "1";
        let outside = host.sh("grep -c ^inner /proc/mounts || true").ok().line() == "1";
        host.sh("umount /run/s/in; umount /run/s/out || true").ok();
        container.end();
        (inside, outside)
    };
    assert_eq!(both("rshared", "rbind,rshared"), (true, true));
    assert_eq!(both("rslave", "rbind,rslave"), (true, false));
    assert_eq!(both("rprivate", "rbind,rprivate"), (false, false));
    // The flag takes care of both.
    let bundle = host.bundle();
    let container = host.start("v", &["--net=none", "-v", "/run/s:/m:rshared"], &bundle, "");
    host.sh("mount -t tmpfs outer /run/s/in").ok();
    assert_eq!(container.exec("grep -c ^outer /proc/mounts").line(), "1");
    host.sh("umount /run/s/in").ok();
    container.end();
    host.sh("umount /run/s").ok();
    host.finish();
}

#[test]
fn a_tmpfs_may_begin_with_what_it_covers() {
    let host = Host::new();
    let bundle = bundle(&host, &[tmpfs("/m", "tmpcopyup,nosuid,size=9m")]);
    let root = bundle.rootfs();
    let make = "mkdir -p m/sub/deep && echo one >m/file && echo two >m/sub/deep/file
        chown 7:8 m m/file m/sub && chmod 4751 m/file && chmod 2770 m/sub && chown -h 9:9 m/sub/deep/file
        mknod m/null c 1 3 && chmod 602 m/null && mkfifo -m 640 m/fifo && ln -s /etc/shadow m/away && chown -h 5:6 m/away
        cp /bin/true m/capable; setcap cap_net_raw+ep m/capable; chmod 711 m";
    host.sh(make).current_dir(&root).ok();
    let look =
        "cd /m && stat -c '%n %F %a %u:%g %t:%T' . file sub sub/deep sub/deep/file null fifo && readlink away
        stat -c '%u:%g' away && cat file sub/deep/file && echo more >>file && echo new >new";
    let seen = says(&host, &bundle, look);
    let expected = ". directory 711 7:8 0:0\nfile regular file 4751 7:8 0:0\nsub directory 2770 7:8 0:0\n\
                    sub/deep directory 755 0:0 0:0\nsub/deep/file regular file 644 9:9 0:0\n\
                    null character special file 602 0:0 1:3\nfifo fifo 640 0:0 0:0\n/etc/shadow\n5:6\none\ntwo\n";
    assert_eq!(seen, expected);
    assert_eq!(fs::read_to_string(root.join("m/file")).unwrap(), "one\n", "what is below stays as it was");
    assert!(!root.join("m/new").exists());
    // With the extended attributes, and unwritable where that is asked for.
    bundle.config(|config| {
        let last = config["mounts"].as_array_mut().unwrap().last_mut().unwrap();
        last["options"] = words("tmpcopyup,ro,mode=700");
    });
    let container =
        host.start("c", &["--net=none"], &bundle, "stat -c %a /m; echo 2>/dev/null >/m/x || echo ro");
    assert_eq!(container.said(), "700\nro");
    let pid = host.pontoon(&["inspect", "c"]).ok().json()[0]["pid"].to_string();
    assert!(host.sh(&format!("getcap /proc/{pid}/root/m/capable")).ok().stdout.contains("cap_net_raw"));
    container.end();
    let out = refused(&host, &[bind("/run", "/m", "bind,tmpcopyup")]);
    assert!(out.error().contains("tmpcopyup"), "{out}");
    host.finish();
}

#[test]
fn what_is_copied_up_is_the_containers_own() {
    let host = Host::new();
    fs::create_dir(host.dir().join("secret")).unwrap();
    fs::write(host.dir().join("secret/key"), "secret\n").unwrap();
    let bundle = bundle(&host, &[tmpfs("/m", "tmpcopyup"), tmpfs("/missing", "tmpcopyup")]);
    symlink(host.dir().join("secret"), bundle.rootfs().join("m")).unwrap();
    let seen = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "find", "/", "-name", "key"]).run();
    assert!(!seen.stdout.contains("key"), "{seen}");
    assert_eq!(fs::read_dir(host.dir().join("secret")).unwrap().count(), 1);
    host.finish();
}

#[test]
fn a_tmpfs_without_a_mode_has_that_of_what_it_covers() {
    let host = Host::new();
    let bundle = bundle(&host, &[tmpfs("/m", "nosuid"), tmpfs("/new", "nosuid")]);
    fs::create_dir(bundle.rootfs().join("m")).unwrap();
    fs::set_permissions(bundle.rootfs().join("m"), fs::Permissions::from_mode(0o2750)).unwrap();
    chown(bundle.rootfs().join("m"), Some(3), None).unwrap();
    fs::set_permissions(bundle.rootfs().join("m"), fs::Permissions::from_mode(0o2750)).unwrap();
    assert_eq!(says(&host, &bundle, "stat -c %a /m /new"), "2750\n1777\n");
    host.finish();
}

#[test]
fn what_is_unwritable_gets_so_when_everything_is_in_it() {
    let host = Host::new();
    let bundle = bundle(
        &host,
        &[tmpfs("/m", "ro,mode=755"), tmpfs("/m/a/b", "mode=755"), bind("/run", "/m/run", "rbind")],
    );
    bundle.config(|config| {
        let dev =
            config["mounts"].as_array_mut().unwrap().iter_mut().find(|mount| mount["destination"] == "/dev");
        dev.unwrap()["options"].as_array_mut().unwrap().push("ro".into());
    });
    let script =
        "touch /m/x /dev/x 2>/dev/null; echo x >/m/a/b/x && echo x >/dev/null && ls /m && ls /dev/null";
    assert_eq!(says(&host, &bundle, script), "a\nrun\n/dev/null\n");
    host.finish();
}

#[test]
fn filesystems_of_every_kind() {
    let host = Host::new();
    let of = |kind: &str, place: &str, options: &str| json!({"destination": place, "type": kind, "source": kind, "options": words(options)});
    host.sh("mkdir /run/low /run/up /run/work && echo low >/run/low/low").ok();
    let deep = "d".repeat(120);
    host.sh(&format!("for n in 1 2 3; do mkdir -p /run/{deep}$n && echo $n >/run/{deep}$n/$n; done")).ok();
    let many: Vec<String> = (1..=3).map(|number| format!("/run/{deep}{number}")).collect();
    let bundle = bundle(
        &host,
        &[
            of("overlay", "/m/overlay", "lowerdir=/run/low,upperdir=/run/up,workdir=/run/work"),
            of("overlay", "/m/many", &format!("lowerdir={}", many.join(":"))),
            of("mqueue", "/m/mqueue", "nosuid,noexec,nodev"),
            of("devpts", "/m/pts", "newinstance,ptmxmode=0666,mode=0620,gid=5"),
            of("sysfs", "/m/sys", "ro,nosuid"),
            of("proc", "/m/proc", "ro"),
            of("ramfs", "/m/ram", "mode=700"),
        ],
    );
    let script = "cat /m/overlay/low && echo up >/m/overlay/up && ls /m/many && stat -c %a /m/pts/ptmx /m/ram
        ls -d /m/sys/class /m/proc/self && touch /m/mqueue/q && grep -c QSIZE /m/mqueue/q";
    assert_eq!(says(&host, &bundle, script), "low\n1\n2\n3\n666\n700\n/m/proc/self\n/m/sys/class\n1\n");
    assert_eq!(host.sh("cat /run/up/up").ok().stdout, "up\n");
    let none = refused(&host, &[of("nosuchfs", "/m", "")]);
    assert!(none.error().contains("nosuchfs"), "{none}");
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
