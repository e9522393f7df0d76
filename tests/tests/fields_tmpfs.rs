//! What a tmpfs takes from the directory that it covers, and when it gets unwritable.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};

use pontoon_tests::Host;
use pontoon_tests::configured::{bind, mounting, refused_mounts, says, tmpfs, words};

#[test]
fn a_tmpfs_may_begin_with_what_it_covers() {
    let host = Host::new();
    let bundle = mounting(&host, &[tmpfs("/m", "tmpcopyup,nosuid,size=9m")]);
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
    let out = refused_mounts(&host, &[bind("/run", "/m", "bind,tmpcopyup")]);
    assert!(out.error().contains("tmpcopyup"), "{out}");
    host.finish();
}

#[test]
fn what_is_copied_up_is_the_containers_own() {
    let host = Host::new();
    fs::create_dir(host.dir().join("secret")).unwrap();
    fs::write(host.dir().join("secret/key"), "secret\n").unwrap();
    let bundle = mounting(&host, &[tmpfs("/m", "tmpcopyup"), tmpfs("/missing", "tmpcopyup")]);
    symlink(host.dir().join("secret"), bundle.rootfs().join("m")).unwrap();
    let seen = host
        .pontoon(&["run", "--rm", "--net=none", bundle.path(), "find", "/m", "/missing", "-name", "key"])
        .run();
    assert!(!seen.stdout.contains("key"), "{seen}");
    assert_eq!(fs::read_dir(host.dir().join("secret")).unwrap().count(), 1);
    host.finish();
}

#[test]
fn a_tmpfs_without_a_mode_has_that_of_what_it_covers() {
    let host = Host::new();
    let bundle = mounting(&host, &[tmpfs("/m", "nosuid"), tmpfs("/new", "nosuid")]);
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
    let bundle = mounting(
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
