//! What config.json asks of a container's own namespaces: kernel parameters, devices of the host's network, names.

use std::fs;
use std::os::unix::fs::symlink;

use pontoon_tests::Host;
use pontoon_tests::configured::{changed, refused, says};
use serde_json::{Value, json};

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
