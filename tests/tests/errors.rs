//! What goes wrong gives one clear line, status 125, and leaves nothing.

use pontoon_tests::{Bundle, Host};

/// Runs `pontoon run FLAGS BUNDLE true`, which must fail with one line that says `expected`.
fn refused(host: &Host, flags: &[&str], bundle: &str, expected: &str) {
    let out = host.pontoon(&[&["run", "--net=none"], flags, &[bundle, "true"]].concat()).fails(125);
    assert!(
        out.error().starts_with("pontoon: ") && out.error().contains(expected),
        "{expected:?} is not in {out}"
    );
}

#[test]
fn bundles_that_are_none() {
    let host = Host::new();
    let empty = host.dir().join("empty");
    std::fs::create_dir(&empty).unwrap();
    refused(&host, &[], empty.to_str().unwrap(), "config.json");
    let file = host.dir().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&host, &[], file.to_str().unwrap(), "file");
    refused(&host, &[], "/nowhere/at/all", "/nowhere/at/all");
    host.finish();
}

#[test]
fn configurations_that_are_none() {
    let host = Host::new();
    let bundle = host.bundle();
    std::fs::write(bundle.config_file(), "{\n  \"ociVersion\": \"1.2.0\",\n  oops\n}").unwrap();
    refused(&host, &[], bundle.path(), "line 3 column 3");
    let changed = |change: fn(&mut serde_json::Value), expected: &str| {
        let bundle: Bundle = host.bundle();
        bundle.config(change);
        refused(&host, &[], bundle.path(), expected);
    };
    changed(|config| config["process"]["args"] = "sh".into(), "expected");
    changed(|config| config["root"]["path"] = "elsewhere".into(), "elsewhere");
    changed(|config| config["process"]["cwd"] = "relative".into(), "cwd");
    host.finish();
}

#[test]
fn users_that_are_none() {
    let host = Host::new();
    let bundle = host.bundle();
    refused(&host, &["-u", "noone"], bundle.path(), "noone");
    refused(&host, &["-u", "root:nogroupatall"], bundle.path(), "nogroupatall");
    host.finish();
}

#[test]
fn a_name_in_use_names_its_owner() {
    let host = Host::new();
    let bundle = host.bundle();
    let twin = host.start("twin", &["--net=none"], &bundle, "");
    let id = host.pontoon(&["ps", "-q"]).ok();
    refused(&host, &["--name", "twin"], bundle.path(), id.line());
    twin.end();
    host.finish();
}

#[test]
fn a_bridge_that_is_no_bridge() {
    let host = Host::new();
    let bundle = host.bundle();
    host.sh("ip link add pontoon0 type veth peer name other").ok();
    let out = host.pontoon(&["run", "--net=bridge", bundle.path(), "true"]).fails(125);
    assert!(out.error().contains("pontoon0"), "{out}");
    host.sh("ip link del pontoon0").ok();
    host.finish();
}

#[test]
fn addresses_that_cannot_be() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let outside =
        host.pontoon(&["run", "--net=bridge", "--ip", "192.0.2.1", bundle.path(), "true"]).fails(125);
    assert!(outside.error().contains("192.0.2.1"), "{outside}");
    let owner = host.start("owner", &["--net=bridge"], &bundle, "hostname -i");
    let own = owner.said();
    let own = own.trim();
    let taken = host.pontoon(&["run", "--net=bridge", "--ip", own, bundle.path(), "true"]).fails(125);
    assert!(taken.error().contains(own), "{taken}");
    owner.end();
    host.finish();
}

#[test]
fn a_subnet_that_is_full() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // The bridge's own address is the subnet: one more fits in.
    host.sh("ip link add pontoon0 type bridge && ip address add 198.51.100.1/30 dev pontoon0").ok();
    let only = host.start("only", &["--net=bridge"], &bundle, "hostname -i");
    assert_eq!(only.said(), "198.51.100.2");
    let full = host.pontoon(&["run", "--net=bridge", bundle.path(), "true"]).fails(125);
    assert!(full.error().contains("no free address in 198.51.100.0/30"), "{full}");
    only.end();
    host.finish();
}

#[test]
fn networks_that_are_none() {
    let host = Host::new();
    let bundle = host.bundle();
    for net in ["--net=nonsense", "--net=container:nobody", "--net=ns:/nowhere"] {
        let out = host.pontoon(&["run", net, bundle.path(), "true"]).fails(125);
        let word = net.rsplit(['=', ':']).next().unwrap();
        assert!(out.error().contains(word), "{out}");
    }
    host.finish();
}

#[test]
fn containers_that_are_none() {
    let host = Host::new();
    for command in ["kill", "stop", "rm", "wait", "inspect"] {
        let out = host.pontoon(&[command, "nobody"]).run();
        assert!(out.status != 0 && out.error().contains("nobody"), "{out}");
    }
    host.finish();
}

#[test]
fn who_is_not_root_is_told_so() {
    let host = Host::new();
    let bundle = host.bundle();
    let pontoon = host.pontoon_path();
    let run = format!(
        "chmod 755 {0}; cp {1} {0}/p; chmod 755 {0}/p
        setpriv --reuid=65534 --regid=65534 --clear-groups {0}/p run --net=none {2} true",
        host.dir().display(),
        pontoon.display(),
        bundle.path()
    );
    let out = host.sh(&run).fails(125);
    assert!(out.error().contains("root"), "{out}");
    host.finish();
}
