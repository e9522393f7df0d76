//! `features`: whatever it tells is so.

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

/// What it tells.
fn features(host: &Host) -> Value {
    host.pontoon(&["features"]).ok().json()
}

fn list<'f>(features: &'f Value, pointer: &str) -> Vec<&'f str> {
    let list = features.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer}"));
    list.iter().map(|word| word.as_str().expect("a word")).collect()
}

fn runs(host: &Host, bundle: &Bundle) {
    host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "true"]).ok();
}

#[test]
fn both_ends_of_the_versions_are_accepted() {
    let host = Host::new();
    let features = features(&host);
    let bundle = host.bundle();
    for end in ["ociVersionMin", "ociVersionMax"] {
        bundle.config(|config| config["ociVersion"] = features[end].clone());
        runs(&host, &bundle);
    }
    assert_eq!(features["ociVersionMax"], "1.3.0");
    host.finish();
}

#[test]
fn every_mount_option_is_known() {
    let host = Host::new();
    let features = features(&host);
    let options = list(&features, "/mountOptions");
    // The specification's table; acl and the like are filesystems' own.
    for word in [
        "rro",
        "rnosuid",
        "tmpcopyup",
        "idmap",
        "ridmap",
        "lazytime",
        "runbindable",
        "nosymfollow",
        "remount",
    ] {
        assert!(options.contains(&word), "{word}: {options:?}");
    }
    let bundle = host.bundle();
    bundle.config(|config| {
        let mounts = config["mounts"].as_array_mut().unwrap();
        for (place, option) in options.iter().enumerate() {
            let target = format!("/mnt/{place}");
            mounts.push(match *option {
                // Those of a user namespace have tests of their own.
                "idmap" | "ridmap" => continue,
                "bind" | "rbind" => {
                    json!({ "destination": target, "source": "/run", "options": [option] })
                }
                "remount" => {
                    json!({ "destination": "/mnt/0", "type": "tmpfs", "options": ["remount", "bind", "rw"] })
                }
                _ => {
                    json!({ "destination": target, "type": "tmpfs", "source": "tmpfs", "options": [option] })
                }
            });
        }
    });
    runs(&host, &bundle);
    host.finish();
}

#[test]
fn every_namespace_and_capability_is_known() {
    let host = Host::new();
    let features = features(&host);
    let namespaces = list(&features, "/linux/namespaces");
    assert_eq!(namespaces, ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
    let bundle = host.bundle();
    bundle.config(|config| {
        let all = list(&features, "/linux/capabilities");
        for set in ["bounding", "effective", "permitted"] {
            config["process"]["capabilities"][set] = json!(all);
        }
        let namespaces: Vec<Value> =
            namespaces.iter().filter(|kind| **kind != "user").map(|kind| json!({ "type": kind })).collect();
        config["linux"]["namespaces"] = json!(namespaces);
    });
    runs(&host, &bundle);
    host.finish();
}

#[test]
fn every_word_of_seccomp_is_known() {
    let host = Host::new();
    let features = features(&host);
    let words = |name: &str| list(&features, &format!("/linux/seccomp/{name}"));
    let bundle = host.bundle();
    let rule = |action: &str, operator: &str| {
        json!({
            "names": ["sethostname"],
            "action": action,
            "args": [{ "index": 1, "value": 1, "valueTwo": 1, "op": operator }],
        })
    };
    let operators = words("operators");
    let mut rules: Vec<Value> = words("actions")
        .into_iter()
        // It wants an agent.
        .filter(|action| *action != "SCMP_ACT_NOTIFY")
        .map(|action| rule(action, operators[0]))
        .collect();
    rules.extend(operators.iter().map(|operator| rule("SCMP_ACT_LOG", operator)));
    let native = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"];
    let archs = words("archs");
    assert!(native.iter().all(|arch| archs.contains(arch)), "{archs:?}");
    for flags in [words("supportedFlags"), Vec::new()] {
        let flags: Vec<&str> = flags.into_iter().filter(|flag| !flag.contains("WAIT_KILLABLE")).collect();
        bundle.config(|config| {
            config["linux"]["seccomp"] = json!({
                "defaultAction": "SCMP_ACT_ALLOW",
                "architectures": native,
                "flags": flags,
                "syscalls": rules.iter().take(1).collect::<Vec<_>>(),
            });
        });
        runs(&host, &bundle);
    }
    for rule in rules {
        bundle.config(|config| config["linux"]["seccomp"]["syscalls"] = json!([rule]));
        runs(&host, &bundle);
    }
    host.finish();
}

#[test]
fn what_is_not_there_is_not_claimed() {
    let host = Host::new();
    let features = features(&host);
    let cgroup = &features["linux"]["cgroup"];
    assert_eq!(cgroup["systemd"], false);
    assert!(host.pontoon(&["--systemd-cgroup", "features"]).fails(125).error().contains("cgroupfs"));
    assert_eq!(features["linux"]["intelRdt"]["enabled"], false);
    let bundle = host.bundle();
    bundle.config(|config| config["linux"]["intelRdt"] = json!({ "closID": "guaranteed" }));
    let refused = host.pontoon(&["run", "--net=none", bundle.path(), "true"]).fails(125);
    assert!(refused.error().contains("intelRdt"), "{refused}");
    for known in ["apparmor", "selinux"] {
        assert_eq!(features["linux"][known]["enabled"], true, "{known}");
    }
    assert_eq!(features["linux"]["netDevices"]["enabled"], true);
    host.finish();
}
