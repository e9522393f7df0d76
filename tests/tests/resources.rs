//! Limits of a container: what config.json asks for is what the kernel's files hold, on either version of cgroups.

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

const MIB: u64 = 1 << 20;

/// A bundle with these `linux.resources`, beside the rules about devices.
fn limited(host: &Host, resources: &Value) -> Bundle {
    let bundle = host.bundle();
    bundle.config(|config| {
        let all = config["linux"]["resources"].as_object_mut().unwrap();
        all.extend(resources.as_object().unwrap().clone());
    });
    bundle
}

/// Each file of each controller, read by the host.
#[test]
fn limits_are_in_the_kernels_files() {
    let host = Host::new();
    let resources = json!({
        "memory": {"limit": 40 * MIB, "swap": 60 * MIB, "reservation": 20 * MIB},
        "cpu": {"shares": 512, "quota": 30000, "period": 60000, "cpus": "0", "mems": "0"},
        "pids": {"limit": 20},
    });
    let container = host.start("c1", &["--net=none"], &limited(&host, &resources), "");
    let limits = host.limits("c1");
    limits.assert_hold(&[
        ("memory/memory.limit_in_bytes", "41943040", "memory.max", "41943040"),
        ("memory/memory.memsw.limit_in_bytes", "62914560", "memory.swap.max", "20971520"),
        ("memory/memory.soft_limit_in_bytes", "20971520", "memory.low", "20971520"),
        ("cpu/cpu.shares", "512", "cpu.weight", "59"),
        ("cpu/cpu.cfs_quota_us", "30000", "cpu.max", "30000 60000"),
        ("cpu/cpu.cfs_period_us", "60000", "cpu.max", "30000 60000"),
        ("cpuset/cpuset.cpus", "0", "cpuset.cpus", "0"),
        ("cpuset/cpuset.mems", "0", "cpuset.mems", "0"),
        ("pids/pids.max", "20", "pids.max", "20"),
    ]);
    assert_eq!(container.exec("nproc").line(), "1", "processors inside");
    container.end();
    host.finish();
}

/// What only version 1 has is set there, and refused with the name of its file elsewhere.
#[test]
fn settings_of_version_1_alone_are_set_or_refused() {
    let host = Host::new();
    let resources = json!({"memory": {"limit": 40 * MIB, "swappiness": 30, "disableOOMKiller": true}});
    let bundle = limited(&host, &resources);
    if host.has_v1("memory") {
        let container = host.start("c1", &["--net=none"], &bundle, "");
        let limits = host.limits("c1");
        assert_eq!(limits.read("memory/memory.swappiness", ""), "30");
        assert!(limits.read("memory/memory.oom_control", "").starts_with("oom_kill_disable 1"));
        container.end();
    } else {
        let refused = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "true"]).fails(125);
        assert!(refused.error().contains("memory.swappiness"), "{refused}");
    }
    host.finish();
}

/// Huge pages, and whatever else the unified hierarchy has, by its own names.
#[test]
fn unified_and_huge_pages_are_for_version_2() {
    let host = Host::new();
    let unified = json!({"unified": {"hugetlb.2MB.max": "4194304", "cgroup.max.depth": "7"}});
    if host.has_v1("hugetlb") || host.sh("ls /sys/kernel/mm/hugepages/hugepages-2048kB").run().status != 0 {
        return host.finish();
    }
    for resources in [unified, json!({"hugepageLimits": [{"pageSize": "2MB", "limit": 4 * MIB}]})] {
        let container = host.start("c1", &["--net=none"], &limited(&host, &resources), "");
        let limits = host.limits("c1");
        assert_eq!(limits.read("hugetlb/", "hugetlb.2MB.max"), "4194304");
        container.end();
    }
    host.finish();
}

#[test]
fn a_container_that_takes_too_much_memory_is_ended_and_events_tells() {
    let host = Host::new();
    let bundle = limited(&host, &json!({"memory": {"limit": 30 * MIB, "swap": 30 * MIB}}));
    let script = "while [ ! -e /go ]; do sleep 0.01; done; exec tail /dev/zero";
    let run = ["run", "-d", "--name", "c1", "--net=none", bundle.path(), "sh", "-c", script];
    host.pontoon(&run).ok();
    let events = host.pontoon(&["events", "--interval", "50ms", "c1"]).spawn();
    events.wait_for_stdout("\"stats\"");
    bundle.write("go", "");
    let told = events.wait();
    assert_eq!(told.status, 0, "{told}");
    assert!(told.stdout.contains(r#"{"type":"oom","id":""#), "{told}");
    assert_eq!(host.pontoon(&["wait", "c1"]).ok().line(), "137");
    let over = host.pontoon(&["events", "c1"]).fails(1);
    assert!(over.error().contains("is not running"), "{over}");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn no_more_processes_than_allowed() {
    let host = Host::new();
    let bundle = limited(&host, &json!({"pids": {"limit": 4}}));
    let script = "for i in 1 2 3 4 5 6; do sleep 1000 & done; echo all";
    let out = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).run();
    assert!(!out.stdout.contains("all") && out.stderr.contains("can't fork"), "{out}");
    host.finish();
}

/// A line each: `linux.resources` or a whole `linux`, and a part of the one line that refuses it.
#[test]
fn what_cannot_be_limited_is_refused_and_nothing_is_left() {
    let host = Host::new();
    let run = |bundle: &Bundle| {
        let out = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "true"]).fails(125);
        out.error().to_owned()
    };
    for (resources, problem) in [
        (json!({"cpu": {"quota": 10}}), "linux.resources.cpu.quota: write(\"/sys/fs/cgroup/"),
        (json!({"cpu": {"cpus": "999"}}), "cpuset.cpus"),
        (json!({"memory": {"swappiness": 500}}), "(valid range is 0-100)"),
        (json!({"hugepageLimits": [{"pageSize": "3MB", "limit": 1}]}), "hugetlb.3MB.max"),
        (json!({"unified": {"../cpu.weight": "1"}}), "no slashes"),
        (json!({"unified": {"hugetlb.nothing": "1"}}), "hugetlb.nothing"),
        (json!({"blockIO": {"weight": 5}}), "5 is not between 10 and 1000"),
        (json!({"rdma": {"no-such-device": {"hcaHandles": 3}}}), "rdma.max"),
        (
            json!({"blockIO": {"throttleReadBpsDevice": [{"major": 900, "minor": 0, "rate": 1000}]}}),
            "linux.resources.blockIO.throttleReadBpsDevice",
        ),
    ] {
        let refused = run(&limited(&host, &resources));
        assert!(refused.contains(problem), "{refused}");
    }
    for (path, problem) in [
        ("/a/../../b", "not a path of names"),
        ("..", "not a path of names"),
        ("system.slice:runc:c1", "systemd"),
    ] {
        let bundle = host.bundle();
        bundle.config(|config| config["linux"]["cgroupsPath"] = path.into());
        let refused = run(&bundle);
        assert!(refused.contains("linux.cgroupsPath") && refused.contains(problem), "{refused}");
    }
    host.finish();
}

#[test]
fn update_changes_what_is_given_and_nothing_else() {
    let host = Host::new();
    let resources =
        json!({"memory": {"limit": 40 * MIB, "swap": 40 * MIB}, "cpu": {"quota": 20000, "period": 50000}});
    let container = host.start("c1", &["--net=none"], &limited(&host, &resources), "");
    let limits = host.limits("c1");
    let update = |flags: &[&str]| host.pontoon(&[&["update"], flags, &["c1"]].concat());
    update(&["--cpu-quota", "30000", "--pids-limit", "50"]).ok();
    let cpu = [
        ("cpu/cpu.cfs_quota_us", "30000", "cpu.max", "30000 50000"),
        ("cpu/cpu.cfs_period_us", "50000", "cpu.max", "30000 50000"),
        ("pids/pids.max", "50", "pids.max", "50"),
    ];
    limits.assert_hold(&cpu);
    // Above what memory and swap were together, which the kernel takes in one order only; and back.
    for size in ["90M", "50M"] {
        update(&["--memory", size, "--memory-swap", size]).ok();
        let bytes = (size[..2].parse::<u64>().unwrap() * MIB).to_string();
        let swap = ("memory/memory.memsw.limit_in_bytes", bytes.as_str(), "memory.swap.max", "0");
        limits.assert_hold(&[("memory/memory.limit_in_bytes", &bytes, "memory.max", &bytes), swap]);
    }
    limits.assert_hold(&cpu);
    // A file, with a part that is refused: then nothing changes.
    let file = host.dir().join("resources.json");
    let text =
        json!({"pids": {"limit": 60}, "hugepageLimits": [{"pageSize": "3MB", "limit": 1}]}).to_string();
    std::fs::write(&file, text).unwrap();
    let refused = update(&["--resources", file.to_str().unwrap()]).fails(1);
    assert!(refused.error().contains("hugetlb.3MB"), "{refused}");
    limits.assert_hold(&cpu);
    host.pontoon(&["update", "-r", "-", "c1"]).stdin(r#"{"pids": {"limit": -1}}"#).ok();
    assert_eq!(limits.read("pids/pids.max", "pids.max"), "max");
    // Processors, of which nothing had been said.
    update(&["--cpuset-cpus", "0"]).ok();
    assert_eq!(container.exec("nproc").line(), "1");
    assert_eq!(container.exec("grep Cpus_allowed_list /proc/1/status | cut -f2").line(), "0");
    container.end();
    host.finish();
}

/// podman writes one rule, and counts on what every container needs.
#[test]
fn a_container_has_its_usual_devices_whatever_the_rules() {
    let host = Host::new();
    let bundle = host.bundle();
    let deny = json!([{"allow": false, "access": "rwm"}]);
    bundle.config(|config| config["linux"]["resources"]["devices"] = deny);
    let script = "head -c 1 /dev/urandom >/dev/null && mknod /dev/kmsg2 c 1 11 && head -c 1 /dev/kmsg2";
    let out = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "sh", "-c", script]).fails(1);
    assert!(out.stderr.contains("/dev/kmsg2: Operation not permitted"), "{out}");
    host.finish();
}

/// The names of runc's numbers, with those that are left out when they are zero.
#[test]
fn statistics_have_runcs_names() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    let event = host.pontoon(&["events", "--stats", "c1"]).ok().json();
    assert_eq!((&event["type"], event["data"].is_object()), (&json!("stats"), true), "{event}");
    let data = &event["data"];
    let has = |value: &Value, names: &[&str]| {
        for name in names {
            assert!(value.get(name).is_some(), "{name} is missing: {value}");
        }
    };
    let parts = ["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"];
    has(data, &parts);
    assert_eq!(data.as_object().unwrap().len(), parts.len());
    has(&data["cpu"], &["usage", "throttling"]);
    has(&data["cpu"]["usage"], &["total", "kernel", "user"]);
    has(&data["memory"], &["usage", "swap", "kernel", "kernelTCP", "raw"]);
    for entry in ["usage", "swap", "kernel", "kernelTCP"] {
        has(&data["memory"][entry], &["limit", "failcnt"]);
    }
    has(&data["pids"], &["current"]);
    let flags = ["cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page"];
    has(&data["cpuset"], &flags);
    has(&data["cpuset"], &["cpus", "mems", "memory_spread_slab", "memory_pressure", "sched_load_balance"]);
    has(&data["cpuset"], &["sched_relax_domain_level"]);
    if host.has_v1("cpuacct") {
        has(&data["cpu"]["usage"], &["percpu", "percpu_kernel", "percpu_user"]);
    }
    assert!(data["memory"]["usage"]["usage"].as_u64() > Some(0), "{data}");
    container.end();
    host.finish();
}
