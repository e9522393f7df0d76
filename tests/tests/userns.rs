//! User namespaces: who is whom inside and outside, and that everything else works in one, too.

use std::os::unix::fs::{MetadataExt, lchown};

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

/// What root inside is outside.
const ROOT: u32 = 100_000;

fn mapping(inside: u32, outside: u32, count: u32) -> Value {
    json!([{"containerID": inside, "hostID": outside, "size": count}])
}

fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).ok().stdout
}

/// The file of a namespace of a container's first process.
fn of(host: &Host, name: &str, kind: &str) -> String {
    let shown = host.pontoon(&["inspect", name]).ok().json();
    format!("/proc/{}/ns/{kind}", shown[0]["pid"])
}

#[test]
fn root_inside_is_somebody_else_outside() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let volume = host.dir().join("volume");
    std::fs::create_dir(&volume).unwrap();
    lchown(&volume, Some(ROOT), Some(ROOT)).unwrap();
    let flag = format!("{}:/volume", volume.display());
    let script = "id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '; echo x >/volume/file
        chown 7:8 /volume/file; hostname inside && hostname; grep -E '^(Cap|Groups)' /proc/self/status";
    let run = ["run", "--rm", "--net=none", "--hostname=a", "-v", &flag, bundle.path(), "sh", "-c", script];
    bundle.config(|config| {
        // The default profile has no mount(2), as docker's has none without CAP_SYS_ADMIN.
        config["linux"]["seccomp"] = serde_json::Value::Null;
        for set in ["bounding", "effective", "permitted"] {
            config["process"]["capabilities"][set].as_array_mut().unwrap().push("CAP_SYS_ADMIN".into());
        }
    });
    let said = host.pontoon(&run).ok().stdout;
    let caps = "00000000a82425fb";
    let expected = format!(
        "0\n0\n 0 100000 65536\n 0 100000 65536\ninside\nGroups:\t \nCapInh:\t0000000000000000\n\
         CapPrm:\t{caps}\nCapEff:\t{caps}\nCapBnd:\t{caps}\nCapAmb:\t0000000000000000\n"
    );
    assert_eq!(said, expected);
    let file = volume.join("file").metadata().unwrap();
    assert_eq!((file.uid(), file.gid()), (ROOT + 7, ROOT + 8));
    host.finish();
}

#[test]
fn several_ranges_and_another_user() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    bundle.config(|config| {
        config["linux"]["uidMappings"] = json!([
            {"containerID": 0, "hostID": 100_000, "size": 1},
            {"containerID": 1, "hostID": 5000, "size": 999},
            {"containerID": 1000, "hostID": 0, "size": 1},
        ]);
        config["process"]["user"] = json!({"uid": 999, "gid": 10, "additionalGids": [20, 30]});
    });
    let script =
        "id -u; id -g; grep -E '^(Uid|Groups|CapEff)' /proc/self/status; cat /proc/self/uid_map | wc -l";
    let said = says(&host, &bundle, script);
    assert!(said.starts_with("999\n10\nUid:\t999\t999\t999\t999\nGroups:\t20 30 \n"), "{said}");
    assert!(said.contains("CapEff:\t0000000000000000") && said.ends_with("3\n"), "{said}");
    host.finish();
}

#[test]
fn a_program_joins_as_the_right_user() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.nested_bundle(ROOT), "");
    let list = |who: &str| {
        let script = format!(
            "cd /proc/{who}/ns && for ns in pid mnt net ipc uts cgroup user; do readlink $ns; done
            grep -E '^(Cap|Uid|Gid|Groups|NoNewPrivs|Seccomp)' /proc/{who}/status; cut -d: -f3 /proc/{who}/cgroup"
        );
        container.exec(&script).stdout
    };
    assert_eq!(list("self"), list("1"));
    assert_eq!(container.exec("ls /proc/self/fd").stdout, "0\n1\n2\n3\n");
    container.exec("touch /made");
    assert_eq!(of_file(&host, "c1", "made"), ROOT);
    let user = ["exec", "-u", "7:8", "c1", "sh", "-c", "id -u; id -g; grep CapEff /proc/self/status"];
    assert_eq!(host.pontoon(&user).ok().stdout, "7\n8\nCapEff:\t0000000000000000\n");
    host.pontoon(&["exec", "c1", "sh", "-c", "exit 7"]).fails(7);
    host.pontoon(&["exec", "c1", "nothing-like-it"]).fails(127);
    // Nobody inside is the one outside who has no number there.
    host.pontoon(&["exec", "-u", "70000", "c1", "true"]).fails(125);
    let terminal =
        host.pontoon(&["exec", "-it", "c1", "sh", "-c", "tty; stat -c %u $(tty)"]).at_terminal().wait();
    assert!(terminal.stdout.split_whitespace().eq(["/dev/pts/0", "0"]), "{terminal}");
    container.end();
    host.finish();
}

/// Who owns a file of a container's root, outside.
fn of_file(host: &Host, name: &str, file: &str) -> u32 {
    let shown = host.pontoon(&["inspect", name]).ok().json();
    let path = format!("/proc/{}/root/{file}", shown[0]["pid"]);
    host.sh(&format!("stat -c %u {path}")).ok().line().parse().unwrap()
}

#[test]
fn a_terminal_belongs_to_the_user_inside() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let script = "tty; stat -c '%u %g' /dev/pts/0 /dev/console; id -u";
    let run = ["run", "--rm", "--net=none", "-t", "-u", "5", bundle.path(), "sh", "-c", script];
    let out = host.pontoon(&run).at_terminal().wait();
    let lines: Vec<&str> = out.stdout.split_whitespace().collect();
    assert_eq!(lines, ["/dev/pts/0", "5", "5", "5", "5", "5"], "{out}");
    host.finish();
}

#[test]
fn it_is_connected_and_runs_in_the_background() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.nested_bundle(ROOT);
    let script =
        "echo hello >/dev/stdout; ip -o -4 addr show eth0 | tr -s ' ' | cut -d' ' -f4; exec sleep 1000";
    host.pontoon(&["run", "-d", "--name=c1", "-u", "7", bundle.path(), "sh", "-c", script]).ok();
    host.wait_for("its words", || host.pontoon(&["logs", "c1"]).ok().stdout == "hello\n10.87.0.2/16\n");
    host.sh("ping -c 1 -W 5 10.87.0.2").ok();
    let other = host.pontoon(&["run", "--rm", bundle.path(), "ping", "-c", "1", "-W", "5", "10.87.0.2"]).ok();
    assert!(other.stdout.contains("1 packets received"), "{other}");
    host.pontoon(&["network", "connect", "bridge", "c1"]).ok();
    let cards = host.pontoon(&["exec", "c1", "ls", "/sys/class/net"]).ok().stdout;
    assert_eq!(cards, "eth0\neth1\nlo\n");
    host.pontoon(&["network", "disconnect", "bridge", "c1"]).ok();
    // Another one shares its network, and sees that, and nothing of the host's.
    let shared = ["run", "--rm", "--net=container:c1", bundle.path(), "ls", "/sys/class/net"];
    assert_eq!(host.pontoon(&shared).ok().stdout, "eth0\nlo\n");
    host.pontoon(&["rm", "-f", "c1"]).ok();
    host.finish();
}

#[test]
fn what_is_the_hosts_network_is_shown_but_not_changed() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let script =
        "ls -d /sys/class/net/lo; mount | grep ' /sys ' | grep -c '[(,]ro[,)]'; touch /sys/x 2>/dev/null || echo no
        ip link set lo down 2>/dev/null || echo no";
    let run = ["run", "--rm", "--net=host", bundle.path(), "sh", "-c", script];
    assert_eq!(host.pontoon(&run).ok().stdout, "/sys/class/net/lo\n1\nno\nno\n");
    host.finish();
}

#[test]
fn a_container_is_run_in_the_namespaces_of_another() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    let first = host.start("c1", &["--net=none"], &bundle, "");
    let kinds = [("pid", "pid"), ("user", "user"), ("ipc", "ipc"), ("uts", "uts"), ("network", "net")];
    // Which are joined, and what of config.json can't be had then.
    for joined in [&kinds[..1], &kinds[1..2], &kinds[..2], &kinds[1..], &kinds[..]] {
        let second = host.nested_bundle(ROOT);
        for (kind, file) in joined {
            second.namespace(kind, Some(&of(&host, "c1", file)));
        }
        second.config(|config| {
            if joined[0].0 == "pid" && joined.len() == 1 {
                // A view of processes that belong to another user namespace is not its to mount.
                config["mounts"].as_array_mut().unwrap().retain(|mount| mount["destination"] != "/proc");
                config["linux"]["maskedPaths"] = json!([]);
                config["linux"]["readonlyPaths"] = json!([]);
            }
        });
        let script = "id -u; cd /proc/self/ns 2>/dev/null && for ns in pid user ipc uts net; do readlink $ns; done; true";
        let run = ["run", "-b", second.path(), "c2"];
        second.config(|config| config["process"]["args"] = json!(["sh", "-c", script]));
        let said = host.pontoon(&run).ok().stdout;
        let own =
            first.exec("cd /proc/self/ns; for ns in pid user ipc uts net; do readlink $ns; done").stdout;
        let mut lines = said.lines();
        assert_eq!(lines.next(), Some("0"), "{joined:?}");
        for (second, first) in lines.zip(own.lines()) {
            let kind = second.split(':').next().unwrap();
            assert_eq!(second == first, joined.iter().any(|(_, file)| *file == kind), "{kind} of {joined:?}");
        }
    }
    first.end();
    host.finish();
}

#[test]
fn what_config_json_says_of_a_joined_namespace_is_looked_at() {
    let host = Host::new();
    let first = host.start("c1", &["--net=none"], &host.nested_bundle(ROOT), "");
    let second = host.nested_bundle(ROOT);
    second.namespace("user", Some(&of(&host, "c1", "user")));
    assert_eq!(says(&host, &second, "id -u"), "0\n");
    second.config(|config| config["linux"]["uidMappings"] = mapping(0, ROOT + 1, 65_536));
    let refused = host.pontoon(&["run", "--net=none", second.path(), "true"]).fails(125);
    assert!(refused.error().contains("another uid_map: 0 100000 65536"), "{refused}");
    first.end();
    host.finish();
}

#[test]
fn mappings_that_cannot_be_are_refused() {
    let host = Host::new();
    let refused = |change: fn(&mut Value), expected: &str| {
        let bundle = host.nested_bundle(ROOT);
        bundle.config(change);
        let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
        assert!(out.error().contains(expected), "{expected:?} is not in {out}");
    };
    refused(|config| config["linux"]["gidMappings"] = json!([]), "uidMappings without gidMappings");
    refused(|config| config["linux"]["uidMappings"] = mapping(1, ROOT, 9), "nobody is root");
    refused(|config| config["linux"]["uidMappings"] = mapping(0, ROOT, 0), "no ids");
    refused(|config| config["process"]["user"]["uid"] = 70_000.into(), "70000 is nobody");
    refused(|config| config["process"]["user"]["gid"] = 70_000.into(), "70000 is nobody");
    refused(
        |config| {
            let lines = json!([
                {"containerID": 0, "hostID": 1000, "size": 10},
                {"containerID": 5, "hostID": 2000, "size": 10}
            ]);
            config["linux"]["uidMappings"] = lines;
        },
        "overlap",
    );
    refused(
        |config| {
            let list = config["linux"]["namespaces"].as_array_mut().unwrap();
            list.retain(|namespace| namespace["type"] != "user");
        },
        "without a user namespace",
    );
    refused(
        |config| {
            config["linux"]["uidMappings"] = json!([]);
            config["linux"]["gidMappings"] = json!([]);
        },
        "needs linux.uidMappings",
    );
    host.finish();
}

#[test]
fn it_is_created_and_started() {
    let host = Host::new();
    let bundle = host.nested_bundle(ROOT);
    bundle.config(|config| config["process"]["args"] = json!(["sh", "-c", "id -u; exec sleep 1000"]));
    let create = host.pontoon(&["create", "-b", bundle.path(), "c1"]).spawn();
    host.wait_for("the container", || {
        host.pontoon(&["state", "c1"]).run().stdout.contains("\"status\": \"created\"")
    });
    host.pontoon(&["start", "c1"]).ok();
    create.wait_for_stdout("0\n");
    assert_eq!(host.pontoon(&["exec", "c1", "id", "-u"]).ok().stdout, "0\n");
    host.pontoon(&["delete", "--force", "c1"]).ok();
    assert_eq!(create.wait().stdout, "0\n");
    host.finish();
}
