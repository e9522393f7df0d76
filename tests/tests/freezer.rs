//! Containers that are paused, and the places of cgroups.

use pontoon_tests::{Bundle, Host};

/// A container that counts, and its bundle.
fn counting(host: &Host) -> Bundle {
    let bundle = host.bundle();
    let script = "i=0; while :; do i=$((i+1)); echo $i >/count.new; mv /count.new /count; done";
    host.pontoon(&["run", "-d", "--name", "c1", "--net=none", bundle.path(), "sh", "-c", script]).ok();
    goes_on(host, &bundle);
    bundle
}

fn count(bundle: &Bundle) -> String {
    std::fs::read_to_string(bundle.rootfs().join("count")).unwrap_or_default()
}

fn goes_on(host: &Host, bundle: &Bundle) {
    let before = count(bundle);
    host.wait_for("a step", || count(bundle) != before);
}

fn status(host: &Host) -> String {
    let shown = host.pontoon(&["inspect", "c1"]).ok().json();
    shown[0]["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_paused_container_stands_still_until_it_is_resumed() {
    let host = Host::new();
    let bundle = counting(&host);
    let early = host.pontoon(&["resume", "c1"]).fails(1);
    assert!(early.error().contains("container not paused"), "{early}");
    host.pontoon(&["pause", "c1"]).ok();
    let stands = count(&bundle);
    assert_eq!(status(&host), "paused");
    assert!(host.pontoon(&["ps"]).ok().stdout.contains("(paused)"));
    let twice = host.pontoon(&["pause", "c1"]).fails(1);
    assert!(twice.error().contains("container not running"), "{twice}");
    let entered = host.pontoon(&["exec", "c1", "true"]).fails(125);
    let words = "cannot exec in a paused container (use --ignore-paused to override)";
    assert!(entered.error().contains(words), "{entered}");
    host.pontoon(&["update", "--pids-limit", "77", "c1"]).ok();
    assert_eq!(host.limits("c1").read("pids/pids.max", "pids.max"), "77");
    assert_eq!(count(&bundle), stands, "it went on");
    host.pontoon(&["resume", "c1"]).ok();
    assert_eq!(status(&host), "running");
    goes_on(&host, &bundle);
    host.pontoon(&["rm", "-f", "c1"]).ok();
    host.finish();
}

/// What is frozen does not die by itself.
#[test]
fn a_paused_container_can_be_ended() {
    let host = Host::new();
    for end in
        [&["kill", "-s", "KILL", "c1"][..], &["kill", "--all", "c1", "KILL"], &["stop", "-t", "0", "c1"]]
    {
        counting(&host);
        host.pontoon(&["pause", "c1"]).ok();
        host.pontoon(end).ok();
        assert_eq!(host.pontoon(&["wait", "c1"]).ok().line(), "137", "{end:?}");
        host.pontoon(&["rm", "c1"]).ok();
    }
    for end in [&["rm", "-f", "c1"][..], &["delete", "--force", "c1"]] {
        counting(&host);
        host.pontoon(&["pause", "c1"]).ok();
        let id = host.pontoon(&["inspect", "c1"]).ok().json()[0]["id"].as_str().unwrap().to_owned();
        host.pontoon(&[&end[..end.len() - 1], &[&id]].concat()).ok();
    }
    host.finish();
}

/// The path of config.json is the hierarchy's, and what lies above the container's stays, as runc leaves it.
#[test]
fn an_absolute_cgroups_path_begins_at_the_mount_point() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["cgroupsPath"] = "/above/c1".into());
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let directories = host.limits("c1").directories().to_vec();
    assert!(directories.iter().all(|path| path.ends_with("/above/c1")), "{directories:?}");
    // Another one can't be put into the same.
    let second = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(second.error().contains("exists already, and process"), "{second}");
    // Nor into one that holds others.
    bundle.config(|config| config["linux"]["cgroupsPath"] = "/above".into());
    let over = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(over.error().contains("exists already, and process"), "{over}");
    assert_eq!(container.exec("echo unharmed").line(), "unharmed");
    container.end();
    for directory in directories {
        let parent = directory.trim_end_matches("/c1");
        host.sh(&format!("test ! -e {directory} && rmdir {parent}")).ok();
    }
    host.finish();
}

/// A relative one is below the caller's own cgroup on version 1, and beside it on version 2.
#[test]
fn a_relative_cgroups_path_begins_where_the_caller_is() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["cgroupsPath"] = "near/c1".into());
    let (home, expected) = if host.has_v1("pids") {
        ("/sys/fs/cgroup/pids/caller", "/sys/fs/cgroup/pids/caller/near/c1")
    } else {
        ("/sys/fs/cgroup/caller", "/sys/fs/cgroup/near/c1")
    };
    let script = format!(
        "mkdir {home} && echo $$ >{home}/cgroup.procs && exec pontoon run -d --name c1 --net=none {} sleep 1000",
        bundle.path()
    );
    host.sh(&script).ok();
    let directories = host.limits("c1").directories().to_vec();
    assert!(directories.iter().any(|path| path == expected), "{directories:?}");
    assert!(directories.iter().all(|path| path.ends_with("/near/c1")), "{directories:?}");
    host.pontoon(&["rm", "-f", "c1"]).ok();
    for directory in directories {
        host.sh(&format!("rmdir {}", directory.trim_end_matches("/c1"))).ok();
    }
    host.wait_for("the caller's end", || host.sh(&format!("rmdir {home}")).run().status == 0);
    host.finish();
}

#[test]
fn exec_joins_a_cgroup_below_the_containers() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    let exec = |cgroup: &str| {
        host.pontoon(&["exec", "--cgroup", cgroup, "c1", "cut", "-d:", "-f2,3", "/proc/self/cgroup"])
    };
    let missing = exec("sub").fails(125);
    assert!(missing.error().contains("there is no cgroup"), "{missing}");
    for directory in host.limits("c1").directories() {
        host.sh(&format!("mkdir {directory}/sub")).ok();
    }
    let joined = exec("sub").ok();
    assert!(joined.stdout.contains(":/sub\n"), "{joined}");
    let out = exec("../c2").fails(125);
    assert!(out.error().contains("is not a sub cgroup path"), "{out}");
    if host.has_v1("pids") {
        let joined = exec("pids:sub").ok();
        assert!(joined.stdout.contains("pids:/sub\n") && joined.stdout.contains("memory:/\n"), "{joined}");
    }
    container.end();
    host.finish();
}

/// Controllers that share a hierarchy are found by each name; settings of their own make a directory there.
#[test]
fn controllers_that_share_a_hierarchy_are_shown_as_one() {
    let host = Host::new();
    let place = "/run/net_cls,net_prio";
    let mounted =
        host.sh(&format!("mkdir {place} && mount -t cgroup -o net_cls,net_prio none {place}")).run();
    if mounted.status != 0 || !host.has_v1("memory") {
        host.sh(&format!("umount {place}; rmdir {place}")).run();
        return host.finish();
    }
    let bundle = host.bundle();
    bundle.config(|config| {
        config["linux"]["resources"]["network"] =
            serde_json::json!({"classID": 1_048_577, "priorities": [{"name": "lo", "priority": 6}]});
    });
    let script =
        "cd /sys/fs/cgroup; cat net_cls/net_cls.classid; cat net_prio/net_prio.ifpriomap; readlink net_cls;
        mkdir net_cls/new 2>&1";
    let out = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).run();
    assert!(out.stdout.starts_with("1048577\n") && out.stdout.contains("lo 6\n"), "{out}");
    assert!(out.stdout.contains("\nnet_cls,net_prio\n") && out.stdout.contains("Read-only"), "{out}");
    host.sh(&format!("rmdir {place}/pontoon; umount {place} && rmdir {place}")).ok();
    host.finish();
}
