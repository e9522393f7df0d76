//! The fields of config.json about the program and the namespaces it is in, as seen from inside.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, symlink};

use pontoon_tests::{Bundle, Host, Output};
use serde_json::{Value, json};

/// A bundle whose configuration has been changed.
fn changed(host: &Host, change: impl FnOnce(&mut Value)) -> Bundle {
    let bundle = host.bundle();
    bundle.config(change);
    bundle
}

fn run(host: &Host, bundle: &Bundle, script: &str) -> Output {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).run()
}

/// What a script writes in a container without a network.
#[track_caller]
fn says(host: &Host, bundle: &Bundle, script: &str) -> String {
    let out = run(host, bundle, script);
    assert_eq!(out.status, 0, "{out}");
    out.stdout
}

/// Fails unless the bundle is refused with one line that holds all of `words`.
#[track_caller]
fn refused(host: &Host, change: impl FnOnce(&mut Value), words: &[&str]) {
    let bundle = changed(host, change);
    let out = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(out.error().starts_with("pontoon: "), "{out}");
    assert!(words.iter().all(|word| out.error().contains(word)), "{words:?} are not all in {out}");
}

/// The process' policy, nice value and real-time priority (proc_pid_stat(5)).
const SCHEDULER: &str =
    "set -- $(sed 's/.*) //' /proc/self/stat); shift 16; echo nice $1; shift 21; echo priority $1 policy $2";

#[test]
fn the_scheduler_is_the_configurations() {
    let host = Host::new();
    let with = |scheduler: Value| changed(&host, |config| config["process"]["scheduler"] = scheduler);
    let batch = with(json!({"policy": "SCHED_BATCH", "nice": 5, "flags": ["SCHED_FLAG_RESET_ON_FORK"]}));
    // The flag keeps it from what the shell starts, so the shell looks at itself.
    assert_eq!(
        says(&host, &batch, "read -r line </proc/self/stat; set -- ${line##*) }; shift 16; echo $1"),
        "5\n"
    );
    let idle = with(json!({"policy": "SCHED_IDLE"}));
    assert_eq!(says(&host, &idle, SCHEDULER), "nice 0\npriority 0 policy 5\n");
    let container = host.start("c1", &["--net=none"], &idle, "");
    assert_eq!(
        container.exec(SCHEDULER).stdout,
        "nice 0\npriority 0 policy 5\n",
        "exec starts from the same"
    );
    container.end();
    let fifo = with(json!({"policy": "SCHED_FIFO", "priority": 10}));
    let out = run(&host, &fifo, SCHEDULER);
    // A cgroup of version 1 may have no share of the real time.
    let known = out.stdout == "nice 0\npriority 10 policy 1\n" || out.stderr.contains("sched_setattr");
    assert!(known, "{out}");
    refused(
        &host,
        |c| c["process"]["scheduler"] = json!({"policy": "SCHED_OTHER", "priority": 1}),
        &["priority 1"],
    );
    refused(
        &host,
        |c| c["process"]["scheduler"] = json!({"policy": "SCHED_OTHER", "nice": 99}),
        &["nice 99"],
    );
    refused(&host, |c| c["process"]["scheduler"] = json!({"policy": "SCHED_FAST"}), &["SCHED_FAST"]);
    host.finish();
}

#[test]
fn the_io_priority_is_the_configurations() {
    let host = Host::new();
    let with = |class: &str, priority: i64| {
        let wanted = json!({"class": class, "priority": priority});
        changed(&host, |config| config["process"]["ioPriority"] = wanted)
    };
    assert_eq!(says(&host, &with("IOPRIO_CLASS_BE", 6), "ionice -p $$"), "best-effort: prio 6\n");
    let idle = with("IOPRIO_CLASS_IDLE", 0);
    assert_eq!(says(&host, &idle, "ionice -p $$"), "idle\n");
    let container = host.start("c1", &["--net=none"], &idle, "");
    assert_eq!(container.exec("ionice -p $$").stdout, "idle\n");
    container.end();
    let bad = json!({"class": "IOPRIO_CLASS_BE", "priority": 8});
    refused(&host, |config| config["process"]["ioPriority"] = bad, &["ioPriority", "8"]);
    host.finish();
}

#[test]
fn exec_runs_on_the_processors_it_is_given() {
    let host = Host::new();
    let with = |wanted: Value| changed(&host, |config| config["process"]["execCPUAffinity"] = wanted);
    let bundle = with(json!({"initial": "0", "final": "0"}));
    let look = "grep Cpus_allowed_list /proc/self/status | cut -f2";
    let all = says(&host, &host.bundle(), look);
    assert_eq!(says(&host, &bundle, look), all, "the first program has all");
    let container = host.start("c1", &["--net=none"], &bundle, "");
    assert_eq!(container.exec(look).stdout, "0\n");
    container.end();
    let container = host.start("c2", &["--net=none"], &with(json!({"final": "8000"})), "");
    let out = host.pontoon(&["exec", "c2", "true"]).fails(125);
    assert!(out.error().contains("CPU affinity"), "{out}");
    container.end();
    refused(&host, |c| c["process"]["execCPUAffinity"] = json!({"initial": "3-1"}), &["3-1"]);
    host.finish();
}

#[test]
fn the_machine_and_its_memory_are_as_the_configuration_says() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["linux"]["personality"] = json!({"domain": "LINUX32"});
        config["linux"]["memoryPolicy"] =
            json!({"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]});
    });
    let look = "uname -m; cut -d' ' -f2 /proc/self/numa_maps | sort -u";
    let container = host.start("c1", &["--net=none"], &bundle, look);
    let said = container.said();
    assert!(said.starts_with("i686\nbind"), "{said}");
    assert_eq!(container.exec(look).stdout.trim(), said, "for every program of the container");
    container.end();
    let plain =
        changed(&host, |config| config["linux"]["personality"] = json!({"domain": "LINUX", "flags": []}));
    assert_eq!(says(&host, &plain, "uname -m"), "x86_64\n");
    let flags = json!({"domain": "LINUX", "flags": ["ADDR_NO_RANDOMIZE"]});
    refused(&host, |config| config["linux"]["personality"] = flags, &["personality", "ADDR_NO_RANDOMIZE"]);
    let nodes = json!({"mode": "MPOL_BIND", "nodes": "900"});
    refused(&host, |config| config["linux"]["memoryPolicy"] = nodes, &["memory policy", "set_mempolicy"]);
    host.finish();
}

#[test]
fn kernel_parameters_of_its_own_namespaces() {
    let host = Host::new();
    let names = [
        "net.ipv4.ip_forward",
        "kernel.msgmax",
        "fs.mqueue.msg_max",
        "kernel.domainname",
        "net/ipv4/conf/lo/arp_ignore",
    ];
    let look = names.map(|name| format!("/proc/sys/{}", name.replace('.', "/"))).join(" ");
    let before = host.sh(&format!("cat {look}")).ok().stdout;
    let bundle = changed(&host, |config| {
        config["linux"]["sysctl"] = json!({
            "net.ipv4.ip_forward": "1", "kernel.msgmax": "4321", "fs.mqueue.msg_max": "11",
            "kernel.domainname": "example.org", "net/ipv4/conf/lo/arp_ignore": "2",
        });
    });
    assert_eq!(says(&host, &bundle, &format!("cat {look}")), "1\n4321\n11\nexample.org\n2\n");
    assert_eq!(host.sh(&format!("cat {look}")).ok().stdout, before, "the host's are as they were");
    let sysctl =
        |name: &'static str| move |config: &mut Value| config["linux"]["sysctl"] = json!({name: "1"});
    refused(&host, sysctl("kernel.panic"), &["kernel.panic", "not in a separate kernel namespace"]);
    refused(&host, sysctl("vm.swappiness"), &["vm.swappiness"]);
    refused(&host, sysctl("net/../kernel/panic"), &["no name"]);
    refused(&host, sysctl("kernel.hostname"), &["hostname"]);
    refused(&host, sysctl("net.ipv4.no_such"), &["net.ipv4.no_such", "No such file"]);
    let without = |kind: &'static str, name: &'static str| {
        move |config: &mut Value| {
            config["linux"]["namespaces"]
                .as_array_mut()
                .unwrap()
                .retain(|namespace| namespace["type"] != kind);
            config["linux"]["sysctl"] = json!({name: "1"});
        }
    };
    refused(&host, without("ipc", "kernel.shmmax"), &["kernel.shmmax", "host's ipc namespace"]);
    let of_the_host = changed(&host, without("network", "net.core.somaxconn"));
    let out = host.pontoon(&["run", "--net=host", of_the_host.path(), "true"]).fails(125);
    assert!(out.error().contains("host's network namespace"), "{out}");
    host.finish();
}

#[test]
fn parameters_of_a_card_are_set_once_it_is_there() {
    let host = Host::new().bridge_may_stay();
    let bundle =
        changed(&host, |config| config["linux"]["sysctl"] = json!({"net.ipv4.conf.eth0.rp_filter": "2"}));
    let out = host
        .pontoon(&[
            "run",
            "--rm",
            "--net=bridge",
            bundle.path(),
            "cat",
            "/proc/sys/net/ipv4/conf/eth0/rp_filter",
        ])
        .ok();
    assert_eq!(out.stdout, "2\n");
    host.finish();
}

#[test]
fn nothing_below_proc_leads_a_parameter_astray() {
    let host = Host::new();
    // /proc/sys of the container is a directory of the bundle's, and its /proc no procfs of this process.
    let bundle = changed(&host, |config| {
        config["linux"]["sysctl"] = json!({"net.ipv4.ip_forward": "1"});
        config["mounts"].as_array_mut().unwrap().retain(|mount| mount["destination"] != "/proc");
        config["linux"]["maskedPaths"] = json!([]);
        config["linux"]["readonlyPaths"] = json!([]);
    });
    let fake = bundle.rootfs().join("proc/sys/net/ipv4");
    fs::create_dir_all(&fake).unwrap();
    symlink("/etc/passwd", fake.join("ip_forward")).unwrap();
    let before = fs::read(bundle.rootfs().join("etc/passwd")).unwrap();
    assert_eq!(says(&host, &bundle, "echo ran"), "ran\n");
    assert_eq!(fs::read(bundle.rootfs().join("etc/passwd")).unwrap(), before);
    host.finish();
}

#[test]
fn devices_of_the_host_become_the_containers() {
    let host = Host::new();
    let make =
        "ip link add dev0 mtu 1400 type veth peer name other0 && ip link add dev1 type veth peer name other1
        ip address add 192.0.2.7/24 dev dev0 && ip address add 2001:db8::7/64 dev dev0 nodad
        ip link set dev0 address 02:00:00:00:00:77 up && ip link set other0 up && ip link set other1 up";
    let bundle = changed(&host, |config| {
        config["linux"]["netDevices"] = json!({"dev0": {"name": "net0"}, "dev1": {}});
    });
    host.sh(make).ok();
    let container = host.start("c1", &["--net=none"], &bundle, "ip -o link; ip -o address; ip route");
    let said = container.said();
    for seen in [
        "net0",
        "mtu 1400",
        "02:00:00:00:00:77",
        "192.0.2.7/24",
        "2001:db8::7/64",
        "dev1",
        "192.0.2.0/24 dev net0",
    ] {
        assert!(said.contains(seen), "{seen} is not in {said}");
    }
    let up =
        said.lines().filter(|line| line.contains("UP") && (line.contains("net0@") || line.contains("dev1@")));
    assert_eq!(up.count(), 2, "{said}");
    let left = host.sh("ip -o link").ok().stdout;
    assert!(!left.contains("dev0:") && !left.contains("dev1:"), "they are the host's no more: {left}");
    container.end();
    // What is virtual goes with the namespace, the other ends too.
    host.wait_for("the end of the devices", || !host.sh("ip -o link").ok().stdout.contains("other"));
    host.finish();
}

#[test]
fn devices_that_cannot_be_moved_stay() {
    let host = Host::new();
    let make = "ip link add dev0 type veth peer name dev1 && ip address add 192.0.2.1/24 dev dev0 && ip link set dev0 up";
    host.sh(make).ok();
    let devices = |wanted: Value| move |config: &mut Value| config["linux"]["netDevices"] = wanted;
    refused(&host, devices(json!({"dev0": {}, "absent": {}})), &["absent"]);
    refused(&host, devices(json!({"dev0": {"name": "a/b"}})), &["a/b"]);
    refused(&host, devices(json!({"dev0": {"name": "x"}, "dev1": {"name": "x"}})), &["two devices", "x"]);
    refused(&host, devices(json!({"lo": {}})), &["lo"]);
    // The second fails when the first has moved.
    refused(&host, devices(json!({"dev0": {"name": "x"}, "dev1": {"name": "lo"}})), &["dev1"]);
    let bundle = changed(&host, devices(json!({"dev0": {}})));
    let out = host.pontoon(&["run", "--net=host", bundle.path(), "true"]).fails(125);
    assert!(out.error().contains("network namespace"), "{out}");
    // Nor is it lost with a container whose program can't be run.
    host.pontoon(&["run", "--net=none", bundle.path(), "/no/such/program"]).fails(127);
    let left = host.sh("ip -o link").ok().stdout;
    assert!(left.contains("dev0@dev1") && left.contains("dev1@dev0"), "{left}");
    let as_before = host.sh("ip -o address show dev dev0 up").ok().stdout;
    assert!(as_before.contains("192.0.2.1/24"), "{as_before}");
    host.sh("ip link del dev0").ok();
    host.finish();
}

#[test]
fn a_terminal_begins_with_the_size_it_is_given() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["process"]["terminal"] = true.into();
        config["process"]["consoleSize"] = json!({"height": 31, "width": 97});
        config["process"]["args"] = json!(["stty", "size"]);
    });
    let out = host.pontoon(&["run", "--rm", "--net=none", "-t", bundle.path()]).ok();
    assert_eq!(out.stdout, "31 97\r\n");
    host.finish();
}

#[test]
fn capabilities_that_nobody_can_give_are_told_of() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        for set in ["bounding", "effective", "permitted"] {
            let set = config["process"]["capabilities"][set].as_array_mut().unwrap();
            set.extend(["CAP_LEVITATE".into(), "CAP_SYS_RESOURCE".into()]);
        }
        config["process"]["capabilities"]["inheritable"] = json!(["CAP_KILL"]);
        config["process"]["capabilities"]["ambient"] = json!(["CAP_KILL"]);
    });
    let lacks = host.sh("capsh --has-p=cap_sys_resource 2>/dev/null").run().status != 0;
    let out = run(&host, &bundle, "grep -E 'Cap(Prm|Amb)' /proc/self/status | tr -d '\\t'");
    assert_eq!(out.status, 0, "{out}");
    let permitted = if lacks { "00000000a80425fb" } else { "00000000a90425fb" };
    assert_eq!(out.stdout, format!("CapPrm:{permitted}\nCapAmb:0000000000000020\n"));
    assert_eq!(out.stderr.matches("CAP_LEVITATE").count(), 1, "{out}");
    assert_eq!(out.stderr.contains("CAP_SYS_RESOURCE"), lacks, "{out}");
    host.finish();
}

#[test]
fn what_this_host_lacks_is_refused() {
    let host = Host::new();
    if !std::path::Path::new("/sys/module/apparmor").exists() {
        refused(
            &host,
            |c| c["process"]["apparmorProfile"] = "docker-default".into(),
            &["apparmorProfile", "AppArmor"],
        );
    }
    if !std::path::Path::new("/sys/fs/selinux/enforce").exists() {
        let label = "system_u:system_r:container_t:s0";
        refused(&host, |c| c["process"]["selinuxLabel"] = label.into(), &["selinuxLabel", "SELinux"]);
    }
    if !std::path::Path::new("/sys/fs/resctrl/schemata").exists() {
        refused(&host, |c| c["linux"]["intelRdt"] = json!({"closID": "x"}), &["linux.intelRdt", "resctrl"]);
    }
    // Those that ask for nothing ask for nothing.
    let bundle = changed(&host, |config| {
        config["process"]["apparmorProfile"] = "".into();
        config["process"]["selinuxLabel"] = "".into();
        config["linux"]["mountLabel"] = "".into();
    });
    says(&host, &bundle, "true");
    host.finish();
}

#[test]
fn limits_nobody_knows_are_refused() {
    let host = Host::new();
    let limit = |kind: &str| json!([{"type": kind, "soft": 1, "hard": 1}]);
    refused(&host, |c| c["process"]["rlimits"] = limit("RLIMIT_PATIENCE"), &["RLIMIT_PATIENCE"]);
    let over = json!([{"type": "RLIMIT_NOFILE", "soft": 20, "hard": 10}]);
    refused(&host, |c| c["process"]["rlimits"] = over, &["RLIMIT_NOFILE"]);
    let twice =
        json!([{"type": "RLIMIT_CORE", "soft": 1, "hard": 1}, {"type": "RLIMIT_CORE", "soft": 1, "hard": 1}]);
    refused(&host, |c| c["process"]["rlimits"] = twice, &["RLIMIT_CORE", "twice"]);
    host.finish();
}

#[test]
fn users_have_their_groups_and_their_mask() {
    let host = Host::new();
    let bundle = changed(&host, |config| {
        config["process"]["user"] =
            json!({"uid": 12, "gid": 34, "additionalGids": [56, 78], "umask": 0o27, "username": "x"});
        config["process"]["cwd"] = "/tmp".into();
    });
    let out =
        run(&host, &bundle, "id -u; id -g; grep Groups /proc/self/status; umask; touch f; stat -c %a f");
    assert_eq!(
        out.stdout.replace('\t', " ").replace(" \n", "\n"),
        "12\n34\nGroups: 56 78\n0027\n640\n",
        "{out}"
    );
    assert!(out.stderr.contains("username"), "{out}");
    host.finish();
}

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
fn names_need_a_namespace_for_names() {
    let host = Host::new();
    let named = changed(&host, |config| {
        config["hostname"] = "inside".into();
        config["domainname"] = "example.org".into();
    });
    assert_eq!(says(&host, &named, "hostname; cat /proc/sys/kernel/domainname"), "inside\nexample.org\n");
    for field in ["hostname", "domainname"] {
        let change = |config: &mut Value| {
            config["linux"]["namespaces"]
                .as_array_mut()
                .unwrap()
                .retain(|namespace| namespace["type"] != "uts");
            config[field] = "inside".into();
        };
        refused(&host, change, &[field, "uts namespace"]);
    }
    // One that is joined is as good, unless it is the host's.
    let joined = |path: &str| {
        let path = path.to_owned();
        move |config: &mut Value| {
            for namespace in config["linux"]["namespaces"].as_array_mut().unwrap() {
                if namespace["type"] == "uts" {
                    namespace["path"] = path.clone().into();
                }
            }
            config["hostname"] = "both".into();
        }
    };
    refused(&host, joined("/proc/self/ns/uts"), &["uts namespace"]);
    let container = host.start("c1", &["--net=none"], &named, "");
    let pid = host.pontoon(&["inspect", "c1"]).ok().json()[0]["pid"].to_string();
    let other = changed(&host, joined(&format!("/proc/{pid}/ns/uts")));
    assert_eq!(says(&host, &other, "hostname"), "both\n");
    assert_eq!(container.exec("hostname").stdout, "both\n");
    container.end();
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

#[test]
fn a_profile_of_apparmors_is_entered() {
    let host = Host::new();
    let enabled =
        fs::read("/sys/module/apparmor/parameters/enabled").is_ok_and(|text| text.starts_with(b"Y"));
    if !enabled {
        return host.finish();
    }
    let with = |profile: &str| changed(&host, |config| config["process"]["apparmorProfile"] = profile.into());
    let bundle = with("unconfined");
    let container = host.start("c1", &["--net=none"], &bundle, "cat /proc/self/attr/current");
    assert_eq!(container.said(), "unconfined");
    assert_eq!(container.exec("cat /proc/self/attr/current").stdout, "unconfined\n");
    container.end();
    refused(
        &host,
        |config| config["process"]["apparmorProfile"] = "no-such-profile".into(),
        &["no-such-profile"],
    );
    host.finish();
}
