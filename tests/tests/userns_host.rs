//! User namespaces: what takes rights outside is done with them, and what is the host's stays so.

use std::os::unix::fs::lchown;

use pontoon_tests::{Bundle, Host};
use serde_json::json;

/// What root inside is outside.
const ROOT: u32 = 100_000;

fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).ok().stdout
}

#[test]
fn limits_are_set_with_the_rights_outside() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    bundle.config(|config| {
        config["process"]["rlimits"] = json!([{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}]);
        config["process"]["oomScoreAdj"] = 500.into();
    });
    let script = "ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj";
    assert_eq!(says(&host, &bundle, script), "100\n200\n500\n");
    let container = host.start("c1", &["--net=none"], &bundle, "");
    assert_eq!(container.exec(script).stdout, "100\n200\n500\n");
    container.end();
    host.finish();
}

#[test]
fn a_bind_is_opened_with_the_rights_outside() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let secret = host.dir().join("secret");
    std::fs::create_dir(&secret).unwrap();
    std::fs::write(secret.join("file"), "words\n").unwrap();
    host.sh(&format!("chmod 700 {}", secret.display())).ok();
    let flag = format!("{}:/file:ro", secret.join("file").display());
    let run = ["run", "--rm", "--net=none", "-v", &flag, bundle.path()];
    let script = "cat /file; stat -c %u /file; echo x 2>/dev/null >/file || echo unwritable";
    // Root's own directory, then somebody else's.
    for owner in [0, 1000] {
        lchown(&secret, Some(owner), Some(owner)).unwrap();
        let said = host.pontoon(&[&run[..], &["sh", "-c", script]].concat()).ok().stdout;
        assert_eq!(said, "words\n65534\nunwritable\n");
    }
    host.finish();
}

/// On cgroup v2, whoever may write the cgroups that are its own owns them.
#[test]
fn its_cgroup_is_its_own_where_it_may_be() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    bundle.config(|config| {
        for mount in config["mounts"].as_array_mut().unwrap() {
            mount["options"].as_array_mut().unwrap().retain(|option| option != "ro");
        }
    });
    let unified = host.sh("test -e /sys/fs/cgroup/cgroup.procs").run().status == 0;
    let script = "cd /sys/fs/cgroup && test -e cgroup.procs && mkdir below && echo 0 >below/cgroup.procs && echo own; true";
    assert_eq!(says(&host, &bundle, script), if unified { "own\n" } else { "" });
    host.finish();
}

#[test]
fn sysctls_of_its_own_namespaces_are_set() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    bundle.config(|config| config["linux"]["sysctl"] = json!({"net.ipv4.ip_unprivileged_port_start": "7"}));
    assert_eq!(says(&host, &bundle, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start"), "7\n");
    host.finish();
}

#[test]
fn devices_are_the_hosts_and_no_others_can_be_made() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let script = "cd /dev && stat -c '%n %t:%T %a' null zero full random urandom tty
        echo x >null && head -c 3 zero | wc -c && head -c 3 urandom | wc -c
        mknod /dev/other c 1 3 2>/dev/null || echo none; chmod 0 /dev/null 2>/dev/null || echo unchanged
        for l in fd stdin stdout stderr ptmx; do readlink $l; done";
    let expected = "null 1:3 666\nzero 1:5 666\nfull 1:7 666\nrandom 1:8 666\nurandom 1:9 666\ntty 5:0 666\n\
                    3\n3\nnone\nunchanged\n/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\npts/ptmx\n";
    assert_eq!(says(&host, &bundle, script), expected);
    // What is asked for has to be what the host has there.
    bundle.config(|config| {
        config["linux"]["devices"] = json!([{"path": "/dev/null", "type": "c", "major": 1, "minor": 5}]);
    });
    let refused = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(refused.error().contains("device /dev/null"), "{refused}");
    host.finish();
}
