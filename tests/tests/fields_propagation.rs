//! How mounts are shared between host and container.

use pontoon_tests::Host;
use pontoon_tests::configured::{SEEN, bind, mounting, says, tmpfs};

#[test]
fn propagation_is_set_in_its_order() {
    let host = Host::new();
    let seen = |options: &str| {
        let seen = says(&host, &mounting(&host, &[tmpfs("/m", options)]), SEEN);
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
    let seen = says(&host, &mounting(&host, &[bind("/run/s", "/m", "bind,rslave,shared")]), SEEN);
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
        let bundle = mounting(&host, &[bind("/run/s", "/m", options)]);
        bundle.config(|config| {
            config["linux"]["rootfsPropagation"] = propagation.into();
            // The default profile has no mount(2), as docker's has none without CAP_SYS_ADMIN.
            config["linux"]["seccomp"] = serde_json::Value::Null;
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
