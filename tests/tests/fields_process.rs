//! The fields of `process`, and those of `linux` that are about the program, as seen from inside.

use std::fs;

use pontoon_tests::Host;
use pontoon_tests::configured::{changed, refused, run, says};
use serde_json::{Value, json};

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
    // This policy has no nice value of its own: it stays what the tests were started with.
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let nice = stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap();
    let expected = format!("nice {nice}\npriority 0 policy 5\n");
    assert_eq!(says(&host, &idle, SCHEDULER), expected);
    let container = host.start("c1", &["--net=none"], &idle, "");
    assert_eq!(container.exec(SCHEDULER).stdout, expected, "exec starts from the same");
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
