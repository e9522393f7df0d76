//! What a container is: namespaces, mounts, devices, capabilities, descriptors, cgroups.

use std::collections::BTreeMap;

use pontoon_tests::{Bundle, Host};

/// What a script writes in a container without a network.
fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).ok().stdout
}

#[test]
fn namespaces_are_new() {
    let host = Host::new();
    let list = "cd /proc/self/ns && for ns in pid mnt net ipc uts cgroup user; do readlink $ns; done";
    let inside = says(&host, &host.bundle(), list);
    let outside = host.sh(list).ok().stdout;
    for (inside, outside) in inside.lines().zip(outside.lines()) {
        assert_eq!(inside == outside, inside.starts_with("user"), "{inside} {outside}");
    }
    assert_eq!(inside.lines().count(), 7);
    host.finish();
}

#[test]
fn the_program_is_process_1_and_alone() {
    let host = Host::new();
    let bundle = host.bundle();
    assert_eq!(
        says(&host, &bundle, "echo $$; cat /proc/1/comm; set -- /proc/[0-9]*; echo $*"),
        "1\nsh\n/proc/1\n"
    );
    // Nothing but the standard streams is open; the fourth is the directory that ls reads.
    assert_eq!(says(&host, &bundle, "exec ls /proc/self/fd"), "0\n1\n2\n3\n");
    host.finish();
}

#[test]
fn signals_are_as_pontoon_was_given_them() {
    let host = Host::new();
    let bundle = host.bundle();
    let status = ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"];
    let given = host.cmd(status[0]).args(&status[1..]).ok();
    let out = host.pontoon(&[&["run", "--rm", "--net=none", bundle.path()][..], &status].concat()).ok();
    assert_eq!(out.stdout, given.stdout, "what Pontoon blocks and ignores for itself is not the program's");
    host.finish();
}

#[test]
fn nothing_of_the_host_is_mounted() {
    let host = Host::new();
    let mounts = says(&host, &host.bundle(), "cat /proc/mounts");
    let mounts: BTreeMap<&str, &str> =
        mounts.lines().filter_map(|line| line.split_once(' ')?.1.split_once(' ')).collect();
    let options = |point: &str, words: &[&str]| {
        let line = mounts.get(point).unwrap_or_else(|| panic!("{point} is not mounted: {mounts:?}"));
        for word in words {
            assert!(line.split([' ', ',']).any(|have| have == *word), "{point}: {word} is not in {line}");
        }
    };
    options("/proc", &["proc", "rw", "nosuid", "nodev", "noexec"]);
    options("/dev", &["tmpfs", "nosuid", "size=65536k", "mode=755"]);
    options("/dev/pts", &["devpts", "nosuid", "noexec", "gid=5", "mode=620", "ptmxmode=666"]);
    options("/dev/shm", &["tmpfs", "nosuid", "nodev", "noexec", "size=65536k"]);
    options("/dev/mqueue", &["mqueue", "nosuid", "nodev", "noexec"]);
    options("/sys", &["sysfs", "ro", "nosuid", "nodev", "noexec"]);
    options("/proc/sys", &["proc", "ro"]);
    assert!(
        !mounts.keys().any(|point| point.contains("pontoon") || point.starts_with("/work")),
        "{mounts:?}"
    );
    host.finish();
}

#[test]
fn masked_paths_are_empty_and_others_unwritable() {
    let host = Host::new();
    let bundle = host.bundle();
    assert_eq!(
        says(&host, &bundle, "cat /proc/interrupts /proc/keys /proc/timer_list; ls /sys/firmware"),
        ""
    );
    let script = "for f in /proc/sys/kernel/domainname /proc/sysrq-trigger /proc/irq/x; do
        echo h 2>/dev/null >$f && echo $f was written; done; true";
    assert_eq!(says(&host, &bundle, script), "");
    host.finish();
}

#[test]
fn devices_are_there() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "cd /dev && stat -c '%n %t:%T %a' null zero full random urandom tty";
    let expected = "null 1:3 666\nzero 1:5 666\nfull 1:7 666\nrandom 1:8 666\nurandom 1:9 666\ntty 5:0 666\n";
    assert_eq!(says(&host, &bundle, script), expected);
    let links = "cd /dev && for l in fd stdin stdout stderr ptmx; do readlink $l; done";
    let expected = "/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\npts/ptmx\n";
    assert_eq!(says(&host, &bundle, links), expected);
    says(&host, &bundle, "echo x >/dev/null && head -c 3 /dev/zero && head -c 3 /dev/urandom");
    host.finish();
}

#[test]
fn capabilities_are_dockers() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "grep -E '^(Cap|NoNewPrivs|Groups)' /proc/self/status | tr -d '\\t '";
    let expected = "Groups:0\nCapInh:0000000000000000\nCapPrm:00000000a80425fb\nCapEff:00000000a80425fb\n\
                    CapBnd:00000000a80425fb\nCapAmb:0000000000000000\nNoNewPrivs:0\n";
    assert_eq!(says(&host, &bundle, script).replace("Groups:\n", "Groups:0\n"), expected);
    bundle.config(|config| config["process"]["noNewPrivileges"] = true.into());
    assert!(says(&host, &bundle, script).ends_with("NoNewPrivs:1\n"));
    // Another user has none of them.
    let user =
        ["run", "--rm", "--net=none", "-u", "nobody", bundle.path(), "grep", "CapEff", "/proc/self/status"];
    assert!(host.pontoon(&user).ok().stdout.ends_with("0000000000000000\n"));
    host.finish();
}

#[test]
fn limits_are_the_configurations() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| {
        config["process"]["rlimits"] =
            serde_json::json!([{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}]);
    });
    assert_eq!(says(&host, &bundle, "ulimit -Sn; ulimit -Hn"), "100\n200\n");
    host.finish();
}

#[test]
fn a_container_has_cgroups_of_its_own() {
    let host = Host::new();
    let bundle = host.bundle();
    // Its own cgroup is the root it sees.
    let seen = says(&host, &bundle, "cut -d: -f3 /proc/self/cgroup | sort -u");
    assert_eq!(seen, "/\n");
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let shown = host.pontoon(&["inspect", "c1"]).ok().json();
    let cgroups = shown[0]["cgroups"].as_array().unwrap();
    assert!(!cgroups.is_empty());
    for cgroup in cgroups {
        let cgroup = cgroup.as_str().unwrap();
        assert!(cgroup.starts_with("/sys/fs/cgroup/") && cgroup.contains("/pontoon/"), "{cgroup}");
        let members = host.sh(&format!("cat {cgroup}/cgroup.procs")).ok();
        assert_eq!(members.line(), shown[0]["pid"].to_string(), "in {cgroup}");
    }
    container.end();
    host.finish();
}

#[test]
fn a_link_in_the_root_leads_nowhere_outside() {
    let host = Host::new();
    let bundle = host.bundle();
    let outside = host.dir().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, bundle.rootfs().join("data")).unwrap();
    let volume = format!("{}:/data/deep", host.dir().display());
    host.pontoon(&["run", "--rm", "--net=none", "-v", &volume, bundle.path(), "true"]).run();
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0, "something was made outside");
    host.finish();
}
